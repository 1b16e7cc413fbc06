/* Exact decimal numbers as they stand in JSON: nothing is judged through a double.
 *
 * value = (-1)^negative * 0.d1d2d3... * 10^point, without leading or trailing zero digits; zero has no
 * digits. The digits are borrowed from the token (the decimal point among them is skipped), so a
 * decimal lives as long as its text. */
#ifndef MODEL_DECIMAL_H
#define MODEL_DECIMAL_H

#include <base/text.h>

struct kaiku_decimal {
    const char *digits; /* first non-zero digit; may contain one '.' before size bytes are over */
    uint32_t size;      /* bytes from the first to the last non-zero digit, a '.' between included */
    uint32_t count;     /* digits among them */
    int32_t point;      /* see above */
    bool negative;      /* false for zero */
};

/* Reads a JSON number (RFC 8259 grammar, the whole of text). KAIKU_INVALID where it is none;
 * KAIKU_FULL where its exponent is beyond +-400 (events.md: bad_metric). */
int kaiku_decimal_read(struct kaiku_text text, struct kaiku_decimal *out) KAIKU_MUST_CHECK;

/* -1, 0, 1 */
int kaiku_decimal_compare(const struct kaiku_decimal *a, const struct kaiku_decimal *b);

bool kaiku_decimal_is_integer(const struct kaiku_decimal *d);

/* value * 10^shift where that is an integer of a magnitude up to 10^18; false otherwise. */
bool kaiku_decimal_scaled(const struct kaiku_decimal *d, int32_t shift, int64_t *out);

/* floor(value * 10^shift), saturating at +-INT64_MAX. */
int64_t kaiku_decimal_floor(const struct kaiku_decimal *d, int32_t shift);

/* Nearest double. */
double kaiku_decimal_double(const struct kaiku_decimal *d);

#endif
