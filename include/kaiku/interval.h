/* 95 % confidence intervals: how far a score may lie from what all customers would say.
 *
 * Thread-safe: pure functions. Bounds are NAN where there is no interval. */
#ifndef KAIKU_INTERVAL_H
#define KAIKU_INTERVAL_H

#include <stdint.h>

/* The .975 quantile of the normal distribution. */
#define KAIKU_Z 1.959963984540054

struct kaiku_interval {
    double low, high;
};

/* Net Promoter Score, in points: adjusted Wald with n + 3 answers and 3/4 more promoters and
 * detractors (B. Rocks, "Interval estimation for the Net Promoter Score", The American Statistician
 * 70, 2016), clamped to +-100 and widened to hold the score itself. None where n <= 0. */
struct kaiku_interval kaiku_interval_nps(int64_t promoters, int64_t detractors, int64_t n);

/* A rate of hits in n, in per cent: Wilson's score interval (E. B. Wilson, JASA 22, 1927). None
 * where n <= 0 or hits are not within 0..n. */
struct kaiku_interval kaiku_interval_wilson(int64_t hits, int64_t n);

/* A mean, in the unit of mean and deviation: Student's t with n - 1 degrees of freedom. deviation
 * has n - 1 in its denominator. None where n < 2. */
struct kaiku_interval kaiku_interval_mean(double mean, double deviation, int64_t n);

/* The .975 quantile of Student's t with df >= 1 degrees of freedom, to 1e-11 of its value. */
double kaiku_t_quantile(int64_t df);

#endif
