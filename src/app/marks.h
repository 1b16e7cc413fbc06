/* Figures as marks on a canvas: an interval on a common scale, and a course over time. */
#ifndef APP_MARKS_H
#define APP_MARKS_H

#include "canvas.h"

/* The scale of bars under each other, and how many columns they take. */
struct app_bar {
    double low, high;
    int columns;
};

/* low and high: of an interval, or value itself. Draws the empty scale where value is NaN. */
void app_bar_put(struct app_canvas *canvas, const struct app_bar *bar, double value, double low, double high,
                 enum app_colour colour);
/* Its ends and, where there is room, a title between them. */
void app_bar_put_scale(struct app_canvas *canvas, const struct app_bar *bar, const char *title);

/* The newest of n values, oldest first, each a column, right-aligned; NaN is a gap. Each course has a scale of its own,
 * at least so high: it shows the course, not the level. */
void app_course_put(struct app_canvas *canvas, const double *values, int n, int columns, double least);

#endif
