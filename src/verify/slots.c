#include "slots.h"

#include <inttypes.h>
#include <stdio.h>

bool verify_slot_of_block(const struct kaiku_model *model, uint32_t block, uint32_t i, uint32_t *slot)
{
    uint32_t bin;

    if (block < KAIKU_DENSE_BLOCKS) {
        *slot = block * KAIKU_BLOCK + i;
        return *slot < model->n_counters;
    }
    block -= KAIKU_DENSE_BLOCKS;
    bin = block % KAIKU_WIDE_BLOCKS * KAIKU_BLOCK + i;
    *slot = verify_slot_bin(model, block / KAIKU_WIDE_BLOCKS, bin);
    return block / KAIKU_WIDE_BLOCKS < model->n_wide && bin < KAIKU_HISTOGRAM_BINS;
}

static const struct kaiku_metric *metric_of(const struct kaiku_model *model, enum kaiku_kind kind,
                                            uint32_t n)
{
    for (uint32_t m = 0; m < model->n_metrics; m++) {
        const struct kaiku_metric *metric = &model->metrics[m];
        int32_t index = kind == KAIKU_UNIQUE ? metric->unique : metric->wide;
        if (metric->kind == kind && index == (int32_t)n)
            return metric;
    }
    return NULL;
}

static void name_counter(const struct kaiku_metric *metric, uint32_t bin, char out[VERIFY_SLOT_NAME])
{
    int32_t low = metric->kind == KAIKU_NPS ? 0 : metric->low;

    if (metric->kind == KAIKU_COUNT)
        snprintf(out, VERIFY_SLOT_NAME, "%s", metric->name);
    else if (metric->kind == KAIKU_SUM)
        snprintf(out, VERIFY_SLOT_NAME, "%s_n", metric->name);
    else if (metric->kind == KAIKU_RATE)
        snprintf(out, VERIFY_SLOT_NAME, "%s[%s]", metric->name, bin ? "true" : "false");
    else
        snprintf(out, VERIFY_SLOT_NAME, "%s[%" PRId32 "]", metric->name, low + (int32_t)bin);
}

static void name_dense(const struct kaiku_model *model, uint32_t slot, char out[VERIFY_SLOT_NAME])
{
    snprintf(out, VERIFY_SLOT_NAME, "n");
    for (uint32_t m = 0; m < model->n_metrics; m++) {
        const struct kaiku_metric *metric = &model->metrics[m];
        if (slot >= metric->counter && slot - metric->counter < metric->counters)
            name_counter(metric, slot - metric->counter, out);
    }
}

static void name_part(const struct kaiku_metric *metric, const char *part, uint32_t index,
                      char out[VERIFY_SLOT_NAME])
{
    snprintf(out, VERIFY_SLOT_NAME, "%s[%s %" PRIu32 "]", metric ? metric->name : "?", part, index);
}

void verify_slot_name(const struct kaiku_model *model, uint32_t slot, char out[VERIFY_SLOT_NAME])
{
    uint32_t bins = verify_slot_bin(model, 0, 0), registers = verify_slot_register(model, 0, 0);

    if (slot < bins)
        name_dense(model, slot, out);
    else if (slot < registers)
        name_part(metric_of(model, KAIKU_QUANTILES, (slot - bins) / KAIKU_HISTOGRAM_BINS), "bin",
                  (slot - bins) % KAIKU_HISTOGRAM_BINS, out);
    else
        name_part(metric_of(model, KAIKU_UNIQUE, (slot - registers) / KAIKU_HYPERLOGLOG_REGISTERS),
                  "register", (slot - registers) % KAIKU_HYPERLOGLOG_REGISTERS, out);
}

void verify_sum_name(const struct kaiku_model *model, uint32_t sum, char out[VERIFY_SLOT_NAME])
{
    snprintf(out, VERIFY_SLOT_NAME, "?");
    for (uint32_t m = 0; m < model->n_metrics; m++)
        if (model->metrics[m].sum == (int32_t)sum)
            snprintf(out, VERIFY_SLOT_NAME, "%s_sum", model->metrics[m].name);
}
