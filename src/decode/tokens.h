/* Spaces, strings and bare words of a record's copy: where they end. */
#ifndef DECODE_TOKENS_H
#define DECODE_TOKENS_H

#include "marks.h"

static inline bool is_space(char c)
{
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

/* One comparison for nearly all that is none. */
static inline bool begins_with_space(const char *p)
{
    return (unsigned char)*p <= ' ' && is_space(*p);
}

static inline char *skip_space(char *p)
{
    while (begins_with_space(p))
        p++;
    return p;
}

static inline char *string_stop(const struct marks *marks, char *p)
{
    return marks_next(marks, marks->strings, p);
}

static inline char *word_stop(const struct marks *marks, char *p)
{
    return marks_next(marks, marks->words, p);
}

/* The closing quote of a string whose first backslash or control byte is at p, or NULL. */
static inline char *escaped_string_end(const struct marks *marks, char *p)
{
    while (*p == '\\')
        p = string_stop(marks, p + 2);
    return *p == '"' ? p : NULL;
}

/* The closing quote of the string whose inside begins at p; NULL where it does not end well. */
static inline char *string_end(const struct marks *marks, char *p, bool *escaped)
{
    p = string_stop(marks, p);
    *escaped = *p != '"';
    return __builtin_expect(*escaped, 0) ? escaped_string_end(marks, p) : p;
}

/* The end of a bare word that goes on with the control byte at p. */
static inline char *odd_word_end(const struct marks *marks, const char *end, char *p)
{
    while ((unsigned char)*p < ' ' && !is_space(*p) && p < end)
        p = word_stop(marks, p + 1);
    return p;
}

/* The end of the bare word at p; NULL where there is none. */
static inline char *word_end(const struct marks *marks, const char *end, char *p)
{
    char *stop = word_stop(marks, p);

    if (__builtin_expect((unsigned char)*stop < ' ', 0))
        stop = odd_word_end(marks, end, stop); /* a control byte is as good as any other in a word */
    return stop > p ? stop : NULL;
}

#endif
