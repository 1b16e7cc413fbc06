/* Records as `kaiku gen` makes them, the same in every run: each an event of its own, none of them
 * broken. */
#ifndef CONTACT_RECORDS_H
#define CONTACT_RECORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CONTACT_RECORD_SIZE = 704 }; /* with the spaces */

struct contact_records;

/* shuffled: members in any order, with spaces. Ends the program when out of memory. */
struct contact_records *contact_records_create(bool shuffled);
void contact_records_destroy(struct contact_records *records);

/* Writes the next one; gives its size. */
size_t contact_records_next(struct contact_records *records, char *out, int64_t *stamp_ms);

#endif
