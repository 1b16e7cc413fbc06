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

static int visit_window(const struct pass *pass, uint32_t w)
{
    struct projection_window *window = &pass->projection->windows[w];
    const struct roster *roster = &pass->projection->roster;
    struct projected projected = {.cells = &window->cells,
                                  .view = pass->view,
                                  .window = w,
                                  .start_ms = window->start_ms};
    int status = KAIKU_OK;

    for (uint32_t n = 0; n < window->cells.table.count && status == KAIKU_OK; n++) {
        uint32_t member = kaiku_table_key(&window->cells.table, n)[0];
        projected.cell = kaiku_table_at(&window->cells.table, n);
        projected.shard = roster_at(roster, member)->shard;
        projected.member = roster_text(roster, member);
        status = pass->visit(pass->context, &projected);
    }
    clear(&window->cells);
    return status;
}

/* All of the piece is staged: adds it to the windows that hold it. */
static int spread(const struct pass *pass, const struct kaiku_piece *piece)
{
    struct projection *projection = pass->projection;
    struct kaiku_cells *staged = &projection->staged;
    int status = KAIKU_OK;

    for (uint32_t w = 0; w < projection->model->views[pass->view].n_windows; w++) {
        struct projection_window *window = &projection->windows[w];
        if (window->start_ms != piece->window_start[w])
            status = visit_window(pass, w);
        window->start_ms = piece->window_start[w];
        for (uint32_t n = 0; n < staged->table.count && status == KAIKU_OK; n++) {
            const uint32_t *key = kaiku_table_key(&staged->table, n);
            if (!(key[1] >> w & 1)) /* otherwise expired for these events */
                status = add_cell(&window->cells, key, staged, kaiku_table_at(&staged->table, n));
        }
        if (status != KAIKU_OK)
            return status;
    }
    clear(staged);
    return KAIKU_OK;
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
        bool is_last = r + 1 == sequence->n_runs ||
                       run[1].piece->span.start != run->piece->span.start;
        if (is_last && status == KAIKU_OK)
            status = spread(pass, run->piece);
    }
    for (uint32_t w = 0; w < projection->model->views[pass->view].n_windows; w++)
        if (status == KAIKU_OK)
            status = visit_window(pass, w);
    return status;
}

static void begin(struct projection *projection)
{
    clear(&projection->staged);
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
