/* A terminal taken over for a live screen: alternate screen, keys without Enter, no cursor;
 * everything as before once it is released. */
#ifndef APP_TERMINAL_H
#define APP_TERMINAL_H

#include <base/text.h>

#include <termios.h>

struct app_terminal {
    struct termios before;
    bool has_keys; /* standard input is a terminal too */
    int messages;  /* where standard error went before, -1: it was left alone */
};

/* Are standard output and its TERM fit for it? */
bool app_terminal_usable(void);
/* Colours are wanted: standard output is a terminal and NO_COLOR is unset (no-color.org). */
bool app_terminal_colours(void);

/* messages: a file that takes what is written to standard error meanwhile, where that is a
 * terminal. */
void app_terminal_take(struct app_terminal *terminal, const char *messages);
void app_terminal_release(struct app_terminal *terminal);

void app_terminal_size(int *columns, int *lines);
/* Replaces the screen by these lines, in one write and without flicker. */
void app_terminal_draw(struct kaiku_text lines);
/* The next key pressed, 0 where there is none. */
char app_terminal_key(const struct app_terminal *terminal);

#endif
