#include <criterion/criterion.h>

#include <math.h>

#include <kaiku/target.h>

static struct kaiku_goal reach(double goal)
{
    return (struct kaiku_goal){.micro = llround(goal * 1e6)};
}

static struct kaiku_goal at_most(double goal)
{
    return (struct kaiku_goal){.micro = llround(goal * 1e6), .at_most = true};
}

static struct kaiku_target_result nps(struct kaiku_goal goal, int64_t p, int64_t d, int64_t n)
{
    return kaiku_target_evaluate(goal, 100 * (p - d), n, -100, 100);
}

static struct kaiku_target_result rate(struct kaiku_goal goal, int64_t hits, int64_t n)
{
    return kaiku_target_evaluate(goal, 100 * hits, n, 0, 100);
}

Test(target, status_texts)
{
    cr_assert_str_eq(kaiku_target_status_text(KAIKU_TARGET_MET), "met");
    cr_assert_str_eq(kaiku_target_status_text(KAIKU_TARGET_BELOW), "below");
    cr_assert_str_eq(kaiku_target_status_text(KAIKU_TARGET_ABOVE), "above");
    cr_assert_str_eq(kaiku_target_status_text(KAIKU_TARGET_NO_DATA), "no_data");
    cr_assert_str_eq(kaiku_target_status_text(KAIKU_TARGET_NONE), "none");
}

/* Vector of notes/domain.md. */
Test(target, nps_below)
{
    struct kaiku_target_result result = nps(reach(50), 40, 10, 80);

    cr_assert_eq(result.status, KAIKU_TARGET_BELOW);
    cr_assert_eq(result.target, 50);
    cr_assert_eq(result.gap, -12.5);
    cr_assert_eq(result.needed, 20);
    cr_assert_eq(nps(reach(50), 60, 10, 100).status, KAIKU_TARGET_MET);
    cr_assert_eq(nps(reach(50), 59, 10, 99).status, KAIKU_TARGET_BELOW);
}

Test(target, met_when_equal)
{
    struct kaiku_target_result result = nps(reach(37.5), 40, 10, 80);

    cr_assert_eq(result.status, KAIKU_TARGET_MET);
    cr_assert_eq(result.gap, 0);
    cr_assert_eq(result.needed, 0);
    cr_assert_eq(nps(at_most(37.5), 40, 10, 80).status, KAIKU_TARGET_MET);
}

Test(target, a_millionth_decides)
{
    cr_assert_eq(rate(reach(58), 29, 50).status, KAIKU_TARGET_MET);
    cr_assert_eq(rate(reach(58.000001), 29, 50).status, KAIKU_TARGET_BELOW);
    cr_assert_eq(rate(reach(33.333333), 1, 3).status, KAIKU_TARGET_MET);
    cr_assert_eq(rate(reach(33.333334), 1, 3).status, KAIKU_TARGET_BELOW);
    cr_assert_eq(rate(at_most(33.333333), 1, 3).status, KAIKU_TARGET_ABOVE);
}

Test(target, needed_is_rounded_up)
{
    cr_assert_eq(rate(reach(90), 8, 10).needed, 10); /* 18 of 20 */
    cr_assert_eq(rate(reach(90), 85, 100).needed, 50);
    cr_assert_eq(rate(reach(80), 7, 10).needed, 5); /* 12 of 15 */
    cr_assert_eq(rate(reach(70), 6, 10).needed, 4); /* ceil(3.33) */
    cr_assert_eq(rate(reach(70), 0, 1).needed, 3);  /* ceil(2.33) */
}

/* Answers of 2 on a scale of 1..7, to reach 5.5: ceil(3.5 * 10 / 1.5). */
Test(target, mean_below)
{
    struct kaiku_target_result result = kaiku_target_evaluate(reach(5.5), 20, 10, 1, 7);

    cr_assert_eq(result.status, KAIKU_TARGET_BELOW);
    cr_assert_eq(result.gap, -3.5);
    cr_assert_eq(result.needed, 24);
}

Test(target, at_most_counts_with_the_lowest_answers)
{
    struct kaiku_target_result result = kaiku_target_evaluate(at_most(3), 50, 10, 1, 7);

    cr_assert_eq(result.status, KAIKU_TARGET_ABOVE);
    cr_assert_eq(result.gap, 2);
    cr_assert_eq(result.needed, 10); /* sum 60 of 20 */
    cr_assert_eq(nps(at_most(-50), 0, 0, 10).needed, 10);
}

Test(target, out_of_reach)
{
    struct kaiku_target_result result = nps(reach(100), 9, 0, 10);

    cr_assert_eq(result.status, KAIKU_TARGET_BELOW);
    cr_assert_eq(result.gap, -10);
    cr_assert(isnan(result.needed));
    cr_assert(isnan(nps(reach(120), 10, 0, 10).needed));
    cr_assert(isnan(rate(at_most(0), 1, 10).needed));
    cr_assert_eq(nps(reach(100), 10, 0, 10).needed, 0);
}

Test(target, negative_values)
{
    struct kaiku_target_result result = nps(reach(-10), 1, 5, 10);

    cr_assert_eq(result.gap, -30);
    cr_assert_eq(result.needed, 3); /* ceil(300 / 110) */
    cr_assert_eq(nps(reach(-40), 1, 5, 10).status, KAIKU_TARGET_MET);
}

Test(target, no_data)
{
    for (int64_t n = -1; n <= 0; n++) {
        struct kaiku_target_result result = nps(reach(50), 0, 0, n);

        cr_assert_eq(result.status, KAIKU_TARGET_NO_DATA);
        cr_assert_eq(result.target, 50);
        cr_assert(isnan(result.gap));
        cr_assert(isnan(result.needed));
    }
}

Test(target, large_counts_do_not_overflow)
{
    int64_t n = INT64_C(4000000000000000);
    struct kaiku_target_result result = rate(reach(75), n / 2, n);

    cr_assert_float_eq(result.gap, -25, 1e-12);
    cr_assert_eq(result.needed, (double)n);
}
