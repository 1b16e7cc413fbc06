/* `lines`: which are due. About once a minute, behind a round of series: a changed cell is taken off the list of
 * changed ones when both show it, so whatever ends a process, the next one finds what lines lack. What else they
 * depend on, the members and the newest window, stands beside each stream, and is compared. */
#include "views_private.h"

#include <base/array.h>
#include <base/failpoint.h>
#include <base/hash.h>
#include <model/digest.h>
#include <model/member.h>

#include <stdlib.h>

#define DAY_MS INT64_C(86400000)
/* No events before, and no windows to ask a calendar for. */
#define EARLIEST_MS (INT64_C(365) * DAY_MS)

/* ---- life ---- */

int views_lines_create(struct kaiku_views *views)
{
    struct views_lines *lines = &views->lines;

    for (uint32_t w = 0; w < views->n_windows; w++) {
        views->windows[w].first_line = lines->n;
        lines->n += views_view(views, &views->windows[w])->n_groupings;
    }
    lines->list = calloc(lines->n + 1, sizeof(*lines->list));
    lines->cells = calloc(VIEWS_LINES_CHUNK, sizeof(*lines->cells));
    lines->entries = calloc(VIEWS_LINES_CHUNK, sizeof(*lines->entries));
    lines->starts = calloc(VIEWS_LINES_ENTRIES, sizeof(*lines->starts));
    if (!lines->list || !lines->cells || !lines->entries || !lines->starts)
        return KAIKU_NOMEM;
    for (uint32_t w = 0; w < views->n_windows; w++) {
        const struct views_window *window = &views->windows[w];
        const struct kaiku_view *view = views_view(views, window);
        char shape[33];
        if (kaiku_digest_shape(views->model, window->view, window->window, shape) != KAIKU_OK)
            return KAIKU_NOMEM;
        for (uint32_t g = 0; g < view->n_groupings; g++)
            lines->list[window->first_line + g] = (struct views_line){
                .window = w, .grouping = view->groupings[g], .shape = kaiku_hash_stable(shape, sizeof(shape) - 1)};
    }
    return KAIKU_OK;
}

void views_lines_release(struct kaiku_views *views)
{
    struct views_lines *lines = &views->lines;

    for (uint32_t i = 0; lines->list && i < lines->n; i++)
        roll_release(&lines->list[i].roll);
    arena_release(&lines->arena);
    free(lines->list);
    free(lines->waiting);
    free(lines->cells);
    free(lines->entries);
    free(lines->starts);
}

void views_lines_drop(struct kaiku_views *views)
{
    views->lines.at = views->lines.n;
    views->lines.n_waiting = 0;
    arena_clear(&views->lines.arena);
}

void views_lines_forget(struct kaiku_views *views)
{
    for (uint32_t i = 0; i < views->lines.n; i++) {
        struct views_line *line = &views->lines.list[i];
        line->is_listed = line->is_stale = false;
        line->stale_ms = INT64_MAX;
    }
}

/* ---- what they depend on ---- */

/* The first of the newest windows that are shown: so many as make a table's worth of entries at most; of those that
 * reach a day back, or of a hundred where these are more. */
static int64_t find_first(const struct kaiku_views *views, const struct views_line *line)
{
    const struct kaiku_window *length = views_length(views, &views->windows[line->window]);
    uint32_t most = line->roll.n > 0 ? VIEWS_LINES_ENTRIES / line->roll.n : 1;
    int64_t start_ms = line->newest_ms;

    for (uint32_t n = 1; n < most && start_ms > EARLIEST_MS; n++) {
        if (n >= VIEWS_LINES_WINDOWS && start_ms <= line->newest_ms - DAY_MS)
            break;
        start_ms = kaiku_calendar_window(views->options.calendar, length, start_ms - 1).start;
    }
    return start_ms;
}

static void lower(int64_t *least, int64_t value)
{
    if (value < *least)
        *least = value;
}

/* Cells that the former list left out came off the list of changed ones, though another process, whose list was newer, may
 * show them: those are written anew. */
void views_lines_list(struct kaiku_views *views, uint32_t w, uint32_t table, struct roll *roll)
{
    struct views_line *line = &views->lines.list[views->windows[w].first_line + table];
    uint64_t members;
    int64_t first_ms;
    struct roll former = line->roll;

    roll_end(roll);
    members = roll_sum(roll, line->shape);
    if (line->is_listed && line->members == members && line->newest_ms == views->rows.start_ms) {
        line->version = views->rows.version;
        return;
    }
    if (line->is_listed)
        lower(&line->stale_ms, line->members != 0 ? line->newest_ms : INT64_MIN);
    line->is_stale = true;
    line->is_listed = true;
    line->roll = *roll;
    *roll = former;
    line->members = members;
    line->version = views->rows.version;
    line->newest_ms = views->rows.start_ms;
    first_ms = find_first(views, line);
    if (line->first_ms > first_ms) /* windows that the former list left out */
        lower(&line->stale_ms, first_ms);
    line->first_ms = first_ms;
}

void views_lines_trim(struct kaiku_views *views, uint32_t w)
{
    const struct views_window *window = &views->windows[w];

    for (uint32_t g = 0; g < views_view(views, window)->n_groupings; g++)
        views->lines.list[window->first_line + g].is_stale = true;
}

bool views_lines_are_listed(const struct kaiku_views *views)
{
    for (uint32_t i = 0; i < views->lines.n; i++) {
        const struct views_line *line = &views->lines.list[i];
        if (line->grouping != 0 && !line->is_listed && views->windows[line->window].is_known)
            return false;
    }
    return true;
}

/* ---- changed cells ---- */

static struct views_line *find_line(struct kaiku_views *views, const struct kaiku_cell_ref *ref)
{
    const struct kaiku_view *view = &views->model->views[ref->view];
    const struct views_window *window = &views->windows[views->first_window[ref->view] + ref->window];
    uint32_t grouping = kaiku_member_grouping(ref->member);

    for (uint32_t g = 0; grouping != 0 && g < view->n_groupings; g++)
        if (view->groupings[g] == grouping)
            return &views->lines.list[window->first_line + g];
    return NULL;
}

static bool is_shown(const struct views_line *line, int64_t start_ms)
{
    return line->members != 0 && start_ms >= line->first_ms && start_ms <= line->newest_ms;
}

/* The next list will reach so far, and another process' may do so already. */
static bool is_ahead(const struct kaiku_views *views, const struct views_line *line, int64_t start_ms)
{
    return start_ms > line->newest_ms && start_ms <= views->windows[line->window].newest.start;
}

int views_lines_wait(struct kaiku_views *views, const struct kaiku_cell_ref *ref, uint32_t shard, int64_t applied,
                     bool *waits)
{
    struct views_lines *lines = &views->lines;
    struct views_line *line = find_line(views, ref);
    struct views_waiting *list;

    *waits = line && (!line->is_listed || is_shown(line, ref->start_ms) || is_ahead(views, line, ref->start_ms));
    if (!*waits)
        return KAIKU_OK;
    line->is_stale = true;
    lower(&line->stale_ms, ref->start_ms);
    list = kaiku_array_reserve(lines->waiting, lines->n_waiting, &lines->waiting_capacity, sizeof(*list));
    if (!list)
        return KAIKU_NOMEM;
    lines->waiting = list;
    list[lines->n_waiting] = (struct views_waiting){line, *ref, shard, applied};
    list[lines->n_waiting].ref.member = arena_copy(&lines->arena, ref->member);
    return list[lines->n_waiting++].ref.member.data ? KAIKU_OK : KAIKU_NOMEM;
}

/* Those of the first one's shard and state from `at` on whose lines were written go off the list; *next: the first of
 * another. */
static int show_run(struct kaiku_views *views, uint32_t at, uint32_t *next)
{
    const struct views_waiting *list = views->lines.waiting;
    uint32_t n = 0, end = at;
    int status = KAIKU_OK;

    for (; end < views->lines.n_waiting && n < VIEWS_ENTRIES && list[end].shard == list[at].shard &&
           list[end].applied == list[at].applied; end++)
        if (list[end].line->is_done && list[end].ref.start_ms <= list[end].line->newest_ms)
            views->refs[n++] = list[end].ref;
    if (n > 0)
        status = kaiku_store_shown(views->store, list[at].shard, views->refs, n, list[at].applied);
    if (status == KAIKU_OK)
        views->series.backlog[list[at].shard] -= n;
    *next = end;
    return status;
}

static int show(struct kaiku_views *views)
{
    int status = KAIKU_OK;

    for (uint32_t at = 0; at < views->lines.n_waiting && status == KAIKU_OK;)
        status = show_run(views, at, &at);
    views_lines_drop(views);
    return status;
}

/* ---- a round ---- */

void views_lines_begin(struct kaiku_views *views)
{
    views->lines.at = 0;
    for (uint32_t i = 0; i < views->lines.n; i++)
        views->lines.list[i].is_done = false;
}

bool views_lines_are_over(const struct kaiku_views *views)
{
    return views->lines.at == views->lines.n;
}

bool views_lines_are_stale(const struct kaiku_views *views)
{
    for (uint32_t i = 0; i < views->lines.n; i++)
        if (views->lines.list[i].is_listed && views->lines.list[i].is_stale)
            return true;
    return false;
}

int views_lines_work(struct kaiku_views *views, int64_t until_us)
{
    struct views_lines *lines = &views->lines;

    if (views_lines_are_over(views))
        return KAIKU_OK;
    while (lines->at < lines->n && !views_is_late(until_us)) {
        struct views_line *line = &lines->list[lines->at];
        int status = line->is_listed && line->is_stale ? views_draw(views, line) : KAIKU_OK;
        if (status != KAIKU_OK)
            return status;
        KAIKU_FAILPOINT("lines");
        lines->at++;
    }
    return lines->at == lines->n ? show(views) : KAIKU_OK;
}
