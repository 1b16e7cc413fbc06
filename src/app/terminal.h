/* A terminal taken over for a live screen: alternate screen, keys without Enter, no cursor;
 * everything as before once it is released, and when a signal stops or ends the process. */
#ifndef APP_TERMINAL_H
#define APP_TERMINAL_H

#include <base/text.h>

#include <termios.h>

#include "keys.h"

struct app_terminal {
    struct termios before;
    bool has_keys; /* standard input is a terminal too */
    int messages;  /* where standard error went before, -1: it was left alone */
    char input[64]; /* read, and not yet taken as keys */
    size_t n_input;
    struct kaiku_buffer drawn; /* what the screen shows */
};

/* Are standard output and its TERM fit for it? */
bool app_terminal_usable(void);
/* Colours are wanted: standard output is a terminal and NO_COLOR is unset (no-color.org). */
bool app_terminal_colours(void);

/* One at a time. messages: a file that takes what is written to standard error meanwhile, where that is a
 * terminal; NULL: it is left alone. */
void app_terminal_take(struct app_terminal *terminal, const char *messages);
void app_terminal_release(struct app_terminal *terminal);

void app_terminal_size(int *columns, int *lines);
/* Replaces the screen by these lines, in one write and without flicker; does nothing where it shows them. */
void app_terminal_draw(struct app_terminal *terminal, struct kaiku_text lines);
/* The next key, waited for up to timeout_ms; false where there is none, and early where a signal came, a new size
 * of the terminal too. */
bool app_terminal_key(struct app_terminal *terminal, int timeout_ms, struct app_key *key);

#endif
