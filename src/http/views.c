/* /api/v1/views: what is configured. */
#include "api.h"

#include <model/member.h>
#include <model/rule.h>
#include <stdio.h>

static void put_text(struct http_json *json, const char *name, const char *value)
{
    http_json_name(json, kaiku_text_of(name));
    http_json_string(json, value);
}

/* A text that was built; null where it is empty. */
static void put_built(struct http_json *json, const char *name, struct kaiku_buffer *text)
{
    json->out->failed |= text->failed;
    put_text(json, name, text->size > 0 ? kaiku_buffer_cstring(text) : NULL);
    kaiku_buffer_release(text);
}

static void open_list(struct http_json *json, const char *name)
{
    http_json_name(json, kaiku_text_of(name));
    http_json_open(json, '[');
}

static void put_view(struct http_json *json, const struct kaiku_model *model,
                     const struct kaiku_view *view)
{
    struct kaiku_buffer set = {0};

    http_json_open(json, '{');
    put_text(json, "name", view->name);
    open_list(json, "by");
    for (uint32_t i = 0; i < view->n_by; i++)
        http_json_string(json, model->dimensions[view->by[i]].name);
    http_json_close(json, ']');
    open_list(json, "windows");
    for (uint32_t i = 0; i < view->n_windows; i++)
        http_json_string(json, view->windows[i].name);
    http_json_close(json, ']');
    open_list(json, "sets");
    for (uint32_t i = 0; i < view->n_groupings; i++) {
        kaiku_buffer_clear(&set);
        kaiku_member_set(&set, model, view, view->groupings[i]);
        http_json_string(json, kaiku_buffer_cstring(&set));
    }
    http_json_close(json, ']');
    http_json_close(json, '}');
    json->out->failed |= set.failed;
    kaiku_buffer_release(&set);
}

static bool has_target(const struct kaiku_model *model, uint32_t metric)
{
    for (uint32_t v = 0; v < model->n_views; v++)
        for (uint32_t t = 0; t < model->views[v].n_targets; t++)
            if (model->views[v].targets[t].metric == metric)
                return true;
    return false;
}

static void put_fields(struct http_json *json, const struct kaiku_model *model, uint32_t index)
{
    const struct kaiku_metric *metric = &model->metrics[index];
    const char *const *suffixes = kaiku_kind_suffixes(metric->kind);
    char field[KAIKU_MAX_NAME + 16];
    uint32_t n = 0;

    while (suffixes[n])
        n++;
    if (kaiku_kind_has_targets(metric->kind) && !has_target(model, index))
        n -= KAIKU_TARGET_SUFFIXES;
    open_list(json, "fields");
    for (uint32_t i = 0; i < n; i++) {
        snprintf(field, sizeof(field), "%s%s", metric->name, suffixes[i]);
        http_json_string(json, field);
    }
    http_json_close(json, ']');
}

static void put_metric(struct http_json *json, const struct kaiku_model *model, uint32_t index)
{
    const struct kaiku_metric *metric = &model->metrics[index];
    struct kaiku_buffer scale = {0}, rule = {0};

    kaiku_metric_scale(&scale, metric);
    kaiku_metric_rule(&rule, model, metric);
    http_json_open(json, '{');
    put_text(json, "name", metric->name);
    put_text(json, "kind", kaiku_kind_text(metric->kind));
    put_built(json, "scale", &scale);
    put_text(json, "unit", metric->unit);
    put_built(json, "rule", &rule);
    put_fields(json, model, index);
    http_json_close(json, '}');
}

int http_api_views(const struct http_api *api, const struct http_query *query,
                   struct http_answer *answer)
{
    const struct kaiku_model *model = api->model;
    struct http_json json = {.out = http_answer_json(answer)};

    (void)query;
    http_json_open(&json, '{');
    put_text(&json, "version", KAIKU_VERSION);
    put_text(&json, "time_zone", model->time_zone);
    open_list(&json, "views");
    for (uint32_t i = 0; i < model->n_views; i++)
        put_view(&json, model, &model->views[i]);
    http_json_close(&json, ']');
    open_list(&json, "metrics");
    for (uint32_t i = 0; i < model->n_metrics; i++)
        put_metric(&json, model, i);
    http_json_close(&json, ']');
    open_list(&json, "alerts");
    for (uint32_t i = 0; i < model->n_alerts; i++)
        http_json_string(&json, model->alerts[i].name);
    http_json_close(&json, ']');
    http_json_close(&json, '}');
    return http_finish(answer);
}
