/* What a request names, looked up in the configuration. */
#include "api.h"

#include <microhttpd.h>
#include <model/member.h>
#include <stdio.h>

enum {
    SET_MAX = KAIKU_MAX_BY * (KAIKU_MAX_NAME + 1),
    MEMBER_MAX = KAIKU_MAX_BY * (3 * KAIKU_MAX_VALUE + 1), /* each value escaped threefold, and a bar */
};

/* A problem whose text was built piece by piece; false, for the caller to give. */
static bool refuse(struct http_answer *answer, struct kaiku_buffer *detail)
{
    http_problem_text(answer, MHD_HTTP_NOT_FOUND, kaiku_buffer_as_text(detail));
    kaiku_buffer_release(detail);
    return false;
}

static void append_name(struct kaiku_buffer *detail, uint32_t i, const char *name)
{
    kaiku_buffer_format(detail, "%s '%s'", i > 0 ? "," : "", name);
}

static bool find_view(const struct http_api *api, const char *name, const struct kaiku_view **out,
                      struct http_answer *answer)
{
    const struct kaiku_model *model = api->model;
    struct kaiku_buffer detail = {0};

    for (uint32_t i = 0; i < model->n_views; i++) {
        *out = &model->views[i];
        if (strcmp(model->views[i].name, name) == 0)
            return true;
    }
    kaiku_buffer_format(&detail, "no view %s; there are", http_quote(name).text);
    for (uint32_t i = 0; i < model->n_views; i++)
        append_name(&detail, i, model->views[i].name);
    return refuse(answer, &detail);
}

static bool find_window(const struct kaiku_view *view, const char *name, uint32_t *out,
                        struct http_answer *answer)
{
    struct kaiku_buffer detail = {0};

    for (uint32_t i = 0; i < view->n_windows; i++) {
        *out = i;
        if (strcmp(view->windows[i].name, name) == 0)
            return true;
    }
    kaiku_buffer_format(&detail, "view '%s' has no window %s; it has", view->name, http_quote(name).text);
    for (uint32_t i = 0; i < view->n_windows; i++)
        append_name(&detail, i, view->windows[i].name);
    return refuse(answer, &detail);
}

bool http_find_place(const struct http_api *api, const struct http_query *query,
                     struct http_place *out, struct http_answer *answer)
{
    return find_view(api, http_query_text(query, "view"), &out->view, answer) &&
           find_window(out->view, http_query_text(query, "window"), &out->window, answer);
}

static bool has_grouping(const struct kaiku_view *view, uint32_t grouping)
{
    for (uint32_t i = 0; i < view->n_groupings; i++)
        if (view->groupings[i] == grouping)
            return true;
    return false;
}

/* "CHANNEL|_all": what a member of this grouping looks like. */
static void append_shape(struct kaiku_buffer *out, const struct kaiku_model *model,
                         const struct kaiku_view *view, uint32_t grouping)
{
    for (uint32_t i = 0; i < view->n_by; i++) {
        kaiku_buffer_string(out, i > 0 ? "|" : "");
        kaiku_buffer_string(out, grouping >> i & 1 ? model->dimensions[view->by[i]].name : KAIKU_ALL);
    }
    if (view->n_by == 0)
        kaiku_buffer_string(out, KAIKU_ALL);
}

bool http_find_member(const struct http_api *api, const struct http_query *query,
                      const struct kaiku_view *view, struct http_answer *answer)
{
    struct kaiku_text member = kaiku_text_of(http_query_text(query, "member"));
    struct kaiku_text parts[KAIKU_MAX_BY];
    struct kaiku_buffer detail = {0};
    uint32_t n = kaiku_member_split(member, parts), wanted = view->n_by > 0 ? view->n_by : 1;

    if (member.size > MEMBER_MAX) {
        http_problem(answer, MHD_HTTP_NOT_FOUND, "no member is as long as %zu bytes", member.size);
        return false;
    }
    if (n == wanted && has_grouping(view, kaiku_member_grouping(member)))
        return true;
    kaiku_buffer_format(&detail, "view '%s' has no members like %s; they are", view->name,
                        http_quote(member.data).text);
    for (uint32_t i = 0; i < view->n_groupings; i++) {
        kaiku_buffer_string(&detail, i > 0 ? ", " : " ");
        append_shape(&detail, api->model, view, view->groupings[i]);
    }
    return refuse(answer, &detail);
}

/* The set's name with a NUL, + as it was sent. */
static void copy_set(char out[SET_MAX + 1], const char *sent)
{
    snprintf(out, SET_MAX + 1, "%s", sent);
    for (char *blank = strchr(out, ' '); blank; blank = strchr(blank, ' '))
        *blank = '+';
}

bool http_find_set(const struct http_api *api, const struct http_query *query,
                   const struct kaiku_view *view, uint32_t *out, struct http_answer *answer)
{
    struct kaiku_buffer detail = {0}, set = {0};
    char wanted[SET_MAX + 1];
    bool found = false;

    copy_set(wanted, http_query_text(query, "set"));
    kaiku_buffer_format(&detail, "view '%s' has no set %s; it has", view->name, http_quote(wanted).text);
    for (uint32_t i = 0; i < view->n_groupings && !found; i++) {
        kaiku_buffer_clear(&set);
        kaiku_member_set(&set, api->model, view, view->groupings[i]);
        *out = view->groupings[i];
        found = strcmp(kaiku_buffer_cstring(&set), wanted) == 0;
        append_name(&detail, i, kaiku_buffer_cstring(&set));
    }
    kaiku_buffer_release(&set);
    if (!found)
        return refuse(answer, &detail);
    kaiku_buffer_release(&detail);
    return true;
}

bool http_find_alert(const struct http_api *api, const struct http_query *query, struct http_answer *answer)
{
    const struct kaiku_model *model = api->model;
    const char *name = http_query_text(query, "alert");
    struct kaiku_buffer detail = {0};

    for (uint32_t i = 0; i < model->n_alerts; i++)
        if (strcmp(model->alerts[i].name, name) == 0)
            return true;
    kaiku_buffer_format(&detail, "no alert %s; there are", http_quote(name).text);
    for (uint32_t i = 0; i < model->n_alerts; i++)
        append_name(&detail, i, model->alerts[i].name);
    kaiku_buffer_string(&detail, model->n_alerts == 0 ? " none" : "");
    return refuse(answer, &detail);
}

bool http_find_limit(const struct http_query *query, int64_t *limit, struct http_answer *answer)
{
    return http_query_integer(query, "limit", 1, HTTP_ENTRIES_MAX, limit, answer);
}
