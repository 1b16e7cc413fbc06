/* The inside of the monitor: figures.c and text.c (what Prometheus sees), process.c (the process itself), health.c
 * (threads and conditions). The lists only grow; the lock is of their links, not of what is written to the places. */
#ifndef MONITOR_MONITOR_PRIVATE_H
#define MONITOR_MONITOR_PRIVATE_H

#include "monitor/monitor.h"

#include <pthread.h>
#include <stdatomic.h>

/* All of the figures are written and read relaxed: none says anything about another, nor about memory. What is seen is
 * a number that was written there, and that is all a figure has to be. Stress: tests/stress/scripted.c. */
struct kaiku_monitor_value {
    _Atomic(double) number;
    char *label; /* NULL: none */
    struct kaiku_monitor_value *next;
};

struct kaiku_monitor_histogram {
    const double *bounds;
    uint32_t n;
    _Atomic(double) sum;
    atomic_ullong counts[]; /* by bucket, n + 1 */
};

/* A family has values or a histogram. */
struct monitor_family {
    const struct kaiku_monitor_family *of;
    struct kaiku_monitor_value *values;
    struct kaiku_monitor_histogram *histogram;
    struct monitor_family *next;
};

struct kaiku_monitor_thread {
    atomic_llong beat_ms; /* monotonic; 0: it rests */
    char why[96]; /* what is said where it is stuck; tells it from the others */
    struct kaiku_monitor_thread *next;
};

struct kaiku_monitor_condition {
    atomic_bool is_met;
    const char *why;
    struct kaiku_monitor_condition *next;
};

struct kaiku_monitor {
    pthread_mutex_t lock;
    struct monitor_family *families;
    struct kaiku_monitor_thread *threads;
    struct kaiku_monitor_condition *conditions;
    int64_t patience_ms;
    int64_t start_ms; /* wall clock */
};


/* The lock of a monitor that is only read. */
static inline pthread_mutex_t *monitor_lock(const struct kaiku_monitor *monitor)
{
    return (pthread_mutex_t *)&monitor->lock;
}

/* text.c: one family's lines about what it is, one line of a value, for process.c. */
void monitor_put_head(struct kaiku_buffer *out, const struct kaiku_monitor_family *family, const char *type);
void monitor_put_value(struct kaiku_buffer *out, const struct kaiku_monitor_family *family, const char *label,
                       double number);

/* process.c: processor time, memory, start. */
void monitor_put_process(const struct kaiku_monitor *monitor, struct kaiku_buffer *out);

#endif
