#include "topic.h"
#include "client.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { TIMEOUT_MS = 60000 };

static void set_topic_property(rd_kafka_NewTopic_t *topic, char *property)
{
    char *value = strchr(property, '=');
    if (!value)
        client_die(property, "is not NAME=VALUE");
    *value++ = '\0';
    rd_kafka_NewTopic_set_config(topic, property, value);
}

/* A broker takes a topic before it leads all its partitions: wait until each can be asked. */
static void await_leaders(rd_kafka_t *rk, const char *topic, int partitions)
{
    const struct timespec step = {.tv_nsec = 20000000};
    double until = client_seconds() + TIMEOUT_MS / 1000.0;
    int64_t low, high;

    for (int p = 0; p < partitions;) {
        rd_kafka_resp_err_t err =
            rd_kafka_query_watermark_offsets(rk, topic, p, &low, &high, TIMEOUT_MS);
        if (!err)
            p++;
        else if (client_seconds() > until)
            client_die(topic, rd_kafka_err2str(err));
        else
            nanosleep(&step, NULL);
    }
}

void topic_create(const char *brokers, const char *name, int partitions, char **properties, int n)
{
    char error[256];
    size_t results = 0;
    rd_kafka_t *rk = client_create(RD_KAFKA_PRODUCER, brokers, NULL, 0);
    rd_kafka_queue_t *queue = rd_kafka_queue_new(rk);
    rd_kafka_NewTopic_t *topic = rd_kafka_NewTopic_new(name, partitions, 1, error, sizeof error);

    if (!topic)
        client_die(name, error);
    for (int i = 0; i < n; i++)
        set_topic_property(topic, properties[i]);
    rd_kafka_CreateTopics(rk, &topic, 1, NULL, queue);
    rd_kafka_event_t *event = rd_kafka_queue_poll(queue, TIMEOUT_MS);
    if (!event)
        client_die(name, "timed out");
    const rd_kafka_topic_result_t **result =
        rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event), &results);
    if (rd_kafka_event_error(event))
        client_die(name, rd_kafka_event_error_string(event));
    if (rd_kafka_topic_result_error(result[0]))
        client_die(name, rd_kafka_topic_result_error_string(result[0]));
    await_leaders(rk, name, partitions);
    rd_kafka_event_destroy(event);
    rd_kafka_NewTopic_destroy(topic);
    rd_kafka_queue_destroy(queue);
    rd_kafka_destroy(rk);
}
