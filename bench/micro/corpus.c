#include "corpus.h"
#include "contact_records.h"

#include <common/event.h>
#include <common/random.h>

#include <stdio.h>
#include <stdlib.h>

enum { RECORD_SIZE = CONTACT_RECORD_SIZE, PADDING = 1024, PRODUCERS = 3 };

static const uint32_t optional = 1u << EVENT_CSAT | 1u << EVENT_WAIT | 1u << EVENT_REASON |
                                 1u << EVENT_LANGUAGE | 1u << EVENT_COMMENT;

static const uint8_t orders[PRODUCERS][EVENT_MEMBERS] = {
    {EVENT_ID, EVENT_TIME, EVENT_RESPONDENT, EVENT_CHANNEL, EVENT_TOUCHPOINT, EVENT_NPS, EVENT_CSAT,
     EVENT_WAIT, EVENT_REASON, EVENT_SURVEY, EVENT_LANGUAGE, EVENT_COMMENT, EVENT_META},
    {EVENT_CHANNEL, EVENT_COMMENT, EVENT_CSAT, EVENT_ID, EVENT_LANGUAGE, EVENT_META, EVENT_NPS,
     EVENT_REASON, EVENT_RESPONDENT, EVENT_SURVEY, EVENT_TOUCHPOINT, EVENT_TIME, EVENT_WAIT},
    {EVENT_META, EVENT_TIME, EVENT_ID, EVENT_SURVEY, EVENT_LANGUAGE, EVENT_RESPONDENT,
     EVENT_TOUCHPOINT, EVENT_CHANNEL, EVENT_REASON, EVENT_COMMENT, EVENT_WAIT, EVENT_CSAT,
     EVENT_NPS},
};

static void shuffle(uint8_t *order, uint64_t *random)
{
    for (uint32_t k = EVENT_MEMBERS - 1; k > 0; k--) {
        uint32_t j = (uint32_t)(bench_random(random) % (k + 1));
        uint8_t held = order[k];
        order[k] = order[j];
        order[j] = held;
    }
}

static uint32_t leave_out(uint8_t *order, uint32_t missing)
{
    uint32_t n = 0;

    for (uint32_t k = 0; k < EVENT_MEMBERS; k++)
        if (!(missing >> order[k] & 1))
            order[n++] = order[k];
    return n;
}

static size_t write_record(struct event *event, enum corpus_layout layout, char *out,
                           int64_t *stamp_ms)
{
    uint64_t *random = &event->random;
    uint64_t producer = layout == CORPUS_PRODUCERS ? bench_random(random) % PRODUCERS : 0;
    bool spaced = layout == CORPUS_SHUFFLED || producer == 1;
    uint32_t missing = layout == CORPUS_OPTIONAL ? (uint32_t)bench_random(random) & optional : 0;
    uint8_t order[EVENT_MEMBERS];

    memcpy(order, orders[producer], sizeof order);
    event_draw(event, EVENT_TOUCHPOINTS);
    *stamp_ms = (int64_t)event->time_ms + 40;
    if (layout == CORPUS_SHUFFLED)
        shuffle(order, random);
    return event_write(event, order, leave_out(order, missing), spaced, out);
}

void corpus_init(struct corpus *corpus, enum corpus_layout layout, uint32_t n)
{
    struct contact_records *contacts = NULL;
    struct event event;
    size_t at = 0;

    event_init(&event);
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
    if (layout >= CORPUS_CONTACTS)
        contacts = contact_records_create(layout == CORPUS_CONTACTS_SHUFFLED);
    for (uint32_t i = 0; i < n; i++) {
        at += 9 + (bench_random(&event.random) & 3); /* the head of a record in a batch */
        char *out = corpus->data + at;
        size_t size = contacts ? contact_records_next(contacts, out, &corpus->stamps_ms[i])
                               : write_record(&event, layout, out, &corpus->stamps_ms[i]);
        corpus->values[i] = (struct kaiku_text){out, size};
        corpus->bytes += size;
        at += size;
    }
    contact_records_destroy(contacts);
}

void corpus_release(struct corpus *corpus)
{
    free(corpus->values);
    free(corpus->stamps_ms);
    free(corpus->data);
    *corpus = (struct corpus){0};
}
