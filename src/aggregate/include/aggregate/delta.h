/* A delta: what a worker has added since its last hand-over, with the exact offsets it covers.
 *
 * Written by one worker, then handed over as a whole and read by the publisher, then emptied and given
 * back: one owner at any time, so nothing in it is atomic. All memory is reserved at creation. */
#ifndef AGGREGATE_DELTA_H
#define AGGREGATE_DELTA_H

#include <aggregate/cells.h>
#include <aggregate/entries.h>
#include <aggregate/interner.h>
#include <aggregate/pieces.h>
#include <aggregate/waits.h>
#include <store/store.h>

/* Counters of kaiku:trust that are added up in shard 0. */
#define KAIKU_TOTAL_TABLE(X)                                                                       \
    X(counted)                                                                                     \
    X(retracted)                                                                                   \
    X(duplicate)                                                                                   \
    X(rejected)                                                                                    \
    X(ignored)                                                                                     \
    X(late)                                                                                        \
    X(expired)                                                                                     \
    X(clamped)                                                                                     \
    X(other)                                                                                       \
    X(bad_answers)                                                                                 \
    X(gap)                                                                                         \
    X(alerts)                                                                                      \
    X(crashed)

enum kaiku_total {
#define X(name) KAIKU_TOTAL_##name,
    KAIKU_TOTAL_TABLE(X)
#undef X
    KAIKU_TOTALS
};

const char *kaiku_total_text(enum kaiku_total total);

/* A set of shards. */
enum { KAIKU_MAX_SHARDS = 1024 };

struct kaiku_shards {
    uint64_t bits[KAIKU_MAX_SHARDS / 64];
};

static inline bool kaiku_shards_has(const struct kaiku_shards *set, uint32_t shard)
{
    return set->bits[shard / 64] >> (shard % 64) & 1;
}

static inline uint32_t kaiku_shards_count(const struct kaiku_shards *set)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < KAIKU_MAX_SHARDS / 64; i++)
        n += (uint32_t)__builtin_popcountll(set->bits[i]);
    return n;
}

/* What a delta covers of one partition. */
struct kaiku_range {
    uint32_t partition; /* number in the publisher's ledger */
    int64_t from;       /* the position before the delta */
    struct kaiku_position to;
    bool at_end;        /* the log ended at to.next then */
};

struct kaiku_delta {
    const struct kaiku_model *model;
    struct kaiku_pages pages;
    struct kaiku_interner interners[KAIKU_MAX_DIMENSIONS];
    struct kaiku_pieces pieces[KAIKU_MAX_VIEWS];
    /* Base cells of each view: key = piece, expired windows, the values' numbers. */
    struct kaiku_cells cells[KAIKU_MAX_VIEWS];
    /* Events with values that are not known to be admitted: key = their numbers (known ones 0) for all
     * dimensions, record = int64_t count. From these the publisher counts `other`. */
    struct kaiku_table unknown;
    struct kaiku_entries feeds[KAIKU_MAX_ALERTS];
    struct kaiku_entries rejected;
    int64_t totals[KAIKU_TOTALS];
    int64_t reasons[KAIKU_REASONS];
    struct kaiku_range *ranges; /* by slot of the worker */
    uint32_t n_ranges, ranges_capacity;
    struct kaiku_shards shards; /* that take it: the others are ahead */
    uint64_t events;
    uint32_t epoch;             /* of its worker, see handover.h */
    struct kaiku_waits waits;
};

struct kaiku_delta_limits {
    uint32_t cells;   /* base cells, over all views */
    uint64_t events;  /* so that no counter overflows, also when several deltas are added up */
};

enum { KAIKU_PAGES_PER_CELL = 4, KAIKU_REJECTED_KEEP = 10000 };

int kaiku_delta_create(const struct kaiku_model *model, const struct kaiku_calendar *calendar,
                       struct kaiku_delta_limits limits, struct kaiku_delta **out) KAIKU_MUST_CHECK;
void kaiku_delta_destroy(struct kaiku_delta *delta);

/* Empties it. keep_values: values known to be admitted stay in the interners. */
void kaiku_delta_clear(struct kaiku_delta *delta, bool keep_values);

/* Room for n more events whatever they hold? */
bool kaiku_delta_has_room(const struct kaiku_delta *delta, struct kaiku_delta_limits limits, uint32_t n);

/* Base cells, over all views. */
uint64_t kaiku_delta_cells(const struct kaiku_delta *delta);

/* Makes the delta cover partitions by slot, from these positions; shards that take it. */
int kaiku_delta_begin(struct kaiku_delta *delta, const struct kaiku_range *ranges, uint32_t n,
                      const struct kaiku_shards *shards) KAIKU_MUST_CHECK;

/* Does it cover anything, or say that an end was reached? */
bool kaiku_delta_is_empty(const struct kaiku_delta *delta);

#endif
