#include "units.h"

#include <inttypes.h>
#include <stdio.h>

enum { DIGITS_MAX = 15 }; /* no unit can take 15 digits of milliseconds or bytes past int64_t */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static struct kaiku_text text_from(struct kaiku_text text, size_t start)
{
    return (struct kaiku_text){text.data + start, text.size - start};
}

/* The digits at the start of text; returns how many, 0 where there are none or too many. */
static size_t read_digits(struct kaiku_text text, int64_t *out)
{
    int64_t value = 0;
    size_t n = 0;

    while (n < text.size && is_digit(text.data[n])) {
        if (n == DIGITS_MAX)
            return 0;
        value = value * 10 + (text.data[n++] - '0');
    }
    *out = value;
    return n;
}

int kaiku_integer_read(struct kaiku_text text, int64_t *out)
{
    bool negative = text.size > 0 && text.data[0] == '-';
    int64_t value;

    if (negative)
        text = text_from(text, 1);
    size_t n = read_digits(text, &value);
    if (n == 0 || n != text.size || (n > 1 && text.data[0] == '0'))
        return KAIKU_INVALID;
    *out = negative ? -value : value;
    return KAIKU_OK;
}

struct unit {
    const char *name;
    int64_t factor;
};

static const struct unit duration_units[] = {
    {"d", KAIKU_DAY_MS}, {"h", KAIKU_HOUR_MS}, {"m", KAIKU_MINUTE_MS}, {"s", KAIKU_SECOND_MS},
    {"ms", 1},
};
static const struct unit size_units[] = {{"", 1}, {"KiB", 1 << 10}, {"MiB", 1 << 20}};

/* Digits and one of the units. */
static int read_with_unit(struct kaiku_text text, const struct unit *units, size_t n_units,
                          int64_t max, int64_t *out)
{
    int64_t value;
    size_t n = read_digits(text, &value);

    if (n == 0)
        return KAIKU_INVALID;
    for (size_t i = 0; i < n_units; i++) {
        if (!kaiku_text_equal(text_from(text, n), kaiku_text_of(units[i].name)))
            continue;
        if (value > max / units[i].factor)
            return KAIKU_INVALID;
        *out = value * units[i].factor;
        return KAIKU_OK;
    }
    return KAIKU_INVALID;
}

int kaiku_duration_read(struct kaiku_text text, int64_t *out_ms)
{
    return read_with_unit(text, duration_units, sizeof(duration_units) / sizeof(*duration_units),
                          KAIKU_DURATION_MAX_MS, out_ms);
}

struct kaiku_duration_text kaiku_duration_write(int64_t ms)
{
    struct kaiku_duration_text out;
    const struct unit *unit = duration_units;

    while (ms % unit->factor != 0 || (ms == 0 && unit->factor > KAIKU_SECOND_MS))
        unit++;
    snprintf(out.text, sizeof(out.text), "%" PRId64 "%s", ms / unit->factor, unit->name);
    return out;
}

int kaiku_size_read(struct kaiku_text text, int64_t *out)
{
    return read_with_unit(text, size_units, sizeof(size_units) / sizeof(*size_units), INT64_MAX,
                          out);
}

int kaiku_range_read(struct kaiku_text text, int64_t *low, int64_t *high)
{
    const char *dots = text.size ? memmem(text.data, text.size, "..", 2) : NULL;
    int64_t first, last;

    if (!dots)
        return KAIKU_INVALID;
    size_t size = (size_t)(dots - text.data);
    if (kaiku_integer_read((struct kaiku_text){text.data, size}, &first) ||
        kaiku_integer_read(text_from(text, size + 2), &last))
        return KAIKU_INVALID;
    *low = first;
    *high = last;
    return KAIKU_OK;
}

bool kaiku_name_is_valid(struct kaiku_text text)
{
    if (text.size == 0 || text.data[0] < 'a' || text.data[0] > 'z')
        return false;
    for (size_t i = 1; i < text.size; i++) {
        char c = text.data[i];
        if (!(c >= 'a' && c <= 'z') && !is_digit(c) && c != '_')
            return false;
    }
    return true;
}

bool kaiku_pointer_is_valid(struct kaiku_text text)
{
    if (text.size == 0 || text.data[0] != '/')
        return false;
    for (size_t i = 0; i < text.size; i++) {
        bool escape = text.data[i] == '~';
        if (escape && (i + 1 == text.size || (text.data[i + 1] != '0' && text.data[i + 1] != '1')))
            return false;
    }
    return true;
}

struct kaiku_text kaiku_text_trim(struct kaiku_text text)
{
    while (text.size > 0 && (text.data[0] == ' ' || text.data[0] == '\t'))
        text = text_from(text, 1);
    while (text.size > 0 && (text.data[text.size - 1] == ' ' || text.data[text.size - 1] == '\t'))
        text.size--;
    return text;
}
