/* From the workers' deltas to one commit a shard. */
#include "publisher_private.h"

#include <base/clock.h>
#include <base/failpoint.h>
#include <base/log.h>

#include <endian.h>

enum { MAX_SLICES = KAIKU_MAX_SHARDS };

/* ---- taking deltas ---- */

static void give_back(struct publisher_lane *lane, bool settled)
{
    kaiku_delta_clear(lane->delta, settled);
    kaiku_handover_give(lane->handover, lane->delta);
    lane->delta = NULL;
}

void publisher_drop_delta(struct publisher_lane *lane)
{
    if (!lane->delta)
        return;
    give_back(lane, false);
    kaiku_handover_settle(lane->handover);
}

void publisher_drop_deltas(struct kaiku_publisher *publisher)
{
    for (uint32_t i = 0; i < publisher->options.n_workers; i++) {
        struct publisher_lane *lane = &publisher->lanes[i];
        publisher_drop_delta(lane);
        for (; lane->in_flight > 0; lane->in_flight--)
            kaiku_handover_settle(lane->handover);
    }
}

static void take(struct kaiku_publisher *publisher, struct publisher_lane *lane)
{
    lane->delta = kaiku_handover_take(lane->handover);
    if (lane->delta && lane->delta->epoch != atomic_load(&lane->handover->epoch))
        publisher_drop_delta(lane);
    if (!lane->delta)
        return;
    for (uint32_t r = 0; r < lane->delta->n_ranges; r++) {
        const struct kaiku_range *range = &lane->delta->ranges[r];
        if (range->at_end)
            kaiku_views_end(publisher->views, publisher->ledger.lines[range->partition].field,
                            range->to.next);
    }
}

bool publisher_collect(struct kaiku_publisher *publisher)
{
    bool any = false;
    for (uint32_t i = 0; i < publisher->options.n_workers; i++) {
        struct publisher_lane *lane = &publisher->lanes[i];
        if (!lane->delta)
            take(publisher, lane);
        any |= lane->delta != NULL;
    }
    return any;
}

/* ---- encoding ---- */

static void encode_uniques(struct kaiku_publisher *publisher, struct kaiku_commit *commit,
                           const struct projected *projected)
{
    for (uint32_t m = 0; m < publisher->model->n_metrics; m++) {
        int32_t unique = publisher->model->metrics[m].unique;
        if (unique < 0)
            continue;
        uint32_t n = kaiku_cell_elements(projected->cells, projected->cell, (uint32_t)unique,
                                         publisher->elements);
        if (n > 0)
            kaiku_commit_unique(commit, m, publisher->elements, n);
    }
}

static int encode_cell(void *context, const struct projected *projected)
{
    struct kaiku_publisher *publisher = context;
    struct kaiku_commit *commit = publisher->commits[projected->shard];
    kaiku_buffer_clear(&publisher->encoded);
    kaiku_cell_encode(projected->cells, projected->cell, &publisher->encoded);
    kaiku_commit_window(commit, projected->view, projected->window, projected->start_ms);
    kaiku_commit_cell(commit, projected->member, kaiku_buffer_as_text(&publisher->encoded));
    encode_uniques(publisher, commit, projected);
    publisher->figures.touched++;
    if (publisher->encoded.failed)
        return KAIKU_NOMEM;
    return kaiku_views_touch(publisher->views, projected->view, projected->window,
                             projected->start_ms, projected->member);
}

static uint32_t list_sources(struct kaiku_publisher *publisher)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < publisher->options.n_workers; i++) {
        const struct publisher_lane *lane = &publisher->lanes[i];
        if (lane->delta)
            publisher->sources[n++] = (struct projection_source){lane->delta, &lane->map};
    }
    return n;
}

static void clear_commits(struct kaiku_publisher *publisher)
{
    for (uint32_t s = 0; s < publisher->model->shards; s++)
        kaiku_commit_clear(publisher->commits[s]);
    publisher->figures.touched = 0;
}

/* Positions that a delta moves. MISMATCH where Redis stands elsewhere than the worker believed. */
static int encode_moves(struct kaiku_publisher *publisher, uint32_t owner,
                        const struct kaiku_delta *delta)
{
    for (uint32_t r = 0; r < delta->n_ranges; r++) {
        const struct kaiku_range *range = &delta->ranges[r];
        struct ledger_line *line = &publisher->ledger.lines[range->partition];
        char next[KAIKU_POSITION_MAX];
        if (range->to.next == range->from)
            continue;
        kaiku_position_format(&range->to, next);
        for (uint32_t s = 0; s < publisher->model->shards; s++) {
            struct kaiku_position known;
            if (!kaiku_shards_has(&delta->shards, s))
                continue;
            if (line->owner != owner || kaiku_position_parse(line->known[s], &known) != KAIKU_OK ||
                known.next < range->from || known.next > range->to.next)
                return KAIKU_MISMATCH;
            kaiku_commit_move(publisher->commits[s], line->field, line->known[s], next);
            memcpy(line->next[s], next, sizeof next);
        }
    }
    return KAIKU_OK;
}

/* Positions that no delta moves are compared all the same: a Redis that fell back in time would stay wrong
 * until the next event. */
static void encode_compares(struct kaiku_publisher *publisher)
{
    for (uint32_t p = 0; p < publisher->ledger.n; p++) {
        struct ledger_line *line = &publisher->ledger.lines[p];
        for (uint32_t s = 0; line->owner && s < publisher->model->shards; s++)
            if (strcmp(line->known[s], line->next[s]) == 0)
                kaiku_commit_move(publisher->commits[s], line->field, line->known[s], line->known[s]);
    }
}

static void encode_entries(struct kaiku_commit *commit, const struct kaiku_entries *entries,
                           const struct kaiku_text *names, uint32_t n, int32_t alert)
{
    struct kaiku_text fields[2 * (KAIKU_MAX_DIMENSIONS + 8) * 2];
    struct kaiku_text texts[sizeof fields / sizeof *fields / 2];
    for (uint32_t i = kaiku_entries_first(entries); i < entries->count; i++) {
        uint32_t count = kaiku_entries_read(entries, i, texts, n);
        for (uint32_t f = 0; f < count; f++) {
            fields[2 * f] = names[f];
            fields[2 * f + 1] = texts[f];
        }
        if (alert < 0)
            kaiku_commit_rejected(commit, fields, 2 * count);
        else
            kaiku_commit_feed(commit, (uint32_t)alert, fields, 2 * count);
    }
}

static void encode_feed(struct kaiku_commit *commit, const struct kaiku_model *model, uint32_t a,
                        const struct kaiku_entries *entries)
{
    const struct kaiku_alert *alert = &model->alerts[a];
    struct kaiku_text names[KAIKU_MAX_DIMENSIONS + 8 + 5] = {
        KAIKU_TEXT("at"), KAIKU_TEXT("topic"), KAIKU_TEXT("partition"), KAIKU_TEXT("offset"),
        KAIKU_TEXT("value")};
    for (uint32_t c = 0; c < alert->n_carry; c++)
        names[5 + c] = kaiku_text_of(alert->carry[c].name);
    encode_entries(commit, entries, names, 5 + alert->n_carry, (int32_t)a);
}

static void encode_couple(void *context, uint32_t view, uint32_t place, uint32_t parent, uint32_t value)
{
    struct kaiku_publisher *publisher = context;
    const uint32_t *by = publisher->model->views[view].by;
    kaiku_commit_value(publisher->commits[0], view, place,
                       admission_text(&publisher->admission, by[place - 1], parent),
                       admission_text(&publisher->admission, by[place], value));
}

/* What is kept once for all shards goes with shard 0. */
static void encode_ledger(struct kaiku_publisher *publisher, const struct publisher_lane *lane)
{
    static const struct kaiku_text rejected[] = {
        {"at", 2}, {"topic", 5}, {"partition", 9}, {"offset", 6}, {"reason", 6}, {"metric", 6}, {"bytes", 5}};
    const struct projection_source source = {lane->delta, &lane->map};
    const struct kaiku_delta *delta = lane->delta;
    struct kaiku_commit *commit = publisher->commits[0];
    if (!kaiku_shards_has(&delta->shards, 0))
        return;
    for (int t = 0; t < KAIKU_TOTALS; t++)
        if (delta->totals[t] != 0)
            kaiku_commit_total(commit, kaiku_total_text((enum kaiku_total)t), delta->totals[t]);
    for (int r = 0; r < KAIKU_REASONS; r++)
        if (delta->reasons[r] != 0)
            kaiku_commit_reason(commit, (enum kaiku_reason)r, delta->reasons[r]);
    encode_entries(commit, &delta->rejected, rejected, sizeof rejected / sizeof *rejected, -1);
    for (uint32_t a = 0; a < publisher->model->n_alerts; a++)
        encode_feed(commit, publisher->model, a, &delta->feeds[a]);
    couples_find(&publisher->couples, &source, encode_couple, publisher);
}

static int settle_values(struct kaiku_publisher *publisher)
{
    for (uint32_t i = 0; i < publisher->options.n_workers; i++) {
        struct publisher_lane *lane = &publisher->lanes[i];
        if (!lane->delta)
            continue;
        int rc = admission_settle(&publisher->admission, lane->delta, &lane->map);
        if (rc != KAIKU_OK)
            return rc;
    }
    return KAIKU_OK;
}

static int encode_cells(struct kaiku_publisher *publisher)
{
    uint32_t n = list_sources(publisher);
    for (uint32_t slices = 1; slices <= MAX_SLICES; slices *= 2) {
        int rc = KAIKU_OK;
        clear_commits(publisher);
        for (uint32_t slice = 0; slice < slices && rc == KAIKU_OK; slice++)
            rc = projection_run(&publisher->projection, publisher->sources, n, slices, slice,
                                encode_cell, publisher);
        if (rc != KAIKU_FULL)
            return rc;
    }
    return KAIKU_FULL;
}

static void release_deltas(struct kaiku_publisher *publisher)
{
    for (uint32_t i = 0; i < publisher->options.n_workers; i++) {
        struct publisher_lane *lane = &publisher->lanes[i];
        if (!lane->delta)
            continue;
        give_back(lane, true);
        lane->in_flight++;
    }
}

static int64_t highest_time(const struct kaiku_publisher *publisher)
{
    int64_t high_ms = INT64_MIN;
    for (uint32_t i = 0; i < publisher->options.n_workers; i++) {
        const struct kaiku_delta *delta = publisher->lanes[i].delta;
        for (uint32_t r = 0; delta && r < delta->n_ranges; r++)
            if (delta->ranges[r].to.high_ms > high_ms)
                high_ms = delta->ranges[r].to.high_ms;
    }
    return high_ms;
}

/* The tip moves with these very commits, so that what they bring up to there need not wait to be found
 * among the cells of the future. */
static int finish_commits(struct kaiku_publisher *publisher)
{
    int64_t tip_ms = kaiku_views_tip(publisher->views, highest_time(publisher));
    for (uint32_t s = 0; s < publisher->model->shards; s++) {
        int rc = kaiku_commit_finish(publisher->commits[s], tip_ms);
        if (rc != KAIKU_OK)
            return rc;
    }
    return KAIKU_OK;
}

int publisher_encode(struct kaiku_publisher *publisher, bool compare)
{
    ledger_stay(&publisher->ledger);
    meters_begin(&publisher->meters);
    int rc = settle_values(publisher);
    if (rc == KAIKU_OK)
        rc = encode_cells(publisher);
    for (uint32_t i = 0; i < publisher->options.n_workers && rc == KAIKU_OK; i++) {
        struct kaiku_delta *delta = publisher->lanes[i].delta;
        if (!delta)
            continue;
        rc = encode_moves(publisher, i + 1, delta);
        if (rc == KAIKU_OK) {
            encode_ledger(publisher, &publisher->lanes[i]);
            meters_take(&publisher->meters, delta);
        }
        KAIKU_FAILPOINT("encode");
    }
    if (rc == KAIKU_OK && compare)
        encode_compares(publisher);
    if (rc == KAIKU_OK)
        rc = finish_commits(publisher);
    if (rc != KAIKU_OK)
        return rc;
    release_deltas(publisher);
    publisher->in_flight = true;
    return KAIKU_OK;
}

/* ---- sending ---- */

static bool any_outcome(const struct kaiku_publisher *publisher, enum kaiku_outcome outcome)
{
    for (uint32_t s = 0; s < publisher->model->shards; s++)
        if (kaiku_commit_outcome(publisher->commits[s]) == outcome)
            return true;
    return false;
}

static void conclude(struct kaiku_publisher *publisher)
{
    for (uint32_t i = 0; i < publisher->options.n_workers; i++) {
        struct publisher_lane *lane = &publisher->lanes[i];
        for (; lane->in_flight > 0; lane->in_flight--)
            kaiku_handover_settle(lane->handover);
    }
    ledger_move(&publisher->ledger);
    meters_commit(&publisher->meters, publisher->figures.touched);
    publisher->in_flight = false;
}

int publisher_send(struct kaiku_publisher *publisher)
{
    int rc = kaiku_store_commit(publisher->store, publisher->commits, publisher->model->shards);
    if (any_outcome(publisher, KAIKU_FENCED)) {
        /* A reset, or an instance with other rules: opening anew tells which. */
        publisher_restart(publisher, "the head of a shard differs: prefix was reset or taken over");
        kaiku_store_close(publisher->store);
        return KAIKU_AGAIN;
    }
    if (any_outcome(publisher, KAIKU_DIFFERENT)) {
        publisher_restart(publisher, "stored positions differ from the expected ones");
        return KAIKU_AGAIN;
    }
    if (rc == KAIKU_OK)
        conclude(publisher);
    return rc;
}

int publisher_resolve(struct kaiku_publisher *publisher)
{
    bool stands = true;
    KAIKU_FAILPOINT("resolve");
    int rc = kaiku_store_resolve(publisher->store, publisher->commits, publisher->model->shards);
    KAIKU_FAILPOINT("resolved");
    /* Positions alone do not tell: values are admitted before, and a Redis that fell back to in between has lost
     * them. */
    if (rc == KAIKU_OK)
        rc = admission_stands(&publisher->admission, &stands);
    if (rc != KAIKU_OK)
        return rc;
    if (any_outcome(publisher, KAIKU_DIFFERENT))
        publisher_restart(publisher, "stored positions differ from the expected ones");
    else if (!stands)
        publisher_restart(publisher, "values that were admitted are not any more");
    return KAIKU_OK;
}
