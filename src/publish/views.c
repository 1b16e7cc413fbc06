/* What is due when. */
#include "views_private.h"

#include <base/clock.h>
#include <base/failpoint.h>
#include <base/log.h>
#include <model/member.h>

#include <inttypes.h>
#include <stdlib.h>

/* Rounds of settle: another instance may commit all the while. */
enum { SETTLE_ROUNDS = 5 };

/* ---- life ---- */

static bool has_tables(const struct kaiku_view *view)
{
    for (uint32_t g = 0; g < view->n_groupings; g++)
        if (view->groupings[g] != 0)
            return true;
    return false;
}

static void list_windows(struct kaiku_views *views)
{
    const struct kaiku_model *model = views->model;

    for (uint32_t v = 0; v < model->n_views; v++) {
        views->first_window[v] = views->n_windows;
        for (uint32_t w = 0; w < model->views[v].n_windows; w++)
            views->windows[views->n_windows++] = (struct views_window){
                .view = v,
                .window = w,
                .has_tables = has_tables(&model->views[v]),
            };
    }
}

static int allocate(struct kaiku_views *views)
{
    const struct kaiku_model *model = views->model;
    size_t n_windows = 0;

    for (uint32_t v = 0; v < model->n_views; v++)
        n_windows += model->views[v].n_windows;
    views->windows = calloc(n_windows, sizeof(*views->windows));
    views->parts = calloc(n_windows * model->shards, sizeof(*views->parts));
    views->refs = calloc(VIEWS_ENTRIES, sizeof(*views->refs));
    views->unique = calloc((size_t)VIEWS_ENTRIES * (model->n_unique + 1), sizeof(*views->unique));
    views->series.backlog = calloc(model->shards, sizeof(*views->series.backlog));
    views->series.entries = calloc(VIEWS_ENTRIES, sizeof(*views->series.entries));
    views->series.puts = calloc(VIEWS_ENTRIES, sizeof(*views->series.puts));
    if (!views->windows || !views->parts || !views->refs || !views->unique ||
        !views->series.backlog || !views->series.entries || !views->series.puts)
        return KAIKU_NOMEM;
    return fields_init(&views->fields, model);
}

int kaiku_views_create(const struct kaiku_views_options *options, struct kaiku_views **out)
{
    struct kaiku_views *views = calloc(1, sizeof(*views));
    int status;

    if (!views)
        return KAIKU_NOMEM;
    views->options = *options;
    views->every_ms = options->every_ms;
    views->model = options->model;
    views->store = options->store;
    status = allocate(views);
    if (status != KAIKU_OK) {
        kaiku_views_destroy(views);
        return status;
    }
    list_windows(views);
    status = views_lines_create(views);
    if (status != KAIKU_OK) {
        kaiku_views_destroy(views);
        return status;
    }
    kaiku_views_forget(views);
    views_trust_begin(views);
    *out = views;
    return KAIKU_OK;
}

void kaiku_views_destroy(struct kaiku_views *views)
{
    if (!views)
        return;
    for (size_t p = 0; p < (size_t)views->model->shards * views->n_windows; p++)
        members_release(&views->parts[p].stale);
    for (uint32_t g = 0; g < KAIKU_MAX_GROUPINGS; g++)
        ranking_release(&views->rows.tables[g]);
    for (uint32_t g = 0; g < KAIKU_MAX_GROUPINGS; g++)
        roll_release(&views->rows.rolls[g]);
    views_lines_release(views);
    arena_release(&views->series.arena);
    free(views->series.list);
    free(views->series.backlog);
    free(views->series.entries);
    free(views->series.puts);
    kaiku_buffer_release(&views->trust.shown);
    partitions_release(&views->partitions);
    fields_release(&views->fields);
    arena_release(&views->arena);
    free(views->windows);
    free(views->parts);
    free(views->refs);
    free(views->unique);
    free(views->starts);
    free(views);
}

/* ---- what all views need ---- */

void views_set_ref(struct kaiku_views *views, uint32_t i, const struct views_window *window,
                   int64_t start_ms, struct kaiku_text member)
{
    uint32_t n_unique = views->model->n_unique;

    views->refs[i] = (struct kaiku_cell_ref){
        .view = window->view,
        .window = window->window,
        .start_ms = start_ms,
        .member = member,
        .unique = n_unique > 0 ? views->unique + (size_t)i * n_unique : NULL,
    };
}

int views_read_cell(struct kaiku_views *views, const struct kaiku_cell_ref *ref)
{
    const struct kaiku_view *view = &views->model->views[ref->view];

    if (fields_read(&views->fields, ref->cell) == KAIKU_OK)
        return KAIKU_OK;
    kaiku_error("what redis holds for '%.*s' in view '%s', window '%s' from %" PRId64
                ", is no cell",
                (int)ref->member.size, ref->member.data, view->name,
                view->windows[ref->window].name, ref->start_ms);
    return KAIKU_REFUSED;
}

bool views_is_late(int64_t until_us)
{
    return until_us != VIEWS_FOREVER && kaiku_clock_monotonic_us() >= until_us;
}

/* ---- what is told ---- */

static void begin_round(struct views_round *round)
{
    round->shard = 0;
}

static void forget_round(const struct kaiku_views *views, struct views_round *round)
{
    *round = (struct views_round){.shard = views->model->shards, .due_ms = INT64_MIN};
}

void kaiku_views_forget(struct kaiku_views *views)
{
    views_newest_forget(views);
    views_series_forget(views);
    views_rows_forget(views);
    views_lines_forget(views);
    forget_round(views, &views->now);
    forget_round(views, &views->live);
    forget_round(views, &views->removal);
    forget_round(views, &views->series.round);
    views->trust.due_ms = INT64_MIN;
    kaiku_buffer_clear(&views->trust.shown);
}

void kaiku_views_end(struct kaiku_views *views, const char *field, int64_t end)
{
    /* Out of memory: the partition counts as not read to its end, which is safe. */
    if (partitions_end(&views->partitions, kaiku_text_of(field), end, kaiku_clock_monotonic_ms()) != KAIKU_OK)
        kaiku_warn("out of memory for the extent of '%s'", field);
}

void kaiku_views_extent(struct kaiku_views *views, const char *field, const struct kaiku_extent *extent)
{
    struct kaiku_text text = kaiku_text_of(field);

    kaiku_views_end(views, field, extent->end);
    /* Out of memory: it says nothing about the margin. */
    if (partitions_first(&views->partitions, text, extent->first) != KAIKU_OK ||
        partitions_high_watermark(&views->partitions, text, extent->high_watermark,
                                  kaiku_clock_monotonic_ms()) != KAIKU_OK)
        kaiku_warn("out of memory for the extent of '%s'", field);
}

int kaiku_views_touch(struct kaiku_views *views, uint32_t view, uint32_t w, int64_t start_ms,
                      struct kaiku_text member)
{
    struct views_window *window = &views->windows[views->first_window[view] + w];
    struct views_part *part;
    uint32_t shard;

    /* Where the newest window is not known, or older than this one, it will be another one soon,
     * and then all live members are looked at. */
    if (!window->is_known || start_ms > window->newest.start || start_ms < window->live_from_ms)
        return KAIKU_OK;
    window->rows_stale = true;
    shard = kaiku_member_shard(views->model, &views->model->views[view], member);
    part = views_part(views, shard, (uint32_t)(window - views->windows));
    return members_add(&part->stale, member, start_ms);
}

/* ---- ticks ---- */

/* Right behind a commit there is the most to show and the least to wait for: what is due about then is
 * done then. */
static bool is_moment(const struct kaiku_views *views, int64_t due_ms)
{
    int64_t slack = views->every_ms / 3;

    return due_ms <= (views->is_fresh ? views->now_ms + slack : views->now_ms - slack);
}

/* Begins the next round if the last one is over. False: it is not yet time. */
static bool is_due(const struct kaiku_views *views, struct views_round *round, int64_t every_ms)
{
    if (round->shard < views->model->shards)
        return true;
    if (!is_moment(views, round->due_ms))
        return false;
    *round = (struct views_round){.began_ms = views->now_ms, .due_ms = views->now_ms + every_ms};
    return true;
}

static int look_at_trust(struct kaiku_views *views)
{
    bool was_at_end = views->reading.is_at_end;
    int status = KAIKU_OK;

    if (is_moment(views, views->trust.due_ms)) {
        status = views_trust_refresh(views);
        /* Caught up: what was held back until then is shown at once, from the first shard on. */
        if (views->reading.is_at_end && !was_at_end) {
            views_series_forget(views);
            forget_round(views, &views->series.round);
        }
        views->trust.due_ms = views->now_ms + views->every_ms;
    }
    if (status == KAIKU_OK)
        views_newest_update(views);
    return status;
}

/* A round of series, then lines, which wait for it. */
static int write_streams(struct kaiku_views *views)
{
    int64_t until_us = kaiku_clock_monotonic_us() + VIEWS_SLICE_US;

    if (views_lines_are_over(views) && is_due(views, &views->series.round, VIEWS_MINUTE_MS)) {
        int status = views_series_work(views, until_us);
        if (status != KAIKU_OK)
            return status;
        if (views->series.round.shard == views->model->shards)
            views_lines_begin(views);
    }
    return views_lines_work(views, until_us);
}

/* What Redis spends on streams stays under a tenth of its time. */
static int write_series(struct kaiku_views *views)
{
    int64_t busy_us = kaiku_store_busy_us(views->store);
    int status;

    /* Changed cells whose lines are not known would have to wait for the next round. */
    if (views->now_ms < views->series.resume_ms || !views_lines_are_listed(views))
        return KAIKU_OK;
    status = write_streams(views);
    busy_us = kaiku_store_busy_us(views->store) - busy_us;
    views->series.resume_ms = views->now_ms + 10 * busy_us / 1000;
    return status;
}

/* And on live views under a quarter: a round that took Redis long is followed by a longer pause. */
static int write_now(struct kaiku_views *views)
{
    struct views_round *round = &views->now;
    int64_t busy_us = kaiku_store_busy_us(views->store), due_ms;
    int status;

    if (!is_due(views, round, views->every_ms))
        return KAIKU_OK;
    status = views_now_work(views, kaiku_clock_monotonic_us() + VIEWS_NOW_US);
    round->busy_us += kaiku_store_busy_us(views->store) - busy_us;
    due_ms = round->began_ms + 4 * round->busy_us / 1000;
    if (due_ms > round->due_ms)
        round->due_ms = due_ms;
    return status;
}

static int tick(struct kaiku_views *views)
{
    int status = look_at_trust(views);

    KAIKU_FAILPOINT("trust");
    if (status == KAIKU_OK)
        status = write_now(views);
    KAIKU_FAILPOINT("now");
    if (status == KAIKU_OK)
        status = views_rows_work(views, kaiku_clock_monotonic_us() + VIEWS_SLICE_US);
    KAIKU_FAILPOINT("rows");
    if (status == KAIKU_OK && is_due(views, &views->live, VIEWS_MINUTE_MS))
        status = views_newest_look(views, kaiku_clock_monotonic_us() + VIEWS_SLICE_US);
    if (status == KAIKU_OK && is_due(views, &views->removal, VIEWS_MINUTE_MS))
        status = views_removal_work(views, kaiku_clock_monotonic_us() + VIEWS_SLICE_US);
    if (status == KAIKU_OK)
        status = write_series(views);
    return status;
}

void kaiku_views_pace(struct kaiku_views *views, int64_t every_ms)
{
    views->every_ms = every_ms;
}

int kaiku_views_tick(struct kaiku_views *views, int64_t now_ms, bool is_fresh)
{
    int status;

    views->now_ms = now_ms;
    views->is_fresh = is_fresh;
    status = tick(views);
    if (status != KAIKU_OK)
        kaiku_views_forget(views);
    return status;
}

bool kaiku_views_is_behind(const struct kaiku_views *views)
{
    return views->now.shard < views->model->shards;
}

/* ---- the end ---- */

/* Everything once, in the order in which one thing finds work for the next. */
static int settle_once(struct kaiku_views *views)
{
    int status = views_trust_refresh(views);

    if (status != KAIKU_OK)
        return status;
    views_newest_update(views);
    begin_round(&views->removal);
    status = views_removal_work(views, VIEWS_FOREVER);
    if (status == KAIKU_OK) {
        begin_round(&views->series.round);
        status = views_series_work(views, VIEWS_FOREVER);
    }
    if (status == KAIKU_OK) {
        begin_round(&views->now);
        status = views_now_work(views, VIEWS_FOREVER);
    }
    if (status == KAIKU_OK) {
        begin_round(&views->live);
        status = views_newest_look(views, VIEWS_FOREVER);
    }
    if (status == KAIKU_OK) {
        views_rows_forget(views); /* they are due now */
        status = views_rows_work(views, VIEWS_FOREVER);
    }
    if (status == KAIKU_OK) {
        views_lines_begin(views);
        status = views_lines_work(views, VIEWS_FOREVER);
    }
    return status;
}

int kaiku_views_show(struct kaiku_views *views)
{
    int status = views_trust_refresh(views);

    if (status != KAIKU_OK)
        return status;
    views_newest_update(views);
    begin_round(&views->now);
    status = views_now_work(views, VIEWS_FOREVER);
    if (status == KAIKU_OK) {
        views_rows_forget(views); /* they are due now */
        status = views_rows_work(views, VIEWS_FOREVER);
    }
    if (status != KAIKU_OK)
        kaiku_views_forget(views);
    return status;
}

int kaiku_views_settle(struct kaiku_views *views)
{
    int status = KAIKU_OK;

    views->is_settling = true;
    for (int round = 0; round < SETTLE_ROUNDS && status == KAIKU_OK; round++) {
        /* What a tick left half done was chosen by other rules. */
        views_series_forget(views);
        status = settle_once(views);
        if (views_series_backlog(views) == 0 && !views_lines_are_stale(views))
            break;
    }
    views->is_settling = false;
    if (status != KAIKU_OK)
        kaiku_views_forget(views);
    return status;
}

void kaiku_views_read_figures(const struct kaiku_views *views, struct kaiku_views_figures *out)
{
    *out = (struct kaiku_views_figures){
        .low_time_ms = views->reading.low_ms,
        .high_time_ms = views->reading.high_ms,
        .lag = views->reading.lag,
        .series_backlog = views_series_backlog(views),
    };
    for (size_t p = 0; p < (size_t)views->model->shards * views->n_windows; p++)
        out->live_members += views->parts[p].live;
}
