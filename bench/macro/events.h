#ifndef BENCH_EVENTS_H
#define BENCH_EVENTS_H

#include <common/event.h>

enum { EVENT_SIZE_MAX = 64 * 1024 };

/* What the events are like. They are the same for the same options, on any machine. */
struct events_options {
    uint32_t size;        /* bytes of an event, on average */
    uint32_t touchpoints; /* how many different ones */
    bool in_turn;         /* touchpoints one after another instead of by chance */
};

struct events {
    struct events_options options;
    uint64_t count;
    struct event last; /* the facts of the last one */
};

void events_init(struct events *events, const struct events_options *options);

/* Writes the next event to out, of EVENT_SIZE_MAX bytes; gives its size. */
size_t events_next(struct events *events, char *out);

#endif
