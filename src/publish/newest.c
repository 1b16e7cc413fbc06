/* Newest windows, and who lives there. */
#include "views_private.h"

#include <base/array.h>
#include <base/clock.h>

#define DAY_MS INT64_C(86400000)

/* ---- where the tip is ---- */

/* Live are those with data in a window that ends after the smaller of these: the start of the
 * window before the newest, and 24 hours before the newest. The first such window is the one that
 * holds that instant. */
static int64_t find_live_from(const struct kaiku_views *views, const struct kaiku_window *length,
                              struct kaiku_span newest)
{
    const struct kaiku_calendar *calendar = views->options.calendar;
    int64_t before = kaiku_calendar_window(calendar, length, newest.start - 1).start;
    int64_t horizon = newest.start - DAY_MS;

    return kaiku_calendar_window(calendar, length, before < horizon ? before : horizon).start;
}

static void update_window(struct kaiku_views *views, uint32_t w)
{
    struct views_window *window = &views->windows[w];
    const struct kaiku_window *length = views_length(views, window);
    struct kaiku_span newest =
        kaiku_calendar_window(views->options.calendar, length, views->tip_ms);

    if (window->is_known && window->newest.start == newest.start)
        return;
    window->is_known = true;
    window->newest = newest;
    window->live_from_ms = find_live_from(views, length, newest);
    window->rows_stale = true;
    for (uint32_t shard = 0; shard < views->model->shards; shard++)
        views_part(views, shard, w)->all_stale = true;
}

static int64_t find_tip(const struct kaiku_views *views, int64_t high_ms)
{
    int64_t latest_ms = kaiku_clock_wall_ms() + views->model->max_ahead_ms;

    return high_ms < latest_ms ? high_ms : latest_ms;
}

int64_t kaiku_views_tip(const struct kaiku_views *views, int64_t high_ms)
{
    int64_t tip_ms = find_tip(views, high_ms);

    return tip_ms > views->tip_ms ? tip_ms : views->tip_ms;
}

void views_newest_update(struct kaiku_views *views)
{
    int64_t tip_ms = find_tip(views, views->reading.high_ms);

    if (views->reading.high_ms <= 0 || tip_ms == views->tip_ms)
        return;
    views->tip_ms = tip_ms;
    for (uint32_t w = 0; w < views->n_windows; w++)
        update_window(views, w);
}

void views_newest_forget(struct kaiku_views *views)
{
    views->tip_ms = INT64_MIN;
    for (uint32_t w = 0; w < views->n_windows; w++)
        views->windows[w].is_known = false;
    for (size_t p = 0; p < (size_t)views->model->shards * views->n_windows; p++) {
        struct views_part *part = &views->parts[p];
        members_clear(&part->stale);
        part->all_stale = false;
        part->ripe_ms = INT64_MIN;
        part->floor_ms = -1;
    }
}

/* ---- who lives ---- */

int views_newest_ripen(struct kaiku_views *views, uint32_t shard, uint32_t w)
{
    const struct views_window *window = &views->windows[w];
    struct views_part *part = views_part(views, shard, w);
    int status;

    if (part->ripe_ms >= window->newest.start)
        return KAIKU_OK;
    status = kaiku_store_ripen(views->store, shard, window->view, window->window, views->tip_ms);
    if (status == KAIKU_OK)
        part->ripe_ms = window->newest.start;
    return status;
}

static int push_start(struct kaiku_views *views, uint32_t n, int64_t start_ms)
{
    int64_t *starts =
        kaiku_array_reserve(views->starts, n, &views->starts_capacity, sizeof(*starts));

    if (!starts)
        return KAIKU_NOMEM;
    views->starts = starts;
    starts[n] = start_ms;
    return KAIKU_OK;
}

int views_newest_relive(struct kaiku_views *views, uint32_t shard, uint32_t w,
                        struct kaiku_text member, int64_t start_ms)
{
    struct views_window *window = &views->windows[w];
    const struct kaiku_window *length = views_length(views, window);
    int status = KAIKU_OK;
    uint32_t n = 0;

    /* No window that starts before 1970 has data. */
    for (int64_t at = start_ms; at >= window->live_from_ms && at > 0 && status == KAIKU_OK; n++) {
        status = push_start(views, n, at);
        at = kaiku_calendar_window(views->options.calendar, length, at - 1).start;
    }
    if (status == KAIKU_OK)
        status = kaiku_store_relive(views->store, shard, window->view, window->window, member,
                                    views->starts, n);
    window->rows_stale = true;
    return status;
}

static void ignore(void *context, struct kaiku_text member, int64_t newest_start_ms)
{
    (void)context;
    (void)member;
    (void)newest_start_ms;
}

static void count(void *context, struct kaiku_text member, int64_t newest_start_ms)
{
    uint64_t *n = context;

    (void)member;
    (void)newest_start_ms;
    ++*n;
}

static int look_at_part(struct kaiku_views *views, uint32_t shard, uint32_t w)
{
    const struct views_window *window = &views->windows[w];
    struct views_part *part = views_part(views, shard, w);
    uint64_t live = 0;
    int status;

    if (!window->is_known)
        return KAIKU_OK;
    /* Even where it was done: a commit that was made before the tip moved may have come after. */
    part->ripe_ms = INT64_MIN;
    status = views_newest_ripen(views, shard, w);
    if (status == KAIKU_OK)
        status = kaiku_store_dead(views->store, shard, window->view, window->window,
                                  window->live_from_ms, ignore, NULL);
    if (status == KAIKU_OK)
        status = kaiku_store_live(views->store, shard, window->view, window->window,
                                  window->live_from_ms, count, &live);
    part->live = live;
    return status;
}

int views_newest_look(struct kaiku_views *views, int64_t until_us)
{
    int status = KAIKU_OK;

    while (views->live.shard < views->model->shards && !views_is_late(until_us)) {
        for (uint32_t w = 0; w < views->n_windows && status == KAIKU_OK; w++)
            status = look_at_part(views, views->live.shard, w);
        if (status != KAIKU_OK)
            return status;
        views->live.shard++;
    }
    return KAIKU_OK;
}
