#include "aggregate/pieces.h"

#include <string.h>

static int64_t finest_grain(const struct kaiku_view *view)
{
    int64_t grain = 3600000;
    for (uint32_t w = 0; w < view->n_windows; w++)
        if (view->windows[w].unit == KAIKU_FIXED && view->windows[w].length_ms < grain)
            grain = view->windows[w].length_ms;
    return grain;
}

static void forget_cache(struct kaiku_pieces *pieces)
{
    /* An empty span holds no instant. */
    memset(pieces->cache, 0, sizeof pieces->cache);
}

int kaiku_pieces_init(struct kaiku_pieces *pieces, const struct kaiku_calendar *calendar,
                      const struct kaiku_view *view, uint32_t capacity)
{
    *pieces = (struct kaiku_pieces){
        .calendar = calendar, .view = view, .grain_ms = finest_grain(view)};
    return kaiku_table_init(&pieces->table, 2, sizeof(struct kaiku_piece), 8, capacity);
}

void kaiku_pieces_release(struct kaiku_pieces *pieces)
{
    kaiku_table_release(&pieces->table);
}

void kaiku_pieces_clear(struct kaiku_pieces *pieces)
{
    kaiku_table_clear(&pieces->table);
    forget_cache(pieces);
}

static void fill(const struct kaiku_pieces *pieces, struct kaiku_piece *piece, struct kaiku_span span)
{
    piece->span = span;
    piece->kept_until = INT64_MAX;
    for (uint32_t w = 0; w < pieces->view->n_windows; w++) {
        const struct kaiku_window *window = &pieces->view->windows[w];
        struct kaiku_span whole = kaiku_calendar_window(pieces->calendar, window, span.start);
        piece->window_start[w] = whole.start;
        piece->window_until[w] = whole.end + window->retention_ms;
        if (piece->window_until[w] < piece->kept_until)
            piece->kept_until = piece->window_until[w];
    }
}

static uint32_t look_up(struct kaiku_pieces *pieces, int64_t time_ms)
{
    struct kaiku_span span = kaiku_calendar_piece(pieces->calendar, pieces->view, time_ms);
    uint32_t key[2] = {(uint32_t)span.start, (uint32_t)(span.start >> 32)};
    bool created;
    struct kaiku_piece *piece =
        kaiku_table_get(&pieces->table, key, kaiku_table_hash(key, 2), &created);
    if (created)
        fill(pieces, piece, span);
    return kaiku_table_number(&pieces->table, piece);
}

uint32_t kaiku_pieces_find(struct kaiku_pieces *pieces, int64_t time_ms)
{
    struct kaiku_piece_cached *cached =
        &pieces->cache[(uint64_t)(time_ms / pieces->grain_ms) % KAIKU_PIECE_CACHE];
    if (time_ms >= cached->span.start && time_ms < cached->span.end)
        return cached->number;
    cached->number = look_up(pieces, time_ms);
    cached->span = kaiku_pieces_at(pieces, cached->number)->span;
    return cached->number;
}
