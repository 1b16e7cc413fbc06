/* Figures of a metric as text. Each writes into out, APP_FIGURE_MAX bytes, and returns it; "" where there is nothing
 * to say. Pure functions. */
#ifndef APP_TOP_FIGURES_H
#define APP_TOP_FIGURES_H

#include "canvas.h"
#include "figures.h"
#include "top_data.h"

const char *app_top_value_text(const struct kaiku_metric *metric, const struct app_top_figure *figure, char *out);
/* The interval, of quantiles the 90th percentile. */
const char *app_top_range_text(const struct kaiku_metric *metric, const struct app_top_figure *figure, char *out);
/* ✓ met, ▼ below, ▲ above, · too few answers, "" where there is no target. */
const char *app_top_sign(enum kaiku_target_status status);
enum app_colour app_top_colour(enum kaiku_target_status status);
/* The goal, and how many answers it still takes. */
const char *app_top_target_text(const struct kaiku_metric *metric, const struct app_top_figure *figure, char *out);
/* Bounds that a value of this metric cannot leave; infinite where it can. */
void app_top_bounds(const struct kaiku_metric *metric, double *low, double *high);

#endif
