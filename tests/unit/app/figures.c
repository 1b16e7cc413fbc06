#include "figures.h"

#include <criterion/criterion.h>
#include <math.h>

static char text[APP_FIGURE_MAX];

Test(figures, group_digits)
{
    cr_expect_str_eq(app_figure_count(0, text), "0");
    cr_expect_str_eq(app_figure_count(999, text), "999");
    cr_expect_str_eq(app_figure_count(1000, text), "1,000");
    cr_expect_str_eq(app_figure_count(-123456, text), "-123,456");
    cr_expect_str_eq(app_figure_count(1234567890, text), "1,234,567,890");
    cr_expect_str_eq(app_figure_count(INT64_MIN, text), "-9,223,372,036,854,775,808");
    cr_expect_str_eq(app_figure_whole(NAN, text), "");
    cr_expect_str_eq(app_figure_whole(1e30, text), "");
    cr_expect_str_eq(app_figure_whole(-1234, text), "-1,234");
}

Test(figures, keep_about_three_digits)
{
    cr_expect_str_eq(app_figure_number(0.123, text), "0.12");
    cr_expect_str_eq(app_figure_number(9.996, text), "10.0");
    cr_expect_str_eq(app_figure_number(-12.34, text), "-12.3");
    cr_expect_str_eq(app_figure_number(99.96, text), "100");
    cr_expect_str_eq(app_figure_number(12345.6, text), "12,346");
    cr_expect_str_eq(app_figure_number(NAN, text), "");
}

Test(figures, say_how_long)
{
    cr_expect_str_eq(app_figure_duration(1.24, text), "1.2 s");
    cr_expect_str_eq(app_figure_duration(9.96, text), "10 s");
    cr_expect_str_eq(app_figure_duration(599, text), "599 s");
    cr_expect_str_eq(app_figure_duration(600, text), "10 min");
    cr_expect_str_eq(app_figure_duration(NAN, text), "");
}

Test(figures, say_how_long_ago)
{
    cr_expect_str_eq(app_figure_age(-5, text), "0 s");
    cr_expect_str_eq(app_figure_age(119999, text), "119 s");
    cr_expect_str_eq(app_figure_age(120000, text), "2 min");
    cr_expect_str_eq(app_figure_age(INT64_C(2) * 3600 * 1000, text), "2 h");
    cr_expect_str_eq(app_figure_age(INT64_C(47) * 3600 * 1000, text), "47 h");
    cr_expect_str_eq(app_figure_age(INT64_C(254) * 24 * 3600 * 1000, text), "254 days");
}
