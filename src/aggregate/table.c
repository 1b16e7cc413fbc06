#include "aggregate/table.h"

#include <base/memory.h>

#include <string.h>

enum {
    SMALLEST_INDEX = 1024,
    KEPT_RECORDS = 64 << 20, /* bytes; memory beyond it goes back when the table is emptied */
};

static size_t round_up(size_t n, size_t to)
{
    return (n + to - 1) / to * to;
}

static uint32_t index_size_for(uint32_t count)
{
    uint32_t size = SMALLEST_INDEX;
    while (size < 2 * (uint64_t)count && size < 1u << 31)
        size *= 2;
    return size;
}

int kaiku_table_init(struct kaiku_table *table, uint32_t key_words, size_t record_size,
                     size_t alignment, uint32_t capacity)
{
    size_t header = sizeof(uint32_t) * (1 + (size_t)key_words);

    *table = (struct kaiku_table){.mask = SMALLEST_INDEX - 1, .capacity = capacity, .key_words = key_words};
    table->offset = (uint32_t)round_up(header, alignment);
    table->stride = (uint32_t)round_up(table->offset + record_size, alignment < 4 ? 4 : alignment);
    table->records = kaiku_memory_reserve((size_t)capacity * table->stride);
    table->index = kaiku_memory_reserve(sizeof(uint32_t) * index_size_for(capacity));
    if (!table->records || !table->index) {
        kaiku_table_release(table);
        return KAIKU_NOMEM;
    }
    return KAIKU_OK;
}

void kaiku_table_release(struct kaiku_table *table)
{
    if (table->records)
        kaiku_memory_release(table->records, (size_t)table->capacity * table->stride);
    if (table->index)
        kaiku_memory_release(table->index, sizeof(uint32_t) * index_size_for(table->capacity));
    *table = (struct kaiku_table){0};
}

void kaiku_table_clear(struct kaiku_table *table)
{
    if (table->count > 0)
        kaiku_memory_zero(table->index, sizeof(uint32_t) * ((size_t)table->mask + 1));
    kaiku_memory_trim(table->records, (size_t)table->count * table->stride, KEPT_RECORDS);
    table->mask = index_size_for(table->count / 4) - 1;
    table->count = 0;
}

/* Ids are small and dense: multiply and fold, one step a word. */
uint32_t kaiku_table_hash(const uint32_t *key, uint32_t words)
{
    uint64_t h = 0x9e3779b97f4a7c15u;
    for (uint32_t i = 0; i < words; i++) {
        h = (h ^ key[i]) * 0xff51afd7ed558ccdu;
        h ^= h >> 32;
    }
    return (uint32_t)h;
}

static uint32_t *header_of(const struct kaiku_table *table, uint32_t number)
{
    return (uint32_t *)(void *)(table->records + (size_t)number * table->stride);
}

static void place(struct kaiku_table *table, uint32_t number, uint32_t hash)
{
    uint32_t i = hash & table->mask;
    while (table->index[i])
        i = (i + 1) & table->mask;
    table->index[i] = number + 1;
}

static void grow_index(struct kaiku_table *table)
{
    kaiku_memory_zero(table->index, sizeof(uint32_t) * ((size_t)table->mask + 1));
    table->mask = 2 * table->mask + 1;
    kaiku_memory_scatter(table->index, sizeof(uint32_t) * ((size_t)table->mask + 1));
    for (uint32_t n = 0; n < table->count; n++)
        place(table, n, *header_of(table, n));
}

/* Keys have a few words: a loop costs less than a call. */
static bool is_key(const uint32_t *words, const uint32_t *key, uint32_t n)
{
    uint32_t differences = 0;
    for (uint32_t i = 0; i < n; i++)
        differences |= words[i] ^ key[i];
    return differences == 0;
}

static void *lookup(const struct kaiku_table *table, const uint32_t *key, uint32_t hash)
{
    for (uint32_t i = hash & table->mask; table->index[i]; i = (i + 1) & table->mask) {
        uint32_t *header = header_of(table, table->index[i] - 1);
        if (*header == hash && is_key(header + 1, key, table->key_words))
            return (unsigned char *)header + table->offset;
    }
    return NULL;
}

void *kaiku_table_find(const struct kaiku_table *table, const uint32_t *key, uint32_t hash)
{
    return lookup(table, key, hash);
}

void *kaiku_table_get(struct kaiku_table *table, const uint32_t *key, uint32_t hash, bool *created)
{
    void *record = lookup(table, key, hash);
    *created = !record;
    if (record)
        return record;
    if (table->count * 2 > table->mask)
        grow_index(table);
    uint32_t *header = header_of(table, table->count);
    memset(header, 0, table->stride);
    header[0] = hash;
    memcpy(header + 1, key, sizeof *key * table->key_words);
    place(table, table->count++, hash);
    return (unsigned char *)header + table->offset;
}
