/* Values of one dimension as they stand in members: which are admitted is decided in Redis, once for all, so it is
 * taken from there. Those of events that were counted were all asked for. */
#ifndef VERIFY_VALUES_H
#define VERIFY_VALUES_H

#include "map.h"

#include <decode/decode.h>

struct verify_values {
    struct verify_map set;
    uint32_t n; /* but the reserved ones */
    struct kaiku_buffer escaped;
};

void verify_values_release(struct verify_values *values);
int verify_values_take(struct verify_values *values, struct kaiku_text stored) KAIKU_MUST_CHECK;

/* What an event's value is in members, borrowed from the set. *is_missing: there is room for max_values, and it is
 * not there; it is from now on. */
int verify_values_name(struct verify_values *values, const struct kaiku_dimension_value *value,
                       uint32_t max_values, struct kaiku_text *out, bool *is_missing)
    KAIKU_MUST_CHECK;

#endif
