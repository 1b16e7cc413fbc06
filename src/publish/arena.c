#include "arena.h"

#include <stdlib.h>

enum {
    ALIGNMENT = alignof(max_align_t),
    PAGE_SIZE = 4096, /* there are some for each window and shard */
};

void arena_release(struct arena *arena)
{
    struct arena_page *next;

    for (struct arena_page *page = arena->first; page; page = next) {
        next = page->next;
        free(page);
    }
    *arena = (struct arena){0};
}

void arena_clear(struct arena *arena)
{
    arena->current = arena->first;
    arena->used = 0;
}

/* The page behind the current one, with room for size bytes: one from an earlier batch, or a new one. One that is too
 * small goes: if it stayed, every batch that asked for a little more would leave one behind. */
static struct arena_page *next_page(struct arena *arena, size_t size)
{
    struct arena_page **link = arena->current ? &arena->current->next : &arena->first;
    struct arena_page *old = *link, *page;

    if (old && old->size >= size)
        return old;
    if (size < PAGE_SIZE - sizeof(*page))
        size = PAGE_SIZE - sizeof(*page);
    page = malloc(sizeof(*page) + size);
    if (!page)
        return NULL;
    *page = (struct arena_page){.next = old ? old->next : NULL, .size = size};
    free(old);
    *link = page;
    return page;
}

void *arena_take(struct arena *arena, size_t size)
{
    size_t at = (arena->used + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;

    if (!arena->current || at > arena->current->size || arena->current->size - at < size) {
        struct arena_page *page = next_page(arena, size);
        if (!page)
            return NULL;
        arena->current = page;
        at = 0;
    }
    arena->used = at + size;
    return arena->current->bytes + at;
}

void arena_cut(struct arena *arena, const void *end)
{
    arena->used = (size_t)((const char *)end - arena->current->bytes);
}

struct kaiku_text arena_copy(struct arena *arena, struct kaiku_text text)
{
    char *copy = arena_take(arena, text.size + 1);

    if (!copy)
        return (struct kaiku_text){NULL, 0};
    if (text.size > 0)
        memcpy(copy, text.data, text.size);
    copy[text.size] = '\0';
    return (struct kaiku_text){copy, text.size};
}
