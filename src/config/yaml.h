/* A YAML file as a tree of nodes that know where they stand. libfyaml is known to yaml.c only.
 *
 * Scalars stay text as written. A node that several aliases name stands in the tree several
 * times. */
#ifndef CONFIG_YAML_H
#define CONFIG_YAML_H

#include "mistakes.h"

enum kaiku_yaml_kind { KAIKU_YAML_EMPTY, KAIKU_YAML_SCALAR, KAIKU_YAML_LIST, KAIKU_YAML_MAP };

struct kaiku_yaml {
    enum kaiku_yaml_kind kind;
    uint32_t line, column; /* 1-based; an empty value stands where its key does */
    bool plain;            /* a scalar without quotes */
    bool is_key;
    bool failed;           /* its mistake was told already: readers pass it over in silence */
    /* Scalars: as written, and with ${...} replaced. Messages show the first only, since the second
     * may hold secrets. Both NUL-terminated, owned by the document. */
    struct kaiku_text written, text;
    char *replaced; /* memory of text where it differs from written */
    struct kaiku_yaml_entry *entries;
    uint32_t n;
    char *anchor;
    struct kaiku_yaml *next_anchor;
    struct kaiku_yaml *next; /* of all nodes of the document */
};

struct kaiku_yaml_entry {
    struct kaiku_yaml *key; /* NULL in lists */
    struct kaiku_yaml *value;
};

struct kaiku_yaml_document {
    struct kaiku_yaml *root; /* never NULL once loaded */
    struct kaiku_yaml *nodes;
};

/* CONFIG: the text is no YAML that can be read on, see mistakes. May add mistakes and return OK
 * all the same: keys that stand twice, tags, unknown aliases. Release the document in every
 * case. */
int kaiku_yaml_load(struct kaiku_text text, struct kaiku_mistakes *mistakes,
                    struct kaiku_yaml_document *document) KAIKU_MUST_CHECK;
void kaiku_yaml_release(struct kaiku_yaml_document *document);

/* NULL where map has no such key. */
const struct kaiku_yaml_entry *kaiku_yaml_find(const struct kaiku_yaml *map, const char *key);

/* Replaces ${NAME} and ${file:/path} in all values of the document. */
int kaiku_yaml_substitute(struct kaiku_yaml_document *document, struct kaiku_mistakes *mistakes)
    KAIKU_MUST_CHECK;

#endif
