#ifndef BENCH_EVENTS_H
#define BENCH_EVENTS_H

#include "contacts.h"

#include <common/event.h>

enum { EVENT_SIZE_MAX = 64 * 1024 };

/* What the events are like. They are the same for the same options, on any machine; contacts but
 * for their time. */
struct events_options {
    bool contacts;        /* as `kaiku gen` makes them */
    uint32_t size;        /* bytes of an event, on average; not of contacts */
    uint32_t touchpoints; /* how many different ones */
    bool in_turn;         /* touchpoints one after another instead of by chance */
    uint32_t hours;       /* of contacts, see contacts.h */
    uint64_t total;       /* how many events there will be */
};

struct events {
    struct events_options options;
    uint64_t count;
    uint64_t place;            /* where the last one goes: this modulo the partitions */
    struct event last;         /* the facts of the last one; of contacts none, time_ms 0 */
    struct contacts *contacts; /* NULL: not asked for */
};

void events_init(struct events *events, const struct events_options *options);
void events_release(struct events *events);

/* Writes the next event to out, of EVENT_SIZE_MAX bytes; gives its size. */
size_t events_next(struct events *events, char *out);

#endif
