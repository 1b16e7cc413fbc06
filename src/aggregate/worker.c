#include "worker_private.h"

#include <base/clock.h>
#include <base/failpoint.h>
#include <base/log.h>

#include <stdio.h>
#include <stdlib.h>

enum {
    WAIT_MS = 100,
    GROUP_COMMIT_MS = 1000,
    LAST_COMMIT_MS = 8000, /* at the end: a supervisor kills after ten seconds */
};

int worker_fail(struct kaiku_worker *worker, int status, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(worker->error, sizeof worker->error, format, arguments);
    va_end(arguments);
    worker->status = status;
    return status;
}

int worker_interrupted(struct kaiku_worker *worker)
{
    if (worker->status != KAIKU_OK)
        return worker->status;
    if (atomic_load_explicit(&worker->handover.epoch, memory_order_acquire) != worker->epoch)
        return KAIKU_MISMATCH;
    if (atomic_load_explicit(&worker->stop, memory_order_relaxed))
        return KAIKU_STOPPED;
    return KAIKU_OK;
}

int worker_begin_delta(struct kaiku_worker *worker)
{
    /* Any slot's mask will do: worker_apply changes it where a record needs another. */
    struct kaiku_shards shards = {0};
    kaiku_delta_clear(worker->delta, true);
    worker->delta->epoch = worker->epoch;
    for (uint32_t i = 0; i < worker->n_slots; i++) {
        const struct worker_slot *slot = &worker->slots[i];
        worker->ranges[i] = (struct kaiku_range){
            .partition = slot->partition, .from = slot->position.next, .to = slot->position};
    }
    if (worker->n_slots > 0)
        worker_shards(worker, &worker->slots[0], &shards);
    return kaiku_delta_begin(worker->delta, worker->ranges, worker->n_slots, &shards);
}

static void close_delta(struct kaiku_worker *worker)
{
    worker_settle_checks(worker);
    for (uint32_t i = 0; i < worker->delta->n_ranges; i++) {
        const struct worker_slot *slot = &worker->slots[i];
        worker->delta->ranges[i].to = slot->position;
        worker->delta->ranges[i].at_end = slot->at_end;
    }
}

bool worker_hand_over(struct kaiku_worker *worker)
{
    close_delta(worker);
    if (kaiku_delta_is_empty(worker->delta)) {
        atomic_store_explicit(&worker->handover.wanted, false, memory_order_relaxed);
        return true;
    }
    if (!kaiku_handover_swap(&worker->handover, &worker->delta))
        return false;
    KAIKU_FAILPOINT("handover");
    for (uint32_t i = 0; i < worker->n_slots; i++) {
        worker->slots[i].handed = worker->slots[i].position.next;
        worker->slots[i].at_end = false;
    }
    /* The ranges have room already, so this cannot fail but for memory at the first round. */
    if (worker_begin_delta(worker) != KAIKU_OK)
        worker_fail(worker, KAIKU_NOMEM, "out of memory");
    return true;
}

int worker_wait_hand_over(struct kaiku_worker *worker)
{
    int rc = KAIKU_OK;
    while (!worker_hand_over(worker)) {
        rc = worker_interrupted(worker);
        if (rc != KAIKU_OK)
            break;
        atomic_store_explicit(&worker->paused, true, memory_order_relaxed);
        kaiku_monitor_rest(worker->watched);
        kaiku_bell_ring(worker->handover.publisher_bell);
        kaiku_bell_wait(&worker->handover.worker_bell, WAIT_MS);
    }
    atomic_store_explicit(&worker->paused, false, memory_order_relaxed);
    kaiku_monitor_beat(worker->watched);
    return rc == KAIKU_OK ? worker_interrupted(worker) : rc;
}

/* Lag monitors read the group's offsets in Kafka; kaiku never does. */
static void tell_group(struct kaiku_worker *worker)
{
    int64_t now = kaiku_clock_monotonic_ms();
    if (now - worker->committed_at_ms < GROUP_COMMIT_MS ||
        !kaiku_handover_is_settled(&worker->handover))
        return;
    worker->committed_at_ms = now;
    for (uint32_t i = 0; i < worker->n_slots; i++)
        kaiku_source_commit(worker->source, i, worker->slots[i].handed);
}

static void start_over(struct kaiku_worker *worker)
{
    struct kaiku_delta *left = kaiku_handover_take_back(&worker->handover);
    if (left) {
        kaiku_delta_clear(left, false);
        kaiku_handover_put_spare(&worker->handover, left);
    }
    kaiku_delta_clear(worker->delta, false);
    (void)worker_open_positions(worker); /* a failure stands in worker->status */
}

static uint32_t count_records(const struct kaiku_batch *batch)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < batch->count; i++)
        n += batch->records[i].kind == KAIKU_RECORD;
    return n;
}

/* Once a batch: its first record that is not only read again has come with the others. */
static void note_wait(struct kaiku_worker *worker, const struct kaiku_batch *batch, uint32_t n)
{
    for (uint32_t i = 0; i < batch->count; i++) {
        const struct kaiku_record *record = &batch->records[i];
        if (record->kind != KAIKU_RECORD || record->offset < worker->slots[record->slot].count_from)
            continue;
        if (record->timestamp_ms != KAIKU_SOURCE_OWN_TIME)
            kaiku_waits_add(&worker->delta->waits, record->timestamp_ms, n);
        return;
    }
}

static int take_batch(struct kaiku_worker *worker)
{
    struct kaiku_batch batch;
    int rc = kaiku_source_poll(worker->source, worker->poll_ms, &batch);
    if (rc == KAIKU_END)
        return rc;
    if (rc != KAIKU_OK)
        return worker_fail(worker, rc, "%s", worker->source->error);
    uint32_t n = count_records(&batch);
    atomic_fetch_add_explicit(&worker->taken, n, memory_order_relaxed);
    note_wait(worker, &batch, n);
    if (batch.count > 0)
        KAIKU_FAILPOINT("poll");
    rc = worker_apply(worker, &batch);
    if (batch.count > 0)
        KAIKU_FAILPOINT("apply");
    kaiku_source_release(worker->source, &batch);
    return rc;
}

/* Everything was read: stay for what may have to be taken again, until told to stop. */
static int rest(struct kaiku_worker *worker)
{
    if (worker_hand_over(worker) && kaiku_handover_is_settled(&worker->handover))
        atomic_store(&worker->drained, true);
    kaiku_bell_wait(&worker->handover.worker_bell, WAIT_MS);
    return worker_interrupted(worker);
}

static void leave(struct kaiku_worker *worker)
{
    int64_t until = kaiku_clock_monotonic_ms() + LAST_COMMIT_MS;
    bool handed = worker->status != KAIKU_OK;
    while (kaiku_clock_monotonic_ms() < until && !atomic_load(&worker->handover.away) &&
           !(handed && kaiku_handover_is_settled(&worker->handover)) &&
           atomic_load(&worker->handover.epoch) == worker->epoch) {
        handed = handed || worker_hand_over(worker);
        kaiku_bell_wait(&worker->handover.worker_bell, WAIT_MS);
    }
    if (!atomic_load(&worker->stays))
        kaiku_source_close(worker->source);
}

static void *run(void *context)
{
    struct kaiku_worker *worker = context;
    bool at_rest = false;
    int rc = KAIKU_OK;
    worker_crash_watch(worker);
    kaiku_source_announce(worker->source);
    rc = worker->status;
    while (rc == KAIKU_OK) {
        kaiku_monitor_beat(worker->watched);
        rc = at_rest ? rest(worker) : take_batch(worker);
        if (rc == KAIKU_END) {
            at_rest = true;
            rc = KAIKU_OK;
        }
        if (rc == KAIKU_OK)
            rc = worker_interrupted(worker);
        if (rc == KAIKU_MISMATCH) {
            at_rest = false;
            atomic_store(&worker->drained, false);
            start_over(worker);
            rc = worker->status;
        }
        if (rc == KAIKU_OK && atomic_load_explicit(&worker->handover.wanted, memory_order_relaxed))
            (void)worker_hand_over(worker); /* no spare yet: later */
        if (rc == KAIKU_OK)
            tell_group(worker);
    }
    leave(worker);
    kaiku_monitor_rest(worker->watched);
    worker_crash_unwatch(worker);
    atomic_store(&worker->ended, true);
    kaiku_bell_ring(worker->handover.publisher_bell);
    return NULL;
}

static void release(struct kaiku_worker *worker)
{
    worker_release_slots(worker);
    kaiku_decoder_destroy(worker->decoder);
    for (uint32_t i = 0; i < KAIKU_MAX_METRICS; i++)
        kaiku_decoder_destroy(worker->formers[i]);
    kaiku_delta_destroy(worker->delta);
    kaiku_buffer_release(&worker->feed_bytes);
    kaiku_buffer_release(&worker->entry_bytes);
    free(worker);
}

int kaiku_worker_create(const struct kaiku_worker_options *options, struct kaiku_worker **out)
{
    struct kaiku_worker *worker = calloc(1, sizeof *worker);
    struct kaiku_delta *spare = NULL;
    if (!worker)
        return KAIKU_NOMEM;
    worker->model = options->model;
    worker->calendar = options->calendar;
    worker->limits = options->limits;
    worker->poll_ms = options->poll_ms;
    worker->watched = options->thread;
    atomic_init(&worker->partitions, -1);
    int rc = kaiku_decoder_create(options->model, &worker->decoder);
    if (rc == KAIKU_OK)
        rc = kaiku_delta_create(options->model, options->calendar, options->limits, &worker->delta);
    if (rc == KAIKU_OK)
        rc = kaiku_delta_create(options->model, options->calendar, options->limits, &spare);
    if (rc == KAIKU_OK)
        rc = kaiku_handover_init(&worker->handover, spare, options->publisher_bell);
    if (rc != KAIKU_OK) {
        kaiku_delta_destroy(spare);
        release(worker);
        return rc;
    }
    worker_plan(worker);
    worker->source = options->source;
    kaiku_source_listen(worker->source,
                        (struct kaiku_source_listener){worker, worker_assigned, worker_revoked});
    *out = worker;
    return KAIKU_OK;
}

int kaiku_worker_start(struct kaiku_worker *worker)
{
    if (KAIKU_FAILS("worker.thread") || pthread_create(&worker->thread, NULL, run, worker) != 0)
        return KAIKU_NOMEM;
    worker->started = true;
    return KAIKU_OK;
}

void kaiku_worker_stop(struct kaiku_worker *worker)
{
    atomic_store(&worker->stop, true);
    kaiku_bell_ring(&worker->handover.worker_bell);
}

void kaiku_worker_suspend(struct kaiku_worker *worker)
{
    atomic_store(&worker->stays, true);
    kaiku_worker_stop(worker);
}

void kaiku_worker_join(struct kaiku_worker *worker)
{
    if (worker->started)
        pthread_join(worker->thread, NULL);
    worker->started = false;
}

struct kaiku_source *kaiku_worker_take_source(struct kaiku_worker *worker)
{
    struct kaiku_source *source = worker->source;
    worker->source = NULL;
    return source;
}

void kaiku_worker_destroy(struct kaiku_worker *worker)
{
    if (!worker)
        return;
    if (worker->source)
        kaiku_source_destroy(worker->source);
    kaiku_handover_release(&worker->handover);
    release(worker);
}

struct kaiku_handover *kaiku_worker_handover(struct kaiku_worker *worker)
{
    return &worker->handover;
}

void kaiku_worker_read_figures(const struct kaiku_worker *worker, struct kaiku_worker_figures *out)
{
    *out = (struct kaiku_worker_figures){
        .events = atomic_load_explicit(&worker->taken, memory_order_relaxed),
        .cells = atomic_load_explicit(&worker->cells, memory_order_relaxed),
        .partitions = atomic_load_explicit(&worker->partitions, memory_order_relaxed),
        .paused = atomic_load_explicit(&worker->paused, memory_order_relaxed),
        .ended = atomic_load(&worker->ended),
        .drained = atomic_load(&worker->drained),
    };
    /* Written before ended, and read only after it. */
    out->status = out->ended ? worker->status : KAIKU_OK;
}

const char *kaiku_worker_error(const struct kaiku_worker *worker)
{
    return worker->error;
}
