/* Which values of a dimension are admitted.
 *
 * Redis decides, once and for all instances (docs/events.md). What is remembered here holds for a term, one
 * connection or several over which a commit is in flight: at its start the admitted values are read; a value
 * not among them is asked for. Once a dimension has refused a value it is full, its set is read again and is
 * final, so further unknown values are refused without asking. One thread. */
#ifndef PUBLISH_ADMISSION_H
#define PUBLISH_ADMISSION_H

#include <aggregate/delta.h>

struct admission {
    const struct kaiku_model *model;
    struct kaiku_store *store;
    bool known; /* the sets were read in this term */
    struct admission_dimension {
        struct kaiku_interner admitted; /* by escaped text; its numbers are the publisher's value ids */
        bool full;
        bool noted[KAIKU_ID_FIRST]; /* reserved values that stand in the set */
    } dimensions[KAIKU_MAX_DIMENSIONS];
    struct kaiku_buffer escaped; /* scratch */
};

int admission_init(struct admission *admission, const struct kaiku_model *model,
                   struct kaiku_store *store) KAIKU_MUST_CHECK;
void admission_release(struct admission *admission);

/* Forgets everything; the next settle reads anew. */
void admission_forget(struct admission *admission);

/* Whether the Redis of a new connection still holds all that was admitted over the last one, as far as this is
 * remembered: it may be another, or have fallen back. Where it does, what is remembered holds on. */
int admission_stands(struct admission *admission, bool *stands) KAIKU_MUST_CHECK;

/* Value ids of one delta: ids[d][local id] is the publisher's, KAIKU_ID_OTHER for a refused value. */
struct admission_map {
    uint32_t *ids[KAIKU_MAX_DIMENSIONS];
    uint32_t capacity[KAIKU_MAX_DIMENSIONS];
};

void admission_map_release(struct admission_map *map);

/* Asks for what the delta uses, marks what was admitted in its interners, adds what it learns of refused
 * values to its total of `other`, and fills the map. MISMATCH: a value that the delta's worker took for
 * admitted is not, so the delta is wrong. */
int admission_settle(struct admission *admission, struct kaiku_delta *delta, struct admission_map *map)
    KAIKU_MUST_CHECK;

/* A value as it stands in members. */
struct kaiku_text admission_text(const struct admission *admission, uint32_t dimension, uint32_t id);

#endif
