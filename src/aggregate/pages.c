#include "aggregate/pages.h"

#include <base/memory.h>

#include <string.h>

enum { KEPT = 64 << 20 /* bytes */ };

int kaiku_pages_init(struct kaiku_pages *pages, uint32_t capacity)
{
    *pages = (struct kaiku_pages){.count = 1, .capacity = capacity};
    pages->page = kaiku_memory_reserve((size_t)capacity * sizeof *pages->page);
    return pages->page ? KAIKU_OK : KAIKU_NOMEM;
}

void kaiku_pages_release(struct kaiku_pages *pages)
{
    if (pages->page)
        kaiku_memory_release(pages->page, (size_t)pages->capacity * sizeof *pages->page);
    *pages = (struct kaiku_pages){0};
}

void kaiku_pages_clear(struct kaiku_pages *pages)
{
    kaiku_memory_trim(pages->page, pages->count * sizeof *pages->page, KEPT);
    pages->count = 1;
}

uint32_t kaiku_pages_take(struct kaiku_pages *pages, uint32_t n)
{
    uint32_t first = pages->count;

    memset(&pages->page[first], 0, n * sizeof *pages->page);
    pages->count += n;
    return first;
}
