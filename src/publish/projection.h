/* From base cells to the cells that Redis holds: every grouping of a view, every window of a piece.
 *
 * Piece after piece, in the order of time. Most base cells of a piece share their groupings, so each is first
 * added to its members in the piece, then each of these, far fewer, to the windows that hold the piece. A
 * window is handed on when no piece of it is left: only those of one instant are held at a time, and cost
 * follows the touched cells of the deltas, not their events. One thread. */
#ifndef PUBLISH_PROJECTION_H
#define PUBLISH_PROJECTION_H

#include "roster.h"
#include "sequence.h"

/* Cells of one window that are held at once at most; more are done in several passes over slices of the
 * shards. */
enum { PROJECTION_CELLS = 1 << 18 };

struct projection {
    const struct kaiku_model *model;
    struct roster roster;
    struct sequence sequence;
    struct projection_window { /* the one in hand, of each length */
        struct kaiku_pages pages;
        struct kaiku_cells cells; /* key: member */
    } windows[KAIKU_MAX_WINDOWS];
    struct kaiku_pages pages;
    struct kaiku_cells staged; /* of the piece in hand; key: member, expired windows */
    bool expires;              /* any of these is expired for a window */
    uint32_t n_windows;        /* of the view with most */
};

/* A cell of one member and window, whole. Borrowed. */
struct projected {
    const struct kaiku_cells *cells;
    void *cell;
    uint32_t view, window;
    int64_t start_ms;
    uint32_t shard;
    struct kaiku_text member;
};

/* A status other than KAIKU_OK ends the projection. */
typedef int projected_visit(void *context, const struct projected *projected);

int projection_init(struct projection *projection, const struct kaiku_model *model,
                    const struct admission *admission) KAIKU_MUST_CHECK;
void projection_release(struct projection *projection);

/* Forgets the members: their value ids mean something else from now on. */
void projection_forget(struct projection *projection);

/* Visits, each once, the cells of shards s that take the deltas and have s % slices == slice. FULL: take more
 * slices. */
int projection_run(struct projection *projection, const struct projection_source *sources, uint32_t n,
                   uint32_t slices, uint32_t slice, projected_visit *visit, void *context)
    KAIKU_MUST_CHECK;

#endif
