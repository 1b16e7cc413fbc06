/* The proposal as a file for people. */
#include "write.h"
#include "plan.h"

#include <stdio.h>

static void comment(struct kaiku_buffer *out, const char *text)
{
    if (*text)
        kaiku_buffer_format(out, "  # %s", text);
    kaiku_buffer_char(out, '\n');
}

/* A place that no record has, for what is not to be looked for. */
static void write_nowhere(const struct plan *plan, struct kaiku_buffer *out)
{
    char pointer[32] = "/none";

    for (unsigned i = 2; survey_field_find(plan->survey, pointer); i++)
        snprintf(pointer, sizeof(pointer), "/none_%u", i);
    kaiku_buffer_string(out, pointer);
}

static void write_role(const struct plan *plan, const char *key, const struct plan_role *role, struct kaiku_buffer *out)
{
    kaiku_buffer_format(out, "  %s: ", key);
    if (role->field)
        write_scalar(out, kaiku_text_of(role->field->pointer));
    else
        write_nowhere(plan, out);
    comment(out, role->comment);
}

static void write_id(const struct plan *plan, struct kaiku_buffer *out)
{
    if (!plan->source.field) {
        write_role(plan, "id", &plan->id, out);
        return;
    }
    kaiku_buffer_string(out, "  id: [/source, /id]");
    comment(out, "CloudEvents: source and id together are unique");
}

/* ---- event ---- */

static void write_max_bytes(const struct plan *plan, struct kaiku_buffer *out)
{
    const uint32_t standard = 64 << 10, most = 64 << 20;
    uint32_t bytes = standard;

    while (bytes < most && bytes / 2 < plan->survey->largest)
        bytes *= 2;
    if (plan->survey->largest > standard / 2)
        kaiku_buffer_format(out, "  max_bytes: %uKiB  # the largest record had %s bytes\n", bytes >> 10,
                            plan_figure(plan->survey->largest).text);
}

static void write_event(const struct plan *plan, struct kaiku_buffer *out)
{
    kaiku_buffer_string(out, "\n# Where things stand in a record: JSON Pointers.\nevent:\n");
    write_id(plan, out);
    write_role(plan, "type", &plan->type, out);
    write_role(plan, "op", &plan->op, out);
    write_role(plan, "time", &plan->time, out);
    write_max_bytes(plan, out);
    if (plan->max_age)
        kaiku_buffer_format(out, "  max_age: %s  # some records are that much older than their timestamps\n",
                            plan->max_age);
    kaiku_buffer_string(out, plan->n_dimensions ? "  dimensions:\n"
                                                : "  # no dimensions: no text has few different values\n");
    for (uint32_t i = 0; i < plan->n_dimensions; i++) {
        const struct plan_dimension *dimension = &plan->dimensions[i];
        kaiku_buffer_format(out, "    %s: ", dimension->name.text);
        write_scalar(out, kaiku_text_of(dimension->field->pointer));
        comment(out, dimension->comment);
    }
}

/* ---- metrics ---- */

static void write_values(const struct plan_metric *metric, struct kaiku_buffer *out)
{
    const char *between = "";

    kaiku_buffer_string(out, ", in: [");
    for (uint32_t i = 0; i < metric->field->n_values; i++) {
        const struct survey_value *value = &metric->field->values[i];
        if (!(metric->yes & 1u << i))
            continue;
        kaiku_buffer_string(out, between);
        write_scalar(out, (struct kaiku_text){value->text, value->size});
        between = ", ";
    }
    kaiku_buffer_char(out, ']');
}

static void write_kind_keys(const struct plan *plan, const struct plan_metric *metric, struct kaiku_buffer *out)
{
    switch (metric->kind) {
    case KAIKU_TOP_BOX:
        kaiku_buffer_format(out, ", scale: %d..%d, top: %d..%d", metric->low, metric->high, metric->top, metric->high);
        break;
    case KAIKU_MEAN:
        kaiku_buffer_format(out, ", scale: %d..%d", metric->low, metric->high);
        break;
    case KAIKU_RATE:
        if (metric->has_values)
            write_values(metric, out);
        break;
    case KAIKU_SUM:
        kaiku_buffer_format(out, ", decimals: %u", metric->decimals);
        break;
    case KAIKU_RATIO:
        kaiku_buffer_format(out, ", of: %s, over: %s", plan->metrics[metric->of].name.text,
                            plan->metrics[metric->over].name.text);
        break;
    default:
        break;
    }
    if (metric->unit)
        kaiku_buffer_format(out, ", unit: %s", metric->unit);
}

static void write_metric(const struct plan *plan, const struct plan_metric *metric, struct kaiku_buffer *out)
{
    struct kaiku_text type = plan->survey->n_types ? plan->survey->types[metric->type].name : KAIKU_TEXT("response");

    kaiku_buffer_format(out, "  - {name: %s, kind: %s", metric->name.text, kaiku_kind_text(metric->kind));
    if (metric->field) {
        kaiku_buffer_string(out, ", field: ");
        write_scalar(out, kaiku_text_of(metric->field->pointer));
    }
    if (metric->kind != KAIKU_RATIO && !kaiku_text_equal(type, KAIKU_TEXT("response"))) {
        kaiku_buffer_string(out, ", type: ");
        write_scalar(out, type);
    }
    write_kind_keys(plan, metric, out);
    kaiku_buffer_char(out, '}');
    comment(out, metric->comment);
}

static void write_metrics(const struct plan *plan, struct kaiku_buffer *out)
{
    kaiku_buffer_string(out, "\n# What is counted. Kinds are guesses from names and values: docs/events.md tells what\n"
                             "# each takes.\nmetrics:\n");
    for (uint32_t i = 0; i < plan->n_metrics; i++)
        write_metric(plan, &plan->metrics[i], out);
}

/* ---- views, targets, alerts ---- */

static void write_names(const struct plan *plan, uint32_t from, uint32_t to, const char *open, const char *close,
                        struct kaiku_buffer *out)
{
    for (uint32_t i = from; i < to; i++)
        kaiku_buffer_format(out, "%s%s%s%s", i > from ? ", " : "", open, plan->dimensions[i].name.text, close);
}

static void write_views(const struct plan *plan, struct kaiku_buffer *out)
{
    uint32_t end = plan->n_by + KAIKU_MAX_BY;

    end = end < plan->n_dimensions ? end : plan->n_dimensions;
    kaiku_buffer_string(out, "\n# By which dimensions and windows.\nviews:\n  - name: feedback\n    by: [");
    write_names(plan, 0, plan->n_by, "", "", out);
    kaiku_buffer_format(out, "]\n    grouping: %s", plan->is_cube ? "cube" : "rollup");
    comment(out, plan->n_by == 0 ? "the total only" : plan->is_cube ? "every combination, and all totals"
                                                                      : "and the total");
    kaiku_buffer_format(out, "    windows: [%s1h, day, month]", plan->is_busy ? "1m, " : "");
    comment(out, plan->is_busy ? "" : "few records a minute: add 1m where that is not always so");
    if (end == plan->n_by)
        return;
    kaiku_buffer_string(out, "  - name: details                 # each of the other dimensions by itself\n    by: [");
    write_names(plan, plan->n_by, end, "", "", out);
    kaiku_buffer_string(out, "]\n    grouping: sets\n    sets: [");
    write_names(plan, plan->n_by, end, "[", "]", out);
    kaiku_buffer_string(out, "]\n    windows: [day, month]\n");
}

/* The metric that says most plainly who is not content; NULL: none does. */
static const struct plan_metric *main_score(const struct plan *plan)
{
    const struct plan_metric *found = NULL;

    for (uint32_t i = 0; i < plan->n_metrics; i++) {
        const struct plan_metric *metric = &plan->metrics[i];
        if (metric->kind == KAIKU_NPS && (!found || found->kind != KAIKU_NPS))
            found = metric;
        if (metric->kind == KAIKU_TOP_BOX && !found)
            found = metric;
    }
    return found;
}

static void write_target(const struct plan *plan, const struct plan_metric *score, struct kaiku_buffer *out)
{
    kaiku_buffer_string(out, "\n# What members should reach, an example:\n# targets:\n"
                             "#   - {view: feedback, member: \"");
    for (uint32_t i = 0; i < (plan->n_by ? plan->n_by : 1); i++)
        kaiku_buffer_format(out, "%s_all", i ? "|" : "");
    kaiku_buffer_format(out, "\", metric: %s, window: month, goal: %d}\n", score->name.text,
                        score->kind == KAIKU_NPS ? 40 : 80);
}

static void write_alert(const struct plan *plan, const struct plan_metric *score, struct kaiku_buffer *out)
{
    int32_t limit = score->kind == KAIKU_NPS ? 6 : score->low + (score->high - score->low) / 4;

    kaiku_buffer_format(out, "\n# Events that are listed one by one, for those who act on them.\nalerts:\n"
                             "  - name: %s%.20s\n    when: %s <= %d\n    carry: [id",
                        score->kind == KAIKU_NPS ? "detractor" : "low_",
                        score->kind == KAIKU_NPS ? "" : score->name.text, score->name.text, limit);
    for (uint32_t i = 0; i < plan->n_by; i++)
        kaiku_buffer_format(out, ", %s", plan->dimensions[i].name.text);
    kaiku_buffer_string(out, "]\n");
}

static void write_left(const struct plan *plan, struct kaiku_buffer *out)
{
    if (plan->n_left)
        kaiku_buffer_string(out, "\n# Seen, and not used:\n");
    for (uint32_t i = 0; i < plan->n_left; i++) {
        kaiku_buffer_string(out, "#   ");
        write_scalar(out, kaiku_text_of(plan->left[i].field->pointer));
        kaiku_buffer_format(out, ": %s\n", plan->left[i].why);
    }
    if (plan->n_unlisted)
        kaiku_buffer_format(out, "#   and %u more\n", plan->n_unlisted);
}

void plan_write(const struct plan *plan, struct kaiku_buffer *out)
{
    const struct plan_metric *score = main_score(plan);

    write_kafka(plan->options, false, out);
    kaiku_buffer_string(out, "\nredis:\n  url: redis://localhost:6379/0\n"
                             "  # prefix: kaiku              # first part of each key: one prefix, one set of results\n"
                             "\n# time_zone: Europe/Helsinki   # of days, weeks and months; without it those of UTC\n");
    write_event(plan, out);
    write_metrics(plan, out);
    write_views(plan, out);
    if (score)
        write_target(plan, score, out);
    if (score && plan->id.field)
        write_alert(plan, score, out);
    write_left(plan, out);
}
