/* As librdkafka's STATISTICS.md describes it, 2.0.2. */
#include "kafka_statistics.h"

#include <stdio.h>
#include <string.h>
#include <yajl/yajl_tree.h>

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

/* NULL where it is missing. */
static yajl_val member_of(yajl_val object, const char *name)
{
    const char *path[] = {name, NULL};

    return object ? yajl_tree_get(object, path, yajl_t_any) : NULL;
}

/* 0 where it is missing. */
static double number(yajl_val object, const char *name)
{
    yajl_val value = member_of(object, name);

    return YAJL_IS_NUMBER(value) ? YAJL_GET_DOUBLE(value) : 0;
}

static bool is_text(yajl_val object, const char *name, const char *expected)
{
    const char *text = YAJL_GET_STRING(member_of(object, name));

    return text && strcmp(text, expected) == 0;
}

static double larger(double a, double b)
{
    return a > b ? a : b;
}

static void read_broker(yajl_val broker, double *figures)
{
    figures[KAFKA_ERRORS] += number(broker, "txerrs") + number(broker, "rxerrs") + number(broker, "req_timeouts");
    figures[KAFKA_DISCONNECTS] += number(broker, "disconnects");
    /* Bootstrap servers have no id, and the group's coordinator stands there a second time. */
    if (number(broker, "nodeid") < 0 || is_text(broker, "source", "logical"))
        return;
    figures[KAFKA_BROKERS]++;
    figures[KAFKA_BROKERS_UP] += is_text(broker, "state", "UP");
    figures[KAFKA_ROUND_TRIP] = larger(figures[KAFKA_ROUND_TRIP], number(member_of(broker, "rtt"), "p99") / 1e6);
    figures[KAFKA_THROTTLE] = larger(figures[KAFKA_THROTTLE], number(member_of(broker, "throttle"), "avg") / 1e3);
}

/* A partition that went to another member has a queue of its own, in which a note may stay for ever. */
static void read_partition(yajl_val partition, double *figures)
{
    if (!YAJL_IS_TRUE(member_of(partition, "desired")))
        return;
    figures[KAFKA_QUEUED_MESSAGES] = larger(figures[KAFKA_QUEUED_MESSAGES], number(partition, "fetchq_cnt"));
    figures[KAFKA_QUEUED_BYTES] = larger(figures[KAFKA_QUEUED_BYTES], number(partition, "fetchq_size"));
}

static void read_each(yajl_val object, void (*read)(yajl_val, double *), double *figures)
{
    if (!YAJL_IS_OBJECT(object))
        return;
    for (size_t i = 0; i < YAJL_GET_OBJECT(object)->len; i++)
        read(YAJL_GET_OBJECT(object)->values[i], figures);
}

/* All partitions that are read feed one queue, and each tells the whole queue's length for its own. */
static void read_topic(yajl_val topic, double *figures)
{
    read_each(member_of(topic, "partitions"), read_partition, figures);
}

static void read_all(yajl_val root, double *figures)
{
    figures[KAFKA_RECEIVED_BYTES] = number(root, "rx_bytes");
    figures[KAFKA_RECEIVED_MESSAGES] = number(root, "rxmsgs");
    figures[KAFKA_REQUESTS] = number(root, "tx");
    figures[KAFKA_REBALANCES] = number(member_of(root, "cgrp"), "rebalance_cnt");
    read_each(member_of(root, "brokers"), read_broker, figures);
    read_each(member_of(root, "topics"), read_topic, figures);
}

void kaiku_kafka_statistics_read(struct kaiku_kafka_statistics *statistics, const char *json)
{
    double figures[KAFKA_STATISTICS] = {0};
    char error[64];
    yajl_val root = yajl_tree_parse(json, error, sizeof(error));

    if (!root)
        return;
    read_all(root, figures);
    for (int i = 0; i < KAFKA_STATISTICS; i++)
        kaiku_monitor_set(statistics->values[i], figures[i]);
    yajl_tree_free(root);
}
