#include "bounds.h"

#include "fields.h"
#include "units.h"

#include <stdio.h>

/* What things cost, in bytes. The worker's are sizes of its own tables; Redis' were measured
 * with redis 7.0.15 and typical names, and are no bounds but good guesses. */
enum {
    /* A worker. */
    CELL_KEY = 64,    /* hash, key and index of a cell */
    COUNTER = 4,      /* a dense counter */
    SUM = 16,         /* an exact sum */
    TALLY = 8,        /* where histograms and HyperLogLogs stand */
    PAGE = 128,
    PAGES_A_CELL = 4, /* in the pool */
    VALUE = KAIKU_MAX_VALUE / 4 + 24, /* an interned value: room for its text, its item, its index */
    UNKNOWN = 24,     /* a combination of values not known to be admitted, and 4 for each dimension */
    PIECE = 300,      /* a base window of a view */
    BUFFERS = 2,      /* one is filled while the other is committed */
    DUPLICATE = 24,   /* a slot in each half of the memory for duplicates */
    /* The publisher: sets of projected cells and their pages, made in slices of this size. */
    PROJECTED = 1 << 18,
    /* Redis. */
    REDIS_CELL = 200, /* name and counters of a typical cell in its hash */
    REDIS_UNIQUE = 12304, /* a full HyperLogLog */
    REDIS_ENTRY = 16, /* an entry of a stream */
    REDIS_ENTRY_FIELD = 10,
    REDIS_NOW = 150,  /* a hash of the newest window */
    REDIS_NOW_FIELD = 20,
};

struct kaiku_worker_bounds kaiku_bounds_worker(const struct kaiku_settings *settings)
{
    const struct kaiku_model *model = &settings->model;
    double cells = (double)settings->limit_cells;
    double pages = model->n_wide + model->n_unique > 0 ? PAGES_A_CELL * PAGE : 0;
    uint64_t slots = model->dedup_span ? 1 : 0;
    uint32_t windows = 0;
    struct kaiku_worker_bounds bounds;

    while (slots < 2 * model->dedup_span)
        slots *= 2;
    bounds.cell = CELL_KEY + (double)COUNTER * model->n_counters + (double)SUM * model->n_sums +
                  TALLY;
    double beside = (double)(VALUE + 4) * model->n_dimensions + UNKNOWN + (double)PIECE * model->n_views;
    bounds.total = BUFFERS * cells * (bounds.cell + beside + pages);
    for (uint32_t v = 0; v < model->n_views; v++)
        if (model->views[v].n_windows > windows)
            windows = model->views[v].n_windows;
    /* A set for the piece in hand, and one for each window that holds it. */
    bounds.publisher = PROJECTED * (1.0 + windows) * (bounds.cell + pages);
    bounds.per_partition = (double)slots * DUPLICATE;
    return bounds;
}

static double window_days(const struct kaiku_window *window)
{
    static const double days[] = {
        [KAIKU_DAY] = 1, [KAIKU_WEEK] = 7, [KAIKU_MONTH] = 28, [KAIKU_QUARTER] = 90,
        [KAIKU_YEAR] = 365,
    };

    return window->unit == KAIKU_FIXED ? (double)window->length_ms / (double)KAIKU_DAY_MS
                                       : days[window->unit];
}

/* Each kept dimension has its admitted values, _none and _other. */
static double member_bound(const struct kaiku_model *model, const struct kaiku_view *view)
{
    double total = 0;

    for (uint32_t i = 0; i < view->n_groupings; i++) {
        double members = 1;
        for (uint32_t j = 0; j < view->n_by; j++)
            if (view->groupings[i] & 1u << j)
                members *= model->dimensions[view->by[j]].max_values + 2.0;
        total += members;
    }
    return total;
}

struct kaiku_redis_bounds kaiku_bounds_redis(const struct kaiku_model *model,
                                             const struct kaiku_view *view, uint32_t window)
{
    const struct kaiku_window *kept = &view->windows[window];
    double fields = kaiku_fields_count(model, view, window);
    double retention_days = (double)kept->retention_ms / (double)KAIKU_DAY_MS;
    double a_window = REDIS_CELL + (double)REDIS_UNIQUE * model->n_unique + REDIS_ENTRY +
                      REDIS_ENTRY_FIELD * fields;
    struct kaiku_redis_bounds bounds;

    bounds.members = member_bound(model, view);
    /* And the open one. */
    bounds.windows = (double)(int64_t)(retention_days / window_days(kept)) + 1;
    bounds.a_member = bounds.windows * a_window + REDIS_NOW + REDIS_NOW_FIELD * fields;
    return bounds;
}

struct kaiku_bytes_text kaiku_bytes_write(double bytes)
{
    static const char *const units[] = {"bytes", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    struct kaiku_bytes_text out;
    size_t unit = 0;

    while (bytes >= 1024 && unit + 1 < sizeof(units) / sizeof(*units)) {
        bytes /= 1024;
        unit++;
    }
    if (unit == 0)
        snprintf(out.text, sizeof(out.text), "%.0f bytes", bytes);
    else
        snprintf(out.text, sizeof(out.text), bytes < 1e4 ? "%.1f %s" : "%.1e %s", bytes,
                 units[unit]);
    return out;
}
