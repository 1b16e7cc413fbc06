/* All that a cell counts, numbered: dense counters, then the bins of histograms, then the registers of
 * HyperLogLogs. Sums are numbered apart. */
#ifndef VERIFY_SLOTS_H
#define VERIFY_SLOTS_H

#include <kaiku/hyperloglog.h>
#include <model/layout.h>

static inline uint32_t verify_slot_bin(const struct kaiku_model *model, uint32_t wide, uint32_t bin)
{
    return model->n_counters + wide * KAIKU_HISTOGRAM_BINS + bin;
}

static inline uint32_t verify_slot_register(const struct kaiku_model *model, uint32_t unique,
                                            uint32_t index)
{
    return verify_slot_bin(model, model->n_wide, 0) + unique * KAIKU_HYPERLOGLOG_REGISTERS + index;
}

/* The counter i of a block as stored; false where the model has none there. */
bool verify_slot_of_block(const struct kaiku_model *model, uint32_t block, uint32_t i, uint32_t *slot);

enum { VERIFY_SLOT_NAME = KAIKU_MAX_NAME + 32 };

/* For people: "n", "nps[9]", "wait_s[bin 412]", "customers[register 77]". */
void verify_slot_name(const struct kaiku_model *model, uint32_t slot, char out[VERIFY_SLOT_NAME]);
/* "cost_sum" */
void verify_sum_name(const struct kaiku_model *model, uint32_t sum, char out[VERIFY_SLOT_NAME]);

#endif
