/* Distributions of what customers answer and of how long things take.
 *
 * All arithmetic is integer or plain IEEE 754 operations, no libm: the same seed must give the same
 * bytes on every machine. */
#ifndef APP_SCORES_H
#define APP_SCORES_H

#include "random.h"

enum {
    APP_MOOD_MAX = 64, /* hundredths of an exponential tilt; +-64 moves the NPS by about 60 */
    APP_NPS_SCORES = 11,
    APP_EXP2_STEPS = 256,
};

struct app_scores {
    /* For each mood, from the highest score down: below nps[mood][i], the score is 10 - i. */
    uint32_t nps[2 * APP_MOOD_MAX + 1][APP_NPS_SCORES];
    double exp2[APP_EXP2_STEPS + 1]; /* 2^(i / 256) */
};

void app_scores_init(struct app_scores *scores);

/* 0..10. mood 0: the distribution of a usual contact center, NPS 45; beyond +-APP_MOOD_MAX it is
 * cut. */
int app_scores_nps(const struct app_scores *scores, struct app_random *random, int mood);
/* A score within low..high that goes along with an NPS answer. */
int app_scores_along(struct app_random *random, int nps, int low, int high);
/* Log-normal around the median; spread_percent: standard deviation of its binary logarithm, at
 * most 100. */
uint32_t app_scores_duration(const struct app_scores *scores, struct app_random *random,
                             uint32_t median, uint32_t spread_percent);

#endif
