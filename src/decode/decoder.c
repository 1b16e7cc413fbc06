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
    for (uint32_t i = 0; i < model->n_types; i++)
        decoder->types[i].name = kaiku_text_of(model->types[i]);
}

static void prepare_metrics(struct kaiku_decoder *decoder)
{
    const struct kaiku_model *model = decoder->model;

    for (uint32_t m = 0; m < model->n_metrics; m++) {
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

int kaiku_decoder_create(const struct kaiku_model *model, struct kaiku_decoder **out)
{
    struct kaiku_decoder *decoder = calloc(1, sizeof(*decoder));

    if (!decoder)
        return KAIKU_NOMEM;
    decoder->model = model;
    if (kaiku_paths_init(&decoder->paths, model->pointers, model->n_pointers) != KAIKU_OK ||
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
