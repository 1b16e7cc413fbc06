/* Writes records to one Kafka topic: what `kaiku gen` and `kaiku demo` send. Belongs to one thread.
 * Idempotent: librdkafka's retries neither double nor reorder records. */
#ifndef SOURCE_PRODUCER_H
#define SOURCE_PRODUCER_H

#include <base/text.h>

struct kaiku_producer;

struct kaiku_producer_options {
    const char *brokers; /* HOST:PORT,... */
    const char *topic;   /* must exist */
};

/* Connects and asks for the topic's partitions. Borrows nothing after it returns. AWAY, MISSING,
 * CONFIG; error: text of a failure, at least 256 bytes. */
int kaiku_producer_create(const struct kaiku_producer_options *options, struct kaiku_producer **out,
                          char *error) KAIKU_MUST_CHECK;
/* Drops what was not delivered. */
void kaiku_producer_destroy(struct kaiku_producer *producer);

/* Queues a copy. Records of equal hash go to the same partition, in order. AGAIN: the queue is
 * full, and stayed so for a tenth of a second. AWAY: an earlier record could not be delivered. */
int kaiku_producer_send(struct kaiku_producer *producer, uint64_t hash, struct kaiku_text value,
                        int64_t timestamp_ms) KAIKU_MUST_CHECK;
/* Waits until all is delivered: AGAIN where it is not after timeout_ms; AWAY as above. */
int kaiku_producer_flush(struct kaiku_producer *producer, int timeout_ms) KAIKU_MUST_CHECK;
/* Why it is AWAY, or why it may become so; "" where nothing is known. Borrowed. */
const char *kaiku_producer_error(const struct kaiku_producer *producer);

#endif
