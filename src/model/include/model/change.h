/* How two configurations differ in what decides: by their rules, the texts that kaiku_digest_rules makes.
 *
 * A configuration may take over a prefix from another one if it only adds to it: metrics behind the others (their
 * places in a cell follow their order), views, and values that dimensions may have. Between any two, at most one
 * may take over from the other. */
#ifndef MODEL_CHANGE_H
#define MODEL_CHANGE_H

#include <model/model.h>

#define KAIKU_PART_TABLE(X) X(metric) X(view) X(dimension)

enum kaiku_part {
#define X(name) KAIKU_PART_##name,
    KAIKU_PART_TABLE(X)
#undef X
    KAIKU_PARTS
};

const char *kaiku_part_text(enum kaiku_part part);

struct kaiku_addition {
    enum kaiku_part part;
    struct kaiku_text name;
    uint32_t max_values; /* of a dimension that may have more from now on: how many until then */
};

enum { KAIKU_MAX_ADDITIONS = KAIKU_MAX_METRICS + KAIKU_MAX_VIEWS + KAIKU_MAX_DIMENSIONS };

struct kaiku_change {
    struct kaiku_addition added[KAIKU_MAX_ADDITIONS]; /* names are borrowed from the text `now` */
    uint32_t n;
    char why[160]; /* the first thing that differs and is no addition */
};

/* OK: `now` only adds to `former`. REFUSED: change->why says what else differs. INVALID: one of them is no such
 * text. */
int kaiku_change_find(struct kaiku_text former, struct kaiku_text now, struct kaiku_change *change)
    KAIKU_MUST_CHECK;

#endif
