/* /api/v1/now and /api/v1/trust: a hash as an object. */
#include "api.h"

#include <kaiku/keys.h>
#include <microhttpd.h>

int http_api_now(const struct http_api *api, const struct http_query *query, struct http_answer *answer)
{
    const char *member = http_query_text(query, "member");
    struct http_json json = {.out = &answer->body};
    struct http_place place;
    struct kaiku_pairs pairs;
    char key[KAIKU_KEY_MAX];

    if (!http_find_place(api, query, &place, answer) ||
        !http_find_member(api, query, place.view, answer))
        return KAIKU_OK;
    if (kaiku_key_now(key, sizeof(key), api->prefix, place.view->name,
                      place.view->windows[place.window].name, member) < 0)
        return KAIKU_NOMEM;
    int status = kaiku_view_reader_hash(api->reader, key, &pairs);
    if (status != KAIKU_OK)
        return status;
    if (pairs.n == 0) {
        http_problem(answer, MHD_HTTP_NOT_FOUND, "%s has had no answers lately in view '%s'",
                     http_quote(member).text, place.view->name);
        return KAIKU_OK;
    }
    http_answer_json(answer);
    http_json_open(&json, '{');
    if (http_has_own(pairs, "member")) {
        http_json_name(&json, KAIKU_TEXT("member"));
        http_json_string(&json, member);
    }
    http_put_fields(&json, pairs);
    http_json_close(&json, '}');
    return http_finish(answer);
}

int http_api_trust(const struct http_api *api, const struct http_query *query, struct http_answer *answer)
{
    struct http_json json = {.out = &answer->body};
    struct kaiku_pairs pairs;
    char key[KAIKU_KEY_MAX];

    (void)query;
    if (kaiku_key_trust(key, sizeof(key), api->prefix) < 0)
        return KAIKU_NOMEM;
    int status = kaiku_view_reader_hash(api->reader, key, &pairs);
    if (status != KAIKU_OK)
        return status;
    if (pairs.n == 0) {
        http_problem(answer, MHD_HTTP_NOT_FOUND, "nothing has been published yet");
        return KAIKU_OK;
    }
    http_answer_json(answer);
    http_json_open(&json, '{');
    http_put_fields(&json, pairs);
    http_json_close(&json, '}');
    return http_finish(answer);
}
