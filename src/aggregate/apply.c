/* Records to cells: the hot path. Chunk after chunk is prepared (prepare.c), then applied in order. Nothing is
 * applied before all of a record was checked. */
#include "worker_private.h"

#include <base/failpoint.h>
#include <base/log.h>

/* ---- cells ---- */

static void add_answers(struct kaiku_worker *worker, struct kaiku_cells *cells, void *cell,
                        const struct kaiku_event *event, int32_t sign)
{
    int32_t *counters = kaiku_cell_counters(cell);
    counters[0] += event->answered ? sign : 0;
    for (uint64_t bits = event->answers; bits; bits &= bits - 1) {
        uint32_t m = (uint32_t)__builtin_ctzll(bits);
        const struct worker_step *step = &worker->steps[m];
        const struct kaiku_answer *answer = &event->answer[m];
        switch (step->kind) {
        case KAIKU_QUANTILES:
            kaiku_cell_add_wide(cells, cell, step->wide, answer->bin, sign);
            kaiku_cell_sums(cells, cell)[step->sum] += (__int128)sign * answer->value;
            break;
        case KAIKU_SUM:
            counters[step->counter] += sign;
            kaiku_cell_sums(cells, cell)[step->sum] += (__int128)sign * answer->value;
            break;
        case KAIKU_UNIQUE:
            if (sign > 0)
                kaiku_cell_add_unique(cells, cell, step->unique, (uint64_t)answer->value);
            break;
        default:
            counters[step->counter + answer->bin] += sign;
        }
    }
}

/* Adds the event to one base cell a view; true where some window was skipped as expired. */
static bool add_to_views(struct kaiku_worker *worker, const struct worker_pending *pending,
                         const struct kaiku_event *event, int64_t horizon_ms, int32_t sign)
{
    struct kaiku_delta *delta = worker->delta;
    bool any_expired = false, created;
    uint32_t key[2 + KAIKU_MAX_BY];
    for (uint64_t bits = event->views; bits; bits &= bits - 1) {
        uint32_t v = (uint32_t)__builtin_ctzll(bits);
        const struct kaiku_view *view = &worker->model->views[v];
        const struct worker_target *target = &pending->targets[v];
        uint32_t expired = kaiku_piece_expired(
            &delta->pieces[v], kaiku_pieces_at(&delta->pieces[v], target->piece), horizon_ms);
        any_expired |= expired != 0;
        if (expired == (1u << view->n_windows) - 1)
            continue;
        worker_cell_key(view, pending->ids, target->piece, expired, key);
        uint32_t hash = expired ? kaiku_table_hash(key, 2 + view->n_by) : target->hash;
        void *cell = kaiku_table_get(&delta->cells[v].table, key, hash, &created);
        add_answers(worker, &delta->cells[v], cell, event, sign);
    }
    return any_expired;
}

static bool is_unknown(const struct kaiku_delta *delta, uint32_t dimension, uint32_t id)
{
    return id >= KAIKU_ID_FIRST && !delta->interners[dimension].items[id].admitted;
}

static void count_unknown(struct kaiku_worker *worker, const struct worker_pending *pending)
{
    struct kaiku_delta *delta = worker->delta;
    uint32_t n = worker->model->n_dimensions;
    uint32_t key[KAIKU_MAX_DIMENSIONS];
    bool created;
    for (uint32_t d = 0; d < n; d++)
        key[d] = is_unknown(delta, d, pending->ids[d]) ? pending->ids[d] : 0;
    ++*(int64_t *)kaiku_table_get(&delta->unknown, key, kaiku_table_hash(key, n), &created);
}

/* `other` counts events with a value that is not admitted. Which those are, the publisher learns from
 * Redis; so events with values not known to be admitted are counted by these values. */
static void count_other(struct kaiku_worker *worker, const struct worker_pending *pending)
{
    struct kaiku_delta *delta = worker->delta;
    bool unknown = false, other = false;
    for (uint32_t d = 0; d < worker->model->n_dimensions; d++) {
        uint32_t id = pending->ids[d];
        delta->interners[d].items[id].used = true;
        other |= id == KAIKU_ID_OTHER;
        unknown |= is_unknown(delta, d, id);
    }
    if (other)
        delta->totals[KAIKU_TOTAL_other]++;
    else if (unknown)
        count_unknown(worker, pending);
}

/* ---- records ---- */

static void raise_high(struct worker_slot *slot, int64_t time_ms)
{
    const int64_t at_most = 3600000; /* one wrong clock does not make everyone else late */
    int64_t high = slot->position.high_ms;
    if (high == 0)
        slot->position.high_ms = time_ms;
    else if (time_ms > high)
        slot->position.high_ms = time_ms - high > at_most ? high + at_most : time_ms;
}

static void apply_event(struct kaiku_worker *worker, struct worker_slot *slot,
                        const struct worker_pending *pending, const struct kaiku_event *event)
{
    int64_t *totals = worker->delta->totals;
    const struct kaiku_record *record = pending->record;
    if (event->has_id && slot->dedup &&
        kaiku_dedup_seen(slot->dedup, event->id_low, event->id_high, record->offset)) {
        totals[KAIKU_TOTAL_duplicate]++;
        return;
    }
    totals[event->retract ? KAIKU_TOTAL_retracted : KAIKU_TOTAL_counted]++;
    totals[KAIKU_TOTAL_clamped] += event->clamped;
    totals[KAIKU_TOTAL_bad_answers] += event->n_bad;
    for (uint32_t b = 0; b < event->n_bad; b++)
        worker_add_rejected(worker, record, event->stamp_ms, event->bad[b].reason,
                     worker->model->metrics[event->bad[b].metric].name);
    count_other(worker, pending);
    int64_t high = slot->position.high_ms;
    if (high != 0 && event->time_ms < high - worker->model->late_after_ms)
        totals[KAIKU_TOTAL_late]++;
    int64_t horizon = high > event->stamp_ms ? high : event->stamp_ms;
    raise_high(slot, event->time_ms);
    if (add_to_views(worker, pending, event, horizon, event->retract ? -1 : 1))
        totals[KAIKU_TOTAL_expired]++;
    if (event->alerts)
        worker_add_feeds(worker, pending, event);
}

static int apply_end(struct kaiku_worker *worker, struct worker_slot *slot, int64_t offset)
{
    if (offset < slot->count_from)
        return worker_fail(worker, KAIKU_REFUSED,
                           "'%s' partition %d ends at offset %lld, before the stored position %lld: was "
                           "the topic deleted and created again? take a new prefix, or 'kaiku reset' "
                           "this one",
                           slot->name.topic, slot->name.number, (long long)offset,
                           (long long)slot->count_from);
    /* Markers of transactions, and what compaction took, are read too. */
    if (offset > slot->position.next)
        slot->position.next = offset;
    slot->at_end = true;
    return KAIKU_OK;
}

static void set_aside(struct kaiku_worker *worker, const struct worker_slot *slot,
                      const struct worker_pending *pending)
{
    const struct kaiku_record *record = pending->record;
    worker->delta->totals[KAIKU_TOTAL_rejected]++;
    worker_add_rejected(worker, record, record->timestamp_ms, pending->reason, "");
    if (pending->reason != KAIKU_CRASHED)
        return;
    worker->delta->totals[KAIKU_TOTAL_crashed]++;
    kaiku_warn("'%s' partition %d: the record at offset %lld ended %d processes, it is set aside "
               "unread and counted as 'crashed'",
               slot->name.topic, slot->name.number, (long long)record->offset, KAIKU_CRASHES);
}

static int apply_one(struct kaiku_worker *worker, uint32_t i)
{
    const struct worker_pending *pending = &worker->pending[i];
    const struct kaiku_record *record = pending->record;
    struct worker_slot *slot = &worker->slots[record->slot];
    if (record->kind == KAIKU_RECORD_END)
        return apply_end(worker, slot, record->offset);
    if (record->kind == KAIKU_RECORD_GAP) {
        worker_count_gap(worker, slot, record->offset);
        return KAIKU_OK;
    }
    if (record->offset < slot->count_from)
        return KAIKU_OK;
    slot->at_end = false;
    worker->in_hand = record;
    worker->delta->events++;
    if (pending->verdict == KAIKU_EVENT) {
        apply_event(worker, slot, pending, &worker->events[i]);
    } else if (pending->verdict == KAIKU_IGNORED) {
        worker->delta->totals[KAIKU_TOTAL_ignored]++;
    } else {
        set_aside(worker, slot, pending);
    }
    slot->position.next = record->offset + 1;
    slot->last = record;
    return KAIKU_OK;
}

/* ---- batches ---- */

/* Which shards take part in a record may differ from the one before, after a crash: a delta has one answer
 * for all that it holds. */
static int match_shards(struct kaiku_worker *worker, const struct kaiku_record *record)
{
    struct worker_slot *slot = &worker->slots[record->slot];
    struct kaiku_shards shards;
    if (record->kind == KAIKU_RECORD && record->offset < slot->count_from)
        return KAIKU_OK;
    int64_t before = slot->position.next;
    if (record->kind == KAIKU_RECORD)
        slot->position.next = record->offset;
    worker_shards(worker, slot, &shards);
    slot->position.next = before;
    if (memcmp(&shards, &worker->delta->shards, sizeof shards) == 0)
        return KAIKU_OK;
    int rc = worker_wait_hand_over(worker);
    if (rc == KAIKU_OK)
        worker->delta->shards = shards;
    return rc;
}

static int apply_chunk(struct kaiku_worker *worker, const struct kaiku_record *records, uint32_t n)
{
    int rc = worker_prepare(worker, records, n);
    KAIKU_FAILPOINT("decode");
    for (uint32_t i = 0; i < n && rc == KAIKU_OK; i++)
        rc = apply_one(worker, i);
    worker->in_hand = NULL;
    return rc == KAIKU_OK ? worker->status : rc;
}

static void look_for_evenness(struct kaiku_worker *worker)
{
    struct kaiku_shards ignored;
    /* A delta that some shards do not take must go before they all take part again. */
    bool uneven = kaiku_shards_count(&worker->delta->shards) != worker->model->shards;
    for (uint32_t i = 0; i < worker->n_slots; i++) {
        struct worker_slot *slot = &worker->slots[i];
        if (slot->mask_until != INT64_MAX && slot->position.next >= slot->mask_until)
            worker_shards(worker, slot, &ignored);
        uneven |= slot->mask_until != INT64_MAX;
    }
    worker->uneven = uneven;
}

int worker_apply(struct kaiku_worker *worker, const struct kaiku_batch *batch)
{
    int rc = KAIKU_OK;
    uint32_t done = 0;
    while (done < batch->count && rc == KAIKU_OK) {
        uint32_t n = batch->count - done;
        if (n > WORKER_CHUNK)
            n = WORKER_CHUNK;
        if (worker->uneven || !kaiku_delta_has_room(worker->delta, worker->limits, n))
            n = 1;
        while (rc == KAIKU_OK && !kaiku_delta_has_room(worker->delta, worker->limits, n))
            rc = worker_wait_hand_over(worker);
        if (rc == KAIKU_OK && worker->uneven)
            rc = match_shards(worker, &batch->records[done]);
        if (rc == KAIKU_OK)
            rc = apply_chunk(worker, &batch->records[done], n);
        done += n;
    }
    worker_settle_checks(worker);
    if (worker->uneven)
        look_for_evenness(worker);
    atomic_store_explicit(&worker->cells, kaiku_delta_cells(worker->delta), memory_order_relaxed);
    return rc;
}
