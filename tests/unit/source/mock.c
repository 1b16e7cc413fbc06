#include "mock.h"

#include <criterion/criterion.h>
#include <stdio.h>

void mock_start(struct mock *mock)
{
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    char why[256];

    rd_kafka_conf_set(conf, "test.mock.num.brokers", "1", why, sizeof(why));
    rd_kafka_conf_set(conf, "linger.ms", "1", why, sizeof(why));
    rd_kafka_conf_set(conf, "log_level", "0", why, sizeof(why));
    mock->producer = rd_kafka_new(RD_KAFKA_PRODUCER, conf, why, sizeof(why));
    cr_assert_not_null(mock->producer, "%s", why);
    mock->cluster = rd_kafka_handle_mock_cluster(mock->producer);
    cr_assert_not_null(mock->cluster);
}

void mock_stop(struct mock *mock)
{
    rd_kafka_destroy(mock->producer);
}

void mock_topic(struct mock *mock, const char *topic, int partitions)
{
    cr_assert_eq(rd_kafka_mock_topic_create(mock->cluster, topic, partitions, 1), 0);
}

void mock_send(struct mock *mock, const char *topic, int32_t partition, const char *value,
               size_t size, int64_t timestamp_ms)
{
    rd_kafka_resp_err_t err = rd_kafka_producev(
        mock->producer, RD_KAFKA_V_TOPIC(topic), RD_KAFKA_V_PARTITION(partition),
        RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY | RD_KAFKA_MSG_F_BLOCK),
        RD_KAFKA_V_VALUE((void *)(uintptr_t)value, size), RD_KAFKA_V_TIMESTAMP(timestamp_ms),
        RD_KAFKA_V_END);

    cr_assert_eq(err, 0, "%s", rd_kafka_err2str(err));
}

void mock_fill(struct mock *mock, const char *topic, int32_t partition, int from, int count)
{
    for (int i = from; i < from + count; i++) {
        char value[32];
        int size = snprintf(value, sizeof(value), "%d:%d", (int)partition, i);

        mock_send(mock, topic, partition, value, (size_t)size, 1000 + i);
    }
    mock_flush(mock);
}

void mock_flush(struct mock *mock)
{
    cr_assert_eq(rd_kafka_flush(mock->producer, 10000), 0);
}

void mock_options(struct mock *mock, struct kaiku_kafka_options *options, const char *const *topics,
                  uint32_t n_topics, uint32_t batch)
{
    static const char *properties[] = {
        "bootstrap.servers", NULL,
        "group.id", "g",
        "session.timeout.ms", "3500",
        "heartbeat.interval.ms", "300",
        "fetch.wait.max.ms", "50",
        "topic.metadata.refresh.interval.ms", "500",
        "log_level", "0",
    };

    properties[1] = rd_kafka_mock_cluster_bootstraps(mock->cluster);
    *options = (struct kaiku_kafka_options){
        .topics = topics,
        .n_topics = n_topics,
        .properties = properties,
        .n_properties = sizeof(properties) / sizeof(properties[0]) / 2,
        .batch = batch,
    };
}
