#ifndef TESTS_APP_COLOURS_H
#define TESTS_APP_COLOURS_H

#include <string.h>

/* Takes the colours out. */
static inline void strip(char *text)
{
    char *to = text;

    for (const char *from = text; *from; from++) {
        if (*from == '\033')
            from = strchr(from, 'm');
        else
            *to++ = *from;
    }
    *to = '\0';
}

#endif
