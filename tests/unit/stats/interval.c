#include <criterion/criterion.h>

#include <math.h>

#include <kaiku/interval.h>

static void expect(struct kaiku_interval interval, double low, double high, double error)
{
    cr_assert_float_eq(interval.low, low, error, "low %.9f, not %.9f", interval.low, low);
    cr_assert_float_eq(interval.high, high, error, "high %.9f, not %.9f", interval.high, high);
}

static void expect_none(struct kaiku_interval interval)
{
    cr_assert(isnan(interval.low));
    cr_assert(isnan(interval.high));
}

/* Vectors of notes/domain.md. */
Test(interval, nps)
{
    expect(kaiku_interval_nps(40, 10, 80), 21.09, 51.20, 0.005);
    expect(kaiku_interval_nps(120, 60, 250), 13.70, 33.73, 0.005);
}

Test(interval, nps_is_clamped)
{
    expect(kaiku_interval_nps(10, 0, 10), 47.50, 100, 0.005);
    expect(kaiku_interval_nps(0, 10, 10), -100, -47.50, 0.005);
}

/* A single promoter's adjusted interval ends at 98.497, short of the score of 100. */
Test(interval, nps_holds_the_score_itself)
{
    expect(kaiku_interval_nps(1, 0, 1), 25 - 37.5 * KAIKU_Z, 100, 1e-9);
    expect(kaiku_interval_nps(0, 1, 1), -100, 37.5 * KAIKU_Z - 25, 1e-9);
    expect(kaiku_interval_nps(0, 0, 1), -60.011396, 60.011396, 1e-6);
}

Test(interval, wilson)
{
    expect(kaiku_interval_wilson(45, 50), 78.64, 95.65, 0.005);
    expect(kaiku_interval_wilson(0, 10), 0, 27.75, 0.005);
    expect(kaiku_interval_wilson(10, 10), 72.25, 100, 0.005);
}

Test(interval, none_without_answers)
{
    expect_none(kaiku_interval_nps(0, 0, 0));
    expect_none(kaiku_interval_nps(0, 0, -1));
    expect_none(kaiku_interval_wilson(0, 0));
    expect_none(kaiku_interval_wilson(0, -1));
    expect_none(kaiku_interval_mean(3, NAN, 1));
}

Test(interval, none_for_a_ratio_above_one)
{
    expect_none(kaiku_interval_wilson(11, 10));
    expect_none(kaiku_interval_wilson(-1, 10));
}

Test(interval, mean)
{
    double half = 2.262157162798205 * 1.5 / sqrt(10);

    expect(kaiku_interval_mean(4, 1.5, 10), 4 - half, 4 + half, 1e-12);
    expect(kaiku_interval_mean(4, 0, 10), 4, 4, 0);
}

Test(interval, t_quantile)
{
    const struct { int64_t df; double t; } cases[] = {
        {1, 12.7062047361747}, {2, 4.302652729749464}, {3, 3.18244630528371},
        {4, 2.776445105197794}, {9, 2.262157162798206}, {29, 2.045229642132704},
        {100, 1.983971518523552}, {199, 1.971956544251754}, {200, 1.971896223633909},
        {1000, 1.962339080826408}, {1000000, 1.959966356814107}, {10000000, 1.959964221767205},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        double t = kaiku_t_quantile(cases[i].df);
        cr_assert_float_eq(t, cases[i].t, 1e-11 * t, "df %ld: %.15f", (long)cases[i].df, t);
    }
}

Test(interval, t_quantile_falls_to_the_normal_one)
{
    for (int64_t df = 1; df < 1000; df++)
        cr_assert_gt(kaiku_t_quantile(df), kaiku_t_quantile(df + 1), "at %ld", (long)df);
    cr_assert_eq(kaiku_t_quantile(INT64_MAX), KAIKU_Z);
}
