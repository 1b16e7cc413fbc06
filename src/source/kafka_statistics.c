/* As librdkafka's STATISTICS.md describes it, 2.0.2. */
#include "kafka_statistics.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#define FIGURE(name, help, is_counter) {"kaiku_kafka_" name, help, "worker", is_counter}

static const struct kaiku_monitor_family families[] = {
    [KAFKA_RECEIVED_BYTES] = FIGURE("received_bytes_total", "Bytes received from brokers.", true),
    [KAFKA_RECEIVED_MESSAGES] = FIGURE("received_messages_total", "Messages received from brokers.", true),
    [KAFKA_REQUESTS] = FIGURE("requests_total", "Requests sent to brokers.", true),
    [KAFKA_ERRORS] = FIGURE("request_errors_total", "Requests that failed or were not answered in time.", true),
    [KAFKA_DISCONNECTS] = FIGURE("disconnects_total", "Connections to brokers that ended.", true),
    [KAFKA_BROKERS] = FIGURE("brokers", "Brokers of the cluster that are known.", false),
    [KAFKA_BROKERS_UP] = FIGURE("brokers_up", "Brokers with a connection.", false),
    [KAFKA_ROUND_TRIP] = FIGURE("round_trip_seconds", "Slowest broker: 99 of 100 answers took no longer.", false),
    [KAFKA_THROTTLE] = FIGURE("throttle_seconds", "Of the slowest broker: delay of answers by quota.", false),
    [KAFKA_QUEUED_MESSAGES] = FIGURE("queued_messages", "Messages fetched and not yet taken.", false),
    [KAFKA_QUEUED_BYTES] = FIGURE("queued_bytes", "Bytes fetched and not yet taken.", false),
    [KAFKA_REBALANCES] = FIGURE("rebalances_total", "How often the group dealt its partitions out.", true),
};

void kaiku_kafka_statistics_init(struct kaiku_kafka_statistics *statistics, struct kaiku_monitor *monitor,
                                 uint32_t member)
{
    char label[16];

    snprintf(label, sizeof(label), "%u", member);
    for (int i = 0; i < KAFKA_STATISTICS; i++)
        statistics->values[i] = kaiku_monitor_value(monitor, &families[i], label);
}

/* 0 where it is missing. */
static double number(const json_t *object, const char *name)
{
    return json_number_value(json_object_get(object, name));
}

static double larger(double a, double b)
{
    return a > b ? a : b;
}

static void read_broker(const json_t *broker, double *figures)
{
    const char *state = json_string_value(json_object_get(broker, "state"));
    const char *source = json_string_value(json_object_get(broker, "source"));

    figures[KAFKA_ERRORS] += number(broker, "txerrs") + number(broker, "rxerrs") + number(broker, "req_timeouts");
    figures[KAFKA_DISCONNECTS] += number(broker, "disconnects");
    /* Bootstrap servers have no id, and the group's coordinator stands there a second time. */
    if (number(broker, "nodeid") < 0 || (source && strcmp(source, "logical") == 0))
        return;
    figures[KAFKA_BROKERS]++;
    figures[KAFKA_BROKERS_UP] += state && strcmp(state, "UP") == 0;
    figures[KAFKA_ROUND_TRIP] = larger(figures[KAFKA_ROUND_TRIP], number(json_object_get(broker, "rtt"), "p99") / 1e6);
    figures[KAFKA_THROTTLE] = larger(figures[KAFKA_THROTTLE], number(json_object_get(broker, "throttle"), "avg") / 1e3);
}

/* All partitions feed one queue, and each tells the whole queue's length for its own. */
static void read_topic(json_t *topic, double *figures)
{
    const char *name;
    json_t *partition;

    json_object_foreach(json_object_get(topic, "partitions"), name, partition) {
        figures[KAFKA_QUEUED_MESSAGES] = larger(figures[KAFKA_QUEUED_MESSAGES], number(partition, "fetchq_cnt"));
        figures[KAFKA_QUEUED_BYTES] = larger(figures[KAFKA_QUEUED_BYTES], number(partition, "fetchq_size"));
    }
}

static void read_all(json_t *root, double *figures)
{
    const char *name;
    json_t *item;

    figures[KAFKA_RECEIVED_BYTES] = number(root, "rx_bytes");
    figures[KAFKA_RECEIVED_MESSAGES] = number(root, "rxmsgs");
    figures[KAFKA_REQUESTS] = number(root, "tx");
    figures[KAFKA_REBALANCES] = number(json_object_get(root, "cgrp"), "rebalance_cnt");
    json_object_foreach(json_object_get(root, "brokers"), name, item)
        read_broker(item, figures);
    json_object_foreach(json_object_get(root, "topics"), name, item)
        read_topic(item, figures);
}

void kaiku_kafka_statistics_read(struct kaiku_kafka_statistics *statistics, const char *json, size_t size)
{
    double figures[KAFKA_STATISTICS] = {0};
    json_t *root = json_loadb(json, size, 0, NULL);

    if (!root)
        return;
    read_all(root, figures);
    for (int i = 0; i < KAFKA_STATISTICS; i++)
        kaiku_monitor_set(statistics->values[i], figures[i]);
    json_decref(root);
}
