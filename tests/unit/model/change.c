#include "model_fixture.h"

#include <model/change.h>
#include <model/digest.h>

#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>

typedef void edit(struct kaiku_model *model);

static struct kaiku_change change;
static struct kaiku_buffer texts[2];

static void tear_down(void)
{
    kaiku_buffer_release(&texts[0]);
    kaiku_buffer_release(&texts[1]);
}

TestSuite(change, .fini = tear_down);

static void write_rules(edit *apply, struct kaiku_buffer *out)
{
    struct kaiku_model *model = kaiku_fixture_contact();
    uint32_t n_metrics = model->n_metrics;

    if (apply)
        apply(model);
    kaiku_buffer_clear(out);
    kaiku_digest_rules(model, out);
    cr_assert_not(out->failed);
    if (model->n_metrics < n_metrics)
        model->n_metrics = n_metrics; /* what an edit hides is released all the same */
    kaiku_fixture_destroy(model);
}

static int find(edit *former, edit *now)
{
    write_rules(former, &texts[0]);
    write_rules(now, &texts[1]);
    return kaiku_change_find(kaiku_buffer_as_text(&texts[0]), kaiku_buffer_as_text(&texts[1]), &change);
}

static void assert_refused(edit *former, edit *now, const char *why)
{
    cr_assert_eq(find(former, now), KAIKU_REFUSED, "%s", why);
    cr_assert_str_eq(change.why, why);
}

static void assert_added(uint32_t i, enum kaiku_part part, const char *name, uint32_t max_values)
{
    cr_assert_lt(i, change.n);
    cr_assert_eq(change.added[i].part, part);
    cr_assert(kaiku_text_equal(change.added[i].name, kaiku_text_of(name)), "%.*s",
              (int)change.added[i].name.size, change.added[i].name.data);
    cr_assert_eq(change.added[i].max_values, max_values);
}

#define EDIT(name, statement)                                                                      \
    static void name(struct kaiku_model *m)                                                        \
    {                                                                                              \
        statement;                                                                                 \
    }

static struct kaiku_metric *metric_of(struct kaiku_model *m, const char *name)
{
    return &m->metrics[kaiku_fixture_metric(m, name)];
}

static void put_metric(struct kaiku_model *m, uint32_t at, const char *name)
{
    struct kaiku_metric *metric = &m->metrics[at];

    memmove(metric + 1, metric, (m->n_metrics++ - at) * sizeof *metric);
    *metric = (struct kaiku_metric){.kind = KAIKU_RATE, .high = 1};
    snprintf(metric->name, sizeof metric->name, "%s", name);
    metric->pointer = (int32_t)kaiku_fixture_pointer(m, "/mood");
    metric->type = kaiku_fixture_type(m, "pulse");
}

static void put_view(struct kaiku_model *m, uint32_t at, const char *name)
{
    struct kaiku_view *view = &m->views[at];

    memmove(view + 1, view, (m->n_views++ - at) * sizeof *view);
    *view = (struct kaiku_view){.n_groupings = 1, .n_windows = 1};
    snprintf(view->name, sizeof view->name, "%s", name);
    view->windows[0] = m->views[at + 1].windows[0];
}

static void swap_views(struct kaiku_model *m)
{
    struct kaiku_view view = m->views[0];

    m->views[0] = m->views[1];
    m->views[1] = view;
}

static void swap_metrics(struct kaiku_model *m)
{
    struct kaiku_metric metric = m->metrics[0];

    m->metrics[0] = m->metrics[1];
    m->metrics[1] = metric;
}

static void swap_dimensions(struct kaiku_model *m)
{
    struct kaiku_dimension dimension = m->dimensions[2];

    m->dimensions[2] = m->dimensions[3];
    m->dimensions[3] = dimension;
}

static void where(struct kaiku_model *m)
{
    struct kaiku_where *where = &m->views[0].where;

    where->n = 1;
    where->terms[0].dimension = 1;
    where->terms[0].values = malloc(sizeof *where->terms[0].values);
    /* What looks like lines of its own is none. */
    where->terms[0].values[0] = kaiku_fixture_text("billing\nmetric 3:nps");
    where->terms[0].n_values = 1;
}

static void among(struct kaiku_model *m)
{
    struct kaiku_metric *metric = metric_of(m, "resolved");

    metric->among = malloc(sizeof *metric->among);
    metric->among[metric->n_among++] = kaiku_fixture_text("yes");
}

static void when(struct kaiku_model *m)
{
    struct kaiku_metric *metric = metric_of(m, "in_time");

    free(metric->when.text);
    metric->when = kaiku_fixture_condition("<= -7.5");
}

static void drop_view(struct kaiku_model *m)
{
    for (uint32_t i = 0; i < m->views[0].n_targets; i++)
        for (uint32_t part = 0; part < m->views[0].n_by; part++)
            free((void *)m->views[0].targets[i].parts[part].data);
    free(m->views[0].targets);
    m->views[0] = m->views[1];
    m->n_views = 1;
}

/* A filter by a dimension whose name could begin a part. */
static void where_view(struct kaiku_model *m)
{
    strcpy(m->dimensions[1].name, "view");
    where(m);
}

static void where_another_view(struct kaiku_model *m)
{
    where_view(m);
    memcpy((char *)m->views[0].where.terms[0].values[0].data, "x", 1);
}

EDIT(metric_behind, put_metric(m, m->n_metrics, "mood"); put_metric(m, m->n_metrics, "mind"))
EDIT(metric_between, put_metric(m, 3, "mood"))
EDIT(metric_renamed, strcpy(metric_of(m, "ces")->name, "effort"))
EDIT(metric_less, m->n_metrics--)
EDIT(view_between, put_view(m, 1, "live"))
EDIT(views_around, put_view(m, 2, "last"); put_view(m, 0, "first"))
EDIT(more_values, m->dimensions[1].max_values = 20000; m->dimensions[4].max_values++)
EDIT(fewer_values, m->dimensions[1].max_values = 100)
EDIT(dimension_less, m->n_dimensions--)
EDIT(dimension_field, m->dimensions[4].pointer = m->op)
EDIT(all_at_once, metric_behind(m); views_around(m); more_values(m))
EDIT(zone, m->time_zone[0] = 'X')
EDIT(span, m->dedup_span++)
EDIT(shards, m->shards++)
EDIT(id, m->id[m->n_id++] = m->type)
EDIT(time_pointer, m->time = m->op)
EDIT(late_after, m->late_after_ms++)
EDIT(kind, metric_of(m, "nps")->kind = KAIKU_MEAN)
EDIT(scale, metric_of(m, "csat")->high++)
EDIT(top, metric_of(m, "csat")->top_low--)
EDIT(no_when, metric_of(m, "in_time")->has_when = false)
EDIT(type, metric_of(m, "answered")->type = metric_of(m, "invited")->type)
EDIT(over, metric_of(m, "response_rate")->over = 0)
EDIT(by, m->views[1].by[0] = 4)
EDIT(grouping, m->views[1].n_groupings--)
EDIT(window_less, m->views[0].n_windows--)
EDIT(retention, m->views[0].windows[1].retention_ms++)

Test(change, lists_what_was_added)
{
    cr_assert_eq(find(NULL, metric_behind), KAIKU_OK, "%s", change.why);
    cr_assert_eq(change.n, 2);
    assert_added(0, KAIKU_PART_metric, "mood", 0);
    assert_added(1, KAIKU_PART_metric, "mind", 0);
    cr_assert_eq(find(NULL, view_between), KAIKU_OK, "%s", change.why);
    cr_assert_eq(change.n, 1);
    assert_added(0, KAIKU_PART_view, "live", 0);
    cr_assert_eq(find(NULL, more_values), KAIKU_OK, "%s", change.why);
    cr_assert_eq(change.n, 2);
    assert_added(0, KAIKU_PART_dimension, "touchpoint", 10000);
    assert_added(1, KAIKU_PART_dimension, "reason", 10000);
    cr_assert_eq(find(NULL, all_at_once), KAIKU_OK, "%s", change.why);
    cr_assert_eq(change.n, 6);
    assert_added(4, KAIKU_PART_view, "first", 0);
    assert_added(5, KAIKU_PART_view, "last", 0);
}

Test(change, finds_nothing_between_equals)
{
    cr_assert_eq(find(where, where), KAIKU_OK);
    cr_assert_eq(change.n, 0);
    cr_assert_eq(find(among, among), KAIKU_OK);
    cr_assert_eq(change.n, 0);
}

/* Otherwise two configurations could take over from each other for ever. */
Test(change, goes_one_way_only)
{
    static edit *const added[] = {metric_behind, view_between, views_around, more_values, all_at_once};

    for (size_t i = 0; i < sizeof added / sizeof added[0]; i++)
        cr_assert_eq(find(added[i], NULL), KAIKU_REFUSED);
    assert_refused(metric_behind, NULL, "metric 'mood' was removed");
    assert_refused(view_between, NULL, "view 'live' was removed");
    assert_refused(views_around, NULL, "view 'first' was removed");
    assert_refused(more_values, NULL,
                   "dimension 'touchpoint' has a max_values of 10000, less than the 20000 before");
}

Test(change, refuses_metrics_at_other_places)
{
    assert_refused(NULL, metric_between,
                   "metric 'mood' was added before others: new ones go behind all that are there");
    assert_refused(NULL, swap_metrics, "metric 'nps' stands at another place");
    assert_refused(NULL, metric_renamed, "metric 'ces' was removed");
    assert_refused(NULL, metric_less, "metric 'response_rate' was removed");
}

Test(change, says_what_of_a_metric_differs)
{
    assert_refused(NULL, kind, "metric 'nps' has another kind");
    assert_refused(NULL, scale, "metric 'csat' has another scale");
    assert_refused(NULL, top, "metric 'csat' has another top");
    assert_refused(NULL, when, "metric 'in_time' has another when");
    assert_refused(NULL, no_when, "metric 'in_time' has another when");
    assert_refused(NULL, among, "metric 'resolved' has another in");
    assert_refused(NULL, type, "metric 'answered' has another type");
    assert_refused(NULL, over, "metric 'response_rate' has another over");
}

Test(change, says_what_of_a_view_differs)
{
    assert_refused(NULL, by, "view 'people' has another 'by'");
    assert_refused(NULL, grouping, "view 'people' has another grouping");
    assert_refused(NULL, window_less, "view 'contact' has other windows");
    assert_refused(window_less, NULL, "view 'contact' has other windows");
    assert_refused(NULL, retention, "view 'contact' has another retention of '1h'");
    assert_refused(NULL, where, "view 'contact' has another 'where'");
    assert_refused(where, NULL, "view 'contact' has another 'where'");
    assert_refused(where_view, where_another_view, "view 'contact' has another 'where'");
    assert_refused(NULL, drop_view, "view 'contact' was removed");
    assert_refused(NULL, swap_views, "view 'contact' stands at another place");
}

Test(change, says_what_else_differs)
{
    assert_refused(NULL, fewer_values,
                   "dimension 'touchpoint' has a max_values of 100, less than the 10000 before");
    assert_refused(NULL, dimension_less, "dimension 'reason' was removed");
    assert_refused(dimension_less, NULL, "dimension 'reason' was added");
    assert_refused(NULL, dimension_field, "dimension 'reason' has another field");
    assert_refused(NULL, swap_dimensions, "dimension 'team' stands at another place");
    assert_refused(NULL, id, "event.id differs");
    assert_refused(id, NULL, "event.id differs");
    assert_refused(NULL, time_pointer, "event.time differs");
    assert_refused(NULL, late_after, "event.late_after differs");
    assert_refused(NULL, zone, "time_zone differs");
    assert_refused(NULL, span, "dedup.span differs");
    assert_refused(NULL, shards, "redis.shards differs");
}

Test(change, takes_no_other_text_for_rules)
{
    struct kaiku_text whole, cut;
    char text[] = "format 7:kaiku 2\nid 99:x\n";

    write_rules(NULL, &texts[0]);
    whole = kaiku_buffer_as_text(&texts[0]);
    cr_assert_eq(kaiku_change_find(kaiku_text_of(text), whole, &change), KAIKU_INVALID);
    cr_assert_eq(kaiku_change_find(KAIKU_TEXT(""), whole, &change), KAIKU_INVALID);
    for (cut = whole; cut.size > 0;) {
        cut.size--;
        cr_assert_neq(kaiku_change_find(cut, whole, &change), KAIKU_OK, "%zu bytes", cut.size);
    }
}
