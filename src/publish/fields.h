/* Statistics of one cell as fields, as docs/redis.md lists them: n, then each metric's. */
#ifndef PUBLISH_FIELDS_H
#define PUBLISH_FIELDS_H

#include "run.h"

#include <model/model.h>

struct fields_names;

/* The cell that was read last, unpacked, and what is computed once for a model. */
struct fields {
    const struct kaiku_model *model;
    struct fields_names *names; /* of each metric */
    /* bit m: the window's fields of metric m include those of a target */
    uint64_t targeted[KAIKU_MAX_VIEWS][KAIKU_MAX_WINDOWS];
    uint32_t most; /* fields that are put for a cell at most */
    size_t n_counters;
    int64_t *counters; /* all blocks of the cell */
    /* Of each histogram: the counters among which all that are not zero stand. */
    struct fields_span {
        uint32_t first, end;
    } spans[KAIKU_MAX_METRICS];
    __int128 *sums;
    bool is_empty; /* all counters and sums are zero */
};

/* Borrows the model. */
int fields_init(struct fields *fields, const struct kaiku_model *model) KAIKU_MUST_CHECK;
void fields_release(struct fields *fields);

/* Only n of a cell. INVALID where it is none. */
int fields_read_n(struct kaiku_text cell, int64_t *n) KAIKU_MUST_CHECK;

/* Unpacks a cell; "" is the empty one. INVALID where it is none of this model. */
int fields_read(struct fields *fields, struct kaiku_text cell) KAIKU_MUST_CHECK;

/* Puts the fields of the cell read last. unique: the model's n_unique estimates, NULL where it has
 * none. */
void fields_put(const struct fields *fields, uint32_t view, uint32_t window,
                struct kaiku_text member, const int64_t *unique, struct run *run);

#endif
