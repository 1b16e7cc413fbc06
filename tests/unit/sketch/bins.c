#include <criterion/criterion.h>

#include <math.h>

#include <kaiku/bins.h>

/* 0..10, of notes/domain.md's shape: 40 promoters, 30 passives, 10 detractors. */
static const int64_t nps[11] = {1, 0, 0, 2, 0, 3, 4, 10, 20, 15, 25};

Test(bins, total_counts_all_answers)
{
    cr_assert_eq(kaiku_bins_total(nps, 11), 80);
    cr_assert_eq(kaiku_bins_total(nps, 0), 0);
}

Test(bins, valid_without_negative_counts)
{
    const int64_t taken_back[3] = {5, -1, 3};

    cr_assert(kaiku_bins_valid(nps, 11));
    cr_assert(kaiku_bins_valid(taken_back, 1));
    cr_assert_not(kaiku_bins_valid(taken_back, 3));
}

Test(bins, between_includes_both_ends)
{
    cr_assert_eq(kaiku_bins_between(nps, 0, 11, 9, 10), 40);
    cr_assert_eq(kaiku_bins_between(nps, 0, 11, 0, 6), 10);
    cr_assert_eq(kaiku_bins_between(nps, 0, 11, 7, 7), 10);
    cr_assert_eq(kaiku_bins_between(nps, -5, 11, 4, 5), 40);
}

Test(bins, between_is_empty_outside_the_scale)
{
    cr_assert_eq(kaiku_bins_between(nps, 1, 11, INT32_MIN, INT32_MAX), 80);
    cr_assert_eq(kaiku_bins_between(nps, 1, 11, 11, 12), 25);
    cr_assert_eq(kaiku_bins_between(nps, 1, 11, 12, 20), 0);
    cr_assert_eq(kaiku_bins_between(nps, 1, 11, -9, 0), 0);
    cr_assert_eq(kaiku_bins_between(nps, 1, 11, 5, 4), 0);
}

Test(bins, sum_weighs_by_the_scale)
{
    const int64_t scale[5] = {1, 0, 2, 0, 4};

    cr_assert_eq(kaiku_bins_sum(scale, 1, 5), 1 + 2 * 3 + 4 * 5);
    cr_assert_eq(kaiku_bins_sum(scale, -2, 5), -2 + 0 + 4 * 2);
}

Test(bins, mean_of_a_scale)
{
    const int64_t scale[5] = {1, 0, 2, 0, 4}, none[5] = {0};

    cr_assert_eq(kaiku_bins_mean(scale, 1, 5), 27 / 7.0);
    cr_assert_eq(kaiku_bins_mean(scale, -2, 5), 6 / 7.0);
    cr_assert(isnan(kaiku_bins_mean(none, 1, 5)));
}

/* 2 4 4 4 5 5 7 9: squared deviations from 5 add up to 32. */
Test(bins, deviation_divides_by_n_minus_1)
{
    const int64_t counts[10] = {[2] = 1, [4] = 3, [5] = 2, [7] = 1, [9] = 1};

    cr_assert_float_eq(kaiku_bins_deviation(counts, 10), sqrt(32 / 7.0), 1e-15);
}

Test(bins, deviation_needs_two_answers)
{
    const int64_t one[3] = {0, 1, 0}, two[3] = {0, 2, 0};

    cr_assert(isnan(kaiku_bins_deviation(one, 3)));
    cr_assert_eq(kaiku_bins_deviation(two, 3), 0);
}

/* Floating-point sums of squares would cancel to nothing here. */
Test(bins, deviation_is_exact_for_large_counts)
{
    const int64_t counts[101] = {[99] = 1, [100] = INT64_C(100000000000000)};
    double n = 100000000000001;

    cr_assert_float_eq(kaiku_bins_deviation(counts, 101) * sqrt(n), 1, 1e-12);
}
