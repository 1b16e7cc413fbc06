#include "map.h"

#include <base/hash.h>

#include <stdlib.h>

enum { FIRST_SLOTS = 64 };

void verify_map_release(struct verify_map *map)
{
    struct verify_node *node = map->first;

    while (node) {
        struct verify_node *after = node->after;
        free(node);
        node = after;
    }
    free(map->slots);
    *map = (struct verify_map){.record_size = map->record_size};
}

static struct verify_node *find(const struct verify_map *map, struct kaiku_text key, uint64_t hash)
{
    struct verify_node *node = map->n_slots ? map->slots[hash & (map->n_slots - 1)] : NULL;

    while (node && (node->hash != hash || !kaiku_text_equal(verify_map_key(map, node), key)))
        node = node->below;
    return node;
}

struct verify_node *verify_map_find(const struct verify_map *map, struct kaiku_text key)
{
    return find(map, key, kaiku_hash_keyed(key.data, key.size));
}

static void enter(struct verify_node **slots, size_t n_slots, struct verify_node *node)
{
    struct verify_node **slot = &slots[node->hash & (n_slots - 1)];

    node->below = *slot;
    *slot = node;
}

static int grow(struct verify_map *map)
{
    size_t n_slots = map->n_slots ? 2 * map->n_slots : FIRST_SLOTS;
    struct verify_node **slots = calloc(n_slots, sizeof *slots);

    if (!slots)
        return KAIKU_NOMEM;
    for (struct verify_node *node = map->first; node; node = node->after)
        enter(slots, n_slots, node);
    free(map->slots);
    map->slots = slots;
    map->n_slots = n_slots;
    return KAIKU_OK;
}

static struct verify_node *make(struct verify_map *map, struct kaiku_text key, uint64_t hash)
{
    struct verify_node *node;

    if (map->count == map->n_slots && grow(map) != KAIKU_OK)
        return NULL;
    node = calloc(1, sizeof *node + map->record_size + key.size);
    if (!node)
        return NULL;
    node->hash = hash;
    node->key_size = key.size;
    kaiku_bytes_copy(node->record + map->record_size, key.data, key.size);
    enter(map->slots, map->n_slots, node);
    if (map->last)
        map->last->after = node;
    else
        map->first = node;
    map->last = node;
    map->count++;
    return node;
}

struct verify_node *verify_map_get(struct verify_map *map, struct kaiku_text key, bool *created)
{
    uint64_t hash = kaiku_hash_keyed(key.data, key.size);
    struct verify_node *node = find(map, key, hash);

    *created = !node;
    return node ? node : make(map, key, hash);
}
