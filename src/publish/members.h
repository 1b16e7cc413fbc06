/* Members whose views have to be written: each once, in the order in which they came, taken from
 * the front while new ones are added. Zero-initialised is a valid empty one. */
#ifndef PUBLISH_MEMBERS_H
#define PUBLISH_MEMBERS_H

#include "arena.h"

struct member {
    struct kaiku_text text; /* with a NUL behind it */
    uint64_t hash;
    int64_t start_ms; /* the newest of its windows that were changed */
};

struct members {
    struct member *list;
    uint32_t n, taken, capacity;
    uint32_t *slots; /* hash table: index into list + 1, 0 free */
    uint32_t n_slots;
    struct arena arena;
};

void members_release(struct members *members);
void members_clear(struct members *members);
/* Copies text. One that waits already takes the newer start; one that was taken comes once more. Where none waits,
 * those that were taken are forgotten first. */
int members_add(struct members *members, struct kaiku_text text, int64_t start_ms) KAIKU_MUST_CHECK;
/* The next one, NULL where there is none. Valid until the next add or clear. */
const struct member *members_take(struct members *members);

static inline bool members_wait(const struct members *members)
{
    return members->taken < members->n;
}

#endif
