/* The table of `kaiku top`: one line of headings, and one for each row. Private to its screen. */
#ifndef APP_TOP_TABLE_H
#define APP_TOP_TABLE_H

#include "figures.h"
#include "top_layout.h"
#include "top_screen.h"

/* What is drawn, where, and how wide. */
struct top_drawing {
    const struct app_top_screen *screen;
    const struct app_top_choice *choice;
    const struct kaiku_model *model;
    struct app_top_layout layout;
    struct app_canvas canvas;
};

void top_table_put_headings(struct top_drawing *drawing);
/* name: stands in place of the row's values, or NULL. */
void top_table_put_row(struct top_drawing *drawing, const struct app_top_row *row, const char *name);

#endif
