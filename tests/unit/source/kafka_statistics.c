#include <kafka_statistics.h>

#include <criterion/criterion.h>

#include <stdio.h>

/* As librdkafka 2.0.2 writes it, without what is not read. */
static const char json[] =
    "{\"name\":\"kaiku#consumer-2\",\"type\":\"consumer\",\"ts\":1,\"replyq\":0,\"tx\":40,\"tx_bytes\":900,\"rx\":39,"
    "\"rx_bytes\":123456,\"rxmsgs\":700,\"brokers\":{"
    "\"localhost:9092/bootstrap\":{\"nodeid\":-1,\"state\":\"UP\",\"txerrs\":0,\"rxerrs\":1,\"req_timeouts\":0,"
    "\"disconnects\":1,\"rtt\":{\"p99\":9000000},\"throttle\":{\"avg\":9000}},"
    "\"localhost:9092/1\":{\"nodeid\":1,\"state\":\"UP\",\"txerrs\":2,\"rxerrs\":0,\"req_timeouts\":3,"
    "\"disconnects\":4,\"rtt\":{\"p99\":2500},\"throttle\":{\"avg\":0}},"
    "\"GroupCoordinator\":{\"nodeid\":1,\"source\":\"logical\",\"state\":\"UP\",\"txerrs\":0,\"rxerrs\":0,"
    "\"req_timeouts\":0,\"disconnects\":0,\"rtt\":{\"p99\":1},\"throttle\":{\"avg\":0}},"
    "\"localhost:9093/2\":{\"nodeid\":2,\"state\":\"TRY_CONNECT\",\"txerrs\":0,\"rxerrs\":0,\"req_timeouts\":0,"
    "\"disconnects\":0,\"rtt\":{\"p99\":1500},\"throttle\":{\"avg\":250}}},"
    "\"topics\":{\"feedback\":{\"topic\":\"feedback\",\"partitions\":{"
    "\"0\":{\"partition\":0,\"desired\":true,\"fetchq_cnt\":30,\"fetchq_size\":3000},"
    "\"1\":{\"partition\":1,\"desired\":false,\"fetchq_cnt\":31,\"fetchq_size\":3001},"
    "\"-1\":{\"partition\":-1,\"fetchq_cnt\":0,\"fetchq_size\":0}}},"
    "\"other\":{\"partitions\":{\"3\":{\"partition\":3,\"desired\":true,\"fetchq_cnt\":30,\"fetchq_size\":3000}}}},"
    "\"cgrp\":{\"state\":\"up\",\"rebalance_cnt\":6}}";

static struct kaiku_monitor *monitor;
static struct kaiku_kafka_statistics statistics;
static struct kaiku_buffer text;

static void start(void)
{
    cr_assert_eq(kaiku_monitor_create(KAIKU_MONITOR_PATIENCE_MS, &monitor), KAIKU_OK);
    kaiku_kafka_statistics_init(&statistics, monitor, 1);
}

static void stop(void)
{
    kaiku_buffer_release(&text);
    kaiku_monitor_destroy(monitor);
}

TestSuite(kafka_statistics, .init = start, .fini = stop);

static void check(const char *name, const char *number)
{
    char line[128];

    kaiku_buffer_clear(&text);
    kaiku_monitor_metrics(monitor, &text);
    snprintf(line, sizeof(line), "\nkaiku_kafka_%s{worker=\"1\"} %s\n", name, number);
    cr_assert_not_null(strstr(kaiku_buffer_cstring(&text), line), "%s lacks %s", text.data, line);
}

Test(kafka_statistics, become_figures)
{
    kaiku_kafka_statistics_read(&statistics, json);
    check("received_bytes_total", "123456");
    check("received_messages_total", "700");
    check("requests_total", "40");
    check("request_errors_total", "6");
    check("disconnects_total", "5");
    check("brokers", "2");
    check("brokers_up", "1");
    check("round_trip_seconds", "0.0025");
    check("throttle_seconds", "0.25");
    check("rebalances_total", "6");
}

Test(kafka_statistics, a_queue_of_all_partitions_counts_once)
{
    kaiku_kafka_statistics_read(&statistics, json);
    check("queued_messages", "30");
    check("queued_bytes", "3000");
}

Test(kafka_statistics, what_is_no_json_changes_nothing)
{
    kaiku_kafka_statistics_read(&statistics, json);
    kaiku_kafka_statistics_read(&statistics, "{\"tx\":41,\"rx_bytes\"");
    check("requests_total", "40");
}
