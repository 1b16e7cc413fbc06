#include "api.h"

#include <model_fixture.h>

#include <criterion/criterion.h>

/* What is in it is compared with the configuration by tests/integration/http_api.py. */
Test(views, fields_of_targets_are_named_where_there_are_any)
{
    struct kaiku_model *model = kaiku_fixture_contact();
    struct http_api api = {.model = model, .prefix = "k"};
    struct http_query query = {0};
    struct http_answer answer = {0};

    cr_assert_eq(http_api_views(&api, &query, &answer), KAIKU_OK);
    cr_expect_eq(answer.status, 200);
    const char *text = kaiku_buffer_cstring(&answer.body);
    cr_expect_not_null(strstr(text, "\"nps_detractors\",\"nps_target\",\"nps_gap\",\"nps_needed\",\"nps_status\"]"), "%s", text);
    cr_expect_not_null(strstr(text, "\"fields\":[\"csat\",\"csat_lo\",\"csat_hi\",\"csat_n\",\"csat_mean\"]"), "%s", text);
    cr_expect_not_null(strstr(text, "\"name\":\"invited\",\"kind\":\"count\",\"scale\":null,\"unit\":null,"), "%s", text);
    http_answer_release(&answer);
    kaiku_fixture_destroy(model);
}
