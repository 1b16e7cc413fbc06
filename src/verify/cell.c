#include "cell.h"

#include "registers.h"

#include <base/array.h>

#include <stdlib.h>

void verify_cell_release(struct verify_cell *cell)
{
    free(cell->counts);
    free(cell->sums);
    *cell = (struct verify_cell){0};
}

/* The place of the slot, or of the first behind it. */
static uint32_t search(const struct verify_cell *cell, uint32_t slot)
{
    uint32_t low = 0, high = cell->n;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (cell->counts[middle].slot < slot)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static int make_room(struct verify_cell *cell)
{
    struct verify_count *counts =
        kaiku_array_reserve(cell->counts, cell->n, &cell->capacity, sizeof *counts);

    if (!counts)
        return KAIKU_NOMEM;
    cell->counts = counts;
    return KAIKU_OK;
}

static int64_t *value_of(struct verify_cell *cell, uint32_t slot)
{
    uint32_t i = search(cell, slot);

    if (i == cell->n || cell->counts[i].slot != slot) {
        if (make_room(cell) != KAIKU_OK)
            return NULL;
        memmove(&cell->counts[i + 1], &cell->counts[i], (cell->n - i) * sizeof *cell->counts);
        cell->counts[i] = (struct verify_count){.slot = slot};
        cell->n++;
    }
    return &cell->counts[i].value;
}

int verify_cell_count(struct verify_cell *cell, uint32_t slot, int64_t by)
{
    int64_t *value = value_of(cell, slot);

    if (!value)
        return KAIKU_NOMEM;
    *value += by;
    return KAIKU_OK;
}

int verify_cell_raise(struct verify_cell *cell, uint32_t slot, int64_t value)
{
    int64_t *stands = value_of(cell, slot);

    if (!stands)
        return KAIKU_NOMEM;
    if (*stands < value)
        *stands = value;
    return KAIKU_OK;
}

int verify_cell_sum(struct verify_cell *cell, const struct kaiku_model *model, uint32_t sum,
                    __int128 by)
{
    if (!cell->sums)
        cell->sums = calloc(model->n_sums, sizeof *cell->sums);
    if (!cell->sums)
        return KAIKU_NOMEM;
    cell->sums[sum] += by;
    return KAIKU_OK;
}

static int add_unique(struct verify_cell *cell, const struct kaiku_model *model, uint32_t unique,
                      uint64_t hash)
{
    struct kaiku_hyperloglog_register place = kaiku_hyperloglog_place(hash);

    return verify_cell_raise(cell, verify_slot_register(model, unique, place.index), place.rank);
}

static int add_answer(struct verify_cell *cell, const struct kaiku_model *model,
                      const struct kaiku_metric *metric, const struct kaiku_answer *answer, int sign)
{
    int status = KAIKU_OK;

    switch (metric->kind) {
    case KAIKU_UNIQUE: /* what only grows keeps what it had */
        if (sign > 0)
            status = add_unique(cell, model, (uint32_t)metric->unique, (uint64_t)answer->value);
        return status;
    case KAIKU_QUANTILES:
        status = verify_cell_count(
            cell, verify_slot_bin(model, (uint32_t)metric->wide, answer->bin), sign);
        break;
    case KAIKU_SUM:
        status = verify_cell_count(cell, metric->counter, sign);
        break;
    default:
        return verify_cell_count(cell, metric->counter + answer->bin, sign);
    }
    if (status == KAIKU_OK)
        status = verify_cell_sum(cell, model, (uint32_t)metric->sum, (__int128)sign * answer->value);
    return status;
}

int verify_cell_add(struct verify_cell *cell, const struct kaiku_model *model,
                    const struct kaiku_event *event, int sign)
{
    int status = event->answered ? verify_cell_count(cell, 0, sign) : KAIKU_OK;

    for (uint32_t m = 0; m < model->n_metrics && status == KAIKU_OK; m++)
        if (event->answers >> m & 1)
            status = add_answer(cell, model, &model->metrics[m], &event->answer[m], sign);
    return status;
}

static int read_block(struct verify_cell *cell, const struct kaiku_model *model,
                      const struct kaiku_cell_chunk *chunk)
{
    int status = KAIKU_OK;

    for (uint32_t i = 0; i < KAIKU_BLOCK && status == KAIKU_OK; i++) {
        uint32_t slot;
        if (chunk->counters[i] == 0)
            continue;
        if (!verify_slot_of_block(model, chunk->id, i, &slot))
            return KAIKU_INVALID;
        status = verify_cell_count(cell, slot, chunk->counters[i]);
    }
    return status;
}

int verify_cell_read(struct verify_cell *cell, const struct kaiku_model *model,
                     struct kaiku_text stored)
{
    struct kaiku_cell_chunk chunk;
    size_t position = 0;
    int status;

    while ((status = kaiku_cell_next(stored.data, stored.size, &position, &chunk)) == KAIKU_OK) {
        uint32_t sum = chunk.id & ~(uint32_t)KAIKU_SUM_BLOCK;
        if (!(chunk.id & KAIKU_SUM_BLOCK))
            status = read_block(cell, model, &chunk);
        else if (sum < model->n_sums)
            status = verify_cell_sum(cell, model, sum, chunk.sum);
        else
            status = KAIKU_INVALID;
        if (status != KAIKU_OK)
            return status;
    }
    return status == KAIKU_END ? KAIKU_OK : status;
}

int verify_cell_read_unique(struct verify_cell *cell, const struct kaiku_model *model,
                            uint32_t unique, struct kaiku_text stored)
{
    uint8_t registers[KAIKU_HYPERLOGLOG_REGISTERS];
    int status = verify_registers_read(stored, registers);

    for (uint32_t i = 0; i < KAIKU_HYPERLOGLOG_REGISTERS && status == KAIKU_OK; i++)
        if (registers[i] > 0)
            status = verify_cell_raise(cell, verify_slot_register(model, unique, i), registers[i]);
    return status;
}
