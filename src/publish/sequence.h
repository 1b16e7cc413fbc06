/* Base cells of one view, over all deltas of a commit, in the order of their pieces.
 *
 * So a projection works on the windows that hold one piece at a time, and what it touches stays in the
 * caches. One thread. */
#ifndef PUBLISH_SEQUENCE_H
#define PUBLISH_SEQUENCE_H

#include "admission.h"

/* A delta, and what its values' numbers mean. Borrowed. */
struct projection_source {
    struct kaiku_delta *delta;
    const struct admission_map *map;
};

/* The cells of one delta in one piece: sequence->cells[first .. first + n). */
struct sequence_run {
    const struct kaiku_piece *piece;
    const struct projection_source *source;
    uint32_t first, n;
};

struct sequence {
    struct sequence_run *runs;
    uint32_t n_runs, runs_capacity;
    uint32_t *cells; /* numbers in their deltas' tables */
    uint32_t n_cells, cells_capacity;
};

void sequence_release(struct sequence *sequence);

/* OK, NOMEM. */
int sequence_build(struct sequence *sequence, const struct projection_source *sources, uint32_t n,
                   uint32_t view) KAIKU_MUST_CHECK;

#endif
