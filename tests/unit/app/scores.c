#include "scores.h"

#include <criterion/criterion.h>
#include <stdlib.h>

enum { N = 200000 };

static struct app_scores scores;
static struct app_random source;

static void setup(void)
{
    app_scores_init(&scores);
    app_random_init(&source, 7);
}

TestSuite(scores, .init = setup);

static double nps_of(int mood)
{
    int balance = 0;

    for (int i = 0; i < N; i++) {
        int score = app_scores_nps(&scores, &source, mood);
        cr_assert(score >= 0 && score <= 10);
        balance += (score >= 9) - (score <= 6);
    }
    return 100.0 * balance / N;
}

/* Standard error of the share of a score: below .0011 for N = 200,000. */
Test(scores, follow_the_usual_distribution)
{
    const double usual[] = {.02, .01, .01, .01, .01, .03, .03, .09, .22, .22, .35};
    int counts[11] = {0};

    for (int i = 0; i < N; i++)
        counts[app_scores_nps(&scores, &source, 0)]++;
    for (int i = 0; i < 11; i++)
        cr_expect_float_eq((double)counts[i] / N, usual[i], .005, "%d: %d", i, counts[i]);
}

Test(scores, move_with_the_mood)
{
    cr_assert_float_eq(nps_of(0), 45, 1);
    cr_assert_gt(nps_of(20), 55);
    cr_assert_lt(nps_of(-20), 25);
    cr_assert_float_eq(nps_of(-1000), nps_of(-APP_MOOD_MAX), 1);
}

Test(scores, of_other_questions_go_along)
{
    double low = 0, high = 0;

    for (int i = 0; i < 1000; i++) {
        int bad = app_scores_along(&source, 1, 1, 7), good = app_scores_along(&source, 10, 1, 7);
        cr_assert(bad >= 1 && bad <= 7 && good >= 1 && good <= 7);
        low += bad;
        high += good;
    }
    cr_assert_gt(high / 1000, low / 1000 + 3);
}

static int compare(const void *a, const void *b)
{
    uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;

    return (left > right) - (left < right);
}

Test(scores, durations_are_log_normal)
{
    static uint32_t durations[N];

    for (int i = 0; i < N; i++)
        durations[i] = app_scores_duration(&scores, &source, 10000, 100);
    qsort(durations, N, sizeof(durations[0]), compare);
    cr_expect_float_eq((double)durations[N / 2], 10000, 100);
    /* One standard deviation is a factor of two. */
    cr_expect_float_eq((double)durations[(int)(N * .1587)], 5000, 100);
    cr_expect_float_eq((double)durations[(int)(N * .8413)], 20000, 400);
}
