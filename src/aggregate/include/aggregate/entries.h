/* The newest entries for a bounded stream (a feed, the rejected records): each a run of texts.
 *
 * Bounded by `keep`: older entries make room, as they would be trimmed in Redis anyway; `total` counts all
 * that came. Not thread-safe. */
#ifndef AGGREGATE_ENTRIES_H
#define AGGREGATE_ENTRIES_H

#include <base/text.h>

struct kaiku_entries {
    struct kaiku_buffer bytes; /* each text: uint32_t size, the bytes */
    uint32_t *starts;          /* of the entries in bytes */
    uint32_t count, capacity;
    uint32_t keep;
    uint64_t total;
};

int kaiku_entries_init(struct kaiku_entries *entries, uint32_t keep) KAIKU_MUST_CHECK;
void kaiku_entries_release(struct kaiku_entries *entries);
void kaiku_entries_clear(struct kaiku_entries *entries);

/* Appends an entry of already framed texts (kaiku_entries_frame). */
int kaiku_entries_add(struct kaiku_entries *entries, struct kaiku_text framed) KAIKU_MUST_CHECK;

/* Frames a text behind others. */
void kaiku_entries_frame(struct kaiku_buffer *framed, struct kaiku_text text);

/* Reads the texts of entry i (0 is the oldest of those kept) into texts; returns how many. */
uint32_t kaiku_entries_read(const struct kaiku_entries *entries, uint32_t i, struct kaiku_text *texts,
                            uint32_t max);

/* Index of the first entry that is among the newest `keep`. */
static inline uint32_t kaiku_entries_first(const struct kaiku_entries *entries)
{
    return entries->count > entries->keep ? entries->count - entries->keep : 0;
}

#endif
