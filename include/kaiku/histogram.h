/* Exponential histogram of fixed scale, for continuous values such as waiting times.
 *
 * The bins are those of OpenTelemetry's exponential histogram at scale 5 (Prometheus' native
 * histograms, schema 5): bin k = ceil(32 log2 v) holds the values v with
 * 2^((k-1)/32) < v <= 2^(k/32), so a quantile is off by at most 1.1 % of its value. The scale never
 * changes: counters of two histograms add up.
 *
 * A histogram is an array of KAIKU_HISTOGRAM_BINS counters (borrowed). Counter 0 counts values
 * below 0.0001; counter i >= 1 is bin k = i - 1 + KAIKU_HISTOGRAM_FIRST. The unit is the caller's.
 * Thread-safe: pure functions. */
#ifndef KAIKU_HISTOGRAM_H
#define KAIKU_HISTOGRAM_H

#include <stdint.h>
#include <string.h>

#define KAIKU_HISTOGRAM_SCALE 5
#define KAIKU_HISTOGRAM_LOWEST 1e-4 /* smaller values go to the zero bin */
#define KAIKU_HISTOGRAM_LIMIT 1e9   /* values must be smaller */
#define KAIKU_HISTOGRAM_FIRST (-425)
#define KAIKU_HISTOGRAM_LAST 957
#define KAIKU_HISTOGRAM_BINS (KAIKU_HISTOGRAM_LAST - KAIKU_HISTOGRAM_FIRST + 2)

/* See histogram.c. */
extern const uint64_t kaiku_histogram_slots[64];

/* The counter for a value of [0, KAIKU_HISTOGRAM_LIMIT). Inline and by table: it runs for every
 * event, and a logarithm would also round wrongly at the bins' bounds. */
static inline uint32_t kaiku_histogram_index(double value)
{
    const uint64_t mantissa_mask = (UINT64_C(1) << 52) - 1;
    uint64_t bits;

    if (value < KAIKU_HISTOGRAM_LOWEST)
        return 0;
    memcpy(&bits, &value, sizeof(bits));
    uint64_t mantissa = bits & mantissa_mask;
    /* Adding the mantissa carries into bit 52 exactly when it lies above the slot's bound. */
    uint64_t part = (kaiku_histogram_slots[mantissa >> 46] + mantissa) >> 52;
    int32_t exponent = (int32_t)(bits >> 52) - 1023; /* the sign is 0 */
    int32_t bin = exponent * 32 + (int32_t)part;
    return (uint32_t)(bin - KAIKU_HISTOGRAM_FIRST + 1);
}

/* The geometric middle of a counter's bin; 0 for the zero bin. */
double kaiku_histogram_value(uint32_t index);

/* The value of the bin that holds rank ceil(n per_cent / 100), for 1..100 per cent. n is the sum of
 * the counters, none of which is negative. NAN where n <= 0. */
double kaiku_histogram_quantile(const int64_t *counts, int64_t n, unsigned per_cent);
/* The same for k of them, ascending, in one pass that begins at counter `first`: those below are 0. */
void kaiku_histogram_quantiles(const int64_t *counts, uint32_t first, int64_t n,
                               const unsigned *per_cent, size_t k, double *out);

#endif
