#include "route.h"

#include <criterion/criterion.h>

Test(route, endpoints)
{
    cr_expect_eq(http_route_find("/api/v1/now")->endpoint, http_api_now);
    cr_expect_null(http_route_find("/api/v1/now/"));
    cr_expect_null(http_route_find("/api/v1/report"));
    cr_expect_null(http_route_find(""));
}

Test(route, files)
{
    const char *type;
    struct kaiku_text content;

    cr_assert(http_route_file("/", &type, &content));
    cr_expect_str_eq(type, "text/html; charset=utf-8");
    cr_expect_gt(content.size, 100);
    cr_assert(http_route_file("/api/v1/openapi.json", &type, &content));
    cr_expect_str_eq(type, "application/json");
    cr_expect_eq(content.data[0], '{');
    cr_expect_not(http_route_file("/index.html", &type, &content));
}

Test(route, what_needs_no_token)
{
    static const char *const guarded[] = {"/metrics", "/api/v1/views", "/api/v1/openapi.json", "/nothing", ""};

    cr_expect(http_route_is_public("/"));
    cr_expect(http_route_is_public("/healthz"));
    cr_expect(http_route_is_public("/readyz"));
    for (size_t i = 0; i < sizeof(guarded) / sizeof(*guarded); i++)
        cr_expect_not(http_route_is_public(guarded[i]), "'%s'", guarded[i]);
}
