/* /api/v1/series: a member, window by window. */
#include "entries.h"

#include <inttypes.h>
#include <kaiku/keys.h>
#include <stdio.h>
#include <stdlib.h>

enum { LIMIT = 1000 };

static const int64_t TIME_MAX = (INT64_C(1) << 53) - 1; /* what JSON readers hold exactly */

/* The time of an entry: what stands before the dash of its id. */
static int64_t time_of(struct kaiku_text id)
{
    return strtoll(id.data, NULL, 10);
}

static void write_window(void *context, struct http_json *json, struct kaiku_pairs pairs)
{
    (void)context;
    http_json_open(json, '{');
    if (http_has_own(pairs, "time")) {
        http_json_name(json, KAIKU_TEXT("time"));
        http_json_integer(json, time_of(pairs.id));
    }
    http_put_fields(json, pairs);
    http_json_close(json, '}');
}

int http_api_series(const struct http_api *api, const struct http_query *query,
                    struct http_answer *answer)
{
    int64_t from_ms = 0, to_ms = TIME_MAX, limit = LIMIT;
    struct http_entries entries = {0};
    struct http_place place;
    char key[KAIKU_KEY_MAX], from[24], to[24];

    if (!http_find_place(api, query, &place, answer) ||
        !http_find_member(api, query, place.view, answer) ||
        !http_query_integer(query, "from", 0, TIME_MAX, &from_ms, answer) ||
        !http_query_integer(query, "to", 0, TIME_MAX, &to_ms, answer) ||
        !http_find_limit(query, &limit, answer))
        return KAIKU_OK;
    if (kaiku_key_series(key, sizeof(key), api->prefix, place.view->name,
                         place.view->windows[place.window].name, http_query_text(query, "member")) < 0)
        return KAIKU_NOMEM;
    snprintf(from, sizeof(from), "%" PRId64, from_ms);
    snprintf(to, sizeof(to), "%" PRId64, to_ms);
    struct kaiku_id_range range = {.from = from, .to = to, .count = (uint32_t)limit};
    int status = http_entries_read(api, key, range, write_window, NULL, &entries);
    if (status == KAIKU_OK)
        status = http_entries_answer(&entries, true, answer);
    http_entries_release(&entries);
    return status;
}
