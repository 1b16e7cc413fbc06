#include "top_world.h"

TestSuite(top_choice, .init = set_up_top, .fini = tear_down_top);

static int begin_with(struct app_top_names names, const char **wrong, const char **what)
{
    return app_top_choice_init(&choice, &top_settings->model, &names, wrong, what);
}

Test(top_choice, begins_with_the_day_of_the_first_view)
{
    cr_expect_str_eq(app_top_view(&choice)->name, "contact");
    cr_expect_str_eq(app_top_window(&choice)->name, "day");
    cr_expect_eq(choice.grouping, 1);
    cr_expect_eq(choice.metric, 0);
    cr_expect_eq(choice.sort.by, APP_TOP_BY_N);
    cr_expect_not(choice.sort.is_ascending);
}

Test(top_choice, begins_with_what_is_named)
{
    const char *wrong, *what;

    cr_assert_eq(begin_with((struct app_top_names){"contact", "1h", "channel+touchpoint", "ces"}, &wrong, &what),
                 KAIKU_OK);
    cr_expect_str_eq(app_top_window(&choice)->name, "1h");
    cr_expect_eq(choice.grouping, 3);
    cr_expect_eq(choice.metric, 2);
    cr_assert_eq(begin_with((struct app_top_names){.set = ""}, &wrong, &what), KAIKU_OK);
    cr_expect_eq(choice.grouping, 0);
    cr_assert_eq(begin_with((struct app_top_names){.view = "teams"}, &wrong, &what), KAIKU_OK);
    cr_expect_str_eq(app_top_window(&choice)->name, "1h");
}

Test(top_choice, says_which_name_is_not_configured)
{
    const char *wrong, *what;

    cr_expect_eq(begin_with((struct app_top_names){.view = "x"}, &wrong, &what), KAIKU_INVALID);
    cr_expect_str_eq(what, "view");
    cr_expect_eq(begin_with((struct app_top_names){.view = "teams", .window = "day"}, &wrong, &what), KAIKU_INVALID);
    cr_expect_str_eq(what, "window");
    cr_expect_str_eq(wrong, "day");
    cr_expect_eq(begin_with((struct app_top_names){.set = "touchpoint+channel"}, &wrong, &what), KAIKU_INVALID);
    cr_expect_str_eq(what, "set");
    cr_expect_eq(begin_with((struct app_top_names){.metric = "np"}, &wrong, &what), KAIKU_INVALID);
    cr_expect_str_eq(what, "metric");
}

Test(top_choice, goes_round_in_both_directions)
{
    cr_expect_eq(press("w"), APP_TOP_READ);
    cr_expect_str_eq(app_top_window(&choice)->name, "month");
    press("w");
    cr_expect_str_eq(app_top_window(&choice)->name, "1m");
    press("W");
    cr_expect_str_eq(app_top_window(&choice)->name, "month");
    cr_expect_eq(press("M"), APP_TOP_READ);
    cr_expect_eq(choice.metric, 5);
    cr_expect_eq(press("v"), APP_TOP_READ);
    cr_expect_str_eq(app_top_view(&choice)->name, "teams");
    cr_expect_eq(choice.grouping, 1);
    press("g");
    cr_expect_eq(choice.grouping, 1);
}

Test(top_choice, shows_tables_of_few_dimensions_first_and_the_total_last)
{
    const uint32_t expected[] = {2, 3, 0, 1};

    for (size_t i = 0; i < sizeof(expected) / sizeof(*expected); i++) {
        cr_expect_eq(press("g"), APP_TOP_READ);
        cr_expect_eq(choice.grouping, expected[i], "%zu: %u", i, choice.grouping);
    }
}

Test(top_choice, sorts_by_the_columns_of_the_table)
{
    press_key(APP_KEY_LEFT);
    cr_expect_eq(choice.sort.by, APP_TOP_BY_DIMENSION);
    cr_expect(choice.sort.is_ascending);
    press("S");
    cr_expect_eq(choice.sort.by, APP_TOP_BY_METRIC);
    cr_expect_eq(choice.sort.index, 5);
    press("s");
    press_key(APP_KEY_RIGHT);
    cr_expect_eq(choice.sort.by, APP_TOP_BY_N);
    press_key(APP_KEY_RIGHT);
    cr_expect_eq(choice.sort.by, APP_TOP_BY_METRIC);
    cr_expect_eq(choice.sort.index, 0);
    cr_expect_not(choice.sort.is_ascending);
    press("r");
    cr_expect(choice.sort.is_ascending);
}

Test(top_choice, does_not_sort_by_what_is_not_shown)
{
    press_key(APP_KEY_LEFT);
    cr_expect_eq(choice.sort.by, APP_TOP_BY_DIMENSION);
    press("g");
    cr_expect_eq(choice.sort.by, APP_TOP_BY_N);
}

Test(top_choice, types_a_filter)
{
    press("/");
    cr_expect_eq(choice.mode, APP_TOP_FILTER);
    press("q");
    press("電");
    press("x");
    press_key(APP_KEY_BACKSPACE);
    cr_expect_str_eq(choice.filter, "q電");
    press_key(APP_KEY_BACKSPACE);
    cr_expect_str_eq(choice.filter, "q");
    press_key(APP_KEY_ENTER);
    cr_expect_eq(choice.mode, APP_TOP_TABLE);
    cr_expect_str_eq(choice.filter, "q");
    press_key(APP_KEY_ESCAPE);
    cr_expect_str_eq(choice.filter, "");
    press("/");
    press_key(APP_KEY_BACKSPACE);
    for (int i = 0; i < 200; i++)
        press("電");
    cr_expect_eq(strlen(choice.filter), 126);
    press_key(APP_KEY_ESCAPE);
    cr_expect_str_eq(choice.filter, "");
    cr_expect_eq(choice.mode, APP_TOP_TABLE);
}

Test(top_choice, scrolls_no_further_than_there_are_rows)
{
    table.n = 25;
    choice.page = 10;
    press_key(APP_KEY_UP);
    cr_expect_eq(choice.first, 0);
    press_key(APP_KEY_DOWN);
    press("j");
    press("k");
    cr_expect_eq(choice.first, 1);
    press_key(APP_KEY_PAGE_DOWN);
    cr_expect_eq(choice.first, 11);
    press_key(APP_KEY_PAGE_DOWN);
    cr_expect_eq(choice.first, 15);
    press_key(APP_KEY_PAGE_UP);
    cr_expect_eq(choice.first, 5);
    press_key(APP_KEY_END);
    cr_expect_eq(choice.first, 15);
    app_top_choice_limit(&choice, 12);
    cr_expect_eq(choice.first, 2);
    press_key(APP_KEY_HOME);
    cr_expect_eq(choice.first, 0);
    table.n = 0;
}

Test(top_choice, pauses_and_helps_and_quits)
{
    cr_expect_eq(press(" "), APP_TOP_SHOW);
    cr_expect(choice.is_paused);
    cr_expect_eq(press(" "), APP_TOP_READ);
    cr_expect_not(choice.is_paused);
    press("?");
    cr_expect_eq(choice.mode, APP_TOP_HELP);
    cr_expect_eq(press("w"), APP_TOP_SHOW);
    cr_expect_eq(choice.mode, APP_TOP_TABLE);
    cr_expect_str_eq(app_top_window(&choice)->name, "day");
    cr_expect_eq(press("q"), APP_TOP_QUIT);
    press("?");
    cr_expect_eq(press("q"), APP_TOP_QUIT);
    cr_expect_eq(press("z"), APP_TOP_SHOW);
    cr_expect_eq(press_key(APP_KEY_NONE), APP_TOP_SHOW);
}

Test(top_choice, shows_the_course_in_the_next_shorter_window)
{
    const char *const expected[] = {"1m", "1m", "1h", "day"};

    for (choice.window = 0; choice.window < 4; choice.window++)
        cr_expect_str_eq(app_top_course_window(&choice)->name, expected[choice.window]);
}

Test(top_choice, knows_where_targets_are)
{
    cr_expect(app_top_has_target(&choice, 0));
    cr_expect_not(app_top_has_target(&choice, 1));
    press("w");
    cr_expect_not(app_top_has_target(&choice, 0));
}
