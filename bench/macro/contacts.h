#ifndef BENCH_CONTACTS_H
#define BENCH_CONTACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Events as `kaiku gen` makes them. */
struct contacts;

struct contacts_options {
    uint32_t touchpoints; /* how many different ones */
    /* Each channel and touchpoint in each of CONTACTS_MINUTES minutes, one after another; otherwise
     * by chance. */
    bool in_turn;
    /* So many events over the hours that end now, with duplicates, retractions and broken ones;
     * with 0 hours they happen now, and each moves the total by one. */
    uint32_t hours;
    uint64_t count;
};

enum { CONTACTS_MINUTES = 2 };

/* Ends the program when out of memory. */
struct contacts *contacts_create(const struct contacts_options *options);
void contacts_destroy(struct contacts *contacts);

/* Writes the next event to out, of EVENT_SIZE_MAX bytes; gives its size. *id: the same for an
 * event, its duplicates and its retraction. */
size_t contacts_next(struct contacts *contacts, char *out, uint64_t *id);

#endif
