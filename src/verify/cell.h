/* A cell as a sorted list of what is not zero: counters and registers by slot, and its sums. */
#ifndef VERIFY_CELL_H
#define VERIFY_CELL_H

#include "slots.h"

#include <decode/decode.h>

struct verify_cell {
    struct verify_count {
        uint32_t slot;
        int64_t value; /* may have become zero again */
    } *counts;
    uint32_t n, capacity;
    __int128 *sums; /* model->n_sums; NULL: all zero */
};

void verify_cell_release(struct verify_cell *cell);

int verify_cell_count(struct verify_cell *cell, uint32_t slot, int64_t by) KAIKU_MUST_CHECK;
/* Makes it at least this. */
int verify_cell_raise(struct verify_cell *cell, uint32_t slot, int64_t value) KAIKU_MUST_CHECK;
int verify_cell_sum(struct verify_cell *cell, const struct kaiku_model *model, uint32_t sum,
                    __int128 by) KAIKU_MUST_CHECK;

/* An event that is counted (1) or retracted (-1). */
int verify_cell_add(struct verify_cell *cell, const struct kaiku_model *model,
                    const struct kaiku_event *event, int sign) KAIKU_MUST_CHECK;
/* Adds a cell as it is stored. INVALID: it is none. */
int verify_cell_read(struct verify_cell *cell, const struct kaiku_model *model,
                     struct kaiku_text stored) KAIKU_MUST_CHECK;
/* Adds a stored HyperLogLog. INVALID: it is none. */
int verify_cell_read_unique(struct verify_cell *cell, const struct kaiku_model *model,
                            uint32_t unique, struct kaiku_text stored) KAIKU_MUST_CHECK;

#endif
