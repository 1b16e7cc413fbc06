/* The feedback events of all benchmarks: answers of a contact center, the same in every run and on
 * every machine. */
#ifndef BENCH_EVENT_H
#define BENCH_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    EVENT_FULL_SIZE = 316, /* bytes of an event with all members, on average */
    EVENT_CHANNELS = 8,
    EVENT_TOUCHPOINTS = 400, /* where nothing else is asked for */
};

enum event_member {
    EVENT_ID,
    EVENT_TIME,
    EVENT_RESPONDENT,
    EVENT_CHANNEL,
    EVENT_TOUCHPOINT,
    EVENT_NPS,
    EVENT_CSAT,
    EVENT_WAIT,
    EVENT_REASON,
    EVENT_SURVEY,
    EVENT_LANGUAGE,
    EVENT_COMMENT,
    EVENT_META,
    EVENT_MEMBERS,
};

struct event {
    uint64_t random; /* state of the generator */
    uint64_t time_ms;
    uint64_t a, b; /* what the event was drawn from; its id */
    uint32_t respondent, channel, touchpoint, nps, csat, wait_cs, reason, comment, version;
    uint32_t padding; /* more bytes of comment; the caller's to set */
};

/* Before the first event. */
void event_init(struct event *event);

/* The next event, about a millisecond later. */
void event_draw(struct event *event, uint32_t touchpoints);

/* Writes the members named, in that order, and a NUL; gives the size, which is less than 512
 * without the padding. */
size_t event_write(const struct event *event, const uint8_t *members, uint32_t n, bool spaced,
                   char *out);

#endif
