/* Hashes (XXH3 behind the seam).
 *
 * kaiku_hash_stable: the same in every process and version; for what is stored (shards, digests,
 * record checks). kaiku_hash_keyed: keyed by a random secret of this process; for tables that event
 * text fills, so that nobody can choose colliding keys. Thread-safe. */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

struct kaiku_hash128 {
    uint64_t low, high;
};

uint64_t kaiku_hash_stable(const void *data, size_t size);
struct kaiku_hash128 kaiku_hash_stable128(const void *data, size_t size);

/* Draws the secret; call once before any thread uses a keyed hash. */
void kaiku_hash_seed(void);
uint64_t kaiku_hash_keyed(const void *data, size_t size);
struct kaiku_hash128 kaiku_hash_keyed128(const void *data, size_t size);

#endif
