/* event */
#include "check.h"

#include <stdio.h>

#define REST                                                                                       \
    "metrics: [{name: nps, kind: nps, field: /nps}]\n"                                             \
    "views: [{name: all, by: [], windows: [day]}]\n"

Test(event, mistakes)
{
    static const struct mistake_case cases[] = {
        {"event: []\n", "x:2:8: expects a mapping, not a list\n"},
        {"event: {tiem: /t}\n", "x:2:9: unknown key 'tiem', did you mean 'time'?\n"},
        {"event: {id: ''}\n", "x:2:13: expects a JSON Pointer such as /channel, not ''\n"},
        {"event: {id: [/source, id]}\n",
         "x:2:23: expects a JSON Pointer such as /channel, not 'id'\n"},
        {"event: {id: []}\n",
         "x:2:13: expects a pointer or a list of pointers, not an empty list\n"},
        {"event: {id: [/1, /2, /3, /4, /5, /6, /7, /8, /9]}\n",
         "x:2:46: more than 8 in one list\n"},
        {"event: {type: /a~}\n", "x:2:15: expects a JSON Pointer such as /channel, not '/a~'\n"},
        {"event: {op: {a: b}}\n",
         "x:2:13: expects a JSON Pointer such as /channel, not a mapping\n"},
        {"event: {max_bytes: 0}\n",
         "x:2:20: expects a number of bytes from 1 to 64MiB, such as 64KiB, not '0'\n"},
        {"event: {max_bytes: 65MiB}\n",
         "x:2:20: expects a number of bytes from 1 to 64MiB, such as 64KiB, not '65MiB'\n"},
        {"event: {max_ahead: 10, max_age: -1d, late_after: x}\n",
         "x:2:20: expects a duration such as 250ms, 30s, 5m, 1h or 7d, not '10'\n"
         "x:2:33: expects a duration such as 250ms, 30s, 5m, 1h or 7d, not '-1d'\n"
         "x:2:50: expects a duration such as 250ms, 30s, 5m, 1h or 7d, not 'x'\n"},
        {"event: {dimensions: [channel]}\n",
         "x:2:21: expects a mapping from names of dimensions to JSON Pointers, not a list\n"},
        {"event: {dimensions: {Channel: /c, _x: /x, a-b: /y}}\n",
         "x:2:22: expects a name of a-z, 0-9 and _ that begins with a letter, not 'Channel'\n"
         "x:2:35: expects a name of a-z, 0-9 and _ that begins with a letter, not '_x'\n"
         "x:2:43: expects a name of a-z, 0-9 and _ that begins with a letter, not 'a-b'\n"},
        {"event: {dimensions: {a12345678901234567890123456789012: /c}}\n",
         "x:2:22: name 'a12345678901234567890123456789012' is longer than 32 bytes\n"},
        {"event: {dimensions: {a: }}\n",
         "x:2:22: expects a JSON Pointer such as /channel, not nothing\n"},
        {"event: {dimensions: {a: /a, a: /b}}\n",
         "x:2:29: key 'a' stands twice, first in line 2\n"},
        {"event: {dimensions: {a: {max_values: 0, feld: /x}}}\n",
         "x:2:25: missing key 'field'\n"
         "x:2:38: expects a whole number from 1 to 10000000, not '0'\n"
         "x:2:41: unknown key 'feld', did you mean 'field'?\n"},
    };

    EXPECT_EACH(KAFKA, REST, cases);
}

Test(event, values)
{
    struct kaiku_settings *s = settings_of(
        KAFKA "event: {id: [/source, /data/id], type: /kind, op: /kind, time: /t, max_bytes: 1MiB, "
              "max_ahead: 0s, max_age: 1h, late_after: 2m, dimensions: "
              "{a23456789012345678901234567890ab: {field: /kind, max_values: 5}, b: /b}}\n" REST);
    struct kaiku_model *m = &s->model;

    cr_expect_eq(m->n_id, 2);
    cr_expect_str_eq(m->pointers[m->id[1]], "/data/id");
    cr_expect_eq(m->type, m->op, "equal pointers are kept once");
    cr_expect_eq(m->dimensions[0].pointer, m->type);
    cr_expect_eq(m->n_pointers, 6);
    cr_expect_eq(m->dimensions[0].max_values, 5);
    cr_expect_eq(m->dimensions[1].max_values, 10000);
    cr_expect_eq(m->max_bytes, 1 << 20);
    cr_expect_eq(m->max_ahead_ms, 0);
    cr_expect_eq(m->max_age_ms, 3600000);
    cr_expect_eq(m->late_after_ms, 120000);
    kaiku_settings_destroy(s);
}

Test(event, all_of_it_may_be_absent)
{
    struct kaiku_settings *s = settings_of(KAFKA REST);

    cr_expect_eq(s->model.n_dimensions, 0);
    cr_expect_str_eq(s->model.pointers[s->model.id[0]], "/id");
    cr_expect_str_eq(s->model.pointers[s->model.time], "/time");
    kaiku_settings_destroy(s);
}

Test(event, dimensions_are_bounded)
{
    char text[4096] = KAFKA "event:\n  dimensions:\n";

    for (int i = 0; i < 33; i++)
        snprintf(text + strlen(text), sizeof(text) - strlen(text), "    d%d: /d%d\n", i, i);
    strcat(text, REST);
    expect_mistakes(text, "x:36:5: more than 32 dimensions\n");
}

Test(event, pointers_are_bounded)
{
    char text[8192] = KAFKA "metrics: [{name: nps, kind: nps, field: /nps}]\n"
                            "views: [{name: all, by: [], windows: [day]}]\n"
                            "alerts:\n";

    for (int alert = 0; alert < 2; alert++) {
        char *end = text + strlen(text);
        end += sprintf(end, "- {name: a%d, when: nps < 5, carry: [c: /c", alert);
        for (int i = 0; i < 62; i++)
            end += sprintf(end, ", c%d: /%d_%d", i, alert, i);
        strcpy(end, "]}\n");
    }
    /* id, type, op, time, nps, c and 2 x 62 are 130. */
    char *found = mistakes_of(text);
    cr_expect_str_eq(found, "x:6:749: more than 128 different pointers\n"
                            "x:6:761: more than 128 different pointers\n");
    free(found);
}
