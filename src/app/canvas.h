/* Lines of text of a bounded width, with colours where they are wanted. */
#ifndef APP_CANVAS_H
#define APP_CANVAS_H

#include <base/text.h>

enum app_colour { APP_PLAIN, APP_BOLD, APP_DIM, APP_GREEN, APP_YELLOW, APP_RED, APP_CYAN };

struct app_canvas {
    struct kaiku_buffer *out;
    int columns;
    bool colours;
    int column; /* of the current line */
    enum app_colour colour; /* of what follows */
};

void app_canvas_colour(struct app_canvas *canvas, enum app_colour colour);
/* UTF-8 of one column a character; control characters are left out, what does not fit is cut. */
void app_canvas_put(struct app_canvas *canvas, const char *text);
void app_canvas_format(struct app_canvas *canvas, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Right-aligned in so many columns. */
void app_canvas_right(struct app_canvas *canvas, const char *text, int columns);
void app_canvas_repeat(struct app_canvas *canvas, const char *character, int n);
/* Fills with blanks up to a column. */
void app_canvas_to(struct app_canvas *canvas, int column);
/* Ends the line. */
void app_canvas_line(struct app_canvas *canvas);
/* A piece of running text: begins a new line, indented, where it does not fit into this one. */
void app_canvas_flow(struct app_canvas *canvas, const char *text, int indent);
/* Columns that text takes. */
int app_canvas_width(const char *text);

#endif
