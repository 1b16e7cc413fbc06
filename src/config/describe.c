/* What was understood, for people. Secrets are left out: passwords altogether, and of librdkafka's
 * properties all values but those of well-known harmless ones. */
#include "bounds.h"
#include "mistakes.h"
#include "units.h"

#include <base/log.h>
#include <config/property.h>

#include <inttypes.h>
#include <stdio.h>

enum { NAME_COLUMN = 18 };

static void line(FILE *out, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void line(FILE *out, const char *name, const char *format, ...)
{
    va_list arguments;

    fprintf(out, "  %-*s ", NAME_COLUMN, name);
    va_start(arguments, format);
    vfprintf(out, format, arguments);
    va_end(arguments);
    fputc('\n', out);
}

static void start_line(FILE *out, const char *name)
{
    fprintf(out, "  %-*s ", NAME_COLUMN, name);
}

static const char *comma(uint32_t i)
{
    return i > 0 ? ", " : "";
}

static void describe_kafka(const struct kaiku_settings *settings, FILE *out)
{
    fputs("kafka\n", out);
    start_line(out, "topics");
    for (uint32_t i = 0; i < settings->n_topics; i++)
        fprintf(out, "%s%s", comma(i), settings->topics[i]);
    fputc('\n', out);
    for (uint32_t i = 0; i < settings->n_properties; i++) {
        const char *name = settings->properties[2 * i];
        const char *value = settings->properties[2 * i + 1];
        line(out, i == 0 ? "properties" : "", "%s: %s", name,
             kaiku_property_is_harmless(name) ? value : "(set, not shown)");
    }
    line(out, "start", "a new prefix begins %s",
         settings->start_at_end ? "at the end of each partition"
                                : "at each partition's first record");
    line(out, "workers", "%" PRIu32, settings->workers);
}

static void describe_redis(const struct kaiku_settings *settings, FILE *out)
{
    const struct kaiku_redis_settings *redis = &settings->redis;

    fputs("redis\n", out);
    if (redis->host)
        line(out, "server", "%s, port %u, database %" PRIu32 "%s", redis->host, redis->port,
             redis->database, redis->tls ? ", with TLS" : "");
    else
        line(out, "server", "unix socket %s", redis->path);
    line(out, "user", "%s, %s", redis->user ? redis->user : "default",
         redis->password ? "with a password (not shown)" : "no password");
    line(out, "keys", "begin with '%s:', state in %" PRIu32 " shards", redis->prefix,
         settings->model.shards);
    line(out, "timeout", "%s", kaiku_duration_write(redis->timeout_ms).text);
    line(out, "publish", "commits every %s, views every %s",
         kaiku_duration_write(settings->commit_every_ms).text,
         kaiku_duration_write(settings->views_every_ms).text);
}

static void describe_events(const struct kaiku_model *model, FILE *out)
{
    fputs("events\n", out);
    start_line(out, "id");
    for (uint32_t i = 0; i < model->n_id; i++)
        fprintf(out, "%s%s", i > 0 ? " and " : "", model->pointers[model->id[i]]);
    fputc('\n', out);
    line(out, "type, op, time", "%s, %s, %s", model->pointers[model->type],
         model->pointers[model->op], model->pointers[model->time]);
    for (uint32_t i = 0; i < model->n_dimensions; i++)
        line(out, i == 0 ? "dimensions" : "", "%s: %s, at most %" PRIu32 " values",
             model->dimensions[i].name, model->pointers[model->dimensions[i].pointer],
             model->dimensions[i].max_values);
    line(out, "accepted",
         "at most %" PRIu32 " bytes, %s ahead of the record's timestamp, %s behind it",
         model->max_bytes, kaiku_duration_write(model->max_ahead_ms).text,
         kaiku_duration_write(model->max_age_ms).text);
    line(out, "late", "more than %s behind the newest of the partition",
         kaiku_duration_write(model->late_after_ms).text);
    if (model->dedup_span)
        line(out, "duplicates", "found among the last %" PRIu64 " offsets of a partition",
             model->dedup_span);
    else
        line(out, "duplicates", "not looked for");
    line(out, "time zone", "%s", model->time_zone);
}

static void describe_texts(const struct kaiku_text *texts, uint32_t n, FILE *out)
{
    for (uint32_t i = 0; i < n; i++)
        fprintf(out, "%s%s", comma(i), kaiku_quote(texts[i]).text);
}

static void describe_rule(const struct kaiku_metric *metric, FILE *out)
{
    if (metric->kind == KAIKU_TOP_BOX || metric->kind == KAIKU_MEAN)
        fprintf(out, ", scale %" PRId32 "..%" PRId32, metric->low, metric->high);
    if (metric->kind == KAIKU_TOP_BOX)
        fprintf(out, ", top %" PRId32 "..%" PRId32, metric->top_low, metric->top_high);
    if (metric->has_when)
        fprintf(out, ", true where %s", metric->when.text);
    if (metric->n_among) {
        fputs(", true where one of ", out);
        describe_texts(metric->among, metric->n_among, out);
    }
    if (metric->kind == KAIKU_SUM)
        fprintf(out, ", at most %" PRIu32 " decimals", metric->decimals);
    if (metric->unit)
        fprintf(out, ", in %s", metric->unit);
}

static void describe_metrics(const struct kaiku_model *model, FILE *out)
{
    fputs("metrics\n", out);
    for (uint32_t i = 0; i < model->n_metrics; i++) {
        const struct kaiku_metric *metric = &model->metrics[i];
        start_line(out, metric->name);
        fputs(kaiku_kind_text(metric->kind), out);
        if (metric->kind == KAIKU_RATIO)
            fprintf(out, " of %s over %s", model->metrics[metric->of].name,
                    model->metrics[metric->over].name);
        else
            fprintf(out, "%s%s of events of type %s", metric->pointer < 0 ? "" : " of ",
                    metric->pointer < 0 ? "" : model->pointers[metric->pointer],
                    kaiku_quote(kaiku_text_of(model->types[metric->type])).text);
        describe_rule(metric, out);
        fputc('\n', out);
    }
}

static void describe_where(const struct kaiku_model *model, const struct kaiku_where *where,
                           FILE *out)
{
    for (uint32_t i = 0; i < where->n; i++) {
        const struct kaiku_where_term *term = &where->terms[i];
        fprintf(out, "; only where %s is ", model->dimensions[term->dimension].name);
        describe_texts(term->values, term->n_values, out);
    }
}

static void describe_targets(const struct kaiku_model *model, const struct kaiku_view *view,
                             FILE *out)
{
    for (uint32_t i = 0; i < view->n_targets; i++) {
        const struct kaiku_target *target = &view->targets[i];
        start_line(out, i == 0 ? "  targets" : "");
        for (uint32_t j = 0; j < view->n_by; j++)
            fprintf(out, "%s%.*s", j > 0 ? "|" : "", (int)target->parts[j].size,
                    target->parts[j].data);
        fprintf(out, "%s: %s %s %g in a %s\n", view->n_by ? "" : "_all",
                model->metrics[target->metric].name, target->goal.at_most ? "at most" : "at least",
                (double)target->goal.micro / 1e6, view->windows[target->window].name);
    }
}

/* One line a window, with what it costs in Redis. */
static void describe_windows(const struct kaiku_model *model, const struct kaiku_view *view,
                             FILE *out)
{
    for (uint32_t i = 0; i < view->n_windows; i++) {
        struct kaiku_redis_bounds redis = kaiku_bounds_redis(model, view, i);
        char name[sizeof(view->windows[i].name) + 2];
        snprintf(name, sizeof(name), "  %s", view->windows[i].name);
        line(out, name,
             "kept %s (%.0f windows); about %s in Redis for 1,000 members active in all of "
             "them, at most %s", kaiku_duration_write(view->windows[i].retention_ms).text,
             redis.windows, kaiku_bytes_write(1000 * redis.a_member).text,
             kaiku_bytes_write(redis.members * redis.a_member).text);
    }
}

static void describe_views(const struct kaiku_model *model, FILE *out)
{
    fputs("views\n", out);
    for (uint32_t i = 0; i < model->n_views; i++) {
        const struct kaiku_view *view = &model->views[i];
        start_line(out, view->name);
        fputs(view->n_by ? "by " : "the total", out);
        for (uint32_t j = 0; j < view->n_by; j++)
            fprintf(out, "%s%s", comma(j), model->dimensions[view->by[j]].name);
        fprintf(out, ", %" PRIu32 " %s; %" PRIu32 " rows", view->n_groupings,
                view->n_groupings == 1 ? "grouping" : "groupings", view->rows);
        if (view->min_n)
            fprintf(out, "; no values below %" PRId64 " answers", view->min_n);
        describe_where(model, &view->where, out);
        fputc('\n', out);
        describe_windows(model, view, out);
        describe_targets(model, view, out);
    }
}

static void describe_alerts(const struct kaiku_model *model, FILE *out)
{
    if (model->n_alerts)
        fputs("alerts\n", out);
    for (uint32_t i = 0; i < model->n_alerts; i++) {
        const struct kaiku_alert *alert = &model->alerts[i];
        start_line(out, alert->name);
        fprintf(out, "%s %s; the newest %" PRIu32 " are kept", model->metrics[alert->metric].name,
                alert->when.text, alert->keep);
        describe_where(model, &alert->where, out);
        for (uint32_t j = 0; j < alert->n_carry; j++)
            fprintf(out, "%s%s", j == 0 ? "; with " : ", ", alert->carry[j].name);
        fputc('\n', out);
    }
}

static void describe_http(const struct kaiku_settings *settings, FILE *out)
{
    const char *host = settings->http_host;

    fputs("http\n", out);
    if (!host) {
        line(out, "listen", "off");
        return;
    }
    line(out, "listen", strchr(host, ':') ? "[%s]:%u" : "%s:%u", host, settings->http_port);
    line(out, "token", "%s", settings->http_token ? "(set, not shown)" : "none is asked for");
}

static void describe_limits(const struct kaiku_settings *settings, FILE *out)
{
    static const char *const levels[] = {[KAIKU_LOG_DEBUG] = "debug", [KAIKU_LOG_INFO] = "info",
                                         [KAIKU_LOG_WARNING] = "warning",
                                         [KAIKU_LOG_ERROR] = "error"};
    struct kaiku_worker_bounds bounds = kaiku_bounds_worker(settings);

    fputs("limits\n", out);
    line(out, "cells", "%" PRIu64 " a worker, %.0f bytes each; when full, Kafka holds the rest",
         settings->limit_cells, bounds.cell);
    line(out, "memory",
         "at most %s a worker, %s for all %" PRIu32 "; taken only as far as it is used",
         kaiku_bytes_write(bounds.total).text,
         kaiku_bytes_write(bounds.total * settings->workers).text, settings->workers);
    line(out, "", "and %s for the duplicates of each partition, %s for the publisher",
         kaiku_bytes_write(bounds.per_partition).text, kaiku_bytes_write(bounds.publisher).text);
    line(out, "log", "from %s, as %s", levels[settings->log_level],
         settings->log_json ? "json" : "text");
}

void kaiku_config_describe(const struct kaiku_settings *settings, FILE *out)
{
    describe_kafka(settings, out);
    describe_redis(settings, out);
    describe_events(&settings->model, out);
    describe_metrics(&settings->model, out);
    describe_views(&settings->model, out);
    describe_alerts(&settings->model, out);
    describe_http(settings, out);
    describe_limits(settings, out);
}
