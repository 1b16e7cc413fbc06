/* `kaiku top` as lines of text. A pure function; local time is that of TZ. */
#ifndef APP_TOP_SCREEN_H
#define APP_TOP_SCREEN_H

#include "top_read.h"

struct app_top_screen {
    const struct app_top_choice *choice;
    const struct app_top_data *data;
    uint32_t n_rows;   /* of the table's, so many pass the filter: its first ones */
    const char *away;  /* why Redis could not be read, or NULL */
    int64_t now_ms;    /* wall clock */
};

struct app_top_style {
    int columns, lines; /* 0: as many as it takes, and no line about keys */
    bool colours;
};

/* Rows that such a screen has room for, at least 1. */
uint32_t app_top_page(const struct app_top_screen *screen, int lines);
/* Appends lines that end with \n, none wider than style->columns, at most style->lines. UTF-8. */
void app_top_render(const struct app_top_screen *screen, const struct app_top_style *style, struct kaiku_buffer *out);

#endif
