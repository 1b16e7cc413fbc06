#include "aggregate/delta.h"

#include <stdlib.h>

const char *kaiku_total_text(enum kaiku_total total)
{
    static const char *const texts[] = {
#define X(name) [KAIKU_TOTAL_##name] = #name,
        KAIKU_TOTAL_TABLE(X)
#undef X
    };
    return texts[total];
}

static int init_views(struct kaiku_delta *delta, const struct kaiku_calendar *calendar, uint32_t cells)
{
    const struct kaiku_model *model = delta->model;
    int rc = KAIKU_OK;
    for (uint32_t v = 0; v < model->n_views && rc == KAIKU_OK; v++) {
        const struct kaiku_view *view = &model->views[v];
        rc = kaiku_pieces_init(&delta->pieces[v], calendar, view, cells);
        if (rc == KAIKU_OK)
            rc = kaiku_cells_init(&delta->cells[v], model, 2 + view->n_by, cells, &delta->pages);
    }
    return rc;
}

static int init_lists(struct kaiku_delta *delta, uint32_t cells)
{
    const struct kaiku_model *model = delta->model;
    int rc = kaiku_entries_init(&delta->rejected, KAIKU_REJECTED_KEEP);
    for (uint32_t d = 0; d < model->n_dimensions && rc == KAIKU_OK; d++)
        rc = kaiku_interner_init(&delta->interners[d], cells);
    for (uint32_t a = 0; a < model->n_alerts && rc == KAIKU_OK; a++)
        rc = kaiku_entries_init(&delta->feeds[a], model->alerts[a].keep);
    return rc;
}

/* Pages that one event can take in all views at most. */
static uint32_t event_pages(const struct kaiku_model *model)
{
    return model->n_views * kaiku_cell_event_pages(model);
}

int kaiku_delta_create(const struct kaiku_model *model, const struct kaiku_calendar *calendar,
                       struct kaiku_delta_limits limits, struct kaiku_delta **out)
{
    struct kaiku_delta *delta = calloc(1, sizeof *delta);
    if (!delta)
        return KAIKU_NOMEM;
    delta->model = model;
    int rc = kaiku_pages_init(&delta->pages,
                              limits.cells * KAIKU_PAGES_PER_CELL + event_pages(model) + 1);
    if (rc == KAIKU_OK)
        rc = init_views(delta, calendar, limits.cells);
    if (rc == KAIKU_OK)
        rc = init_lists(delta, limits.cells);
    if (rc == KAIKU_OK)
        rc = kaiku_table_init(&delta->unknown, model->n_dimensions, sizeof(int64_t), 8, limits.cells);
    if (rc != KAIKU_OK) {
        kaiku_delta_destroy(delta);
        return rc;
    }
    *out = delta;
    return KAIKU_OK;
}

void kaiku_delta_destroy(struct kaiku_delta *delta)
{
    if (!delta)
        return;
    for (uint32_t v = 0; v < delta->model->n_views; v++) {
        kaiku_pieces_release(&delta->pieces[v]);
        kaiku_cells_release(&delta->cells[v]);
    }
    for (uint32_t d = 0; d < delta->model->n_dimensions; d++)
        kaiku_interner_release(&delta->interners[d]);
    for (uint32_t a = 0; a < delta->model->n_alerts; a++)
        kaiku_entries_release(&delta->feeds[a]);
    kaiku_entries_release(&delta->rejected);
    kaiku_table_release(&delta->unknown);
    kaiku_pages_release(&delta->pages);
    free(delta->ranges);
    free(delta);
}

void kaiku_delta_clear(struct kaiku_delta *delta, bool keep_values)
{
    const struct kaiku_model *model = delta->model;
    for (uint32_t v = 0; v < model->n_views; v++) {
        kaiku_pieces_clear(&delta->pieces[v]);
        kaiku_table_clear(&delta->cells[v].table);
    }
    for (uint32_t d = 0; d < model->n_dimensions; d++)
        kaiku_interner_clear(&delta->interners[d], keep_values);
    for (uint32_t a = 0; a < model->n_alerts; a++)
        kaiku_entries_clear(&delta->feeds[a]);
    kaiku_entries_clear(&delta->rejected);
    kaiku_table_clear(&delta->unknown);
    kaiku_pages_clear(&delta->pages);
    memset(delta->totals, 0, sizeof delta->totals);
    memset(delta->reasons, 0, sizeof delta->reasons);
    delta->n_ranges = 0;
    delta->events = 0;
    delta->waits.n = 0;
}

uint64_t kaiku_delta_cells(const struct kaiku_delta *delta)
{
    uint64_t cells = 0;
    for (uint32_t v = 0; v < delta->model->n_views; v++)
        cells += delta->cells[v].table.count;
    return cells;
}

bool kaiku_delta_has_room(const struct kaiku_delta *delta, struct kaiku_delta_limits limits, uint32_t n)
{
    const struct kaiku_model *model = delta->model;
    uint64_t cells = 0;
    for (uint32_t v = 0; v < model->n_views; v++) {
        cells += delta->cells[v].table.count;
        if (kaiku_table_room(&delta->pieces[v].table) < n)
            return false;
    }
    if (cells + (uint64_t)n * model->n_views > limits.cells || delta->events + n > limits.events ||
        kaiku_table_room(&delta->unknown) < n)
        return false;
    if (kaiku_pages_room(&delta->pages) < (uint64_t)n * event_pages(model))
        return false;
    for (uint32_t d = 0; d < model->n_dimensions; d++)
        if (!kaiku_interner_has_room(&delta->interners[d], n))
            return false;
    return true;
}

int kaiku_delta_begin(struct kaiku_delta *delta, const struct kaiku_range *ranges, uint32_t n,
                      const struct kaiku_shards *shards)
{
    if (n > delta->ranges_capacity) {
        struct kaiku_range *more = realloc(delta->ranges, n * sizeof *more);
        if (!more)
            return KAIKU_NOMEM;
        delta->ranges = more;
        delta->ranges_capacity = n;
    }
    if (n > 0)
        memcpy(delta->ranges, ranges, n * sizeof *ranges);
    delta->n_ranges = n;
    delta->shards = *shards;
    return KAIKU_OK;
}

bool kaiku_delta_is_empty(const struct kaiku_delta *delta)
{
    for (uint32_t i = 0; i < delta->n_ranges; i++)
        if (delta->ranges[i].to.next != delta->ranges[i].from || delta->ranges[i].at_end)
            return false;
    return true;
}
