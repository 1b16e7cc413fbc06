#include <kaiku/target.h>

#include <math.h>

#define MICRO 1000000

const char *kaiku_target_status_text(enum kaiku_target_status status)
{
    static const char *const texts[] = {
        [KAIKU_TARGET_MET] = "met",         [KAIKU_TARGET_BELOW] = "below",
        [KAIKU_TARGET_ABOVE] = "above",     [KAIKU_TARGET_NO_DATA] = "no_data",
        [KAIKU_TARGET_NONE] = "none",
    };

    return texts[status];
}

/* Answers until the missing amount is made up, at gain each; ceil() in integers. */
static double answers_needed(__int128 missing, int64_t gain)
{
    if (gain <= 0)
        return NAN;
    return (double)((missing + gain - 1) / gain);
}

struct kaiku_target_result kaiku_target_evaluate(struct kaiku_goal goal, int64_t total, int64_t n,
                                                 int64_t worst, int64_t best)
{
    struct kaiku_target_result result = {
        .target = (double)goal.micro / MICRO,
        .gap = NAN,
        .needed = NAN,
        .status = KAIKU_TARGET_NO_DATA,
    };

    if (n <= 0)
        return result;
    __int128 ahead = (__int128)total * MICRO - (__int128)goal.micro * n; /* n micro units */
    __int128 missing = goal.at_most ? ahead : -ahead;
    result.gap = (double)ahead / MICRO / (double)n;
    if (missing <= 0) {
        result.needed = 0;
        result.status = KAIKU_TARGET_MET;
    } else {
        int64_t gain = goal.at_most ? goal.micro - worst * MICRO : best * MICRO - goal.micro;
        result.needed = answers_needed(missing, gain);
        result.status = goal.at_most ? KAIKU_TARGET_ABOVE : KAIKU_TARGET_BELOW;
    }
    return result;
}
