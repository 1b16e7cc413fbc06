#include <model/rule.h>

#define TARGET_SUFFIXES "_target", "_gap", "_needed", "_status"

static const char *const suffixes[][KAIKU_MAX_SUFFIXES + 1] = {
    [KAIKU_NPS] = {"", "_lo", "_hi", "_n", "_promoters", "_passives", "_detractors",
                   TARGET_SUFFIXES},
    [KAIKU_TOP_BOX] = {"", "_lo", "_hi", "_n", "_mean", TARGET_SUFFIXES},
    [KAIKU_MEAN] = {"", "_lo", "_hi", "_n", "_sd", TARGET_SUFFIXES},
    [KAIKU_RATE] = {"", "_lo", "_hi", "_n", TARGET_SUFFIXES},
    [KAIKU_COUNT] = {""},
    [KAIKU_SUM] = {"", "_n", "_mean"},
    [KAIKU_QUANTILES] = {"_p50", "_p90", "_p95", "_p99", "_mean", "_n"},
    [KAIKU_UNIQUE] = {""},
    [KAIKU_RATIO] = {"", "_lo", "_hi", "_n", TARGET_SUFFIXES},
};

const char *const *kaiku_kind_suffixes(enum kaiku_kind kind)
{
    return suffixes[kind];
}

bool kaiku_kind_has_targets(enum kaiku_kind kind)
{
    return kind == KAIKU_NPS || kind == KAIKU_TOP_BOX || kind == KAIKU_MEAN || kind == KAIKU_RATE ||
           kind == KAIKU_RATIO;
}

void kaiku_metric_scale(struct kaiku_buffer *out, const struct kaiku_metric *metric)
{
    if (metric->kind == KAIKU_NPS || metric->kind == KAIKU_TOP_BOX || metric->kind == KAIKU_MEAN)
        kaiku_buffer_format(out, "%d..%d", metric->low, metric->high);
}

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

void kaiku_metric_rule(struct kaiku_buffer *out, const struct kaiku_model *model,
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
