#include <source/kafka.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include <base/array.h>
#include <base/clock.h>

#include "kafka_handle.h"
#include "kafka_peek.h"
#include "kafka_trust.h"

enum { ERROR_SIZE = 256, AGAIN_MS = 50 };

struct topic {
    char *name;
    rd_kafka_topic_t *handle;
};

struct kafka_catalog {
    struct kaiku_catalog base;
    rd_kafka_t *handle; /* sees all records, those of open transactions too */
    rd_kafka_t *reader; /* sees what workers may read */
    struct topic *topics;
    uint32_t n_topics;
    struct kaiku_extent *extents;
    uint32_t n;
    uint32_t capacity;
    struct kaiku_kafka_peek peek;
    char why[200]; /* what librdkafka says of its connections: a time-out alone tells nothing */
    bool is_refused; /* a certificate or credentials: its last word */
};

static void on_error(rd_kafka_t *handle, int err, const char *reason, void *opaque)
{
    struct kafka_catalog *kafka = opaque;

    (void)handle;
    if (err == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN)
        return;
    kaiku_kafka_trust_explain(err, reason, kafka->why, sizeof(kafka->why));
    kafka->is_refused = kaiku_kafka_trust_is_refusal(err);
}

static int fail(struct kafka_catalog *kafka, const char *topic, rd_kafka_resp_err_t err)
{
    int status = KAIKU_AWAY;

    kafka->why[0] = '\0';
    kafka->is_refused = false;
    rd_kafka_poll(kafka->handle, 0);
    rd_kafka_poll(kafka->reader, 0);
    if (err == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART || err == RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC)
        status = KAIKU_MISSING;
    else if (err == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED)
        status = KAIKU_REFUSED;
    else if (kafka->is_refused)
        status = KAIKU_REFUSED;
    if (status == KAIKU_MISSING)
        snprintf(kafka->base.error, ERROR_SIZE, "topic '%s' does not exist", topic);
    else if (kafka->is_refused)
        snprintf(kafka->base.error, ERROR_SIZE, "Kafka: %s", kafka->why);
    else
        snprintf(kafka->base.error, ERROR_SIZE, "cannot ask Kafka about topic '%.80s': %s%s%.120s",
                 topic, rd_kafka_err2str(err), kafka->why[0] ? ": " : "", kafka->why);
    return status;
}

static int left_ms(int64_t deadline_ms)
{
    int64_t left = deadline_ms - kaiku_clock_monotonic_ms();

    return left > 0 ? (int)left : 0;
}

static struct kaiku_extent *add_extent(struct kafka_catalog *kafka)
{
    struct kaiku_extent *extents =
        kaiku_array_reserve(kafka->extents, kafka->n, &kafka->capacity, sizeof(*extents));

    if (!extents)
        return NULL;
    kafka->extents = extents;
    return &extents[kafka->n++];
}

/* Just after a topic was created, or its leaders moved: the next answers are others. */
static bool passes(rd_kafka_resp_err_t err)
{
    return err == RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION ||
           err == RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE ||
           err == RD_KAFKA_RESP_ERR_REPLICA_NOT_AVAILABLE;
}

/* Asks where partitions begin or end, as this handle sees it; the answers replace the list's offsets. */
static rd_kafka_resp_err_t ask_offsets(rd_kafka_t *handle, rd_kafka_topic_partition_list_t *list,
                                       int64_t which, int64_t deadline_ms)
{
    rd_kafka_resp_err_t err;

    for (int i = 0; i < list->cnt; i++)
        list->elems[i].offset = which;
    err = rd_kafka_offsets_for_times(handle, list, left_ms(deadline_ms));
    for (int i = 0; i < list->cnt && !err; i++)
        err = list->elems[i].err;
    return err;
}

static int64_t answer(const rd_kafka_topic_partition_list_t *list, const struct kaiku_partition *partition)
{
    return rd_kafka_topic_partition_list_find(list, partition->topic, partition->number)->offset;
}

/* Of the extents from `from` on, all of one topic. */
static rd_kafka_resp_err_t read_offsets(struct kafka_catalog *kafka, uint32_t from, int64_t deadline_ms)
{
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new((int)(kafka->n - from));
    struct kaiku_extent *extents = kafka->extents;
    rd_kafka_resp_err_t err;

    for (uint32_t i = from; i < kafka->n; i++)
        rd_kafka_topic_partition_list_add(list, extents[i].partition.topic, extents[i].partition.number);
    err = ask_offsets(kafka->handle, list, RD_KAFKA_OFFSET_BEGINNING, deadline_ms);
    for (uint32_t i = from; i < kafka->n && !err; i++)
        extents[i].first = answer(list, &extents[i].partition);
    if (!err)
        err = ask_offsets(kafka->reader, list, RD_KAFKA_OFFSET_END, deadline_ms);
    for (uint32_t i = from; i < kafka->n && !err; i++)
        extents[i].end = answer(list, &extents[i].partition);
    /* Last, so that it is never before the end. */
    if (!err)
        err = ask_offsets(kafka->handle, list, RD_KAFKA_OFFSET_END, deadline_ms);
    for (uint32_t i = from; i < kafka->n && !err; i++)
        extents[i].high_watermark = answer(list, &extents[i].partition);
    rd_kafka_topic_partition_list_destroy(list);
    return err;
}

static rd_kafka_resp_err_t add_partitions(struct kafka_catalog *kafka, const char *topic,
                                          const struct rd_kafka_metadata_topic *found)
{
    for (int i = 0; i < found->partition_cnt; i++) {
        struct kaiku_extent *extent = add_extent(kafka);

        if (!extent)
            return RD_KAFKA_RESP_ERR__CRIT_SYS_RESOURCE;
        extent->partition = (struct kaiku_partition){topic, found->partitions[i].id};
    }
    return RD_KAFKA_RESP_ERR_NO_ERROR;
}

static rd_kafka_resp_err_t ask(struct kafka_catalog *kafka, const struct topic *topic,
                               int64_t deadline_ms)
{
    const struct rd_kafka_metadata *metadata = NULL;
    const struct rd_kafka_metadata_topic *found = NULL;
    uint32_t from = kafka->n;
    rd_kafka_resp_err_t err =
        rd_kafka_metadata(kafka->handle, 0, topic->handle, &metadata, left_ms(deadline_ms));

    if (!err) {
        found = &metadata->topics[0];
        err = metadata->topic_cnt == 1 ? found->err : RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC;
    }
    if (!err)
        err = add_partitions(kafka, topic->name, found);
    if (!err)
        err = read_offsets(kafka, from, deadline_ms);
    if (metadata)
        rd_kafka_metadata_destroy(metadata);
    return err;
}

static int read_topic(struct kafka_catalog *kafka, const struct topic *topic, int64_t deadline_ms)
{
    uint32_t before = kafka->n;
    rd_kafka_resp_err_t err = ask(kafka, topic, deadline_ms);

    while (passes(err) && left_ms(deadline_ms) > 0) {
        rd_kafka_poll(kafka->handle, AGAIN_MS);
        kafka->n = before;
        err = ask(kafka, topic, deadline_ms);
    }
    if (err == RD_KAFKA_RESP_ERR__CRIT_SYS_RESOURCE) {
        snprintf(kafka->base.error, ERROR_SIZE, "%s", kaiku_status_text(KAIKU_NOMEM));
        return KAIKU_NOMEM;
    }
    return err ? fail(kafka, topic->name, err) : KAIKU_OK;
}

static int catalog_read(struct kaiku_catalog *catalog, int timeout_ms,
                        const struct kaiku_extent **extents, uint32_t *n)
{
    struct kafka_catalog *kafka = (struct kafka_catalog *)catalog;
    int64_t deadline_ms = kaiku_clock_monotonic_ms() + timeout_ms;
    int status = KAIKU_OK;

    kafka->n = 0;
    for (uint32_t i = 0; i < kafka->n_topics && !status; i++)
        status = read_topic(kafka, &kafka->topics[i], deadline_ms);
    *extents = kafka->extents;
    *n = status ? 0 : kafka->n;
    return status;
}

static int catalog_timestamp(struct kaiku_catalog *catalog, struct kaiku_partition partition,
                             int64_t offset, int64_t *timestamp_ms)
{
    struct kafka_catalog *kafka = (struct kafka_catalog *)catalog;

    for (uint32_t i = 0; i < kafka->n_topics; i++)
        if (strcmp(kafka->topics[i].name, partition.topic) == 0)
            return kaiku_kafka_peek(&kafka->peek, kafka->topics[i].handle, partition.number, offset,
                                    timestamp_ms);
    return KAIKU_AWAY;
}

static void catalog_destroy(struct kaiku_catalog *catalog)
{
    struct kafka_catalog *kafka = (struct kafka_catalog *)catalog;

    kaiku_kafka_peek_stop(&kafka->peek);
    for (uint32_t i = 0; i < kafka->n_topics; i++) {
        if (kafka->topics[i].handle)
            rd_kafka_topic_destroy(kafka->topics[i].handle);
        free(kafka->topics[i].name);
    }
    kaiku_kafka_handle_destroy(kafka->handle);
    kaiku_kafka_handle_destroy(kafka->reader);
    free(kafka->topics);
    free(kafka->extents);
    free(kafka);
}

static const struct kaiku_catalog_ops catalog_ops = {
    .read = catalog_read,
    .timestamp = catalog_timestamp,
    .destroy = catalog_destroy,
};

static int open_handle(struct kafka_catalog *kafka, const struct kaiku_kafka_options *options,
                       const char *isolation, rd_kafka_t **out, char *error)
{
    rd_kafka_conf_t *conf;
    int status = kaiku_kafka_conf_create(options, false, &conf, error);

    if (status)
        return status;
    if (isolation)
        rd_kafka_conf_set(conf, "isolation.level", isolation, NULL, 0);
    rd_kafka_conf_set_opaque(conf, kafka);
    /* It reads single records: no more than one is of use. */
    rd_kafka_conf_set(conf, "queued.min.messages", "1", NULL, 0);
    rd_kafka_conf_set(conf, "fetch.message.max.bytes", "4096", NULL, 0);
    rd_kafka_conf_set_error_cb(conf, on_error);
    return kaiku_kafka_handle_create(conf, out, error);
}

static int open_topics(struct kafka_catalog *kafka, const struct kaiku_kafka_options *options,
                       char *error)
{
    kafka->topics = calloc(options->n_topics ? options->n_topics : 1, sizeof(*kafka->topics));
    if (!kafka->topics)
        goto nomem;
    for (uint32_t i = 0; i < options->n_topics; i++) {
        struct topic *topic = &kafka->topics[kafka->n_topics++];

        topic->name = strdup(options->topics[i]);
        if (!topic->name)
            goto nomem;
        topic->handle = rd_kafka_topic_new(kafka->handle, topic->name, NULL);
        if (!topic->handle) {
            snprintf(error, ERROR_SIZE, "topic '%.80s' is refused: %s", topic->name,
                     rd_kafka_err2str(rd_kafka_last_error()));
            return KAIKU_CONFIG;
        }
    }
    return KAIKU_OK;

nomem:
    snprintf(error, ERROR_SIZE, "%s", kaiku_status_text(KAIKU_NOMEM));
    return KAIKU_NOMEM;
}

int kaiku_kafka_catalog_create(const struct kaiku_kafka_options *options,
                               struct kaiku_catalog **out, char *error)
{
    struct kafka_catalog *kafka = calloc(1, sizeof(*kafka));
    int status;

    if (!kafka) {
        snprintf(error, ERROR_SIZE, "%s", kaiku_status_text(KAIKU_NOMEM));
        return KAIKU_NOMEM;
    }
    kafka->base.ops = &catalog_ops;
    status = open_handle(kafka, options, "read_uncommitted", &kafka->handle, error);
    if (!status)
        status = open_handle(kafka, options, NULL, &kafka->reader, error);
    if (!status)
        status = open_topics(kafka, options, error);
    if (status)
        catalog_destroy(&kafka->base);
    else
        *out = &kafka->base;
    return status;
}
