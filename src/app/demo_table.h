/* The demo's live table as text: channels with score, interval, recent course, answers and
 * waiting time; teams; the newest detractor; and the figures that say whether to believe the
 * rest. A pure function. */
#ifndef APP_DEMO_TABLE_H
#define APP_DEMO_TABLE_H

#include <base/text.h>

#include "trust.h"

enum { APP_TABLE_ROWS = 12, APP_TABLE_COURSE = 40, APP_TABLE_NAME = 40 };

/* NaN where there is no value. */
struct app_table_score {
    double value, low, high;
};

struct app_table_row {
    char name[APP_TABLE_NAME];
    struct app_table_score nps;
    double answers;
    double response_rate; /* per cent */
    double wait_s;        /* median */
    double course[APP_TABLE_COURSE]; /* scores of the last minutes, oldest first */
    int n_course;
};

struct app_table {
    struct app_table_row channels[APP_TABLE_ROWS];
    int n_channels;
    struct app_table_row all;
    struct app_table_row teams[APP_TABLE_ROWS]; /* highest score first; name and nps only */
    int n_teams;
    char detractor[240]; /* one line, or "" */
    struct app_trust trust;
    double events_per_s;
    int64_t seconds;     /* since the start */
    const char *note;    /* above the table while there is little in it, or NULL */
    const char *footer;
};

struct app_table_style {
    int columns, lines; /* lines: 0 for as many as there are */
    bool colours;
};

/* Appends lines that end with \n, none wider than style->columns, at most style->lines: blank
 * ones go first, then the last. UTF-8. */
void app_table_render(const struct app_table *table, const struct app_table_style *style,
                      struct kaiku_buffer *out);

#endif
