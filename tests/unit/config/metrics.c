/* metrics */
#include "check.h"

#include <stdio.h>

#define REST "views: [{name: all, by: [], windows: [day]}]\n"

Test(metrics, mistakes_of_any_kind)
{
    static const struct mistake_case cases[] = {
        {"metrics: {}\n", "x:2:10: expects a list of metrics, not a mapping\n"},
        {"metrics: []\n", "x:2:10: expects a list of metrics, not an empty list\n"},
        {"metrics: [nps]\n",
         "x:2:11: expects a metric: a mapping with name and kind, not 'nps'\n"},
        {"metrics: [{}]\n", "x:2:11: missing key 'kind'\nx:2:11: missing key 'name'\n"},
        {"metrics: [{name: a, kind: average, field: /a}]\n",
         "x:2:27: expects 'nps', 'top_box', 'mean', 'rate', 'count', 'sum', 'quantiles', 'unique' "
         "or "
         "'ratio', not 'average'\n"},
        {"metrics: [{name: a, kind: nps}]\n",
         "x:2:11: missing key 'field', which a metric of kind 'nps' needs\n"},
        {"metrics: [{name: a, kind: nps, field: ''}]\n",
         "x:2:39: expects a JSON Pointer such as /channel, not ''\n"},
        {"metrics: [{name: A, kind: count}]\n",
         "x:2:18: expects a name of a-z, 0-9 and _ that begins with a letter, not 'A'\n"},
        {"metrics: [{name: a, kind: count}, {name: a, kind: count}]\n",
         "x:2:42: metric 'a' stands twice, first in line 2\n"},
        {"metrics: [{name: a, kind: count, typ: b}]\n",
         "x:2:34: unknown key 'typ', did you mean 'type'?\n"},
        {"metrics: [{name: a, kind: count, type: '', unit: ''}]\n",
         "x:2:40: expects a type of events, not an empty text\n"
         "x:2:50: expects a unit, not an empty text\n"},
        {"metrics: [{name: a, kind: count, field: /a}]\n",
         "x:2:34: a metric of kind 'count' has no 'field'\n"},
        {"metrics: [{name: a, kind: nps, field: /a, scale: 0..10}]\n",
         "x:2:43: a metric of kind 'nps' has no 'scale'\n"},
        {"metrics: [{name: a, kind: mean, field: /a, scale: 1..5, top: 4..5, when: '< 5'}]\n",
         "x:2:57: a metric of kind 'mean' has no 'top'\n"
         "x:2:68: a metric of kind 'mean' has no 'when'\n"},
        {"metrics: [{name: a, kind: sum, field: /a, decimals: 7}]\n",
         "x:2:53: expects a whole number from 0 to 6, not '7'\n"},
    };

    EXPECT_EACH(KAFKA, REST, cases);
}

Test(metrics, scales)
{
    static const struct mistake_case cases[] = {
        {"metrics: [{name: a, kind: mean, field: /a}]\n",
         "x:2:11: missing key 'scale', which a metric of kind 'mean' needs\n"},
        {"metrics: [{name: a, kind: mean, field: /a, scale: 5}]\n",
         "x:2:51: expects LOW..HIGH, such as 1..5, not '5'\n"},
        {"metrics: [{name: a, kind: mean, field: /a, scale: 5..1}]\n",
         "x:2:51: '5..1' begins above its end\n"},
        {"metrics: [{name: a, kind: mean, field: /a, scale: 5..5}]\n",
         "x:2:51: a scale needs at least two steps\n"},
        {"metrics: [{name: a, kind: mean, field: /a, scale: 0..100}]\n", ""},
        {"metrics: [{name: a, kind: mean, field: /a, scale: 0..101}]\n",
         "x:2:51: a scale has at most 101 steps, not 102\n"},
        {"metrics: [{name: a, kind: mean, field: /a, scale: 1000000..1000001}]\n",
         "x:2:51: '1000000..1000001' goes beyond +-1000000\n"},
        {"metrics: [{name: a, kind: top_box, field: /a, scale: 1..5}]\n",
         "x:2:11: missing key 'top', which a metric of kind 'top_box' needs\n"},
        {"metrics: [{name: a, kind: top_box, field: /a, scale: 1..5, top: 5..5}]\n", ""},
        {"metrics: [{name: a, kind: top_box, field: /a, scale: 1..5, top: 4..6}]\n",
         "x:2:65: top '4..6' is not within the scale '1..5'\n"},
        {"metrics: [{name: a, kind: top_box, field: /a, scale: 1..5, top: 0..2}]\n",
         "x:2:65: top '0..2' is not within the scale '1..5'\n"},
        {"metrics: [{name: a, kind: top_box, field: /a, scale: 1..5, top: 4}]\n",
         "x:2:65: expects LOW..HIGH, such as 1..5, not '4'\n"},
    };

    EXPECT_EACH(KAFKA, REST, cases);
}

Test(metrics, rates)
{
    static const struct mistake_case cases[] = {
        {"metrics: [{name: a, kind: rate, field: /a, when: '=< 5'}]\n",
         "x:2:50: expects <, <=, >, >= or == and a number, such as <= 20, not '=< 5'\n"},
        {"metrics: [{name: a, kind: rate, field: /a, when: '<='}]\n",
         "x:2:50: expects <, <=, >, >= or == and a number, such as <= 20, not '<='\n"},
        {"metrics: [{name: a, kind: rate, field: /a, when: '<= 20s'}]\n",
         "x:2:50: expects <, <=, >, >= or == and a number, such as <= 20, not '<= 20s'\n"},
        {"metrics: [{name: a, kind: rate, field: /a, when: 20}]\n",
         "x:2:50: expects <, <=, >, >= or == and a number, such as <= 20, not '20'\n"},
        {"metrics: [{name: a, kind: rate, field: /a, when: '< 5', in: [a]}]\n",
         "x:2:57: a rate has 'when' (numbers) or 'in' (texts), not both\n"},
        {"metrics: [{name: a, kind: rate, field: /a, in: fear}]\n",
         "x:2:48: expects a list of values, not 'fear'\n"},
        {"metrics: [{name: a, kind: rate, field: /a, in: []}]\n",
         "x:2:48: expects a list of values, not an empty list\n"},
        {"metrics: [{name: a, kind: rate, field: /a, in: [[b], {c: d}]}]\n",
         "x:2:49: expects a value, not a list\n"
         "x:2:54: expects a value, not a mapping\n"},
    };

    EXPECT_EACH(KAFKA, REST, cases);
}

Test(metrics, ratios)
{
    static const struct mistake_case cases[] = {
        {"metrics: [{name: a, kind: ratio}]\n",
         "x:2:11: missing key 'of', which a metric of kind 'ratio' needs\n"
         "x:2:11: missing key 'over', which a metric of kind 'ratio' needs\n"},
        {"metrics: [{name: a, kind: ratio, of: b, over: c}, {name: bb, kind: count}]\n",
         "x:2:38: unknown metric 'b', did you mean 'a'?\n"
         "x:2:47: unknown metric 'c', did you mean 'a'?\n"},
        {"metrics: [{name: a, kind: ratio, of: n1, over: b}, {name: b, kind: nps, field: /b}, "
         "{name: n1, kind: count}]\n",
         "x:2:48: a ratio is of two metrics of kind 'count', but 'b' is of kind 'nps'\n"},
        {"metrics: [{name: a, kind: ratio, of: n1, over: n1, type: x, field: /x}, "
         "{name: n1, kind: count}]\n",
         "x:2:52: a metric of kind 'ratio' has no 'type'\n"
         "x:2:61: a metric of kind 'ratio' has no 'field'\n"},
        /* A kind that is not known is told once. */
        {"metrics: [{name: a, kind: ratio, of: b, over: b}, {name: b, kind: cuont}]\n",
         "x:2:67: expects 'nps', 'top_box', 'mean', 'rate', 'count', 'sum', 'quantiles', 'unique' "
         "or "
         "'ratio', not 'cuont'\n"},
    };

    EXPECT_EACH(KAFKA, REST, cases);
}

Test(metrics, values)
{
    struct kaiku_settings *s = settings_of(
        KAFKA "metrics:\n"
              "- {name: r, kind: ratio, of: b, over: a}\n"
              "- {name: a, kind: count, type: 42}\n"
              "- {name: b, kind: count}\n"
              "- {name: mood, kind: rate, field: /m, in: [fear, 1, true, 007, ~, null, '', "
              "\"1\"]}\n"
              "- {name: late, kind: rate, field: /w, when: '  >-0.50e1 '}\n"
              "- {name: cost, kind: sum, field: /c, unit: EUR}\n"
              "- {name: fine, kind: sum, field: /c, decimals: 0, type: '42'}\n"
              "- {name: cold, kind: mean, field: /t, scale: -50..50}\n" REST);
    struct kaiku_model *m = &s->model;
    static const char *const among[] = {"fear", "1", "true", "007", "~", "null", "", "1"};

    cr_expect(m->metrics[0].of == 2 && m->metrics[0].over == 1);
    cr_expect_eq(m->n_types, 2);
    cr_expect_str_eq(m->types[m->metrics[1].type], "42");
    cr_expect_str_eq(m->types[m->metrics[2].type], "response");
    cr_expect_eq(m->metrics[6].type, m->metrics[1].type);
    cr_assert_eq(m->metrics[3].n_among, 8);
    for (uint32_t i = 0; i < 8; i++)
        cr_expect(kaiku_text_equal(m->metrics[3].among[i], kaiku_text_of(among[i])), "%s",
                  among[i]);
    cr_expect_not(m->metrics[3].has_when);
    cr_expect_eq(m->metrics[4].when.relation, KAIKU_GT);
    cr_expect_str_eq(m->metrics[4].when.text, ">-0.50e1");
    cr_expect_eq(kaiku_decimal_floor(&m->metrics[4].when.limit, 0), -5);
    cr_expect_eq(m->metrics[5].decimals, 2);
    cr_expect_str_eq(m->metrics[5].unit, "EUR");
    cr_expect_eq(m->metrics[6].decimals, 0);
    cr_expect(m->metrics[7].low == -50 && m->metrics[7].high == 50);
    kaiku_settings_destroy(s);
}

Test(metrics, relations)
{
    static const struct {
        const char *text;
        enum kaiku_relation relation;
    } cases[] = {{"< 5", KAIKU_LT}, {"<=5", KAIKU_LE}, {">5", KAIKU_GT}, {">= 5", KAIKU_GE},
                 {"==5", KAIKU_EQ}};

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        char text[512];
        snprintf(text, sizeof(text),
                 KAFKA "metrics: [{name: a, kind: rate, field: /a, when: '%s'}]\n" REST,
                 cases[i].text);
        struct kaiku_settings *s = settings_of(text);
        cr_expect_eq(s->model.metrics[0].when.relation, cases[i].relation, "%s", cases[i].text);
        kaiku_settings_destroy(s);
    }
}

Test(metrics, are_bounded)
{
    char text[8192] = KAFKA "metrics:\n";

    for (int i = 0; i < 65; i++)
        snprintf(text + strlen(text), sizeof(text) - strlen(text), "- {name: m%d, kind: count}\n",
                 i);
    strcat(text, REST);
    expect_mistakes(text, "x:67:3: more than 64 in one list\n");
}
