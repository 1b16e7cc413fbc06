/* What a terminal sends for keys. */
#ifndef APP_KEYS_H
#define APP_KEYS_H

#include <stdbool.h>
#include <stddef.h>

enum app_key_kind {
    APP_KEY_NONE, /* something that is no key of ours */
    APP_KEY_TEXT, /* a character */
    APP_KEY_UP,
    APP_KEY_DOWN,
    APP_KEY_LEFT,
    APP_KEY_RIGHT,
    APP_KEY_HOME,
    APP_KEY_END,
    APP_KEY_PAGE_UP,
    APP_KEY_PAGE_DOWN,
    APP_KEY_ENTER,
    APP_KEY_ESCAPE,
    APP_KEY_BACKSPACE,
};

struct app_key {
    enum app_key_kind kind;
    char text[5]; /* the character in UTF-8, with a NUL; "" where it is none */
};

/* Takes one key from the start of bytes (at least one) and gives how many it took; 0: more may belong to it, which
 * cannot be where is_all. */
size_t app_key_parse(const char *bytes, size_t size, bool is_all, struct app_key *out);

#endif
