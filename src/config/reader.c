#include "reader.h"

#include <stdio.h>
#include <stdlib.h>

/* Plain words that YAML takes for null, and a value that is not there. */
static bool is_null(const struct kaiku_yaml *node)
{
    static const char *const words[] = {"~", "null", "Null", "NULL"};

    if (node->kind == KAIKU_YAML_EMPTY)
        return true;
    for (size_t i = 0; node->plain && i < KAIKU_LENGTH(words); i++)
        if (kaiku_text_equal(node->written, kaiku_text_of(words[i])))
            return true;
    return false;
}

void kaiku_mistake(struct kaiku_reader *reader, const struct kaiku_yaml *node, const char *format,
                   ...)
{
    va_list arguments;

    va_start(arguments, format);
    if (kaiku_mistakes_add_list(reader->mistakes, node->line, node->column, format, arguments))
        reader->out_of_memory = true;
    va_end(arguments);
}

void kaiku_mistake_expects(struct kaiku_reader *reader, const struct kaiku_yaml *node,
                           const char *format, ...)
{
    char expected[256];
    va_list arguments;

    if (node->failed)
        return;
    va_start(arguments, format);
    vsnprintf(expected, sizeof(expected), format, arguments);
    va_end(arguments);
    if (is_null(node))
        kaiku_mistake(reader, node, "expects %s, not nothing", expected);
    else if (node->kind == KAIKU_YAML_SCALAR)
        kaiku_mistake(reader, node, "expects %s, not %s", expected,
                      kaiku_quote(node->written).text);
    else
        kaiku_mistake(reader, node, "expects %s, not %s", expected,
                      node->kind == KAIKU_YAML_LIST ? "a list" : "a mapping");
}

void kaiku_mistake_unknown(struct kaiku_reader *reader, const struct kaiku_yaml *node,
                           const char *what, const struct kaiku_suggestion *suggestion)
{
    struct kaiku_quote wrong = kaiku_quote_part(node, suggestion->wrong);

    if (suggestion->best)
        kaiku_mistake(reader, node, "unknown %s %s, did you mean '%s'?", what, wrong.text,
                      suggestion->best);
    else
        kaiku_mistake(reader, node, "unknown %s %s: none is configured", what, wrong.text);
}

struct kaiku_quote kaiku_quote_part(const struct kaiku_yaml *node, struct kaiku_text part)
{
    return kaiku_quote(node->replaced ? node->written : part);
}

void *kaiku_reader_allocate(struct kaiku_reader *reader, size_t n, size_t size)
{
    void *memory = calloc(n ? n : 1, size);

    reader->out_of_memory |= !memory;
    return memory;
}

char *kaiku_reader_copy(struct kaiku_reader *reader, struct kaiku_text text)
{
    char *copy = kaiku_reader_allocate(reader, text.size + 1, 1);

    if (copy && text.size)
        memcpy(copy, text.data, text.size);
    return copy;
}

bool kaiku_read_open_map(struct kaiku_reader *reader, const struct kaiku_yaml *node,
                         const char *what)
{
    if (node && node->kind != KAIKU_YAML_MAP)
        kaiku_mistake_expects(reader, node, "%s", what);
    return node && node->kind == KAIKU_YAML_MAP;
}

bool kaiku_read_map(struct kaiku_reader *reader, const struct kaiku_yaml *node, const char *what,
                    const char *const *keys, size_t n_keys)
{
    if (!kaiku_read_open_map(reader, node, what))
        return false;
    for (uint32_t i = 0; i < node->n; i++) {
        const struct kaiku_yaml *key = node->entries[i].key;
        struct kaiku_suggestion suggestion = kaiku_suggestion_for(key->text);
        if (key->failed)
            continue;
        for (size_t j = 0; j < n_keys; j++)
            kaiku_suggestion_offer(&suggestion, keys[j]);
        if (suggestion.distance > 0)
            kaiku_mistake_unknown(reader, key, "key", &suggestion);
    }
    return true;
}

bool kaiku_read_list(struct kaiku_reader *reader, const struct kaiku_yaml *node, const char *what,
                     uint32_t min, uint32_t max)
{
    if (!node)
        return false;
    if (node->kind != KAIKU_YAML_LIST) {
        kaiku_mistake_expects(reader, node, "%s", what);
        return false;
    }
    if (node->n < min) {
        kaiku_mistake(reader, node, "expects %s, not an empty list", what);
        return false;
    }
    if (node->n > max) {
        kaiku_mistake(reader, node->entries[max].value, "more than %u in one list", max);
        return false;
    }
    return true;
}

bool kaiku_read_scalar(struct kaiku_reader *reader, const struct kaiku_yaml *node, const char *what)
{
    if (!node || node->failed)
        return false;
    if (node->kind == KAIKU_YAML_SCALAR && !is_null(node))
        return true;
    kaiku_mistake_expects(reader, node, "%s", what);
    return false;
}

const struct kaiku_yaml *kaiku_map_get(const struct kaiku_yaml *map, const char *key)
{
    const struct kaiku_yaml_entry *entry = kaiku_yaml_find(map, key);

    return entry ? entry->value : NULL;
}

const struct kaiku_yaml *kaiku_map_need(struct kaiku_reader *reader, const struct kaiku_yaml *map,
                                        const char *key)
{
    const struct kaiku_yaml *value = kaiku_map_get(map, key);

    if (!value)
        kaiku_mistake(reader, map, "missing key '%s'", key);
    return value;
}
