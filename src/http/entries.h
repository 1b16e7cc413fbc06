/* Objects made of a stream's entries, read from the newest on in pieces, so that the replies of a long range are
 * not all in memory at once. */
#ifndef HTTP_ENTRIES_H
#define HTTP_ENTRIES_H

#include "api.h"

typedef void http_entry_write(void *context, struct http_json *json, struct kaiku_pairs pairs);

struct http_entries {
    struct kaiku_buffer text; /* the objects, one behind the other */
    uint32_t *ends;           /* where they end in it */
    uint32_t n, capacity;
};

/* The newest `limit` of those from..to (as in XRANGE), until their text is longer than an answer may be. Release it
 * in any case. */
int http_entries_read(const struct http_api *api, const char *key, struct kaiku_id_range range,
                      http_entry_write *write, void *context, struct http_entries *out) KAIKU_MUST_CHECK;
/* Makes the answer: an array. */
int http_entries_answer(const struct http_entries *entries, bool oldest_first,
                        struct http_answer *answer);
void http_entries_release(struct http_entries *entries);

#endif
