/* Which member of an object comes next: producers write the same keys in the same order.
 *
 * For each member seen, the bytes that led from it to the values behind it are remembered: `,"key":` as the
 * producer writes it. Where the record goes on with the same bytes, comparing them is all the work; anything
 * else is read by the scanner, and remembered. Several layouts live side by side, since what follows is
 * remembered member by member; where little is foreseen for long (shuffled keys), it rests. One thread. */
#ifndef DECODE_FORESIGHT_H
#define DECODE_FORESIGHT_H

#include "paths.h"

#include <stdbool.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

enum {
    FORESIGHT_BYTES = 32, /* of text that can be compared */
    FORESIGHT_FOLLOWERS = 4,
    FORESIGHT_MEMBERS = 512,
};

/* A member, by the bytes that lead to its value and the object it stands in. */
struct foresight_member {
    char text[FORESIGHT_BYTES];
    uint32_t mask; /* a bit for each byte of the text */
    uint32_t size;
    uint32_t number;   /* of the node */
    uint8_t repeats;   /* of the node */
    uint32_t n_closed; /* open objects and arrays that the text closes */
    bool opens;        /* it begins with the bracket of the value before */
    bool stays;        /* in the object of the value before, and no pointer enters its value */
    const struct kaiku_path_node *object, *node;
    struct foresight_member *followers[FORESIGHT_FOLLOWERS]; /* NULL behind the last */
};

struct foresight {
    struct foresight_member *members; /* the first stands for the beginning of a record */
    uint32_t n;
    uint32_t failures; /* records in a row that were mostly not foreseen */
    uint32_t rest;     /* records to go by without foresight */
};

/* Does p go on with the member's text? */
static inline bool foresight_begins(const char *p, const struct foresight_member *member)
{
#ifdef __SSE2__
    __m128i low = _mm_cmpeq_epi8(_mm_loadu_si128((const __m128i *)p),
                                 _mm_loadu_si128((const __m128i *)member->text));
    __m128i high = _mm_cmpeq_epi8(_mm_loadu_si128((const __m128i *)(p + 16)),
                                  _mm_loadu_si128((const __m128i *)(member->text + 16)));
    uint32_t same = (uint32_t)_mm_movemask_epi8(low) | (uint32_t)_mm_movemask_epi8(high) << 16;

    return (same & member->mask) == member->mask;
#else
    return memcmp(p, member->text, member->size) == 0;
#endif
}

int foresight_init(struct foresight *foresight) KAIKU_MUST_CHECK;
void foresight_release(struct foresight *foresight);

/* Before a record: where to begin, NULL where foresight rests. */
static inline struct foresight_member *foresight_begin(struct foresight *foresight)
{
    if (__builtin_expect(foresight->rest > 0, 0)) {
        foresight->rest--;
        return NULL;
    }
    return foresight->members;
}

/* Behind a record: how many members were foreseen, and how many not. */
void foresight_judge(struct foresight *foresight, uint32_t hits, uint32_t misses);

/* The member that p goes on with, NULL where none is foreseen. 32 bytes must be readable at p. */
static inline struct foresight_member *foresight_next(const struct foresight_member *from, const char *p)
{
    for (uint32_t i = 0; i < FORESIGHT_FOLLOWERS && from->followers[i]; i++)
        if (foresight_begins(p, from->followers[i]))
            return from->followers[i];
    return NULL;
}

/* The scanner found that behind `from`, text led to the value of node in object, and closed n_closed objects
 * and arrays. The member, NULL where it is not remembered. */
struct foresight_member *foresight_learn(struct foresight *foresight, struct foresight_member *from,
                                         struct kaiku_text text, uint32_t n_closed,
                                         const struct kaiku_path_node *object,
                                         const struct kaiku_path_node *node);

#endif
