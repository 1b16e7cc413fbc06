#include "naive.h"
#include "bench.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_BUCKETS = 16, ALIGNMENT = 16 };

static uint64_t fnv(const unsigned char *bytes, size_t size)
{
    uint64_t h = UINT64_C(0xcbf29ce484222325);

    for (size_t i = 0; i < size; i++)
        h = (h ^ bytes[i]) * UINT64_C(0x100000001b3);
    return h;
}

void naive_map_init(struct naive_map *map)
{
    *map = (struct naive_map){bench_alloc(FIRST_BUCKETS * sizeof *map->buckets), FIRST_BUCKETS, 0};
}

void naive_map_release(struct naive_map *map)
{
    for (size_t i = 0; i < map->n_buckets; i++)
        for (struct naive_entry *entry = map->buckets[i]; entry;) {
            struct naive_entry *next = entry->next;
            free(entry);
            entry = next;
        }
    free(map->buckets);
}

static void grow(struct naive_map *map)
{
    size_t n = 2 * map->n_buckets;
    struct naive_entry **buckets = bench_alloc(n * sizeof *buckets);

    for (size_t i = 0; i < map->n_buckets; i++)
        for (struct naive_entry *entry = map->buckets[i]; entry;) {
            struct naive_entry *next = entry->next;
            entry->next = buckets[entry->hash & (n - 1)];
            buckets[entry->hash & (n - 1)] = entry;
            entry = next;
        }
    free(map->buckets);
    map->buckets = buckets;
    map->n_buckets = n;
}

void *naive_map_get(struct naive_map *map, const void *key, size_t key_size, size_t value_size)
{
    uint64_t hash = fnv(key, key_size);
    struct naive_entry *entry = map->buckets[hash & (map->n_buckets - 1)];

    while (entry && (entry->hash != hash || entry->key_size != key_size ||
                     memcmp(entry->bytes, key, key_size) != 0))
        entry = entry->next;
    if (!entry) {
        size_t value_at = (key_size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        if (map->count++ == map->n_buckets)
            grow(map);
        entry = bench_alloc(sizeof *entry + value_at + value_size);
        *entry = (struct naive_entry){map->buckets[hash & (map->n_buckets - 1)], hash, key_size,
                                      value_at};
        memcpy(entry->bytes, key, key_size);
        map->buckets[hash & (map->n_buckets - 1)] = entry;
    }
    return entry->bytes + entry->value_at;
}
