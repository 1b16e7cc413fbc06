/* Cells in memory: private counters of a worker's delta, and of the publisher's projection.
 *
 * A cell has the parts of model/layout.h: dense counters and exact sums inline, histograms and HyperLogLog
 * registers in a tally, so that a cell costs what it holds. Counters are 32 bits wide: a set of cells takes at
 * most KAIKU_CELLS_EVENTS events between two clears, which its owner counts. Not thread-safe; allocates at
 * creation only. */
#ifndef AGGREGATE_CELLS_H
#define AGGREGATE_CELLS_H

#include <aggregate/table.h>
#include <aggregate/tally.h>
#include <model/layout.h>

#include <kaiku/hyperloglog.h>

enum { KAIKU_CELLS_EVENTS = INT32_MAX };

struct kaiku_cells {
    struct kaiku_table table;
    const struct kaiku_model *model;
    struct kaiku_pages *pages; /* borrowed: several sets may share a pool */
    struct kaiku_tally_shape shape;
    uint32_t tally_at, sums_at; /* bytes from the cell to its tally and its sums */
};

/* key_words: of the table. */
int kaiku_cells_init(struct kaiku_cells *cells, const struct kaiku_model *model, uint32_t key_words,
                     uint32_t capacity, struct kaiku_pages *pages) KAIKU_MUST_CHECK;
void kaiku_cells_release(struct kaiku_cells *cells);

/* Of the tallies of a model's cells. */
struct kaiku_tally_shape kaiku_cells_shape(const struct kaiku_model *model);

/* A cell begins with its dense counters. */
static inline int32_t *kaiku_cell_counters(void *cell)
{
    return cell;
}

static inline struct kaiku_tally *kaiku_cell_tally(const struct kaiku_cells *cells, void *cell)
{
    return (struct kaiku_tally *)(void *)((unsigned char *)cell + cells->tally_at);
}

static inline __int128 *kaiku_cell_sums(const struct kaiku_cells *cells, void *cell)
{
    return (__int128 *)(void *)((unsigned char *)cell + cells->sums_at);
}

/* The tally's slot of a histogram's bin. */
static inline uint32_t kaiku_cell_wide_slot(uint32_t wide, uint32_t bin)
{
    return wide * KAIKU_WIDE_BLOCKS * KAIKU_BLOCK + bin;
}

/* The pool must have room for one addition. */
static inline void kaiku_cell_add_wide(struct kaiku_cells *cells, void *cell, uint32_t wide,
                                       uint32_t bin, int32_t by)
{
    kaiku_tally_add(cells->pages, &cells->shape, kaiku_cell_tally(cells, cell),
                    kaiku_cell_wide_slot(wide, bin), by);
}

/* The pool must have room for one addition. */
void kaiku_cell_add_unique(struct kaiku_cells *cells, void *cell, uint32_t unique, uint64_t hash);

/* Pages that one event can take in one cell at most. */
uint32_t kaiku_cell_event_pages(const struct kaiku_model *model);

/* Adds all of one cell to another, which may belong to another set. The pool must have room for one merge. */
void kaiku_cell_merge(struct kaiku_cells *into, void *cell, const struct kaiku_cells *from,
                      void *other);

/* Appends the cell as a delta (kaiku/cell.h); empty where all is zero. */
void kaiku_cell_encode(const struct kaiku_cells *cells, void *cell, struct kaiku_buffer *out);

/* HyperLogLog elements of one unique metric; out has room for 16384. Returns how many. */
uint32_t kaiku_cell_elements(const struct kaiku_cells *cells, void *cell, uint32_t unique,
                             uint64_t *out);

#endif
