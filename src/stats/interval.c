#include <kaiku/interval.h>

#include <math.h>

static const struct kaiku_interval no_interval = {NAN, NAN};

struct kaiku_interval kaiku_interval_nps(int64_t promoters, int64_t detractors, int64_t n)
{
    if (n <= 0)
        return no_interval;

    double more = (double)n + 3;
    double p = ((double)promoters + 0.75) / more;
    double d = ((double)detractors + 0.75) / more;
    double score = p - d;
    double half = KAIKU_Z * sqrt((p + d - score * score) / more);
    double value = 100 * (double)(promoters - detractors) / (double)n;

    /* The adjustment pulls towards 0: without widening, the score of a single answer would lie
     * outside of its own interval. */
    return (struct kaiku_interval){
        .low = fmin(value, 100 * fmax(-1, score - half)),
        .high = fmax(value, 100 * fmin(1, score + half)),
    };
}

struct kaiku_interval kaiku_interval_wilson(int64_t hits, int64_t n)
{
    if (n <= 0 || hits < 0 || hits > n)
        return no_interval;

    double count = (double)n;
    double p = (double)hits / count;
    double shrink = 1 + KAIKU_Z * KAIKU_Z / count;
    double middle = (p + KAIKU_Z * KAIKU_Z / (2 * count)) / shrink;
    double variance = p * (1 - p) / count + KAIKU_Z * KAIKU_Z / (4 * count * count);
    double half = KAIKU_Z * sqrt(variance) / shrink;

    return (struct kaiku_interval){
        .low = 100 * fmax(0, middle - half),
        .high = 100 * fmin(1, middle + half),
    };
}

struct kaiku_interval kaiku_interval_mean(double mean, double deviation, int64_t n)
{
    if (n < 2)
        return no_interval;

    double half = kaiku_t_quantile(n - 1) * deviation / sqrt((double)n);

    return (struct kaiku_interval){mean - half, mean + half};
}

/* The expansion around the normal quantile (Abramowitz and Stegun 26.7.5). Its error falls with the
 * fifth power of df: 1.2e-12 at 200. */
static double t_expansion(double df)
{
    const double z = KAIKU_Z, z2 = z * z;
    double g1 = z * (z2 + 1) / 4;
    double g2 = z * ((5 * z2 + 16) * z2 + 3) / 96;
    double g3 = z * (((3 * z2 + 19) * z2 + 17) * z2 - 15) / 384;
    double g4 = z * ((((79 * z2 + 776) * z2 + 1482) * z2 - 1920) * z2 - 945) / 92160;

    return z + (g1 + (g2 + (g3 + g4 / df) / df) / df) / df;
}

/* A(t), the probability of an absolute value up to t, for t = sqrt(df) tan(angle), and A'(angle).
 * For integer df it is a finite sum (Abramowitz and Stegun 26.7.3 and 26.7.4). The term behind its
 * last one gives the derivative, so neither needs a gamma function. */
static double t_probability(int64_t df, double angle, double *derivative)
{
    int64_t odd = df % 2;
    double c = cos(angle), s = sin(angle);
    double scale = odd ? M_2_PI : 1;
    double term = odd ? c : 1;
    double sum = 0;

    for (int64_t k = 1 + odd; k < df; k += 2) {
        sum += term;
        term *= c * c * (double)k / (double)(k + 1);
    }
    *derivative = scale * (double)df * term / c;
    return scale * ((odd ? angle : 0) + s * sum);
}

double kaiku_t_quantile(int64_t df)
{
    double root = sqrt((double)df);
    double start = t_expansion((double)df);

    if (df >= 200)
        return start;
    /* Newton on the angle, not on t: its probability is concave and for small df nearly linear, so
     * that three steps do. */
    double angle = atan(start / root), step;
    do {
        double derivative;
        step = (0.95 - t_probability(df, angle, &derivative)) / derivative;
        angle += step;
    } while (fabs(step) > 1e-9 * angle);
    return root * tan(angle);
}
