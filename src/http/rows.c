/* /api/v1/rows: a table of the newest window. It is replaced as a whole, so it is read in one step. */
#include "api.h"

#include <kaiku/keys.h>
#include <model/member.h>
#include <stdlib.h>

struct table {
    struct http_json json;
    uint32_t columns; /* of text, before the figures */
};

/* The rank stands behind the dash of an id. */
static int64_t rank_of(struct kaiku_text id)
{
    const char *dash = memchr(id.data, '-', id.size);

    return dash ? strtoll(dash + 1, NULL, 10) : 0;
}

static void open_row(struct http_json *json, struct kaiku_pairs pairs, int64_t rank)
{
    http_json_open(json, '{');
    if (http_has_own(pairs, "rank")) {
        http_json_name(json, KAIKU_TEXT("rank"));
        http_json_integer(json, rank);
    }
}

static void write_row(void *context, struct kaiku_pairs pairs)
{
    struct table *table = context;
    struct http_json *json = &table->json;

    if (json->out->size > HTTP_ANSWER_MAX)
        return;
    open_row(json, pairs, rank_of(pairs.id));
    for (uint32_t i = 0; i < pairs.n; i++) {
        if (i >= table->columns) {
            http_put_field(json, pairs.items[2 * i], pairs.items[2 * i + 1]);
            continue;
        }
        http_json_name(json, pairs.items[2 * i]);
        http_json_column(json, pairs.items[2 * i + 1]);
    }
    http_json_close(json, '}');
}

static int read_table(const struct http_api *api, const struct http_place *place, uint32_t grouping,
                      uint32_t limit, struct http_json json)
{
    struct table table = {json, (uint32_t)__builtin_popcount(grouping)};
    struct kaiku_id_range range = {.from = "-", .to = "+", .count = limit};
    struct kaiku_buffer set = {0};
    char key[KAIKU_KEY_MAX];

    kaiku_member_set(&set, api->model, place->view, grouping);
    int size = kaiku_key_rows(key, sizeof(key), api->prefix, place->view->name,
                              place->view->windows[place->window].name, kaiku_buffer_cstring(&set));
    bool failed = set.failed;
    kaiku_buffer_release(&set);
    if (size < 0 || failed)
        return KAIKU_NOMEM;
    return kaiku_view_reader_range(api->reader, key, &range, write_row, &table);
}

/* A row has neither window nor time of writing. */
static bool is_of_now(struct kaiku_text name)
{
    return kaiku_text_equal(name, KAIKU_TEXT("from")) || kaiku_text_equal(name, KAIKU_TEXT("to")) ||
           kaiku_text_equal(name, KAIKU_TEXT("updated"));
}

/* The total has no table in Redis: its one row is what stands in `now`. */
static int read_total(const struct http_api *api, const struct http_place *place, struct http_json json)
{
    char key[KAIKU_KEY_MAX], member[KAIKU_MAX_BY * sizeof(KAIKU_ALL)] = KAIKU_ALL;
    struct kaiku_pairs pairs;

    for (uint32_t i = 1; i < place->view->n_by; i++)
        strcat(member, "|" KAIKU_ALL);
    if (kaiku_key_now(key, sizeof(key), api->prefix, place->view->name,
                      place->view->windows[place->window].name, member) < 0)
        return KAIKU_NOMEM;
    int status = kaiku_view_reader_hash(api->reader, key, &pairs);
    if (status != KAIKU_OK || pairs.n == 0)
        return status;
    open_row(&json, pairs, 1);
    for (uint32_t i = 0; i < pairs.n; i++)
        if (!is_of_now(pairs.items[2 * i]))
            http_put_field(&json, pairs.items[2 * i], pairs.items[2 * i + 1]);
    http_json_close(&json, '}');
    return status;
}

int http_api_rows(const struct http_api *api, const struct http_query *query, struct http_answer *answer)
{
    struct http_json json = {.out = &answer->body};
    int64_t limit = HTTP_ENTRIES_MAX;
    struct http_place place;
    uint32_t grouping;
    int status;

    if (!http_find_place(api, query, &place, answer) ||
        !http_find_set(api, query, place.view, &grouping, answer) ||
        !http_find_limit(query, &limit, answer))
        return KAIKU_OK;
    http_answer_json(answer);
    http_json_open(&json, '[');
    status = grouping == 0 ? read_total(api, &place, json)
                           : read_table(api, &place, grouping, (uint32_t)limit, json);
    http_json_close(&json, ']');
    return status == KAIKU_OK ? http_finish(answer) : status;
}
