#include <kaiku/bins.h>

#include <math.h>

bool kaiku_bins_valid(const int64_t *counts, uint32_t bins)
{
    int64_t signs = 0;

    for (uint32_t i = 0; i < bins; i++)
        signs |= counts[i]; /* without a branch: the histogram's 1,384 bins are checked too */
    return signs >= 0;
}

int64_t kaiku_bins_total(const int64_t *counts, uint32_t bins)
{
    int64_t total = 0;

    for (uint32_t i = 0; i < bins; i++)
        total += counts[i];
    return total;
}

int64_t kaiku_bins_between(const int64_t *counts, int32_t low, uint32_t bins, int32_t from,
                           int32_t to)
{
    int64_t first = (int64_t)from - low;
    int64_t last = (int64_t)to - low;
    int64_t total = 0;

    if (first < 0)
        first = 0;
    if (last >= bins)
        last = (int64_t)bins - 1;
    for (int64_t i = first; i <= last; i++)
        total += counts[i];
    return total;
}

int64_t kaiku_bins_sum(const int64_t *counts, int32_t low, uint32_t bins)
{
    int64_t sum = 0;

    for (uint32_t i = 0; i < bins; i++)
        sum += counts[i] * (low + (int64_t)i);
    return sum;
}

double kaiku_bins_mean(const int64_t *counts, int32_t low, uint32_t bins)
{
    int64_t n = kaiku_bins_total(counts, bins);

    return n > 0 ? (double)kaiku_bins_sum(counts, low, bins) / (double)n : NAN;
}

double kaiku_bins_deviation(const int64_t *counts, uint32_t bins)
{
    int64_t n = kaiku_bins_total(counts, bins);
    __int128 squares = 0;

    if (n < 2)
        return NAN;
    /* The deviation does not move with the scale, so answers are taken from 0. In integers the
     * difference below loses nothing, however large the mean is beside the deviation. */
    for (uint32_t i = 0; i < bins; i++)
        squares += (__int128)counts[i] * i * i;
    __int128 sum = kaiku_bins_sum(counts, 0, bins);
    __int128 spread = squares * n - sum * sum; /* n times the sum of squared deviations */
    return sqrt((double)spread / (double)n / (double)(n - 1));
}
