#include "aggregate/dedup.h"

#include <base/memory.h>

#include <stdlib.h>
#include <string.h>

/* 12 bytes: three to a line and a quarter, and nothing is aligned to more than 4. */
struct slot {
    uint32_t tag[2];
    uint32_t at; /* offset - the generation's first + 1; 0: free */
};

struct generation {
    struct slot *slots;
    int64_t first;  /* offset that `at` counts from */
    uint32_t count;
};

struct kaiku_dedup {
    struct slot *slots; /* of both generations */
    struct generation newer, older;
    uint64_t span;
    uint32_t mask;
};

static uint32_t slots_for(uint64_t span)
{
    uint32_t n = 64;
    /* At most half full: searches for what is not there, which nearly all are, end at once. */
    while (n < 2 * span)
        n *= 2;
    return n;
}

static size_t generation_size(const struct kaiku_dedup *dedup)
{
    return ((size_t)dedup->mask + 1) * sizeof(struct slot);
}

int kaiku_dedup_create(uint64_t span, struct kaiku_dedup **out)
{
    struct kaiku_dedup *dedup = calloc(1, sizeof *dedup);
    if (!dedup)
        return KAIKU_NOMEM;
    dedup->span = span;
    dedup->mask = slots_for(span) - 1;
    dedup->slots = kaiku_memory_reserve(2 * generation_size(dedup));
    if (!dedup->slots) {
        kaiku_dedup_destroy(dedup);
        return KAIKU_NOMEM;
    }
    dedup->newer = (struct generation){.slots = dedup->slots, .first = INT64_MIN};
    dedup->older = (struct generation){.slots = dedup->slots + slots_for(span), .first = INT64_MIN};
    *out = dedup;
    return KAIKU_OK;
}

void kaiku_dedup_destroy(struct kaiku_dedup *dedup)
{
    if (!dedup)
        return;
    kaiku_memory_release(dedup->slots, 2 * generation_size(dedup));
    free(dedup);
}

void kaiku_dedup_prefetch(const struct kaiku_dedup *dedup, uint64_t low)
{
    __builtin_prefetch(&dedup->newer.slots[low & dedup->mask], 1);
    __builtin_prefetch(&dedup->older.slots[low & dedup->mask]);
}

/* Of both halves: pairs may differ in one only, as the ops of one id do. */
static void make_tag(uint64_t low, uint64_t high, uint32_t tag[2])
{
    uint64_t mixed = low ^ high;
    tag[0] = (uint32_t)mixed;
    tag[1] = (uint32_t)(mixed >> 32);
}

static struct slot *find(const struct kaiku_dedup *dedup, const struct generation *generation,
                         uint64_t low, const uint32_t tag[2])
{
    uint32_t i = (uint32_t)low & dedup->mask;
    struct slot *slot = &generation->slots[i];
    while (slot->at && (slot->tag[0] != tag[0] || slot->tag[1] != tag[1])) {
        i = (i + 1) & dedup->mask;
        slot = &generation->slots[i];
    }
    return slot;
}

/* The newer generation has taken all the offsets it can: it becomes the older one. */
static void turn(struct kaiku_dedup *dedup, int64_t offset)
{
    struct generation emptied = dedup->older;
    if (emptied.count > 0)
        kaiku_memory_zero(emptied.slots, generation_size(dedup));
    kaiku_memory_scatter(emptied.slots, generation_size(dedup));
    emptied.count = 0;
    emptied.first = offset;
    dedup->older = dedup->newer;
    dedup->newer = emptied;
}

bool kaiku_dedup_seen(struct kaiku_dedup *dedup, uint64_t low, uint64_t high, int64_t offset)
{
    if (dedup->newer.first == INT64_MIN || (uint64_t)(offset - dedup->newer.first) >= dedup->span)
        turn(dedup, offset);
    uint32_t tag[2];
    make_tag(low, high, tag);
    struct slot *slot = find(dedup, &dedup->newer, low, tag);
    int64_t before = INT64_MIN;
    if (slot->at) {
        before = dedup->newer.first + slot->at - 1;
    } else {
        const struct slot *old = find(dedup, &dedup->older, low, tag);
        if (old->at)
            before = dedup->older.first + old->at - 1;
        memcpy(slot->tag, tag, sizeof slot->tag);
        dedup->newer.count++;
    }
    slot->at = (uint32_t)(offset - dedup->newer.first) + 1;
    return before != INT64_MIN && (uint64_t)(offset - before) <= dedup->span;
}
