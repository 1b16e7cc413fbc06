#include "top_layout.h"

#include <math.h>

#include "top_figures.h"

enum {
    DIMENSION_LEAST = 6,
    DIMENSION_MOST = 28,
    COURSE_LEAST = 8,
    COURSE_MOST = 24,
    BAR_LEAST = 14,
    BAR_MOST = 40,
    BAR_FROM = 110, /* narrower tables show another metric instead */
};

static int larger(int a, int b)
{
    return a > b ? a : b;
}

static int smaller(int a, int b)
{
    return a < b ? a : b;
}

/* ---- what stands in the columns ---- */

struct sight {
    const struct app_top_choice *choice;
    const struct app_top_table *table;
    const struct app_top_row *total;
};

/* All rows and the total, NULL behind them. */
static const struct app_top_row *row_of(const struct sight *sight, uint32_t i)
{
    if (i < sight->table->n)
        return sight->table->rows[i];
    return i == sight->table->n ? sight->total : NULL;
}

static struct app_top_column column_of(const struct sight *sight, uint32_t m)
{
    const struct kaiku_metric *metric = &sight->choice->model->metrics[m];
    struct app_top_column column = {.metric = m, .has_sign = app_top_has_target(sight->choice, m)};
    const struct app_top_row *row;
    char text[APP_FIGURE_MAX];
    int needed;

    for (uint32_t i = 0; (row = row_of(sight, i)); i++) {
        const struct app_top_figure *figure = &row->figures[m];

        column.value = larger(column.value, app_canvas_width(app_top_value_text(metric, figure, text)));
        column.range = larger(column.range, app_canvas_width(app_top_range_text(metric, figure, text)));
    }
    needed = column.value + (column.range > 0 ? 1 + column.range : 0) + (column.has_sign ? 2 : 0);
    column.columns = larger(needed, (int)strlen(metric->name) + 1); /* and the arrow of the order */
    column.value += column.columns - needed;
    return column;
}

static int dimension_width(const struct sight *sight, uint32_t i)
{
    const struct kaiku_model *model = sight->choice->model;
    int width = (int)strlen(model->dimensions[app_top_view(sight->choice)->by[i]].name) + 1;

    for (uint32_t r = 0; r < sight->table->n; r++)
        width = larger(width, app_canvas_text_width(sight->table->rows[r]->parts[i]));
    return width;
}

static int count_width(const struct sight *sight)
{
    const struct app_top_row *row;
    char text[APP_FIGURE_MAX];
    int width = 5;

    for (uint32_t i = 0; (row = row_of(sight, i)); i++)
        width = larger(width, app_canvas_width(app_figure_whole(row->n, text)));
    return width;
}

static int target_width(const struct sight *sight)
{
    const struct kaiku_metric *metric = &sight->choice->model->metrics[sight->choice->metric];
    const struct app_top_row *row;
    char text[APP_FIGURE_MAX];
    int width = 0;

    for (uint32_t i = 0; (row = row_of(sight, i)); i++)
        width = larger(width, app_canvas_width(app_top_target_text(metric, &row->figures[sight->choice->metric], text)));
    return width > 0 ? larger(width, (int)strlen("target")) : 0;
}

/* ---- the scale of the bars ---- */

/* 1, 2 or 5 times a power of ten, about a third of the span. */
static double step_of(double span)
{
    double power = pow(10, floor(log10(span / 3))), lead = span / 3 / power;

    return power * (lead < 2 ? 1 : lead < 5 ? 2 : 5);
}

static void set_scale(struct app_bar *bar, const struct sight *sight)
{
    uint32_t m = sight->choice->metric;
    double low = INFINITY, high = -INFINITY, least, most, step;
    const struct app_top_row *row;

    for (uint32_t i = 0; (row = row_of(sight, i)); i++) {
        const struct app_top_figure *figure = &row->figures[m];

        low = fmin(low, fmin(figure->low, figure->value));
        high = fmax(high, fmax(figure->high, figure->value));
    }
    app_top_bounds(&sight->choice->model->metrics[m], &least, &most);
    if (!(high > low)) {
        low = isfinite(low) ? low - 1 : 0;
        high = low + 2;
    }
    step = step_of(high - low);
    bar->low = fmax(least, floor(low / step) * step);
    bar->high = fmin(most, ceil(high / step) * step);
}

/* ---- room ---- */

/* Takes so many columns and a gap from what is left; false where that is too little. */
static bool take(int *left, int columns)
{
    if (columns == 0 || *left < columns + APP_TOP_GAP)
        return false;
    *left -= columns + APP_TOP_GAP;
    return true;
}

/* They share two fifths of the screen. */
static void lay_out_dimensions(struct app_top_layout *layout, const struct sight *sight, int columns, int *left)
{
    uint32_t grouping = sight->choice->grouping;
    int n = __builtin_popcount(grouping), most = *left;

    if (n > 0 && columns > 0)
        most = smaller(larger(columns * 2 / 5 / n, DIMENSION_LEAST), DIMENSION_MOST);
    for (uint32_t i = 0; i < app_top_view(sight->choice)->n_by; i++) {
        if (!(grouping >> i & 1))
            continue;
        layout->dimensions[i] = smaller(dimension_width(sight, i), most);
        *left -= layout->dimensions[i] + APP_TOP_GAP;
    }
}

/* The other metrics from the first one on, as far as they fit; true where the one that sorts is among them. */
static bool take_others(struct app_top_layout *layout, const struct app_top_column *all, uint32_t n_all,
                        uint32_t first, const struct app_top_sort *sort, int *left)
{
    bool has_sort = sort->by != APP_TOP_BY_METRIC || sort->index == layout->chosen.metric;

    layout->n_others = 0;
    for (uint32_t i = first; i < n_all && take(left, all[i].columns); i++) {
        layout->others[layout->n_others++] = all[i];
        has_sort |= all[i].metric == sort->index;
    }
    return has_sort;
}

static void lay_out_others(struct app_top_layout *layout, const struct sight *sight, int *left)
{
    const struct kaiku_model *model = sight->choice->model;
    struct app_top_column all[KAIKU_MAX_METRICS];
    uint32_t n_all = 0, first = 0;
    int before = *left;

    for (uint32_t m = 0; m < model->n_metrics; m++)
        if (m != layout->chosen.metric)
            all[n_all++] = column_of(sight, m);
    while (!take_others(layout, all, n_all, first, &sight->choice->sort, left) && first < n_all) {
        *left = before;
        first++;
    }
    layout->are_hidden = layout->n_others < n_all;
}

static void grow(int *columns, int most, int *left)
{
    int more = *columns > 0 ? smaller(most - *columns, *left) : 0;

    *columns += more;
    *left -= more;
}

void app_top_layout_make(struct app_top_layout *layout, const struct app_top_choice *choice,
                         const struct app_top_table *table, const struct app_top_row *total, int columns)
{
    const struct sight sight = {choice, table, total};
    int target = target_width(&sight), left = columns > 0 ? columns - APP_TOP_MARGIN + APP_TOP_GAP : INT16_MAX;

    *layout = (struct app_top_layout){.n = count_width(&sight), .chosen = column_of(&sight, choice->metric)};
    left -= layout->n + APP_TOP_GAP + layout->chosen.columns + APP_TOP_GAP;
    lay_out_dimensions(layout, &sight, columns, &left);
    set_scale(&layout->bar, &sight);
    if (take(&left, target))
        layout->target = target;
    if (take(&left, COURSE_LEAST))
        layout->course = COURSE_LEAST;
    if (columns >= BAR_FROM && take(&left, BAR_LEAST))
        layout->bar.columns = BAR_LEAST;
    lay_out_others(layout, &sight, &left);
    grow(&layout->course, COURSE_MOST, &left);
    grow(&layout->bar.columns, BAR_MOST, &left);
}
