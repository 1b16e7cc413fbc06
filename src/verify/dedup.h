/* Which (id, op) stood last at which offset of one partition. What lies farther back than the span is forgotten
 * whenever it grows full. */
#ifndef VERIFY_DEDUP_H
#define VERIFY_DEDUP_H

#include <kaiku/status.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct verify_dedup {
    struct verify_sighting {
        uint64_t low, high;
        int64_t at; /* offset + 1; 0: free */
    } *slots;
    size_t n_slots, count;
};

void verify_dedup_release(struct verify_dedup *dedup);
/* *seen: the pair stood among the last `span` offsets. It stands at this one from now on. */
int verify_dedup_see(struct verify_dedup *dedup, uint64_t low, uint64_t high, int64_t offset,
                     uint64_t span, bool *seen) KAIKU_MUST_CHECK;

#endif
