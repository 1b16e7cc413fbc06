#include "top_layout.h"
#include "top_world.h"

#include <math.h>

static struct app_top_layout layout;

static void set_up(void)
{
    set_up_top();
    add_row("channel phone n 1200 nps 42 nps_lo 38 nps_hi 47 csat 80 csat_lo 79 csat_hi 81 ces 5 ces_lo 4 ces_hi 6 "
            "wait_s_p50 41 wait_s_p90 230 answered 1234 cost 12.5 nps_status met nps_target 40 nps_needed 0");
    add_row("channel an_unusually_long_name_of_a_channel n 5 nps -20 nps_lo -70 nps_hi 30 nps_status below "
            "nps_target 40 nps_needed 12");
}

TestSuite(top_layout, .init = set_up, .fini = tear_down_top);

static void lay_out(int columns)
{
    app_top_layout_make(&layout, &choice, &table, NULL, columns);
}

/* What all columns take. */
static int taken(void)
{
    int columns = APP_TOP_MARGIN + layout.n + APP_TOP_GAP + layout.chosen.columns;
    const int more[] = {layout.bar.columns, layout.course, layout.target};

    for (size_t i = 0; i < KAIKU_MAX_BY; i++)
        columns += layout.dimensions[i] ? layout.dimensions[i] + APP_TOP_GAP : 0;
    for (size_t i = 0; i < sizeof(more) / sizeof(*more); i++)
        columns += more[i] ? more[i] + APP_TOP_GAP : 0;
    for (uint32_t i = 0; i < layout.n_others; i++)
        columns += layout.others[i].columns + APP_TOP_GAP;
    return columns;
}

Test(top_layout, never_takes_more_than_there_is)
{
    for (int columns = 45; columns < 250; columns++) {
        lay_out(columns);
        cr_expect_leq(taken(), columns, "%d", columns);
    }
}

Test(top_layout, shows_more_where_there_is_room)
{
    uint32_t before = 0;

    lay_out(80);
    cr_expect_gt(layout.course, 0);
    cr_expect_eq(layout.bar.columns, 0);
    for (int columns = 80; columns < 250; columns += 10) {
        lay_out(columns);
        if (columns != 110) /* there the bar comes in */
            cr_expect_geq(layout.n_others, before, "%d", columns);
        before = layout.n_others;
    }
    cr_expect_eq(layout.n_others, 5);
    cr_expect_not(layout.are_hidden);
    cr_expect_eq(layout.bar.columns, 40);
}

Test(top_layout, takes_whatever_a_pipe_needs)
{
    lay_out(0);
    cr_expect_eq(layout.dimensions[0], (int)strlen("an_unusually_long_name_of_a_channel"));
    cr_expect_eq(layout.n_others, 5);
    cr_expect_eq(layout.bar.columns, 0);
    cr_expect_eq(layout.course, 24);
}

Test(top_layout, shares_a_narrow_screen_among_dimensions)
{
    lay_out(40);
    cr_expect_geq(layout.dimensions[0], 6);
    cr_expect_lt(layout.dimensions[0], 20);
    cr_expect_eq(layout.dimensions[1], 0);
}

Test(top_layout, always_shows_the_metric_that_sorts)
{
    for (uint32_t m = 0; m < 6; m++) {
        bool is_shown;

        choice.sort = (struct app_top_sort){APP_TOP_BY_METRIC, m, false};
        lay_out(105);
        is_shown = layout.chosen.metric == m;
        for (uint32_t i = 0; i < layout.n_others; i++)
            is_shown |= layout.others[i].metric == m;
        cr_expect(is_shown, "%u", m);
        cr_expect(layout.are_hidden);
    }
}

Test(top_layout, has_room_for_targets_only_where_there_are_some)
{
    lay_out(120);
    cr_expect_eq(layout.target, (int)strlen("40, needs 12"));
    cr_expect(layout.chosen.has_sign);
    choice.metric = 1;
    lay_out(120);
    cr_expect_eq(layout.target, 0);
    cr_expect_not(layout.chosen.has_sign);
}

Test(top_layout, puts_bars_on_a_round_scale)
{
    lay_out(120);
    cr_expect_eq(layout.bar.low, -80);
    cr_expect_eq(layout.bar.high, 60);
    choice.metric = 2;
    lay_out(120);
    cr_expect_eq(layout.bar.low, 4);
    cr_expect_eq(layout.bar.high, 6);
}

Test(top_layout, has_a_scale_where_there_are_no_values)
{
    app_top_table_release(&table);
    lay_out(120);
    cr_expect_lt(layout.bar.low, layout.bar.high);
    add_row("channel phone n 1 answered 7");
    choice.metric = 4;
    lay_out(120);
    cr_expect_lt(layout.bar.low, 7);
    cr_expect_gt(layout.bar.high, 7);
}
