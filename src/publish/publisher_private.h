/* The inside of the publisher: publisher.c (its life), turn.c (its thread), trouble.c (what goes wrong), commit.c (deltas
 * to shards), opening.c (where partitions begin), since.c (what was added later), crashes.c (records that ended
 * processes). */
#ifndef PUBLISH_PUBLISHER_PRIVATE_H
#define PUBLISH_PUBLISHER_PRIVATE_H

#include "admission.h"
#include "couples.h"
#include "ledger.h"
#include "meters.h"
#include "pressure.h"
#include "projection.h"
#include "publish/publisher.h"
#include "publish/views.h"

#include <pthread.h>

/* What the publisher holds of one worker. */
struct publisher_lane {
    struct kaiku_worker *worker;
    struct kaiku_handover *handover;
    struct kaiku_delta *delta;  /* taken, not yet encoded */
    struct admission_map map;
    uint64_t in_flight;         /* deltas of its in commits whose fate is open */
};

struct publisher_goal {
    char *field;
    int64_t end;
};

struct kaiku_publisher {
    struct kaiku_publisher_options options;
    const struct kaiku_model *model;
    struct kaiku_store *store;
    struct kaiku_views *views;
    struct ledger ledger;
    struct admission admission;
    struct projection projection;
    struct couples couples;
    struct publisher_lane *lanes;
    struct projection_source *sources; /* scratch: of the lanes that have a delta */
    struct kaiku_commit **commits; /* by shard */
    bool in_flight;                /* commits hold something whose fate is open */
    struct kaiku_buffer encoded;   /* one delta of one cell */
    uint64_t *elements;            /* of one HyperLogLog */
    struct publisher_goal *goals;  /* until_end: how far the log reached at start */
    uint32_t n_goals;
    bool ends_unknown;             /* files: their workers say when they are over */

    int64_t next_commit_ms, next_compare_ms, next_extents_ms, next_open_ms, next_goal_ms, next_look_ms, next_tell_ms;
    int64_t interval_ms;
    struct pressure pressure;
    bool is_kafka_away;
    struct meters meters;
    double told; /* the factor that was logged last */
    struct kaiku_incidents incidents; /* that Redis was not told of yet */
    pthread_t thread;
    bool started;
    atomic_bool stop;
    int status;
    char error[512];

    struct kaiku_publisher_figures figures; /* the thread's own */
    pthread_mutex_t figures_lock;           /* of those shown to others */
    struct kaiku_publisher_figures shown;
};

/* ---- turn.c ---- */

/* The thread: a publisher, until it is told to stop or fails. */
void *publisher_run(void *publisher);

/* ---- trouble.c ---- */

enum { PUBLISHER_REOPEN_MS = 250 }; /* between attempts to connect */

/* Positions differ: drop all that is not committed, tell the workers to begin anew. */
void publisher_restart(struct kaiku_publisher *publisher, const char *why);
/* A failure of the store: AWAY and AGAIN pass, others end the publisher. Returns status. */
int publisher_trouble(struct kaiku_publisher *publisher, int status);
void publisher_fail(struct kaiku_publisher *publisher, int status, const char *text);
/* Workers go on either way; away: none waits for a commit. */
void publisher_set_away(struct kaiku_publisher *publisher, bool away);
/* The last word of a process that fails; where Redis cannot take it, the log line alone tells. */
void publisher_report_last(struct kaiku_publisher *publisher, enum kaiku_incident incident);

/* ---- commit.c ---- */

/* Takes what the workers have ready, and drops what is of an earlier epoch. True if there is anything. */
bool publisher_collect(struct kaiku_publisher *publisher);
/* Makes the shards' commits of what was collected; compare: every shard at least compares. */
int publisher_encode(struct kaiku_publisher *publisher, bool compare) KAIKU_MUST_CHECK;
/* Sends what is pending and draws the conclusions. */
int publisher_send(struct kaiku_publisher *publisher) KAIKU_MUST_CHECK;
/* After a lost connection: which commits were applied? */
int publisher_resolve(struct kaiku_publisher *publisher) KAIKU_MUST_CHECK;
/* Gives a delta that was taken and not yet encoded back to its worker; then: all, sent ones included. */
void publisher_drop_delta(struct publisher_lane *lane);
void publisher_drop_deltas(struct kaiku_publisher *publisher);

/* ---- crashes.c ---- */

/* Tells Redis which records ended earlier processes. */
int publisher_report_crashes(struct kaiku_publisher *publisher) KAIKU_MUST_CHECK;
/* Completes the openings of a request with the records that are not to be looked into. */
int publisher_read_crashed(struct kaiku_publisher *publisher, struct kaiku_request *request)
    KAIKU_MUST_CHECK;

/* ---- since.c ---- */

/* Completes the openings of a request with the metrics that old records were counted with. */
int publisher_read_since(struct kaiku_publisher *publisher, struct kaiku_request *request)
    KAIKU_MUST_CHECK;

/* ---- opening.c ---- */

/* A new prefix: where every partition of every topic begins, before the first record. *asked: the log was asked for
 * it, since nobody had. */
int publisher_resolve_starts(struct kaiku_publisher *publisher, bool *asked) KAIKU_MUST_CHECK;
/* Refused where Kafka does not let kaiku in, or is not trusted. Where it is away, workers wait for it. */
int publisher_meet_log(struct kaiku_publisher *publisher) KAIKU_MUST_CHECK;
/* Answers the workers that ask where their partitions begin. */
int publisher_answer(struct kaiku_publisher *publisher) KAIKU_MUST_CHECK;
/* Tells views how far the log reaches. */
int publisher_read_extents(struct kaiku_publisher *publisher, int timeout_ms);
/* Asks the catalog for the timestamp of the first record from offset on; AGAIN: it is on its way. */
int publisher_read_time(struct kaiku_publisher *publisher, const char *field, int64_t offset,
                        int64_t *timestamp_ms) KAIKU_MUST_CHECK;
/* until_end: remembers how far the log reaches now; then: has every shard got there? */
int publisher_set_goals(struct kaiku_publisher *publisher) KAIKU_MUST_CHECK;
int publisher_check_goals(struct kaiku_publisher *publisher, bool *reached) KAIKU_MUST_CHECK;

#endif
