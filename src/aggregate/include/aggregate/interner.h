/* Values of one dimension, as numbers.
 *
 * An interner belongs to a delta and goes with it from worker to publisher and back. Values that are known
 * to be admitted stay when it is cleared; the others are forgotten. Memory is reserved once. Lookups use a
 * hash keyed by a secret of the process: event text chooses the bucket. Short values asked for of late are
 * found without: who makes them push each other out gains nothing by it. */
#ifndef AGGREGATE_INTERNER_H
#define AGGREGATE_INTERNER_H

#include <base/text.h>
#include <kaiku/status.h>

enum {
    KAIKU_ID_ALL = 0, /* a dimension left out by a grouping */
    KAIKU_ID_NONE = 1,
    KAIKU_ID_OTHER = 2,
    KAIKU_ID_FIRST = 3, /* the first real value */
};

struct kaiku_interned {
    uint32_t hash;
    uint32_t at;   /* of the text in the interner's bytes */
    uint16_t size;
    bool admitted; /* the publisher said so once; it looks again before each commit */
    bool used;     /* by a counted or retracted event of this delta */
};

/* A short value asked for of late. */
struct kaiku_interner_recent {
    uint64_t words[2]; /* kaiku_bytes_words */
    uint32_t size;
    uint32_t id; /* 0: none */
};

enum { KAIKU_INTERNER_RECENT = 256 };

struct kaiku_interner {
    struct kaiku_interned *items;
    char *bytes;
    uint32_t *index;
    uint32_t mask, count, capacity;
    uint32_t bytes_used, bytes_capacity;
    struct kaiku_interner_recent recent[KAIKU_INTERNER_RECENT];
};

int kaiku_interner_init(struct kaiku_interner *interner, uint32_t capacity) KAIKU_MUST_CHECK;
void kaiku_interner_release(struct kaiku_interner *interner);
/* Nothing is used any more; keep: admitted values stay. */
void kaiku_interner_clear(struct kaiku_interner *interner, bool keep);

/* Room for n more values of any size up to KAIKU_MAX_VALUE? */
bool kaiku_interner_has_room(const struct kaiku_interner *interner, uint32_t n);

/* The number of a value, new or known. There must be room. */
uint32_t kaiku_interner_id(struct kaiku_interner *interner, struct kaiku_text value);

/* The number of a known value, 0 where it is none. */
uint32_t kaiku_interner_find(const struct kaiku_interner *interner, struct kaiku_text value);

static inline struct kaiku_text kaiku_interner_text(const struct kaiku_interner *interner, uint32_t id)
{
    return (struct kaiku_text){interner->bytes + interner->items[id].at, interner->items[id].size};
}

#endif
