/* Reads what `kaiku top` shows from Redis: keys of docs/redis.md that a read-only user may read, nothing else. */
#ifndef APP_TOP_READ_H
#define APP_TOP_READ_H

#include "top_choice.h"
#include "top_data.h"
#include "trust.h"

enum { APP_TOP_COURSE = 24, APP_TOP_COURSES = 128 };

/* The chosen metric of one member in the newest windows, oldest first. */
struct app_top_course {
    char *member;
    double values[APP_TOP_COURSE];
    int n;
};

struct app_top_data {
    struct app_top_table table;
    struct app_top_row *total; /* NULL: the view has none, or nothing stands there */
    int64_t from_ms;           /* where the window starts, 0: not known */
    char rule[160];            /* of the chosen metric, in words */
    struct app_trust trust;
    struct app_top_course courses[APP_TOP_COURSES];
    uint32_t n_courses;
    int64_t read_ms;    /* wall clock; 0: never */
    int64_t courses_ms; /* monotonic; when they were read */
};

/* Rows, total, rule and trust; keeps what it had where it fails. Text of a failure in kaiku_view_reader_error. */
int app_top_read(struct app_top_data *data, struct kaiku_view_reader *reader, const char *prefix,
                 const struct app_top_choice *choice) KAIKU_MUST_CHECK;
/* The courses of n rows, where they are not known or older than some seconds. */
int app_top_read_courses(struct app_top_data *data, struct kaiku_view_reader *reader, const char *prefix,
                         const struct app_top_choice *choice, struct app_top_row *const *rows, uint32_t n)
    KAIKU_MUST_CHECK;
/* NULL where it was not read. */
const struct app_top_course *app_top_course_of(const struct app_top_data *data, const char *member);
/* Another table is chosen: what stands here is not about it. */
void app_top_data_forget(struct app_top_data *data);

#endif
