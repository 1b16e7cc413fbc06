/* Names of fields that collide. */
#include "check.h"

#define VIEW "views: [{name: all, by: [], windows: [day]}]\n"

Test(fields, metrics)
{
    static const struct mistake_case cases[] = {
        {"metrics: [{name: n, kind: count}]\n",
         "x:2:18: field 'n' of metric 'n' is one of kaiku's own\n"},
        {"metrics: [{name: from, kind: count}, {name: to, kind: count}, {name: updated, kind: "
         "count}]"
         "\n",
         "x:2:18: field 'from' of metric 'from' is one of kaiku's own\n"
         "x:2:45: field 'to' of metric 'to' is one of kaiku's own\n"
         "x:2:70: field 'updated' of metric 'updated' is one of kaiku's own\n"},
        {"metrics: [{name: a, kind: nps, field: /a}, {name: a_n, kind: count}]\n",
         "x:2:51: field 'a_n' of metric 'a_n' is a field of metric 'a' already\n"},
        {"metrics: [{name: a_n, kind: count}, {name: a, kind: nps, field: /a}]\n",
         "x:2:44: field 'a_n' of metric 'a' is a field of metric 'a_n' already\n"},
        {"metrics: [{name: a, kind: nps, field: /a}, {name: a_detractors, kind: count}]\n",
         "x:2:51: field 'a_detractors' of metric 'a_detractors' is a field of metric 'a' "
         "already\n"},
        {"metrics: [{name: a, kind: mean, field: /a, scale: 1..5}, {name: a_target, kind: "
         "count}]\n",
         "x:2:65: field 'a_target' of metric 'a_target' is a field of metric 'a' already\n"},
        {"metrics: [{name: a, kind: rate, field: /a}, {name: a_lo, kind: nps, field: /a}]\n",
         "x:2:52: field 'a_lo' of metric 'a_lo' is a field of metric 'a' already\n"},
        {"metrics: [{name: w, kind: quantiles, field: /a}, {name: w_p50, kind: count}]\n",
         "x:2:57: field 'w_p50' of metric 'w_p50' is a field of metric 'w' already\n"},
        /* Kinds that lack these fields. */
        {"metrics: [{name: a, kind: count}, {name: a_n, kind: count}]\n", ""},
        {"metrics: [{name: a, kind: mean, field: /a, scale: 1..5}, {name: a_mean, kind: count}]\n",
         ""},
        {"metrics: [{name: a, kind: sum, field: /a}, {name: a_target, kind: count}]\n", ""},
        {"metrics: [{name: n_x, kind: count}, {name: n1, kind: count}]\n", ""},
    };

    EXPECT_EACH(KAFKA, VIEW, cases);
}

Test(fields, dimensions)
{
    static const struct mistake_case cases[] = {
        {"event: {dimensions: {nps: /a}}\n",
         "x:3:22: dimension 'nps' is also a field of metric 'nps'\n"},
        {"event: {dimensions: {nps_gap: /a}}\n",
         "x:3:22: dimension 'nps_gap' is also a field of metric 'nps'\n"},
        {"event: {dimensions: {a: /a, n: /n}}\n",
         "x:3:29: dimension 'n' is also a field of kaiku's own\n"},
        /* Rows have neither: their id is the window's start. */
        {"event: {dimensions: {from: /a, to: /b}}\n", ""},
        {"event: {dimensions: {nps_p50: /a}}\n", ""},
    };

    EXPECT_EACH(KAFKA "metrics: [{name: nps, kind: nps, field: /nps}]\n", VIEW, cases);
}
