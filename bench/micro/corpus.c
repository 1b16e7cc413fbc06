#include "corpus.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { MEMBERS = 13, MEMBER_SIZE = 160, RECORD_SIZE = 512, PADDING = 1024, PRODUCERS = 3 };

#define BEGIN_MS UINT64_C(1732201234567)

static const char *const channels[] = {"web_chat", "phone", "email", "store",
                                       "mobile_app", "ivr", "sms", "social"};
static const char *const reasons[] = {"billing_dispute", "delivery_late",    "login_problem",
                                      "refund_status",   "product_question", "cancel_contract",
                                      "other",           "technical_fault"};
static const char *const comments[] = {
    "Agent was friendly and solved it.",
    "Waited far too long, please call me back",
    "He said \\\"no\\\" and hung up.\\nVery bad",
    "ok",
    "Sehr gut \\u00fc, danke",
    "Great service, thanks to Anna at the store in M\xC3\xBCnchen",
};

enum { EVENT_ID, TS, RESPONDENT, CHANNEL, TOUCHPOINT, NPS, CSAT, WAIT, REASON, SURVEY, LANG, COMMENT, META };

static const uint32_t optional = 1u << CSAT | 1u << WAIT | 1u << REASON | 1u << LANG | 1u << COMMENT;

static const uint8_t orders[PRODUCERS][MEMBERS] = {
    {EVENT_ID, TS, RESPONDENT, CHANNEL, TOUCHPOINT, NPS, CSAT, WAIT, REASON, SURVEY, LANG, COMMENT, META},
    {CHANNEL, COMMENT, CSAT, EVENT_ID, LANG, META, NPS, REASON, RESPONDENT, SURVEY, TOUCHPOINT, TS, WAIT},
    {META, TS, EVENT_ID, SURVEY, LANG, RESPONDENT, TOUCHPOINT, CHANNEL, REASON, COMMENT, WAIT, CSAT, NPS},
};

struct generator {
    enum corpus_layout layout;
    uint64_t random, time_ms;
    char members[MEMBERS][MEMBER_SIZE];
};

static uint64_t next_random(struct generator *generator)
{
    uint64_t x = generator->random;
    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
    return generator->random = x;
}

#define WRITE(member, ...) snprintf(generator->members[member], MEMBER_SIZE, __VA_ARGS__)

static void write_members(struct generator *generator, const char *gap)
{
    uint64_t a = next_random(generator), b = next_random(generator);

    generator->time_ms += a % 3;
    WRITE(EVENT_ID, "\"event_id\":%s\"%08x-%04x-7%03x-%04x-%012" PRIx64 "\"", gap, (uint32_t)a,
          (uint32_t)(a >> 32) & 0xffff, (uint32_t)(a >> 48) & 0xfff, (uint32_t)b & 0xffff, b >> 16);
    WRITE(TS, "\"ts\":%s%" PRIu64, gap, generator->time_ms);
    WRITE(RESPONDENT, "\"respondent_id\":%s\"r-%08u\"", gap, (uint32_t)(a % 20000000));
    WRITE(CHANNEL, "\"channel\":%s\"%s\"", gap, channels[a >> 8 & 7]);
    WRITE(TOUCHPOINT, "\"touchpoint\":%s\"tp_%04u\"", gap, (uint32_t)((b >> 9) % 400));
    WRITE(NPS, "\"nps\":%s%u", gap, (uint32_t)((a >> 20) % 11));
    WRITE(CSAT, "\"csat\":%s%u", gap, 1 + (uint32_t)((a >> 30) % 5));
    WRITE(WAIT, "\"wait_s\":%s%.2f", gap, (double)((b >> 20) % 60000) / 100);
    WRITE(REASON, "\"reason\":%s\"%s\"", gap, reasons[b >> 40 & 7]);
    WRITE(SURVEY, "\"survey\":%s\"nps_2026_q3\"", gap);
    WRITE(LANG, "\"lang\":%s\"de\"", gap);
    WRITE(COMMENT, "\"comment\":%s\"%s\"", gap, comments[(b >> 44) % 6]);
    WRITE(META, "\"meta\":%s{\"app\":%s\"4.2.%u\",\"retry\":false}", gap, gap, (uint32_t)(b & 31));
}

static void shuffle(struct generator *generator, uint8_t *order)
{
    for (uint32_t k = MEMBERS - 1; k > 0; k--) {
        uint32_t j = (uint32_t)(next_random(generator) % (k + 1));
        uint8_t held = order[k];
        order[k] = order[j];
        order[j] = held;
    }
}

static size_t write_record(struct generator *generator, char *out)
{
    const enum corpus_layout layout = generator->layout;
    uint32_t producer = layout == CORPUS_PRODUCERS ? (uint32_t)(next_random(generator) % PRODUCERS) : 0;
    bool spaced = layout == CORPUS_SHUFFLED || producer == 1;
    uint32_t missing = layout == CORPUS_OPTIONAL ? (uint32_t)next_random(generator) & optional : 0;
    uint8_t order[MEMBERS];
    size_t size = 0;

    memcpy(order, orders[producer], sizeof order);
    write_members(generator, spaced ? " " : "");
    if (layout == CORPUS_SHUFFLED)
        shuffle(generator, order);
    for (uint32_t k = 0; k < MEMBERS; k++) {
        if (missing >> order[k] & 1)
            continue;
        const char *before = size == 0 ? "{" : spaced ? ", " : ",";
        size += (size_t)sprintf(out + size, "%s%s", before, generator->members[order[k]]);
    }
    out[size++] = '}';
    return size;
}

void corpus_init(struct corpus *corpus, enum corpus_layout layout, uint32_t n)
{
    struct generator generator = {layout, UINT64_C(88172645463325252), BEGIN_MS, {{0}}};
    size_t at = 0;

    *corpus = (struct corpus){
        .values = calloc(n, sizeof *corpus->values),
        .stamps_ms = calloc(n, sizeof *corpus->stamps_ms),
        .n = n,
        .data = calloc(1, (size_t)n * RECORD_SIZE + PADDING),
    };
    if (!corpus->values || !corpus->stamps_ms || !corpus->data) {
        fprintf(stderr, "bench: out of memory\n");
        exit(1);
    }
    for (uint32_t i = 0; i < n; i++) {
        at += 9 + (next_random(&generator) & 3); /* the head of a record in a batch */
        size_t size = write_record(&generator, corpus->data + at);
        corpus->values[i] = (struct kaiku_text){corpus->data + at, size};
        corpus->stamps_ms[i] = (int64_t)generator.time_ms + 40;
        corpus->bytes += size;
        at += size;
    }
}

void corpus_release(struct corpus *corpus)
{
    free(corpus->values);
    free(corpus->stamps_ms);
    free(corpus->data);
    *corpus = (struct corpus){0};
}
