/* A JSON number of a record: exact, and fast where it is short.
 *
 * Nearly every number is plain: no exponent and at most 18 digits, kept as mantissa / 10^scale. Any
 * other goes through model/decimal.h. KAIKU_INVALID: its exponent is beyond +-400. */
#ifndef DECODE_NUMBER_H
#define DECODE_NUMBER_H

#include <model/model.h>

#include <endian.h>

enum { KAIKU_PLAIN_DIGITS = 18 };

struct kaiku_number {
    struct kaiku_text text; /* as it stands in the record */
    int64_t mantissa;       /* plain only, and scale */
    uint32_t scale;         /* digits behind the point */
    bool plain;
};

extern const int64_t kaiku_powers_of_ten[KAIKU_PLAIN_DIGITS + 1];

/* The run of digits at p, which goes behind *mantissa; returns its end. The digits of a word are moved to its upper end,
 * behind as many zeros; neighbours are put together to two digits, then these to four, then to eight. */
static inline const char *kaiku_number_digits(const char *p, uint64_t *mantissa)
{
    uint64_t word, others, n;

    do {
        memcpy(&word, p, sizeof(word));
        word = le64toh(word) ^ UINT64_C(0x3030303030303030);
        /* The highest bit of the first byte that is none. */
        others = ((word + UINT64_C(0x7676767676767676)) | word) & UINT64_C(0x8080808080808080);
        n = others ? (uint64_t)__builtin_ctzll(others) / 8 : 8;
        if (n == 0)
            break;
        word <<= 64 - 8 * n;
        word = (word * 10 + (word >> 8)) & UINT64_C(0x00ff00ff00ff00ff);
        word = (word * 100 + (word >> 16)) & UINT64_C(0x0000ffff0000ffff);
        word = (word * 10000 + (word >> 32)) & UINT64_C(0xffffffff);
        *mantissa = *mantissa * (uint64_t)kaiku_powers_of_ten[n] + word;
        p += n;
    } while (n == 8);
    return p;
}

/* The number at p; returns its end, NULL where there is none. */
static inline const char *kaiku_number_read(const char *p, struct kaiku_number *value)
{
    const char *start = p, *digits = p + (*p == '-'), *part;
    uint64_t mantissa = 0; /* wraps where there are too many digits, and is not used then */
    size_t n;

    p = kaiku_number_digits(digits, &mantissa);
    n = (size_t)(p - digits);
    if (n == 0 || (n > 1 && *digits == '0'))
        return NULL;
    value->scale = 0;
    if (*p == '.') {
        part = p + 1;
        p = kaiku_number_digits(part, &mantissa);
        if (p == part)
            return NULL;
        value->scale = (uint32_t)(p - part);
        n += value->scale;
    }
    value->plain = n <= KAIKU_PLAIN_DIGITS;
    if (*p == 'e' || *p == 'E') {
        value->plain = false;
        part = p + 1 + (p[1] == '+' || p[1] == '-');
        p = kaiku_number_digits(part, &mantissa);
        if (p == part)
            return NULL;
    }
    value->mantissa = *start == '-' ? -(int64_t)mantissa : (int64_t)mantissa;
    value->text = (struct kaiku_text){start, (size_t)(p - start)};
    return p;
}

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
