#include <source/kafka.h>

#include <stdio.h>
#include <stdlib.h>

#include <base/clock.h>

#include "kafka_handle.h"
#include "kafka_source.h"

enum { ERROR_SIZE = 256, COMMIT_EVERY_MS = 1000, CLOSE_WAIT_MS = 4000, CLOSE_STEP_MS = 10 };

static void kafka_release(struct kaiku_source *source, struct kaiku_batch *batch)
{
    struct kaiku_kafka *kafka = (struct kaiku_kafka *)source;

    for (size_t i = 0; i < kafka->n_messages; i++)
        rd_kafka_message_destroy(kafka->messages[i]);
    kafka->n_messages = 0;
    batch->count = 0;
}

/* Where a rebalance comes between two messages, nothing tells the old assignment's from the new
 * one's. A message that was waited for alone came after it. */
static void consume(struct kaiku_kafka *kafka, int timeout_ms, size_t max)
{
    size_t before = kafka->n_messages;
    ssize_t n;

    kafka->rebalanced = false;
    n = rd_kafka_consume_batch_queue(kafka->queue, timeout_ms, kafka->messages + before, max);
    if (n > 0)
        kafka->n_messages += (size_t)n;
    if (kafka->rebalanced && (before > 0 || (n > 0 && max > 1)))
        kafka->mixed = true;
}

/* librdkafka waits until the array is full or the time is over: so wait for one message only, and
 * take what else is there. */
static void fetch(struct kaiku_kafka *kafka, int timeout_ms)
{
    kafka->mixed = false;
    consume(kafka, 0, kafka->batch);
    if (kafka->n_messages > 0 || timeout_ms == 0)
        return;
    consume(kafka, timeout_ms, 1);
    if (kafka->n_messages > 0 && kafka->batch > 1)
        consume(kafka, 0, kafka->batch - 1);
}

static void add_record(struct kaiku_kafka *kafka, struct kaiku_kafka_slot *slot,
                       const rd_kafka_message_t *message, struct kaiku_batch *batch)
{
    rd_kafka_timestamp_type_t type;
    int64_t timestamp_ms = rd_kafka_message_timestamp(message, &type);

    if (type == RD_KAFKA_TIMESTAMP_NOT_AVAILABLE)
        timestamp_ms = KAIKU_SOURCE_OWN_TIME;
    batch->records[batch->count++] = (struct kaiku_record){
        .value = message->payload,
        .size = (uint32_t)message->len,
        .slot = (uint32_t)(slot - kafka->slots.slots),
        .offset = message->offset,
        .timestamp_ms = timestamp_ms,
    };
}

static void add_end(struct kaiku_kafka *kafka, struct kaiku_kafka_slot *slot,
                    const rd_kafka_message_t *message, struct kaiku_batch *batch)
{
    batch->records[batch->count++] = (struct kaiku_record){
        .kind = KAIKU_RECORD_END,
        .slot = (uint32_t)(slot - kafka->slots.slots),
        .offset = message->offset,
        .timestamp_ms = KAIKU_SOURCE_OWN_TIME,
    };
}

/* A batch of their own: they stand before all that is read from there on. */
static void take_gaps(struct kaiku_kafka *kafka, struct kaiku_batch *batch)
{
    kafka->gaps = false;
    for (uint32_t i = 0; i < kafka->slots.n; i++) {
        struct kaiku_kafka_slot *slot = &kafka->slots.slots[i];

        if (!slot->gap)
            continue;
        kafka->gaps = batch->count == kafka->batch;
        if (kafka->gaps)
            break;
        slot->gap = false;
        batch->records[batch->count++] = (struct kaiku_record){
            .kind = KAIKU_RECORD_GAP,
            .slot = i,
            .offset = slot->next,
            .timestamp_ms = KAIKU_SOURCE_OWN_TIME,
        };
    }
}

static void take(struct kaiku_kafka *kafka, const rd_kafka_message_t *message,
                 struct kaiku_batch *batch)
{
    bool end = message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF;
    struct kaiku_kafka_slot *slot = kaiku_kafka_slots_find(&kafka->slots, message);

    if (!slot)
        return;
    if (!kaiku_kafka_slot_take(slot, message->offset, message->offset + (end ? 0 : 1)))
        kafka->reassign |= slot->held && !slot->out_of_range;
    else if (end)
        add_end(kafka, slot, message, batch);
    else
        add_record(kafka, slot, message, batch);
}

/* Of a mixed batch all goes, and reading begins again where the listener said. */
static void take_all(struct kaiku_kafka *kafka, struct kaiku_batch *batch)
{
    for (size_t i = 0; i < kafka->n_messages; i++) {
        const rd_kafka_message_t *message = kafka->messages[i];

        if (message->err && message->err != RD_KAFKA_RESP_ERR__PARTITION_EOF)
            kaiku_kafka_fault(kafka, message);
        else if (!kafka->mixed)
            take(kafka, message, batch);
    }
    if (kafka->mixed)
        kafka->reassign = kafka->assigned;
}

static int kafka_poll(struct kaiku_source *source, int timeout_ms, struct kaiku_batch *batch)
{
    struct kaiku_kafka *kafka = (struct kaiku_kafka *)source;

    int64_t now_ms = kaiku_clock_monotonic_ms();

    *batch = (struct kaiku_batch){.records = kafka->records};
    if (now_ms - kafka->commit_ms >= COMMIT_EVERY_MS)
        kaiku_kafka_commit_flush(kafka);
    if (kafka->gaps) {
        take_gaps(kafka, batch);
    } else if (!kafka->fatal) {
        kaiku_kafka_refill(kafka, now_ms);
        fetch(kafka, timeout_ms);
        take_all(kafka, batch);
        kaiku_kafka_faults_resolve(kafka);
    }
    if (kafka->fatal)
        kafka_release(source, batch);
    else if (kafka->reassign)
        kaiku_kafka_reassign(kafka);
    return kafka->fatal;
}

/* Not by rd_kafka_consumer_close: it may wait for ever, for a coordinator that is away or a
 * partition that is gone. Where it does not get done, or a fatal error forbids it, others take over
 * when the session times out. */
static void kafka_close(struct kaiku_source *source)
{
    struct kaiku_kafka *kafka = (struct kaiku_kafka *)source;
    int64_t deadline_ms = kaiku_clock_monotonic_ms() + CLOSE_WAIT_MS;
    rd_kafka_error_t *error;
    struct kaiku_batch batch = {0};

    kafka->closing = true;
    error = rd_kafka_consumer_close_queue(kafka->handle, kafka->queue);
    while (!error && !rd_kafka_consumer_closed(kafka->handle) &&
           kaiku_clock_monotonic_ms() < deadline_ms) {
        consume(kafka, CLOSE_STEP_MS, kafka->batch);
        kafka_release(source, &batch);
    }
    if (error)
        rd_kafka_error_destroy(error);
    if (kafka->joined)
        source->listener.revoked(source->listener.context, true);
    kafka->joined = false;
}

/* The order matters: librdkafka waits for ever for what is still lent. */
static void kafka_destroy(struct kaiku_source *source)
{
    struct kaiku_kafka *kafka = (struct kaiku_kafka *)source;
    struct kaiku_batch batch = {0};

    kafka_release(source, &batch);
    if (kafka->dealt)
        rd_kafka_topic_partition_list_destroy(kafka->dealt);
    if (kafka->queue)
        rd_kafka_queue_destroy(kafka->queue);
    kaiku_kafka_handle_destroy(kafka->handle);
    kaiku_kafka_slots_release(&kafka->slots);
    free(kafka->messages);
    free(kafka->records);
    free(kafka);
}

static const struct kaiku_source_ops kafka_ops = {
    .poll = kafka_poll,
    .release = kafka_release,
    .assign = kaiku_kafka_assign,
    .announce = kaiku_kafka_announce,
    .commit = kaiku_kafka_commit,
    .close = kafka_close,
    .destroy = kafka_destroy,
};

static int check_protocol(const rd_kafka_conf_t *conf, char *error)
{
    char strategy[128] = "";
    size_t size = sizeof(strategy);

    rd_kafka_conf_get(conf, "partition.assignment.strategy", strategy, &size);
    if (!strstr(strategy, "cooperative"))
        return KAIKU_OK;
    snprintf(error, ERROR_SIZE, "partition.assignment.strategy '%s' is not supported: use 'range'",
             strategy);
    return KAIKU_CONFIG;
}

static int on_statistics(rd_kafka_t *handle, char *json, size_t size, void *opaque)
{
    struct kaiku_kafka *kafka = opaque;

    (void)handle, (void)size;
    kaiku_kafka_statistics_read(&kafka->statistics, json);
    return 0; /* librdkafka frees it */
}

static int open_handle(struct kaiku_kafka *kafka, const struct kaiku_kafka_options *options,
                       char *error)
{
    rd_kafka_conf_t *conf;
    int status = kaiku_kafka_conf_create(options, true, &conf, error);

    if (status)
        return status;
    status = check_protocol(conf, error);
    if (status) {
        rd_kafka_conf_destroy(conf);
        return status;
    }
    rd_kafka_conf_set_opaque(conf, kafka);
    rd_kafka_conf_set_rebalance_cb(conf, kaiku_kafka_on_rebalance);
    rd_kafka_conf_set_error_cb(conf, kaiku_kafka_on_error);
    if (options->monitor)
        rd_kafka_conf_set_stats_cb(conf, on_statistics);
    status = kaiku_kafka_handle_create(conf, &kafka->handle, error);
    if (status)
        return status;
    /* Everything comes through one queue, so callbacks run in the thread that polls. */
    rd_kafka_poll_set_consumer(kafka->handle);
    kafka->queue = rd_kafka_queue_get_consumer(kafka->handle);
    if (!kafka->queue) {
        snprintf(error, ERROR_SIZE, "'group.id' is missing among the Kafka properties");
        return KAIKU_CONFIG;
    }
    return KAIKU_OK;
}

static int subscribe(struct kaiku_kafka *kafka, const struct kaiku_kafka_options *options,
                     char *error)
{
    rd_kafka_topic_partition_list_t *topics =
        rd_kafka_topic_partition_list_new((int)options->n_topics);
    rd_kafka_resp_err_t err;

    for (uint32_t i = 0; i < options->n_topics; i++)
        rd_kafka_topic_partition_list_add(topics, options->topics[i], RD_KAFKA_PARTITION_UA);
    err = rd_kafka_subscribe(kafka->handle, topics);
    rd_kafka_topic_partition_list_destroy(topics);
    if (!err)
        return KAIKU_OK;
    snprintf(error, ERROR_SIZE, "cannot subscribe to the topics: %s", rd_kafka_err2str(err));
    return KAIKU_REFUSED;
}

int kaiku_kafka_source_create(const struct kaiku_kafka_options *options, struct kaiku_source **out,
                              char *error)
{
    struct kaiku_kafka *kafka = calloc(1, sizeof(*kafka));
    int status = KAIKU_NOMEM;

    snprintf(error, ERROR_SIZE, "%s", kaiku_status_text(status));
    if (!kafka)
        return status;
    kafka->base.ops = &kafka_ops;
    kafka->batch = options->batch;
    kafka->messages = calloc(options->batch, sizeof(*kafka->messages));
    kafka->records = calloc(options->batch, sizeof(*kafka->records));
    if (!kafka->messages || !kafka->records)
        goto done;
    kaiku_kafka_statistics_init(&kafka->statistics, options->monitor, options->member);
    status = kaiku_kafka_slots_init(&kafka->slots, options->topics, options->n_topics);
    if (status)
        goto done;
    status = open_handle(kafka, options, error);
    if (!status && !options->alone)
        status = subscribe(kafka, options, error);

done:
    if (status)
        kafka_destroy(&kafka->base);
    else
        *out = &kafka->base;
    return status;
}
