/* Finds the group of a window: a hash table of indexes, so that a projection may name its windows
 * in any order and the script still reads and writes each of them at once. */
#include "commit.h"

#include <stdlib.h>

enum { LEAST_SLOTS = 64 };

static bool is_group(const struct store_group *group, uint32_t view, uint32_t window,
                     int64_t start_ms)
{
    return group->start_ms == start_ms && group->view == view && group->window == window;
}

/* The slot of a window: the one that names it, or the free one where it belongs. */
static uint32_t *find_slot(const struct store_groups *groups, uint32_t view, uint32_t window,
                           int64_t start_ms)
{
    uint64_t key = (uint64_t)start_ms ^ (uint64_t)view << 8 ^ window;
    uint64_t hash = key * UINT64_C(0x9e3779b97f4a7c15); /* 2^64 / golden ratio */
    uint32_t mask = groups->n_slots - 1;

    for (uint32_t i = (uint32_t)(hash >> 32) & mask;; i = (i + 1) & mask) {
        uint32_t *slot = &groups->slots[i];
        if (*slot == 0 || is_group(&groups->groups[*slot - 1], view, window, start_ms))
            return slot;
    }
}

/* Room for one group more, the table at most half full. */
static int grow(struct store_groups *groups)
{
    uint32_t n_slots = groups->n_slots ? groups->n_slots * 2 : LEAST_SLOTS;
    struct store_group *larger = realloc(groups->groups, n_slots / 2 * sizeof *larger);
    uint32_t *slots;

    if (!larger)
        return KAIKU_NOMEM;
    memset(larger + groups->capacity, 0, (n_slots / 2 - groups->capacity) * sizeof *larger);
    groups->groups = larger;
    groups->capacity = n_slots / 2;
    slots = calloc(n_slots, sizeof *slots);
    if (!slots)
        return KAIKU_NOMEM;
    free(groups->slots);
    groups->slots = slots;
    groups->n_slots = n_slots;
    for (uint32_t i = 0; i < groups->n; i++) {
        const struct store_group *group = &groups->groups[i];
        *find_slot(groups, group->view, group->window, group->start_ms) = i + 1;
    }
    return KAIKU_OK;
}

struct store_group *store_groups_find(struct store_groups *groups, uint32_t view, uint32_t window,
                                      int64_t start_ms)
{
    struct store_group *group;
    uint32_t *slot;

    if (groups->n * 2 >= groups->n_slots && grow(groups) != KAIKU_OK)
        return NULL;
    slot = find_slot(groups, view, window, start_ms);
    if (*slot)
        return &groups->groups[*slot - 1];
    group = &groups->groups[groups->n];
    group->view = view;
    group->window = window;
    group->start_ms = start_ms;
    *slot = ++groups->n;
    return group;
}

void store_groups_clear(struct store_groups *groups)
{
    for (uint32_t i = 0; i < groups->n; i++) {
        struct store_group *group = &groups->groups[i];
        kaiku_buffer_clear(&group->members);
        kaiku_buffer_clear(&group->deltas);
        kaiku_buffer_clear(&group->uniques);
        group->n_cells = group->n_uniques = 0;
    }
    if (groups->n)
        memset(groups->slots, 0, groups->n_slots * sizeof *groups->slots);
    groups->n = 0;
}

void store_groups_release(struct store_groups *groups)
{
    for (uint32_t i = 0; i < groups->capacity; i++) {
        kaiku_buffer_release(&groups->groups[i].members);
        kaiku_buffer_release(&groups->groups[i].deltas);
        kaiku_buffer_release(&groups->groups[i].uniques);
    }
    free(groups->groups);
    free(groups->slots);
    *groups = (struct store_groups){0};
}
