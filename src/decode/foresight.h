/* Which member of an object comes next: producers write the same keys in the same order.
 *
 * For each member seen, the bytes that led from it to the values behind it are remembered: `,"key":` as the
 * producer writes it. Where the record goes on with the same bytes, comparing them is all the work; anything
 * else is read by the scanner, and remembered. Several layouts live side by side, since what follows is
 * remembered member by member; where little is foreseen for long (shuffled keys), it rests. One thread. */
#ifndef DECODE_FORESIGHT_H
#define DECODE_FORESIGHT_H

#include "blocks.h"
#include "paths.h"

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
    uint32_t n_closed; /* open objects and arrays that the text closes */
    bool opens;        /* it begins with the bracket of the value before */
    const struct kaiku_path_node *object, *node;
    struct foresight_member *followers[FORESIGHT_FOLLOWERS]; /* NULL behind the last */
};

struct foresight {
    struct foresight_member *members; /* the first stands for the beginning of a record */
    uint32_t n;
    uint32_t failures; /* records in a row that were mostly not foreseen */
    uint32_t rest;     /* records to go by without foresight */
};

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

/* The member that p goes on with, NULL where none is foreseen; *ahead: the stops (blocks.h) from its value,
 * as far as they were seen on the way. 32 bytes must be readable at p. */
static inline struct foresight_member *foresight_next(const struct foresight_member *from,
                                                      const char *p, uint32_t *ahead)
{
    struct kaiku_block32 block = kaiku_block32_load(p);

    for (uint32_t i = 0; i < FORESIGHT_FOLLOWERS && from->followers[i]; i++) {
        struct foresight_member *member = from->followers[i];
        uint32_t same = kaiku_block32_equal(block, member->text);

        if ((same & member->mask) == member->mask) {
            *ahead = member->size < FORESIGHT_BYTES ? kaiku_block32_stops(block) >> member->size : 0;
            return member;
        }
    }
    return NULL;
}

/* The scanner found that behind `from`, text led to the value of node in object, and closed n_closed objects
 * and arrays. The member, NULL where it is not remembered. */
struct foresight_member *foresight_learn(struct foresight *foresight, struct foresight_member *from,
                                         struct kaiku_text text, uint32_t n_closed,
                                         const struct kaiku_path_node *object,
                                         const struct kaiku_path_node *node);

#endif
