/* The JSON Pointers of a model as a trie: one node for each distinct path, the first one the root.
 *
 * Immutable after init. Keys of a record are looked up among the children of the node whose object
 * they stand in, in constant time whatever the number of pointers. */
#ifndef DECODE_PATHS_H
#define DECODE_PATHS_H

#include <base/text.h>

#include <endian.h>

#define KAIKU_PATHS_NO_INDEX UINT32_MAX

struct kaiku_path_node {
    /* The path's last token, unescaped. For comparison by words: its first 8 bytes and 8 bytes
     * from tail, which hold its first 16 bytes; with mask where it has less than 8. */
    uint64_t first, last, mask;
    uint32_t size, tail;
    uint32_t number;  /* its place in the array of nodes: 0 is the root */
    uint8_t repeats;  /* all bits set but for the root: bits of a kind that forbid another value */
    bool is_entered;  /* pointers lead further from here; not set for the root */
    const struct kaiku_path_node *next;     /* in the same bucket of the parent, or NULL */
    const struct kaiku_path_node **buckets; /* of its children; NULL where it has none */
    uint32_t shift, seed;                   /* how a hash becomes one of them */
    const char *name;                       /* the token, which stands between quotes */
    uint32_t index;                         /* it as an array index, or KAIKU_PATHS_NO_INDEX */
    uint32_t n_children;
    struct kaiku_path_node *child, *sibling; /* first child, next child of the same parent */
};

struct kaiku_paths {
    struct kaiku_path_node *nodes;
    uint32_t n_nodes;
    uint32_t depth; /* tokens of the longest pointer */
    const struct kaiku_path_node **buckets;
    uint32_t *ends; /* the node of each pointer */
    uint32_t *used; /* the nodes where a pointer ends, each once, in the order of the pointers */
    uint32_t n_used;
    char *names;
};

/* Copies the pointers. NULL among them leads nowhere. */
int kaiku_paths_init(struct kaiku_paths *paths, char *const *pointers, uint32_t n) KAIKU_MUST_CHECK;
void kaiku_paths_release(struct kaiku_paths *paths);

static inline uint64_t kaiku_path_word(const char *p)
{
    uint64_t word;

    memcpy(&word, p, sizeof(word));
    return le64toh(word);
}

/* Samples two bytes of the middle and the last one; data stands between quotes, which are what is
 * sampled of a key without bytes of its own. */
static inline uint32_t kaiku_path_bucket(const struct kaiku_path_node *parent, const char *data,
                                         uint32_t size)
{
    uint16_t middle;
    uint32_t sample;

    memcpy(&middle, data + (ptrdiff_t)(size / 2) - 1, sizeof(middle));
    sample = (uint32_t)middle | (uint32_t)(unsigned char)data[(ptrdiff_t)size - 1] << 16 |
             size << 24;
    return sample * parent->seed >> parent->shift;
}

static inline bool kaiku_path_matches(const struct kaiku_path_node *node, const char *data,
                                      uint32_t size)
{
    uint64_t differences = ((kaiku_path_word(data) & node->mask) ^ node->first) |
                           ((kaiku_path_word(data + node->tail) & node->mask) ^ node->last) |
                           (node->size ^ size);

    return differences == 0 && (size <= 16 || memcmp(node->name + 16, data + 16, size - 16) == 0);
}

/* The child of parent that stands under this key, or the root where there is none; parent must have
 * children. The key stands between quotes, and 16 bytes must be readable at data in any case. */
static inline const struct kaiku_path_node *kaiku_paths_member(const struct kaiku_path_node *root,
                                                               const struct kaiku_path_node *parent,
                                                               const char *data, uint32_t size)
{
    const struct kaiku_path_node *node = parent->buckets[kaiku_path_bucket(parent, data, size)];
    bool matches = kaiku_path_matches(node, data, size);

    while (__builtin_expect(!matches && node->next, 0)) {
        node = node->next;
        matches = kaiku_path_matches(node, data, size);
    }
    /* Without a branch: known and unknown keys follow each other in no order to foresee. */
    return root + (node - root) * matches;
}

/* The child of parent that stands at this index of an array, or the root where there is none. */
static inline const struct kaiku_path_node *
kaiku_paths_element(const struct kaiku_path_node *root, const struct kaiku_path_node *parent,
                    uint32_t index)
{
    const struct kaiku_path_node *node = parent->child;

    while (node && node->index != index)
        node = node->sibling;
    return node ? node : root;
}

#endif
