/* From base cells to the cells that Redis holds: every grouping of a view, every window of a piece.
 *
 * In two steps, for most base cells of a piece share their groupings: first each base cell is added to its
 * members in the piece, then each of these, far fewer, to the windows that hold the piece. Cost follows the
 * touched cells of the deltas, not their events. One thread. */
#ifndef PUBLISH_PROJECTION_H
#define PUBLISH_PROJECTION_H

#include "admission.h"

/* Cells projected at once at most; more are done in several passes over slices of the shards. */
enum { PROJECTION_CELLS = 1 << 19 };

struct projection {
    const struct kaiku_model *model;
    const struct admission *admission;
    /* key: view, grouping, value ids; record: struct projected_member */
    struct kaiku_table members;
    struct kaiku_buffer texts;
    struct kaiku_pieces pieces[KAIKU_MAX_VIEWS];
    /* key: member, piece, expired windows */
    struct kaiku_cells staged;
    /* key: member, view, window, start (two words) */
    struct kaiku_cells cells;
    struct kaiku_pages pages;
    struct projected_key {
        uint32_t shard, place; /* place: view * KAIKU_MAX_WINDOWS + window */
        int64_t start_ms;
        uint32_t cell;
    } *keys;
};

struct projected_member {
    uint32_t shard;
    uint32_t at, size; /* of its text */
};

int projection_init(struct projection *projection, const struct kaiku_model *model,
                    const struct kaiku_calendar *calendar, const struct admission *admission)
    KAIKU_MUST_CHECK;
void projection_release(struct projection *projection);

/* Forgets the members: their value ids mean something else from now on. */
void projection_forget(struct projection *projection);

/* Empties the projected cells for the next slice. */
void projection_clear(struct projection *projection);

/* Adds a delta's cells whose shard s takes the delta and has s % slices == slice. FULL: take more slices. */
int projection_add(struct projection *projection, struct kaiku_delta *delta,
                   const struct admission_map *map, uint32_t slices, uint32_t slice) KAIKU_MUST_CHECK;
/* Once all deltas of the slice are added: fills cells. FULL as above. */
int projection_spread(struct projection *projection) KAIKU_MUST_CHECK;

/* Sorts the cells: keys[0 .. cells.table.count) in order. */
void projection_sort(struct projection *projection);

struct kaiku_text projection_member(const struct projection *projection, uint32_t cell);

#endif
