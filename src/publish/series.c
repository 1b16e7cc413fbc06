/* `ts`: streams with one entry per window with data. Redis lists the changed cells; a round goes
 * through the shards' lists about once a minute, gathers what belongs to one series, and writes it
 * at once. */
#include "views_private.h"

#include <base/array.h>
#include <base/clock.h>
#include <base/failpoint.h>
#include <kaiku/keys.h>

#include <stdlib.h>

/* ---- which cells were changed ---- */

/* While the log is being caught up with, a window is shown once no partition can add to it, so that
 * series grow in order instead of being rewritten over and over. */
static bool is_due(const struct kaiku_views *views, uint32_t view, uint32_t window,
                   int64_t start_ms)
{
    const struct kaiku_window *length = &views->model->views[view].windows[window];

    if (views->is_settling || views->reading.is_at_end)
        return true;
    return kaiku_calendar_window(views->options.calendar, length, start_ms).end <=
           views->reading.unread_low_ms;
}

static int push(struct views_series *series, const struct views_change *change)
{
    struct views_change *list =
        kaiku_array_reserve(series->list, series->n, &series->capacity, sizeof(*list));

    if (!list)
        return KAIKU_NOMEM;
    series->list = list;
    list[series->n] = *change;
    list[series->n].member = arena_copy(&series->arena, change->member);
    return list[series->n++].member.data ? KAIKU_OK : KAIKU_NOMEM;
}

static void take_change(void *context, uint32_t view, uint32_t window, int64_t start_ms,
                        struct kaiku_text member, int64_t applied)
{
    struct kaiku_views *views = context;
    struct views_series *series = &views->series;
    struct views_change change = {view, window, start_ms, member, false};

    (void)applied;
    series->backlog[series->round.shard]++;
    if (series->loading == KAIKU_OK && is_due(views, view, window, start_ms))
        series->loading = push(series, &change);
    /* Whoever committed it may have gone before it wrote the other views. */
    if (series->loading == KAIKU_OK)
        series->loading = kaiku_views_touch(views, view, window, start_ms, member);
}

static int compare_series(const struct views_change *a, const struct views_change *b)
{
    if (a->view != b->view)
        return a->view < b->view ? -1 : 1;
    if (a->window != b->window)
        return a->window < b->window ? -1 : 1;
    return strcmp(a->member.data, b->member.data);
}

static int compare_changes(const void *left, const void *right)
{
    const struct views_change *a = left, *b = right;
    int order = compare_series(a, b);

    return order != 0 ? order : (a->start_ms > b->start_ms) - (a->start_ms < b->start_ms);
}

static int load(struct kaiku_views *views)
{
    struct views_series *series = &views->series;
    int status;

    arena_clear(&series->arena);
    series->n = series->at = 0;
    series->loading = KAIKU_OK;
    series->backlog[series->round.shard] = 0;
    status = kaiku_store_dirty(views->store, series->round.shard, take_change, views);
    if (status == KAIKU_OK)
        status = series->loading;
    if (series->n > 1)
        qsort(series->list, series->n, sizeof(*series->list), compare_changes);
    series->is_loaded = status == KAIKU_OK;
    return status;
}

/* ---- writing them ---- */

/* How many of the n changes belong to the series of the first. */
static uint32_t series_length(const struct views_change *changes, uint32_t n)
{
    uint32_t length = 1;

    while (length < n && compare_series(&changes[0], &changes[length]) == 0)
        length++;
    return length;
}

/* How many are read at once: whole series, as far as they fit. */
static uint32_t batch_length(const struct views_change *changes, uint32_t n)
{
    uint32_t length = series_length(changes, n);

    if (length > VIEWS_ENTRIES)
        return VIEWS_ENTRIES;
    while (length < n) {
        uint32_t more = series_length(changes + length, n - length);
        if (length + more > VIEWS_BATCH)
            break;
        length += more;
    }
    return length;
}

static struct views_window *window_of(struct kaiku_views *views, const struct views_change *change)
{
    return &views->windows[views->first_window[change->view] + change->window];
}

static int make_entry(struct kaiku_views *views, const struct kaiku_cell_ref *ref,
                      struct views_change *change, struct kaiku_entry *entry)
{
    struct run run;
    int status = views_read_cell(views, ref);

    if (status != KAIKU_OK)
        return status;
    *entry = (struct kaiku_entry){.start_ms = ref->start_ms};
    change->is_empty = views->fields.is_empty;
    if (change->is_empty)
        return KAIKU_OK;
    if (run_begin(&run, &views->arena, views->fields.most) != KAIKU_OK)
        return KAIKU_NOMEM;
    fields_put(&views->fields, ref->view, ref->window, ref->member, ref->unique, &run);
    entry->fields = run_end(&run);
    return KAIKU_OK;
}

static int make_entries(struct kaiku_views *views, struct views_change *changes, uint32_t n,
                        struct kaiku_version *version)
{
    int status;

    for (uint32_t i = 0; i < n; i++)
        views_set_ref(views, i, window_of(views, &changes[i]), changes[i].start_ms,
                      changes[i].member);
    status = kaiku_store_cells(views->store, views->series.round.shard, views->refs, n, version);
    arena_clear(&views->arena);
    for (uint32_t i = 0; i < n && status == KAIKU_OK; i++)
        status = make_entry(views, &views->refs[i], &changes[i], &views->series.entries[i]);
    return status;
}

static int series_key(struct kaiku_views *views, const struct views_change *change,
                      struct kaiku_series *out)
{
    const struct views_window *window = window_of(views, change);
    char key[KAIKU_KEY_MAX];
    int size = kaiku_key_series(key, sizeof(key), views->options.prefix,
                                views_view(views, window)->name, views_length(views, window)->name,
                                change->member.data);

    if (size < 0)
        return KAIKU_INVALID;
    out->key = arena_copy(&views->arena, (struct kaiku_text){key, (size_t)size}).data;
    return out->key ? KAIKU_OK : KAIKU_NOMEM;
}

static int gather_series(struct kaiku_views *views, const struct views_change *changes, uint32_t n,
                         uint32_t *n_series)
{
    struct views_series *series = &views->series;
    int status = KAIKU_OK;

    *n_series = 0;
    for (uint32_t i = 0; i < n && status == KAIKU_OK; i += series->puts[*n_series - 1].n) {
        struct kaiku_series *put = &series->puts[(*n_series)++];
        *put = (struct kaiku_series){.entries = series->entries + i,
                                     .n = series_length(changes + i, n - i)};
        status = series_key(views, &changes[i], put);
    }
    return status;
}

/* The cells of a series that need not wait for lines come behind the n_shown in front of refs. */
static int take_shown(struct kaiku_views *views, uint32_t at, uint32_t n, struct kaiku_version version,
                      uint32_t *n_shown)
{
    int status = KAIKU_OK;

    for (uint32_t i = at; i < at + n && status == KAIKU_OK; i++) {
        bool waits;
        status = views_lines_wait(views, &views->refs[i], views->series.round.shard, version.applied, &waits);
        if (!waits)
            views->refs[(*n_shown)++] = views->refs[i];
    }
    return status;
}

/* Where a newer state stands already, the cells stay on the list: whoever wrote it takes them off,
 * or the next round finds them. */
static int write_entries(struct kaiku_views *views, const struct views_change *changes, uint32_t n,
                         struct kaiku_version version)
{
    struct views_series *series = &views->series;
    uint32_t n_shown = 0, n_series;
    int status = gather_series(views, changes, n, &n_series);

    if (status == KAIKU_OK)
        status = kaiku_store_put_series(views->store, version, series->puts, n_series);
    KAIKU_FAILPOINT("shown");
    for (uint32_t i = 0, at = 0; i < n_series && status == KAIKU_OK; at += series->puts[i++].n)
        if (series->puts[i].done)
            status = take_shown(views, at, series->puts[i].n, version, &n_shown);
    if (status == KAIKU_OK && n_shown > 0)
        status = kaiku_store_shown(views->store, series->round.shard, views->refs, n_shown,
                                   version.applied);
    if (status == KAIKU_OK)
        series->backlog[series->round.shard] -= n_shown;
    return status;
}

/* Members whose cells were emptied may not live any more. */
static int look_at_emptied(struct kaiku_views *views, const struct views_change *changes,
                           uint32_t n)
{
    int status = KAIKU_OK;

    for (uint32_t i = 0; i < n && status == KAIKU_OK; i++) {
        const struct views_change *change = &changes[i];
        const struct views_window *window = window_of(views, change);
        if (change->is_empty && window->is_known && change->start_ms <= window->newest.start &&
            change->start_ms >= window->live_from_ms)
            status = views_newest_relive(views, views->series.round.shard,
                                         (uint32_t)(window - views->windows), change->member,
                                         change->start_ms);
    }
    return status;
}

static int write_batch(struct kaiku_views *views)
{
    struct views_series *series = &views->series;
    struct views_change *changes = series->list + series->at;
    uint32_t n = batch_length(changes, series->n - series->at);
    struct kaiku_version version;
    int status = make_entries(views, changes, n, &version);

    if (status == KAIKU_OK)
        status = write_entries(views, changes, n, version);
    if (status == KAIKU_OK)
        status = look_at_emptied(views, changes, n);
    series->at += n;
    return status;
}

int views_series_work(struct kaiku_views *views, int64_t until_us)
{
    struct views_series *series = &views->series;
    int status = KAIKU_OK;

    while (series->round.shard < views->model->shards && !views_is_late(until_us)) {
        if (!series->is_loaded)
            status = load(views);
        else if (series->at < series->n)
            status = write_batch(views);
        if (status != KAIKU_OK)
            return status;
        if (series->at == series->n) {
            series->is_loaded = false;
            series->round.shard++;
        }
    }
    return KAIKU_OK;
}

/* ---- what is known ---- */

void views_series_forget(struct kaiku_views *views)
{
    views->series.is_loaded = false;
    views->series.n = views->series.at = 0;
    views->series.resume_ms = INT64_MIN;
    views_lines_drop(views);
}

uint64_t views_series_backlog(const struct kaiku_views *views)
{
    uint64_t backlog = 0;

    for (uint32_t shard = 0; shard < views->model->shards; shard++)
        backlog += views->series.backlog[shard];
    return backlog;
}
