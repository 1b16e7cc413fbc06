#include "top_figures.h"
#include "top_world.h"

#include <math.h>

TestSuite(top_figures, .init = set_up_top, .fini = tear_down_top);

static const struct kaiku_metric *metric_of(const char *name)
{
    const struct kaiku_model *model = &top_settings->model;
    uint32_t m = 0;

    while (m < model->n_metrics && strcmp(model->metrics[m].name, name) != 0)
        m++;
    cr_assert_lt(m, model->n_metrics, "%s", name);
    return &model->metrics[m];
}

static void expect(const char *metric, struct app_top_figure figure, const char *value, const char *range)
{
    char text[APP_FIGURE_MAX];

    cr_expect_str_eq(app_top_value_text(metric_of(metric), &figure, text), value);
    cr_expect_str_eq(app_top_range_text(metric_of(metric), &figure, text), range);
}

Test(top_figures, are_written_as_their_kind_is_read)
{
    const struct app_top_figure figure = {.value = 42.26, .low = 38.4, .high = 46.6};

    expect("nps", figure, "+42.3", "+38..+47");
    expect("csat", figure, "42.3 %", "38..47");
    expect("ces", figure, "42.26", "38.40..46.60");
    expect("wait_s", figure, "42 s", "p90 47 s");
    expect("answered", (struct app_top_figure){1234, NAN, NAN, NAN, NAN, KAIKU_TARGET_NONE}, "1,234", "");
    expect("cost", (struct app_top_figure){12.3, NAN, NAN, NAN, NAN, KAIKU_TARGET_NONE}, "12.3 EUR", "");
}

Test(top_figures, are_blank_where_there_is_no_value)
{
    const struct app_top_figure none = {NAN, NAN, NAN, NAN, NAN, KAIKU_TARGET_NONE};
    const char *const names[] = {"nps", "csat", "ces", "wait_s", "answered", "cost"};

    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
        expect(names[i], none, "", "");
}

static const char *target(enum kaiku_target_status status, double goal, double needed)
{
    static char text[APP_FIGURE_MAX];
    const struct app_top_figure figure = {.target = goal, .needed = needed, .status = status};

    return app_top_target_text(metric_of("nps"), &figure, text);
}

Test(top_figures, say_how_far_a_target_is)
{
    cr_expect_str_eq(target(KAIKU_TARGET_MET, 40, 0), "40");
    cr_expect_str_eq(target(KAIKU_TARGET_BELOW, 82.5, 1234), "82.5, needs 1,234");
    cr_expect_str_eq(target(KAIKU_TARGET_ABOVE, 5, NAN), "5");
    cr_expect_str_eq(target(KAIKU_TARGET_NO_DATA, 40, NAN), "40");
    cr_expect_str_eq(target(KAIKU_TARGET_NONE, NAN, NAN), "");
    cr_expect_eq(app_top_colour(KAIKU_TARGET_MET), APP_GREEN);
    cr_expect_eq(app_top_colour(KAIKU_TARGET_ABOVE), APP_RED);
    cr_expect_eq(app_top_colour(KAIKU_TARGET_NONE), APP_PLAIN);
}

Test(top_figures, know_what_a_value_cannot_leave)
{
    double low, high;

    app_top_bounds(metric_of("nps"), &low, &high);
    cr_expect(low == -100 && high == 100);
    app_top_bounds(metric_of("ces"), &low, &high);
    cr_expect(low == 1 && high == 7);
    app_top_bounds(metric_of("csat"), &low, &high);
    cr_expect(low == 0 && high == 100);
    app_top_bounds(metric_of("answered"), &low, &high);
    cr_expect(low == 0 && isinf(high));
    app_top_bounds(metric_of("cost"), &low, &high);
    cr_expect(isinf(low) && isinf(high));
}
