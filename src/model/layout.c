#include <model/layout.h>

/* Dense counters of a metric. */
static uint32_t dense_counters(const struct kaiku_metric *metric)
{
    switch (metric->kind) {
    case KAIKU_NPS:
        return 11;
    case KAIKU_TOP_BOX:
    case KAIKU_MEAN:
        return (uint32_t)(metric->high - metric->low) + 1;
    case KAIKU_RATE:
        return 2;
    case KAIKU_COUNT:
    case KAIKU_SUM:
        return 1;
    case KAIKU_QUANTILES:
    case KAIKU_UNIQUE:
    case KAIKU_RATIO:
        break;
    }
    return 0;
}

void kaiku_layout_assign(struct kaiku_model *model)
{
    model->n_counters = 1; /* n */
    model->n_sums = model->n_wide = model->n_unique = 0;

    for (uint32_t i = 0; i < model->n_metrics; i++) {
        struct kaiku_metric *metric = &model->metrics[i];
        bool is_wide = metric->kind == KAIKU_QUANTILES;
        bool has_sum = metric->kind == KAIKU_SUM || is_wide;

        metric->counters = dense_counters(metric);
        metric->counter = metric->counters > 0 ? model->n_counters : 0;
        metric->sum = has_sum ? (int32_t)model->n_sums++ : -1;
        metric->wide = is_wide ? (int32_t)model->n_wide++ : -1;
        metric->unique = metric->kind == KAIKU_UNIQUE ? (int32_t)model->n_unique++ : -1;
        model->n_counters += metric->counters;
    }
}
