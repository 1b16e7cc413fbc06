#include "dedup.h"

#include <stdlib.h>

enum { LEAST_SLOTS = 64 };

void verify_dedup_release(struct verify_dedup *dedup)
{
    free(dedup->slots);
    *dedup = (struct verify_dedup){0};
}

/* Where the pair stands, or a free place for it. */
static struct verify_sighting *find(struct verify_sighting *slots, size_t n_slots, uint64_t low,
                                    uint64_t high)
{
    size_t i = low & (n_slots - 1);

    while (slots[i].at && (slots[i].low != low || slots[i].high != high))
        i = (i + 1) & (n_slots - 1);
    return &slots[i];
}

static bool is_near(const struct verify_sighting *sighting, int64_t offset, uint64_t span)
{
    return sighting->at && (uint64_t)(offset - (sighting->at - 1)) <= span;
}

static int make_room(struct verify_dedup *dedup, int64_t offset, uint64_t span)
{
    size_t alive = 0, n_slots = LEAST_SLOTS;
    struct verify_sighting *slots;

    for (size_t i = 0; i < dedup->n_slots; i++)
        alive += is_near(&dedup->slots[i], offset, span);
    while (n_slots < 4 * (alive + 1))
        n_slots *= 2;
    slots = calloc(n_slots, sizeof *slots);
    if (!slots)
        return KAIKU_NOMEM;
    for (size_t i = 0; i < dedup->n_slots; i++) {
        const struct verify_sighting *old = &dedup->slots[i];
        if (is_near(old, offset, span))
            *find(slots, n_slots, old->low, old->high) = *old;
    }
    free(dedup->slots);
    *dedup = (struct verify_dedup){slots, n_slots, alive};
    return KAIKU_OK;
}

int verify_dedup_see(struct verify_dedup *dedup, uint64_t low, uint64_t high, int64_t offset,
                     uint64_t span, bool *seen)
{
    struct verify_sighting *sighting;

    if (2 * dedup->count >= dedup->n_slots && make_room(dedup, offset, span) != KAIKU_OK)
        return KAIKU_NOMEM;
    sighting = find(dedup->slots, dedup->n_slots, low, high);
    *seen = is_near(sighting, offset, span);
    dedup->count += sighting->at == 0;
    *sighting = (struct verify_sighting){low, high, offset + 1};
    return KAIKU_OK;
}
