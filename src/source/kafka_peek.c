#include "kafka_peek.h"

#include <base/clock.h>

#include <stdbool.h>

enum { PATIENCE_MS = 10000 };

void kaiku_kafka_peek_stop(struct kaiku_kafka_peek *peek)
{
    if (peek->topic)
        rd_kafka_consume_stop(peek->topic, peek->partition);
    peek->topic = NULL;
}

static bool is_asked(const struct kaiku_kafka_peek *peek, const rd_kafka_topic_t *topic,
                     int32_t partition, int64_t offset)
{
    return peek->topic == topic && peek->partition == partition && peek->offset == offset;
}

static int judge(const rd_kafka_message_t *message, int64_t *timestamp_ms)
{
    rd_kafka_timestamp_type_t type;

    /* The end of the partition, or an offset beyond it. */
    if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF ||
        message->err == RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET)
        return KAIKU_MISSING;
    if (message->err)
        return KAIKU_AWAY;
    *timestamp_ms = rd_kafka_message_timestamp(message, &type);
    return type == RD_KAFKA_TIMESTAMP_NOT_AVAILABLE ? KAIKU_AWAY : KAIKU_OK;
}

int kaiku_kafka_peek(struct kaiku_kafka_peek *peek, rd_kafka_topic_t *topic, int32_t partition,
                     int64_t offset, int64_t *timestamp_ms)
{
    rd_kafka_message_t *message;
    int status;

    if (!is_asked(peek, topic, partition, offset)) {
        kaiku_kafka_peek_stop(peek);
        if (rd_kafka_consume_start(topic, partition, offset))
            return KAIKU_AWAY;
        *peek = (struct kaiku_kafka_peek){topic, partition, offset,
                                          kaiku_clock_monotonic_ms() + PATIENCE_MS};
    }
    message = rd_kafka_consume(topic, partition, 0);
    if (!message && kaiku_clock_monotonic_ms() < peek->until_ms)
        return KAIKU_AGAIN;
    status = message ? judge(message, timestamp_ms) : KAIKU_AWAY;
    if (message)
        rd_kafka_message_destroy(message);
    kaiku_kafka_peek_stop(peek);
    return status;
}
