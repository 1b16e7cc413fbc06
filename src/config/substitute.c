/* ${NAME} and ${file:/path}. Replaced after the YAML was read, so that a secret with characters
 * that mean something in YAML does no harm. The text that comes in never shows in a message. */
#include "yaml.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SECRET_MAX = 64 << 10 }; /* bytes of a file's first line */

struct replacement {
    struct kaiku_yaml *node;
    struct kaiku_mistakes *mistakes;
    struct kaiku_quote form; /* the ${...} being replaced */
    struct kaiku_buffer out;
};

static int refuse(struct replacement *r, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static int refuse(struct replacement *r, const char *format, ...)
{
    va_list arguments;

    r->node->failed = true;
    va_start(arguments, format);
    int status = kaiku_mistakes_add_list(r->mistakes, r->node->line, r->node->column, format,
                                         arguments);
    va_end(arguments);
    return status;
}

static bool is_variable_name(const char *name)
{
    size_t n = strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789");

    return n > 0 && name[n] == '\0' && !(name[0] >= '0' && name[0] <= '9');
}

/* What a process was started with can be read in /proc as long as it runs, and is kept beside its
 * core dumps. Nothing changes for whoever asks for the variable, be it another thread: its value moves to the heap, by
 * one store, and stays there. */
static int hide_variable(const char *name, char *value)
{
    if (setenv(name, value, 1))
        return KAIKU_NOMEM;
    if (getenv(name) != value) /* a second setenv of the same value keeps the first */
        explicit_bzero(value, strlen(value));
    return KAIKU_OK;
}

static int put_variable(struct replacement *r, const char *name)
{
    char *value = getenv(name);

    if (!value)
        return refuse(r, "cannot replace %s: no such environment variable", r->form.text);
    kaiku_buffer_string(&r->out, value);
    return hide_variable(name, value);
}

/* Appends the first line of what was read. */
static int put_line(struct replacement *r, const char *data, size_t size)
{
    const char *end = memchr(data, '\n', size);

    if (size == 0)
        return refuse(r, "cannot replace %s: the file is empty", r->form.text);
    if (!end && size > SECRET_MAX)
        return refuse(r, "cannot replace %s: its first line is longer than %d bytes", r->form.text,
                      SECRET_MAX);
    if (end)
        size = (size_t)(end - data);
    if (size > 0 && data[size - 1] == '\r')
        size--;
    if (memchr(data, '\0', size))
        return refuse(r, "cannot replace %s: its first line holds a NUL", r->form.text);
    kaiku_buffer_append(&r->out, data, size);
    return KAIKU_OK;
}

static int put_file(struct replacement *r, const char *path)
{
    char data[SECRET_MAX + 1];

    FILE *file = fopen(path, "re");
    if (!file)
        return refuse(r, "cannot replace %s: %s", r->form.text, strerror(errno));
    errno = 0;
    size_t size = fread(data, 1, sizeof(data), file);
    int problem = ferror(file) ? errno : 0;
    fclose(file);
    if (problem)
        return refuse(r, "cannot replace %s: %s", r->form.text, strerror(problem));
    return put_line(r, data, size);
}

/* form: "${...}" */
static int put_replacement(struct replacement *r, struct kaiku_text form)
{
    char *name = strndup(form.data + 2, form.size - 3);
    int status;

    if (!name)
        return KAIKU_NOMEM;
    r->form = kaiku_quote(form);
    if (strncmp(name, "file:/", 6) == 0)
        status = put_file(r, name + 5);
    else if (is_variable_name(name))
        status = put_variable(r, name);
    else
        status = refuse(r, "expects ${NAME} or ${file:/path}, not %s", r->form.text);
    free(name);
    return status;
}

static int replace(struct replacement *r)
{
    const char *here = r->node->written.data;
    const char *end = here + r->node->written.size;
    const char *start;

    while ((start = memmem(here, (size_t)(end - here), "${", 2))) {
        const char *stop = memchr(start, '}', (size_t)(end - start));
        if (!stop)
            return refuse(r, "'${' without its '}'");
        kaiku_buffer_append(&r->out, here, (size_t)(start - here));
        int status = put_replacement(r, (struct kaiku_text){start, (size_t)(stop + 1 - start)});
        if (status || r->node->failed)
            return status;
        here = stop + 1;
    }
    kaiku_buffer_append(&r->out, here, (size_t)(end - here));
    kaiku_buffer_cstring(&r->out); /* the NUL behind it */
    return r->out.failed ? KAIKU_NOMEM : KAIKU_OK;
}

int kaiku_yaml_substitute(struct kaiku_yaml_document *document, struct kaiku_mistakes *mistakes)
{
    int status = KAIKU_OK;

    for (struct kaiku_yaml *node = document->nodes; node && status == KAIKU_OK; node = node->next) {
        struct replacement r = {.node = node, .mistakes = mistakes};
        if (node->is_key || node->failed || node->written.size < 2 ||
            !memmem(node->written.data, node->written.size, "${", 2))
            continue;
        status = replace(&r);
        if (status == KAIKU_OK && !node->failed) {
            node->text = kaiku_buffer_as_text(&r.out);
            node->replaced = r.out.data;
        } else {
            kaiku_buffer_release(&r.out);
        }
    }
    return status;
}
