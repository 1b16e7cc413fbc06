/* drain: reads a topic to its end and throws everything away: the floor under every consumer that is
 * built on librdkafka.
 *
 *   drain BROKERS TOPIC PARTITIONS EVENTS
 *
 * Small fetches and a short queue keep what is in flight within the processor's cache. */
#include <librdkafka/rdkafka.h>

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { BATCH = 1000, WAIT_MS = 1000, WAITS_MAX = 30 };

static void die(const char *what, const char *why)
{
    fprintf(stderr, "drain: %s: %s\n", what, why);
    exit(1);
}

static void set(rd_kafka_conf_t *conf, const char *name, const char *value)
{
    char error[256];
    if (rd_kafka_conf_set(conf, name, value, error, sizeof error) != RD_KAFKA_CONF_OK)
        die(name, error);
}

static rd_kafka_t *consumer_new(const char *brokers)
{
    char error[256];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    set(conf, "bootstrap.servers", brokers);
    set(conf, "group.id", "drain");
    set(conf, "enable.auto.commit", "false");
    set(conf, "queued.min.messages", "20000");
    set(conf, "fetch.message.max.bytes", "262144");
    set(conf, "fetch.max.bytes", "2097152");
    rd_kafka_t *rk = rd_kafka_new(RD_KAFKA_CONSUMER, conf, error, sizeof error);
    if (!rk)
        die("rd_kafka_new", error);
    return rk;
}

static void assign_all(rd_kafka_t *rk, const char *topic, int partitions)
{
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(partitions);
    for (int p = 0; p < partitions; p++)
        rd_kafka_topic_partition_list_add(list, topic, p)->offset = RD_KAFKA_OFFSET_BEGINNING;
    rd_kafka_resp_err_t err = rd_kafka_assign(rk, list);
    if (err)
        die(topic, rd_kafka_err2str(err));
    rd_kafka_topic_partition_list_destroy(list);
}

static void say(const char *what)
{
    puts(what);
    fflush(stdout);
}

int main(int argc, char **argv)
{
    static rd_kafka_message_t *batch[BATCH];
    if (argc != 5) {
        fprintf(stderr, "usage: drain BROKERS TOPIC PARTITIONS EVENTS\n");
        return 2;
    }
    uint64_t events = strtoull(argv[4], NULL, 10), seen = 0;
    rd_kafka_t *rk = consumer_new(argv[1]);
    rd_kafka_queue_t *queue = rd_kafka_queue_get_consumer(rk);
    assign_all(rk, argv[2], atoi(argv[3]));

    for (int waits = 0; seen < events && waits < WAITS_MAX; waits++) {
        ssize_t got = rd_kafka_consume_batch_queue(queue, WAIT_MS, batch, BATCH);
        for (ssize_t i = 0; i < got; i++) {
            if (batch[i]->err)
                die(argv[2], rd_kafka_message_errstr(batch[i]));
            waits = 0;
            if (seen == 0)
                say("first");
            if (++seen == events / 2)
                say("half");
            rd_kafka_message_destroy(batch[i]);
        }
    }
    if (seen != events)
        die(argv[2], "it ended early");
    say("done");
    rd_kafka_queue_destroy(queue);
    rd_kafka_consumer_close(rk);
    rd_kafka_destroy(rk);
    return 0;
}
