/* The inside of a worker, shared by worker.c (thread and hand-over), assignment.c (partitions and positions),
 * prepare.c and apply.c (records to cells, in two passes), listed.c (entries of feeds) and crash.c (what is noted where a
 * record ends the process). */
#ifndef AGGREGATE_WORKER_PRIVATE_H
#define AGGREGATE_WORKER_PRIVATE_H

#include "aggregate/dedup.h"
#include "aggregate/worker.h"

#include <decode/decode.h>

#include <pthread.h>

enum {
    /* Records decoded before their cells are touched: enough to hide the memory behind prefetches, few
     * enough to stay in the second-level cache. */
    WORKER_CHUNK = 64,
};

/* One assigned partition. */
struct worker_slot {
    struct kaiku_partition name;
    uint32_t partition;             /* number in the publisher's ledger */
    struct kaiku_position position; /* behind the last record taken */
    int64_t handed;                 /* position.next at the last hand-over */
    int64_t count_from;             /* records before it only fill the memory of duplicates */
    int64_t mask_until;             /* first offset at which other shards take part; INT64_MAX: none */
    int64_t *next_by_shard;
    struct kaiku_dedup *dedup;      /* NULL where switched off */
    const struct kaiku_record *last; /* whose hash position.check must become; of the batch in hand */
    bool at_end;
    int64_t *crashed;               /* offsets of records that ended processes; seldom any */
    uint32_t n_crashed;
    struct kaiku_former *formers;   /* ascending; seldom any */
    uint32_t n_formers;
};

/* How a metric's answer is added: the part of the model that the hot path needs, in one line of cache. */
struct worker_step {
    enum kaiku_kind kind;
    uint32_t counter;
    uint32_t sum, wide, unique;
};

/* A record between the two passes. */
struct worker_pending {
    const struct kaiku_record *record;
    enum kaiku_verdict verdict;
    enum kaiku_reason reason;
    uint32_t ids[KAIKU_MAX_DIMENSIONS];
    struct worker_target {
        uint32_t piece;
        uint32_t hash; /* of the cell's key with no window expired */
    } targets[KAIKU_MAX_VIEWS];
    uint32_t feeds_at; /* where its rendered feed entries begin in feed_bytes */
};

struct kaiku_worker {
    const struct kaiku_model *model;
    const struct kaiku_calendar *calendar;
    struct kaiku_source *source;
    struct kaiku_decoder *decoder;
    struct kaiku_decoder *formers[KAIKU_MAX_METRICS]; /* by the metrics that there were; NULL until needed */
    struct kaiku_handover handover;
    struct kaiku_delta *delta;
    struct kaiku_delta_limits limits;
    int poll_ms;

    struct worker_slot *slots;
    uint32_t n_slots;
    bool uneven; /* some slot has a mask_until: records are taken one by one */
    int64_t *next_by_shard; /* of all slots */
    struct kaiku_range *ranges; /* scratch, n_slots */
    uint32_t epoch; /* of the positions that the slots began with */

    struct worker_step steps[KAIKU_MAX_METRICS];
    struct worker_pending pending[WORKER_CHUNK];
    struct kaiku_event events[WORKER_CHUNK];
    struct kaiku_buffer feed_bytes;  /* rendered feed entries of the chunk */
    struct kaiku_buffer entry_bytes; /* one framed entry */

    const struct kaiku_record *volatile in_hand; /* read by a signal handler of the same thread; NULL: none */
    void *crash_stack;

    struct kaiku_monitor_thread *watched; /* this thread, NULL: nobody does */
    int64_t committed_at_ms; /* when the group was last told how far it is */
    pthread_t thread;
    bool started;
    int status;
    char error[512];
    atomic_bool stop;
    atomic_bool stays; /* in its group, when it stops */
    atomic_bool paused, ended, drained;
    atomic_ullong taken;
    atomic_ullong cells;
    atomic_int partitions;
};

/* ---- worker.c ---- */

/* Hands the delta over if there is a spare, and begins the next one. False where there is none. */
bool worker_hand_over(struct kaiku_worker *worker);
/* Empties the delta and begins it anew at the slots' positions. */
int worker_begin_delta(struct kaiku_worker *worker);
/* Waits for a spare and hands over. KAIKU_OK, KAIKU_STOPPED, or KAIKU_MISMATCH where positions have to be
 * read again. */
int worker_wait_hand_over(struct kaiku_worker *worker);
/* KAIKU_OK, or why to let go of everything: KAIKU_STOPPED, KAIKU_MISMATCH. */
int worker_interrupted(struct kaiku_worker *worker);
int worker_fail(struct kaiku_worker *worker, int status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* ---- assignment.c ---- */

void worker_assigned(void *context, const struct kaiku_partition *partitions, uint32_t n);
void worker_revoked(void *context, bool lost);
/* Reads the positions of all slots and starts reading there; waits for Redis as long as it takes. */
int worker_open_positions(struct kaiku_worker *worker);
/* The shards that take part at the slot's position; recomputes mask_until. */
void worker_shards(struct kaiku_worker *worker, struct worker_slot *slot, struct kaiku_shards *out);
void worker_release_slots(struct kaiku_worker *worker);
/* Kafka has deleted what the position points to: it moves on to first, and the delta that does so says how far. */
void worker_count_gap(struct kaiku_worker *worker, struct worker_slot *slot, int64_t first);

/* ---- prepare.c ---- */

/* Works out once what the model means to the hot path. */
void worker_plan(struct kaiku_worker *worker);
/* The first pass over a chunk: fills events and pending. */
int worker_prepare(struct kaiku_worker *worker, const struct kaiku_record *records, uint32_t n);
/* Brings position.check of all slots up to their last records, while these can still be read. */
void worker_settle_checks(struct kaiku_worker *worker);

static inline void worker_cell_key(const struct kaiku_view *view, const uint32_t *ids, uint32_t piece,
                                   uint32_t expired, uint32_t *key)
{
    key[0] = piece;
    key[1] = expired;
    for (uint32_t i = 0; i < view->n_by; i++)
        key[2 + i] = ids[view->by[i]];
}

/* ---- apply.c ---- */

/* Takes a batch of records as a whole; as worker_wait_hand_over where it had to wait. */
int worker_apply(struct kaiku_worker *worker, const struct kaiku_batch *batch);

/* ---- listed.c ---- */

/* Renders the entries of all alerts that the event meets: the texts it borrows are gone when it is applied. */
void worker_render_feeds(struct kaiku_worker *worker, const struct kaiku_record *record,
                         const struct kaiku_event *event);
void worker_add_feeds(struct kaiku_worker *worker, const struct worker_pending *pending,
                      const struct kaiku_event *event);
/* at: KAIKU_TIMESTAMP_OWN where there is none; metric: "" where all of it is rejected. */
void worker_add_rejected(struct kaiku_worker *worker, const struct kaiku_record *record, int64_t at,
                         enum kaiku_reason reason, const char *metric);

/* ---- crash.c ---- */

/* From now on the calling thread is this worker's; unwatch: not any more. */
void worker_crash_watch(struct kaiku_worker *worker);
void worker_crash_unwatch(struct kaiku_worker *worker);

/* Is the record to be set aside unread? */
static inline bool worker_is_crashed(const struct worker_slot *slot, int64_t offset)
{
    for (uint32_t i = 0; i < slot->n_crashed; i++)
        if (slot->crashed[i] == offset)
            return true;
    return false;
}

/* Ends the process where a test has named such a record. */
#ifdef KAIKU_FAILPOINTS
void worker_crash_if_told(const struct kaiku_record *record);
#else
static inline void worker_crash_if_told(const struct kaiku_record *record)
{
    (void)record;
}
#endif

#endif
