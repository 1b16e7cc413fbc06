/* Between one worker and the publisher: deltas, positions, and the word to start over.
 *
 * Two deltas go round: the worker fills one while the other is with the publisher. The worker swaps only
 * at a batch boundary, and only where a spare is there; otherwise it goes on adding to the one it has, so
 * it never waits for Redis and a delta just grows by cells. Every exchange is one atomic pointer.
 *
 *     worker    --ready-->  publisher     a full delta
 *     worker    <--spare--  publisher     an empty one
 *     worker    --request-> publisher     where do my partitions begin?
 *     worker    <--epoch--  publisher     positions differed: drop what is not committed, begin anew
 */
#ifndef AGGREGATE_HANDOVER_H
#define AGGREGATE_HANDOVER_H

#include <aggregate/delta.h>
#include <base/bell.h>
#include <source/source.h>

#include <stdatomic.h>

/* Records before `until` were counted when there were only the first n_metrics metrics. */
struct kaiku_former {
    int64_t until;
    uint32_t n_metrics;
};

/* What the publisher knows of a partition when a worker takes it. A request replaces what the worker held
 * before; one for no partitions lets go of all. */
struct kaiku_opening {
    uint32_t partition;             /* number in the publisher's ledger */
    int64_t start;                  /* first offset that the prefix counts */
    int64_t first;                  /* oldest offset that the log still holds */
    struct kaiku_position lowest;   /* of the shard that is furthest behind */
    int64_t *next_by_shard;         /* the worker's, model->shards entries */
    int64_t *crashed;               /* offsets not to be looked into; made here, the worker's to free */
    uint32_t n_crashed;
    struct kaiku_former *formers;   /* ascending; made here, the worker's to free */
    uint32_t n_formers;
};

struct kaiku_request {
    const struct kaiku_partition *partitions;
    uint32_t n;
    struct kaiku_opening *openings; /* the worker's, n entries */
    /* OK once answered; AGAIN: ask again (Redis is away); others end the worker. */
    int status;
};

struct kaiku_handover {
    _Atomic(struct kaiku_delta *) ready;
    _Atomic(struct kaiku_delta *) spare;
    _Atomic(struct kaiku_request *) request; /* NULL once answered */
    atomic_uint epoch;
    atomic_bool wanted; /* the publisher would take a delta now */
    atomic_bool away;   /* Redis is away: do not wait for a commit */
    atomic_bool closed; /* the publisher has ended: wait for nothing */
    atomic_ullong given, settled; /* deltas handed over; committed or dropped since */
    struct kaiku_bell worker_bell;
    struct kaiku_bell *publisher_bell;
};

/* Takes the two deltas; publisher_bell is borrowed. */
int kaiku_handover_init(struct kaiku_handover *handover, struct kaiku_delta *spare,
                        struct kaiku_bell *publisher_bell) KAIKU_MUST_CHECK;
void kaiku_handover_release(struct kaiku_handover *handover);

/* ---- the worker's side ---- */

/* Gives *delta away and puts the spare in its place; false where there is no spare. */
bool kaiku_handover_swap(struct kaiku_handover *handover, struct kaiku_delta **delta);
/* Takes a delta back that the publisher has not yet taken; NULL where it has. */
struct kaiku_delta *kaiku_handover_take_back(struct kaiku_handover *handover);
/* Puts a delta that was taken back, emptied, where a spare goes. */
void kaiku_handover_put_spare(struct kaiku_handover *handover, struct kaiku_delta *delta);
bool kaiku_handover_is_settled(struct kaiku_handover *handover);
/* Asks and waits for the answer: request->status, or STOPPED where the publisher has ended. */
int kaiku_handover_ask(struct kaiku_handover *handover, struct kaiku_request *request)
    KAIKU_MUST_CHECK;

/* ---- the publisher's side ---- */

struct kaiku_delta *kaiku_handover_take(struct kaiku_handover *handover);
/* Gives an emptied delta back. */
void kaiku_handover_give(struct kaiku_handover *handover, struct kaiku_delta *delta);
/* The delta taken last was committed, or dropped. */
void kaiku_handover_settle(struct kaiku_handover *handover);
void kaiku_handover_answer(struct kaiku_handover *handover, struct kaiku_request *request, int status);
/* No answer and no commit will come any more. */
void kaiku_handover_close(struct kaiku_handover *handover);

#endif
