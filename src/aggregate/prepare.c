/* The first pass over a chunk: decode all and intern, then prefetch step by step what the second will touch
 * (the place in the index, the cell, its tally: each is found through the one before). */
#include "worker_private.h"

enum { CACHE_LINE = 64 };

/* ---- what the model means here, worked out once ---- */

void worker_plan(struct kaiku_worker *worker)
{
    for (uint32_t m = 0; m < worker->model->n_metrics; m++) {
        const struct kaiku_metric *metric = &worker->model->metrics[m];
        worker->steps[m] = (struct worker_step){
            .kind = metric->kind,
            .counter = metric->counter,
            .sum = metric->sum < 0 ? 0 : (uint32_t)metric->sum,
            .wide = metric->wide < 0 ? 0 : (uint32_t)metric->wide,
            .unique = metric->unique < 0 ? 0 : (uint32_t)metric->unique,
        };
    }
}

/* ---- the hash that a position remembers ---- */

static uint64_t record_check(const struct kaiku_worker *worker, const struct kaiku_record *record)
{
    return kaiku_position_check(record->value, record->size, worker->model->max_bytes,
                                record->timestamp_ms);
}

void worker_settle_checks(struct kaiku_worker *worker)
{
    for (uint32_t i = 0; i < worker->n_slots; i++) {
        struct worker_slot *slot = &worker->slots[i];
        if (slot->last)
            slot->position.check = record_check(worker, slot->last);
        slot->last = NULL;
    }
}

/* ---- decoding ---- */

static void intern_values(struct kaiku_worker *worker, struct worker_pending *pending,
                          const struct kaiku_event *event)
{
    for (uint32_t d = 0; d < worker->model->n_dimensions; d++) {
        const struct kaiku_dimension_value *value = &event->dimensions[d];
        if (value->state == KAIKU_VALUE_TEXT)
            pending->ids[d] = kaiku_interner_id(&worker->delta->interners[d], value->text);
        else
            pending->ids[d] = value->state == KAIKU_VALUE_NONE ? KAIKU_ID_NONE : KAIKU_ID_OTHER;
    }
}

static void find_targets(struct kaiku_worker *worker, struct worker_pending *pending,
                         const struct kaiku_event *event)
{
    uint32_t key[2 + KAIKU_MAX_BY];
    for (uint64_t bits = event->views; bits; bits &= bits - 1) {
        uint32_t v = (uint32_t)__builtin_ctzll(bits);
        const struct kaiku_view *view = &worker->model->views[v];
        struct worker_target *target = &pending->targets[v];
        target->piece = kaiku_pieces_find(&worker->delta->pieces[v], event->time_ms);
        worker_cell_key(view, pending->ids, target->piece, 0, key);
        target->hash = kaiku_table_hash(key, 2 + view->n_by);
        kaiku_table_prefetch(&worker->delta->cells[v].table, target->hash);
    }
}

/* A record before the position: it was counted, and only fills the memory of duplicates. The last of them
 * must be the one that the position remembers. */
static int remember(struct kaiku_worker *worker, struct worker_slot *slot,
                    const struct kaiku_record *record, const struct kaiku_event *event,
                    enum kaiku_verdict verdict)
{
    if (verdict == KAIKU_EVENT && event->has_id && slot->dedup)
        (void)kaiku_dedup_seen(slot->dedup, event->id_low, event->id_high, record->offset);
    if (record->offset == slot->count_from - 1 && slot->position.check != 0 &&
        slot->position.check != record_check(worker, record))
        return worker_fail(worker, KAIKU_REFUSED,
                           "'%s' partition %d holds another record before the stored position %lld "
                           "than the one that was counted: was the topic deleted and created "
                           "again? take a new prefix, or 'kaiku reset' this one",
                           slot->name.topic, slot->name.number, (long long)slot->count_from);
    return KAIKU_OK;
}

/* The decoder for a record before the position: what counts by now may not have counted then. */
static struct kaiku_decoder *former_decoder(const struct kaiku_worker *worker,
                                            const struct worker_slot *slot, int64_t offset)
{
    for (uint32_t i = 0; i < slot->n_formers; i++)
        if (offset < slot->formers[i].until)
            return worker->formers[slot->formers[i].n_metrics];
    return worker->decoder;
}

static enum kaiku_verdict decode(struct kaiku_decoder *decoder, const struct worker_slot *slot,
                                 const struct kaiku_record *record, struct kaiku_event *event,
                                 enum kaiku_reason *reason)
{
    if (worker_is_crashed(slot, record->offset)) {
        *reason = KAIKU_CRASHED;
        return KAIKU_REJECTED;
    }
    worker_crash_if_told(record);
    return kaiku_decode(decoder, record->value, record->size, record->timestamp_ms, event, reason);
}

static int prepare_one(struct kaiku_worker *worker, const struct kaiku_record *record, uint32_t i)
{
    struct worker_pending *pending = &worker->pending[i];
    struct kaiku_event *event = &worker->events[i];
    struct worker_slot *slot = &worker->slots[record->slot];
    pending->record = record;
    if (record->kind != KAIKU_RECORD)
        return KAIKU_OK;
    worker->in_hand = record;
    if (record->offset < slot->count_from) {
        pending->verdict = decode(former_decoder(worker, slot, record->offset), slot, record, event,
                                  &pending->reason);
        return remember(worker, slot, record, event, pending->verdict);
    }
    pending->verdict = decode(worker->decoder, slot, record, event, &pending->reason);
    if (pending->verdict != KAIKU_EVENT)
        return KAIKU_OK;
    if (event->has_id && slot->dedup)
        kaiku_dedup_prefetch(slot->dedup, event->id_low);
    intern_values(worker, pending, event);
    find_targets(worker, pending, event);
    pending->feeds_at = (uint32_t)worker->feed_bytes.size;
    if (event->alerts)
        worker_render_feeds(worker, record, event);
    return KAIKU_OK;
}

/* ---- prefetching ---- */

static bool is_counted(const struct kaiku_worker *worker, const struct worker_pending *pending)
{
    const struct kaiku_record *record = pending->record;
    return record->kind == KAIKU_RECORD && pending->verdict == KAIKU_EVENT &&
           record->offset >= worker->slots[record->slot].count_from;
}

static void prefetch_cell(const struct kaiku_cells *cells, void *cell)
{
    for (uint32_t at = 0; at <= cells->sums_at; at += CACHE_LINE)
        __builtin_prefetch((char *)cell + at, 1);
}

static void prefetch_tally(const struct kaiku_cells *cells, void *cell)
{
    const union kaiku_page *page = &cells->pages->page[kaiku_cell_tally(cells, cell)->page];

    __builtin_prefetch(page, 1);
    __builtin_prefetch((const char *)page + CACHE_LINE, 1);
}

typedef void prefetch_step(const struct kaiku_cells *cells, void *cell);

/* One step for all cells that the chunk will most likely be added to. */
static inline void prefetch(const struct kaiku_worker *worker, uint32_t n, prefetch_step *step)
{
    for (uint32_t i = 0; i < n; i++) {
        const struct worker_pending *pending = &worker->pending[i];
        if (!is_counted(worker, pending))
            continue;
        for (uint64_t bits = worker->events[i].views; bits; bits &= bits - 1) {
            uint32_t v = (uint32_t)__builtin_ctzll(bits);
            const struct kaiku_cells *cells = &worker->delta->cells[v];
            void *cell = kaiku_table_guess(&cells->table, pending->targets[v].hash);
            if (cell)
                step(cells, cell);
        }
    }
}

int worker_prepare(struct kaiku_worker *worker, const struct kaiku_record *records, uint32_t n)
{
    kaiku_buffer_clear(&worker->feed_bytes);
    for (uint32_t i = 0; i < n; i++) {
        int rc = prepare_one(worker, &records[i], i);
        if (rc != KAIKU_OK)
            return rc;
    }
    worker->in_hand = NULL;
    if (worker->feed_bytes.failed)
        return worker_fail(worker, KAIKU_NOMEM, "out of memory for feeds");
    prefetch(worker, n, prefetch_cell);
    prefetch(worker, n, prefetch_tally);
    return KAIKU_OK;
}
