#include "mistakes.h"

#include <stdio.h>
#include <stdlib.h>

int kaiku_mistakes_add_list(struct kaiku_mistakes *mistakes, uint32_t line, uint32_t column,
                            const char *format, va_list arguments)
{
    struct kaiku_mistake *items;
    char *message;

    /* The list is full whenever its size is a power of two. */
    if ((mistakes->n & (mistakes->n - 1)) == 0) {
        size_t room = mistakes->n ? (size_t)mistakes->n * 2 : 1;
        items = realloc(mistakes->items, room * sizeof(*items));
        if (!items)
            return KAIKU_NOMEM;
        mistakes->items = items;
    }
    if (vasprintf(&message, format, arguments) < 0)
        return KAIKU_NOMEM;
    mistakes->items[mistakes->n++] = (struct kaiku_mistake){line, column, message};
    return KAIKU_OK;
}

int kaiku_mistakes_add(struct kaiku_mistakes *mistakes, uint32_t line, uint32_t column,
                       const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    int status = kaiku_mistakes_add_list(mistakes, line, column, format, arguments);
    va_end(arguments);
    return status;
}

static int compare(const void *left, const void *right)
{
    const struct kaiku_mistake *a = left, *b = right;

    if (a->line != b->line)
        return a->line < b->line ? -1 : 1;
    if (a->column != b->column)
        return a->column < b->column ? -1 : 1;
    return strcmp(a->message, b->message); /* qsort keeps no order of its own */
}

void kaiku_mistakes_sort(struct kaiku_mistakes *mistakes)
{
    if (mistakes->n)
        qsort(mistakes->items, mistakes->n, sizeof(*mistakes->items), compare);
}

void kaiku_mistakes_print(const struct kaiku_mistakes *mistakes, const char *name, FILE *out)
{
    for (uint32_t i = 0; i < mistakes->n; i++) {
        const struct kaiku_mistake *mistake = &mistakes->items[i];
        if (mistake->line)
            fprintf(out, "%s:%u:%u: %s\n", name, mistake->line, mistake->column, mistake->message);
        else
            fprintf(out, "%s: %s\n", name, mistake->message);
    }
}

void kaiku_mistakes_release(struct kaiku_mistakes *mistakes)
{
    for (uint32_t i = 0; i < mistakes->n; i++)
        free(mistakes->items[i].message);
    free(mistakes->items);
    *mistakes = (struct kaiku_mistakes){0};
}

struct kaiku_quote kaiku_quote(struct kaiku_text text)
{
    struct kaiku_quote quote;
    struct kaiku_text shown = kaiku_text_cut(text, sizeof(quote.text) - 6);
    size_t size = 0;

    quote.text[size++] = '\'';
    for (size_t i = 0; i < shown.size; i++) {
        unsigned char byte = (unsigned char)shown.data[i];
        quote.text[size++] = byte < ' ' || byte == 127 ? ' ' : shown.data[i];
    }
    memcpy(quote.text + size, shown.size < text.size ? "...'" : "'",
           shown.size < text.size ? 5 : 2);
    return quote;
}
