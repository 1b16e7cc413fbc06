/* One run of fields (names and values) that grows in an arena. Names and texts are borrowed. */
#ifndef PUBLISH_RUN_H
#define PUBLISH_RUN_H

#include "arena.h"

#include <store/store.h>

struct run {
    struct arena *arena;
    struct kaiku_text *texts;
    uint32_t n;
    char *values; /* where the next number goes */
};

/* Room for `most` fields. Nothing else may be taken from the arena until the run has ended. */
int run_begin(struct run *run, struct arena *arena, uint32_t most) KAIKU_MUST_CHECK;
void run_text(struct run *run, struct kaiku_text name, struct kaiku_text value);
void run_integer(struct run *run, struct kaiku_text name, int64_t value);
void run_decimal(struct run *run, struct kaiku_text name, __int128 value, unsigned decimals);
void run_real(struct run *run, struct kaiku_text name, long double value);
struct kaiku_fields run_end(struct run *run);

#endif
