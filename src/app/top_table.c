#include "top_table.h"

#include <stdio.h>

#include "top_figures.h"

/* ---- headings ---- */

static bool sorts(const struct app_top_choice *choice, enum app_top_sort_by by, uint32_t index)
{
    return choice->sort.by == by && (by == APP_TOP_BY_N || choice->sort.index == index);
}

/* The name of a column, with an arrow where it sorts. */
static const char *heading(const struct top_drawing *drawing, enum app_top_sort_by by, uint32_t index, const char *name,
                           char out[KAIKU_MAX_NAME + 8])
{
    const char *arrow = !sorts(drawing->choice, by, index)      ? ""
                        : drawing->choice->sort.is_ascending ? "↑"
                                                             : "↓";

    snprintf(out, KAIKU_MAX_NAME + 8, "%s%s", name, arrow);
    return out;
}

static void colour_heading(struct top_drawing *drawing, enum app_top_sort_by by, uint32_t index)
{
    app_canvas_colour(&drawing->canvas, sorts(drawing->choice, by, index) ? APP_BOLD : APP_DIM);
}

static void put_metric_heading(struct top_drawing *drawing, const struct app_top_column *column)
{
    char text[KAIKU_MAX_NAME + 8];

    colour_heading(drawing, APP_TOP_BY_METRIC, column->metric);
    app_canvas_right(&drawing->canvas, heading(drawing, APP_TOP_BY_METRIC, column->metric,
                                               drawing->model->metrics[column->metric].name, text),
                     column->columns);
}

static void put_gap(struct app_canvas *canvas)
{
    app_canvas_repeat(canvas, " ", APP_TOP_GAP);
}

static bool has_interval(const struct kaiku_metric *metric)
{
    return metric->kind != KAIKU_COUNT && metric->kind != KAIKU_UNIQUE && metric->kind != KAIKU_SUM &&
           metric->kind != KAIKU_QUANTILES;
}

static void put_chosen_headings(struct top_drawing *drawing)
{
    const struct app_top_layout *layout = &drawing->layout;
    struct app_canvas *canvas = &drawing->canvas;
    char text[KAIKU_MAX_NAME];

    put_metric_heading(drawing, &layout->chosen);
    app_canvas_colour(canvas, APP_DIM);
    if (layout->bar.columns > 0) {
        put_gap(canvas);
        app_bar_put_scale(canvas, &layout->bar,
                          has_interval(&drawing->model->metrics[layout->chosen.metric]) ? "95 % interval" : "");
    }
    if (layout->course > 0) {
        put_gap(canvas);
        snprintf(text, sizeof(text), "by %s", app_top_course_window(drawing->choice)->name);
        app_canvas_right(canvas, text, layout->course);
    }
    if (layout->target > 0) {
        put_gap(canvas);
        app_canvas_left(canvas, KAIKU_TEXT("target"), layout->target);
    }
}

void top_table_put_headings(struct top_drawing *drawing)
{
    const struct app_top_layout *layout = &drawing->layout;
    const struct kaiku_view *view = app_top_view(drawing->choice);
    struct app_canvas *canvas = &drawing->canvas;
    char text[KAIKU_MAX_NAME + 8];

    app_canvas_to(canvas, APP_TOP_MARGIN);
    for (uint32_t i = 0; i < view->n_by; i++) {
        if (layout->dimensions[i] == 0)
            continue;
        colour_heading(drawing, APP_TOP_BY_DIMENSION, i);
        heading(drawing, APP_TOP_BY_DIMENSION, i, drawing->model->dimensions[view->by[i]].name, text);
        app_canvas_left(canvas, kaiku_text_of(text), layout->dimensions[i]);
        put_gap(canvas);
    }
    colour_heading(drawing, APP_TOP_BY_N, 0);
    app_canvas_right(canvas, heading(drawing, APP_TOP_BY_N, 0, "n", text), layout->n);
    put_gap(canvas);
    put_chosen_headings(drawing);
    for (uint32_t i = 0; i < layout->n_others; i++) {
        put_gap(canvas);
        put_metric_heading(drawing, &layout->others[i]);
    }
    app_canvas_line(canvas);
}

/* ---- rows ---- */

static void put_figure(struct top_drawing *drawing, const struct app_top_row *row, const struct app_top_column *column)
{
    const struct kaiku_metric *metric = &drawing->model->metrics[column->metric];
    const struct app_top_figure *figure = &row->figures[column->metric];
    struct app_canvas *canvas = &drawing->canvas;
    char text[APP_FIGURE_MAX];

    app_canvas_colour(canvas, app_top_colour(figure->status));
    app_canvas_right(canvas, app_top_value_text(metric, figure, text), column->value);
    if (column->range > 0) {
        app_canvas_colour(canvas, APP_DIM);
        app_canvas_right(canvas, app_top_range_text(metric, figure, text), 1 + column->range);
    }
    if (column->has_sign) {
        app_canvas_colour(canvas, app_top_colour(figure->status));
        app_canvas_right(canvas, app_top_sign(figure->status), 2);
    }
    app_canvas_colour(canvas, APP_PLAIN);
}

/* The least height of a course: noise shall not look like a change. */
static double least_course(const struct kaiku_metric *metric)
{
    switch (metric->kind) {
    case KAIKU_NPS:
    case KAIKU_TOP_BOX:
    case KAIKU_RATE:
    case KAIKU_RATIO:
        return 10;
    case KAIKU_MEAN:
        return (metric->high - metric->low) * 0.1;
    default:
        return 0;
    }
}

static void put_chosen(struct top_drawing *drawing, const struct app_top_row *row)
{
    const struct app_top_layout *layout = &drawing->layout;
    const struct kaiku_metric *metric = &drawing->model->metrics[layout->chosen.metric];
    const struct app_top_figure *figure = &row->figures[layout->chosen.metric];
    const struct app_top_course *course = app_top_course_of(drawing->screen->data, row->member);
    struct app_canvas *canvas = &drawing->canvas;
    char text[APP_FIGURE_MAX];

    put_figure(drawing, row, &layout->chosen);
    if (layout->bar.columns > 0) {
        enum app_colour colour = app_top_colour(figure->status);

        put_gap(canvas);
        app_bar_put(canvas, &layout->bar, figure->value, figure->low, figure->high,
                    colour == APP_PLAIN ? APP_CYAN : colour);
    }
    if (layout->course > 0) {
        put_gap(canvas);
        app_course_put(canvas, course ? course->values + APP_TOP_COURSE - course->n : NULL, course ? course->n : 0,
                       layout->course, least_course(metric));
    }
    if (layout->target > 0) {
        put_gap(canvas);
        app_canvas_colour(canvas, app_top_colour(figure->status));
        app_canvas_left(canvas, kaiku_text_of(app_top_target_text(metric, figure, text)), layout->target);
        app_canvas_colour(canvas, APP_PLAIN);
    }
}

void top_table_put_row(struct top_drawing *drawing, const struct app_top_row *row, const char *name)
{
    const struct app_top_layout *layout = &drawing->layout;
    struct app_canvas *canvas = &drawing->canvas;
    char text[APP_FIGURE_MAX];

    app_canvas_to(canvas, APP_TOP_MARGIN);
    for (uint32_t i = 0; i < KAIKU_MAX_BY; i++) {
        if (layout->dimensions[i] == 0)
            continue;
        app_canvas_left(canvas, name ? kaiku_text_of(name) : row->parts[i], layout->dimensions[i]);
        put_gap(canvas);
        name = name ? "" : NULL;
    }
    app_canvas_right(canvas, app_figure_whole(row->n, text), layout->n);
    put_gap(canvas);
    put_chosen(drawing, row);
    for (uint32_t i = 0; i < layout->n_others; i++) {
        put_gap(canvas);
        put_figure(drawing, row, &layout->others[i]);
    }
    app_canvas_line(canvas);
}
