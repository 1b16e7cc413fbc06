/* Objects and arrays that no pointer enters are walked over as they stand. */
#ifndef DECODE_NESTED_H
#define DECODE_NESTED_H

#include "marks.h"

enum { NESTED_WORD_BITS = 64 };

/* The end of the object or array at p of the record's copy, which ends at `end`: brackets must pair by kind and strings must
 * end, anything may stand between them. NULL: it has none. brackets: room for a bit for each byte of a record. */
char *nested_end(const struct marks *marks, uint64_t *brackets, const char *end, char *p);

#endif
