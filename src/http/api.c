#include "api.h"

#include <microhttpd.h>

bool http_has_own(struct kaiku_pairs pairs, const char *name)
{
    for (uint32_t i = 0; i < pairs.n; i++)
        if (kaiku_text_equal(pairs.items[2 * i], kaiku_text_of(name)))
            return false;
    return true;
}

void http_put_field(struct http_json *json, struct kaiku_text name, struct kaiku_text value)
{
    if (name.size > 0 && name.data[0] == '_')
        return;
    http_json_name(json, name);
    http_json_figure(json, value);
}

void http_put_fields(struct http_json *json, struct kaiku_pairs pairs)
{
    for (uint32_t i = 0; i < pairs.n; i++)
        http_put_field(json, pairs.items[2 * i], pairs.items[2 * i + 1]);
}

int http_finish(struct http_answer *answer)
{
    if (answer->body.failed)
        return KAIKU_NOMEM;
    if (answer->body.size > HTTP_ANSWER_MAX)
        http_problem(answer, MHD_HTTP_BAD_REQUEST,
                     "the answer would be longer than %d MiB: ask for less, with 'limit' or a shorter range",
                     HTTP_ANSWER_MAX >> 20);
    return KAIKU_OK;
}
