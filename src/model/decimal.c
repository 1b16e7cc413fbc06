#include <model/decimal.h>

#include <stdio.h>
#include <stdlib.h>

enum {
    MAX_EXPONENT = 400,
    MAX_TEXT = INT32_MAX / 2, /* keeps point within its type */
    EXACT_DIGITS = 15,        /* integers of so many digits are exact doubles */
    EXACT_POWER = 22,         /* and so are powers of ten up to this one */
    DOUBLE_DIGITS = 770,      /* further digits only tell on which side of a tie a number lies */
};

static const int64_t LARGEST = INT64_C(1000000000000000000);

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static const char *skip_digits(const char *p, const char *end)
{
    while (p < end && is_digit(*p))
        p++;
    return p;
}

/* The exponent at p, which stands behind the e; saturates just beyond MAX_EXPONENT. */
static int read_exponent(const char *p, const char *end, int32_t *out)
{
    bool negative = p < end && *p == '-';
    int32_t exponent = 0;

    if (p < end && (*p == '-' || *p == '+'))
        p++;
    if (p == end || skip_digits(p, end) != end)
        return KAIKU_INVALID;
    for (; p < end; p++)
        if (exponent <= MAX_EXPONENT)
            exponent = exponent * 10 + (*p - '0');
    if (exponent > MAX_EXPONENT)
        return KAIKU_FULL;
    *out = negative ? -exponent : exponent;
    return KAIKU_OK;
}

/* Narrows [digits, end), whose '.' or end is at dot, to its significant digits. */
static void trim(const char *digits, const char *dot, const char *end, struct kaiku_decimal *out)
{
    const char *last = end;

    while (digits < end && (*digits == '0' || *digits == '.'))
        digits++;
    while (last > digits && (last[-1] == '0' || last[-1] == '.'))
        last--;
    if (digits == last) {
        *out = (struct kaiku_decimal){0};
        return;
    }
    out->digits = digits;
    out->size = (uint32_t)(last - digits);
    out->count = out->size - (digits < dot && dot < last);
    out->point += (int32_t)(digits < dot ? dot - digits : dot + 1 - digits);
}

int kaiku_decimal_read(struct kaiku_text text, struct kaiku_decimal *out)
{
    const char *p = text.data, *end = p + text.size;
    const char *digits, *dot, *stop;
    struct kaiku_decimal decimal = {0};
    int status = KAIKU_OK;

    if (text.size == 0)
        return KAIKU_INVALID;
    if (text.size > MAX_TEXT)
        return KAIKU_FULL;
    decimal.negative = *p == '-';
    digits = p + decimal.negative;
    dot = skip_digits(digits, end);
    if (dot == digits || (*digits == '0' && dot - digits > 1))
        return KAIKU_INVALID;
    stop = dot;
    if (dot < end && *dot == '.') {
        stop = skip_digits(dot + 1, end);
        if (stop == dot + 1)
            return KAIKU_INVALID;
    }
    if (stop < end) {
        if (*stop != 'e' && *stop != 'E')
            return KAIKU_INVALID;
        status = read_exponent(stop + 1, end, &decimal.point);
    }
    if (status == KAIKU_OK) {
        trim(digits, dot, stop, &decimal);
        *out = decimal;
    }
    return status;
}

static int sign(const struct kaiku_decimal *d)
{
    if (d->count == 0)
        return 0;
    return d->negative ? -1 : 1;
}

static int compare_digits(const struct kaiku_decimal *a, const struct kaiku_decimal *b)
{
    const char *x = a->digits, *y = b->digits;
    uint32_t n = a->count < b->count ? a->count : b->count;

    for (; n > 0; n--, x++, y++) {
        x += *x == '.';
        y += *y == '.';
        if (*x != *y)
            return *x < *y ? -1 : 1;
    }
    return (a->count > b->count) - (a->count < b->count);
}

int kaiku_decimal_compare(const struct kaiku_decimal *a, const struct kaiku_decimal *b)
{
    int of_a = sign(a), of_b = sign(b), magnitude;

    if (of_a != of_b)
        return of_a < of_b ? -1 : 1;
    if (of_a == 0)
        return 0;
    if (a->point != b->point)
        magnitude = a->point < b->point ? -1 : 1;
    else
        magnitude = compare_digits(a, b);
    return of_a * magnitude;
}

bool kaiku_decimal_is_integer(const struct kaiku_decimal *d)
{
    return d->count == 0 || (d->point > 0 && d->count <= (uint32_t)d->point);
}

/* The first n digits as an integer, zeros behind the last; n at most 19. */
static uint64_t leading(const struct kaiku_decimal *d, int32_t n)
{
    const char *p = d->digits;
    uint64_t value = 0;

    for (uint32_t i = 0; i < (uint32_t)n; i++) {
        value *= 10;
        if (i >= d->count)
            continue;
        p += *p == '.';
        value += (uint64_t)(*p++ - '0');
    }
    return value;
}

bool kaiku_decimal_scaled(const struct kaiku_decimal *d, int32_t shift, int64_t *out)
{
    int32_t point = d->point + shift;
    uint64_t value;

    if (d->count == 0) {
        *out = 0;
        return true;
    }
    if (point <= 0 || point > 19 || d->count > (uint32_t)point)
        return false;
    value = leading(d, point);
    if (value > (uint64_t)LARGEST)
        return false;
    *out = d->negative ? -(int64_t)value : (int64_t)value;
    return true;
}

int64_t kaiku_decimal_floor(const struct kaiku_decimal *d, int32_t shift)
{
    int32_t point = d->point + shift;
    uint64_t value;

    if (d->count == 0)
        return 0;
    if (point <= 0)
        return d->negative ? -1 : 0;
    value = point > 19 ? UINT64_MAX : leading(d, point);
    if (d->negative && d->count > (uint32_t)point && value < INT64_MAX)
        value++;
    if (value > INT64_MAX)
        value = INT64_MAX;
    return d->negative ? -(int64_t)value : (int64_t)value;
}

/* Too many digits for arithmetic: the C library rounds correctly. Written without a point, which
 * would depend on the locale. */
static double parse_double(const struct kaiku_decimal *d)
{
    char text[DOUBLE_DIGITS + 32];
    const char *p = d->digits;
    uint32_t n = d->count < DOUBLE_DIGITS ? d->count : DOUBLE_DIGITS;
    int32_t written = (int32_t)n;

    for (uint32_t i = 0; i < n; i++) {
        p += *p == '.';
        text[i] = *p++;
    }
    if (n < d->count)
        text[written++] = '1';
    snprintf(text + written, sizeof(text) - (size_t)written, "e%d", d->point - written);
    return strtod(text, NULL);
}

double kaiku_decimal_double(const struct kaiku_decimal *d)
{
    static const double powers[EXACT_POWER + 1] = {
        1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
        1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
    };
    int32_t power = d->point - (int32_t)d->count;
    double value;

    if (d->count == 0)
        return 0.0;
    if (d->count > EXACT_DIGITS || power > EXACT_POWER || power < -EXACT_POWER) {
        value = parse_double(d);
    } else {
        /* One rounding of two exact operands is the nearest double. */
        value = (double)leading(d, (int32_t)d->count);
        value = power < 0 ? value / powers[-power] : value * powers[power];
    }
    return d->negative ? -value : value;
}
