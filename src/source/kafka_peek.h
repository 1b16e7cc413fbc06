/* Reads one record at a time, in the background, for its timestamp. Belongs to the catalog's thread. */
#ifndef SOURCE_KAFKA_PEEK_H
#define SOURCE_KAFKA_PEEK_H

#include <librdkafka/rdkafka.h>

#include <kaiku/status.h>

struct kaiku_kafka_peek {
    rd_kafka_topic_t *topic; /* borrowed; NULL: nothing is being read */
    int32_t partition;
    int64_t offset, until_ms;
};

/* The timestamp of the first record from offset on: OK; AGAIN: not yet there, ask again; MISSING: none is; AWAY: it
 * did not come. Another question gives up the one before. */
int kaiku_kafka_peek(struct kaiku_kafka_peek *peek, rd_kafka_topic_t *topic, int32_t partition,
                     int64_t offset, int64_t *timestamp_ms) KAIKU_MUST_CHECK;
/* Before the handle is destroyed. */
void kaiku_kafka_peek_stop(struct kaiku_kafka_peek *peek);

#endif
