/* A worker: a thread that reads one source, decodes, and adds to its private cells.
 *
 * It owns its source (until it is taken back), its decoder, and whichever delta it fills. It shares the model and the calendar
 * (immutable) and one handover with the publisher. */
#ifndef AGGREGATE_WORKER_H
#define AGGREGATE_WORKER_H

#include <aggregate/handover.h>
#include <monitor/monitor.h>

struct kaiku_worker;

struct kaiku_worker_options {
    const struct kaiku_model *model;
    const struct kaiku_calendar *calendar;
    struct kaiku_source *source; /* transferred when creation succeeds */
    struct kaiku_bell *publisher_bell;
    struct kaiku_monitor_thread *thread; /* that the monitor watches; NULL: none */
    struct kaiku_delta_limits limits;
    int poll_ms; /* well below the commit interval: an idle worker must still swap */
};

int kaiku_worker_create(const struct kaiku_worker_options *options, struct kaiku_worker **out)
    KAIKU_MUST_CHECK;
int kaiku_worker_start(struct kaiku_worker *worker) KAIKU_MUST_CHECK;
/* Thread-safe: it hands over what it has, leaves its group and ends. */
void kaiku_worker_stop(struct kaiku_worker *worker);
/* Likewise, but its source stays in the group and keeps its partitions, for another worker. */
void kaiku_worker_suspend(struct kaiku_worker *worker);
void kaiku_worker_join(struct kaiku_worker *worker);
/* After join: the source, which is the caller's from here on. */
struct kaiku_source *kaiku_worker_take_source(struct kaiku_worker *worker);
/* After join (or without start). */
void kaiku_worker_destroy(struct kaiku_worker *worker);

struct kaiku_handover *kaiku_worker_handover(struct kaiku_worker *worker);

/* Thread-safe figures. */
struct kaiku_worker_figures {
    uint64_t events;  /* records taken since start */
    uint64_t cells;   /* base cells of all views in the delta being filled */
    int partitions;   /* that it holds; -1: the group has not yet said which */
    bool paused;      /* full, and no hand-over possible */
    bool drained;     /* its source came to an end, and all of it is settled */
    bool ended;       /* its thread is over, or about to be */
    int status;       /* OK, or why it ended */
};
void kaiku_worker_read_figures(const struct kaiku_worker *worker, struct kaiku_worker_figures *out);
/* Text of a failure; valid once ended. */
const char *kaiku_worker_error(const struct kaiku_worker *worker);

#endif
