/* Exact bins: one counter for each step of a bounded integer scale.
 *
 * counts (borrowed) holds bins counters; counts[i] is the number of answers low + i. Counters come
 * from sums of additions and retractions, so one may be negative: such bins have no statistics
 * (kaiku_bins_valid). Results are exact while totals stay below 2^48 and bins below 2^10.
 * Thread-safe: pure functions. */
#ifndef KAIKU_BINS_H
#define KAIKU_BINS_H

#include <stdbool.h>
#include <stdint.h>

/* True if no counter is negative. */
bool kaiku_bins_valid(const int64_t *counts, uint32_t bins);

/* Number of answers. */
int64_t kaiku_bins_total(const int64_t *counts, uint32_t bins);

/* Number of answers from..to, both included; the part outside the scale counts as empty. */
int64_t kaiku_bins_between(const int64_t *counts, int32_t low, uint32_t bins, int32_t from,
                           int32_t to);

/* Sum of the answers, in the scale's unit. */
int64_t kaiku_bins_sum(const int64_t *counts, int32_t low, uint32_t bins);

/* Mean in the scale's unit; NAN without answers. */
double kaiku_bins_mean(const int64_t *counts, int32_t low, uint32_t bins);

/* Standard deviation (n - 1) in the scale's unit; NAN below two answers. */
double kaiku_bins_deviation(const int64_t *counts, uint32_t bins);

#endif
