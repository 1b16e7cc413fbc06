/* What is written first by whoever needs a map: chained buckets, FNV-1a, a malloc an entry. */
#ifndef NAIVE_H
#define NAIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct naive_entry {
    struct naive_entry *next;
    uint64_t hash;
    size_t key_size, value_at;
    _Alignas(16) unsigned char bytes[]; /* key, then value */
};

struct naive_map {
    struct naive_entry **buckets;
    size_t n_buckets, count;
};

void naive_map_init(struct naive_map *map);
void naive_map_release(struct naive_map *map);
/* The value of a key, zero-filled when new; aligned to 16. */
void *naive_map_get(struct naive_map *map, const void *key, size_t key_size, size_t value_size);

#endif
