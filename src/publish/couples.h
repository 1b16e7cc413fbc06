/* Which values stand beside which of the dimension before in a view: what `values:VIEW:DIMENSION:PARENT` holds.
 *
 * A commit carries those that none before it brought, as far as this is remembered: forgetting costs no more than
 * bringing them again. One thread. */
#ifndef PUBLISH_COUPLES_H
#define PUBLISH_COUPLES_H

#include "sequence.h"

struct couples {
    const struct kaiku_model *model;
    struct kaiku_table table; /* key: view and place, the publisher's ids of both values */
};

int couples_init(struct couples *couples, const struct kaiku_model *model) KAIKU_MUST_CHECK;
void couples_release(struct couples *couples);

/* Ids mean something else from now on, or what a commit brought may be gone. */
void couples_forget(struct couples *couples);

/* place: of the later one in the view's dimensions; parent: KAIKU_ID_ALL for any. */
typedef void couples_visit(void *context, uint32_t view, uint32_t place, uint32_t parent, uint32_t value);

/* Visits those of a delta that are not remembered, and remembers them. */
void couples_find(struct couples *couples, const struct projection_source *source, couples_visit *visit,
                  void *context);

#endif
