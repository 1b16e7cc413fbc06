#include "top_read.h"

#include <base/clock.h>
#include <kaiku/keys.h>
#include <model/member.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { COURSES_MS = 15000 }; /* `ts` is written about once a minute */

void app_top_data_forget(struct app_top_data *data)
{
    app_top_table_release(&data->table);
    app_top_row_destroy(data->total);
    for (uint32_t i = 0; i < data->n_courses; i++)
        free(data->courses[i].member);
    *data = (struct app_top_data){.trust = data->trust};
}

/* ---- rows ---- */

/* What is read before it replaces what is shown. */
struct reading {
    const struct app_top_choice *choice;
    struct app_top_table table;
    int64_t from_ms;
    int status;
};

/* Entries are called `<window start>-<rank>`. */
static void add_row(void *context, struct kaiku_pairs entry)
{
    struct reading *reading = context;
    const struct app_top_choice *choice = reading->choice;

    if (reading->status != KAIKU_OK)
        return;
    reading->from_ms = strtoll(entry.id.data, NULL, 10);
    reading->status = app_top_table_add(
        &reading->table, app_top_row_create(choice->model, app_top_view(choice), choice->grouping, entry));
}

static int read_rows(struct kaiku_view_reader *reader, const char *prefix, struct reading *reading)
{
    const struct app_top_choice *choice = reading->choice;
    const struct kaiku_view *view = app_top_view(choice);
    struct kaiku_buffer set = {0};
    char key[KAIKU_KEY_MAX];
    int status = KAIKU_INVALID;

    kaiku_member_set(&set, choice->model, view, choice->grouping);
    if (kaiku_key_rows(key, sizeof(key), prefix, view->name, app_top_window(choice)->name,
                       kaiku_buffer_cstring(&set)) >= 0)
        status = kaiku_view_reader_newest(reader, key, view->rows, add_row, reading);
    kaiku_buffer_release(&set);
    return status == KAIKU_OK ? reading->status : status;
}

/* ---- the total ---- */

static bool has_total(const struct kaiku_view *view)
{
    for (uint32_t g = 0; g < view->n_groupings; g++)
        if (view->groupings[g] == 0)
            return true;
    return false;
}

static void name_total(const struct kaiku_view *view, char *out)
{
    out[0] = '\0';
    for (uint32_t i = 0; i < view->n_by; i++)
        strcat(out, i > 0 ? "|" KAIKU_ALL : KAIKU_ALL);
    if (view->n_by == 0)
        strcat(out, KAIKU_ALL);
}

static int read_total(struct kaiku_view_reader *reader, const char *prefix, struct reading *reading,
                      struct app_top_row **out)
{
    const struct app_top_choice *choice = reading->choice;
    const struct kaiku_view *view = app_top_view(choice);
    char key[KAIKU_KEY_MAX], member[KAIKU_MAX_BY * sizeof(KAIKU_ALL) + 1];
    struct kaiku_pairs now;
    int status;

    *out = NULL;
    if (!has_total(view))
        return KAIKU_OK;
    name_total(view, member);
    if (kaiku_key_now(key, sizeof(key), prefix, view->name, app_top_window(choice)->name, member) < 0)
        return KAIKU_INVALID;
    status = kaiku_view_reader_hash(reader, key, &now);
    if (status != KAIKU_OK || now.n == 0)
        return status;
    *out = app_top_row_create(choice->model, view, 0, now);
    if (choice->grouping == 0)
        reading->from_ms = (int64_t)kaiku_pairs_number(now, "from");
    return *out ? KAIKU_OK : KAIKU_NOMEM;
}

/* ---- all of it ---- */

static int read_rule(struct kaiku_view_reader *reader, const char *prefix, const struct app_top_choice *choice,
                     char *out, size_t size)
{
    char key[KAIKU_KEY_MAX];
    struct kaiku_pairs metric;
    struct kaiku_text rule;
    int status = KAIKU_INVALID;

    if (kaiku_key_metric(key, sizeof(key), prefix, choice->model->metrics[choice->metric].name) >= 0)
        status = kaiku_view_reader_hash(reader, key, &metric);
    if (status != KAIKU_OK)
        return status;
    rule = kaiku_text_cut(kaiku_pairs_text(metric, "rule"), size - 1);
    snprintf(out, size, "%.*s", (int)rule.size, rule.data ? rule.data : "");
    return KAIKU_OK;
}

static void take(struct app_top_data *data, struct reading *reading, struct app_top_row *total)
{
    app_top_table_release(&data->table);
    app_top_row_destroy(data->total);
    data->table = reading->table;
    data->total = total;
    data->from_ms = reading->from_ms;
    data->read_ms = kaiku_clock_wall_ms();
}

int app_top_read(struct app_top_data *data, struct kaiku_view_reader *reader, const char *prefix,
                 const struct app_top_choice *choice)
{
    struct reading reading = {.choice = choice};
    struct app_top_row *total = NULL;
    int status = KAIKU_OK;

    if (choice->grouping != 0)
        status = read_rows(reader, prefix, &reading);
    if (status == KAIKU_OK)
        status = read_total(reader, prefix, &reading, &total);
    if (status == KAIKU_OK)
        status = read_rule(reader, prefix, choice, data->rule, sizeof(data->rule));
    if (status == KAIKU_OK)
        status = app_trust_read(reader, prefix, &data->trust);
    if (status == KAIKU_OK) {
        take(data, &reading, total);
    } else {
        app_top_table_release(&reading.table);
        app_top_row_destroy(total);
    }
    return status;
}

/* ---- courses ---- */

struct course_reading {
    struct app_top_course *course;
    const char *field; /* of the entry */
};

/* Newest first: filled from the end. */
static void add_window(void *context, struct kaiku_pairs entry)
{
    struct course_reading *reading = context;
    struct app_top_course *course = reading->course;

    if (course->n < APP_TOP_COURSE)
        course->values[APP_TOP_COURSE - ++course->n] = kaiku_pairs_number(entry, reading->field);
}

const struct app_top_course *app_top_course_of(const struct app_top_data *data, const char *member)
{
    for (uint32_t i = 0; i < data->n_courses; i++)
        if (strcmp(data->courses[i].member, member) == 0)
            return &data->courses[i];
    return NULL;
}

/* They are all there, and of now. */
static bool are_known(const struct app_top_data *data, struct app_top_row *const *rows, uint32_t n)
{
    if (kaiku_clock_monotonic_ms() - data->courses_ms > COURSES_MS)
        return false;
    for (uint32_t i = 0; i < n; i++)
        if (!app_top_course_of(data, rows[i]->member))
            return false;
    return true;
}

static void forget_courses(struct app_top_data *data)
{
    for (uint32_t i = 0; i < data->n_courses; i++)
        free(data->courses[i].member);
    data->n_courses = 0;
}

/* A course of no windows for each row; what is read goes into them. */
static int begin_courses(struct app_top_data *data, struct app_top_row *const *rows, uint32_t n)
{
    forget_courses(data);
    for (uint32_t i = 0; i < n; i++) {
        struct app_top_course *course = &data->courses[i];

        course->n = 0;
        course->member = strdup(rows[i]->member);
        if (!course->member)
            return KAIKU_NOMEM;
        data->n_courses++;
    }
    return KAIKU_OK;
}

/* All are asked for at once: each would wait for Redis and the way to it otherwise. */
static int ask(struct app_top_data *data, struct kaiku_view_reader *reader, const char *prefix,
               const struct app_top_choice *choice, struct kaiku_buffer *names)
{
    const struct kaiku_metric *metric = &choice->model->metrics[choice->metric];
    struct course_reading readings[APP_TOP_COURSES];
    const char *keys[APP_TOP_COURSES];
    void *contexts[APP_TOP_COURSES];
    char field[KAIKU_MAX_NAME + 8], *name = kaiku_buffer_reserve(names, (size_t)data->n_courses * KAIKU_KEY_MAX);

    if (!name)
        return KAIKU_NOMEM;
    snprintf(field, sizeof(field), "%s%s", metric->name, metric->kind == KAIKU_QUANTILES ? "_p50" : "");
    for (uint32_t i = 0; i < data->n_courses; i++, name += KAIKU_KEY_MAX) {
        if (kaiku_key_series(name, KAIKU_KEY_MAX, prefix, app_top_view(choice)->name,
                             app_top_course_window(choice)->name, data->courses[i].member) < 0)
            return KAIKU_INVALID;
        readings[i] = (struct course_reading){&data->courses[i], field};
        keys[i] = name;
        contexts[i] = &readings[i];
    }
    return kaiku_view_reader_newest_of(reader, keys, data->n_courses, APP_TOP_COURSE, add_window, contexts);
}

int app_top_read_courses(struct app_top_data *data, struct kaiku_view_reader *reader, const char *prefix,
                         const struct app_top_choice *choice, struct app_top_row *const *rows, uint32_t n)
{
    struct kaiku_buffer names = {0};
    int status;

    n = n < APP_TOP_COURSES ? n : APP_TOP_COURSES;
    if (n == 0 || are_known(data, rows, n))
        return KAIKU_OK;
    status = begin_courses(data, rows, n);
    if (status == KAIKU_OK)
        status = ask(data, reader, prefix, choice, &names);
    if (status != KAIKU_OK)
        forget_courses(data);
    data->courses_ms = kaiku_clock_monotonic_ms();
    kaiku_buffer_release(&names);
    return status;
}
