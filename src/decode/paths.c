#include "paths.h"

#include <stdlib.h>

enum {
    WORD = 8,
    FEWEST_BITS = 3,
    SEEDS = 256, /* how many are tried */
};

/* "0", or digits that begin with another one; beyond any array of a record is as good as none. */
static uint32_t array_index(const char *name, uint32_t size)
{
    uint64_t index = 0;

    if (size == 0 || (size > 1 && name[0] == '0'))
        return KAIKU_PATHS_NO_INDEX;
    for (uint32_t i = 0; i < size; i++) {
        if (name[i] < '0' || name[i] > '9' || index > UINT32_MAX)
            return KAIKU_PATHS_NO_INDEX;
        index = index * 10 + (uint64_t)(name[i] - '0');
    }
    return index < KAIKU_PATHS_NO_INDEX ? (uint32_t)index : KAIKU_PATHS_NO_INDEX;
}

/* Copies one token up to '/' or NUL to name, unescaped as RFC 6901 says; returns its size. */
static uint32_t copy_token(const char **pointer, char *name)
{
    const char *p = *pointer;
    uint32_t size = 0;

    for (; *p && *p != '/'; p++) {
        char c = *p;

        if (c == '~' && (p[1] == '0' || p[1] == '1'))
            c = *++p == '0' ? '~' : '/';
        name[size++] = c;
    }
    *pointer = p;
    return size;
}

static struct kaiku_path_node *find_child(const struct kaiku_path_node *parent, const char *name,
                                          uint32_t size)
{
    struct kaiku_path_node *node = parent->child;

    while (node && (node->size != size || memcmp(node->name, name, size) != 0))
        node = node->sibling;
    return node;
}

static struct kaiku_path_node *add_child(struct kaiku_paths *paths, struct kaiku_path_node *parent,
                                         const char *name, uint32_t size)
{
    uint64_t mask = size < WORD ? (UINT64_C(1) << (size * 8)) - 1 : UINT64_MAX;
    uint32_t tail = size > WORD ? (size < 2 * WORD ? size : 2 * WORD) - WORD : 0;
    struct kaiku_path_node *node = &paths->nodes[paths->n_nodes];

    *node = (struct kaiku_path_node){
        .mask = mask,
        .first = kaiku_path_word(name) & mask,
        .last = kaiku_path_word(name + tail) & mask,
        .size = size,
        .tail = tail,
        .number = paths->n_nodes++,
        .repeats = UINT8_MAX,
        .name = name,
        .index = array_index(name, size),
        .sibling = parent->child,
    };
    parent->child = node;
    parent->is_entered = parent->number != 0;
    parent->n_children++;
    return node;
}

/* Adds the path of a pointer; returns its node. Names go to *names and move it on. */
static uint32_t add_pointer(struct kaiku_paths *paths, const char *pointer, char **names)
{
    struct kaiku_path_node *node = paths->nodes;
    uint32_t depth = 0;

    for (; *pointer == '/'; depth++) {
        struct kaiku_path_node *child;
        uint32_t size;

        pointer++;
        (*names)[0] = '"';
        size = copy_token(&pointer, *names + 1);
        (*names)[size + 1] = '"';
        child = find_child(node, *names + 1, size);
        if (!child) {
            child = add_child(paths, node, *names + 1, size);
            *names += size + 2;
        }
        node = child;
    }
    if (depth > paths->depth)
        paths->depth = depth;
    return node->number;
}

/* Four buckets a child and more: most keys that no pointer names fall into an empty one. */
static uint32_t bucket_bits(uint32_t n_children)
{
    uint32_t bits = FEWEST_BITS;

    while (UINT64_C(1) << bits < UINT64_C(4) * n_children)
        bits++;
    return bits;
}

/* Puts the children of node into their buckets; returns how many meet an earlier child there. */
static uint32_t fill_buckets(const struct kaiku_path_node *root, struct kaiku_path_node *node)
{
    uint32_t shared = 0;

    for (uint32_t i = 0; i < UINT32_C(1) << (32 - node->shift); i++)
        node->buckets[i] = root;
    for (struct kaiku_path_node *child = node->child; child; child = child->sibling) {
        uint32_t i = kaiku_path_bucket(node, child->name, child->size);

        shared += node->buckets[i] != root;
        child->next = node->buckets[i] != root ? node->buckets[i] : NULL;
        node->buckets[i] = child;
    }
    return shared;
}

/* Looks for a seed that gives each child a bucket of its own, or else as many as possible. */
static void choose_seed(const struct kaiku_path_node *root, struct kaiku_path_node *node)
{
    uint32_t seed = UINT32_C(0x9e3779b1), best = seed, fewest = UINT32_MAX;

    for (int i = 0; i < SEEDS && fewest > 0; i++, seed = seed * 747796405 + 2) {
        uint32_t shared;

        node->seed = seed | 1;
        shared = fill_buckets(root, node);
        if (shared < fewest) {
            fewest = shared;
            best = node->seed;
        }
    }
    node->seed = best;
    fill_buckets(root, node);
}

static int build_buckets(struct kaiku_paths *paths)
{
    size_t n = 0;

    for (uint32_t i = 0; i < paths->n_nodes; i++)
        if (paths->nodes[i].child)
            n += (size_t)1 << bucket_bits(paths->nodes[i].n_children);
    paths->buckets = calloc(n ? n : 1, sizeof(*paths->buckets));
    if (!paths->buckets)
        return KAIKU_NOMEM;
    n = 0;
    for (uint32_t i = 0; i < paths->n_nodes; i++) {
        struct kaiku_path_node *node = &paths->nodes[i];
        uint32_t bits = bucket_bits(node->n_children);

        if (!node->child)
            continue;
        node->buckets = &paths->buckets[n];
        node->shift = 32 - bits;
        n += (size_t)1 << bits;
        choose_seed(paths->nodes, node);
    }
    return KAIKU_OK;
}

/* Different pointers may be the same path: "/a~" and "/a~0". */
static void add_used(struct kaiku_paths *paths, uint32_t node)
{
    for (uint32_t i = 0; i < paths->n_used; i++)
        if (paths->used[i] == node)
            return;
    paths->used[paths->n_used++] = node;
}

int kaiku_paths_init(struct kaiku_paths *paths, char *const *pointers, uint32_t n)
{
    size_t n_nodes = 1, size = 2 * WORD; /* read beyond the last name */
    char *names;

    for (uint32_t i = 0; i < n; i++) {
        for (const char *p = pointers[i]; p && *p; p++) {
            n_nodes += *p == '/';
            size += *p == '/' ? 2 : 1; /* two quotes a token */
        }
    }
    *paths = (struct kaiku_paths){
        .nodes = calloc(n_nodes, sizeof(*paths->nodes)),
        .n_nodes = 1,
        .ends = calloc(n ? n : 1, sizeof(*paths->ends)),
        .used = calloc(n ? n : 1, sizeof(*paths->used)),
        .names = calloc(size, 1),
    };
    if (!paths->nodes || !paths->ends || !paths->used || !paths->names)
        goto fail;
    paths->nodes->size = UINT32_MAX; /* no key is the root */
    names = paths->names;
    for (uint32_t i = 0; i < n; i++) {
        if (!pointers[i])
            continue;
        paths->ends[i] = add_pointer(paths, pointers[i], &names);
        add_used(paths, paths->ends[i]);
    }
    if (build_buckets(paths) != KAIKU_OK)
        goto fail;
    return KAIKU_OK;

fail:
    kaiku_paths_release(paths);
    return KAIKU_NOMEM;
}

void kaiku_paths_release(struct kaiku_paths *paths)
{
    free(paths->nodes);
    free(paths->buckets);
    free(paths->ends);
    free(paths->used);
    free(paths->names);
    *paths = (struct kaiku_paths){0};
}
