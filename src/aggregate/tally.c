#include "aggregate/tally.h"

#include <string.h>

enum {
    COUNT_BITS = 11, /* of an entry; the slot stands above */
    COUNT_MAX = (1 << (COUNT_BITS - 1)) - 1,
    COUNT_MASK = (1 << COUNT_BITS) - 1,
};

_Static_assert(KAIKU_TALLY_SLOTS == 1 << (32 - COUNT_BITS), "a slot and a count fill an entry");

static uint32_t slot_of(uint32_t entry)
{
    return entry >> COUNT_BITS;
}

static int32_t count_of(uint32_t entry)
{
    /* Up and down again extends the sign. */
    return (int32_t)(entry << (32 - COUNT_BITS)) >> (32 - COUNT_BITS);
}

static uint32_t entry_of(uint32_t slot, int32_t count)
{
    return slot << COUNT_BITS | ((uint32_t)count & COUNT_MASK);
}

static bool is_register(const struct kaiku_tally_shape *shape, uint32_t slot)
{
    return slot >= kaiku_tally_first_register(shape);
}

static uint32_t block_of(const struct kaiku_tally_shape *shape, uint32_t slot)
{
    uint32_t first = kaiku_tally_first_register(shape);

    return slot < first ? slot / KAIKU_TALLY_COUNTERS
                        : shape->counters + (slot - first) / KAIKU_TALLY_REGISTERS;
}

static void add_to_block(const struct kaiku_tally_shape *shape, union kaiku_page *block, uint32_t slot,
                         int32_t by)
{
    if (!is_register(shape, slot)) {
        block->counters[slot % KAIKU_TALLY_COUNTERS] += by;
        return;
    }
    uint8_t *rank =
        &block->registers[(slot - kaiku_tally_first_register(shape)) % KAIKU_TALLY_REGISTERS];
    if (*rank < by)
        *rank = (uint8_t)by;
}

/* ---- room ---- */

static uint32_t table_pages(const struct kaiku_tally_shape *shape)
{
    return (shape->counters + shape->registers + KAIKU_TALLY_ENTRIES - 1) / KAIKU_TALLY_ENTRIES;
}

uint32_t kaiku_tally_add_pages(const struct kaiku_tally_shape *shape)
{
    /* A full list becomes a table: its entries may need a block each, as does the one that is added. */
    return table_pages(shape) + KAIKU_TALLY_ENTRIES + 1;
}

uint32_t kaiku_tally_merge_pages(const struct kaiku_tally_shape *shape)
{
    return table_pages(shape) + shape->counters + shape->registers + 1;
}

/* ---- a table ---- */

static union kaiku_page *need_block(struct kaiku_pages *pages, struct kaiku_tally *tally, uint32_t block)
{
    uint32_t *page = kaiku_tally_block(pages, tally, block);

    if (!*page)
        *page = kaiku_pages_take(pages, 1);
    return &pages->page[*page];
}

static void make_table(struct kaiku_pages *pages, const struct kaiku_tally_shape *shape,
                       struct kaiku_tally *tally)
{
    const uint32_t *entries = pages->page[tally->page].words;
    uint32_t n = tally->n;

    *tally = (struct kaiku_tally){kaiku_pages_take(pages, table_pages(shape)), KAIKU_TALLY_TABLE};
    for (uint32_t i = 0; i < n; i++) {
        uint32_t slot = slot_of(entries[i]);
        add_to_block(shape, need_block(pages, tally, block_of(shape, slot)), slot, count_of(entries[i]));
    }
}

/* ---- a list ---- */

/* False where the list cannot hold it. */
static bool enter(struct kaiku_pages *pages, const struct kaiku_tally_shape *shape,
                  struct kaiku_tally *tally, uint32_t slot, int32_t by)
{
    uint32_t *entries = pages->page[tally->page].words, i = 0;
    int64_t count = by;

    while (i < tally->n && slot_of(entries[i]) != slot)
        i++;
    if (i == KAIKU_TALLY_ENTRIES)
        return false;
    if (i < tally->n && !is_register(shape, slot))
        count += count_of(entries[i]);
    else if (i < tally->n && count < count_of(entries[i]))
        count = count_of(entries[i]);
    if (count > COUNT_MAX || count < -COUNT_MAX)
        return false;
    entries[i] = entry_of(slot, (int32_t)count);
    tally->n += i == tally->n;
    return true;
}

void kaiku_tally_enter(struct kaiku_pages *pages, const struct kaiku_tally_shape *shape,
                       struct kaiku_tally *tally, uint32_t slot, int32_t by)
{
    if (tally->n != KAIKU_TALLY_TABLE) {
        if (!tally->page)
            tally->page = kaiku_pages_take(pages, 1);
        if (enter(pages, shape, tally, slot, by))
            return;
        make_table(pages, shape, tally);
    }
    add_to_block(shape, need_block(pages, tally, block_of(shape, slot)), slot, by);
}

/* ---- merging ---- */

static void merge_block(const struct kaiku_tally_shape *shape, uint32_t block, union kaiku_page *into,
                        const union kaiku_page *from)
{
    if (block < shape->counters) {
        for (uint32_t i = 0; i < KAIKU_TALLY_COUNTERS; i++)
            into->counters[i] += from->counters[i];
        return;
    }
    for (uint32_t i = 0; i < KAIKU_TALLY_REGISTERS; i++)
        if (into->registers[i] < from->registers[i])
            into->registers[i] = from->registers[i];
}

static void merge_table(struct kaiku_pages *pages, const struct kaiku_tally_shape *shape,
                        struct kaiku_tally *tally, const struct kaiku_pages *other_pages,
                        const struct kaiku_tally *other)
{
    if (tally->n != KAIKU_TALLY_TABLE)
        make_table(pages, shape, tally);
    for (uint32_t block = 0; block < shape->counters + shape->registers; block++) {
        uint32_t from = *kaiku_tally_block(other_pages, other, block);
        if (from)
            merge_block(shape, block, need_block(pages, tally, block), &other_pages->page[from]);
    }
}

void kaiku_tally_merge(struct kaiku_pages *pages, const struct kaiku_tally_shape *shape,
                       struct kaiku_tally *tally, const struct kaiku_pages *other_pages,
                       const struct kaiku_tally *other)
{
    const uint32_t *entries = other_pages->page[other->page].words;

    if (other->n == KAIKU_TALLY_TABLE) {
        merge_table(pages, shape, tally, other_pages, other);
    } else if (other->n > 0 && !tally->page) {
        *tally = (struct kaiku_tally){kaiku_pages_take(pages, 1), other->n};
        memcpy(pages->page[tally->page].words, entries, other->n * sizeof *entries);
    } else {
        for (uint32_t i = 0; i < other->n; i++)
            kaiku_tally_enter(pages, shape, tally, slot_of(entries[i]), count_of(entries[i]));
    }
}

/* ---- walking ---- */

static void sort(uint32_t *entries, uint32_t n)
{
    for (uint32_t i = 1; i < n; i++) {
        uint32_t entry = entries[i], j = i;
        for (; j > 0 && entries[j - 1] > entry; j--)
            entries[j] = entries[j - 1];
        entries[j] = entry;
    }
}

void kaiku_tally_walk_begin(struct kaiku_tally_walk *walk, const struct kaiku_pages *pages,
                            const struct kaiku_tally_shape *shape, const struct kaiku_tally *tally)
{
    walk->pages = pages;
    walk->shape = shape;
    walk->tally = tally;
    walk->at = 0;
    if (tally->n == KAIKU_TALLY_TABLE)
        return;
    memcpy(walk->entries, pages->page[tally->page].words, tally->n * sizeof *walk->entries);
    sort(walk->entries, tally->n);
}

static const union kaiku_page *next_of_table(struct kaiku_tally_walk *walk, uint32_t *block)
{
    const struct kaiku_tally_shape *shape = walk->shape;

    while (walk->at < shape->counters + shape->registers) {
        *block = walk->at++;
        uint32_t page = *kaiku_tally_block(walk->pages, walk->tally, *block);
        if (page)
            return &walk->pages->page[page];
    }
    return NULL;
}

const union kaiku_page *kaiku_tally_walk_next(struct kaiku_tally_walk *walk, uint32_t *block)
{
    const struct kaiku_tally_shape *shape = walk->shape;
    uint32_t n = walk->tally->n;

    if (n == KAIKU_TALLY_TABLE)
        return next_of_table(walk, block);
    if (walk->at == n)
        return NULL;
    *block = block_of(shape, slot_of(walk->entries[walk->at]));
    memset(&walk->block, 0, sizeof walk->block);
    for (; walk->at < n; walk->at++) {
        uint32_t entry = walk->entries[walk->at];
        if (block_of(shape, slot_of(entry)) != *block)
            break;
        add_to_block(shape, &walk->block, slot_of(entry), count_of(entry));
    }
    return &walk->block;
}
