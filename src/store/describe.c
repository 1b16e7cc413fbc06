/* What readers find out about a prefix: meta, and for each metric what stands behind its score. */
#include "opening.h"

#include <kaiku/keys.h>
#include <model/member.h>
#include <model/rule.h>

static void append_metric(struct kaiku_store *store, struct kaiku_buffer *command,
                          const struct kaiku_metric *metric)
{
    struct kaiku_buffer rule = {0}, scale = {0};
    char key[KAIKU_KEY_MAX];

    kaiku_key_metric(key, sizeof key, store->options.prefix, metric->name);
    kaiku_metric_scale(&scale, metric);
    kaiku_metric_rule(&rule, store->model, metric);
    store_command_begin(command, 10);
    store_command_string(command, "HSET");
    store_command_string(command, key);
    store_command_string(command, "kind");
    store_command_string(command, kaiku_kind_text(metric->kind));
    store_command_string(command, "scale");
    store_command_text(command, kaiku_buffer_as_text(&scale));
    store_command_string(command, "unit");
    store_command_string(command, metric->unit ? metric->unit : "");
    store_command_string(command, "rule");
    store_command_text(command, kaiku_buffer_as_text(&rule));
    command->failed |= rule.failed || scale.failed;
    kaiku_buffer_release(&scale);
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
