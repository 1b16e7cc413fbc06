#include "canvas.h"

#include <stdio.h>

static bool continues(char c)
{
    return ((unsigned char)c & 0xc0) == 0x80;
}

static bool controls(char c)
{
    return (unsigned char)c < 0x20 || c == 0x7f;
}

static void escape(struct app_canvas *canvas, enum app_colour colour)
{
    static const char *const codes[] = {"0", "0;1", "0;2", "0;32", "0;33", "0;31", "0;36"};

    if (canvas->colours)
        kaiku_buffer_format(canvas->out, "\033[%sm", codes[colour]);
}

void app_canvas_colour(struct app_canvas *canvas, enum app_colour colour)
{
    if (canvas->colour != colour)
        escape(canvas, colour);
    canvas->colour = colour;
}

void app_canvas_put(struct app_canvas *canvas, const char *text)
{
    for (; *text; text++) {
        if (!continues(*text)) {
            if (controls(*text))
                continue;
            if (canvas->column >= canvas->columns)
                return;
            canvas->column++;
        }
        kaiku_buffer_char(canvas->out, *text);
    }
}

void app_canvas_format(struct app_canvas *canvas, const char *format, ...)
{
    char text[400];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    app_canvas_put(canvas, text);
}

int app_canvas_width(const char *text)
{
    int width = 0;

    for (; *text; text++)
        width += !continues(*text) && !controls(*text);
    return width;
}

void app_canvas_repeat(struct app_canvas *canvas, const char *character, int n)
{
    for (int i = 0; i < n; i++)
        app_canvas_put(canvas, character);
}

void app_canvas_to(struct app_canvas *canvas, int column)
{
    app_canvas_repeat(canvas, " ", column - canvas->column);
}

void app_canvas_right(struct app_canvas *canvas, const char *text, int columns)
{
    app_canvas_repeat(canvas, " ", columns - app_canvas_width(text));
    app_canvas_put(canvas, text);
}

void app_canvas_line(struct app_canvas *canvas)
{
    app_canvas_colour(canvas, APP_PLAIN);
    kaiku_buffer_char(canvas->out, '\n');
    canvas->column = 0;
}

void app_canvas_flow(struct app_canvas *canvas, const char *text, int indent)
{
    enum app_colour colour = canvas->colour;

    if (canvas->column > indent && canvas->column + app_canvas_width(text) > canvas->columns) {
        app_canvas_line(canvas);
        app_canvas_to(canvas, indent);
        app_canvas_colour(canvas, colour);
        while (*text == ' ')
            text++;
    }
    app_canvas_put(canvas, text);
}
