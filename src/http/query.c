#include "query.h"

#include <inttypes.h>
#include <microhttpd.h>
#include <stdio.h>

static const struct http_query_item *find(const struct http_query *query, struct kaiku_text name)
{
    for (uint32_t i = 0; i < query->n; i++)
        if (kaiku_text_equal(query->items[i].name, name))
            return &query->items[i];
    return NULL;
}

struct http_quote http_quote(const char *text)
{
    struct http_quote quote;
    struct kaiku_text whole = kaiku_text_of(text), cut = kaiku_text_cut(whole, 80);

    snprintf(quote.text, sizeof(quote.text), "'%.*s%s'", (int)cut.size, cut.data,
             cut.size < whole.size ? "..." : "");
    return quote;
}

static void refuse_unknown(struct http_answer *answer, const char *name,
                           const struct http_parameter *parameters)
{
    struct kaiku_buffer detail = {0};

    kaiku_buffer_format(&detail, "unknown parameter %s; known are", http_quote(name).text);
    for (uint32_t i = 0; parameters[i].name; i++)
        kaiku_buffer_format(&detail, "%s '%s'", i > 0 ? "," : "", parameters[i].name);
    if (!parameters[0].name)
        kaiku_buffer_string(&detail, " none");
    http_problem_text(answer, MHD_HTTP_BAD_REQUEST, kaiku_buffer_as_text(&detail));
    kaiku_buffer_release(&detail);
}

static bool is_known(struct kaiku_text name, const struct http_parameter *parameters)
{
    for (; parameters->name; parameters++)
        if (kaiku_text_equal(name, kaiku_text_of(parameters->name)))
            return true;
    return false;
}

static bool is_text(struct kaiku_text text)
{
    return kaiku_text_is_utf8(text) && (text.size == 0 || !memchr(text.data, '\0', text.size));
}

bool http_query_check(const struct http_query *query, const struct http_parameter *parameters,
                      struct http_answer *answer)
{
    for (uint32_t i = 0; i < query->n; i++) {
        const struct http_query_item *item = &query->items[i];
        if (!is_text(item->name) || !is_text(item->value)) {
            http_problem(answer, MHD_HTTP_BAD_REQUEST, "a parameter is no UTF-8 text");
            return false;
        }
        if (!is_known(item->name, parameters)) {
            refuse_unknown(answer, item->name.data, parameters);
            return false;
        }
        if (find(query, item->name) != item) {
            http_problem(answer, MHD_HTTP_BAD_REQUEST, "parameter '%s' stands twice", item->name.data);
            return false;
        }
    }
    for (; parameters->name; parameters++) {
        const struct http_query_item *item = find(query, kaiku_text_of(parameters->name));
        if (!parameters->is_required || (item && item->value.size > 0))
            continue;
        http_problem(answer, MHD_HTTP_BAD_REQUEST, "missing parameter '%s'", parameters->name);
        return false;
    }
    return true;
}

const char *http_query_text(const struct http_query *query, const char *name)
{
    const struct http_query_item *item = find(query, kaiku_text_of(name));

    return item && item->value.size > 0 ? item->value.data : "";
}

/* Digits only, 16 at most. */
static bool read_integer(const char *text, int64_t *out)
{
    size_t size = strspn(text, "0123456789");
    int64_t value = 0;

    if (size == 0 || size > 16 || text[size] != '\0')
        return false;
    for (size_t i = 0; i < size; i++)
        value = 10 * value + (text[i] - '0');
    *out = value;
    return true;
}

bool http_query_integer(const struct http_query *query, const char *name, int64_t low, int64_t high,
                        int64_t *out, struct http_answer *answer)
{
    const struct http_query_item *item = find(query, kaiku_text_of(name));
    int64_t value;

    if (!item)
        return true;
    if (item->value.size > 0 && read_integer(item->value.data, &value) && value >= low && value <= high) {
        *out = value;
        return true;
    }
    http_problem(answer, MHD_HTTP_BAD_REQUEST,
                 "'%s' is a whole number from %" PRId64 " to %" PRId64 ", not %s", name, low, high,
                 http_quote(http_query_text(query, name)).text);
    return false;
}
