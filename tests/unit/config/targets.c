/* targets */
#include "check.h"

Test(targets, mistakes)
{
    static const struct mistake_case cases[] = {
        {"targets: nps\n", "x:5:10: expects a list of targets, not 'nps'\n"},
        {"targets: [5]\n",
         "x:5:11: expects a target: a mapping with view, member, metric, window and goal, not "
         "'5'\n"},
        {"targets: [{}]\n",
         "x:5:11: missing key 'goal'\nx:5:11: missing key 'metric'\nx:5:11: missing key 'view'\n"},
        {"targets: [{view: teams, metric: nps, goal: 5, windw: day}]\n",
         "x:5:11: missing key 'member'\nx:5:11: missing key 'window'\n"
         "x:5:47: unknown key 'windw', did you mean 'window'?\n"},
        {"targets: [{view: team, member: a, metric: nps, window: day, goal: 5}]\n",
         "x:5:18: unknown view 'team', did you mean 'teams'?\n"},
        {"targets: [{view: teams, member: 'a|b', metric: np, window: hour, goal: 5}]\n",
         "x:5:48: unknown metric 'np', did you mean 'nps'?\n"
         "x:5:60: view 'teams' has no window 'hour', did you mean '1m'?\n"},
        {"targets: [{view: teams, member: a, metric: nps, window: day, goal: 5}]\n",
         "x:5:33: member 'a' has 1 part, but the view has 2 dimensions\n"},
        {"targets: [{view: teams, member: 'a|b|', metric: nps, window: day, goal: 5}]\n",
         "x:5:33: member 'a|b|' has 3 parts, but the view has 2 dimensions\n"},
        {"targets: [{view: teams, member: '*|*', metric: asked, window: day, goal: 5}]\n",
         "x:5:48: a metric of kind 'count' takes no target, only nps, top_box, mean, rate and "
         "ratio "
         "do\n"},
        {"targets: [{view: teams, member: '*|*', metric: who, window: day, goal: 5}]\n",
         "x:5:48: a metric of kind 'unique' takes no target, only nps, top_box, mean, rate and "
         "ratio "
         "do\n"},
        {"targets: [{view: teams, member: '*|*', metric: nps, window: day, goal: much}]\n",
         "x:5:72: expects a number within +-1000000 with at most 6 decimals, not 'much'\n"},
        {"targets: [{view: teams, member: '*|*', metric: nps, window: day, goal: 0.0000001}]\n",
         "x:5:72: expects a number within +-1000000 with at most 6 decimals, not '0.0000001'\n"},
        {"targets: [{view: teams, member: '*|*', metric: nps, window: day, goal: 1000000.1}]\n",
         "x:5:72: expects a number within +-1000000 with at most 6 decimals, not '1000000.1'\n"},
        {"targets: [{view: teams, member: '*|*', metric: nps, window: day, goal: [5]}]\n",
         "x:5:72: expects a number or {at_most: NUMBER}, not a list\n"},
        {"targets: [{view: teams, member: '*|*', metric: nps, window: day, goal: {at_last: 5}}]\n",
         "x:5:72: missing key 'at_most'\n"
         "x:5:73: unknown key 'at_last', did you mean 'at_most'?\n"},
    };

    EXPECT_EACH(BEFORE_LINE_5, "", cases);
}

Test(targets, the_total)
{
    static const struct mistake_case cases[] = {
        {"targets: [{view: all, member: _all, metric: nps, window: day, goal: 5}]\n", ""},
        {"targets: [{view: all, member: '*', metric: nps, window: day, goal: 5}]\n",
         "x:5:31: expects '_all', the only member of a view by nothing, not '*'\n"},
    };

    EXPECT_EACH(KAFKA EVENT METRICS "views: [{name: all, by: [], windows: [day]}]\n", "", cases);
}

/* What a view lacks through a mistake of its own is told there only. */
Test(targets, of_a_view_with_mistakes)
{
    expect_mistakes(KAFKA EVENT METRICS
                    "views: [{name: all, by: [tem], windows: [dayy]}]\n"
                    "targets: [{view: all, member: 'a|b', metric: nps, window: day, goal: 5}]\n",
                    "x:4:26: unknown dimension 'tem', did you mean 'team'?\n"
                    "x:4:42: expects a length that divides a day, such as 5m, or day, week, month, "
                    "quarter, year, not 'dayy'\n");
}

Test(targets, values)
{
    struct kaiku_settings *s = settings_of(
        KAFKA EVENT METRICS
        "views: [{name: a, by: [team], windows: [day]}, {name: b, by: [team, agent], windows: "
        "[1h, day]}]\n"
        "targets:\n"
        "- {view: b, member: 'x%7Cy|*', metric: share, window: day, goal: {at_most: -2.5}}\n"
        "- {view: a, member: _none, metric: nps, window: day, goal: 1e3}\n"
        "- {view: b, member: 'north |_all', metric: nps, window: 1h, goal: 40.123456}\n");
    const struct kaiku_view *b = &s->model.views[1];

    cr_expect_eq(s->model.views[0].n_targets, 1);
    cr_expect_eq(s->model.views[0].targets[0].goal.micro, 1000000000);
    cr_assert_eq(b->n_targets, 2);
    cr_expect(b->targets[0].goal.at_most && b->targets[0].goal.micro == -2500000);
    cr_expect(b->targets[0].metric == 3 && b->targets[0].window == 1);
    cr_expect(kaiku_text_equal(b->targets[0].parts[0], KAIKU_TEXT("x%7Cy")));
    cr_expect(kaiku_text_equal(b->targets[0].parts[1], KAIKU_TEXT("*")));
    cr_expect(!b->targets[1].goal.at_most && b->targets[1].goal.micro == 40123456);
    cr_expect(kaiku_text_equal(b->targets[1].parts[0], KAIKU_TEXT("north ")));
    cr_expect_eq(b->targets[1].window, 0);
    kaiku_settings_destroy(s);
}

Test(targets, may_be_none)
{
    expect_mistakes(BEFORE_LINE_5 "targets: []\nalerts: []\n", "");
}
