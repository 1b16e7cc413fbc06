/* The JSON API: an endpoint each, which reads Redis as any reader would. */
#ifndef HTTP_API_H
#define HTTP_API_H

#include "json.h"
#include "query.h"

#include <model/model.h>
#include <store/reader.h>

enum { HTTP_ENTRIES_MAX = 10000 }; /* of one answer */

struct http_api {
    const struct kaiku_model *model;
    const char *prefix;
    struct kaiku_view_reader *reader; /* NULL for endpoints that need no Redis */
};

/* Makes the answer, which may be a problem. The query was checked by http_query_check. Anything but OK: why Redis
 * gave none, see store/reader.h, or NOMEM. */
typedef int http_endpoint(const struct http_api *api, const struct http_query *query,
                          struct http_answer *answer);

http_endpoint http_api_views, http_api_now, http_api_series, http_api_rows, http_api_feed, http_api_trust;

/* ---- for endpoints ---- */

/* A view and a window of it. */
struct http_place {
    const struct kaiku_view *view;
    uint32_t window;
};

/* These give false, and a problem that names what exists, where there is no such thing. */
bool http_find_place(const struct http_api *api, const struct http_query *query,
                     struct http_place *out, struct http_answer *answer);
/* Has the view members like this one, of a grouping of its own? */
bool http_find_member(const struct http_api *api, const struct http_query *query,
                      const struct kaiku_view *view, struct http_answer *answer);
/* *out: bit i set where by[i] is kept. A blank stands for a +, which it was before it was decoded. */
bool http_find_set(const struct http_api *api, const struct http_query *query,
                   const struct kaiku_view *view, uint32_t *out, struct http_answer *answer);
bool http_find_alert(const struct http_api *api, const struct http_query *query, struct http_answer *answer);
bool http_find_limit(const struct http_query *query, int64_t *limit, struct http_answer *answer);

/* False where a metric has the name of a key that is the API's own, and takes its place. */
bool http_has_own(struct kaiku_pairs pairs, const char *name);
/* A field as it is typed; nothing for those that begin with _, which are kaiku's own. */
void http_put_field(struct http_json *json, struct kaiku_text name, struct kaiku_text value);
void http_put_fields(struct http_json *json, struct kaiku_pairs pairs);

/* Ends the answer; NOMEM, or a problem where it is longer than HTTP_ANSWER_MAX. */
int http_finish(struct http_answer *answer);

#endif
