#include "answer.h"

#include "json.h"

#include <microhttpd.h>
#include <stdio.h>

void http_answer_release(struct http_answer *answer)
{
    kaiku_buffer_release(&answer->body);
}

struct kaiku_buffer *http_answer_json(struct http_answer *answer)
{
    answer->status = MHD_HTTP_OK;
    answer->type = "application/json";
    kaiku_buffer_clear(&answer->body);
    return &answer->body;
}

void http_problem_text(struct http_answer *answer, unsigned status, struct kaiku_text detail)
{
    struct http_json json = {.out = &answer->body};

    /* Memory of a long answer is not kept for this short one. */
    http_answer_release(answer);
    answer->status = status;
    answer->type = "application/problem+json";
    http_json_open(&json, '{');
    http_json_name(&json, KAIKU_TEXT("type"));
    http_json_string(&json, "about:blank");
    http_json_name(&json, KAIKU_TEXT("title"));
    http_json_string(&json, MHD_get_reason_phrase_for(status));
    http_json_name(&json, KAIKU_TEXT("status"));
    http_json_integer(&json, status);
    http_json_name(&json, KAIKU_TEXT("detail"));
    http_json_text(&json, detail);
    http_json_close(&json, '}');
}

void http_problem(struct http_answer *answer, unsigned status, const char *format, ...)
{
    char detail[1024];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(detail, sizeof(detail), format, arguments);
    va_end(arguments);
    http_problem_text(answer, status, kaiku_text_of(detail));
}
