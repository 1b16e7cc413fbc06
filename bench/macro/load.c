/* load: makes topics and fills them with feedback events, fast or at a rate.
 *
 *   load create BROKERS TOPIC PARTITIONS [NAME=VALUE]...   NAME: a setting of the topic
 *   load send BROKERS TOPIC COUNT [OPTION]...
 *
 *   --contacts       events as `kaiku gen` makes them, each of its own, now
 *   --hours N        contacts of the last N hours, with duplicates, retractions and broken ones
 *   --size N         bytes of an event on average: 150, or 316 and more
 *   --touchpoints N  how many different ones
 *   --in-turn        touchpoints one after another instead of by chance
 *   --skip N         the first N events of all are another call's
 *   --rate N         open loop: so many a second, whoever keeps up
 *   --codec NAME     how batches are compressed, as librdkafka names it
 *   --totals         says also what the sums over the events are
 *
 * The events go to the partitions in turn, contacts by their ids; a record's timestamp is the time
 * in its event (a contact's: that of sending), unless the topic takes the broker's. At the end a
 * line of JSON says what was sent; behind_ms: how late a send was at most, compared with the
 * rate. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "client.h"
#include "events.h"
#include "topic.h"
#include "totals.h"

enum { TIMEOUT_MS = 60000, FULL_WAIT_MS = 10, POLL_EVERY = 1024 };

struct load {
    rd_kafka_t *rk;
    const char *topic, *codec;
    int partitions;
    struct events events;
    struct totals totals;
    bool with_totals;
    uint64_t count, bytes, skip;
    double rate, behind_ms;
};

static void send_one(struct load *load)
{
    static char value[EVENT_SIZE_MAX];
    size_t size = events_next(&load->events, value);
    int partition = (int)(load->events.place % (uint64_t)load->partitions);
    rd_kafka_resp_err_t err;

    do {
        err = rd_kafka_producev(load->rk, RD_KAFKA_V_TOPIC(load->topic),
                                RD_KAFKA_V_PARTITION(partition),
                                RD_KAFKA_V_TIMESTAMP((int64_t)load->events.last.time_ms),
                                RD_KAFKA_V_VALUE(value, size),
                                RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_END);
        if (err == RD_KAFKA_RESP_ERR__QUEUE_FULL)
            rd_kafka_poll(load->rk, FULL_WAIT_MS);
    } while (err == RD_KAFKA_RESP_ERR__QUEUE_FULL);
    if (err)
        client_die("produce", rd_kafka_err2str(err));
    load->bytes += size;
    if (load->with_totals)
        totals_add(&load->totals, &load->events.last);
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

static rd_kafka_t *producer_create(const char *brokers, const char *codec, bool paced)
{
    const char *const settings[][2] = {
        {"enable.idempotence", "true"}, /* each exactly once, in order */
        {"compression.codec", codec},
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
    static char value[EVENT_SIZE_MAX];

    while (load->events.count < load->skip)
        (void)events_next(&load->events, value);
    load->count += load->skip;
}

static void print_sent(const struct load *load, double seconds)
{
    printf("{\"events\": %" PRIu64 ", \"bytes\": %" PRIu64
           ", \"seconds\": %.3f, \"behind_ms\": %.1f",
           load->count - load->skip, load->bytes, seconds, load->behind_ms);
    if (load->with_totals) {
        printf(", \"totals\": ");
        totals_print(&load->totals);
    }
    printf("}\n");
}

static void send_all(struct load *load, const char *brokers)
{
    double begin = client_seconds();

    skip(load);
    load->rk = producer_create(brokers, load->codec, load->rate > 0);
    load->partitions = client_partitions(load->rk, load->topic);
    if (load->rate > 0)
        send_paced(load);
    else
        send_fast(load);
    if (rd_kafka_flush(load->rk, TIMEOUT_MS))
        client_die("flush", "timed out");
    print_sent(load, client_seconds() - begin);
    rd_kafka_destroy(load->rk);
}

static bool read_flag(struct load *load, struct events_options *events, const char *name)
{
    bool *flag = strcmp(name, "--in-turn") == 0    ? &events->in_turn
                 : strcmp(name, "--contacts") == 0 ? &events->contacts
                 : strcmp(name, "--totals") == 0   ? &load->with_totals
                                                   : NULL;
    if (flag)
        *flag = true;
    return flag;
}

static void read_options(struct load *load, struct events_options *events, char **options)
{
    for (; *options; options++) {
        const char *name = *options;
        if (read_flag(load, events, name))
            continue;
        if (!*++options)
            client_die(name, "what?");
        double value = atof(*options);
        if (strcmp(name, "--size") == 0 && value < EVENT_SIZE_MAX - 1024)
            events->size = (uint32_t)value;
        else if (strcmp(name, "--touchpoints") == 0 && value >= 1)
            events->touchpoints = (uint32_t)value;
        else if (strcmp(name, "--hours") == 0 && value >= 1)
            events->hours = (uint32_t)value;
        else if (strcmp(name, "--skip") == 0 && value >= 0)
            load->skip = (uint64_t)value;
        else if (strcmp(name, "--rate") == 0)
            load->rate = value;
        else if (strcmp(name, "--codec") == 0)
            load->codec = *options;
        else
            client_die(name, "unknown, or out of range");
    }
}

/* COUNT [OPTION]... */
static void send_command(const char *brokers, const char *topic, char **arguments)
{
    struct events_options options = {.size = EVENT_FULL_SIZE, .touchpoints = EVENT_TOUCHPOINTS};
    struct load load = {.topic = topic, .codec = "none", .count = strtoull(*arguments, NULL, 10)};

    read_options(&load, &options, arguments + 1);
    if (options.contacts && load.with_totals)
        client_die("--totals", "not of contacts");
    options.total = load.count;
    events_init(&load.events, &options);
    totals_init(&load.totals, options.touchpoints);
    send_all(&load, brokers);
    totals_release(&load.totals);
    events_release(&load.events);
}

int main(int argc, char **argv)
{
    if (argc >= 5 && strcmp(argv[1], "create") == 0)
        topic_create(argv[2], argv[3], atoi(argv[4]), argv + 5, argc - 5);
    else if (argc >= 5 && strcmp(argv[1], "send") == 0)
        send_command(argv[2], argv[3], argv + 4);
    else
        client_die("usage", "load create|send BROKERS TOPIC ...");
    return 0;
}
