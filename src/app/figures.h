/* Numbers as people read them. */
#ifndef APP_FIGURES_H
#define APP_FIGURES_H

#include <stddef.h>
#include <stdint.h>

enum { APP_FIGURE_MAX = 48 };

/* Each writes into out, APP_FIGURE_MAX bytes, and returns it; "" where there is no value. */

/* 1234567 as 1,234,567 */
const char *app_figure_count(int64_t number, char *out);
const char *app_figure_whole(double number, char *out);
/* About three digits: 0.12, 3.4, 120, 12,345 */
const char *app_figure_number(double number, char *out);
/* 1.2 s, 45 s, 12 min */
const char *app_figure_duration(double seconds, char *out);
/* How long ago: 5 s, 3 min, 7 h, 12 days */
const char *app_figure_age(int64_t ms, char *out);

#endif
