#include "top_figures.h"

#include <math.h>
#include <stdio.h>

static bool is_share(const struct kaiku_metric *metric)
{
    return metric->kind == KAIKU_TOP_BOX || metric->kind == KAIKU_RATE || metric->kind == KAIKU_RATIO;
}

/* In the metric's unit, where that is short. */
static const char *measure_text(const struct kaiku_metric *metric, double value, char *out)
{
    char number[APP_FIGURE_MAX];

    if (metric->unit && strcmp(metric->unit, "s") == 0)
        return app_figure_duration(value, out);
    app_figure_number(value, number);
    if (number[0] && metric->unit && app_canvas_width(metric->unit) <= 4)
        snprintf(out, APP_FIGURE_MAX, "%.30s %.16s", number, metric->unit);
    else
        snprintf(out, APP_FIGURE_MAX, "%s", number);
    return out;
}

static const char *number_text(const struct kaiku_metric *metric, double value, char *out)
{
    out[0] = '\0';
    if (isnan(value))
        return out;
    if (metric->kind == KAIKU_COUNT || metric->kind == KAIKU_UNIQUE)
        return app_figure_whole(value, out);
    if (metric->kind == KAIKU_SUM || metric->kind == KAIKU_QUANTILES)
        return measure_text(metric, value, out);
    if (metric->kind == KAIKU_NPS)
        snprintf(out, APP_FIGURE_MAX, "%+.1f", value);
    else if (is_share(metric))
        snprintf(out, APP_FIGURE_MAX, "%.1f %%", value);
    else
        snprintf(out, APP_FIGURE_MAX, "%.2f", value);
    return out;
}

const char *app_top_value_text(const struct kaiku_metric *metric, const struct app_top_figure *figure, char *out)
{
    return number_text(metric, figure->value, out);
}

const char *app_top_range_text(const struct kaiku_metric *metric, const struct app_top_figure *figure, char *out)
{
    char high[APP_FIGURE_MAX];

    out[0] = '\0';
    if (isnan(figure->high))
        return out;
    if (metric->kind == KAIKU_QUANTILES)
        snprintf(out, APP_FIGURE_MAX, "p90 %.40s", measure_text(metric, figure->high, high));
    else if (metric->kind == KAIKU_NPS)
        snprintf(out, APP_FIGURE_MAX, "%+.0f..%+.0f", figure->low, figure->high);
    else if (is_share(metric))
        snprintf(out, APP_FIGURE_MAX, "%.0f..%.0f", figure->low, figure->high);
    else
        snprintf(out, APP_FIGURE_MAX, "%.2f..%.2f", figure->low, figure->high);
    return out;
}

const char *app_top_sign(enum kaiku_target_status status)
{
    static const char *const signs[] = {
        [KAIKU_TARGET_MET] = "✓",     [KAIKU_TARGET_BELOW] = "▼", [KAIKU_TARGET_ABOVE] = "▲",
        [KAIKU_TARGET_NO_DATA] = "·", [KAIKU_TARGET_NONE] = "",
    };

    return signs[status];
}

enum app_colour app_top_colour(enum kaiku_target_status status)
{
    switch (status) {
    case KAIKU_TARGET_MET:
        return APP_GREEN;
    case KAIKU_TARGET_BELOW:
    case KAIKU_TARGET_ABOVE:
        return APP_RED;
    case KAIKU_TARGET_NO_DATA:
        return APP_DIM;
    default:
        return APP_PLAIN;
    }
}

const char *app_top_target_text(const struct kaiku_metric *metric, const struct app_top_figure *figure, char *out)
{
    char goal[APP_FIGURE_MAX], needed[APP_FIGURE_MAX];

    out[0] = '\0';
    if (figure->status == KAIKU_TARGET_NONE)
        return out;
    if (metric->kind == KAIKU_MEAN)
        snprintf(goal, sizeof(goal), "%.2f", figure->target);
    else
        snprintf(goal, sizeof(goal), "%.4g", figure->target);
    if (figure->needed > 0)
        snprintf(out, APP_FIGURE_MAX, "%.12s, needs %.20s", goal, app_figure_whole(figure->needed, needed));
    else
        snprintf(out, APP_FIGURE_MAX, "%.12s", goal);
    return out;
}

void app_top_bounds(const struct kaiku_metric *metric, double *low, double *high)
{
    *low = 0;
    *high = INFINITY;
    if (metric->kind == KAIKU_NPS) {
        *low = -100;
        *high = 100;
    } else if (metric->kind == KAIKU_MEAN) {
        *low = metric->low;
        *high = metric->high;
    } else if (metric->kind == KAIKU_TOP_BOX || metric->kind == KAIKU_RATE) {
        *high = 100;
    } else if (metric->kind == KAIKU_SUM) {
        *low = -INFINITY;
    }
}
