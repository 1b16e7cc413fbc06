/* What a commit is made of: the builder fills it (commit.c), sending and settling read it
 * (resolve.c). */
#ifndef STORE_COMMIT_H
#define STORE_COMMIT_H

#include "link.h"

/* Cells of one window, as arguments of the commit script. */
struct store_group {
    uint32_t view, window;
    int64_t start_ms;
    struct kaiku_buffer members, deltas, uniques;
    uint32_t n_cells, n_uniques;
};

/* Groups in the order in which they came; each window has one, in whatever order its cells come. */
struct store_groups {
    struct store_group *groups; /* those from n on are empty and keep their memory */
    uint32_t n, capacity;
    uint32_t *slots; /* index of a group + 1, 0: free; a power of two */
    uint32_t n_slots;
};

/* The group of a window, made where there is none; NULL when out of memory. */
struct store_group *store_groups_find(struct store_groups *groups, uint32_t view, uint32_t window,
                                      int64_t start_ms);
void store_groups_clear(struct store_groups *groups);
void store_groups_release(struct store_groups *groups);

struct kaiku_commit {
    struct kaiku_store *store;
    uint32_t shard;
    enum kaiku_outcome outcome;
    struct kaiku_buffer moves; /* field, base, next, each with its NUL */
    uint32_t n_moves;
    bool moves_any; /* false: all are only compared */
    struct store_groups groups;
    struct store_group *group; /* that of the cells to come */
    struct kaiku_buffer totals, reasons, streams, values;
    uint32_t n_totals, n_reasons, n_streams, n_values;
    size_t stream_arguments;
    struct kaiku_buffer wire; /* the finished command */
    bool is_awaited;          /* its reply is, in the pipeline being read */
    bool failed;              /* out of memory */
};

struct store_move {
    const char *field, *base, *next;
};

/* Reads the move at `at`, borrowed; returns where the one after it stands. */
const char *store_move_read(const char *at, struct store_move *out);

#endif
