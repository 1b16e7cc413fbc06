#include "model_fixture.h"

#include <model/digest.h>

#include <criterion/criterion.h>

#include <stdlib.h>

typedef void change(struct kaiku_model *model);

static struct kaiku_metric *metric_of(struct kaiku_model *model, const char *name)
{
    return &model->metrics[kaiku_fixture_metric(model, name)];
}

static void add_where(struct kaiku_where *where, uint32_t dimension, const char *const *values)
{
    struct kaiku_where_term *term = &where->terms[where->n++];

    term->dimension = dimension;
    for (; *values; values++) {
        term->values = realloc(term->values, (term->n_values + 1) * sizeof(*term->values));
        term->values[term->n_values++] = kaiku_fixture_text(*values);
    }
}

static void set_when(struct kaiku_model *model, const char *text)
{
    struct kaiku_metric *metric = metric_of(model, "in_time");

    free(metric->when.text);
    metric->when = kaiku_fixture_condition(text);
}

static void where_channel(struct kaiku_model *m)
{
    add_where(&m->views[0].where, 0, (const char *const[]){"phone", "chat", NULL});
}

static void where_channel_and_team(struct kaiku_model *m)
{
    where_channel(m);
    add_where(&m->views[0].where, 2, (const char *const[]){"north", NULL});
}

static void where_team_and_channel(struct kaiku_model *m)
{
    add_where(&m->views[0].where, 2, (const char *const[]){"north", NULL});
    add_where(&m->views[0].where, 0, (const char *const[]){"chat", "phone", "chat", NULL});
}

static void where_one(struct kaiku_model *m)
{
    add_where(&m->views[0].where, 0, (const char *const[]){"phone\n- 4:chat", NULL});
}

static void where_touchpoint(struct kaiku_model *m)
{
    add_where(&m->views[0].where, 1, (const char *const[]){"phone", "chat", NULL});
}

static void among_fear(struct kaiku_model *m)
{
    struct kaiku_metric *metric = metric_of(m, "resolved");

    metric->among = malloc(sizeof(*metric->among));
    metric->among[metric->n_among++] = kaiku_fixture_text("fear");
}

#define CHANGE(name, statement)                                                                    \
    static void name(struct kaiku_model *m)                                                        \
    {                                                                                              \
        statement;                                                                                 \
    }

CHANGE(id_pointer, m->id[0] = m->time)
CHANGE(id_compound, m->id[m->n_id++] = m->type)
CHANGE(type_pointer, m->type = m->op)
CHANGE(op_pointer, m->op = m->type)
CHANGE(time_pointer, m->time = m->op)
CHANGE(max_bytes, m->max_bytes++)
CHANGE(max_ahead, m->max_ahead_ms++)
CHANGE(max_age, m->max_age_ms++)
CHANGE(late_after, m->late_after_ms++)
CHANGE(dimension_name, m->dimensions[4].name[0] = 'x')
CHANGE(dimension_pointer, m->dimensions[4].pointer = m->op)
CHANGE(dimension_values, m->dimensions[4].max_values++)
CHANGE(dimension_less, m->n_dimensions--)
CHANGE(metric_name, m->metrics[0].name[0] = 'x')
CHANGE(metric_kind, metric_of(m, "nps")->kind = KAIKU_MEAN)
CHANGE(metric_pointer, metric_of(m, "ces")->pointer = metric_of(m, "nps")->pointer)
CHANGE(metric_type, metric_of(m, "answered")->type = metric_of(m, "invited")->type)
CHANGE(metric_low, metric_of(m, "csat")->low--)
CHANGE(metric_high, metric_of(m, "ces")->high++)
CHANGE(metric_top_low, metric_of(m, "csat")->top_low++)
CHANGE(metric_top_high, metric_of(m, "csat")->top_high--)
CHANGE(metric_when, set_when(m, "< 20"))
CHANGE(metric_limit, set_when(m, "<= 2.0"))
CHANGE(metric_sign, set_when(m, "<= -20"))
CHANGE(metric_no_when, metric_of(m, "in_time")->has_when = false)
CHANGE(metric_of_ratio, metric_of(m, "response_rate")->of = 0)
CHANGE(metric_over, metric_of(m, "response_rate")->over = 0)
CHANGE(metric_less, m->n_metrics--)
CHANGE(view_name, m->views[1].name[0] = 'x')
CHANGE(view_by, m->views[1].by[0] = 4)
CHANGE(view_grouping, m->views[1].groupings[0] = 2)
CHANGE(view_grouping_less, m->views[1].n_groupings--)
CHANGE(view_window, strcpy(m->views[0].windows[0].name, "5m"))
CHANGE(view_window_less, m->views[0].n_windows--)
CHANGE(view_retention, m->views[0].windows[2].retention_ms++)
CHANGE(zone, m->time_zone[0] = 'X')
CHANGE(span, m->dedup_span++)
CHANGE(shards, m->shards++)

/* All of these and the model itself must differ from each other. */
static change *const deciding[] = {
    id_pointer,       id_compound,      type_pointer,    op_pointer,        time_pointer,
    max_bytes,        max_ahead,        max_age,         late_after,        dimension_name,
    dimension_pointer, dimension_values, dimension_less, metric_name,       metric_kind,
    metric_pointer,   metric_type,      metric_low,      metric_high,       metric_top_low,
    metric_top_high,  metric_when,      metric_limit,    metric_sign,       metric_no_when,
    metric_of_ratio,  metric_over,      metric_less,     view_name,         view_by,
    view_grouping,    view_grouping_less, view_window,   view_window_less,  view_retention,
    where_channel,    where_channel_and_team, where_one, where_touchpoint,  among_fear,
    zone,             span,             shards,
};

CHANGE(target_goal, m->views[0].targets[0].goal.micro++)
CHANGE(min_n, m->views[0].min_n = 5)
CHANGE(rows, m->views[0].rows = 10)
CHANGE(alert_metric, m->alerts[0].metric = 1)
CHANGE(alert_keep, m->alerts[0].keep = 1)
CHANGE(unit, m->metrics[5].unit[0] = 'h')
CHANGE(limit_written_otherwise, set_when(m, "<=  2.00e1"))
CHANGE(grouping_order, m->views[1].groupings[0] = 6; m->views[1].groupings[2] = 1)

/* Pointers and types by another index are the same pointers and types. */
static void pointer_order(struct kaiku_model *m)
{
    uint32_t last = m->n_pointers - 1, reason = m->dimensions[4].pointer;
    char *text = m->pointers[last];

    m->pointers[last] = m->pointers[reason];
    m->pointers[reason] = text;
    m->dimensions[4].pointer = last;
    m->alerts[0].carry[4].index = reason;
}

static change *const indifferent[] = {
    target_goal, min_n, rows, alert_metric, alert_keep, unit, limit_written_otherwise,
    grouping_order, pointer_order,
};

static struct kaiku_model *changed(change *apply)
{
    struct kaiku_model *model = kaiku_fixture_contact();

    if (apply)
        apply(model);
    cr_assert_eq(kaiku_digest_model(model), KAIKU_OK);
    return model;
}

/* What a change hides from the release is shown to it again. */
static void destroy(struct kaiku_model *model)
{
    model->n_metrics = 10;
    kaiku_fixture_destroy(model);
}

Test(digest, all_that_decides_changes_it)
{
    enum { N = sizeof(deciding) / sizeof(*deciding) };
    static char digests[N + 1][33];

    for (size_t i = 0; i <= N; i++) {
        struct kaiku_model *model = changed(i < N ? deciding[i] : NULL);
        cr_assert_eq(strspn(model->digest, "0123456789abcdef"), 32);
        memcpy(digests[i], model->digest, sizeof(digests[i]));
        for (size_t k = 0; k < i; k++)
            cr_assert_str_neq(digests[k], digests[i], "changes %zu and %zu", k, i);
        destroy(model);
    }
}

Test(digest, nothing_else_changes_it)
{
    struct kaiku_model *before = changed(NULL);

    for (size_t i = 0; i < sizeof(indifferent) / sizeof(*indifferent); i++) {
        struct kaiku_model *after = changed(indifferent[i]);
        cr_assert_str_eq(before->digest, after->digest, "change %zu", i);
        destroy(after);
    }
    destroy(before);
}

Test(digest, order_and_repetition_in_a_set_decide_nothing)
{
    struct kaiku_model *a = changed(where_channel_and_team), *b = changed(where_team_and_channel);

    cr_assert_str_eq(a->digest, b->digest);
    destroy(a);
    destroy(b);
}

static void shape_of(change *apply, uint32_t view, uint32_t window, char out[33])
{
    struct kaiku_model *model = changed(apply);

    cr_assert_eq(kaiku_digest_shape(model, view, window, out), KAIKU_OK);
    destroy(model);
}

static void at_most(struct kaiku_model *m)
{
    m->views[0].targets[0].goal.at_most = true;
}

static void target_member(struct kaiku_model *m)
{
    memcpy((char *)m->views[0].targets[0].parts[0].data, "email", 5);
}

Test(digest, shape_follows_what_entries_show)
{
    static change *const showing[] = {target_goal, at_most,    target_member, min_n,
                                      metric_less, metric_top_low};
    char before[33], after[33];

    shape_of(NULL, 0, 3, before);
    for (size_t i = 0; i < sizeof(showing) / sizeof(*showing); i++) {
        shape_of(showing[i], 0, 3, after);
        cr_assert_str_neq(before, after, "change %zu", i);
    }
    shape_of(rows, 0, 3, after);
    cr_assert_str_eq(before, after);
    shape_of(zone, 0, 3, after);
    cr_assert_str_eq(before, after);
}

Test(digest, shape_of_a_window_without_targets_ignores_them)
{
    char before[33], after[33];

    shape_of(NULL, 0, 2, before);
    shape_of(target_goal, 0, 2, after);
    cr_assert_str_eq(before, after);
}
