/* A JSON number of a record: exact, and fast where it is short.
 *
 * Nearly every number is plain: no exponent and at most 18 digits, kept as mantissa / 10^scale. Any
 * other goes through model/decimal.h. KAIKU_INVALID: its exponent is beyond +-400. */
#ifndef DECODE_NUMBER_H
#define DECODE_NUMBER_H

#include <model/model.h>

enum { KAIKU_PLAIN_DIGITS = 18 };

struct kaiku_number {
    struct kaiku_text text; /* as it stands in the record */
    int64_t mantissa;       /* plain only, and scale */
    uint32_t scale;         /* digits behind the point */
    bool plain;
};

extern const int64_t kaiku_powers_of_ten[KAIKU_PLAIN_DIGITS + 1];

/* The general cases of the functions below. */
int kaiku_number_rescale(const struct kaiku_number *number, uint32_t places, int64_t *out)
    KAIKU_MUST_CHECK;
int kaiku_number_round_down(const struct kaiku_number *number, uint32_t places, int64_t *out)
    KAIKU_MUST_CHECK;
double kaiku_number_nearest(const struct kaiku_number *number);

/* value * 10^places into *out. KAIKU_INVALID also where that is no integer; KAIKU_FULL where its
 * magnitude is beyond 10^18. */
static inline int KAIKU_MUST_CHECK kaiku_number_scaled(const struct kaiku_number *number,
                                                       uint32_t places, int64_t *out)
{
    if (!number->plain || number->scale != places)
        return kaiku_number_rescale(number, places, out);
    *out = number->mantissa;
    return KAIKU_OK;
}

/* floor(value * 10^places) into *out, saturating at +-INT64_MAX. */
static inline int KAIKU_MUST_CHECK kaiku_number_floor(const struct kaiku_number *number,
                                                      uint32_t places, int64_t *out)
{
    if (number->plain && number->scale <= places &&
        !__builtin_mul_overflow(number->mantissa, kaiku_powers_of_ten[places - number->scale], out))
        return KAIKU_OK;
    return kaiku_number_round_down(number, places, out);
}

/* Nearest double; the number's exponent must be known to be good. */
static inline double kaiku_number_double(const struct kaiku_number *number)
{
    const int64_t exact = INT64_C(1) << 53;

    /* One rounding of two exact operands is the nearest double. */
    if (number->plain && number->mantissa <= exact && number->mantissa >= -exact)
        return (double)number->mantissa / (double)kaiku_powers_of_ten[number->scale];
    return kaiku_number_nearest(number);
}

/* A condition made ready for many numbers. */
struct kaiku_limit {
    uint8_t holds; /* bits 0, 1, 2: for smaller, equal, larger numbers */
    struct kaiku_decimal exact;
    int64_t mantissa; /* plain only */
    uint32_t scale;
    bool plain;
};

/* Borrows the condition. */
void kaiku_limit_init(struct kaiku_limit *limit, const struct kaiku_condition *condition);

int kaiku_number_holds(const struct kaiku_number *number, const struct kaiku_limit *limit,
                       bool *holds) KAIKU_MUST_CHECK;

#endif
