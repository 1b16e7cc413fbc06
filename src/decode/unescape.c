#include "unescape.h"

enum {
    HEX_DIGITS = 4,
    REPLACEMENT = 0xfffd,
};

/* The code unit of four hexadecimal digits, or -1. */
static int32_t read_unit(const char *p, const char *end)
{
    int32_t unit = 0;

    if (end - p < HEX_DIGITS)
        return -1;
    for (int i = 0; i < HEX_DIGITS; i++) {
        char c = p[i];
        int32_t digit;

        if (c >= '0' && c <= '9')
            digit = c - '0';
        else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
            digit = (c | 0x20) - 'a' + 10;
        else
            return -1;
        unit = unit << 4 | digit;
    }
    return unit;
}

static bool is_high(int32_t unit)
{
    return unit >= 0xd800 && unit < 0xdc00;
}

static bool is_low(int32_t unit)
{
    return unit >= 0xdc00 && unit < 0xe000;
}

static char *write_character(char *out, uint32_t c)
{
    if (c < 0x80) {
        *out++ = (char)c;
    } else if (c < 0x800) {
        *out++ = (char)(0xc0 | c >> 6);
        *out++ = (char)(0x80 | (c & 0x3f));
    } else if (c < 0x10000) {
        *out++ = (char)(0xe0 | c >> 12);
        *out++ = (char)(0x80 | (c >> 6 & 0x3f));
        *out++ = (char)(0x80 | (c & 0x3f));
    } else {
        *out++ = (char)(0xf0 | c >> 18);
        *out++ = (char)(0x80 | (c >> 12 & 0x3f));
        *out++ = (char)(0x80 | (c >> 6 & 0x3f));
        *out++ = (char)(0x80 | (c & 0x3f));
    }
    return out;
}

/* One or two \u escapes, the first one's digits at *in: a pair of surrogates is one character. */
static enum kaiku_unescaped copy_unicode(const char **in, const char *end, char **out)
{
    enum kaiku_unescaped result = KAIKU_UNESCAPED;
    int32_t unit = read_unit(*in, end), second;
    uint32_t c = (uint32_t)unit;

    if (unit < 0)
        return KAIKU_UNESCAPED_BAD;
    *in += HEX_DIGITS;
    if (is_high(unit) && end - *in > 2 && (*in)[0] == '\\' && (*in)[1] == 'u' &&
        is_low(second = read_unit(*in + 2, end))) {
        c = 0x10000 + ((uint32_t)(unit & 0x3ff) << 10 | (uint32_t)(second & 0x3ff));
        *in += 2 + HEX_DIGITS;
    } else if (is_high(unit) || is_low(unit)) {
        c = REPLACEMENT;
        result = KAIKU_UNESCAPED_ODD;
    } else if (unit == 0) {
        result = KAIKU_UNESCAPED_ODD;
    }
    *out = write_character(*out, c);
    return result;
}

/* The byte that a one-letter escape stands for, NUL where there is none. */
static char simple_escape(char c)
{
    switch (c) {
    case '"':
    case '\\':
    case '/':
        return c;
    case 'b':
        return '\b';
    case 'f':
        return '\f';
    case 'n':
        return '\n';
    case 'r':
        return '\r';
    case 't':
        return '\t';
    default:
        return '\0';
    }
}

enum kaiku_unescaped kaiku_unescape(char *data, size_t *size)
{
    const char *end = data + *size;
    const char *in = memchr(data, '\\', *size);
    char *out = data + (in ? in - data : (ptrdiff_t)*size);
    enum kaiku_unescaped result = KAIKU_UNESCAPED, one;

    while (in && in < end) {
        if (*in != '\\') {
            *out++ = *in++;
            continue;
        }
        in += 2;
        if (in[-1] == 'u') {
            one = copy_unicode(&in, end, &out);
        } else {
            one = (*out = simple_escape(in[-1])) ? KAIKU_UNESCAPED : KAIKU_UNESCAPED_BAD;
            out++;
        }
        if (one == KAIKU_UNESCAPED_BAD)
            return one;
        if (one == KAIKU_UNESCAPED_ODD)
            result = one;
    }
    *size = (size_t)(out - data);
    return result;
}
