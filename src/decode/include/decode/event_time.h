/* Event times: ms since 1970, from 1971-01-01 to the end of 2199. */
#ifndef DECODE_EVENT_TIME_H
#define DECODE_EVENT_TIME_H

#include <decode/number.h>

bool kaiku_time_is_accepted(int64_t time_ms);

/* RFC 3339 text with an offset. False: bad_time. */
bool kaiku_time_from_text(struct kaiku_text text, int64_t *out_ms);

/* A number since 1970 whose unit follows its size. False: bad_time. */
bool kaiku_time_from_number(const struct kaiku_number *number, int64_t *out_ms);

#endif
