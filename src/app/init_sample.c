#include "init_sample.h"

#include "pipeline.h"
#include "signals.h"

#include <base/clock.h>

#include <stdio.h>
#include <stdlib.h>

enum {
    ERROR_SIZE = 256,
    RECORDS = 1000,
    BATCH = 100,
    BYTES_MAX = 64 << 20,
    CATALOG_MS = 10000,
    READ_MS = 15000,
    POLL_MS = 200,
};

struct part {
    struct kaiku_extent extent;
    int64_t next; /* offset to be read; behind the end: done */
};

struct sampling {
    struct kaiku_sample *sample;
    struct part *parts;
    uint32_t n, left; /* those that are not read to their ends */
    char *error;
};

static int fail(struct sampling *sampling, int status, const char *why)
{
    snprintf(sampling->error, ERROR_SIZE, "%s", why);
    return status;
}

void app_init_share(int64_t *sizes, uint32_t n, int64_t most)
{
    for (uint32_t i = 0; i < n; i++) {
        int64_t share = (most + n - i - 1) / (n - i);
        sizes[i] = sizes[i] < share ? sizes[i] : share;
        most -= sizes[i];
    }
}

static int64_t size_of(const struct kaiku_extent *extent)
{
    return extent->end > extent->first ? extent->end - extent->first : 0;
}

static int compare_parts(const void *a, const void *b)
{
    int64_t x = size_of(&((const struct part *)a)->extent), y = size_of(&((const struct part *)b)->extent);

    return (x > y) - (x < y);
}

/* Where to begin in each partition; those without records are left out. */
static int choose(struct sampling *sampling, const struct kaiku_extent *extents, uint32_t n, const char *topic)
{
    int64_t *sizes = calloc(n + 1, sizeof(*sizes));

    sampling->parts = calloc(n + 1, sizeof(*sampling->parts));
    if (!sizes || !sampling->parts) {
        free(sizes);
        return fail(sampling, KAIKU_NOMEM, kaiku_status_text(KAIKU_NOMEM));
    }
    for (uint32_t i = 0; i < n; i++)
        if (size_of(&extents[i]) > 0)
            sampling->parts[sampling->n++].extent = extents[i];
    qsort(sampling->parts, sampling->n, sizeof(*sampling->parts), compare_parts);
    for (uint32_t i = 0; i < sampling->n; i++)
        sizes[i] = size_of(&sampling->parts[i].extent);
    app_init_share(sizes, sampling->n, RECORDS);
    for (uint32_t i = 0; i < sampling->n; i++) {
        sampling->parts[i].next = sampling->parts[i].extent.end - sizes[i];
        sampling->left += sizes[i] > 0;
    }
    free(sizes);
    if (sampling->n > 0)
        return KAIKU_OK;
    snprintf(sampling->error, ERROR_SIZE, "topic '%s' is empty: there is nothing to propose from", topic);
    return KAIKU_REFUSED;
}

/* ---- reading ---- */

static int assign(struct sampling *sampling, struct kaiku_source *source)
{
    struct kaiku_start *starts = calloc(sampling->n, sizeof(*starts));
    int status = starts ? KAIKU_OK : KAIKU_NOMEM;

    for (uint32_t i = 0; i < sampling->n && starts; i++)
        starts[i] = (struct kaiku_start){sampling->parts[i].extent.partition, sampling->parts[i].next};
    if (status == KAIKU_OK)
        status = kaiku_source_assign(source, starts, sampling->n);
    free(starts);
    return status ? fail(sampling, status, source->error) : status;
}

static int take(struct sampling *sampling, const struct kaiku_record *record)
{
    struct part *part = &sampling->parts[record->slot];
    bool is_done = part->next >= part->extent.end;
    int status = KAIKU_OK;

    if (is_done || record->kind == KAIKU_RECORD_GAP)
        return KAIKU_OK;
    part->next = record->offset + (record->kind == KAIKU_RECORD);
    if (record->kind == KAIKU_RECORD)
        status = kaiku_sample_add(sampling->sample, (struct kaiku_text){record->value, record->size},
                                  record->timestamp_ms);
    else
        part->next = part->extent.end; /* transactions end with offsets that nobody sees */
    sampling->left -= part->next >= part->extent.end;
    return status ? fail(sampling, status, kaiku_status_text(status)) : status;
}

static int read_on(struct sampling *sampling, struct kaiku_source *source)
{
    int64_t until_ms = kaiku_clock_monotonic_ms() + READ_MS;
    int status = KAIKU_OK;

    while (sampling->left > 0 && status == KAIKU_OK && sampling->sample->bytes < BYTES_MAX &&
           kaiku_clock_monotonic_ms() < until_ms && !app_signals_stop()) {
        struct kaiku_batch batch;
        status = kaiku_source_poll(source, POLL_MS, &batch);
        if (status != KAIKU_OK)
            return fail(sampling, status, source->error);
        for (uint32_t i = 0; i < batch.count && status == KAIKU_OK; i++)
            status = take(sampling, &batch.records[i]);
        kaiku_source_release(source, &batch);
    }
    if (status == KAIKU_OK && app_signals_stop())
        return fail(sampling, KAIKU_STOPPED, kaiku_status_text(KAIKU_STOPPED));
    if (status == KAIKU_OK && sampling->left > 0 && sampling->sample->n == 0)
        return fail(sampling, KAIKU_AWAY, "Kafka has records, but none came");
    return status;
}

static void ignore_assigned(void *context, const struct kaiku_partition *partitions, uint32_t n)
{
    (void)context; /* what is read was said already */
    (void)partitions;
    (void)n;
}

static void ignore_revoked(void *context, bool lost)
{
    (void)context;
    (void)lost;
}

static int read_records(struct sampling *sampling, const struct kaiku_kafka_options *options)
{
    struct kaiku_source *source = NULL;
    int status = kaiku_kafka_source_create(options, &source, sampling->error);

    if (status)
        return status;
    kaiku_source_listen(source, (struct kaiku_source_listener){NULL, ignore_assigned, ignore_revoked});
    status = assign(sampling, source);
    if (status == KAIKU_OK)
        status = read_on(sampling, source);
    kaiku_source_close(source);
    kaiku_source_destroy(source);
    return status;
}

int app_init_sample(const struct kaiku_settings *settings, struct kaiku_sample *sample, uint32_t *partitions,
                    char *error)
{
    struct kaiku_kafka_options options = app_kafka_options(settings);
    struct sampling sampling = {.sample = sample, .error = error};
    struct kaiku_catalog *catalog = NULL;
    const struct kaiku_extent *extents;
    uint32_t n = 0;

    options.alone = true;
    options.batch = BATCH;
    int status = kaiku_kafka_catalog_create(&options, &catalog, error);
    if (status)
        return status;
    status = kaiku_catalog_read(catalog, CATALOG_MS, &extents, &n);
    if (status)
        fail(&sampling, status, catalog->error);
    *partitions = n;
    if (status == KAIKU_OK)
        status = choose(&sampling, extents, n, settings->topics[0]);
    if (status == KAIKU_OK)
        status = read_records(&sampling, &options);
    kaiku_catalog_destroy(catalog);
    free(sampling.parts);
    return status;
}
