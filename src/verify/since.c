/* What was added to the configuration after the prefix began counts from an offset of each partition on: `since`. */
#include "verify_private.h"

#include <base/array.h>

#include <stdlib.h>

/* ---- reading ---- */

struct since_reading {
    struct kaiku_verify *verify;
    struct verify_partition *partition;
    struct verify_values *values;
    int status;
};

static void take_metric(struct since_reading *reading, const struct kaiku_since *since)
{
    const struct kaiku_model *model = reading->verify->model;

    for (uint32_t m = 0; m < model->n_metrics; m++)
        if (kaiku_text_equal(kaiku_text_of(model->metrics[m].name), since->name))
            reading->partition->metrics_from[m] = since->offset;
}

static void take_view(struct since_reading *reading, const struct kaiku_since *since)
{
    const struct kaiku_model *model = reading->verify->model;

    for (uint32_t v = 0; v < model->n_views; v++)
        if (kaiku_text_equal(kaiku_text_of(model->views[v].name), since->name))
            reading->partition->views_from[v] = since->offset;
}

/* The same for all partitions. */
static struct verify_former *former_of(struct kaiku_verify *verify, uint32_t dimension,
                                       const struct kaiku_since *since)
{
    struct verify_former *former = verify->formers;

    while (former && (former->dimension != dimension || former->epoch != since->epoch))
        former = former->before;
    if (former)
        return former;
    former = calloc(1, sizeof *former);
    if (!former)
        return NULL;
    former->dimension = dimension;
    former->epoch = since->epoch;
    former->max_values = since->max_values;
    former->before = verify->formers;
    verify->formers = former;
    return former;
}

static int add_fewer(struct since_reading *reading, uint32_t dimension,
                     const struct kaiku_since *since)
{
    struct verify_partition *partition = reading->partition;
    struct verify_former *former = former_of(reading->verify, dimension, since);
    struct verify_fewer *fewer = kaiku_array_reserve(partition->fewer, partition->n_fewer,
                                                     &partition->fewer_capacity, sizeof *fewer);

    if (!fewer)
        return KAIKU_NOMEM;
    partition->fewer = fewer;
    if (!former)
        return KAIKU_NOMEM;
    fewer[partition->n_fewer++] = (struct verify_fewer){former, since->offset};
    return KAIKU_OK;
}

static void take_since(void *context, const struct kaiku_since *since)
{
    struct since_reading *reading = context;
    const struct kaiku_model *model = reading->verify->model;

    if (since->part == KAIKU_PART_metric)
        take_metric(reading, since);
    if (since->part == KAIKU_PART_view)
        take_view(reading, since);
    for (uint32_t d = 0; since->part == KAIKU_PART_dimension && d < model->n_dimensions; d++)
        if (kaiku_text_equal(kaiku_text_of(model->dimensions[d].name), since->name) &&
            add_fewer(reading, d, since) != KAIKU_OK)
            reading->status = KAIKU_NOMEM;
}

static int compare_fewer(const void *left, const void *right)
{
    const struct verify_fewer *a = left, *b = right;

    return (a->former->epoch > b->former->epoch) - (a->former->epoch < b->former->epoch);
}

static int settle(const struct since_reading *reading, int status)
{
    struct kaiku_verify *verify = reading->verify;

    if (status != KAIKU_OK)
        return verify_fail(verify, status, "%s", kaiku_store_error(verify->options.store));
    if (reading->status != KAIKU_OK)
        return verify_fail(verify, reading->status, "%s", kaiku_status_text(reading->status));
    return KAIKU_OK;
}

static int read_partition(struct since_reading *reading)
{
    struct verify_partition *partition = reading->partition;
    int status = settle(reading, kaiku_store_since(reading->verify->options.store, partition->field,
                                                   take_since, reading));

    if (status == KAIKU_OK && partition->n_fewer > 1)
        qsort(partition->fewer, partition->n_fewer, sizeof *partition->fewer, compare_fewer);
    return status;
}

static void take_value(void *context, struct kaiku_text value)
{
    struct since_reading *reading = context;

    if (verify_values_take(reading->values, value) != KAIKU_OK)
        reading->status = KAIKU_NOMEM;
}

int verify_since_read(struct kaiku_verify *verify)
{
    struct since_reading reading = {.verify = verify};
    int status = KAIKU_OK;

    for (uint32_t p = 0; p < verify->n_partitions && status == KAIKU_OK; p++) {
        reading.partition = &verify->partitions[p];
        status = read_partition(&reading);
    }
    for (struct verify_former *former = verify->formers; former && status == KAIKU_OK;
         former = former->before) {
        reading.values = &former->values;
        status = settle(&reading, kaiku_store_former_values(verify->options.store, former->dimension,
                                                            former->epoch, take_value, &reading));
    }
    return status;
}

void verify_since_release(struct kaiku_verify *verify)
{
    while (verify->formers) {
        struct verify_former *before = verify->formers->before;
        verify_values_release(&verify->formers->values);
        free(verify->formers);
        verify->formers = before;
    }
    for (uint32_t n = 0; n <= KAIKU_MAX_METRICS; n++)
        kaiku_decoder_destroy(verify->decoders[n]);
}

/* ---- what counted at an offset ---- */

struct kaiku_decoder *verify_since_decoder(struct kaiku_verify *verify,
                                           const struct verify_partition *partition, int64_t offset)
{
    const struct kaiku_model *model = verify->model;
    uint32_t n = 0;

    while (n < model->n_metrics && partition->metrics_from[n] <= offset)
        n++;
    if (!verify->decoders[n] &&
        kaiku_decoder_create_former(model, n, &verify->decoders[n]) != KAIKU_OK)
        return NULL;
    return verify->decoders[n];
}

bool verify_since_view(const struct verify_partition *partition, uint32_t view, int64_t offset)
{
    return partition->views_from[view] <= offset;
}

struct verify_values *verify_since_values(struct kaiku_verify *verify,
                                          const struct verify_partition *partition,
                                          uint32_t dimension, int64_t offset, uint32_t *max_values)
{
    for (uint32_t i = 0; i < partition->n_fewer; i++) {
        struct verify_former *former = partition->fewer[i].former;
        if (former->dimension != dimension || offset >= partition->fewer[i].until)
            continue;
        *max_values = former->max_values;
        return &former->values;
    }
    *max_values = verify->model->dimensions[dimension].max_values;
    return &verify->values[dimension];
}
