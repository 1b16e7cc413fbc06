/* Since when records wait to be published: a few timestamps that stand for all records of many batches.
 * Zero-initialised is a valid empty list; belongs to one thread. */
#ifndef AGGREGATE_WAITS_H
#define AGGREGATE_WAITS_H

#include <stdint.h>

enum { KAIKU_WAITS = 64 };

struct kaiku_wait {
    int64_t since_ms; /* timestamp of the one that waits longest */
    uint64_t records;
};

struct kaiku_waits {
    struct kaiku_wait list[KAIKU_WAITS];
    uint32_t n;
};

/* Where the list is full, each two neighbours become one. */
void kaiku_waits_add(struct kaiku_waits *waits, int64_t since_ms, uint64_t records);
/* Adds all of from to to, and empties from. */
void kaiku_waits_move(struct kaiku_waits *from, struct kaiku_waits *to);

#endif
