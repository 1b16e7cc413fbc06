/* Whether a process is alive and ready, and its figures for Prometheus. Thread-safe but create and destroy. */
#ifndef MONITOR_MONITOR_H
#define MONITOR_MONITOR_H

#include <base/text.h>
#include <kaiku/status.h>

#include <stdbool.h>
#include <stdint.h>

struct kaiku_monitor;

enum { KAIKU_MONITOR_PATIENCE_MS = 60000 };

int kaiku_monitor_create(int64_t patience_ms, struct kaiku_monitor **out) KAIKU_MUST_CHECK;
void kaiku_monitor_destroy(struct kaiku_monitor *monitor);

/* Appends all figures in the text format of Prometheus, 0.0.4. */
void kaiku_monitor_metrics(const struct kaiku_monitor *monitor, struct kaiku_buffer *out);

/* *why where not; lives as long as the monitor. */
bool kaiku_monitor_is_alive(const struct kaiku_monitor *monitor, const char **why);

struct kaiku_monitor_condition;

/* Of being ready: not met at first. why: what is said while it is not, borrowed for ever. */
struct kaiku_monitor_condition *kaiku_monitor_condition(struct kaiku_monitor *monitor, const char *why);
void kaiku_monitor_meet(struct kaiku_monitor_condition *condition, bool is_met);

/* Are all conditions met, and is there one at all? *why where not; lives as long as the monitor. */
bool kaiku_monitor_is_ready(const struct kaiku_monitor *monitor, const char **why);

#endif
