/* Records to cells: the hot path. Over each chunk: first decode all and intern, then prefetch step by step
 * what will be touched (the place in the index, the cell, its pages: each is found through the one before),
 * last apply in order. Nothing is applied before all of a record was checked. */
#include "worker_private.h"

#include <base/hash.h>

#include <stdio.h>

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

uint64_t worker_record_check(const struct kaiku_record *record)
{
    uint64_t hash = kaiku_hash_stable(record->value ? record->value : "", record->size);
    /* 0 means that there is none. */
    return (hash ^ (uint64_t)record->timestamp_ms * 0x9e3779b97f4a7c15u) | 1;
}

void worker_settle_checks(struct kaiku_worker *worker)
{
    for (uint32_t i = 0; i < worker->n_slots; i++) {
        struct worker_slot *slot = &worker->slots[i];
        if (slot->last)
            slot->position.check = worker_record_check(slot->last);
        slot->last = NULL;
    }
}

/* ---- feed entries ---- */

static void frame_number(struct kaiku_buffer *framed, int64_t number)
{
    char digits[24];
    int n = snprintf(digits, sizeof digits, "%lld", (long long)number);
    kaiku_entries_frame(framed, (struct kaiku_text){digits, (size_t)n});
}

/* A field whose text is appended by the decoder: the frame's size is filled in behind it. */
static size_t open_frame(struct kaiku_buffer *framed)
{
    kaiku_entries_frame(framed, (struct kaiku_text){0});
    return framed->size;
}

static void close_frame(struct kaiku_buffer *framed, size_t start)
{
    uint32_t size = (uint32_t)(framed->size - start);
    if (!framed->failed)
        memcpy(framed->data + start - sizeof size, &size, sizeof size);
}

static void frame_place(struct kaiku_worker *worker, struct kaiku_buffer *framed, int64_t at,
                        const struct kaiku_record *record)
{
    const struct worker_slot *slot = &worker->slots[record->slot];
    frame_number(framed, at);
    kaiku_entries_frame(framed, kaiku_text_of(slot->name.topic));
    frame_number(framed, slot->name.number);
    frame_number(framed, record->offset);
}

/* Renders the entries of all alerts that the event meets: the texts it borrows are gone when it is applied.
 * Each entry: uint32_t size, then its framed texts. */
static void render_feeds(struct kaiku_worker *worker, const struct kaiku_record *record,
                         const struct kaiku_event *event)
{
    struct kaiku_buffer *out = &worker->feed_bytes;
    for (uint32_t bits = event->alerts; bits; bits &= bits - 1) {
        const struct kaiku_alert *alert = &worker->model->alerts[__builtin_ctz(bits)];
        size_t entry = open_frame(out);
        frame_place(worker, out, event->time_ms, record);
        size_t field = open_frame(out);
        kaiku_decoder_alert_value(worker->decoder, alert, out);
        close_frame(out, field);
        for (uint32_t c = 0; c < alert->n_carry; c++) {
            field = open_frame(out);
            kaiku_decoder_carry(worker->decoder, event, &alert->carry[c], out);
            close_frame(out, field);
        }
        close_frame(out, entry);
    }
}

static void add_feeds(struct kaiku_worker *worker, const struct worker_pending *pending,
                      const struct kaiku_event *event)
{
    const char *at = worker->feed_bytes.data + pending->feeds_at;
    for (uint32_t bits = event->alerts; bits; bits &= bits - 1) {
        uint32_t size;
        memcpy(&size, at, sizeof size);
        at += sizeof size;
        if (kaiku_entries_add(&worker->delta->feeds[__builtin_ctz(bits)],
                              (struct kaiku_text){at, size}) != KAIKU_OK)
            worker_fail(worker, KAIKU_NOMEM, "out of memory for feeds");
        at += size;
        worker->delta->totals[KAIKU_TOTAL_alerts]++;
    }
}

static void add_rejected(struct kaiku_worker *worker, const struct kaiku_record *record, int64_t at,
                         enum kaiku_reason reason, const char *metric)
{
    struct kaiku_buffer *framed = &worker->entry_bytes;
    kaiku_buffer_clear(framed);
    frame_place(worker, framed, at == KAIKU_TIMESTAMP_OWN ? 0 : at, record);
    kaiku_entries_frame(framed, kaiku_text_of(kaiku_reason_text(reason)));
    kaiku_entries_frame(framed, kaiku_text_of(metric));
    frame_number(framed, record->size);
    worker->delta->reasons[reason]++;
    if (framed->failed ||
        kaiku_entries_add(&worker->delta->rejected, kaiku_buffer_as_text(framed)) != KAIKU_OK)
        worker_fail(worker, KAIKU_NOMEM, "out of memory for rejected records");
}

/* ---- first pass ---- */

static void make_key(const struct kaiku_view *view, const uint32_t *ids, uint32_t piece,
                     uint32_t expired, uint32_t *key)
{
    key[0] = piece;
    key[1] = expired;
    for (uint32_t i = 0; i < view->n_by; i++)
        key[2 + i] = ids[view->by[i]];
}

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
        make_key(view, pending->ids, target->piece, 0, key);
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
        slot->position.check != worker_record_check(record))
        return worker_fail(worker, KAIKU_REFUSED,
                           "'%s' partition %d holds another record before the stored position %lld "
                           "than the one that was counted: was the topic deleted and created "
                           "again? take a new prefix, or 'kaiku reset' this one",
                           slot->name.topic, slot->name.number, (long long)slot->count_from);
    return KAIKU_OK;
}

static int prepare(struct kaiku_worker *worker, const struct kaiku_record *record, uint32_t i)
{
    struct worker_pending *pending = &worker->pending[i];
    struct kaiku_event *event = &worker->events[i];
    struct worker_slot *slot = &worker->slots[record->slot];
    pending->record = record;
    if (record->kind == KAIKU_RECORD_END)
        return KAIKU_OK;
    pending->verdict = kaiku_decode(worker->decoder, record->value, record->size,
                                    record->timestamp_ms, event, &pending->reason);
    if (record->offset < slot->count_from)
        return remember(worker, slot, record, event, pending->verdict);
    if (pending->verdict != KAIKU_EVENT)
        return KAIKU_OK;
    if (event->has_id && slot->dedup)
        kaiku_dedup_prefetch(slot->dedup, event->id_low);
    intern_values(worker, pending, event);
    find_targets(worker, pending, event);
    pending->feeds_at = (uint32_t)worker->feed_bytes.size;
    if (event->alerts)
        render_feeds(worker, record, event);
    return KAIKU_OK;
}

/* ---- prefetching ---- */

static bool is_counted(const struct kaiku_worker *worker, const struct worker_pending *pending)
{
    const struct kaiku_record *record = pending->record;
    return record->kind == KAIKU_RECORD && pending->verdict == KAIKU_EVENT &&
           record->offset >= worker->slots[record->slot].count_from;
}

static void prefetch_cell(const struct kaiku_worker *worker, const struct kaiku_cells *cells,
                          void *cell, const struct kaiku_event *event)
{
    enum { LINE = 64 };
    for (uint32_t at = 0; at < cells->wide_at; at += LINE)
        __builtin_prefetch((char *)cell + at, 1);
    for (uint64_t bits = event->answers; bits; bits &= bits - 1) {
        uint32_t m = (uint32_t)__builtin_ctzll(bits);
        const struct worker_step *step = &worker->steps[m];
        if (step->kind == KAIKU_QUANTILES)
            __builtin_prefetch(&kaiku_cell_pages(cells, cell)[kaiku_cell_wide_entry(
                                   step->wide, event->answer[m].bin)],
                               1);
    }
    __builtin_prefetch((char *)cell + cells->sums_at, 1);
}

static void prefetch_pages(const struct kaiku_worker *worker, const struct kaiku_cells *cells,
                           void *cell, const struct kaiku_event *event)
{
    for (uint64_t bits = event->answers; bits; bits &= bits - 1) {
        uint32_t m = (uint32_t)__builtin_ctzll(bits);
        const struct worker_step *step = &worker->steps[m];
        if (step->kind != KAIKU_QUANTILES)
            continue;
        uint32_t bin = event->answer[m].bin;
        uint32_t page = kaiku_cell_pages(cells, cell)[kaiku_cell_wide_entry(step->wide, bin)];
        __builtin_prefetch(&cells->pages->page[page].counters[bin % KAIKU_BLOCK], 1);
    }
}

typedef void prefetch_step(const struct kaiku_worker *worker, const struct kaiku_cells *cells,
                           void *cell, const struct kaiku_event *event);

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
                step(worker, cells, cell, &worker->events[i]);
        }
    }
}

/* ---- second pass ---- */

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
        make_key(view, pending->ids, target->piece, expired, key);
        uint32_t hash = expired ? kaiku_table_hash(key, 2 + view->n_by) : target->hash;
        void *cell = kaiku_table_get(&delta->cells[v].table, key, hash, &created);
        add_answers(worker, &delta->cells[v], cell, event, sign);
    }
    return any_expired;
}

/* `other` counts events with a value that is not admitted. Which those are, the publisher learns from
 * Redis; so events with values not known to be admitted are counted by these values. */
static void count_other(struct kaiku_worker *worker, const struct worker_pending *pending)
{
    struct kaiku_delta *delta = worker->delta;
    uint32_t n = worker->model->n_dimensions;
    uint32_t key[KAIKU_MAX_DIMENSIONS];
    bool unknown = false, other = false, created;
    for (uint32_t d = 0; d < n; d++) {
        uint32_t id = pending->ids[d];
        struct kaiku_interned *item = &delta->interners[d].items[id];
        item->used = true;
        other |= id == KAIKU_ID_OTHER;
        key[d] = id >= KAIKU_ID_FIRST && !item->admitted ? id : 0;
        unknown |= key[d] != 0;
    }
    if (other)
        delta->totals[KAIKU_TOTAL_other]++;
    else if (unknown)
        ++*(int64_t *)kaiku_table_get(&delta->unknown, key, kaiku_table_hash(key, n), &created);
}

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
        add_rejected(worker, record, event->stamp_ms, event->bad[b].reason,
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
        add_feeds(worker, pending, event);
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

static int apply_one(struct kaiku_worker *worker, uint32_t i)
{
    const struct worker_pending *pending = &worker->pending[i];
    const struct kaiku_record *record = pending->record;
    struct worker_slot *slot = &worker->slots[record->slot];
    if (record->kind == KAIKU_RECORD_END)
        return apply_end(worker, slot, record->offset);
    if (record->offset < slot->count_from)
        return KAIKU_OK;
    slot->at_end = false;
    worker->delta->events++;
    if (pending->verdict == KAIKU_EVENT) {
        apply_event(worker, slot, pending, &worker->events[i]);
    } else if (pending->verdict == KAIKU_IGNORED) {
        worker->delta->totals[KAIKU_TOTAL_ignored]++;
    } else {
        worker->delta->totals[KAIKU_TOTAL_rejected]++;
        add_rejected(worker, record, record->timestamp_ms, pending->reason, "");
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
    kaiku_buffer_clear(&worker->feed_bytes);
    int rc = KAIKU_OK;
    for (uint32_t i = 0; i < n && rc == KAIKU_OK; i++)
        rc = prepare(worker, &records[i], i);
    if (worker->feed_bytes.failed)
        return worker_fail(worker, KAIKU_NOMEM, "out of memory for feeds");
    if (rc == KAIKU_OK) {
        prefetch(worker, n, prefetch_cell);
        prefetch(worker, n, prefetch_pages);
    }
    for (uint32_t i = 0; i < n && rc == KAIKU_OK; i++)
        rc = apply_one(worker, i);
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
    atomic_store_explicit(&worker->cells, worker->n_slots ? worker->delta->cells[0].table.count : 0,
                          memory_order_relaxed);
    return rc;
}
