/* drain: what cannot be done cheaper than it is.
 *
 *   drain read BROKERS TOPIC [EVENTS]  reads a topic as kaiku does, and does nothing with it
 *   drain copy EVENTS SIZE             copies so many events of SIZE bytes out of uncached memory
 *   drain times BROKERS TOPIC          reads a topic; lines `TIMESTAMP COUNT`, by timestamp
 *
 * Topics are read to their end, with EVENTS until there were so many; then the lines first, half
 * and done say how far it is. read and copy print a line of JSON at the end. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "client.h"

enum {
    BATCH = 1000,
    WAIT_MS = 50,
    SILENCE_S = 30,
    HISTORY_MS = 3600 * 1000,
    COPY_BYTES = 256 << 20,
    RING_BYTES = 1 << 20,
};

/* As in src/app/main.c and src/source/kafka_handle.c: the same allocator and client. */
extern const char *malloc_conf;
const char *malloc_conf = "oversize_threshold:0,dirty_decay_ms:-1,narenas:1";

static const char *const settings[][2] = {
    {"group.id", "drain"},
    {"check.crcs", "true"},
    {"queued.min.messages", "20000"},
    {"fetch.message.max.bytes", "262144"},
    {"fetch.max.bytes", "2097152"},
    {"enable.auto.commit", "false"},
    {"enable.auto.offset.store", "false"},
    {"auto.offset.reset", "error"},
    {"enable.partition.eof", "true"},
};

struct drain {
    uint64_t events, bytes;
    uint64_t expected;  /* 0: until there are no more */
    double begin, last; /* first and last event */
    int left; /* partitions not read to their end */
    int64_t from_ms;
    uint32_t *counts; /* by millisecond since from_ms, where asked for */
};

static void say(const char *what)
{
    puts(what);
    fflush(stdout);
}

static void say_progress(uint64_t events, uint64_t expected)
{
    if (events == 1)
        say("first");
    if (events == expected / 2)
        say("half");
    if (events == expected)
        say("done");
}

static void take(struct drain *drain, const rd_kafka_message_t *message)
{
    rd_kafka_timestamp_type_t type;

    if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
        drain->left--;
    } else if (message->err) {
        client_die("consume", rd_kafka_message_errstr(message));
    } else {
        if (drain->events++ == 0)
            drain->begin = client_seconds();
        if (drain->expected)
            say_progress(drain->events, drain->expected);
        drain->bytes += message->len;
        if (!drain->counts)
            return;
        int64_t at = rd_kafka_message_timestamp(message, &type) - drain->from_ms;
        if (at < 0 || at >= HISTORY_MS)
            client_die("consume", "a record is not of the last hour");
        drain->counts[at]++;
    }
}

static void assign_all(rd_kafka_t *rk, const char *topic, int partitions)
{
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(partitions);
    for (int p = 0; p < partitions; p++)
        rd_kafka_topic_partition_list_add(list, topic, p)->offset = RD_KAFKA_OFFSET_BEGINNING;
    rd_kafka_resp_err_t err = rd_kafka_assign(rk, list);
    if (err)
        client_die(topic, rd_kafka_err2str(err));
    rd_kafka_topic_partition_list_destroy(list);
}

static void drain_topic(struct drain *drain, const char *brokers, const char *topic)
{
    rd_kafka_message_t *messages[BATCH];
    rd_kafka_t *rk =
        client_create(RD_KAFKA_CONSUMER, brokers, settings, sizeof settings / sizeof *settings);

    drain->last = client_seconds();
    rd_kafka_poll_set_consumer(rk);
    drain->left = client_partitions(rk, topic);
    assign_all(rk, topic, drain->left);
    rd_kafka_queue_t *queue = rd_kafka_queue_get_consumer(rk);
    while (drain->left > 0 && (drain->expected == 0 || drain->events < drain->expected)) {
        uint64_t before = drain->events;
        ssize_t n = rd_kafka_consume_batch_queue(queue, 0, messages, BATCH);
        if (n == 0)
            n = rd_kafka_consume_batch_queue(queue, WAIT_MS, messages, 1);
        for (ssize_t i = 0; i < n; i++) {
            take(drain, messages[i]);
            rd_kafka_message_destroy(messages[i]);
        }
        if (drain->events > before)
            drain->last = client_seconds();
        else if (client_seconds() - drain->last > SILENCE_S)
            client_die(topic, "timed out");
    }
    if (drain->events < drain->expected)
        client_die(topic, "holds fewer events");
    rd_kafka_queue_destroy(queue);
    rd_kafka_consumer_close(rk);
    rd_kafka_destroy(rk);
}

static void print_cost(uint64_t events, uint64_t bytes, double seconds, double cpu_s)
{
    printf("{\"events\": %" PRIu64 ", \"bytes\": %" PRIu64
           ", \"seconds\": %.3f, \"cpu_s\": %.3f}\n",
           events, bytes, seconds, cpu_s);
}

static void drain_read(const char *brokers, const char *topic, uint64_t expected)
{
    struct drain drain = {.expected = expected};

    drain_topic(&drain, brokers, topic);
    print_cost(drain.events, drain.bytes, drain.last - drain.begin, client_cpu_seconds());
}

static void drain_times(const char *brokers, const char *topic)
{
    struct drain drain = {.from_ms = ((int64_t)time(NULL) + 1) * 1000 - HISTORY_MS};

    drain.counts = calloc(HISTORY_MS, sizeof *drain.counts);
    if (!drain.counts)
        client_die("calloc", "out of memory");
    drain_topic(&drain, brokers, topic);
    for (int64_t i = 0; i < HISTORY_MS; i++)
        if (drain.counts[i] > 0)
            printf("%" PRId64 " %" PRIu32 "\n", drain.from_ms + i, drain.counts[i]);
    free(drain.counts);
}

/* From a large array into a small one, as a consumer's events come from memory and stay in the
 * caches. */
static void copy(uint64_t events, size_t size)
{
    char *from = malloc(COPY_BYTES), *to = malloc(RING_BYTES);
    if (!from || !to || size == 0 || size > RING_BYTES)
        client_die("copy", "out of memory or range");
    memset(from, 1, COPY_BYTES);
    memset(to, 0, RING_BYTES);
    double begin = client_seconds(), cpu = client_cpu_seconds();
    size_t at = 0, into = 0;
    for (uint64_t i = 0; i < events; i++) {
        memcpy(to + into, from + at, size);
        __asm__ volatile("" : : "r"(to) : "memory"); /* nobody reads it: keep it all the same */
        at = at + 2 * size > COPY_BYTES ? 0 : at + size;
        into = into + 2 * size > RING_BYTES ? 0 : into + size;
    }
    print_cost(events, events * size, client_seconds() - begin, client_cpu_seconds() - cpu);
    free(from);
    free(to);
}

static uint64_t number(const char *text)
{
    return text ? strtoull(text, NULL, 10) : 0;
}

int main(int argc, char **argv)
{
    const char *command = argc >= 4 && argc <= 5 ? argv[1] : "";

    if (strcmp(command, "read") == 0)
        drain_read(argv[2], argv[3], number(argv[4]));
    else if (strcmp(command, "times") == 0 && argc == 4)
        drain_times(argv[2], argv[3]);
    else if (strcmp(command, "copy") == 0 && argc == 4)
        copy(number(argv[2]), number(argv[3]));
    else
        client_die("usage", "drain read|times BROKERS TOPIC, drain copy EVENTS SIZE");
    return 0;
}
