/* Keeps librdkafka fetching. As it is (2.0.2), it stops where queued.min.messages or
 * queued.max.messages.kbytes wait for us, and its thread then sleeps for up to a second unless
 * something is asked of its broker: whoever takes slower than it fetches gets one queue a second, and
 * starves in between. Later versions have fetch.queue.backoff.ms. */
#include "kafka_source.h"

/* Below so many, a queue of records as large as docs/events.md lets them be was not full. */
enum { WORTH_IT = 512, ASK_EVERY_MS = 10 };

/* Asks where the partitions end. The answer is not waited for: asking is enough. */
static void wake_brokers(const struct kaiku_kafka *kafka)
{
    rd_kafka_topic_partition_list_t *list = kaiku_kafka_slots_list(&kafka->slots);

    for (int i = 0; i < list->cnt; i++)
        list->elems[i].offset = RD_KAFKA_OFFSET_END;
    if (list->cnt > 0)
        (void)rd_kafka_offsets_for_times(kafka->handle, list, 0);
    rd_kafka_topic_partition_list_destroy(list);
}

void kaiku_kafka_refill(struct kaiku_kafka *kafka, int64_t now_ms)
{
    size_t queued = rd_kafka_queue_length(kafka->queue);

    if (queued > kafka->most_queued)
        kafka->most_queued = queued;
    if (kafka->most_queued < WORTH_IT || queued > kafka->most_queued / 2 ||
        now_ms - kafka->refill_ms < ASK_EVERY_MS)
        return;
    kafka->most_queued = queued;
    kafka->refill_ms = now_ms;
    wake_brokers(kafka);
}
