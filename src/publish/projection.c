#include "projection.h"

enum {
    MEMBERS = 2 * PROJECTION_CELLS, /* half of them remembered from the commits before */
    PAGES = PROJECTION_CELLS * KAIKU_PAGES_PER_CELL,
};

/* One pass over one view. */
struct pass {
    struct projection *projection;
    uint32_t view, slices, slice;
    projected_visit *visit;
    void *context;
};

/* ---- life ---- */

static int init_cells(struct kaiku_cells *cells, struct kaiku_pages *pages,
                      const struct kaiku_model *model, uint32_t key_words)
{
    int status = kaiku_pages_init(pages, PAGES);

    return status == KAIKU_OK ? kaiku_cells_init(cells, model, key_words, PROJECTION_CELLS, pages)
                              : status;
}

int projection_init(struct projection *projection, const struct kaiku_model *model,
                    const struct admission *admission)
{
    int status;

    *projection = (struct projection){.model = model};
    for (uint32_t v = 0; v < model->n_views; v++)
        if (model->views[v].n_windows > projection->n_windows)
            projection->n_windows = model->views[v].n_windows;
    status = roster_init(&projection->roster, model, admission, MEMBERS);
    if (status == KAIKU_OK)
        status = init_cells(&projection->staged, &projection->pages, model, 2);
    for (uint32_t w = 0; w < projection->n_windows && status == KAIKU_OK; w++)
        status = init_cells(&projection->windows[w].cells, &projection->windows[w].pages, model, 1);
    if (status != KAIKU_OK)
        projection_release(projection);
    return status;
}

void projection_release(struct projection *projection)
{
    roster_release(&projection->roster);
    sequence_release(&projection->sequence);
    kaiku_cells_release(&projection->staged);
    kaiku_pages_release(&projection->pages);
    for (uint32_t w = 0; w < KAIKU_MAX_WINDOWS; w++) {
        kaiku_cells_release(&projection->windows[w].cells);
        kaiku_pages_release(&projection->windows[w].pages);
    }
    *projection = (struct projection){0};
}

void projection_forget(struct projection *projection)
{
    roster_forget(&projection->roster);
}

static void clear(struct kaiku_cells *cells)
{
    kaiku_table_clear(&cells->table);
    kaiku_pages_clear(cells->pages);
}

static void clear_staged(struct projection *projection)
{
    clear(&projection->staged);
    projection->expires = false;
}

/* ---- one piece ---- */

/* Adds a cell of `from` to the one of this key in `into`. */
static int add_cell(struct kaiku_cells *into, const uint32_t *key, const struct kaiku_cells *from,
                    void *cell)
{
    uint32_t hash = kaiku_table_hash(key, into->table.key_words);
    bool created;

    if (kaiku_table_room(&into->table) < 1 ||
        kaiku_pages_room(into->pages) < kaiku_tally_merge_pages(&into->shape))
        return KAIKU_FULL;
    kaiku_cell_merge(into, kaiku_table_get(&into->table, key, hash, &created), from, cell);
    return KAIKU_OK;
}

/* One base cell: its members. */
static int stage(const struct pass *pass, const struct projection_source *source, uint32_t n)
{
    struct projection *projection = pass->projection;
    const struct kaiku_view *view = &projection->model->views[pass->view];
    const struct kaiku_cells *from = &source->delta->cells[pass->view];
    const uint32_t *key = kaiku_table_key(&from->table, n);
    uint32_t ids[KAIKU_MAX_BY], staged[2] = {0, key[1]};
    int status = KAIKU_OK;

    projection->expires |= key[1] != 0;
    for (uint32_t i = 0; i < view->n_by; i++)
        ids[i] = source->map->ids[view->by[i]][key[2 + i]];
    for (uint32_t g = 0; g < view->n_groupings && status == KAIKU_OK; g++) {
        status = roster_find(&projection->roster, pass->view, view->groupings[g], ids, pass->slices,
                             pass->slice, &staged[0]);
        if (status == KAIKU_OK && staged[0] != ROSTER_NONE &&
            kaiku_shards_has(&source->delta->shards,
                             roster_at(&projection->roster, staged[0])->shard))
            status = add_cell(&projection->staged, staged, from, kaiku_table_at(&from->table, n));
    }
    return status;
}

/* Hands on all cells of a window. */
static int visit_cells(const struct pass *pass, const struct kaiku_cells *cells, uint32_t w, int64_t start_ms)
{
    const struct roster *roster = &pass->projection->roster;
    struct projected projected = {
        .cells = cells, .view = pass->view, .window = w, .start_ms = start_ms};
    int status = KAIKU_OK;

    for (uint32_t n = 0; n < cells->table.count && status == KAIKU_OK; n++) {
        uint32_t member = kaiku_table_key(&cells->table, n)[0];
        projected.cell = kaiku_table_at(&cells->table, n);
        projected.shard = roster_at(roster, member)->shard;
        projected.member = roster_text(roster, member);
        status = pass->visit(pass->context, &projected);
    }
    return status;
}

/* Adds what is staged to the window, but for what is expired there. */
static int add_staged(const struct pass *pass, uint32_t w)
{
    struct kaiku_cells *staged = &pass->projection->staged, *window = &pass->projection->windows[w].cells;
    int status = KAIKU_OK;

    for (uint32_t n = 0; n < staged->table.count && status == KAIKU_OK; n++) {
        const uint32_t *key = kaiku_table_key(&staged->table, n);
        if (!(key[1] >> w & 1))
            status = add_cell(window, key, staged, kaiku_table_at(&staged->table, n));
    }
    return status;
}

/* All of the piece is staged: adds it to the windows that hold it, and hands on those that `next`, NULL behind the
 * last piece, is no part of. A window of this piece alone needs no copy: most do, where the log is read as it is
 * written. */
static int spread(const struct pass *pass, const struct kaiku_piece *piece, const struct kaiku_piece *next)
{
    struct projection *projection = pass->projection;
    int status = KAIKU_OK;

    for (uint32_t w = 0; w < projection->model->views[pass->view].n_windows && status == KAIKU_OK; w++) {
        struct kaiku_cells *cells = &projection->windows[w].cells;
        int64_t start_ms = piece->window_start[w];
        bool goes_on = next && next->window_start[w] == start_ms;

        if (!goes_on && cells->table.count == 0 && !projection->expires) {
            status = visit_cells(pass, &projection->staged, w, start_ms);
            continue;
        }
        status = add_staged(pass, w);
        if (status == KAIKU_OK && !goes_on) {
            status = visit_cells(pass, cells, w, start_ms);
            clear(cells);
        }
    }
    clear_staged(projection);
    return status;
}

/* ---- all of them ---- */

static int run_view(const struct pass *pass)
{
    struct projection *projection = pass->projection;
    const struct sequence *sequence = &projection->sequence;
    int status = KAIKU_OK;

    for (uint32_t r = 0; r < sequence->n_runs && status == KAIKU_OK; r++) {
        const struct sequence_run *run = &sequence->runs[r];
        for (uint32_t i = 0; i < run->n && status == KAIKU_OK; i++)
            status = stage(pass, run->source, sequence->cells[run->first + i]);
        const struct kaiku_piece *next = r + 1 < sequence->n_runs ? run[1].piece : NULL;
        if (status == KAIKU_OK && (!next || next->span.start != run->piece->span.start))
            status = spread(pass, run->piece, next);
    }
    return status;
}

static void begin(struct projection *projection)
{
    clear_staged(projection);
    for (uint32_t w = 0; w < projection->n_windows; w++)
        clear(&projection->windows[w].cells);
    /* Cells name members by number, so these go only while there are no cells. */
    roster_make_room(&projection->roster);
}

int projection_run(struct projection *projection, const struct projection_source *sources, uint32_t n,
                   uint32_t slices, uint32_t slice, projected_visit *visit, void *context)
{
    struct pass pass = {projection, 0, slices, slice, visit, context};
    int status = KAIKU_OK;

    begin(projection);
    for (; pass.view < projection->model->n_views && status == KAIKU_OK; pass.view++) {
        status = sequence_build(&projection->sequence, sources, n, pass.view);
        if (status == KAIKU_OK)
            status = run_view(&pass);
    }
    return status;
}
