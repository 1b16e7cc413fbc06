/* librdkafka's mock cluster inside the test's own process, and a producer for it. */
#ifndef TESTS_UNIT_SOURCE_MOCK_H
#define TESTS_UNIT_SOURCE_MOCK_H

#include <librdkafka/rdkafka.h>

#include <librdkafka/rdkafka_mock.h>
#include <source/kafka.h>

struct mock {
    rd_kafka_t *producer; /* owns the cluster */
    rd_kafka_mock_cluster_t *cluster;
};

void mock_start(struct mock *mock);
void mock_stop(struct mock *mock);
void mock_topic(struct mock *mock, const char *topic, int partitions);
/* One message of timestamp_ms; value NULL: a tombstone. */
void mock_send(struct mock *mock, const char *topic, int32_t partition, const char *value,
               size_t size, int64_t timestamp_ms);
/* `count` messages "PARTITION:NUMBER", numbered from `from`. */
void mock_fill(struct mock *mock, const char *topic, int32_t partition, int from, int count);
/* Waits until the cluster has all of it. */
void mock_flush(struct mock *mock);

/* To read the topics as a member of group "g". */
void mock_options(struct mock *mock, struct kaiku_kafka_options *options, const char *const *topics,
                  uint32_t n_topics, uint32_t batch);

#endif
