/* Which path leads where. */
#ifndef HTTP_ROUTE_H
#define HTTP_ROUTE_H

#include "api.h"

#define HTTP_API_PATH "/api/v1"

struct http_route {
    const char *path;
    http_endpoint *endpoint;
    bool needs_redis;
    const struct http_parameter *parameters;
};

/* An endpoint of the API; NULL where there is none. */
const struct http_route *http_route_find(const char *path);

/* What nobody needs a token for: the page, its assets and the probes. They tell nothing of what is counted. */
bool http_route_is_public(const char *path);

/* An asset of the page, or the description of the API; false where there is none. Texts are constants. */
bool http_route_file(const char *path, const char **type, struct kaiku_text *content);

#endif
