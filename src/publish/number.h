/* Numbers as readers see them: decimal, at most four digits after the point, no exponent, no
 * trailing zeros, never "-0"; no value is "nan".
 *
 * Each function writes into out (NUMBER_MAX bytes, no NUL) and returns the bytes written. */
#ifndef PUBLISH_NUMBER_H
#define PUBLISH_NUMBER_H

#include <stddef.h>
#include <stdint.h>

enum {
    NUMBER_MAX = 48, /* sign, 39 digits of 128 bits, point */
};

size_t number_integer(char *out, int64_t value);
/* value / 10^decimals, decimals 0..18; halves are rounded away from zero. */
size_t number_decimal(char *out, __int128 value, unsigned decimals);
/* Magnitudes below 10^33, far above all that 64-bit counters can give; NAN and beyond are "nan". */
size_t number_real(char *out, long double value);

#endif
