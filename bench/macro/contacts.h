#ifndef BENCH_CONTACTS_H
#define BENCH_CONTACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Events as `kaiku gen` makes them, with their time from the clock. */
struct contacts;

enum { CONTACTS_MINUTES = 2 };

/* touchpoints: how many different ones. in_turn: each channel and touchpoint in each of
 * CONTACTS_MINUTES minutes, one after another; otherwise by chance, and now, but for late ones.
 * None is a duplicate, a retraction or broken: each moves the total by one. Ends the program when
 * out of memory. */
struct contacts *contacts_create(uint32_t touchpoints, bool in_turn);
void contacts_destroy(struct contacts *contacts);

/* Writes the next event to out, of EVENT_SIZE_MAX bytes; gives its size. */
size_t contacts_next(struct contacts *contacts, char *out);

#endif
