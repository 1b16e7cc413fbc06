#include <model/model.h>

#include <stdlib.h>

const char *kaiku_kind_text(enum kaiku_kind kind)
{
    static const char *const texts[] = {
        [KAIKU_NPS] = "nps",       [KAIKU_TOP_BOX] = "top_box", [KAIKU_MEAN] = "mean",
        [KAIKU_RATE] = "rate",     [KAIKU_COUNT] = "count",     [KAIKU_SUM] = "sum",
        [KAIKU_RATIO] = "ratio",   [KAIKU_UNIQUE] = "unique",   [KAIKU_QUANTILES] = "quantiles",
    };

    return texts[kind];
}

const char *kaiku_reason_text(enum kaiku_reason reason)
{
    static const char *const texts[] = {
#define X(name, text) [KAIKU_##name] = (text),
        KAIKU_REASON_TABLE(X)
#undef X
    };

    return texts[reason];
}

static void release_strings(char **strings, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        free(strings[i]);
    free(strings);
}

static void release_texts(struct kaiku_text *texts, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        free((void *)texts[i].data);
    free(texts);
}

static void release_where(struct kaiku_where *where)
{
    for (uint32_t i = 0; i < where->n; i++)
        release_texts(where->terms[i].values, where->terms[i].n_values);
}

static void release_metric(struct kaiku_metric *metric)
{
    free(metric->unit);
    free(metric->when.text);
    release_texts(metric->among, metric->n_among);
}

static void release_view(struct kaiku_view *view)
{
    release_where(&view->where);
    for (uint32_t i = 0; i < view->n_targets; i++)
        for (uint32_t part = 0; part < KAIKU_MAX_BY; part++)
            free((void *)view->targets[i].parts[part].data);
    free(view->targets);
}

static void release_alert(struct kaiku_alert *alert)
{
    free(alert->when.text);
    release_where(&alert->where);
    free(alert->carry);
}

void kaiku_model_release(struct kaiku_model *model)
{
    release_strings(model->pointers, model->n_pointers);
    release_strings(model->types, model->n_types);
    for (uint32_t i = 0; i < model->n_metrics; i++)
        release_metric(&model->metrics[i]);
    for (uint32_t i = 0; i < model->n_views; i++)
        release_view(&model->views[i]);
    for (uint32_t i = 0; i < model->n_alerts; i++)
        release_alert(&model->alerts[i]);
    free(model->time_zone);
    memset(model, 0, sizeof(*model));
}
