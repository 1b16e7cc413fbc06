/* What a process tells of itself: figures for Prometheus, whether its threads get on, whether it is ready.
 *
 * Whoever has a figure registers it and gets a place to write it to. Registering takes a lock and may be done at any
 * time; a figure that is registered again is the same one. Writing takes none: each place has one writer at a time, and
 * readers may see one place before and another behind a change, as Prometheus does anyway. Places live as long as the
 * monitor. Without a monitor (NULL), or without memory, a place is NULL, and writing there does nothing.
 *
 * Everything here is thread-safe but create and destroy. */
#ifndef MONITOR_MONITOR_H
#define MONITOR_MONITOR_H

#include <base/text.h>
#include <kaiku/status.h>

#include <stdbool.h>
#include <stdint.h>

struct kaiku_monitor;

/* A thread that had something to do and made no progress for so long is not alive. */
enum { KAIKU_MONITOR_PATIENCE_MS = 60000 };

int kaiku_monitor_create(int64_t patience_ms, struct kaiku_monitor **out) KAIKU_MUST_CHECK;
/* After all writers and readers. */
void kaiku_monitor_destroy(struct kaiku_monitor *monitor);

/* ---- figures ---- */

/* A metric as Prometheus names it. Its texts are borrowed for ever. */
struct kaiku_monitor_family {
    const char *name;
    const char *help;  /* one sentence */
    const char *label; /* name of the label that tells its values apart; NULL: it has one value */
    bool is_counter;   /* it only grows while the process runs; otherwise a gauge: NaN until it is set */
};

struct kaiku_monitor_value;
struct kaiku_monitor_histogram;

/* label: the label's value, copied; NULL where the family has none. */
struct kaiku_monitor_value *kaiku_monitor_value(struct kaiku_monitor *monitor,
                                                const struct kaiku_monitor_family *family, const char *label);
void kaiku_monitor_set(struct kaiku_monitor_value *value, double number);
/* Of a gauge that was never set. */
void kaiku_monitor_set_first(struct kaiku_monitor_value *value, double number);
void kaiku_monitor_add(struct kaiku_monitor_value *value, double number);

/* bounds: upper ends of its buckets, ascending, borrowed for ever; the last bucket (+Inf) is not among them. */
struct kaiku_monitor_histogram *kaiku_monitor_histogram(struct kaiku_monitor *monitor,
                                                        const struct kaiku_monitor_family *family,
                                                        const double *bounds, uint32_t n);
/* n observations of the same number. */
void kaiku_monitor_observe(struct kaiku_monitor_histogram *histogram, double number, uint64_t n);

/* Appends all figures in the text format of Prometheus, 0.0.4. */
void kaiku_monitor_metrics(const struct kaiku_monitor *monitor, struct kaiku_buffer *out);

/* ---- threads ---- */

struct kaiku_monitor_thread;

/* name: for people, copied. */
struct kaiku_monitor_thread *kaiku_monitor_thread(struct kaiku_monitor *monitor, const char *name);
/* It has made progress, and the next is due. */
void kaiku_monitor_beat(struct kaiku_monitor_thread *thread);
/* It waits for others, or has ended: nothing is due until it beats again. */
void kaiku_monitor_rest(struct kaiku_monitor_thread *thread);

/* Did every thread that had to make progress in time? *why where not; lives as long as the monitor. */
bool kaiku_monitor_is_alive(const struct kaiku_monitor *monitor, const char **why);

/* ---- readiness ---- */

struct kaiku_monitor_condition;

/* Of being ready: not met at first. why: what is said while it is not, borrowed for ever. */
struct kaiku_monitor_condition *kaiku_monitor_condition(struct kaiku_monitor *monitor, const char *why);
void kaiku_monitor_meet(struct kaiku_monitor_condition *condition, bool is_met);

/* Are all conditions met, and is there one at all? *why where not; lives as long as the monitor. */
bool kaiku_monitor_is_ready(const struct kaiku_monitor *monitor, const char **why);

#endif
