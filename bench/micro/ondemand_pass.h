/* simdjson reads many records, one after another. */
#ifndef ONDEMAND_PASS_H
#define ONDEMAND_PASS_H

#include "ondemand.h"

#include <base/text.h>

/* The fastest that this processor takes. */
const struct ondemand_build *ondemand_best(void);

/* Behind a record from Kafka there is nothing that may be read, so each is copied first. read: of
 * the build that made the reader. */
void ondemand_read_copies(ondemand_read *read, void *reader,
                          const struct kaiku_text *records, uint32_t n);

/* Behind each record, 64 more bytes must be readable. */
void ondemand_read_in_place(ondemand_read *read, void *reader,
                            const struct kaiku_text *records, uint32_t n);

#endif
