/* Pages of 128 bytes, taken from a pool one after the other and given back all at once.
 *
 * Memory is reserved once; a page is a number, so that owners keep 32 bits for it. Not thread-safe. */
#ifndef AGGREGATE_PAGES_H
#define AGGREGATE_PAGES_H

#include <kaiku/status.h>

#include <stdint.h>

enum { KAIKU_PAGE_SIZE = 128 };

union kaiku_page {
    int32_t counters[KAIKU_PAGE_SIZE / sizeof(int32_t)];
    uint32_t words[KAIKU_PAGE_SIZE / sizeof(uint32_t)];
    uint8_t registers[KAIKU_PAGE_SIZE];
};

/* Page 0 is never used. */
struct kaiku_pages {
    union kaiku_page *page;
    uint32_t count, capacity;
};

int kaiku_pages_init(struct kaiku_pages *pages, uint32_t capacity) KAIKU_MUST_CHECK;
void kaiku_pages_release(struct kaiku_pages *pages);
void kaiku_pages_clear(struct kaiku_pages *pages);

/* The first of n neighbours, all zero. There must be room. */
uint32_t kaiku_pages_take(struct kaiku_pages *pages, uint32_t n);

static inline uint32_t kaiku_pages_room(const struct kaiku_pages *pages)
{
    return pages->capacity - pages->count;
}

#endif
