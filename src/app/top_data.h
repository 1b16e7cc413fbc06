/* What `kaiku top` shows of a table: its members and their figures, as numbers. */
#ifndef APP_TOP_DATA_H
#define APP_TOP_DATA_H

#include <model/model.h>
#include <store/reader.h>

/* NaN where there is no value. */
struct app_top_figure {
    double value;     /* of quantiles, the median */
    double low, high; /* the interval; of quantiles, high is the 90th percentile */
    double target, needed;
    enum kaiku_target_status status; /* NONE: the member has no target */
};

struct app_top_row {
    char *member;                          /* all of the view's dimensions, as in keys */
    struct kaiku_text parts[KAIKU_MAX_BY]; /* its values, borrowed from member */
    double n;
    struct app_top_figure figures[]; /* of each metric of the model */
};

struct app_top_table {
    struct app_top_row **rows;
    uint32_t n, capacity;
};

/* From a table's entry (the columns of the grouping, then the fields), or from a `now` hash (grouping 0: it has no
 * columns); NULL: out of memory. */
struct app_top_row *app_top_row_create(const struct kaiku_model *model, const struct kaiku_view *view,
                                       uint32_t grouping, struct kaiku_pairs pairs);
void app_top_row_destroy(struct app_top_row *row);

/* Takes the row, also where it fails: NOMEM. */
int app_top_table_add(struct app_top_table *table, struct app_top_row *row) KAIKU_MUST_CHECK;
void app_top_table_release(struct app_top_table *table);

#endif
