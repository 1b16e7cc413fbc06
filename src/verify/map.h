/* A hash map from bytes to records of one size. Keys are copied; a record is zero at first and stays where it is. */
#ifndef VERIFY_MAP_H
#define VERIFY_MAP_H

#include <base/text.h>

struct verify_node {
    struct verify_node *below; /* of the same slot */
    struct verify_node *after; /* in the order in which they came */
    uint64_t hash;
    size_t key_size;
    _Alignas(16) char record[]; /* the record, then the key */
};

struct verify_map {
    size_t record_size; /* set by the owner; all else zero at first */
    struct verify_node **slots;
    size_t n_slots, count;
    struct verify_node *first, *last;
};

/* What a record owns is its owner's to release. */
void verify_map_release(struct verify_map *map);

/* NULL where there is none. */
struct verify_node *verify_map_find(const struct verify_map *map, struct kaiku_text key);
/* NULL when out of memory. */
struct verify_node *verify_map_get(struct verify_map *map, struct kaiku_text key, bool *created);

static inline struct kaiku_text verify_map_key(const struct verify_map *map,
                                               const struct verify_node *node)
{
    return (struct kaiku_text){node->record + map->record_size, node->key_size};
}

#endif
