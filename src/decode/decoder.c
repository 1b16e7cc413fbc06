#include "decoder.h"

#include <stdlib.h>

static void prepare_event(struct kaiku_decoder *decoder)
{
    const struct kaiku_model *model = decoder->model;
    const uint32_t *ends = decoder->paths.ends;

    for (uint32_t i = 0; i < model->n_id; i++)
        decoder->id[i] = ends[model->id[i]];
    decoder->type = ends[model->type];
    decoder->op = ends[model->op];
    decoder->time = ends[model->time];
    for (uint32_t i = 0; i < model->n_dimensions; i++)
        decoder->dimensions[i] = ends[model->dimensions[i].pointer];
    for (uint32_t i = 0; i < decoder->n_types; i++)
        decoder->types[i].name = kaiku_text_of(model->types[i]);
}

static void prepare_metrics(struct kaiku_decoder *decoder)
{
    const struct kaiku_model *model = decoder->model;

    for (uint32_t m = 0; m < decoder->n_metrics; m++) {
        const struct kaiku_metric *metric = &model->metrics[m];
        uint64_t bit = UINT64_C(1) << m;

        if (metric->kind == KAIKU_RATIO)
            continue;
        decoder->types[metric->type].metrics |= bit;
        if (metric->kind == KAIKU_COUNT) {
            decoder->counts |= bit;
            continue;
        }
        decoder->metrics[m].node = decoder->paths.ends[metric->pointer];
        decoder->metrics[m].read = kaiku_answer_reader_of(metric);
        if (metric->has_when)
            kaiku_limit_init(&decoder->metrics[m].when, &metric->when);
    }
}

/* Types stand in the order of the metrics that listen to them first. */
static void choose_metrics(struct kaiku_decoder *decoder, uint32_t n_metrics)
{
    const struct kaiku_model *model = decoder->model;

    decoder->n_metrics = n_metrics;
    for (uint32_t m = 0; m < n_metrics; m++)
        if (model->metrics[m].kind != KAIKU_RATIO && model->metrics[m].type >= decoder->n_types)
            decoder->n_types = model->metrics[m].type + 1;
}

/* The pointers that the event is read by, in a table of the model's that is all NULL before. */
static void choose_event_pointers(const struct kaiku_model *model, char **chosen)
{
    for (uint32_t i = 0; i < model->n_id; i++)
        chosen[model->id[i]] = model->pointers[model->id[i]];
    chosen[model->type] = model->pointers[model->type];
    chosen[model->op] = model->pointers[model->op];
    chosen[model->time] = model->pointers[model->time];
    for (uint32_t i = 0; i < model->n_dimensions; i++)
        chosen[model->dimensions[i].pointer] = model->pointers[model->dimensions[i].pointer];
}

/* Those of metrics, and of what alerts carry. What is named is checked, so a pointer that only later metrics need must
 * be none here. */
static void choose_metric_pointers(const struct kaiku_decoder *decoder, char **chosen)
{
    const struct kaiku_model *model = decoder->model;

    for (uint32_t m = 0; m < decoder->n_metrics; m++)
        if (model->metrics[m].pointer >= 0)
            chosen[model->metrics[m].pointer] = model->pointers[model->metrics[m].pointer];
    for (uint32_t a = 0; a < model->n_alerts; a++) {
        const struct kaiku_alert *alert = &model->alerts[a];
        for (uint32_t c = 0; c < alert->n_carry && alert->metric < decoder->n_metrics; c++)
            if (alert->carry[c].from == KAIKU_CARRY_POINTER)
                chosen[alert->carry[c].index] = model->pointers[alert->carry[c].index];
    }
}

static int prepare_paths(struct kaiku_decoder *decoder)
{
    const struct kaiku_model *model = decoder->model;
    char *chosen[KAIKU_MAX_POINTERS] = {NULL};

    choose_event_pointers(model, chosen);
    choose_metric_pointers(decoder, chosen);
    return kaiku_paths_init(&decoder->paths, chosen, model->n_pointers);
}

int kaiku_decoder_create(const struct kaiku_model *model, struct kaiku_decoder **out)
{
    return kaiku_decoder_create_former(model, model->n_metrics, out);
}

int kaiku_decoder_create_former(const struct kaiku_model *model, uint32_t n_metrics,
                                struct kaiku_decoder **out)
{
    struct kaiku_decoder *decoder = calloc(1, sizeof(*decoder));

    if (!decoder)
        return KAIKU_NOMEM;
    decoder->model = model;
    choose_metrics(decoder, n_metrics);
    if (prepare_paths(decoder) != KAIKU_OK ||
        kaiku_json_init(&decoder->json, &decoder->paths, model->max_bytes) != KAIKU_OK) {
        kaiku_decoder_destroy(decoder);
        return KAIKU_NOMEM;
    }
    prepare_event(decoder);
    prepare_metrics(decoder);
    for (uint32_t v = 0; v < model->n_views; v++)
        if (model->views[v].where.n == 0)
            decoder->open |= UINT64_C(1) << v;
    for (uint32_t a = 0; a < model->n_alerts; a++)
        kaiku_limit_init(&decoder->alerts[a], &model->alerts[a].when);
    *out = decoder;
    return KAIKU_OK;
}

void kaiku_decoder_destroy(struct kaiku_decoder *decoder)
{
    if (!decoder)
        return;
    kaiku_json_release(&decoder->json);
    kaiku_paths_release(&decoder->paths);
    free(decoder);
}
