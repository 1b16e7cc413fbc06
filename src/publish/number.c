#include "number.h"

#include <math.h>
#include <string.h>

enum { DIGITS = 4 }; /* after the point */

static uint64_t power_of_ten(unsigned n)
{
    uint64_t power = 1;

    while (n-- > 0)
        power *= 10;
    return power;
}

/* Most numbers have 64 bits, which divide several times as fast, and few digits. */
static size_t put_digits(char *out, unsigned __int128 value)
{
    char digits[NUMBER_MAX], *end = digits + sizeof digits, *at = end;

    for (; value > UINT64_MAX; value /= 10)
        *--at = (char)('0' + (int)(value % 10));
    uint64_t low = (uint64_t)value;
    do
        *--at = (char)('0' + (int)(low % 10));
    while (low /= 10);
    memcpy(out, at, (size_t)(end - at));
    return (size_t)(end - at);
}

static size_t put_fraction(char *out, unsigned fraction)
{
    size_t size = 1 + DIGITS;

    if (fraction == 0)
        return 0;
    out[0] = '.';
    for (size_t i = DIGITS; i > 0; i--, fraction /= 10)
        out[i] = (char)('0' + (int)(fraction % 10));
    while (out[size - 1] == '0')
        size--;
    return size;
}

/* Nearly all numbers: ten thousandths that 64 bits hold. */
static size_t put_small(char *out, int64_t value)
{
    uint64_t whole = value < 0 ? -(uint64_t)value : (uint64_t)value;
    const uint64_t scale = 10000;
    size_t size = 0;

    if (value < 0)
        out[size++] = '-';
    size += put_digits(out + size, whole / scale);
    return size + put_fraction(out + size, (unsigned)(whole % scale));
}

size_t number_decimal(char *out, __int128 value, unsigned decimals)
{
    unsigned __int128 whole = value < 0 ? -(unsigned __int128)value : (unsigned __int128)value;
    unsigned fraction; /* in ten thousandths */
    size_t size = 0;

    if (decimals <= DIGITS) {
        uint64_t unit = power_of_ten(decimals);
        fraction = (unsigned)((uint64_t)(whole % unit) * power_of_ten(DIGITS - decimals));
        whole /= unit;
    } else {
        uint64_t unit = power_of_ten(decimals - DIGITS), scale = power_of_ten(DIGITS);
        uint64_t rest = (uint64_t)(whole % unit);
        whole = whole / unit + (rest >= unit - rest);
        fraction = (unsigned)(whole % scale);
        whole /= scale;
    }
    if (value < 0 && (whole != 0 || fraction != 0))
        out[size++] = '-';
    size += put_digits(out + size, whole);
    return size + put_fraction(out + size, fraction);
}

size_t number_integer(char *out, int64_t value)
{
    uint64_t whole = value < 0 ? -(uint64_t)value : (uint64_t)value;
    size_t size = 0;

    if (value < 0)
        out[size++] = '-';
    return size + put_digits(out + size, whole);
}

size_t number_real(char *out, long double value)
{
    if (!(fabsl(value) < 1e33L)) {
        memcpy(out, "nan", 3);
        return 3;
    }
    if (fabsl(value) < 1e14L)
        return put_small(out, (int64_t)(value * 10000 + (value < 0 ? -0.5L : 0.5L)));
    return number_decimal(out, (__int128)roundl(value * 10000), DIGITS);
}
