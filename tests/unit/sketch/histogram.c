#include <criterion/criterion.h>

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <time.h>

#include <kaiku/histogram.h>

static int bin_of(double value)
{
    return (int)kaiku_histogram_index(value) - 1 + KAIKU_HISTOGRAM_FIRST;
}

Test(histogram, zero_bin_ends_below_the_lowest_value)
{
    cr_assert_eq(kaiku_histogram_index(0), 0);
    cr_assert_eq(kaiku_histogram_index(-0.0), 0);
    cr_assert_eq(kaiku_histogram_index(DBL_TRUE_MIN), 0);
    cr_assert_eq(kaiku_histogram_index(nextafter(1e-4, 0)), 0);
    cr_assert_eq(kaiku_histogram_index(1e-4), 1);
}

Test(histogram, highest_value_goes_to_the_last_bin)
{
    cr_assert_eq(KAIKU_HISTOGRAM_BINS, 1384);
    cr_assert_eq(kaiku_histogram_index(nextafter(1e9, 0)), KAIKU_HISTOGRAM_BINS - 1);
}

Test(histogram, known_bins)
{
    cr_assert_eq(bin_of(1), 0);
    cr_assert_eq(bin_of(nextafter(1, 2)), 1);
    cr_assert_eq(bin_of(2), 32);
    cr_assert_eq(bin_of(0.5), -32);
    cr_assert_eq(bin_of(10), 107);
    cr_assert_eq(bin_of(60), 190);
    cr_assert_eq(bin_of(0.001), -318);
}

/* The upper bound is inclusive: at each bound the largest double not above 2^(k/32) is in bin k and
 * the next one in bin k + 1. The 64 bits of long double tell on which side of it a double lies. */
Test(histogram, bins_are_exact_at_each_bound)
{
    for (int k = KAIKU_HISTOGRAM_FIRST; k < KAIKU_HISTOGRAM_LAST; k++) {
        long double bound = exp2l(k / 32.0L);
        double value = (double)bound;

        if ((long double)value > bound)
            value = nextafter(value, 0);
        cr_assert_eq(bin_of(value), k, "at %.17g", value);
        cr_assert_eq(bin_of(nextafter(value, INFINITY)), k + 1, "above %.17g", value);
    }
}

Test(histogram, middle_is_within_the_promised_error)
{
    cr_assert_eq(kaiku_histogram_value(0), 0);
    for (double value = 1e-4; value < 1e9; value *= 1.00037) {
        double middle = kaiku_histogram_value(kaiku_histogram_index(value));
        cr_assert_leq(fabs(middle - value), 0.0109 * value, "%g shown as %g", value, middle);
    }
}

static int64_t counts[KAIKU_HISTOGRAM_BINS];

/* Rank ceil(n q): with 10 answers p50 is the 5th, p90 the 9th, p91 the 10th. */
Test(histogram, quantile_takes_the_rank_rounded_up)
{
    counts[0] = 5;
    counts[100] = 4;
    counts[200] = 1;
    cr_assert_eq(kaiku_histogram_quantile(counts, 10, 50), 0);
    cr_assert_eq(kaiku_histogram_quantile(counts, 10, 51), kaiku_histogram_value(100));
    cr_assert_eq(kaiku_histogram_quantile(counts, 10, 90), kaiku_histogram_value(100));
    cr_assert_eq(kaiku_histogram_quantile(counts, 10, 91), kaiku_histogram_value(200));
    cr_assert_eq(kaiku_histogram_quantile(counts, 10, 100), kaiku_histogram_value(200));
}

Test(histogram, quantile_of_one_answer)
{
    counts[kaiku_histogram_index(42)] = 1;
    for (unsigned per_cent = 1; per_cent <= 100; per_cent++)
        cr_assert_float_eq(kaiku_histogram_quantile(counts, 1, per_cent), 42, 0.011 * 42);
}

Test(histogram, quantile_is_exact_for_large_counts)
{
    int64_t n = INT64_MAX / 2 * 2;

    counts[10] = n / 2;
    counts[20] = n / 2;
    cr_assert_eq(kaiku_histogram_quantile(counts, n, 50), kaiku_histogram_value(10));
    cr_assert_eq(kaiku_histogram_quantile(counts, n, 51), kaiku_histogram_value(20));
}

Test(histogram, quantile_without_answers_is_nan)
{
    cr_assert(isnan(kaiku_histogram_quantile(counts, 0, 50)));
    cr_assert(isnan(kaiku_histogram_quantile(counts, -3, 50)));
}

/* ---- any distribution ---- */

enum { SAMPLES_MAX = 3000, ROUNDS = 300 };

static uint64_t state;

/* In [0, 1). */
static double draw(void)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (double)(state >> 11) / (double)(UINT64_C(1) << 53);
}

/* One value of a kind of distribution that a and b shape. */
static double draw_from(int kind, double a, double b)
{
    double bell = sqrt(-2 * log(1 - draw())) * cos(6.283185307179586 * draw());

    switch (kind) {
    case 0:
        return a * draw();
    case 1:
        return -a * log(1 - draw());
    case 2:
        return a * exp(3 * b * bell);
    case 3:
        return a * pow(1 - draw(), -1 / (b + 0.2)); /* a long tail */
    case 4:
        return floor(10 * draw()) * a; /* few values, zero among them */
    default:
        return draw() < b ? a : a * 1000;
    }
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static double samples[SAMPLES_MAX];

static size_t fill(void)
{
    double a = pow(10, 10 * draw() - 4), b = draw();
    int kind = (int)(6 * draw());
    size_t n = 1 + (size_t)(draw() < 0.5 ? 20 * draw() : (SAMPLES_MAX - 1) * draw());

    memset(counts, 0, sizeof counts);
    for (size_t i = 0; i < n; i++) {
        samples[i] = fmin(draw_from(kind, a, b), nextafter(KAIKU_HISTOGRAM_LIMIT, 0));
        counts[kaiku_histogram_index(samples[i])]++;
    }
    qsort(samples, n, sizeof *samples, ascending);
    return n;
}

/* KAIKU_SEED=N in the environment runs with that seed again. */
Test(histogram, quantiles_of_any_distribution_are_within_the_promised_error)
{
    const char *given = getenv("KAIKU_SEED");
    unsigned long long seed = given ? strtoull(given, NULL, 10) : (unsigned long long)time(NULL);

    state = seed * 0x9e3779b97f4a7c15u | 1;
    for (int round = 0; round < ROUNDS; round++) {
        size_t n = fill();
        for (unsigned per_cent = 1; per_cent <= 100; per_cent++) {
            double exact = samples[(n * per_cent + 99) / 100 - 1];
            double shown = kaiku_histogram_quantile(counts, (int64_t)n, per_cent);
            cr_assert(fabs(shown - exact) <= 0.011 * exact + (exact < KAIKU_HISTOGRAM_LOWEST ? exact : 0),
                      "seed %llu, round %d: p%u of %zu answers is %.17g, shown as %.17g", seed, round,
                      per_cent, n, exact, shown);
        }
    }
}
