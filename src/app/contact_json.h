/* A contact as an event of docs/events.md, in the default mapping; or broken on purpose. */
#ifndef APP_CONTACT_JSON_H
#define APP_CONTACT_JSON_H

#include "contact.h"

enum {
    APP_EVENT_MAX = 640, /* bytes of any event */
};

/* What is wrong with an event; the last two cost an answer, the others the record. */
enum app_flaw {
    APP_FLAW_NONE,
    APP_FLAW_CUT,   /* ends in the middle */
    APP_FLAW_BYTES, /* no UTF-8 */
    APP_FLAW_ID,    /* an object */
    APP_FLAW_OP,    /* no such op */
    APP_FLAW_DIMENSION, /* a list */
    APP_FLAW_TIME,  /* no such day */
    APP_FLAW_TYPE,  /* a score in words */
    APP_FLAW_SCALE, /* a score of 11 */
    APP_FLAWS,
};

/* Writes at most APP_EVENT_MAX bytes, no NUL, no line end; returns their number. *op_at: where
 * `"op":"retract",` goes to make it a retraction. Times are written in the local clock that is
 * utc_offset_min ahead of UTC. */
uint32_t app_contact_write(const struct app_contact *contact, int utc_offset_min,
                           enum app_flaw flaw, char *out, uint32_t *op_at);

#endif
