/* What of the configured tables is looked at and how, and what keys change about it. */
#ifndef APP_TOP_CHOICE_H
#define APP_TOP_CHOICE_H

#include <model/model.h>

#include "keys.h"

enum app_top_mode { APP_TOP_TABLE, APP_TOP_FILTER, APP_TOP_HELP };

struct app_top_sort {
    enum app_top_sort_by { APP_TOP_BY_N, APP_TOP_BY_DIMENSION, APP_TOP_BY_METRIC } by;
    uint32_t index; /* into the view's `by`, or of the metric */
    bool is_ascending;
};

struct app_top_choice {
    const struct kaiku_model *model;
    uint32_t view, window;
    uint32_t grouping; /* the dimensions that are kept, a bit for each of the view's `by`; 0: the total */
    uint32_t metric;
    struct app_top_sort sort;
    char filter[128];
    enum app_top_mode mode;
    bool is_paused;
    uint32_t first, page; /* the row on top, and how many there is room for */
};

/* Names of what to begin with, NULL for what is usual: the first view, its first window from a day on, the members of
 * its first dimension, the first metric. */
struct app_top_names {
    const char *view, *window, *set, *metric;
};

/* Borrows the model. INVALID: *wrong is the name that is not configured, *what ("view" ...) what it should be. */
int app_top_choice_init(struct app_top_choice *choice, const struct kaiku_model *model,
                        const struct app_top_names *names, const char **wrong, const char **what)
    KAIKU_MUST_CHECK;

enum app_top_effect {
    APP_TOP_SHOW, /* the same figures, shown otherwise */
    APP_TOP_READ, /* other figures are wanted */
    APP_TOP_QUIT,
};
/* rows: how many pass the filter. */
enum app_top_effect app_top_choice_key(struct app_top_choice *choice, const struct app_key *key, uint32_t rows);

/* There are so many rows now: scrolls back where the page would stand behind them. */
void app_top_choice_limit(struct app_top_choice *choice, uint32_t rows);

const struct kaiku_view *app_top_view(const struct app_top_choice *choice);
const struct kaiku_window *app_top_window(const struct app_top_choice *choice);
/* The window whose series shows how the chosen one came about: the longest of the view's shorter ones, or itself. */
const struct kaiku_window *app_top_course_window(const struct app_top_choice *choice);
bool app_top_has_target(const struct app_top_choice *choice, uint32_t metric);

#endif
