/* "<= 20", and lists of values: what answers and events are compared with. */
#include "reader.h"

#include <stdlib.h>

static const struct {
    const char *text;
    enum kaiku_relation relation;
} relations[] = {
    {"<=", KAIKU_LE}, {">=", KAIKU_GE}, {"==", KAIKU_EQ}, {"<", KAIKU_LT}, {">", KAIKU_GT},
};

/* The relation at the start of text; returns its size, 0 where there is none. */
static size_t read_relation(struct kaiku_text text, enum kaiku_relation *out)
{
    for (size_t i = 0; i < KAIKU_LENGTH(relations); i++) {
        size_t size = strlen(relations[i].text);
        if (text.size >= size && memcmp(text.data, relations[i].text, size) == 0) {
            *out = relations[i].relation;
            return size;
        }
    }
    return 0;
}

bool kaiku_read_condition(struct kaiku_reader *reader, const struct kaiku_yaml *node,
                          struct kaiku_text text, struct kaiku_condition *out)
{
    /* The limit borrows its digits, so they must stand in memory of the condition. */
    text = kaiku_text_trim(text);
    char *copy = kaiku_reader_copy(reader, text);
    if (!copy)
        return false;
    size_t size = read_relation((struct kaiku_text){copy, text.size}, &out->relation);
    struct kaiku_text number = kaiku_text_trim((struct kaiku_text){copy + size, text.size - size});
    if (size == 0 || kaiku_decimal_read(number, &out->limit)) {
        kaiku_mistake(reader, node,
                      "expects <, <=, >, >= or == and a number, such as <= 20, not %s",
                      kaiku_quote_part(node, text).text);
        free(copy);
        return false;
    }
    out->text = copy;
    return true;
}

void kaiku_read_values(struct kaiku_reader *reader, const struct kaiku_yaml *node,
                       struct kaiku_text **values, uint32_t *n_values)
{
    uint32_t n = 0;

    if (!kaiku_read_list(reader, node, "a list of values", 1, UINT32_MAX))
        return;
    *values = kaiku_reader_allocate(reader, node->n, sizeof(**values));
    if (!*values)
        return;
    for (uint32_t i = 0; i < node->n; i++) {
        const struct kaiku_yaml *item = node->entries[i].value;
        /* Not kaiku_read_scalar: null is a text like any other here. */
        if (item->kind != KAIKU_YAML_SCALAR) {
            kaiku_mistake_expects(reader, item, "a value");
            continue;
        }
        char *copy = item->failed ? NULL : kaiku_reader_copy(reader, item->text);
        if (copy)
            (*values)[n++] = (struct kaiku_text){copy, item->text.size};
    }
    *n_values = n;
}
