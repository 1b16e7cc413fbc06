/* load: fills a topic with the events that every program of the comparison reads.
 *
 *   load BROKERS TOPIC PARTITIONS EVENTS CODEC
 *
 * The same arguments give the same events: answers of one hour, in ascending order of time, spread
 * over the partitions in turn. Prints one JSON object: what the sums in Redis must be. */
#include <librdkafka/rdkafka.h>

#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CHANNELS = 8, TOUCHPOINTS = 400, MINUTES = 60, EVENT_MAX = 640, FLUSH_MS = 60000 };

#define FIRST_MS UINT64_C(1732201200000) /* a whole minute, so that an hour has 60 of them */
#define HOUR_MS UINT64_C(3600000)

static const char *const channels[CHANNELS] = {"web_chat",   "phone", "email", "store",
                                               "mobile_app", "ivr",   "sms",   "social"};
static const char *const reasons[8] = {"billing_dispute",  "delivery_late",   "login_problem",
                                       "refund_status",    "product_question", "cancel_contract",
                                       "other",            "technical_fault"};
static const char *const comments[6] = {
    "Agent was friendly and solved it.",
    "Waited far too long, please call me back",
    "He said \\\"no\\\" and hung up.\\nVery bad",
    "ok",
    "Sehr gut \\u00fc, danke",
    "Great service, thanks to Anna at the store in M\xC3\xBCnchen",
};

struct totals {
    uint64_t bytes, n, promoters, passives, detractors, csat_n, csat_sum, wait_cs, cells;
    bool seen[MINUTES][CHANNELS][TOUCHPOINTS];
};

static void die(const char *what, const char *why)
{
    fprintf(stderr, "load: %s: %s\n", what, why);
    exit(1);
}

static void set(rd_kafka_conf_t *conf, const char *name, const char *value)
{
    char error[256];
    if (rd_kafka_conf_set(conf, name, value, error, sizeof error) != RD_KAFKA_CONF_OK)
        die(name, error);
}

static rd_kafka_t *producer_new(const char *brokers, const char *codec)
{
    char error[256];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    set(conf, "bootstrap.servers", brokers);
    set(conf, "compression.codec", codec);
    set(conf, "linger.ms", "50");
    set(conf, "queue.buffering.max.messages", "500000");
    rd_kafka_t *rk = rd_kafka_new(RD_KAFKA_PRODUCER, conf, error, sizeof error);
    if (!rk)
        die("rd_kafka_new", error);
    return rk;
}

static uint64_t xorshift(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

/* Writes one event from two random words and adds it to the totals; gives its length. */
static size_t event_make(char *out, uint64_t ts, uint64_t a, uint64_t b, struct totals *t)
{
    unsigned channel = a >> 8 & 7, touchpoint = (unsigned)((b >> 9) % TOUCHPOINTS);
    unsigned nps = (unsigned)((a >> 20) % 11), csat = 1 + (unsigned)((a >> 30) % 5);
    unsigned wait_cs = (unsigned)((b >> 20) % 60000);
    int length = snprintf(
        out, EVENT_MAX,
        "{\"event_id\":\"%08x-%04x-7%03x-%04x-%012" PRIx64 "\",\"ts\":%" PRIu64
        ",\"respondent_id\":\"r-%08u\",\"channel\":\"%s\",\"touchpoint\":\"tp_%04u\",\"nps\":%u"
        ",\"csat\":%u,\"wait_s\":%u.%02u,\"reason\":\"%s\",\"survey\":\"nps_2026_q3\""
        ",\"lang\":\"de\",\"comment\":\"%s\",\"meta\":{\"app\":\"4.2.%u\",\"retry\":false}}",
        (unsigned)a, (unsigned)(a >> 32) & 0xffff, (unsigned)(a >> 48) & 0xfff,
        (unsigned)b & 0xffff, b >> 16, ts, (unsigned)(a % 20000000), channels[channel], touchpoint,
        nps, csat, wait_cs / 100, wait_cs % 100, reasons[b >> 40 & 7], comments[(b >> 44) % 6],
        (unsigned)(b & 31));

    bool *seen = &t->seen[(ts - FIRST_MS) / 60000][channel][touchpoint];
    t->cells += !*seen;
    *seen = true;
    t->bytes += (uint64_t)length;
    t->n++;
    t->promoters += nps >= 9;
    t->passives += nps >= 7 && nps <= 8;
    t->detractors += nps <= 6;
    t->csat_n++;
    t->csat_sum += csat;
    t->wait_cs += wait_cs;
    return (size_t)length;
}

static void produce(rd_kafka_t *rk, const char *topic, int partition, uint64_t ts, char *event,
                    size_t size)
{
    for (;;) {
        rd_kafka_resp_err_t err = rd_kafka_producev(
            rk, RD_KAFKA_V_TOPIC(topic), RD_KAFKA_V_PARTITION(partition),
            RD_KAFKA_V_TIMESTAMP((int64_t)ts), RD_KAFKA_V_VALUE(event, size),
            RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_END);
        if (!err)
            return;
        if (err != RD_KAFKA_RESP_ERR__QUEUE_FULL)
            die(topic, rd_kafka_err2str(err));
        rd_kafka_poll(rk, 10);
    }
}

int main(int argc, char **argv)
{
    static struct totals t;
    if (argc != 6) {
        fprintf(stderr, "usage: load BROKERS TOPIC PARTITIONS EVENTS CODEC\n");
        return 2;
    }
    int partitions = atoi(argv[3]);
    uint64_t events = strtoull(argv[4], NULL, 10), state = UINT64_C(88172645463325252);
    rd_kafka_t *rk = producer_new(argv[1], argv[5]);

    for (uint64_t i = 0; i < events; i++) {
        char event[EVENT_MAX];
        uint64_t ts = FIRST_MS + i * HOUR_MS / events;
        uint64_t a = xorshift(&state), b = xorshift(&state);
        size_t size = event_make(event, ts, a, b, &t);
        produce(rk, argv[2], (int)(i % (uint64_t)partitions), ts, event, size);
        if (i % 1000 == 0)
            rd_kafka_poll(rk, 0);
    }
    if (rd_kafka_flush(rk, FLUSH_MS))
        die(argv[2], "not all events reached the broker");
    rd_kafka_destroy(rk);

    printf("{\"bytes\": %" PRIu64 ", \"cells\": %" PRIu64 ", \"n\": %" PRIu64 ", \"pro\": %" PRIu64
           ", \"pas\": %" PRIu64 ", \"det\": %" PRIu64 ", \"csat_n\": %" PRIu64
           ", \"csat_sum\": %" PRIu64 ", \"wait_cs\": %" PRIu64 "}\n",
           t.bytes, t.cells, t.n, t.promoters, t.passives, t.detractors, t.csat_n, t.csat_sum,
           t.wait_cs);
    return 0;
}
