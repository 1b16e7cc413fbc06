/* `rows`: tables of the newest window, one for each grouping with dimensions of its own. One pass
 * over the shards makes all tables of a view's window. */
#include "views_private.h"

#include <kaiku/keys.h>
#include <model/member.h>

enum { LEAST_EVERY_MS = 5000 };

/* ---- which tables ---- */

static void begin(struct kaiku_views *views, uint32_t w)
{
    struct views_rows *rows = &views->rows;
    struct views_window *window = &views->windows[w];
    const struct kaiku_view *view = views_view(views, window);
    int64_t every_ms = views->every_ms;

    window->rows_stale = false;
    window->rows_due_ms = views->now_ms + (every_ms > LEAST_EVERY_MS ? every_ms : LEAST_EVERY_MS);
    rows->is_active = true;
    rows->window = w;
    rows->shard = 0;
    rows->start_ms = window->newest.start;
    rows->live_from_ms = window->live_from_ms;
    rows->version = (struct kaiku_version){kaiku_store_generation(views->store), 0};
    rows->status = KAIKU_OK;
    memset(rows->table_of, -1, sizeof(rows->table_of));
    for (uint32_t g = 0; g < view->n_groupings; g++) {
        if (view->groupings[g] != 0)
            rows->table_of[view->groupings[g]] = (int16_t)g;
        ranking_begin(&rows->tables[g], view->rows);
        roll_begin(&rows->rolls[g]);
    }
}

static bool is_due(const struct kaiku_views *views, const struct views_window *window)
{
    return window->is_known && window->has_tables && window->rows_stale &&
           window->rows_due_ms <= views->now_ms;
}

/* The next window, in turn, whose tables are due. */
static bool begin_due(struct kaiku_views *views)
{
    for (uint32_t i = 1; i <= views->n_windows; i++) {
        uint32_t w = (views->rows.window + i) % views->n_windows;
        if (is_due(views, &views->windows[w])) {
            begin(views, w);
            return true;
        }
    }
    return false;
}

/* ---- reading ---- */

static void offer(struct views_rows *rows, struct kaiku_text member, struct kaiku_text cell)
{
    int table = rows->table_of[kaiku_member_grouping(member)];
    int64_t n;

    if (table < 0 || rows->status != KAIKU_OK)
        return;
    rows->status = fields_read_n(cell, &n);
    if (rows->status == KAIKU_OK)
        rows->status = ranking_offer(&rows->tables[table], n, rows->shard, member, cell);
    if (rows->status == KAIKU_OK)
        rows->status = roll_add(&rows->rolls[table], member);
}

static void visit_cell(void *context, struct kaiku_text member, struct kaiku_text cell)
{
    offer(context, member, cell);
}

/* Live without data in the newest window. */
static void visit_live(void *context, struct kaiku_text member, int64_t newest_start_ms)
{
    struct views_rows *rows = context;

    if (newest_start_ms < rows->start_ms)
        offer(rows, member, (struct kaiku_text){NULL, 0});
}

static int read_shard(struct kaiku_views *views)
{
    struct views_rows *rows = &views->rows;
    const struct views_window *window = &views->windows[rows->window];
    struct kaiku_version version;
    int status = views_newest_ripen(views, rows->shard, rows->window);

    /* The cells first: a member that gets its first one in between is then missing until the next
     * time, and not there twice. */
    if (status == KAIKU_OK)
        status = kaiku_store_window(views->store, rows->shard, window->view, window->window,
                                    rows->start_ms, visit_cell, rows, &version);
    if (status == KAIKU_OK)
        status = kaiku_store_live(views->store, rows->shard, window->view, window->window,
                                  rows->live_from_ms, visit_live, rows);
    if (status != KAIKU_OK)
        return status;
    rows->version.generation = version.generation;
    rows->version.applied += version.applied;
    rows->shard++;
    return rows->status;
}

/* ---- writing ---- */

/* Text columns: the values of the dimensions that the grouping keeps. */
static int put_columns(struct kaiku_views *views, const struct kaiku_view *view, uint32_t grouping,
                       struct kaiku_text member, struct kaiku_text columns[KAIKU_MAX_BY])
{
    struct kaiku_text parts[KAIKU_MAX_BY];
    struct kaiku_buffer text = {0};
    uint32_t n = kaiku_member_split(member, parts);
    int status = KAIKU_OK;

    for (uint32_t i = 0; i < view->n_by && i < n; i++) {
        if (!(grouping >> i & 1))
            continue;
        kaiku_buffer_clear(&text);
        kaiku_member_column(&text, parts[i]);
        columns[i] = arena_copy(&views->arena, kaiku_buffer_as_text(&text));
        if (text.failed || !columns[i].data)
            status = KAIKU_NOMEM;
    }
    kaiku_buffer_release(&text);
    return status;
}

int views_put_row(struct kaiku_views *views, const struct views_window *window, uint32_t grouping,
                  const struct kaiku_cell_ref *ref, struct kaiku_fields *row)
{
    const struct kaiku_view *view = views_view(views, window);
    struct kaiku_text columns[KAIKU_MAX_BY];
    struct run run;
    int status = put_columns(views, view, grouping, ref->member, columns);

    if (status == KAIKU_OK)
        status = run_begin(&run, &views->arena, view->n_by + views->fields.most);
    if (status != KAIKU_OK)
        return status;
    for (uint32_t i = 0; i < view->n_by; i++)
        if (grouping >> i & 1)
            run_text(&run, kaiku_text_of(views->model->dimensions[view->by[i]].name), columns[i]);
    fields_put(&views->fields, ref->view, ref->window, ref->member, ref->unique, &run);
    *row = run_end(&run);
    return KAIKU_OK;
}

/* Reads the estimates of n cells of one shard, whose refs are set. */
static int read_uniques(struct kaiku_views *views, uint32_t shard, uint32_t n)
{
    struct kaiku_version version;

    return n > 0 ? kaiku_store_cells(views->store, shard, views->refs, n, &version) : KAIKU_OK;
}

/* The estimates stand beside the cells: they are read for the rows that are shown, shard by
 * shard. */
static int find_uniques(struct kaiku_views *views, const struct ranking *table, int64_t *uniques)
{
    const struct views_window *window = &views->windows[views->rows.window];
    int status = KAIKU_OK;

    for (uint32_t shard = 0; shard < views->model->shards && status == KAIKU_OK; shard++) {
        uint32_t n = 0;
        for (uint32_t i = 0; i < table->n && status == KAIKU_OK; i++) {
            if (table->rows[i].shard != shard)
                continue;
            views_set_ref(views, n, window, views->rows.start_ms,
                          kaiku_buffer_as_text(&table->rows[i].member));
            views->refs[n++].unique = uniques + (size_t)i * views->model->n_unique;
            if (n == VIEWS_BATCH) {
                status = read_uniques(views, shard, n);
                n = 0;
            }
        }
        if (status == KAIKU_OK)
            status = read_uniques(views, shard, n);
    }
    return status;
}

static int make_rows(struct kaiku_views *views, const struct ranking *table, uint32_t grouping,
                     struct kaiku_fields *rows)
{
    const struct views_window *window = &views->windows[views->rows.window];
    uint32_t n_unique = views->model->n_unique;
    int64_t *uniques = arena_take(&views->arena, (size_t)table->n * n_unique * sizeof(*uniques));
    int status = uniques ? KAIKU_OK : KAIKU_NOMEM;

    if (status == KAIKU_OK && n_unique > 0)
        status = find_uniques(views, table, uniques);
    for (uint32_t i = 0; i < table->n && status == KAIKU_OK; i++) {
        const struct kaiku_cell_ref ref = {
            .view = window->view,
            .window = window->window,
            .start_ms = views->rows.start_ms,
            .member = kaiku_buffer_as_text(&table->rows[i].member),
            .cell = kaiku_buffer_as_text(&table->rows[i].cell),
            .unique = uniques + (size_t)i * n_unique,
        };
        status = views_read_cell(views, &ref);
        if (status == KAIKU_OK)
            status = views_put_row(views, window, grouping, &ref, &rows[i]);
    }
    return status;
}

static int write_table(struct kaiku_views *views, struct ranking *table, uint32_t grouping)
{
    const struct views_window *window = &views->windows[views->rows.window];
    const struct kaiku_view *view = views_view(views, window);
    struct kaiku_buffer set = {0};
    struct kaiku_fields *rows;
    char key[KAIKU_KEY_MAX];
    int status;

    arena_clear(&views->arena);
    ranking_end(table);
    rows = arena_take(&views->arena, (size_t)table->n * sizeof(*rows));
    status = rows ? make_rows(views, table, grouping, rows) : KAIKU_NOMEM;
    kaiku_member_set(&set, views->model, view, grouping);
    if (status == KAIKU_OK && kaiku_key_rows(key, sizeof(key), views->options.prefix, view->name,
                                             views_length(views, window)->name,
                                             kaiku_buffer_cstring(&set)) < 0)
        status = KAIKU_INVALID;
    if (status == KAIKU_OK)
        status = set.failed ? KAIKU_NOMEM
                            : kaiku_store_put_rows(views->store, key, views->rows.start_ms,
                                                   views->rows.version, rows, table->n);
    kaiku_buffer_release(&set);
    return status;
}

static int write_tables(struct kaiku_views *views)
{
    struct views_rows *rows = &views->rows;
    const struct kaiku_view *view = views_view(views, &views->windows[rows->window]);
    int status = KAIKU_OK;

    for (uint32_t g = 0; g < view->n_groupings && status == KAIKU_OK; g++)
        if (view->groupings[g] != 0)
            status = write_table(views, &rows->tables[g], view->groupings[g]);
    for (uint32_t g = 0; g < view->n_groupings && status == KAIKU_OK; g++)
        if (view->groupings[g] != 0)
            views_lines_list(views, rows->window, g, &rows->rolls[g]);
    rows->is_active = false;
    return status;
}

/* Goes on with the tables that were begun. Where the newest window is another one by now they are
 * finished all the same: while a log is caught up with, it never stays the same for long. */
static int go_on(struct kaiku_views *views, int64_t until_us)
{
    struct views_rows *rows = &views->rows;

    while (rows->shard < views->model->shards) {
        int status;
        if (views_is_late(until_us))
            return KAIKU_OK;
        status = read_shard(views);
        if (status != KAIKU_OK)
            return status;
    }
    return write_tables(views);
}

int views_rows_work(struct kaiku_views *views, int64_t until_us)
{
    while (!views_is_late(until_us) && (views->rows.is_active || begin_due(views))) {
        int status = go_on(views, until_us);
        if (status != KAIKU_OK)
            return status;
    }
    return KAIKU_OK;
}

void views_rows_forget(struct kaiku_views *views)
{
    if (views->rows.is_active)
        views->windows[views->rows.window].rows_stale = true;
    views->rows.is_active = false;
    for (uint32_t w = 0; w < views->n_windows; w++)
        views->windows[w].rows_due_ms = INT64_MIN;
}
