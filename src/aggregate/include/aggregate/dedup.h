/* Memory of (id, op) pairs over the last `span` offsets of one partition.
 *
 * Two generations of `span` offsets each: a pair is looked up in both and written to the newer; when the
 * newer one is full of offsets, the older is emptied and becomes the newer. So nothing is ever deleted one
 * by one, and memory is fixed. Pairs are kept as 64 bits of a keyed 128-bit hash, and the slot they stand
 * near gives some 17 more: one false duplicate in about 10^18 events. Not thread-safe. */
#ifndef AGGREGATE_DEDUP_H
#define AGGREGATE_DEDUP_H

#include <kaiku/status.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct kaiku_dedup;

/* span: at least 1, at most 2^30. */
int kaiku_dedup_create(uint64_t span, struct kaiku_dedup **out) KAIKU_MUST_CHECK;
void kaiku_dedup_destroy(struct kaiku_dedup *dedup);

/* Was the pair seen at an offset that is at most span before this one? Remembers it here either way.
 * Offsets ascend from call to call. */
bool kaiku_dedup_seen(struct kaiku_dedup *dedup, uint64_t low, uint64_t high, int64_t offset);

void kaiku_dedup_prefetch(const struct kaiku_dedup *dedup, uint64_t low);

#endif
