#include "scores.h"

/* Probabilities of 0 to 10 in per cent: NPS 45. */
static const double usual[APP_NPS_SCORES] = {2, 1, 1, 1, 1, 3, 3, 9, 22, 22, 35};

/* |x| up to 8. Off by at most 1e-6, the error of interpolating between 256 steps. */
static double exp2_of(const struct app_scores *scores, double x)
{
    int whole = (int)x - (x < 0); /* rounded down, or one below it */
    double position = (x - whole) * APP_EXP2_STEPS;
    int step = position >= APP_EXP2_STEPS ? APP_EXP2_STEPS - 1 : (int)position;
    double mantissa =
        scores->exp2[step] + (scores->exp2[step + 1] - scores->exp2[step]) * (position - step);

    return whole >= 0 ? mantissa * (1 << whole) : mantissa / (1 << -whole);
}

static void tilt(struct app_scores *scores, int mood)
{
    const double log2_e = 1.4426950408889634;
    uint32_t *limits = scores->nps[mood + APP_MOOD_MAX];
    double weights[APP_NPS_SCORES], total = 0, below = 0;

    for (int i = 0; i < APP_NPS_SCORES; i++) {
        weights[i] = usual[10 - i] * exp2_of(scores, mood * 0.01 * log2_e * (2 - i));
        total += weights[i];
    }
    for (int i = 0; i < APP_NPS_SCORES; i++) {
        below += weights[i];
        limits[i] = (uint32_t)(below / total * 4294967040.0);
    }
}

void app_scores_init(struct app_scores *scores)
{
    const double step = 1.0027112750502025; /* 2^(1/256) */

    scores->exp2[0] = 1;
    for (int i = 1; i <= APP_EXP2_STEPS; i++)
        scores->exp2[i] = scores->exp2[i - 1] * step;
    for (int mood = -APP_MOOD_MAX; mood <= APP_MOOD_MAX; mood++)
        tilt(scores, mood);
}

int app_scores_nps(const struct app_scores *scores, struct app_random *random, int mood)
{
    uint32_t draw = (uint32_t)(app_random_next(random) >> 32);
    int cut = mood < -APP_MOOD_MAX ? -APP_MOOD_MAX : mood > APP_MOOD_MAX ? APP_MOOD_MAX : mood;
    const uint32_t *limit = scores->nps[cut + APP_MOOD_MAX];
    int score = 10;

    while (score > 0 && draw >= *limit++)
        score--;
    return score;
}

int app_scores_along(struct app_random *random, int nps, int low, int high)
{
    int steps = high - low;
    int wobble = (int)app_random_below(random, 5) - 2; /* in half steps */
    int score = low + (2 * nps * steps + 5 * wobble + 10) / 20;

    return score < low ? low : score > high ? high : score;
}

uint32_t app_scores_duration(const struct app_scores *scores, struct app_random *random,
                             uint32_t median, uint32_t spread_percent)
{
    double x = app_random_normal(random) * (1 / 65536.0) * (spread_percent * 0.01);

    return (uint32_t)(median * exp2_of(scores, x) + 0.5);
}
