#include "aggregate/cells.h"

#include <string.h>

enum { UNIQUE_BLOCKS = KAIKU_HYPERLOGLOG_REGISTERS / KAIKU_TALLY_REGISTERS };

_Static_assert((int)KAIKU_BLOCK == (int)KAIKU_TALLY_COUNTERS, "a tally's block is encoded as one");
_Static_assert(KAIKU_MAX_METRICS * KAIKU_HYPERLOGLOG_REGISTERS +
                       KAIKU_MAX_METRICS * KAIKU_WIDE_BLOCKS * KAIKU_BLOCK <=
                   KAIKU_TALLY_SLOTS,
               "all metrics find room in a tally");

struct kaiku_tally_shape kaiku_cells_shape(const struct kaiku_model *model)
{
    return (struct kaiku_tally_shape){.counters = model->n_wide * KAIKU_WIDE_BLOCKS,
                                      .registers = model->n_unique * UNIQUE_BLOCKS};
}

static uint32_t round_up(size_t n, size_t to)
{
    return (uint32_t)((n + to - 1) / to * to);
}

int kaiku_cells_init(struct kaiku_cells *cells, const struct kaiku_model *model, uint32_t key_words,
                     uint32_t capacity, struct kaiku_pages *pages)
{
    uint32_t tally_at = model->n_counters * (uint32_t)sizeof(int32_t);
    uint32_t sums_at = round_up(tally_at + sizeof(struct kaiku_tally), sizeof(__int128));

    *cells = (struct kaiku_cells){.model = model,
                                  .pages = pages,
                                  .shape = kaiku_cells_shape(model),
                                  .tally_at = tally_at,
                                  .sums_at = sums_at};
    return kaiku_table_init(&cells->table, key_words, sums_at + model->n_sums * sizeof(__int128),
                            sizeof(__int128), capacity);
}

void kaiku_cells_release(struct kaiku_cells *cells)
{
    kaiku_table_release(&cells->table);
}

uint32_t kaiku_cell_event_pages(const struct kaiku_model *model)
{
    struct kaiku_tally_shape shape = kaiku_cells_shape(model);
    uint32_t answers = model->n_wide + model->n_unique;

    /* A list becomes a table once at most. */
    return answers > 0 ? kaiku_tally_add_pages(&shape) + answers - 1 : 0;
}

void kaiku_cell_add_unique(struct kaiku_cells *cells, void *cell, uint32_t unique, uint64_t hash)
{
    struct kaiku_hyperloglog_register r = kaiku_hyperloglog_place(hash);
    uint32_t slot = kaiku_tally_first_register(&cells->shape) +
                    unique * KAIKU_HYPERLOGLOG_REGISTERS + r.index;

    kaiku_tally_enter(cells->pages, &cells->shape, kaiku_cell_tally(cells, cell), slot, r.rank);
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
    kaiku_tally_merge(into->pages, &into->shape, kaiku_cell_tally(into, cell), from->pages,
                      kaiku_cell_tally(from, other));
}

/* ---- encoding ---- */

static void encode_block(struct kaiku_buffer *out, uint32_t id, const int32_t counters[KAIKU_BLOCK])
{
    char *room = kaiku_buffer_reserve(out, KAIKU_CHUNK_MAX);
    if (room)
        out->size += kaiku_cell_put_delta((uint16_t)id, counters, room);
}

static void encode_dense(const struct kaiku_cells *cells, void *cell, struct kaiku_buffer *out)
{
    const int32_t *dense = kaiku_cell_counters(cell);
    int32_t last[KAIKU_BLOCK] = {0};
    uint32_t n = cells->model->n_counters, block = 0;

    for (; n > KAIKU_BLOCK; n -= KAIKU_BLOCK, dense += KAIKU_BLOCK)
        encode_block(out, block++, dense);
    memcpy(last, dense, n * sizeof(*last));
    encode_block(out, block, last);
}

static void encode_tally(const struct kaiku_cells *cells, void *cell, struct kaiku_buffer *out)
{
    struct kaiku_tally_walk walk;
    const union kaiku_page *page;
    uint32_t first = kaiku_layout_wide_block(0), block;

    kaiku_tally_walk_begin(&walk, cells->pages, &cells->shape, kaiku_cell_tally(cells, cell));
    while ((page = kaiku_tally_walk_next(&walk, &block)) && block < cells->shape.counters)
        encode_block(out, first + block, page->counters);
}

void kaiku_cell_encode(const struct kaiku_cells *cells, void *cell, struct kaiku_buffer *out)
{
    const struct kaiku_model *model = cells->model;

    encode_dense(cells, cell, out);
    encode_tally(cells, cell, out);
    const __int128 *sums = kaiku_cell_sums(cells, cell);
    for (uint32_t i = 0; i < model->n_sums; i++) {
        char *room = kaiku_buffer_reserve(out, KAIKU_CHUNK_MAX);
        if (room)
            out->size += kaiku_cell_put_sum((uint16_t)i, sums[i], room);
    }
}

uint32_t kaiku_cell_elements(const struct kaiku_cells *cells, void *cell, uint32_t unique, uint64_t *out)
{
    struct kaiku_tally_walk walk;
    const union kaiku_page *page;
    uint32_t first = cells->shape.counters + unique * UNIQUE_BLOCKS, block, n = 0;

    kaiku_tally_walk_begin(&walk, cells->pages, &cells->shape, kaiku_cell_tally(cells, cell));
    while ((page = kaiku_tally_walk_next(&walk, &block))) {
        if (block < first || block >= first + UNIQUE_BLOCKS)
            continue;
        uint32_t at = (block - first) * KAIKU_TALLY_REGISTERS;
        for (uint32_t i = 0; i < KAIKU_TALLY_REGISTERS; i++)
            if (page->registers[i])
                out[n++] = kaiku_hyperloglog_element((uint16_t)(at + i), page->registers[i]);
    }
    return n;
}
