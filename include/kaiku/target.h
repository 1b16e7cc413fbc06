/* Targets: is the goal met, how far off is it, how many good answers does it still need?
 *
 * The comparison is exact, in integers: a score that equals its goal meets it.
 * Thread-safe: pure functions. */
#ifndef KAIKU_TARGET_H
#define KAIKU_TARGET_H

#include <stdbool.h>
#include <stdint.h>

struct kaiku_goal {
    int64_t micro; /* millionths of the metric's unit (points, per cent, steps of the scale) */
    bool at_most;  /* the value should not exceed it (instead of reaching it) */
};

enum kaiku_target_status {
    KAIKU_TARGET_MET,
    KAIKU_TARGET_BELOW,   /* short of a goal to reach */
    KAIKU_TARGET_ABOVE,   /* beyond a goal not to exceed */
    KAIKU_TARGET_NO_DATA, /* too few answers to say */
    KAIKU_TARGET_NONE,    /* the member has no target */
};

struct kaiku_target_result {
    double target; /* the goal, in the metric's unit */
    double gap;    /* value - goal, in the metric's unit; NAN without data */
    double needed; /* best possible answers in a row (lowest ones for at_most) until the goal is
                    * met; 0 when met; NAN without data and where no number of answers suffices */
    enum kaiku_target_status status;
};

/* The name that readers see, a constant: `met`, `below`, `above`, `no_data`, `none`. */
const char *kaiku_target_status_text(enum kaiku_target_status status);

/* The metric's value is total / n in the goal's unit, and one answer adds worst..best to total:
 * NPS: total = 100 (promoters - detractors), -100..100; a rate: total = 100 hits, 0..100; a mean:
 * total = sum of answers, the scale's ends. n <= 0 is no data. Absolute values of n, total / 100
 * and the micro goal stay below 2^53. */
struct kaiku_target_result kaiku_target_evaluate(struct kaiku_goal goal, int64_t total, int64_t n,
                                                 int64_t worst, int64_t best);

#endif
