/* A hash table from keys of a fixed number of 32-bit words to records of a fixed size.
 *
 * Records stand in one array in the order of their creation and never move; memory is reserved once for
 * `capacity` records, so nothing allocates after creation. Not thread-safe. */
#ifndef AGGREGATE_TABLE_H
#define AGGREGATE_TABLE_H

#include <kaiku/status.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct kaiku_table {
    unsigned char *records; /* uint32_t hash, key words, then the record */
    uint32_t *index;        /* record number + 1, 0: free */
    uint32_t mask;          /* of the index in use; grows with count */
    uint32_t count, capacity;
    uint32_t key_words;
    uint32_t stride;        /* bytes from record to record */
    uint32_t offset;        /* of the record behind its key */
};

int kaiku_table_init(struct kaiku_table *table, uint32_t key_words, size_t record_size,
                     size_t alignment, uint32_t capacity) KAIKU_MUST_CHECK;
void kaiku_table_release(struct kaiku_table *table);
/* Empties it; costs what was used. */
void kaiku_table_clear(struct kaiku_table *table);

uint32_t kaiku_table_hash(const uint32_t *key, uint32_t words);

/* The record of a key, zero-filled when new. The table must have room: count < capacity. */
void *kaiku_table_get(struct kaiku_table *table, const uint32_t *key, uint32_t hash, bool *created);
/* NULL where there is none. */
void *kaiku_table_find(const struct kaiku_table *table, const uint32_t *key, uint32_t hash);

static inline void kaiku_table_prefetch(const struct kaiku_table *table, uint32_t hash)
{
    __builtin_prefetch(&table->index[hash & table->mask]);
}

/* The record that is most likely that of the hash, NULL where there is none: only to prefetch it. */
static inline void *kaiku_table_guess(const struct kaiku_table *table, uint32_t hash)
{
    uint32_t number = table->index[hash & table->mask];
    return number ? table->records + (size_t)(number - 1) * table->stride + table->offset : NULL;
}

static inline uint32_t kaiku_table_room(const struct kaiku_table *table)
{
    return table->capacity - table->count;
}

static inline void *kaiku_table_at(const struct kaiku_table *table, uint32_t number)
{
    return table->records + (size_t)number * table->stride + table->offset;
}

static inline const uint32_t *kaiku_table_key(const struct kaiku_table *table, uint32_t number)
{
    return (const uint32_t *)(void *)(table->records + (size_t)number * table->stride) + 1;
}

static inline uint32_t kaiku_table_number(const struct kaiku_table *table, const void *record)
{
    return (uint32_t)((size_t)((const unsigned char *)record - table->offset - table->records) /
                      table->stride);
}

#endif
