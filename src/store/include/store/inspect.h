/* All that stands in Redis, read without changing any of it: for `kaiku verify`. What is read by one call was
 * read in one step with the positions of its shard, so it is exact also while others commit.
 *
 * Visitors' texts are borrowed until they return. A position comes as it is stored, before all else. Failures as
 * in store/store.h. */
#ifndef STORE_INSPECT_H
#define STORE_INSPECT_H

#include <store/store.h>

/* In place of kaiku_store_open, for these functions, kaiku_store_values and kaiku_store_crashed only. REFUSED: the
 * prefix is empty, or was made with another configuration. */
int kaiku_store_open_reading(struct kaiku_store *store) KAIKU_MUST_CHECK;

/* Where partitions began: fields of {0}:starts. */
int kaiku_store_inspect_starts(struct kaiku_store *store, kaiku_pair_visit *start, void *context)
    KAIKU_MUST_CHECK;

/* Shard 0's. */
int kaiku_store_inspect_totals(struct kaiku_store *store, kaiku_pair_visit *position,
                               kaiku_pair_visit *total, kaiku_pair_visit *reason, void *context)
    KAIKU_MUST_CHECK;

/* Names and values of an entry in turn, n texts; oldest first. */
typedef void kaiku_stream_visit(void *context, const struct kaiku_text *texts, uint32_t n);

/* Of shard 0: "rejected", "feed:ALERT". NOMEM, too. */
int kaiku_store_inspect_stream(struct kaiku_store *store, const char *name,
                               kaiku_pair_visit *position, kaiku_stream_visit *entry, void *context)
    KAIKU_MUST_CHECK;

typedef void kaiku_start_visit(void *context, int64_t start_ms);

/* The windows that have cells. *floor_ms: those that start below it are removed. */
int kaiku_store_inspect_windows(struct kaiku_store *store, uint32_t shard, uint32_t view,
                                uint32_t window, kaiku_pair_visit *position,
                                kaiku_start_visit *start, void *context, int64_t *floor_ms)
    KAIKU_MUST_CHECK;

/* uniques: model->n_unique HyperLogLogs as Redis keeps them, "" where there is none. */
typedef void kaiku_cell_visit(void *context, struct kaiku_text member, struct kaiku_text cell,
                              const struct kaiku_text *uniques);

/* The cells of one window, the empty ones too. */
int kaiku_store_inspect_cells(struct kaiku_store *store, uint32_t shard, uint32_t view,
                              uint32_t window, int64_t start_ms, kaiku_pair_visit *position,
                              kaiku_cell_visit *cell, void *context, int64_t *floor_ms)
    KAIKU_MUST_CHECK;

#endif
