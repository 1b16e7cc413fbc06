/* Base windows of one view, as numbers.
 *
 * A piece is the intersection of all windows of the view that hold an instant; it lies wholly inside one
 * window of each length, so a cell of a piece can be added to all of them later. Belongs to a delta. */
#ifndef AGGREGATE_PIECES_H
#define AGGREGATE_PIECES_H

#include <aggregate/table.h>
#include <model/calendar.h>

struct kaiku_piece {
    struct kaiku_span span;
    int64_t kept_until;     /* before this, no window of the piece is expired */
    int64_t window_start[KAIKU_MAX_WINDOWS];
    int64_t window_until[KAIKU_MAX_WINDOWS]; /* end + retention */
};

enum { KAIKU_PIECE_CACHE = 64 };

struct kaiku_pieces {
    struct kaiku_table table; /* key: start */
    const struct kaiku_calendar *calendar;
    const struct kaiku_view *view;
    int64_t grain_ms; /* the finest fixed window, or an hour */
    struct kaiku_piece_cached {
        struct kaiku_span span;
        uint32_t number;
    } cache[KAIKU_PIECE_CACHE];
};

int kaiku_pieces_init(struct kaiku_pieces *pieces, const struct kaiku_calendar *calendar,
                      const struct kaiku_view *view, uint32_t capacity) KAIKU_MUST_CHECK;
void kaiku_pieces_release(struct kaiku_pieces *pieces);
void kaiku_pieces_clear(struct kaiku_pieces *pieces);

/* The number of the piece that holds time_ms. The table must have room for one. */
uint32_t kaiku_pieces_find(struct kaiku_pieces *pieces, int64_t time_ms);

static inline const struct kaiku_piece *kaiku_pieces_at(const struct kaiku_pieces *pieces, uint32_t n)
{
    return kaiku_table_at(&pieces->table, n);
}

/* The windows of the piece that an event skips as expired: bit w. */
static inline uint32_t kaiku_piece_expired(const struct kaiku_pieces *pieces,
                                           const struct kaiku_piece *piece, int64_t horizon_ms)
{
    uint32_t expired = 0;
    if (__builtin_expect(piece->kept_until < horizon_ms, 0))
        for (uint32_t w = 0; w < pieces->view->n_windows; w++)
            expired |= (uint32_t)(piece->window_until[w] < horizon_ms) << w;
    return expired;
}

#endif
