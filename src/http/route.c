#include "route.h"

#include <page/assets.h>

/* Built from openapi.json, see CMakeLists.txt. */
extern const char http_openapi[];

static const struct http_parameter none[] = {{0}};
static const struct http_parameter of_now[] = {{"view", true}, {"window", true}, {"member", true}, {0}};
static const struct http_parameter of_series[] = {{"view", true},  {"window", true}, {"member", true},
                                                  {"from", false}, {"to", false},    {"limit", false},
                                                  {0}};
static const struct http_parameter of_rows[] = {
    {"view", true}, {"window", true}, {"set", false}, {"limit", false}, {0}};
static const struct http_parameter of_feed[] = {{"alert", true}, {"limit", false}, {0}};

static const struct http_route routes[] = {
    {HTTP_API_PATH "/views", http_api_views, false, none},
    {HTTP_API_PATH "/now", http_api_now, true, of_now},
    {HTTP_API_PATH "/series", http_api_series, true, of_series},
    {HTTP_API_PATH "/rows", http_api_rows, true, of_rows},
    {HTTP_API_PATH "/feed", http_api_feed, true, of_feed},
    {HTTP_API_PATH "/trust", http_api_trust, true, none},
};

const struct http_route *http_route_find(const char *path)
{
    for (size_t i = 0; i < sizeof(routes) / sizeof(*routes); i++)
        if (strcmp(routes[i].path, path) == 0)
            return &routes[i];
    return NULL;
}

static const struct kaiku_page_asset *find_asset(const char *path)
{
    for (size_t i = 0; i < kaiku_page_n_assets; i++)
        if (strcmp(kaiku_page_assets[i].path, path) == 0)
            return &kaiku_page_assets[i];
    return NULL;
}

bool http_route_is_public(const char *path)
{
    return strcmp(path, "/healthz") == 0 || strcmp(path, "/readyz") == 0 || find_asset(path);
}

bool http_route_file(const char *path, const char **type, struct kaiku_text *content)
{
    const struct kaiku_page_asset *asset = find_asset(path);

    if (asset) {
        *type = asset->type;
        *content = (struct kaiku_text){(const char *)asset->data, asset->size};
        return true;
    }
    if (strcmp(path, HTTP_API_PATH "/openapi.json") != 0)
        return false;
    *type = "application/json";
    *content = kaiku_text_of(http_openapi);
    return true;
}
