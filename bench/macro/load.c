/* load: makes topics and fills them with feedback events, fast or at a rate.
 *
 *   load create BROKERS TOPIC PARTITIONS [NAME=VALUE]...   NAME: a setting of the topic
 *   load send BROKERS TOPIC COUNT [OPTION]...
 *
 *   --size N         bytes of an event on average: 150, or 316 and more
 *   --touchpoints N  how many different ones
 *   --in-turn        touchpoints one after another instead of by chance
 *   --skip N         the first N events of all are another call's
 *   --rate N         open loop: so many a second, whoever keeps up
 *
 * The events go to the partitions in turn; a record's timestamp is the time in its event, unless the
 * topic takes the broker's. At the end a line of JSON says what was sent; behind_ms: how late a send
 * was at most, compared with the rate. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "client.h"
#include "events.h"

enum { TIMEOUT_MS = 60000, FULL_WAIT_MS = 10, POLL_EVERY = 1024 };

struct load {
    rd_kafka_t *rk;
    const char *topic;
    int partitions;
    struct events events;
    uint64_t count, bytes, skip;
    double rate, behind_ms;
};

/* ---- create ---- */

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

static void create(const char *brokers, const char *name, int partitions, char **properties, int n)
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

/* ---- send ---- */

static void send_one(struct load *load)
{
    char value[EVENT_SIZE_MAX];
    int partition = (int)(load->events.count % (uint64_t)load->partitions);
    size_t size = events_next(&load->events, value);
    rd_kafka_resp_err_t err;

    do {
        err = rd_kafka_producev(load->rk, RD_KAFKA_V_TOPIC(load->topic),
                                RD_KAFKA_V_PARTITION(partition),
                                RD_KAFKA_V_TIMESTAMP((int64_t)load->events.time_ms),
                                RD_KAFKA_V_VALUE(value, size),
                                RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_END);
        if (err == RD_KAFKA_RESP_ERR__QUEUE_FULL)
            rd_kafka_poll(load->rk, FULL_WAIT_MS);
    } while (err == RD_KAFKA_RESP_ERR__QUEUE_FULL);
    if (err)
        client_die("produce", rd_kafka_err2str(err));
    load->bytes += size;
}

static void send_fast(struct load *load)
{
    while (load->events.count < load->count) {
        send_one(load);
        if (load->events.count % POLL_EVERY == 0)
            rd_kafka_poll(load->rk, 0);
    }
}

/* Each millisecond what is due by then. */
static void send_paced(struct load *load)
{
    const struct timespec step = {.tv_nsec = 1000000};
    double begin = client_seconds();

    while (load->events.count < load->count) {
        uint64_t due = load->skip + (uint64_t)((client_seconds() - begin) * load->rate);
        for (due = due < load->count ? due : load->count; load->events.count < due;) {
            double at = (double)(load->events.count - load->skip) / load->rate;
            load->behind_ms = fmax(load->behind_ms, (client_seconds() - begin - at) * 1000);
            send_one(load);
        }
        rd_kafka_poll(load->rk, 0);
        nanosleep(&step, NULL);
    }
}

static rd_kafka_t *producer_create(const char *brokers, bool paced)
{
    const char *const settings[][2] = {
        {"enable.idempotence", "true"}, /* each exactly once, in order */
        {"linger.ms", paced ? "2" : "50"},
        {"batch.num.messages", "10000"},
        {"batch.size", "1000000"},
        {"queue.buffering.max.messages", "1000000"},
        {"queue.buffering.max.kbytes", "262144"},
        {"delivery.report.only.error", "true"},
    };
    return client_create(RD_KAFKA_PRODUCER, brokers, settings, sizeof settings / sizeof *settings);
}

static void skip(struct load *load)
{
    char value[EVENT_SIZE_MAX];

    while (load->events.count < load->skip)
        (void)events_next(&load->events, value);
    load->count += load->skip;
}

static void send_all(struct load *load, const char *brokers)
{
    double begin = client_seconds();

    skip(load);
    load->rk = producer_create(brokers, load->rate > 0);
    load->partitions = client_partitions(load->rk, load->topic);
    if (load->rate > 0)
        send_paced(load);
    else
        send_fast(load);
    if (rd_kafka_flush(load->rk, TIMEOUT_MS))
        client_die("flush", "timed out");
    printf("{\"events\": %" PRIu64 ", \"bytes\": %" PRIu64
           ", \"seconds\": %.3f, \"behind_ms\": %.1f}\n",
           load->count - load->skip, load->bytes, client_seconds() - begin, load->behind_ms);
    rd_kafka_destroy(load->rk);
}

static void read_options(struct load *load, struct events_options *events, char **options)
{
    for (; *options; options++) {
        if (strcmp(*options, "--in-turn") == 0) {
            events->in_turn = true;
            continue;
        }
        if (!options[1])
            client_die(*options, "what?");
        double value = atof(options[1]);
        if (strcmp(*options, "--size") == 0 && value < EVENT_SIZE_MAX - 1024)
            events->size = (uint32_t)value;
        else if (strcmp(*options, "--touchpoints") == 0 && value >= 1)
            events->touchpoints = (uint32_t)value;
        else if (strcmp(*options, "--skip") == 0 && value >= 0)
            load->skip = (uint64_t)value;
        else if (strcmp(*options, "--rate") == 0)
            load->rate = value;
        else
            client_die(*options, "unknown, or out of range");
        options++;
    }
}

int main(int argc, char **argv)
{
    if (argc >= 5 && strcmp(argv[1], "create") == 0) {
        create(argv[2], argv[3], atoi(argv[4]), argv + 5, argc - 5);
    } else if (argc >= 5 && strcmp(argv[1], "send") == 0) {
        struct events_options events = {.size = 316, .touchpoints = 400};
        struct load load = {.topic = argv[3], .count = strtoull(argv[4], NULL, 10)};
        read_options(&load, &events, argv + 5);
        events_init(&load.events, &events);
        send_all(&load, argv[2]);
    } else {
        client_die("usage", "load create|send BROKERS TOPIC ...");
    }
    return 0;
}
