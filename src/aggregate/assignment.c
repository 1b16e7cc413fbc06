/* Partitions come and go: positions, masks, and the memory of duplicates. */
#include "worker_private.h"

#include <base/failpoint.h>
#include <base/log.h>

#include <stdlib.h>

enum { RETRY_MS = 200 };

void worker_release_slots(struct kaiku_worker *worker)
{
    for (uint32_t i = 0; i < worker->n_slots; i++) {
        kaiku_dedup_destroy(worker->slots[i].dedup);
        free(worker->slots[i].crashed);
        free(worker->slots[i].formers);
    }
    free(worker->slots);
    free(worker->next_by_shard);
    free(worker->ranges);
    worker->slots = NULL;
    worker->next_by_shard = NULL;
    worker->ranges = NULL;
    worker->n_slots = 0;
    worker->uneven = false;
}

static int make_slots(struct kaiku_worker *worker, const struct kaiku_partition *partitions, uint32_t n)
{
    size_t shards = worker->model->shards;
    worker->slots = calloc(n + 1, sizeof *worker->slots);
    worker->ranges = calloc(n + 1, sizeof *worker->ranges);
    worker->next_by_shard = calloc((n + 1) * shards, sizeof *worker->next_by_shard);
    if (!worker->slots || !worker->ranges || !worker->next_by_shard)
        return KAIKU_NOMEM;
    worker->n_slots = n;
    for (uint32_t i = 0; i < n; i++) {
        worker->slots[i].name = partitions[i];
        worker->slots[i].next_by_shard = worker->next_by_shard + i * shards;
    }
    return KAIKU_OK;
}

/* Asks the publisher, which alone talks to Redis, and waits as long as Redis is away. */
static int ask_openings(struct kaiku_worker *worker, struct kaiku_request *request)
{
    for (;;) {
        worker->epoch = atomic_load(&worker->handover.epoch);
        int rc = kaiku_handover_ask(&worker->handover, request);
        if (rc != KAIKU_AGAIN)
            return rc;
        if (atomic_load(&worker->stop))
            return KAIKU_STOPPED;
        kaiku_bell_wait(&worker->handover.worker_bell, RETRY_MS);
    }
}

/* What was added to the configuration later was not there when older records were counted. */
static int take_formers(struct kaiku_worker *worker, struct worker_slot *slot,
                        struct kaiku_opening *opening)
{
    free(slot->formers);
    slot->formers = opening->formers;
    slot->n_formers = opening->n_formers;
    opening->formers = NULL;
    for (uint32_t i = 0; i < slot->n_formers; i++) {
        uint32_t n = slot->formers[i].n_metrics;
        if (!worker->formers[n] &&
            kaiku_decoder_create_former(worker->model, n, &worker->formers[n]) != KAIKU_OK)
            return KAIKU_NOMEM;
    }
    return KAIKU_OK;
}

static int begin_slot(struct kaiku_worker *worker, struct worker_slot *slot,
                      struct kaiku_opening *opening, struct kaiku_start *start)
{
    uint64_t span = worker->model->dedup_span;
    free(slot->crashed);
    slot->crashed = opening->crashed;
    slot->n_crashed = opening->n_crashed;
    opening->crashed = NULL;
    if (take_formers(worker, slot, opening) != KAIKU_OK)
        return KAIKU_NOMEM;
    kaiku_dedup_destroy(slot->dedup);
    slot->dedup = NULL;
    if (span > 0 && kaiku_dedup_create(span, &slot->dedup) != KAIKU_OK)
        return KAIKU_NOMEM;
    slot->partition = opening->partition;
    slot->position = opening->lowest;
    slot->handed = opening->lowest.next;
    slot->count_from = opening->lowest.next;
    slot->at_end = false;
    slot->last = NULL;
    /* One record more than nothing: the one whose hash the position remembers. */
    int64_t from = slot->count_from - (int64_t)(span > 0 ? span : 1);
    if (from < opening->start)
        from = opening->start;
    if (from < opening->first) {
        from = opening->first;
        if (span > 0 && opening->first < slot->count_from)
            kaiku_warn("duplicates of '%s' partition %d are remembered only from offset %lld: kafka "
                       "no longer holds what stood before",
                       slot->name.topic, slot->name.number, (long long)opening->first);
    }
    *start = (struct kaiku_start){.partition = slot->name, .offset = from};
    return KAIKU_OK;
}

void worker_count_gap(struct kaiku_worker *worker, struct worker_slot *slot, int64_t first)
{
    int64_t gap = first - slot->position.next;
    if (gap <= 0)
        return;
    kaiku_warn("offsets %lld to %lld of '%s' partition %d are gone from kafka before they were "
               "counted: %lld records, counted as gap; reading on behind them",
               (long long)slot->position.next, (long long)first - 1, slot->name.topic,
               slot->name.number, (long long)gap);
    worker->delta->totals[KAIKU_TOTAL_gap] += gap;
    slot->position.next = first;
}

void worker_shards(struct kaiku_worker *worker, struct worker_slot *slot, struct kaiku_shards *out)
{
    int64_t at = slot->position.next;
    *out = (struct kaiku_shards){0};
    slot->mask_until = INT64_MAX;
    for (uint32_t s = 0; s < worker->model->shards; s++) {
        int64_t next = slot->next_by_shard[s];
        if (next <= at)
            out->bits[s / 64] |= (uint64_t)1 << (s % 64);
        else if (next < slot->mask_until)
            slot->mask_until = next;
    }
}

static int start_reading(struct kaiku_worker *worker, struct kaiku_opening *openings,
                         struct kaiku_start *starts)
{
    struct kaiku_shards ignored;
    worker->uneven = false;
    for (uint32_t i = 0; i < worker->n_slots; i++) {
        int rc = begin_slot(worker, &worker->slots[i], &openings[i], &starts[i]);
        if (rc != KAIKU_OK)
            return rc;
        worker_shards(worker, &worker->slots[i], &ignored);
        worker->uneven |= worker->slots[i].mask_until != INT64_MAX;
    }
    int rc = worker_begin_delta(worker);
    for (uint32_t i = 0; i < worker->n_slots && rc == KAIKU_OK; i++)
        worker_count_gap(worker, &worker->slots[i], openings[i].first);
    if (rc == KAIKU_OK)
        rc = kaiku_source_assign(worker->source, starts, worker->n_slots);
    return rc;
}

int worker_open_positions(struct kaiku_worker *worker)
{
    uint32_t n = worker->n_slots;
    struct kaiku_partition *names = calloc(n + 1, sizeof *names);
    struct kaiku_opening *openings = calloc(n + 1, sizeof *openings);
    struct kaiku_start *starts = calloc(n + 1, sizeof *starts);
    int rc = KAIKU_NOMEM;

    if (!names || !openings || !starts)
        goto done;
    for (uint32_t i = 0; i < n; i++) {
        names[i] = worker->slots[i].name;
        openings[i].next_by_shard = worker->slots[i].next_by_shard;
    }
    struct kaiku_request request = {.partitions = names, .n = n, .openings = openings};
    kaiku_monitor_rest(worker->watched);
    rc = ask_openings(worker, &request);
    kaiku_monitor_beat(worker->watched);
    KAIKU_FAILPOINT("opened");
    if (rc == KAIKU_OK)
        rc = start_reading(worker, openings, starts);
    if (rc == KAIKU_OK)
        atomic_store_explicit(&worker->partitions, (int)n, memory_order_relaxed);
done:
    for (uint32_t i = 0; openings && i < n; i++) {
        free(openings[i].crashed);
        free(openings[i].formers);
    }
    free(names);
    free(openings);
    free(starts);
    if (rc != KAIKU_OK && rc != KAIKU_STOPPED)
        return worker_fail(worker, rc, "cannot begin reading: %s",
                           worker->source->error[0] ? worker->source->error : kaiku_status_text(rc));
    return rc;
}

void worker_assigned(void *context, const struct kaiku_partition *partitions, uint32_t n)
{
    struct kaiku_worker *worker = context;
    KAIKU_FAILPOINT("assign");
    worker_release_slots(worker);
    int rc = make_slots(worker, partitions, n);
    if (rc != KAIKU_OK)
        worker_fail(worker, rc, "cannot take %u partitions: out of memory", n);
    else
        (void)worker_open_positions(worker); /* a failure stands in worker->status */
}

void worker_revoked(void *context, bool lost)
{
    struct kaiku_worker *worker = context;
    KAIKU_FAILPOINT("revoke");
    atomic_store_explicit(&worker->partitions, -1, memory_order_relaxed);
    /* What was taken is committed before the partitions go; where it cannot be, the next owner takes it
     * again from the stored positions. A lost assignment may be another member's already: its commit
     * would be refused. */
    if (!lost && !kaiku_delta_is_empty(worker->delta))
        (void)worker_wait_hand_over(worker);
    kaiku_monitor_rest(worker->watched);
    while (!lost && !kaiku_handover_is_settled(&worker->handover) &&
           !atomic_load(&worker->handover.away) && worker_interrupted(worker) != KAIKU_MISMATCH)
        kaiku_bell_wait(&worker->handover.worker_bell, RETRY_MS);
    KAIKU_FAILPOINT("revoked");
    struct kaiku_delta *left = kaiku_handover_take_back(&worker->handover);
    if (left) {
        kaiku_delta_clear(left, true);
        kaiku_handover_put_spare(&worker->handover, left);
    }
    worker_release_slots(worker);
    worker_begin_delta(worker); /* no ranges: cannot fail */
    struct kaiku_request nothing = {0};
    int rc = kaiku_handover_ask(&worker->handover, &nothing);
    kaiku_monitor_beat(worker->watched);
    if (rc != KAIKU_OK && rc != KAIKU_STOPPED)
        worker_fail(worker, rc, "cannot let go of partitions: %s", kaiku_status_text(rc));
}
