#include <source/producer.h>

#include <stdio.h>
#include <stdlib.h>

#include <librdkafka/rdkafka.h>

#include <base/clock.h>

enum { ERROR_SIZE = 256, CONNECT_MS = 10000, FULL_MS = 100 };

struct kaiku_producer {
    rd_kafka_t *handle;
    rd_kafka_topic_t *topic;
    uint32_t partitions;
    bool failed; /* a record was not delivered */
    char error[ERROR_SIZE];
};

static void on_delivery(rd_kafka_t *handle, const rd_kafka_message_t *message, void *opaque)
{
    struct kaiku_producer *producer = opaque;

    (void)handle;
    if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR || producer->failed)
        return;
    producer->failed = true;
    snprintf(producer->error, ERROR_SIZE, "cannot deliver: %s", rd_kafka_message_errstr(message));
}

static void on_error(rd_kafka_t *handle, int err, const char *reason, void *opaque)
{
    struct kaiku_producer *producer = opaque;

    (void)handle;
    if (!producer->failed && err != RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN)
        snprintf(producer->error, ERROR_SIZE, "%s", reason);
}

static int create_handle(struct kaiku_producer *producer, const char *brokers)
{
    const char *const properties[][2] = {
        {"bootstrap.servers", brokers}, {"client.id", "kaiku-gen"}, {"enable.idempotence", "true"},
        {"linger.ms", "5"},             {"log_level", "0"},         {"message.timeout.ms", "60000"},
    };
    rd_kafka_conf_t *conf = rd_kafka_conf_new();

    for (size_t i = 0; i < sizeof(properties) / sizeof(properties[0]); i++) {
        if (rd_kafka_conf_set(conf, properties[i][0], properties[i][1], producer->error,
                              ERROR_SIZE)) {
            rd_kafka_conf_destroy(conf);
            return KAIKU_CONFIG;
        }
    }
    rd_kafka_conf_set_opaque(conf, producer);
    rd_kafka_conf_set_dr_msg_cb(conf, on_delivery);
    rd_kafka_conf_set_error_cb(conf, on_error);
    producer->handle = rd_kafka_new(RD_KAFKA_PRODUCER, conf, producer->error, ERROR_SIZE);
    if (producer->handle)
        return KAIKU_OK;
    rd_kafka_conf_destroy(conf);
    return KAIKU_CONFIG;
}

static int read_partitions(struct kaiku_producer *producer,
                           const struct rd_kafka_metadata *metadata)
{
    const rd_kafka_metadata_topic_t *topic = &metadata->topics[0];

    if (topic->err == RD_KAFKA_RESP_ERR_NO_ERROR && topic->partition_cnt > 0) {
        producer->partitions = (uint32_t)topic->partition_cnt;
        return KAIKU_OK;
    }
    if (topic->err == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART) {
        snprintf(producer->error, ERROR_SIZE, "topic '%.200s' does not exist", topic->topic);
        return KAIKU_MISSING;
    }
    snprintf(producer->error, ERROR_SIZE, "topic '%.100s': %s", topic->topic,
             rd_kafka_err2str(topic->err));
    return KAIKU_AGAIN;
}

/* A broker that makes topics on demand needs a moment to choose a leader: ask again until it has
 * one. */
static int find_partitions(struct kaiku_producer *producer, const char *brokers)
{
    int64_t deadline_ms = kaiku_clock_monotonic_ms() + CONNECT_MS;
    int64_t left_ms;
    int status = KAIKU_AGAIN;

    while (status == KAIKU_AGAIN && (left_ms = deadline_ms - kaiku_clock_monotonic_ms()) > 0) {
        const struct rd_kafka_metadata *metadata;
        char why[ERROR_SIZE];

        rd_kafka_poll(producer->handle, 100);
        if (rd_kafka_metadata(producer->handle, 0, producer->topic, &metadata, (int)left_ms)) {
            rd_kafka_poll(producer->handle, 0);
            snprintf(why, sizeof(why), "%s", producer->error);
            snprintf(producer->error, ERROR_SIZE, "cannot reach Kafka at '%.80s'%s%.140s", brokers,
                     why[0] ? ": " : "", why);
            return KAIKU_AWAY;
        }
        status = read_partitions(producer, metadata);
        rd_kafka_metadata_destroy(metadata);
    }
    return status == KAIKU_AGAIN ? KAIKU_AWAY : status;
}

int kaiku_producer_create(const struct kaiku_producer_options *options, struct kaiku_producer **out,
                          char *error)
{
    struct kaiku_producer *producer = calloc(1, sizeof(*producer));
    int status;

    if (!producer) {
        snprintf(error, ERROR_SIZE, "%s", kaiku_status_text(KAIKU_NOMEM));
        return KAIKU_NOMEM;
    }
    status = create_handle(producer, options->brokers);
    if (status == KAIKU_OK) {
        producer->topic = rd_kafka_topic_new(producer->handle, options->topic, NULL);
        if (!producer->topic) {
            snprintf(producer->error, ERROR_SIZE, "topic '%.80s': %s", options->topic,
                     rd_kafka_err2str(rd_kafka_last_error()));
            status = KAIKU_CONFIG;
        }
    }
    if (status == KAIKU_OK)
        status = find_partitions(producer, options->brokers);
    if (status != KAIKU_OK) {
        snprintf(error, ERROR_SIZE, "%s", producer->error);
        kaiku_producer_destroy(producer);
        return status;
    }
    producer->error[0] = '\0';
    *out = producer;
    return KAIKU_OK;
}

void kaiku_producer_destroy(struct kaiku_producer *producer)
{
    if (!producer)
        return;
    if (producer->handle)
        rd_kafka_purge(producer->handle, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
    if (producer->topic)
        rd_kafka_topic_destroy(producer->topic);
    if (producer->handle)
        rd_kafka_destroy(producer->handle);
    free(producer);
}

static rd_kafka_resp_err_t produce(struct kaiku_producer *producer, uint64_t hash,
                                   struct kaiku_text value, int64_t timestamp_ms)
{
    return rd_kafka_producev(producer->handle, RD_KAFKA_V_RKT(producer->topic),
                             RD_KAFKA_V_PARTITION((int32_t)(hash % producer->partitions)),
                             RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
                             RD_KAFKA_V_VALUE((void *)(uintptr_t)value.data, value.size),
                             RD_KAFKA_V_TIMESTAMP(timestamp_ms), RD_KAFKA_V_END);
}

int kaiku_producer_send(struct kaiku_producer *producer, uint64_t hash, struct kaiku_text value,
                        int64_t timestamp_ms)
{
    rd_kafka_resp_err_t err = produce(producer, hash, value, timestamp_ms);

    if (err == RD_KAFKA_RESP_ERR__QUEUE_FULL) {
        rd_kafka_poll(producer->handle, FULL_MS);
        err = produce(producer, hash, value, timestamp_ms);
    } else {
        rd_kafka_poll(producer->handle, 0);
    }
    if (producer->failed)
        return KAIKU_AWAY;
    if (err == RD_KAFKA_RESP_ERR__QUEUE_FULL)
        return KAIKU_AGAIN;
    if (err == RD_KAFKA_RESP_ERR_NO_ERROR)
        return KAIKU_OK;
    producer->failed = true;
    snprintf(producer->error, ERROR_SIZE, "cannot send: %s", rd_kafka_err2str(err));
    return KAIKU_AWAY;
}

int kaiku_producer_flush(struct kaiku_producer *producer, int timeout_ms)
{
    rd_kafka_resp_err_t err = rd_kafka_flush(producer->handle, timeout_ms);

    if (producer->failed)
        return KAIKU_AWAY;
    return err == RD_KAFKA_RESP_ERR_NO_ERROR ? KAIKU_OK : KAIKU_AGAIN;
}

const char *kaiku_producer_error(const struct kaiku_producer *producer)
{
    return producer->error;
}
