/* Readers of single values. */
#include "reader.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

void kaiku_read_text(struct kaiku_reader *reader, const struct kaiku_yaml *node, const char *what,
                     size_t max, char **out)
{
    if (!kaiku_read_scalar(reader, node, what))
        return;
    if (node->text.size == 0) {
        kaiku_mistake(reader, node, "expects %s, not an empty text", what);
        return;
    }
    if (node->text.size > max) {
        kaiku_mistake(reader, node, "longer than %zu bytes", max);
        return;
    }
    free(*out);
    *out = kaiku_reader_copy(reader, node->text);
}

void kaiku_read_integer(struct kaiku_reader *reader, const struct kaiku_yaml *node, int64_t min,
                        int64_t max, int64_t *out)
{
    int64_t value;

    if (!kaiku_read_scalar(reader, node, "a whole number"))
        return;
    if (kaiku_integer_read(node->text, &value) || value < min || value > max)
        kaiku_mistake_expects(reader, node, "a whole number from %" PRId64 " to %" PRId64, min,
                              max);
    else
        *out = value;
}

void kaiku_read_uint32(struct kaiku_reader *reader, const struct kaiku_yaml *node, uint32_t min,
                       uint32_t max, uint32_t *out)
{
    int64_t value = *out;

    kaiku_read_integer(reader, node, min, max, &value);
    *out = (uint32_t)value;
}

void kaiku_read_duration(struct kaiku_reader *reader, const struct kaiku_yaml *node, int64_t min_ms,
                         int64_t max_ms, int64_t *out_ms)
{
    int64_t value;

    if (!kaiku_read_scalar(reader, node, "a duration such as 250ms, 30s, 5m, 1h or 7d"))
        return;
    if (kaiku_duration_read(node->text, &value))
        kaiku_mistake_expects(reader, node, "a duration such as 250ms, 30s, 5m, 1h or 7d");
    else if (value < min_ms || value > max_ms)
        kaiku_mistake_expects(reader, node, "a duration from %s to %s",
                              kaiku_duration_write(min_ms).text, kaiku_duration_write(max_ms).text);
    else
        *out_ms = value;
}

bool kaiku_read_name(struct kaiku_reader *reader, const struct kaiku_yaml *node,
                     char out[KAIKU_MAX_NAME + 1])
{
    if (!kaiku_read_scalar(reader, node, "a name"))
        return false;
    if (node->text.size > KAIKU_MAX_NAME) {
        kaiku_mistake(reader, node, "name %s is longer than %d bytes",
                      kaiku_quote(node->written).text, KAIKU_MAX_NAME);
        return false;
    }
    if (!kaiku_name_is_valid(node->text)) {
        kaiku_mistake_expects(reader, node, "a name of a-z, 0-9 and _ that begins with a letter");
        if (node->replaced)
            return false; /* it may be a secret, which no suggestion should show */
    }
    /* A name that is not quite right is known all the same: what refers to it is no mistake. */
    memcpy(out, node->text.data, node->text.size);
    out[node->text.size] = '\0';
    return true;
}

int kaiku_read_choice(struct kaiku_reader *reader, const struct kaiku_yaml *node,
                      const char *const *choices, size_t n_choices)
{
    char list[160] = "";
    size_t size = 0;

    for (size_t i = 0; i < n_choices; i++) {
        const char *join = i == 0 ? "" : i + 1 == n_choices ? " or " : ", ";
        size += (size_t)snprintf(list + size, sizeof(list) - size, "%s'%s'", join, choices[i]);
    }
    if (!kaiku_read_scalar(reader, node, list))
        return -1;
    for (size_t i = 0; i < n_choices; i++)
        if (kaiku_text_equal(node->text, kaiku_text_of(choices[i])))
            return (int)i;
    kaiku_mistake_expects(reader, node, "%s", list);
    return -1;
}

bool kaiku_read_pointer(struct kaiku_reader *reader, const struct kaiku_yaml *node, uint32_t *out)
{
    struct kaiku_model *model = reader->model;
    uint32_t i = 0;

    if (!kaiku_read_scalar(reader, node, "a JSON Pointer such as /channel"))
        return false;
    if (!kaiku_pointer_is_valid(node->text)) {
        kaiku_mistake_expects(reader, node, "a JSON Pointer such as /channel");
        return false;
    }
    while (i < model->n_pointers &&
           !kaiku_text_equal(kaiku_text_of(model->pointers[i]), node->text))
        i++;
    if (i == KAIKU_MAX_POINTERS) {
        kaiku_mistake(reader, node, "more than %d different pointers", KAIKU_MAX_POINTERS);
        return false;
    }
    if (i == model->n_pointers) {
        char *copy = kaiku_reader_copy(reader, node->text);
        if (!copy)
            return false;
        model->pointers[model->n_pointers++] = copy;
    }
    *out = i;
    return true;
}
