/* Cells in memory: private counters of a worker's delta, and of the publisher's projection.
 *
 * A cell has the parts of model/layout.h: dense counters inline, exact sums inline, histograms and
 * HyperLogLog registers in pages of 128 bytes that are taken from a pool on first touch, so that a cell
 * costs what it holds. Counters are 32 bits wide: a set of cells takes at most KAIKU_CELLS_EVENTS events
 * between two clears, which its owner counts. Not thread-safe; allocates at creation only. */
#ifndef AGGREGATE_CELLS_H
#define AGGREGATE_CELLS_H

#include <aggregate/table.h>
#include <model/layout.h>

#include <kaiku/hyperloglog.h>

enum {
    KAIKU_CELLS_EVENTS = INT32_MAX,
    KAIKU_PAGE_REGISTERS = 128,
    KAIKU_UNIQUE_PAGES = 16384 / KAIKU_PAGE_REGISTERS,
};

union kaiku_page {
    int32_t counters[KAIKU_BLOCK];
    uint8_t registers[KAIKU_PAGE_REGISTERS];
};

/* Pages of one set of cells; page 0 is never used. */
struct kaiku_pages {
    union kaiku_page *page;
    uint32_t count, capacity;
};

int kaiku_pages_init(struct kaiku_pages *pages, uint32_t capacity) KAIKU_MUST_CHECK;
void kaiku_pages_release(struct kaiku_pages *pages);
void kaiku_pages_clear(struct kaiku_pages *pages);
uint32_t kaiku_pages_take(struct kaiku_pages *pages);

struct kaiku_cells {
    struct kaiku_table table;
    const struct kaiku_model *model;
    struct kaiku_pages *pages; /* borrowed: several sets may share a pool */
    uint32_t wide_at, sums_at; /* bytes from the cell to its page table and its sums */
};

/* key_words: of the table. */
int kaiku_cells_init(struct kaiku_cells *cells, const struct kaiku_model *model, uint32_t key_words,
                     uint32_t capacity, struct kaiku_pages *pages) KAIKU_MUST_CHECK;
void kaiku_cells_release(struct kaiku_cells *cells);

/* A cell begins with its dense counters. */
static inline int32_t *kaiku_cell_counters(void *cell)
{
    return cell;
}

static inline uint32_t *kaiku_cell_pages(const struct kaiku_cells *cells, void *cell)
{
    return (uint32_t *)(void *)((unsigned char *)cell + cells->wide_at);
}

static inline __int128 *kaiku_cell_sums(const struct kaiku_cells *cells, void *cell)
{
    return (__int128 *)(void *)((unsigned char *)cell + cells->sums_at);
}

/* The entry of a histogram's page table that leads to a bin. */
static inline uint32_t kaiku_cell_wide_entry(uint32_t wide, uint32_t bin)
{
    return wide * KAIKU_WIDE_BLOCKS + bin / KAIKU_BLOCK;
}

/* Page tables of a cell: KAIKU_WIDE_BLOCKS entries for each histogram, then KAIKU_UNIQUE_PAGES for each
 * HyperLogLog. The pool must have room for one page. */
static inline union kaiku_page *kaiku_cell_page(struct kaiku_cells *cells, void *cell, uint32_t entry)
{
    uint32_t *page = &kaiku_cell_pages(cells, cell)[entry];
    if (!*page)
        *page = kaiku_pages_take(cells->pages);
    return &cells->pages->page[*page];
}

static inline void kaiku_cell_add_wide(struct kaiku_cells *cells, void *cell, uint32_t wide,
                                       uint32_t bin, int32_t by)
{
    uint32_t entry = kaiku_cell_wide_entry(wide, bin);
    kaiku_cell_page(cells, cell, entry)->counters[bin % KAIKU_BLOCK] += by;
}

static inline void kaiku_cell_add_unique(struct kaiku_cells *cells, void *cell, uint32_t unique,
                                         uint64_t hash)
{
    struct kaiku_hyperloglog_register r = kaiku_hyperloglog_place(hash);
    uint32_t entry = cells->model->n_wide * KAIKU_WIDE_BLOCKS + unique * KAIKU_UNIQUE_PAGES +
                     r.index / KAIKU_PAGE_REGISTERS;
    uint8_t *rank =
        &kaiku_cell_page(cells, cell, entry)->registers[r.index % KAIKU_PAGE_REGISTERS];
    if (*rank < r.rank)
        *rank = r.rank;
}

/* Pages that one event can touch in one cell at most. */
static inline uint32_t kaiku_cell_event_pages(const struct kaiku_model *model)
{
    return model->n_wide + model->n_unique;
}

/* Adds all of one cell to another, which may belong to another set. */
void kaiku_cell_merge(struct kaiku_cells *into, void *cell, const struct kaiku_cells *from,
                      void *other);

/* Appends the cell as a delta (kaiku/cell.h); empty where all is zero. */
void kaiku_cell_encode(const struct kaiku_cells *cells, void *cell, struct kaiku_buffer *out);

/* HyperLogLog elements of one unique metric; out has room for 16384. Returns how many. */
uint32_t kaiku_cell_elements(const struct kaiku_cells *cells, void *cell, uint32_t unique,
                             uint64_t *out);

#endif
