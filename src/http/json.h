/* JSON, written from front to back into a buffer; out of memory shows in the buffer. */
#ifndef HTTP_JSON_H
#define HTTP_JSON_H

#include <base/text.h>

struct http_json {
    struct kaiku_buffer *out;
    bool is_behind; /* a value, so that a comma comes before the next one */
};

void http_json_open(struct http_json *json, char bracket); /* { or [ */
void http_json_close(struct http_json *json, char bracket);
void http_json_name(struct http_json *json, struct kaiku_text name);
/* What is no UTF-8 comes out as U+FFFD. */
void http_json_text(struct http_json *json, struct kaiku_text text);
void http_json_string(struct http_json *json, const char *string); /* NULL: null */
void http_json_integer(struct http_json *json, int64_t value);
/* A value as it stands in Redis: a decimal number, null for `nan`, and any other text. */
void http_json_figure(struct http_json *json, struct kaiku_text text);
/* A text as it stands in a text column of Redis, without the U+00A0 before what reads as a number. */
void http_json_column(struct http_json *json, struct kaiku_text text);

#endif
