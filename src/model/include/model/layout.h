/* Where a metric's counters stand inside a cell.
 *
 * A cell has four parts:
 *   dense counters   counter 0 is n, then nps, top_box, mean, rate (false, true), count and the number of
 *                    answers of sum, in the order of the metrics
 *   wide counters    one exponential histogram of KAIKU_HISTOGRAM_BINS counters for each quantiles metric
 *   sums             exact signed 128-bit sums: sum in 10^-decimals, quantiles in thousandths
 *   uniques          HyperLogLog registers, kept beside the cell in Redis
 *
 * Stored and sent, counters are grouped into blocks of KAIKU_BLOCK consecutive ones (kaiku/cell.h): the
 * dense blocks first, from KAIKU_DENSE_BLOCKS on KAIKU_WIDE_BLOCKS for each histogram. A sum is a block of
 * its own. So metrics that are added behind the others leave all that is stored where it stands. */
#ifndef MODEL_LAYOUT_H
#define MODEL_LAYOUT_H

#include <kaiku/cell.h>
#include <kaiku/histogram.h>
#include <model/model.h>

enum {
    KAIKU_DENSE_BLOCKS = 256, /* room for those of any model: 64 metrics of 101 counters have 203 */
    KAIKU_WIDE_BLOCKS = (KAIKU_HISTOGRAM_BINS + KAIKU_BLOCK - 1) / KAIKU_BLOCK,
};

/* Fills counter, counters, sum, wide and unique of every metric, and the model's sizes. */
void kaiku_layout_assign(struct kaiku_model *model);

static inline uint32_t kaiku_layout_dense_blocks(const struct kaiku_model *model)
{
    return (model->n_counters + KAIKU_BLOCK - 1) / KAIKU_BLOCK;
}

/* Block id of the first block of histogram `wide`. */
static inline uint32_t kaiku_layout_wide_block(uint32_t wide)
{
    return KAIKU_DENSE_BLOCKS + wide * KAIKU_WIDE_BLOCKS;
}

#endif
