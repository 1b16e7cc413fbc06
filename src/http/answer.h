/* What a request is answered with. */
#ifndef HTTP_ANSWER_H
#define HTTP_ANSWER_H

#include <base/text.h>

enum {
    HTTP_ANSWER_MAX = 16 << 20, /* bytes; what would be longer is refused */
    HTTP_ANSWER_LONG = 64 << 10,
    HTTP_ANSWERS_MAX = 64 << 20, /* of all long ones being sent; one that has no room is refused for now */
};

struct http_answer {
    unsigned status; /* 0: none yet */
    const char *type; /* of the content; a constant */
    struct kaiku_buffer body;
};

void http_answer_release(struct http_answer *answer);

/* Begins an answer of JSON, and gives where to write it. */
struct kaiku_buffer *http_answer_json(struct http_answer *answer);

/* Problem details (RFC 9457) in place of whatever stood there. */
void http_problem(struct http_answer *answer, unsigned status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* The same with a text as it is. */
void http_problem_text(struct http_answer *answer, unsigned status, struct kaiku_text detail);

#endif
