#include "aggregate/cells.h"

#include <base/memory.h>

#include <string.h>

enum { KEPT_PAGES = 64 << 20 /* bytes */ };

int kaiku_pages_init(struct kaiku_pages *pages, uint32_t capacity)
{
    *pages = (struct kaiku_pages){.count = 1, .capacity = capacity};
    pages->page = kaiku_memory_reserve((size_t)capacity * sizeof *pages->page);
    return pages->page ? KAIKU_OK : KAIKU_NOMEM;
}

void kaiku_pages_release(struct kaiku_pages *pages)
{
    if (pages->page)
        kaiku_memory_release(pages->page, (size_t)pages->capacity * sizeof *pages->page);
    *pages = (struct kaiku_pages){0};
}

void kaiku_pages_clear(struct kaiku_pages *pages)
{
    kaiku_memory_trim(pages->page, pages->count * sizeof *pages->page, KEPT_PAGES);
    pages->count = 1;
}

uint32_t kaiku_pages_take(struct kaiku_pages *pages)
{
    memset(&pages->page[pages->count], 0, sizeof *pages->page);
    return pages->count++;
}

static uint32_t page_entries(const struct kaiku_model *model)
{
    return model->n_wide * KAIKU_WIDE_BLOCKS + model->n_unique * KAIKU_UNIQUE_PAGES;
}

static size_t round_up(size_t n, size_t to)
{
    return (n + to - 1) / to * to;
}

static size_t record_size(const struct kaiku_model *model, uint32_t *wide_at, uint32_t *sums_at)
{
    *wide_at = model->n_counters * (uint32_t)sizeof(int32_t);
    *sums_at = (uint32_t)round_up(*wide_at + page_entries(model) * sizeof(uint32_t), 16);
    return *sums_at + model->n_sums * sizeof(__int128);
}

int kaiku_cells_init(struct kaiku_cells *cells, const struct kaiku_model *model, uint32_t key_words,
                     uint32_t capacity, struct kaiku_pages *pages)
{
    *cells = (struct kaiku_cells){.model = model, .pages = pages};
    size_t size = record_size(model, &cells->wide_at, &cells->sums_at);
    return kaiku_table_init(&cells->table, key_words, size, 16, capacity);
}

void kaiku_cells_release(struct kaiku_cells *cells)
{
    kaiku_table_release(&cells->table);
}

static void merge_wide(struct kaiku_cells *into, void *cell, const struct kaiku_cells *from,
                       const uint32_t *pages)
{
    uint32_t n = from->model->n_wide * KAIKU_WIDE_BLOCKS;
    for (uint32_t entry = 0; entry < n; entry++) {
        if (!pages[entry])
            continue;
        const int32_t *add = from->pages->page[pages[entry]].counters;
        int32_t *to = kaiku_cell_page(into, cell, entry)->counters;
        for (uint32_t i = 0; i < KAIKU_BLOCK; i++)
            to[i] += add[i];
    }
}

static void merge_unique(struct kaiku_cells *into, void *cell, const struct kaiku_cells *from,
                         const uint32_t *pages)
{
    uint32_t end = page_entries(from->model);
    for (uint32_t entry = from->model->n_wide * KAIKU_WIDE_BLOCKS; entry < end; entry++) {
        if (!pages[entry])
            continue;
        const uint8_t *other = from->pages->page[pages[entry]].registers;
        uint8_t *to = kaiku_cell_page(into, cell, entry)->registers;
        for (uint32_t i = 0; i < KAIKU_PAGE_REGISTERS; i++)
            to[i] = to[i] > other[i] ? to[i] : other[i];
    }
}

void kaiku_cell_merge(struct kaiku_cells *into, void *cell, const struct kaiku_cells *from, void *other)
{
    const struct kaiku_model *model = from->model;
    int32_t *to = kaiku_cell_counters(cell);
    const int32_t *add = kaiku_cell_counters(other);
    for (uint32_t i = 0; i < model->n_counters; i++)
        to[i] += add[i];
    __int128 *sums = kaiku_cell_sums(into, cell);
    const __int128 *more = kaiku_cell_sums(from, other);
    for (uint32_t i = 0; i < model->n_sums; i++)
        sums[i] += more[i];
    const uint32_t *pages = kaiku_cell_pages(from, other);
    merge_wide(into, cell, from, pages);
    merge_unique(into, cell, from, pages);
}

static void encode_block(struct kaiku_buffer *out, uint32_t id, const int32_t *counters, uint32_t n)
{
    int64_t wide[KAIKU_BLOCK] = {0};
    for (uint32_t i = 0; i < n; i++)
        wide[i] = counters[i];
    char *room = kaiku_buffer_reserve(out, KAIKU_CHUNK_MAX);
    if (room)
        out->size += kaiku_cell_put_block((uint16_t)id, wide, room);
}

void kaiku_cell_encode(const struct kaiku_cells *cells, void *cell, struct kaiku_buffer *out)
{
    const struct kaiku_model *model = cells->model;
    const int32_t *dense = kaiku_cell_counters(cell);
    for (uint32_t i = 0; i < model->n_counters; i += KAIKU_BLOCK) {
        uint32_t n = model->n_counters - i;
        encode_block(out, i / KAIKU_BLOCK, dense + i, n < KAIKU_BLOCK ? n : KAIKU_BLOCK);
    }
    const uint32_t *pages = kaiku_cell_pages(cells, cell);
    uint32_t first = kaiku_layout_dense_blocks(model);
    for (uint32_t entry = 0; entry < model->n_wide * KAIKU_WIDE_BLOCKS; entry++)
        if (pages[entry])
            encode_block(out, first + entry, cells->pages->page[pages[entry]].counters, KAIKU_BLOCK);
    const __int128 *sums = kaiku_cell_sums(cells, cell);
    for (uint32_t i = 0; i < model->n_sums; i++) {
        char *room = kaiku_buffer_reserve(out, KAIKU_CHUNK_MAX);
        if (room)
            out->size += kaiku_cell_put_sum((uint16_t)i, sums[i], room);
    }
}

uint32_t kaiku_cell_elements(const struct kaiku_cells *cells, void *cell, uint32_t unique, uint64_t *out)
{
    uint32_t n = 0;
    uint32_t first = cells->model->n_wide * KAIKU_WIDE_BLOCKS + unique * KAIKU_UNIQUE_PAGES;
    const uint32_t *pages = kaiku_cell_pages(cells, cell) + first;
    for (uint32_t p = 0; p < KAIKU_UNIQUE_PAGES; p++) {
        if (!pages[p])
            continue;
        const uint8_t *ranks = cells->pages->page[pages[p]].registers;
        for (uint32_t i = 0; i < KAIKU_PAGE_REGISTERS; i++)
            if (ranks[i])
                out[n++] = kaiku_hyperloglog_element((uint16_t)(p * KAIKU_PAGE_REGISTERS + i), ranks[i]);
    }
    return n;
}
