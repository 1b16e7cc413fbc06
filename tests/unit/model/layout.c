#include "model_fixture.h"

#include <model/layout.h>

#include <criterion/criterion.h>

static const struct kaiku_metric *metric_of(const struct kaiku_model *model, const char *name)
{
    return &model->metrics[kaiku_fixture_metric(model, name)];
}

static void check(const struct kaiku_metric *metric, uint32_t counter, uint32_t counters, int sum,
                  int wide, int unique)
{
    cr_assert_eq(metric->counter, counter, "%s at %u", metric->name, metric->counter);
    cr_assert_eq(metric->counters, counters, "%s has %u", metric->name, metric->counters);
    cr_assert_eq(metric->sum, sum, "%s has sum %d", metric->name, metric->sum);
    cr_assert_eq(metric->wide, wide, "%s has wide %d", metric->name, metric->wide);
    cr_assert_eq(metric->unique, unique, "%s has unique %d", metric->name, metric->unique);
}

Test(layout, counters_stand_in_the_order_of_the_metrics_behind_n)
{
    struct kaiku_model *model = kaiku_fixture_contact();

    check(metric_of(model, "nps"), 1, 11, -1, -1, -1);
    check(metric_of(model, "csat"), 12, 5, -1, -1, -1);
    check(metric_of(model, "ces"), 17, 7, -1, -1, -1);
    check(metric_of(model, "resolved"), 24, 2, -1, -1, -1);
    check(metric_of(model, "in_time"), 26, 2, -1, -1, -1);
    check(metric_of(model, "wait_s"), 0, 0, 0, 0, -1);
    check(metric_of(model, "handle_s"), 0, 0, 1, 1, -1);
    check(metric_of(model, "invited"), 28, 1, -1, -1, -1);
    check(metric_of(model, "answered"), 29, 1, -1, -1, -1);
    check(metric_of(model, "response_rate"), 0, 0, -1, -1, -1);
    cr_assert_eq(model->n_counters, 30);
    cr_assert_eq(model->n_sums, 2);
    cr_assert_eq(model->n_wide, 2);
    cr_assert_eq(model->n_unique, 0);
    kaiku_fixture_destroy(model);
}

Test(layout, sums_uniques_and_scales_below_zero)
{
    struct kaiku_model *model = kaiku_fixture_contact();

    model->n_metrics = 5;
    model->metrics[0].kind = KAIKU_SUM;
    model->metrics[1].kind = KAIKU_UNIQUE;
    model->metrics[2].low = -50;
    model->metrics[2].high = 50;
    model->metrics[3].kind = KAIKU_UNIQUE;
    model->metrics[4].kind = KAIKU_QUANTILES;
    kaiku_layout_assign(model);
    check(&model->metrics[0], 1, 1, 0, -1, -1);
    check(&model->metrics[1], 0, 0, -1, -1, 0);
    check(&model->metrics[2], 2, 101, -1, -1, -1);
    check(&model->metrics[3], 0, 0, -1, -1, 1);
    check(&model->metrics[4], 0, 0, 1, 0, -1);
    cr_assert_eq(model->n_counters, 103);
    model->n_metrics = 10;
    kaiku_fixture_destroy(model);
}

Test(layout, histograms_stand_where_they_are_whatever_comes_before)
{
    struct kaiku_model model = {.n_counters = 32};

    cr_assert_eq(KAIKU_WIDE_BLOCKS, 44); /* 1384 bins */
    cr_assert_eq(kaiku_layout_dense_blocks(&model), 1);
    model.n_counters = 33;
    cr_assert_eq(kaiku_layout_dense_blocks(&model), 2);
    cr_assert_eq(kaiku_layout_wide_block(0), 256);
    cr_assert_eq(kaiku_layout_wide_block(1), 256 + 44);
}
