/* /api/v1/feed: the events that met an alert. */
#include "entries.h"

#include <kaiku/keys.h>

enum { LIMIT = 100 };

/* These are numbers; all else is text as the event had it. */
static bool is_figure(struct kaiku_text name)
{
    static const char *const figures[] = {"at", "partition", "offset", "value"};

    for (size_t i = 0; i < sizeof(figures) / sizeof(*figures); i++)
        if (kaiku_text_equal(name, kaiku_text_of(figures[i])))
            return true;
    return false;
}

static void write_event(void *context, struct http_json *json, struct kaiku_pairs pairs)
{
    (void)context;
    http_json_open(json, '{');
    for (uint32_t i = 0; i < pairs.n; i++) {
        http_json_name(json, pairs.items[2 * i]);
        if (is_figure(pairs.items[2 * i]))
            http_json_figure(json, pairs.items[2 * i + 1]);
        else
            http_json_column(json, pairs.items[2 * i + 1]);
    }
    http_json_close(json, '}');
}

int http_api_feed(const struct http_api *api, const struct http_query *query, struct http_answer *answer)
{
    struct http_entries entries = {0};
    struct kaiku_id_range range = {.from = "-", .to = "+"};
    int64_t limit = LIMIT;
    char key[KAIKU_KEY_MAX];

    if (!http_find_alert(api, query, answer) || !http_find_limit(query, &limit, answer))
        return KAIKU_OK;
    if (kaiku_key_feed(key, sizeof(key), api->prefix, http_query_text(query, "alert")) < 0)
        return KAIKU_NOMEM;
    range.count = (uint32_t)limit;
    int status = http_entries_read(api, key, range, write_event, NULL, &entries);
    if (status == KAIKU_OK)
        status = http_entries_answer(&entries, false, answer);
    http_entries_release(&entries);
    return status;
}
