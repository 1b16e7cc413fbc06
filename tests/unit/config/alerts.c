/* alerts */
#include "check.h"

#include <stdio.h>

Test(alerts, mistakes)
{
    static const struct mistake_case cases[] = {
        {"alerts: {}\n", "x:5:9: expects a list of alerts, not a mapping\n"},
        {"alerts: [a]\n", "x:5:10: expects an alert: a mapping with name and when, not 'a'\n"},
        {"alerts: [{}]\n", "x:5:10: missing key 'name'\nx:5:10: missing key 'when'\n"},
        {"alerts: [{name: a, when: nps < 5}, {name: a, when: nps > 8}]\n",
         "x:5:43: alert 'a' stands twice\n"},
        {"alerts: [{name: a, when: nps}]\n",
         "x:5:26: expects METRIC OP NUMBER, such as nps <= 6, not 'nps'\n"},
        {"alerts: [{name: a, when: < 5}]\n",
         "x:5:26: expects METRIC OP NUMBER, such as nps <= 6, not '< 5'\n"},
        {"alerts: [{name: a, when: nps < x}]\n",
         "x:5:26: expects <, <=, >, >= or == and a number, such as <= 20, not '< x'\n"},
        {"alerts: [{name: a, when: nps = 5}]\n",
         "x:5:26: expects <, <=, >, >= or == and a number, such as <= 20, not '= 5'\n"},
        {"alerts: [{name: a, when: npps < 5}]\n",
         "x:5:26: unknown metric 'npps', did you mean 'nps'?\n"},
        {"alerts: [{name: a, when: who == 5}, {name: b, when: share < 5}]\n",
         "x:5:26: a metric of kind 'unique' has no value in a single event, so it cannot alert\n"
         "x:5:53: a metric of kind 'ratio' has no value in a single event, so it cannot alert\n"},
        {"alerts: [{name: a, when: nps < 5, per: window}]\n",
         "x:5:40: 'per: window' is not supported yet\n"},
        {"alerts: [{name: a, when: nps < 5, per: minute}]\n",
         "x:5:40: expects 'event' or 'window', not 'minute'\n"},
        {"alerts: [{name: a, when: nps < 5, where: {tem: x}, keep: 0}]\n",
         "x:5:43: unknown dimension 'tem', did you mean 'team'?\n"
         "x:5:58: expects a whole number from 1 to 10000000, not '0'\n"},
        {"alerts: [{name: a, when: nps < 5, carry: team}]\n",
         "x:5:42: expects a list of dimensions, id or NAME: /pointer, not 'team'\n"},
        {"alerts: [{name: a, when: nps < 5, carry: [tem, ref: /r, ref: r, [x], {a: /a, b: /b}, A: "
         "/a]}]"
         "\n",
         "x:5:43: unknown dimension 'tem', did you mean 'team'?\n"
         "x:5:62: expects a JSON Pointer such as /channel, not 'r'\n"
         "x:5:65: expects a dimension, id or NAME: /pointer, not a list\n"
         "x:5:70: expects one NAME: /pointer, not 2\n"
         "x:5:86: expects a name of a-z, 0-9 and _ that begins with a letter, not 'A'\n"},
        {"alerts: [{name: a, when: nps < 5, carry: [id, team, team: /t, id]}]\n",
         "x:5:53: 'team' stands twice in 'carry'\n"
         "x:5:63: 'id' stands twice in 'carry'\n"},
        {"alerts: [{name: a, when: nps < 5, carry: [at: /a, topic: /b, partition: /c, offset: /d, "
         "value: /e]}]\n",
         "x:5:43: 'at' is a field that every entry has already\n"
         "x:5:51: 'topic' is a field that every entry has already\n"
         "x:5:62: 'partition' is a field that every entry has already\n"
         "x:5:77: 'offset' is a field that every entry has already\n"
         "x:5:89: 'value' is a field that every entry has already\n"},
    };

    EXPECT_EACH(BEFORE_LINE_5, "", cases);
}

Test(alerts, values)
{
    struct kaiku_settings *s = settings_of(
        BEFORE_LINE_5 "alerts:\n"
                      "- {name: a, per: event, when: '  nps>=-1.5 ', keep: 5, where: {team: [x, "
                      "1]}, "
                      "carry: [ref: /a/b, agent, id]}\n"
                      "- {name: b, when: said == 1}\n");
    const struct kaiku_alert *a = &s->model.alerts[0], *b = &s->model.alerts[1];

    cr_assert_eq(s->model.n_alerts, 2);
    cr_expect(a->metric == 0 && a->when.relation == KAIKU_GE && a->keep == 5);
    cr_expect_str_eq(a->when.text, ">=-1.5");
    cr_expect_eq(kaiku_decimal_floor(&a->when.limit, 1), -15);
    cr_expect(a->where.n == 1 && a->where.terms[0].n_values == 2);
    cr_assert_eq(a->n_carry, 3);
    cr_expect_str_eq(a->carry[0].name, "ref");
    cr_expect_str_eq(s->model.pointers[a->carry[0].index], "/a/b");
    cr_expect(a->carry[1].from == KAIKU_CARRY_DIMENSION && a->carry[1].index == 2);
    cr_expect_eq(a->carry[2].from, KAIKU_CARRY_ID);
    cr_expect(b->metric == 2 && b->n_carry == 0 && b->keep == 10000 && b->where.n == 0);
    kaiku_settings_destroy(s);
}

Test(alerts, are_bounded)
{
    char text[8192] = BEFORE_LINE_5 "alerts:\n";

    for (int i = 0; i < 33; i++)
        snprintf(text + strlen(text), sizeof(text) - strlen(text), "- {name: a%d, when: nps < 5}\n",
                 i);
    expect_mistakes(text, "x:38:3: more than 32 in one list\n");
}
