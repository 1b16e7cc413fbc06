/* Which columns of a table there is room for, and how wide they are. A pure function. */
#ifndef APP_TOP_LAYOUT_H
#define APP_TOP_LAYOUT_H

#include "marks.h"
#include "top_choice.h"
#include "top_data.h"

enum { APP_TOP_GAP = 2, APP_TOP_MARGIN = 1 };

/* A metric's score, its interval, and the sign of its target. */
struct app_top_column {
    uint32_t metric;
    int value, range; /* columns; range 0: there is none */
    bool has_sign;
    int columns; /* of all, at least its name's */
};

struct app_top_layout {
    int dimensions[KAIKU_MAX_BY]; /* columns, 0: not kept by the grouping */
    int n;
    struct app_top_column chosen; /* the chosen metric, which may have these three as well */
    struct app_bar bar;           /* columns 0: no room */
    int course, target;           /* 0: no room, or no targets */
    struct app_top_column others[KAIKU_MAX_METRICS];
    uint32_t n_others;
    bool are_hidden; /* there is no room for some metrics */
};

/* columns 0: as many as it takes. total: the row below the table, or NULL. The other metrics stand in the order of the
 * configuration, from the first one on that leaves room for the metric that sorts. */
void app_top_layout_make(struct app_top_layout *layout, const struct app_top_choice *choice,
                         const struct app_top_table *table, const struct app_top_row *total, int columns);

#endif
