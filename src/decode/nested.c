#include "nested.h"
#include "tokens.h"

/* The first quote or bracket from p; NULL where there is none before end. */
static inline char *nesting_stop(const struct marks *marks, const char *end, char *p)
{
    while (!*(p = marks_next(marks, marks->nested, p)) && p < end)
        p++; /* a NUL in the record */
    return p < end ? p : NULL;
}

/* What ends within a word of marks and has no backslash: most that there is. NULL: it is none such. */
static char *end_of_short(const struct marks *marks, char *p)
{
    uint64_t strings = marks_word(marks, marks->strings, p), open = 0;
    uint64_t nested = marks_word(marks, marks->nested, p), passed;

    for (; nested; nested &= ~passed) {
        uint64_t bit = nested & -nested;
        char c = p[__builtin_ctzll(bit)];

        passed = bit | (bit - 1);
        if (c == '"') {
            bit = strings & ~passed;
            bit &= -bit;
            passed = bit | (bit - 1);
            if (!bit || p[__builtin_ctzll(bit)] != '"')
                return NULL;
        } else if (c == '{' || c == '[') {
            open = (open ? open : 1) << 1 | (c == '{');
        } else if ((open & 1) == (c == '}') && c) {
            open >>= 1;
            if (open == 1)
                return p + __builtin_ctzll(bit) + 1;
        } else {
            return NULL;
        }
    }
    return NULL;
}

/* The newest open brackets are kept in a word. */
static char *end_of_any(const struct marks *marks, uint64_t *brackets, const char *end, char *p)
{
    uint64_t open = 0;
    size_t depth = 0;
    bool escaped;

    while ((p = nesting_stop(marks, end, p))) {
        char c = *p++;

        if (c == '"') {
            p = string_end(marks, p, &escaped);
            if (!p++)
                return NULL;
        } else if (c == '{' || c == '[') {
            open = open << 1 | (c == '{');
            if (++depth % NESTED_WORD_BITS == 0)
                brackets[depth / NESTED_WORD_BITS - 1] = open;
        } else {
            if (depth % NESTED_WORD_BITS == 0)
                open = brackets[depth / NESTED_WORD_BITS - 1];
            if ((open & 1) != (c == '}'))
                return NULL;
            open >>= 1;
            if (--depth == 0)
                return p;
        }
    }
    return NULL;
}

char *nested_end(const struct marks *marks, uint64_t *brackets, const char *end, char *p)
{
    char *nearby = end_of_short(marks, p);

    return nearby ? nearby : end_of_any(marks, brackets, end, p);
}
