/* One pass over a record: is it the JSON that docs/events.md asks for, and where do the values
 * stand that pointers name?
 *
 * What no pointer names is walked over; what one names is checked, unescaped and located. The
 * record is copied first: NULs behind the copy let the scanner read whole blocks and stop every
 * token, and strings are unescaped in place. */
#ifndef DECODE_JSON_H
#define DECODE_JSON_H

#include "foresight.h"
#include "marks.h"
#include <decode/number.h>
#include "paths.h"

enum kaiku_json_kind {
    KAIKU_JSON_MISSING,
    KAIKU_JSON_NULL,
    KAIKU_JSON_FALSE,
    KAIKU_JSON_TRUE,
    KAIKU_JSON_NUMBER,
    KAIKU_JSON_TEXT,
    KAIKU_JSON_OBJECT,
    KAIKU_JSON_ARRAY,
    /* While scanning, and where no pointer ends. */
    KAIKU_JSON_WORD,    /* null, false, true, a number, or nothing that JSON knows */
    KAIKU_JSON_ESCAPED, /* a text with backslashes */
};

struct kaiku_json {
    const struct kaiku_paths *paths;
    /* Of each node of paths: what the record holds there. Kinds stand apart: they are cleared for
     * every record. */
    uint8_t *kinds;
    /* text of FALSE, TRUE, NUMBER and TEXT; the rest of NUMBER only. */
    struct kaiku_number *values;
    struct marks marks; /* of the record's copy */
    uint64_t *brackets; /* open ones of a value walked over, a bit each: set for '{' */
    struct kaiku_json_frame {
        const struct kaiku_path_node *node;
        uint32_t index; /* of the present element */
        char close;
    } *frames; /* open objects and arrays that pointers enter, from the second on */
    struct foresight foresight;
};

/* Borrows paths. Records are of at most max_bytes. */
int kaiku_json_init(struct kaiku_json *json, const struct kaiku_paths *paths, uint32_t max_bytes)
    KAIKU_MUST_CHECK;
void kaiku_json_release(struct kaiku_json *json);

/* False: not_json. Otherwise kinds and values are those of this record until the next scan. */
bool kaiku_json_scan(struct kaiku_json *json, struct kaiku_text record) KAIKU_MUST_CHECK;

#endif
