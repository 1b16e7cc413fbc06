#include "kafka_source.h"
#include "kafka_trust.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include <base/clock.h>
#include <base/log.h>

enum {
    WARN_EVERY_MS = 10000,
    CHECK_EVERY_MS = 1000,
    QUERY_TIMEOUT_MS = 5000,
    /* A topic just created is unknown to some brokers for a while. */
    MISSING_PATIENCE_MS = 5000,
};

void kaiku_kafka_fail(struct kaiku_kafka *kafka, int status, const char *format, ...)
{
    va_list arguments;

    if (kafka->fatal)
        return;
    kafka->fatal = status;
    va_start(arguments, format);
    vsnprintf(kafka->base.error, sizeof(kafka->base.error), format, arguments);
    va_end(arguments);
}

void kaiku_kafka_warn(struct kaiku_kafka *kafka, const char *text)
{
    int64_t now_ms = kaiku_clock_monotonic_ms();

    kafka->unlogged++;
    if (kafka->warn_ms && now_ms - kafka->warn_ms < WARN_EVERY_MS)
        return;
    if (kafka->unlogged > 1)
        kaiku_warn("kafka: %s (and %" PRIu32 " more since the last such line)", text,
                   kafka->unlogged - 1);
    else
        kaiku_warn("kafka: %s", text);
    kafka->warn_ms = now_ms;
    kafka->unlogged = 0;
}

static bool is_missing(int err)
{
    return err == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART ||
           err == RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC || err == RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION;
}

/* Errors of this kind do not always say which topic: all are suspected, and asked about later. */
static void note_missing(struct kaiku_kafka *kafka)
{
    for (uint32_t i = 0; i < kafka->slots.n_topics; i++)
        if (!kafka->slots.topics[i].missing_since_ms)
            kafka->slots.topics[i].missing_since_ms = kaiku_clock_monotonic_ms();
}

/* librdkafka says it once in half a minute, and just behind the loss of a connection: that line must not
 * keep back the one that tells why. */
static void let_refusal_pass(struct kaiku_kafka *kafka)
{
    int64_t now_ms = kaiku_clock_monotonic_ms();

    if (now_ms - kafka->refused_ms >= WARN_EVERY_MS)
        kafka->warn_ms = 0;
    kafka->refused_ms = now_ms;
}

/* Everything but a fatal error librdkafka goes on trying by itself. */
void kaiku_kafka_on_error(rd_kafka_t *handle, int err, const char *reason, void *opaque)
{
    struct kaiku_kafka *kafka = opaque;
    char why[400];

    if (err == RD_KAFKA_RESP_ERR__FATAL) {
        rd_kafka_fatal_error(handle, why, sizeof(why));
        kaiku_kafka_fail(kafka, KAIKU_REFUSED, "kafka: %s", why);
        return;
    }
    if (is_missing(err))
        note_missing(kafka);
    if (kaiku_kafka_trust_is_refusal(err))
        let_refusal_pass(kafka);
    kaiku_kafka_trust_explain(err, reason, why, sizeof(why));
    kaiku_kafka_warn(kafka, why);
}

static void note_out_of_range(struct kaiku_kafka *kafka, const rd_kafka_message_t *message)
{
    struct kaiku_kafka_slot *slot = kaiku_kafka_slots_find(&kafka->slots, message);

    if (slot)
        slot->held = slot->out_of_range = true;
}

void kaiku_kafka_fault(struct kaiku_kafka *kafka, const rd_kafka_message_t *message)
{
    switch (message->err) {
    case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET:
        note_out_of_range(kafka, message);
        break;
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED:
        kaiku_kafka_fail(kafka, KAIKU_REFUSED, "kafka: %s", rd_kafka_message_errstr(message));
        break;
    default:
        kaiku_kafka_on_error(kafka->handle, message->err, rd_kafka_message_errstr(message), kafka);
    }
}

/* Retention took what stood at next: on with the oldest there is, the reader is told of the gap. A log
 * that ends before next is another log. False: no answer. */
static bool resolve_out_of_range(struct kaiku_kafka *kafka, struct kaiku_kafka_slot *slot)
{
    const char *topic = slot->topic->name;
    int64_t low, high;
    rd_kafka_resp_err_t err = rd_kafka_query_watermark_offsets(
        kafka->handle, topic, slot->partition, &low, &high, QUERY_TIMEOUT_MS);

    if (err) {
        kaiku_kafka_warn(kafka, rd_kafka_err2str(err));
        return false;
    }
    if (slot->next > high) {
        kaiku_kafka_fail(kafka, KAIKU_REFUSED,
                         "topic '%s' partition %" PRId32 " ends at offset %" PRId64
                         ", before the stored position %" PRId64
                         ": was it deleted and created again?",
                         topic, slot->partition, high, slot->next);
        return true;
    }
    if (slot->next < low) {
        slot->next = low;
        slot->gap = kafka->gaps = true;
    }
    slot->out_of_range = false;
    kafka->reassign = true;
    return true;
}

/* Does the topic, named missing some time ago, exist after all? */
static void resolve_missing(struct kaiku_kafka *kafka, struct kaiku_kafka_topic *topic)
{
    rd_kafka_topic_t *handle = rd_kafka_topic_new(kafka->handle, topic->name, NULL);
    const struct rd_kafka_metadata *metadata = NULL;
    rd_kafka_resp_err_t err = rd_kafka_last_error();

    if (handle)
        err = rd_kafka_metadata(kafka->handle, 0, handle, &metadata, QUERY_TIMEOUT_MS);
    if (!err && metadata->topic_cnt == 1)
        err = metadata->topics[0].err;
    if (err == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART)
        kaiku_kafka_fail(kafka, KAIKU_REFUSED, "topic '%s' does not exist: was it deleted?",
                         topic->name);
    else if (err)
        kaiku_kafka_warn(kafka, rd_kafka_err2str(err));
    else
        topic->missing_since_ms = 0;
    if (metadata)
        rd_kafka_metadata_destroy(metadata);
    if (handle)
        rd_kafka_topic_destroy(handle);
}

void kaiku_kafka_faults_resolve(struct kaiku_kafka *kafka)
{
    int64_t now_ms = kaiku_clock_monotonic_ms();

    if (now_ms - kafka->check_ms < CHECK_EVERY_MS)
        return;
    kafka->check_ms = now_ms;
    /* Where one goes unanswered the others wait too, lest the group takes this member for dead. */
    for (uint32_t i = 0; i < kafka->slots.n; i++) {
        struct kaiku_kafka_slot *slot = &kafka->slots.slots[i];

        if (slot->out_of_range && !resolve_out_of_range(kafka, slot))
            break;
    }
    for (uint32_t i = 0; i < kafka->slots.n_topics; i++) {
        struct kaiku_kafka_topic *topic = &kafka->slots.topics[i];

        if (topic->missing_since_ms && now_ms - topic->missing_since_ms >= MISSING_PATIENCE_MS)
            resolve_missing(kafka, topic);
    }
}
