/* The members of one table, as far as there are few of them. Zero-initialised is a valid empty one. */
#ifndef PUBLISH_ROLL_H
#define PUBLISH_ROLL_H

#include <base/text.h>

enum { ROLL_MOST = 50 };

struct roll {
    uint32_t n; /* more than ROLL_MOST: too many, and none is kept */
    struct kaiku_text members[ROLL_MOST]; /* ascending */
    struct kaiku_buffer texts; /* that members point into, once the roll is closed */
};

void roll_release(struct roll *roll);
void roll_begin(struct roll *roll);
/* Copies it. */
int roll_add(struct roll *roll, struct kaiku_text member) KAIKU_MUST_CHECK;
/* All were added: brings them into their order, and drops those that came twice. */
void roll_end(struct roll *roll);
/* What stands for the members: 0 where there are none or too many, never 0 otherwise. */
uint64_t roll_sum(const struct roll *roll, uint64_t seed);

#endif
