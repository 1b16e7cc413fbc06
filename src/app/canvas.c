#include "canvas.h"

#include <stdio.h>

#include "utf8.h"

static void escape(struct app_canvas *canvas, enum app_colour colour)
{
    static const char *const codes[] = {"0", "0;1", "0;2", "0;32", "0;33", "0;31", "0;36", "0;7"};

    if (canvas->colours)
        kaiku_buffer_format(canvas->out, "\033[%sm", codes[colour]);
}

void app_canvas_colour(struct app_canvas *canvas, enum app_colour colour)
{
    if (canvas->colour != colour)
        escape(canvas, colour);
    canvas->colour = colour;
}

static void put_text(struct app_canvas *canvas, struct kaiku_text text)
{
    int taken;

    text = app_utf8_fit(text, canvas->columns - canvas->column, &taken);
    canvas->column += taken;
    while (text.size > 0) {
        struct app_character c = app_utf8_first(text);

        if (c.columns >= 0)
            kaiku_buffer_append(canvas->out, text.data, c.size);
        text = (struct kaiku_text){text.data + c.size, text.size - c.size};
    }
}

void app_canvas_put(struct app_canvas *canvas, const char *text)
{
    put_text(canvas, kaiku_text_of(text));
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

int app_canvas_text_width(struct kaiku_text text)
{
    int width;

    app_utf8_fit(text, INT32_MAX, &width);
    return width;
}

int app_canvas_width(const char *text)
{
    return app_canvas_text_width(kaiku_text_of(text));
}

void app_canvas_left(struct app_canvas *canvas, struct kaiku_text text, int columns)
{
    int end = canvas->column + columns, taken;

    if (app_canvas_text_width(text) > columns) {
        put_text(canvas, app_utf8_fit(text, columns - 1, &taken));
        app_canvas_put(canvas, "…");
    } else {
        put_text(canvas, text);
    }
    app_canvas_to(canvas, end);
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

static int count_lines(const struct kaiku_buffer *text)
{
    int n = 0;

    for (size_t i = 0; i < text->size; i++)
        n += text->data[i] == '\n';
    return n;
}

void app_canvas_fit(const struct kaiku_buffer *text, int lines, struct kaiku_buffer *out)
{
    int over = lines > 0 ? count_lines(text) - lines : 0, left = lines > 0 ? lines : INT32_MAX;

    for (size_t at = 0; at < text->size && left > 0;) {
        const char *line = text->data + at;
        size_t size = (size_t)((const char *)memchr(line, '\n', text->size - at) - line) + 1;

        at += size;
        if (size == 1 && over > 0) {
            over--;
            continue;
        }
        kaiku_buffer_append(out, line, size);
        left--;
    }
}
