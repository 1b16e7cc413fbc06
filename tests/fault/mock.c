/* mock: a mock cluster of three brokers that misbehaves on demand, for the rows about Kafka.
 *
 *   mock TOPIC PARTITIONS
 *
 * Prints the bootstrap servers, then reads commands from standard input and answers each with a line `ok`:
 *
 *   fail API N ERROR         the next N requests of this kind get this error (numbers of Kafka's protocol; -195: the
 *                            connection is cut)
 *   delay MS                 every broker takes so long to answer
 *   down BROKER, up BROKER   1 to 3
 *   lead PARTITION BROKER    the partition's leader moves there
 *   coordinate GROUP BROKER  the group's coordinator moves there
 *
 * Ends with its input. */
#include <librdkafka/rdkafka.h>

#include <librdkafka/rdkafka_mock.h>

#include <stdio.h>
#include <stdlib.h>

enum { BROKERS = 3, ERRORS = 64 };

static void die(const char *what)
{
    fprintf(stderr, "mock: %s\n", what);
    exit(1);
}

static void check(rd_kafka_resp_err_t err)
{
    if (err)
        die(rd_kafka_err2str(err));
}

static void push_errors(rd_kafka_mock_cluster_t *cluster, int api, int n, int error)
{
    rd_kafka_resp_err_t errors[ERRORS];

    if (n > ERRORS)
        die("too many errors");
    for (int i = 0; i < n; i++)
        errors[i] = error;
    rd_kafka_mock_push_request_errors_array(cluster, (int16_t)api, (size_t)n, errors);
}

static void obey(rd_kafka_mock_cluster_t *cluster, const char *topic, const char *line)
{
    int a, b, c;
    char group[128];

    if (sscanf(line, "fail %d %d %d", &a, &b, &c) == 3)
        push_errors(cluster, a, b, c);
    else if (sscanf(line, "delay %d", &a) == 1)
        check(rd_kafka_mock_broker_set_rtt(cluster, -1, a));
    else if (sscanf(line, "down %d", &a) == 1)
        check(rd_kafka_mock_broker_set_down(cluster, a));
    else if (sscanf(line, "up %d", &a) == 1)
        check(rd_kafka_mock_broker_set_up(cluster, a));
    else if (sscanf(line, "lead %d %d", &a, &b) == 2)
        check(rd_kafka_mock_partition_set_leader(cluster, topic, a, b));
    else if (sscanf(line, "coordinate %127s %d", group, &a) == 2)
        check(rd_kafka_mock_coordinator_set(cluster, "group", group, a));
    else
        die(line);
    puts("ok");
    fflush(stdout);
}

int main(int argc, char **argv)
{
    char error[256], line[256];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();

    if (argc != 3)
        die("usage: mock TOPIC PARTITIONS");
    if (rd_kafka_conf_set(conf, "log_level", "0", error, sizeof(error)))
        die(error);
    rd_kafka_t *handle = rd_kafka_new(RD_KAFKA_PRODUCER, conf, error, sizeof(error));
    if (!handle)
        die(error);
    rd_kafka_mock_cluster_t *cluster = rd_kafka_mock_cluster_new(handle, BROKERS);
    if (!cluster)
        die("no cluster");
    check(rd_kafka_mock_topic_create(cluster, argv[1], atoi(argv[2]), BROKERS));
    puts(rd_kafka_mock_cluster_bootstraps(cluster));
    fflush(stdout);
    while (fgets(line, sizeof(line), stdin))
        obey(cluster, argv[1], line);
    rd_kafka_mock_cluster_destroy(cluster);
    rd_kafka_destroy(handle);
    return 0;
}
