/* views */
#include "check.h"

#include <stdio.h>

#define REST KAFKA EVENT METRICS
#define DAY_MS INT64_C(86400000)

Test(views, mistakes)
{
    static const struct mistake_case cases[] = {
        {"views: []\n", "x:4:8: expects a list of views, not an empty list\n"},
        {"views: [teams]\n",
         "x:4:9: expects a view: a mapping with name, by and windows, not 'teams'\n"},
        {"views: [{}]\n", "x:4:9: missing key 'by'\nx:4:9: missing key 'name'\n"
                          "x:4:9: missing key 'windows'\n"},
        {"views: [{name: a, by: [], windows: [day], groping: cube}]\n",
         "x:4:43: unknown key 'groping', did you mean 'grouping'?\n"},
        {"views: [{name: a, by: [], windows: [day]}, {name: a, by: [], windows: [day]}]\n",
         "x:4:51: view 'a' stands twice\n"},
        {"views: [{name: a, by: team, windows: [day]}]\n",
         "x:4:23: expects a list of dimensions, not 'team'\n"},
        {"views: [{name: a, by: [taem, team, nope, team], windows: [day]}]\n",
         "x:4:24: unknown dimension 'taem', did you mean 'team'?\n"
         "x:4:36: unknown dimension 'nope', did you mean 'team'?\n"
         "x:4:42: dimension 'team' stands twice\n"},
        {"views: [{name: a, by: [], windows: []}]\n",
         "x:4:36: expects a list of windows such as [5m, 1h, day], not an empty list\n"},
        {"views: [{name: a, by: [], windows: [7m, 0s, 2d, hour, 5 m]}]\n",
         "x:4:37: a window of '7m' does not divide a day\n"
         "x:4:41: a window of '0s' does not divide a day\n"
         "x:4:45: a window of '2d' does not divide a day\n"
         "x:4:49: expects a length that divides a day, such as 5m, or day, week, month, quarter, "
         "year, not 'hour'\n"
         "x:4:55: expects a length that divides a day, such as 5m, or day, week, month, quarter, "
         "year, not '5 m'\n"},
        {"views: [{name: a, by: [], windows: [day, 1m, day]}]\n",
         "x:4:46: window 'day' stands twice\n"},
        {"views: [{name: a, by: [], windows: [day], rolling: [{name: last_30d, of: day, length: "
         "30}]}]\n",
         "x:4:43: 'rolling' is not supported yet\n"},
        {"views: [{name: a, by: [], windows: [day], min_n: -1, rows: 0}]\n",
         "x:4:50: expects a whole number from 0 to 2147483647, not '-1'\n"
         "x:4:60: expects a whole number from 1 to 100000, not '0'\n"},
        {"views: [{name: a, by: [], windows: [day], rows: 100001}]\n",
         "x:4:49: expects a whole number from 1 to 100000, not '100001'\n"},
    };

    EXPECT_EACH(REST, "", cases);
}

Test(views, retention)
{
    static const struct mistake_case cases[] = {
        {"views: [{name: a, by: [], windows: [1m, day], retention: {5m: 7d, day: 23h, 1m: }}]\n",
         "x:4:59: view 'a' has no window '5m', did you mean '1m'?\n"
         "x:4:72: expects a duration from 1d to 100000d, not '23h'\n"
         "x:4:77: expects a duration such as 250ms, 30s, 5m, 1h or 7d, not nothing\n"},
        {"views: [{name: a, by: [], windows: [1m], retention: 7d}]\n",
         "x:4:53: expects a mapping from windows to durations, such as {1m: 7d}, not '7d'\n"},
    };

    EXPECT_EACH(REST, "", cases);
}

Test(views, groupings)
{
    static const struct mistake_case cases[] = {
        {"views: [{name: a, by: [team], windows: [day], grouping: all}]\n",
         "x:4:57: expects 'exact', 'rollup', 'cube' or 'sets', not 'all'\n"},
        {"views: [{name: a, by: [team], windows: [day], grouping: sets}]\n",
         "x:4:57: grouping 'sets' needs the key 'sets'\n"},
        {"views: [{name: a, by: [team], windows: [day], sets: [[team]]}]\n",
         "x:4:47: 'sets' needs 'grouping: sets'\n"},
        {"views: [{name: a, by: [team], windows: [day], grouping: cube, sets: [[team]]}]\n",
         "x:4:63: 'sets' needs 'grouping: sets'\n"},
        {"views: [{name: a, by: [team], windows: [day], grouping: sets, sets: []}]\n",
         "x:4:69: expects a list of lists of dimensions, not an empty list\n"},
        {"views: [{name: a, by: [team, agent], windows: [day], grouping: sets, sets: [[team], "
         "team, "
         "[agent, team], [team, agent], [], [channel], [taem], [team, team], []]}]\n",
         "x:4:85: expects a list of dimensions, [] for the total, not 'team'\n"
         "x:4:106: the same dimensions stand in 'sets' twice\n"
         "x:4:126: dimension 'channel' is not in 'by' of view 'a'\n"
         "x:4:137: unknown dimension 'taem', did you mean 'team'?\n"
         "x:4:151: dimension 'team' stands twice\n"
         "x:4:158: the same dimensions stand in 'sets' twice\n"},
    };

    EXPECT_EACH(REST, "", cases);
}

Test(views, where)
{
    static const struct mistake_case cases[] = {
        {"views: [{name: a, by: [], windows: [day], where: [team]}]\n",
         "x:4:50: expects a mapping from dimensions to lists of values, not a list\n"},
        {"views: [{name: a, by: [], windows: [day], where: {taem: [x], team: [], agent: }}]\n",
         "x:4:51: unknown dimension 'taem', did you mean 'team'?\n"
         "x:4:68: expects a list of values, not an empty list\n"
         "x:4:72: expects a list of values, not nothing\n"},
    };

    EXPECT_EACH(REST, "", cases);
}

Test(views, without_dimensions)
{
    expect_mistakes(KAFKA METRICS "views: [{name: a, by: [team], windows: [day]}]\n",
                    "x:3:24: unknown dimension 'team': none is configured\n");
}

Test(views, values)
{
    struct kaiku_settings *s = settings_of(
        REST "views:\n"
             "- {name: a, by: [team, agent], windows: [10s, 1d, 24h, 48m, week, quarter, year, "
             "1h], "
             "grouping: rollup, retention: {1h: 2d, year: 10000d}, min_n: 30, rows: 10, "
             "where: {team: [1, true, 007, ~, 'a b'], agent: _none}}\n"
             "- {name: b, by: [], windows: [day], grouping: cube}\n"
             "- {name: c, by: [agent, team, channel], windows: [day], grouping: sets, "
             "sets: [[channel, agent], []]}\n");
    const struct kaiku_view *a = &s->model.views[0];
    static const char *const values[] = {"1", "true", "007", "~", "a b"};

    cr_assert_eq(a->n_groupings, 3);
    cr_expect(a->groupings[0] == 0 && a->groupings[1] == 1 && a->groupings[2] == 3);
    cr_expect_eq(a->windows[0].retention_ms, DAY_MS);
    cr_expect_eq(a->windows[1].length_ms, DAY_MS);
    cr_expect_eq(a->windows[1].unit, KAIKU_FIXED);
    cr_expect_eq(a->windows[1].retention_ms, 30 * DAY_MS);
    cr_expect_str_eq(a->windows[2].name, "24h");
    cr_expect_eq(a->windows[4].unit, KAIKU_WEEK);
    cr_expect_eq(a->windows[4].retention_ms, 3700 * DAY_MS);
    cr_expect_eq(a->windows[5].unit, KAIKU_QUARTER);
    cr_expect_eq(a->windows[6].unit, KAIKU_YEAR);
    cr_expect_eq(a->windows[6].retention_ms, 10000 * DAY_MS);
    cr_expect_eq(a->windows[7].retention_ms, 2 * DAY_MS);
    cr_expect_eq(a->min_n, 30);
    cr_expect_eq(a->rows, 10);
    cr_assert_eq(a->where.n, 2);
    cr_expect_eq(a->where.terms[0].dimension, 1);
    cr_assert_eq(a->where.terms[0].n_values, 5);
    for (uint32_t i = 0; i < 5; i++)
        cr_expect(kaiku_text_equal(a->where.terms[0].values[i], kaiku_text_of(values[i])));
    cr_assert_eq(a->where.terms[1].n_values, 1, "a single value is a list of one");
    cr_expect(kaiku_text_equal(a->where.terms[1].values[0], KAIKU_TEXT("_none")));
    cr_expect(s->model.views[1].n_by == 0 && s->model.views[1].n_groupings == 1);
    cr_expect_eq(s->model.views[1].groupings[0], 0);
    cr_assert_eq(s->model.views[2].n_groupings, 2);
    cr_expect_eq(s->model.views[2].groupings[0], 5);
    cr_expect_eq(s->model.views[2].groupings[1], 0);
    kaiku_settings_destroy(s);
}

Test(views, a_cube_of_eight)
{
    struct kaiku_settings *s = settings_of(
        KAFKA METRICS
        "event: {dimensions: {a: /a, b: /b, c: /c, d: /d, e: /e, f: /f, g: /g, h: /h}}\n"
        "views: [{name: a, by: [a, b, c, d, e, f, g, h], windows: [day], grouping: cube}]\n");

    cr_assert_eq(s->model.views[0].n_groupings, 256);
    cr_expect_eq(s->model.views[0].groupings[255], 255);
    kaiku_settings_destroy(s);
}

Test(views, are_bounded)
{
    char text[8192] = REST "views:\n";

    for (int i = 0; i < 33; i++)
        snprintf(text + strlen(text), sizeof(text) - strlen(text),
                 "- {name: v%d, by: [], windows: [day]}\n", i);
    expect_mistakes(text, "x:37:3: more than 32 in one list\n");
    expect_mistakes(KAFKA EVENT METRICS
                    "views: [{name: a, windows: [day], by: [team, team, team, team, team, team, "
                    "team, team, team]}]\n",
                    "x:4:88: more than 8 in one list\n");
}
