/* What readers find out about a prefix: meta, and for each metric what stands behind its score. */
#include "opening.h"

#include <kaiku/keys.h>
#include <model/member.h>

#include <inttypes.h>
#include <stdio.h>

/* "wait_s" for the pointer "/wait_s". */
static const char *field_of(const struct kaiku_model *model, const struct kaiku_metric *metric)
{
    return model->pointers[metric->pointer] + 1;
}

static void append_rate(struct kaiku_buffer *out, const struct kaiku_model *model,
                        const struct kaiku_metric *metric)
{
    kaiku_buffer_format(out, "per cent of answers where %s ", field_of(model, metric));
    if (metric->has_when) {
        kaiku_buffer_string(out, metric->when.text);
        return;
    }
    kaiku_buffer_string(out, metric->n_among ? "is one of " : "is true");
    for (uint32_t i = 0; i < metric->n_among; i++) {
        kaiku_buffer_string(out, i ? ", " : "");
        kaiku_buffer_text(out, metric->among[i]);
    }
}

static void append_rule(struct kaiku_buffer *out, const struct kaiku_model *model,
                        const struct kaiku_metric *metric)
{
    switch (metric->kind) {
    case KAIKU_NPS:
        kaiku_buffer_string(out, "promoters 9..10 minus detractors 0..6, in points");
        break;
    case KAIKU_TOP_BOX:
        kaiku_buffer_format(out, "per cent of answers within %d..%d", metric->top_low,
                            metric->top_high);
        break;
    case KAIKU_MEAN:
        kaiku_buffer_format(out, "mean of answers %d..%d", metric->low, metric->high);
        break;
    case KAIKU_RATE:
        append_rate(out, model, metric);
        break;
    case KAIKU_COUNT:
        kaiku_buffer_format(out, "number of events of type %s", model->types[metric->type]);
        break;
    case KAIKU_SUM:
        kaiku_buffer_format(out, "sum of %s, exact to %u decimals", field_of(model, metric),
                            metric->decimals);
        break;
    case KAIKU_QUANTILES:
        kaiku_buffer_format(out, "quantiles of %s, each within 1.1 %% of its value",
                            field_of(model, metric));
        break;
    case KAIKU_UNIQUE:
        kaiku_buffer_format(out, "number of different %s, within about 0.8 %%",
                            field_of(model, metric));
        break;
    case KAIKU_RATIO:
        kaiku_buffer_format(out, "%s per %s, in per cent", model->metrics[metric->of].name,
                            model->metrics[metric->over].name);
        break;
    }
}

static void append_metric(struct kaiku_store *store, struct kaiku_buffer *command,
                          const struct kaiku_metric *metric)
{
    struct kaiku_buffer rule = {0};
    char key[KAIKU_KEY_MAX], scale[32] = "";

    kaiku_key_metric(key, sizeof key, store->options.prefix, metric->name);
    if (metric->kind == KAIKU_NPS || metric->kind == KAIKU_TOP_BOX || metric->kind == KAIKU_MEAN)
        snprintf(scale, sizeof scale, "%d..%d", metric->low, metric->high);
    append_rule(&rule, store->model, metric);
    store_command_begin(command, 10);
    store_command_string(command, "HSET");
    store_command_string(command, key);
    store_command_string(command, "kind");
    store_command_string(command, kaiku_kind_text(metric->kind));
    store_command_string(command, "scale");
    store_command_string(command, scale);
    store_command_string(command, "unit");
    store_command_string(command, metric->unit ? metric->unit : "");
    store_command_string(command, "rule");
    store_command_text(command, kaiku_buffer_as_text(&rule));
    command->failed |= rule.failed;
    kaiku_buffer_release(&rule);
}

static void append_meta(struct kaiku_store *store, struct kaiku_buffer *command)
{
    const struct kaiku_model *model = store->model;
    char key[KAIKU_KEY_MAX];

    kaiku_key_meta(key, sizeof key, store->options.prefix);
    store_command_begin(command, 10);
    store_command_string(command, "HSET");
    store_command_string(command, key);
    store_command_string(command, "version");
    store_command_string(command, KAIKU_VERSION);
    store_command_string(command, "shards");
    store_command_integer(command, model->shards);
    store_command_string(command, "digest");
    store_command_string(command, model->digest);
    store_command_string(command, "time_zone");
    store_command_string(command, model->time_zone);
}

static void append_values(struct kaiku_store *store, struct kaiku_buffer *command,
                          const struct kaiku_dimension *dimension)
{
    char key[KAIKU_KEY_MAX];

    kaiku_key_values(key, sizeof key, store->options.prefix, dimension->name);
    store_command_begin(command, 3);
    store_command_string(command, "SADD");
    store_command_string(command, key);
    store_command_string(command, KAIKU_ALL);
}

int store_describe(struct kaiku_store *store)
{
    const struct kaiku_model *model = store->model;
    int status;

    append_meta(store, store_scratch(store));
    status = store_exec_scratch(store);
    for (uint32_t i = 0; i < model->n_metrics && status == KAIKU_OK; i++) {
        append_metric(store, store_scratch(store), &model->metrics[i]);
        status = store_exec_scratch(store);
    }
    for (uint32_t i = 0; i < model->n_dimensions && status == KAIKU_OK; i++) {
        append_values(store, store_scratch(store), &model->dimensions[i]);
        status = store_exec_scratch(store);
        if (status == KAIKU_OK)
            status = store_describe_families(store, i);
    }
    return status;
}
