/* Memory for the texts of one batch: taken piece by piece, given back all at once. Pages are kept,
 * so a batch like the last one allocates nothing. Zero-initialised is a valid empty one. */
#ifndef PUBLISH_ARENA_H
#define PUBLISH_ARENA_H

#include <base/text.h>

#include <stdalign.h>
#include <stddef.h>

struct arena_page {
    struct arena_page *next;
    size_t size;
    alignas(max_align_t) char bytes[];
};

struct arena {
    struct arena_page *first, *current;
    size_t used; /* bytes of the current page */
};

void arena_release(struct arena *arena);
/* Everything taken is gone; the pages stay. */
void arena_clear(struct arena *arena);
/* size bytes, aligned for any type; NULL when out of memory. Never moves. */
void *arena_take(struct arena *arena, size_t size);
/* Gives back what was taken last, from end on. */
void arena_cut(struct arena *arena, const void *end);
/* A copy with a NUL behind it; data is NULL when out of memory. */
struct kaiku_text arena_copy(struct arena *arena, struct kaiku_text text);

#endif
