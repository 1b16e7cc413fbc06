/* The publisher: the one thread of a process that talks to Redis.
 *
 * It takes the workers' deltas, has new values admitted, projects onto views and windows, commits each shard
 * in one step with the positions it covers, and keeps the views. Redis away: workers go on; back: one
 * commit catches up. Positions that differ from the expected ones: everything not committed is dropped and
 * read again from where Redis stands. */
#ifndef PUBLISH_PUBLISHER_H
#define PUBLISH_PUBLISHER_H

#include <aggregate/worker.h>
#include <store/store.h>

struct kaiku_publisher;

struct kaiku_publisher_options {
    const struct kaiku_model *model;
    const struct kaiku_calendar *calendar;
    struct kaiku_store *store;       /* borrowed; used by the publisher's thread only from start on */
    struct kaiku_catalog *catalog;   /* likewise */
    struct kaiku_bell *bell;         /* that the workers ring */
    struct kaiku_worker *const *workers;
    uint32_t n_workers;
    const char *prefix;
    int64_t commit_every_ms, views_every_ms;
    bool start_at_end; /* where a new prefix begins */
    bool was_let_in;   /* by the log, earlier in this process: where it refuses now, that is waited for */
    struct kaiku_monitor *monitor;       /* that it tells what it does; NULL: none */
    struct kaiku_monitor_thread *thread; /* its own, which the store beats, too; NULL: nobody watches */
    bool until_end;    /* stop once all that stood in the log at start is committed and shown */
};

/* Borrows all of options but the struct itself. */
int kaiku_publisher_create(const struct kaiku_publisher_options *options,
                           struct kaiku_publisher **out) KAIKU_MUST_CHECK;
void kaiku_publisher_destroy(struct kaiku_publisher *publisher);

/* Before start, in the caller's thread: opens the store and, for a new prefix, resolves where every
 * partition begins. REFUSED, AWAY, or a failure of the catalog; text in kaiku_publisher_error. AWAY, AGAIN: may be
 * called again. */
int kaiku_publisher_prepare(struct kaiku_publisher *publisher) KAIKU_MUST_CHECK;
int kaiku_publisher_start(struct kaiku_publisher *publisher) KAIKU_MUST_CHECK;
/* Thread-safe; after the workers were joined. It commits what they left, and ends. */
void kaiku_publisher_stop(struct kaiku_publisher *publisher);
void kaiku_publisher_join(struct kaiku_publisher *publisher);

/* Thread-safe figures. */
struct kaiku_publisher_figures {
    uint64_t commits;
    int64_t commit_ms;       /* the last one, all shards */
    int64_t interval_ms;     /* between commits, as it is now */
    uint64_t touched;        /* cells of the last commit */
    uint64_t rewinds;        /* positions differed: read again */
    int64_t lag, assigned_lag; /* records behind the log's end; of the partitions that this process holds */
    int64_t margin_ms;         /* replay_margin_s; -1: not known */
    double redis_share;        /* of a core that Redis uses */
    int64_t low_time_ms, high_time_ms;
    uint64_t series_backlog, live_members;
    bool away;
    bool kafka_up;
    bool reached;            /* until_end: all is done */
    bool ended;
    int status;              /* OK, or why it ended */
};
void kaiku_publisher_read_figures(const struct kaiku_publisher *publisher,
                                  struct kaiku_publisher_figures *out);
const char *kaiku_publisher_error(const struct kaiku_publisher *publisher);

#endif
