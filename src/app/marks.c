#include "marks.h"

#include <math.h>
#include <stdio.h>

static int column_of(const struct app_bar *bar, double value)
{
    double part = (value - bar->low) / (bar->high - bar->low);
    double column = fmin(fmax(part * bar->columns, 0), bar->columns - 1);

    return (int)column;
}

void app_bar_put(struct app_canvas *canvas, const struct app_bar *bar, double value, double low, double high,
                 enum app_colour colour)
{
    bool known = !isnan(value);
    int at = known ? column_of(bar, value) : -1;
    int from = known && !isnan(low) ? column_of(bar, low) : at;
    int to = known && !isnan(high) ? column_of(bar, high) : at;

    for (int i = 0; i < bar->columns; i++) {
        bool within = known && i >= from && i <= to;

        app_canvas_colour(canvas, within ? colour : APP_DIM);
        app_canvas_put(canvas, i == at ? "●" : within ? "━" : "·");
    }
    app_canvas_colour(canvas, APP_PLAIN);
}

void app_bar_put_scale(struct app_canvas *canvas, const struct app_bar *bar, const char *title)
{
    int left = canvas->column, middle = left + (bar->columns - app_canvas_width(title)) / 2;
    char low[32], high[32];

    snprintf(low, sizeof(low), "%.4g", bar->low);
    snprintf(high, sizeof(high), "%.4g", bar->high);
    app_canvas_put(canvas, low);
    if (middle > canvas->column && bar->columns >= app_canvas_width(title) + 8) {
        app_canvas_to(canvas, middle);
        app_canvas_put(canvas, title);
    }
    app_canvas_to(canvas, left + bar->columns - app_canvas_width(high));
    app_canvas_put(canvas, high);
}

void app_course_put(struct app_canvas *canvas, const double *values, int n, int columns, double least)
{
    static const char *const levels[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    int first = n > columns ? n - columns : 0;
    double low = INFINITY, high = -INFINITY;

    for (int i = first; i < n; i++) {
        low = fmin(low, values[i]);
        high = fmax(high, values[i]);
    }
    high = fmax(high, low + least);
    app_canvas_repeat(canvas, " ", columns - (n - first));
    app_canvas_colour(canvas, APP_CYAN);
    for (int i = first; i < n; i++) {
        double part = high > low ? (values[i] - low) / (high - low) : 0 * values[i];

        app_canvas_put(canvas, isnan(part) ? " " : levels[(int)(part * 7.999)]);
    }
    app_canvas_colour(canvas, APP_PLAIN);
}
