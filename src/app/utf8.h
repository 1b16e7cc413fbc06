/* Characters of UTF-8 as terminals show them, whatever the locale of the process is. */
#ifndef APP_UTF8_H
#define APP_UTF8_H

#include <base/text.h>

struct app_character {
    size_t size;
    int columns;        /* 0 to 2; -1: not to be shown */
    uint32_t lower;     /* its code, capitals as small letters */
};

/* The first character of a text that is not empty. */
struct app_character app_utf8_first(struct kaiku_text text);
/* The longest start of a text that fits into so many columns, and how many it takes. */
struct kaiku_text app_utf8_fit(struct kaiku_text text, int columns, int *taken);
/* Does part stand in text, case ignored? */
bool app_utf8_holds(struct kaiku_text text, struct kaiku_text part);

#endif
