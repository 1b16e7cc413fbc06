/* Counts of many slots of which most are zero: the histograms and HyperLogLog registers of a cell.
 *
 * Slots are numbered: first those of counters, 32 to a block, then those of registers, 128 to a block.
 * Adding to a counter adds, to a register keeps the maximum. A tally of few slots is a list of them in one
 * page; a longer one, or one with a count that outgrows its bits in the list, is a table of blocks, each a
 * page. So most cells, which hold a few answers, cost a page. Not thread-safe; pages are its owner's. */
#ifndef AGGREGATE_TALLY_H
#define AGGREGATE_TALLY_H

#include <aggregate/pages.h>

#include <stdbool.h>

enum {
    KAIKU_TALLY_COUNTERS = KAIKU_PAGE_SIZE / sizeof(int32_t), /* to a block */
    KAIKU_TALLY_REGISTERS = KAIKU_PAGE_SIZE,
    KAIKU_TALLY_ENTRIES = KAIKU_PAGE_SIZE / sizeof(uint32_t), /* of a list */
    KAIKU_TALLY_SLOTS = 1 << 21,                              /* at most */
};

#define KAIKU_TALLY_TABLE UINT32_MAX

/* How many blocks all tallies of one pool have. */
struct kaiku_tally_shape {
    uint32_t counters, registers;
};

struct kaiku_tally {
    uint32_t page; /* the list, or the first page of the table; 0: neither yet */
    uint32_t n;    /* entries of the list, or KAIKU_TALLY_TABLE */
};

static inline uint32_t kaiku_tally_first_register(const struct kaiku_tally_shape *shape)
{
    return shape->counters * KAIKU_TALLY_COUNTERS;
}

/* The most pages that one addition, and a merge, may take. */
uint32_t kaiku_tally_add_pages(const struct kaiku_tally_shape *shape);
uint32_t kaiku_tally_merge_pages(const struct kaiku_tally_shape *shape);

/* For additions to a list, and those that begin a block. There must be room in the pool. */
void kaiku_tally_enter(struct kaiku_pages *pages, const struct kaiku_tally_shape *shape,
                       struct kaiku_tally *tally, uint32_t slot, int32_t by);

/* The page of a block, 0 where it has none. The tally is a table. */
static inline uint32_t *kaiku_tally_block(const struct kaiku_pages *pages,
                                          const struct kaiku_tally *tally, uint32_t block)
{
    return &pages->page[tally->page + block / KAIKU_TALLY_ENTRIES].words[block % KAIKU_TALLY_ENTRIES];
}

/* Adds to a counter's slot. There must be room in the pool. */
static inline void kaiku_tally_add(struct kaiku_pages *pages, const struct kaiku_tally_shape *shape,
                                   struct kaiku_tally *tally, uint32_t slot, int32_t by)
{
    if (tally->n == KAIKU_TALLY_TABLE) {
        uint32_t page = *kaiku_tally_block(pages, tally, slot / KAIKU_TALLY_COUNTERS);
        if (page) {
            pages->page[page].counters[slot % KAIKU_TALLY_COUNTERS] += by;
            return;
        }
    }
    kaiku_tally_enter(pages, shape, tally, slot, by);
}

/* Adds all of another tally of the same shape. There must be room in the pool. */
void kaiku_tally_merge(struct kaiku_pages *pages, const struct kaiku_tally_shape *shape,
                       struct kaiku_tally *tally, const struct kaiku_pages *other_pages,
                       const struct kaiku_tally *other);

/* Walks over the blocks of a tally that are not empty, in their order. */
struct kaiku_tally_walk {
    const struct kaiku_pages *pages;
    const struct kaiku_tally_shape *shape;
    const struct kaiku_tally *tally;
    uint32_t at; /* the next block, or entry */
    uint32_t entries[KAIKU_TALLY_ENTRIES]; /* of a list, in their order */
    union kaiku_page block;
};

void kaiku_tally_walk_begin(struct kaiku_tally_walk *walk, const struct kaiku_pages *pages,
                            const struct kaiku_tally_shape *shape, const struct kaiku_tally *tally);
/* NULL behind the last; valid until the next step. */
const union kaiku_page *kaiku_tally_walk_next(struct kaiku_tally_walk *walk, uint32_t *block);

#endif
