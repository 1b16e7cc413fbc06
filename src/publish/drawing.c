/* The lines of one table: what stands there is looked at, then cells are read, then entries are written. */
#include "views_private.h"

#include <kaiku/keys.h>
#include <model/member.h>

#include <stdlib.h>

struct drawing {
    struct kaiku_views *views;
    const struct views_line *line;
    const struct views_window *window;
    struct kaiku_lines lines;
    uint32_t n_starts; /* views->lines.starts: the windows to be written, newest first */
    bool done;
};

/* ---- what is to be written ---- */

/* A list of members of that time or of a later one stands behind what is shown. */
static bool is_newer(const struct kaiku_lines_state *seen, const struct views_line *line)
{
    if (seen->newest_ms != line->newest_ms)
        return seen->newest_ms > line->newest_ms;
    return seen->version.applied > line->version.applied;
}

static int64_t find_floor(const struct kaiku_views *views, uint32_t w)
{
    int64_t floor_ms = 0;

    for (uint32_t shard = 0; shard < views->model->shards; shard++)
        if (views_part(views, shard, w)->floor_ms > floor_ms)
            floor_ms = views_part(views, shard, w)->floor_ms;
    return floor_ms;
}

static void find_starts(struct drawing *drawing)
{
    const struct kaiku_views *views = drawing->views;
    const struct kaiku_window *length = views_length(views, drawing->window);
    int64_t at = drawing->line->newest_ms;

    for (drawing->n_starts = 0; at >= drawing->lines.from_ms && drawing->n_starts < VIEWS_LINES_ENTRIES;) {
        views->lines.starts[drawing->n_starts++] = at;
        if (at <= drawing->line->first_ms)
            break;
        at = kaiku_calendar_window(views->options.calendar, length, at - 1).start;
    }
}

/* All, or from where on? */
static void choose(struct drawing *drawing)
{
    const struct views_line *line = drawing->line;
    struct kaiku_lines *lines = &drawing->lines;
    int64_t floor_ms = find_floor(drawing->views, line->window);

    lines->next = (struct kaiku_lines_state){line->version, line->newest_ms, line->members, lines->seen.writes + 1};
    lines->first_ms = line->first_ms > floor_ms ? line->first_ms : floor_ms;
    lines->is_whole =
        lines->seen.members != line->members || lines->seen.version.generation != line->version.generation;
    lines->from_ms = line->stale_ms;
    if (lines->seen.newest_ms < line->newest_ms && lines->seen.newest_ms < lines->from_ms)
        lines->from_ms = lines->seen.newest_ms;
    if (lines->is_whole || lines->from_ms < lines->first_ms)
        lines->from_ms = lines->first_ms;
    find_starts(drawing);
    if (lines->is_whole || drawing->n_starts * line->roll.n <= VIEWS_BATCH)
        return;
    /* More than one script's worth is gathered as a whole. */
    lines->is_whole = true;
    lines->from_ms = lines->first_ms;
    find_starts(drawing);
}

/* ---- entries ---- */

/* The window and the member of a chunk's cell. */
static struct views_lines_cell *cell_at(const struct drawing *drawing, uint32_t start, uint32_t member)
{
    return &drawing->views->lines.cells[start * drawing->line->roll.n + member];
}

static int make_cell(struct drawing *drawing, const struct kaiku_cell_ref *ref, struct views_lines_cell *cell)
{
    struct kaiku_views *views = drawing->views;
    int status = views_read_cell(views, ref);

    *cell = (struct views_lines_cell){.member = ref->member};
    if (status != KAIKU_OK || views->fields.is_empty)
        return status;
    status = fields_read_n(ref->cell, &cell->n);
    return status == KAIKU_OK ? views_put_row(views, drawing->window, drawing->line->grouping, ref, &cell->fields)
                              : status;
}

/* The chunk's cells that stand in one shard. */
static int read_shard(struct drawing *drawing, uint32_t shard, const int64_t *starts, uint32_t n_starts)
{
    struct kaiku_views *views = drawing->views;
    const struct roll *roll = &drawing->line->roll;
    const struct kaiku_view *view = views_view(views, drawing->window);
    struct views_lines_cell *cells[VIEWS_LINES_CHUNK];
    struct kaiku_version version;
    uint32_t n = 0;
    int status = KAIKU_OK;

    for (uint32_t m = 0; m < roll->n; m++) {
        if (kaiku_member_shard(views->model, view, roll->members[m]) != shard)
            continue;
        for (uint32_t i = 0; i < n_starts; i++) {
            views_set_ref(views, n, drawing->window, starts[i], roll->members[m]);
            cells[n++] = cell_at(drawing, i, m);
        }
    }
    if (n > 0)
        status = kaiku_store_cells(views->store, shard, views->refs, n, &version);
    for (uint32_t i = 0; i < n && status == KAIKU_OK; i++)
        status = make_cell(drawing, &views->refs[i], cells[i]);
    return status;
}

static int compare_cells(const void *left, const void *right)
{
    const struct views_lines_cell *a = left, *b = right;

    return ranking_compare(a->n, a->member, b->n, b->member);
}

/* One window's entries behind the n that there are; answers how many there are then. */
static uint32_t rank(const struct drawing *drawing, uint32_t start, int64_t start_ms, uint32_t n)
{
    struct views_lines_cell *cells = cell_at(drawing, start, 0);
    uint32_t rank = 0;

    qsort(cells, drawing->line->roll.n, sizeof(*cells), compare_cells);
    for (uint32_t m = 0; m < drawing->line->roll.n; m++)
        if (cells[m].fields.n > 0)
            drawing->views->lines.entries[n++] = (struct kaiku_lines_entry){start_ms, ++rank, cells[m].fields};
    return n;
}

/* Entries of the windows from starts on, newest first there, and last here. */
static int make_chunk(struct drawing *drawing, const int64_t *starts, uint32_t n_starts, uint32_t *n)
{
    int status = KAIKU_OK;

    *n = 0;
    arena_clear(&drawing->views->arena);
    for (uint32_t shard = 0; shard < drawing->views->model->shards && status == KAIKU_OK; shard++)
        status = read_shard(drawing, shard, starts, n_starts);
    for (uint32_t i = n_starts; i-- > 0 && status == KAIKU_OK;)
        *n = rank(drawing, i, starts[i], *n);
    return status;
}

/* ---- writing ---- */

static int put(struct drawing *drawing, uint32_t n)
{
    return kaiku_store_put_lines(drawing->views->store, &drawing->lines, drawing->views->lines.entries, n,
                                 &drawing->done);
}

static int put_gathered(struct drawing *drawing)
{
    struct views_lines *shared = &drawing->views->lines;
    uint32_t most = VIEWS_LINES_CHUNK / drawing->line->roll.n, left = drawing->n_starts, n;
    int status = KAIKU_OK;

    for (drawing->done = true; left > 0 && drawing->done && status == KAIKU_OK;) {
        uint32_t some = left < most ? left : most;
        left -= some;
        status = make_chunk(drawing, shared->starts + left, some, &n);
        if (status == KAIKU_OK)
            status = kaiku_store_gather_lines(drawing->views->store, &drawing->lines, shared->entries, n,
                                              &drawing->done);
    }
    return status == KAIKU_OK && drawing->done ? put(drawing, 0) : status;
}

static int write(struct drawing *drawing)
{
    uint32_t n = 0;
    int status = KAIKU_OK;

    /* No members, or too many: there is no key. */
    if (drawing->line->members == 0) {
        drawing->done = drawing->lines.seen.members == 0;
        drawing->lines.is_whole = true;
        drawing->lines.next = (struct kaiku_lines_state){drawing->line->version, drawing->line->newest_ms, 0,
                                                         drawing->lines.seen.writes + 1};
        return drawing->done ? KAIKU_OK : put(drawing, 0);
    }
    choose(drawing);
    if (drawing->n_starts * drawing->line->roll.n > VIEWS_BATCH)
        return put_gathered(drawing);
    if (drawing->n_starts > 0)
        status = make_chunk(drawing, drawing->views->lines.starts, drawing->n_starts, &n);
    return status == KAIKU_OK ? put(drawing, n) : status;
}

int views_draw(struct kaiku_views *views, struct views_line *line)
{
    struct views_window *window = &views->windows[line->window];
    struct drawing drawing = {.views = views, .line = line, .window = window};
    struct kaiku_buffer set = {0};
    int status;

    kaiku_member_set(&set, views->model, views_view(views, window), line->grouping);
    drawing.lines = (struct kaiku_lines){
        .view = window->view, .window = window->window, .set = kaiku_buffer_cstring(&set)};
    status = set.failed ? KAIKU_NOMEM : kaiku_store_look_at_lines(views->store, &drawing.lines);
    if (status == KAIKU_OK && is_newer(&drawing.lines.seen, line))
        window->rows_stale = true; /* a new list of members will do */
    else if (status == KAIKU_OK)
        status = write(&drawing);
    kaiku_buffer_release(&set);
    if (status != KAIKU_OK || !drawing.done)
        return status;
    line->is_stale = false;
    line->is_done = true;
    line->stale_ms = INT64_MAX;
    return KAIKU_OK;
}
