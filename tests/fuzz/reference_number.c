#include "reference.h"

#include <stdlib.h>

enum { EXPONENT_MAX = 400 };

static const int64_t LARGEST = INT64_C(1000000000000000000);

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static size_t count_digits(struct kaiku_text text)
{
    size_t n = 0;

    while (n < text.size && is_digit(text.data[n]))
        n++;
    return n;
}

static void skip(struct kaiku_text *text, size_t n)
{
    text->data += n;
    text->size -= n;
}

/* The exponent behind the e; larger than EXPONENT_MAX either way where it is too large. */
static int read_exponent(struct kaiku_text text)
{
    bool negative = text.data[0] == '-';
    int value = 0;

    if (text.data[0] == '-' || text.data[0] == '+')
        skip(&text, 1);
    for (size_t i = 0; i < text.size; i++)
        if (value <= EXPONENT_MAX)
            value = value * 10 + (text.data[i] - '0');
    return negative ? -value : value;
}

static char *make_digits(size_t size)
{
    char *digits = malloc(size + 1);

    if (!digits)
        abort();
    memset(digits, '0', size);
    digits[size] = '\0';
    return digits;
}

/* Digits with the point behind `point` of them, which may lie beyond either end. */
static void place_point(const char *digits, size_t n, long point, struct reference_number *out)
{
    size_t whole = point > 0 ? (size_t)point : 1;
    size_t fraction = (long)n > point ? (size_t)((long)n - point) : 1;

    out->whole = make_digits(whole);
    out->fraction = make_digits(fraction);
    for (size_t i = 0; i < n; i++) {
        long at = (long)i - point; /* digits behind the point before this one */
        if (at < 0)
            out->whole[i] = digits[i];
        else
            out->fraction[at] = digits[i];
    }
}

bool reference_number_read(struct kaiku_text token, struct reference_number *out)
{
    char *digits = make_digits(token.size);
    size_t n, behind = 0;
    int exponent = 0;
    bool good;

    out->negative = token.data[0] == '-';
    skip(&token, out->negative);
    n = count_digits(token);
    memcpy(digits, token.data, n);
    skip(&token, n);
    if (token.size > 0 && token.data[0] == '.') {
        skip(&token, 1);
        behind = count_digits(token);
        memcpy(digits + n, token.data, behind);
        skip(&token, behind);
    }
    if (token.size > 0) {
        skip(&token, 1);
        exponent = read_exponent(token);
    }
    good = abs(exponent) <= EXPONENT_MAX;
    if (good)
        place_point(digits, n + behind, (long)n + exponent, out);
    free(digits);
    return good;
}

void reference_number_release(struct reference_number *number)
{
    free(number->whole);
    free(number->fraction);
}

static char digit_behind(const struct reference_number *number, size_t place)
{
    return place < strlen(number->fraction) ? number->fraction[place] : '0';
}

static bool is_zero_from(const struct reference_number *number, size_t place)
{
    for (; place < strlen(number->fraction); place++)
        if (number->fraction[place] != '0')
            return false;
    return true;
}

/* |value| * 10^places, cut; INT64_MAX where it is larger. */
static int64_t cut(const struct reference_number *number, size_t places)
{
    int64_t value = 0;
    size_t whole = strlen(number->whole);

    for (size_t i = 0; i < whole + places; i++) {
        char digit = i < whole ? number->whole[i] : digit_behind(number, i - whole);
        if (__builtin_mul_overflow(value, 10, &value) || __builtin_add_overflow(value, digit - '0', &value))
            return INT64_MAX;
    }
    return value;
}

enum reference_fit reference_number_scaled(const struct reference_number *number, size_t places, int64_t *out)
{
    int64_t value = cut(number, places);

    if (!is_zero_from(number, places))
        return REFERENCE_NOT_SO_FINE;
    if (value > LARGEST)
        return REFERENCE_TOO_LARGE;
    *out = number->negative ? -value : value;
    return REFERENCE_FITS;
}

int64_t reference_number_floor(const struct reference_number *number, size_t places)
{
    int64_t value = cut(number, places);

    if (!number->negative)
        return value;
    return is_zero_from(number, places) || value == INT64_MAX ? -value : -value - 1;
}

int64_t reference_number_round(const struct reference_number *number, size_t places)
{
    int64_t value = cut(number, places);

    if (value < INT64_MAX)
        value += digit_behind(number, places) >= '5';
    return number->negative ? -value : value;
}

static bool is_zero(const struct reference_number *number)
{
    return strspn(number->whole, "0") == strlen(number->whole) && is_zero_from(number, 0);
}

static int compare_magnitude(const struct reference_number *a, const struct reference_number *b)
{
    const char *x = a->whole + strspn(a->whole, "0"), *y = b->whole + strspn(b->whole, "0");
    size_t most = strlen(a->fraction) > strlen(b->fraction) ? strlen(a->fraction) : strlen(b->fraction);
    int order = (strlen(x) > strlen(y)) - (strlen(x) < strlen(y));

    if (order == 0)
        order = strcmp(x, y);
    for (size_t i = 0; i < most && order == 0; i++)
        order = digit_behind(a, i) - digit_behind(b, i);
    return order;
}

int reference_number_compare(const struct reference_number *a, const struct reference_number *b)
{
    bool below = a->negative && !is_zero(a), other_below = b->negative && !is_zero(b);

    if (below != other_below)
        return below ? -1 : 1;
    return below ? -compare_magnitude(a, b) : compare_magnitude(a, b);
}
