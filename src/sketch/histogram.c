#include <kaiku/histogram.h>

#include <math.h>

_Static_assert(KAIKU_HISTOGRAM_BINS == 1384, "stored counters are numbered by this");

/* The mantissa's 52 bits, cut into 64 slots. The bounds 2^(i/32) are so far apart that a slot holds
 * at most one. With i the number of bounds below the slot and B(i) = floor((2^(i/32) - 1) 2^52) the
 * last mantissa not above bound i, its entry is (i + 1) 2^52 - 1 - B(i): adding a mantissa m gives,
 * above bit 52, i where m <= B(i) and i + 1 where it is larger. */
const uint64_t kaiku_histogram_slots[64] = {
    0x000fffffffffffff, 0x001fa64f2cea7a8b, 0x002f4aa7930676f0, 0x003eecfe2feda4af,
    0x003eecfe2feda4af, 0x004e8d47c382ae85, 0x005e2b78ce974655, 0x005e2b78ce974655,
    0x006dc785918a9dc7, 0x007d61620ae0211e, 0x007d61620ae0211e, 0x008cf901f5ce48ea,
    0x008cf901f5ce48ea, 0x009c8e58c8c55635, 0x00ac2159b3edcbdd, 0x00ac2159b3edcbdd,
    0x00bbb1f79f9e76d2, 0x00bbb1f79f9e76d2, 0x00cb40252ac9d5d8, 0x00dacbd4a962b07e,
    0x00dacbd4a962b07e, 0x00ea54f822b7abd6, 0x00ea54f822b7abd6, 0x00f9db814fc5aa7b,
    0x00f9db814fc5aa7b, 0x01095f619980c433, 0x01095f619980c433, 0x0118e08a1713a08c,
    0x0118e08a1713a08c, 0x01285eeb8c14fe79, 0x01285eeb8c14fe79, 0x0137da7666b331ed,
    0x0137da7666b331ed, 0x0147531abdd55f24, 0x0147531abdd55f24, 0x0156c8c84f323a1b,
    0x0156c8c84f323a1b, 0x01663b6e7d5c0f6f, 0x01663b6e7d5c0f6f, 0x01663b6e7d5c0f6f,
    0x0175aafc4dc1daa3, 0x0175aafc4dc1daa3, 0x0185176066a52c52, 0x0185176066a52c52,
    0x019480890d04a1b9, 0x019480890d04a1b9, 0x01a3e664227aad63, 0x01a3e664227aad63,
    0x01a3e664227aad63, 0x01b348df23106f96, 0x01b348df23106f96, 0x01c2a7e723045b78,
    0x01c2a7e723045b78, 0x01c2a7e723045b78, 0x01d20368cc8464a1, 0x01d20368cc8464a1,
    0x01e15b505d5b6f26, 0x01e15b505d5b6f26, 0x01e15b505d5b6f26, 0x01f0af89a491babf,
    0x01f0af89a491babf, 0x01f0af89a491babf, 0x01ffffffffffffff, 0x01ffffffffffffff,
};

double kaiku_histogram_value(uint32_t index)
{
    if (index == 0)
        return 0;
    return exp2(((double)index - 1.5 + KAIKU_HISTOGRAM_FIRST) / 32);
}

static int64_t rank_of(int64_t n, unsigned per_cent)
{
    return n / 100 * per_cent + (n % 100 * per_cent + 99) / 100;
}

void kaiku_histogram_quantiles(const int64_t *counts, uint32_t first, int64_t n,
                               const unsigned *per_cent, size_t k, double *out)
{
    uint32_t bin = first;
    size_t found = 0;

    for (int64_t seen = 0; found < k && n > 0; found++) {
        int64_t rank = rank_of(n, per_cent[found]);
        while (bin < KAIKU_HISTOGRAM_BINS && seen < rank)
            seen += counts[bin++];
        if (seen < rank)
            break;
        out[found] = kaiku_histogram_value(bin > 0 ? bin - 1 : 0);
    }
    while (found < k)
        out[found++] = NAN;
}

double kaiku_histogram_quantile(const int64_t *counts, int64_t n, unsigned per_cent)
{
    double value;

    kaiku_histogram_quantiles(counts, 0, n, &per_cent, 1, &value);
    return value;
}
