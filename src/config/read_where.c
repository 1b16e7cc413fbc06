/* where: a filter on the values of dimensions. */
#include "sections.h"

#include <stdlib.h>

/* One value, as a list of one. */
static void read_single(struct kaiku_reader *reader, const struct kaiku_yaml *node,
                        struct kaiku_where_term *term)
{
    struct kaiku_yaml_entry entry = {NULL, (struct kaiku_yaml *)node};
    const struct kaiku_yaml list = {.kind = KAIKU_YAML_LIST, .entries = &entry, .n = 1};

    kaiku_read_values(reader, &list, &term->values, &term->n_values);
}

void kaiku_read_where(struct kaiku_reader *reader, const struct kaiku_yaml *node,
                      struct kaiku_where *out)
{
    if (!kaiku_read_open_map(reader, node, "a mapping from dimensions to lists of values"))
        return;
    for (uint32_t i = 0; i < node->n; i++) {
        const struct kaiku_yaml_entry *entry = &node->entries[i];
        int dimension = entry->key->failed ? -1 : kaiku_find_dimension(reader, entry->key);
        if (dimension < 0)
            continue;
        /* Keys differ, so there are no more terms than dimensions. */
        struct kaiku_where_term *term = &out->terms[out->n++];
        term->dimension = (uint32_t)dimension;
        if (entry->value->kind == KAIKU_YAML_SCALAR)
            read_single(reader, entry->value, term);
        else
            kaiku_read_values(reader, entry->value, &term->values, &term->n_values);
    }
}
