/* The parameters of a request: NAME=VALUE behind the question mark. */
#ifndef HTTP_QUERY_H
#define HTTP_QUERY_H

#include "answer.h"

enum { HTTP_QUERY_MAX = 16 }; /* parameters */

struct http_query {
    /* Borrowed, percent-decoded, and with a NUL behind each value. */
    struct http_query_item {
        struct kaiku_text name, value;
    } items[HTTP_QUERY_MAX];
    uint32_t n;
};

/* What a path takes; an array of these ends with a NULL name. */
struct http_parameter {
    const char *name;
    bool is_required;
};

/* Are all of them known, there at most once, text, and there where they are required? Otherwise the answer says
 * what is wrong. */
bool http_query_check(const struct http_query *query, const struct http_parameter *parameters,
                      struct http_answer *answer);

/* "" where it is not there. Checked before, so without a NUL inside. */
const char *http_query_text(const struct http_query *query, const char *name);

/* A whole number low..high, *out untouched where it is not there; false, and the answer, where it is none. */
bool http_query_integer(const struct http_query *query, const char *name, int64_t low, int64_t high,
                        int64_t *out, struct http_answer *answer);

/* A text of the request as it may stand in a message: in quotes, of bounded length. */
struct http_quote {
    char text[88];
};
struct http_quote http_quote(const char *text);

#endif
