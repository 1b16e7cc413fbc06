/* Windows on the time line: fixed ones aligned to 1970-01-01 UTC, calendar ones in the time zone.
 *
 * A calendar holds the first instant of every local day from 1970 to 2200 (also where local midnight
 * does not exist), so a lookup is arithmetic. Immutable after creation: any thread may read it. */
#ifndef MODEL_CALENDAR_H
#define MODEL_CALENDAR_H

#include <model/model.h>

struct kaiku_calendar;

/* Is there such a zone? Thread-safe. */
bool kaiku_calendar_knows(const char *time_zone);
/* time_zone: an IANA name; KAIKU_MISSING where the system does not know it. Sets TZ of the process
 * while it computes, so call it before threads start. */
int kaiku_calendar_create(const char *time_zone, struct kaiku_calendar **out) KAIKU_MUST_CHECK;
void kaiku_calendar_destroy(struct kaiku_calendar *calendar);

/* Half-open, ms since 1970. */
struct kaiku_span {
    int64_t start, end;
};

/* The window that holds time_ms (1971-01-01 to 2200-01-01). */
struct kaiku_span kaiku_calendar_window(const struct kaiku_calendar *calendar,
                                        const struct kaiku_window *window, int64_t time_ms);

/* The intersection of all windows of the view that hold time_ms: the base window. */
struct kaiku_span kaiku_calendar_piece(const struct kaiku_calendar *calendar,
                                       const struct kaiku_view *view, int64_t time_ms);

#endif
