/* Lines of text of a bounded width, with colours where they are wanted. */
#ifndef APP_CANVAS_H
#define APP_CANVAS_H

#include <base/text.h>

enum app_colour { APP_PLAIN, APP_BOLD, APP_DIM, APP_GREEN, APP_YELLOW, APP_RED, APP_CYAN, APP_REVERSE };

struct app_canvas {
    struct kaiku_buffer *out;
    int columns;
    bool colours;
    int column; /* of the current line */
    enum app_colour colour; /* of what follows */
};

void app_canvas_colour(struct app_canvas *canvas, enum app_colour colour);
/* UTF-8, as wide as terminals show it; what controls a terminal is left out, what does not fit is cut. */
void app_canvas_put(struct app_canvas *canvas, const char *text);
void app_canvas_format(struct app_canvas *canvas, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Right-aligned in so many columns. */
void app_canvas_right(struct app_canvas *canvas, const char *text, int columns);
/* Left-aligned in exactly so many columns; ends in … where it is longer. */
void app_canvas_left(struct app_canvas *canvas, struct kaiku_text text, int columns);
void app_canvas_repeat(struct app_canvas *canvas, const char *character, int n);
/* Fills with blanks up to a column. */
void app_canvas_to(struct app_canvas *canvas, int column);
/* Ends the line. */
void app_canvas_line(struct app_canvas *canvas);
/* A piece of running text: begins a new line, indented, where it does not fit into this one. */
void app_canvas_flow(struct app_canvas *canvas, const char *text, int indent);
/* Columns that text takes. */
int app_canvas_width(const char *text);
int app_canvas_text_width(struct kaiku_text text);
/* Appends at most so many lines of text (0: all) to out; blank ones are the first to go. */
void app_canvas_fit(const struct kaiku_buffer *text, int lines, struct kaiku_buffer *out);

#endif
