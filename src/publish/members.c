#include "members.h"

#include <base/hash.h>

#include <stdlib.h>

enum { LEAST_SLOTS = 64 };

void members_release(struct members *members)
{
    free(members->list);
    free(members->slots);
    arena_release(&members->arena);
    *members = (struct members){0};
}

void members_clear(struct members *members)
{
    if (members->n > 0)
        memset(members->slots, 0, members->n_slots * sizeof(*members->slots));
    members->n = members->taken = 0;
    arena_clear(&members->arena);
}

/* The slot of text, or the free one where it belongs. */
static uint32_t *find(const struct members *members, struct kaiku_text text, uint64_t hash)
{
    uint32_t mask = members->n_slots - 1;

    for (uint32_t i = (uint32_t)hash & mask;; i = (i + 1) & mask) {
        uint32_t *slot = &members->slots[i];
        if (*slot == 0)
            return slot;
        const struct member *member = &members->list[*slot - 1];
        if (member->hash == hash && kaiku_text_equal(member->text, text))
            return slot;
    }
}

static int grow(struct members *members)
{
    uint32_t n_slots = members->n_slots ? 2 * members->n_slots : LEAST_SLOTS;
    struct member *list = realloc(members->list, n_slots / 2 * sizeof(*list));
    uint32_t *slots;

    if (!list)
        return KAIKU_NOMEM;
    members->list = list;
    members->capacity = n_slots / 2;
    slots = calloc(n_slots, sizeof(*slots));
    if (!slots)
        return KAIKU_NOMEM;
    free(members->slots);
    members->slots = slots;
    members->n_slots = n_slots;
    /* Ascending, so that of two entries of a member the slot names the one that still waits. */
    for (uint32_t i = 0; i < members->n; i++)
        *find(members, list[i].text, list[i].hash) = i + 1;
    return KAIKU_OK;
}

int members_add(struct members *members, struct kaiku_text text, int64_t start_ms)
{
    uint64_t hash = kaiku_hash_keyed(text.data, text.size);
    uint32_t *slot;

    if (!members_wait(members))
        members_clear(members);
    if (2 * (members->n + 1) > members->n_slots && grow(members) != KAIKU_OK)
        return KAIKU_NOMEM;
    slot = find(members, text, hash);
    if (*slot > members->taken) {
        struct member *waiting = &members->list[*slot - 1];
        if (waiting->start_ms < start_ms)
            waiting->start_ms = start_ms;
        return KAIKU_OK;
    }
    text = arena_copy(&members->arena, text);
    if (!text.data)
        return KAIKU_NOMEM;
    members->list[members->n++] = (struct member){text, hash, start_ms};
    *slot = members->n;
    return KAIKU_OK;
}

const struct member *members_take(struct members *members)
{
    return members_wait(members) ? &members->list[members->taken++] : NULL;
}
