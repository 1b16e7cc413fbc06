/* `trust`: the figures that say whether to believe the rest. */
#include "views_private.h"

#include <base/clock.h>
#include <kaiku/keys.h>

#include <stdio.h>
#include <stdlib.h>

/* As docs/redis.md lists them; `consumed`, which is the sum of the first five, stands before them,
 * and other figures before the incidents. */
static const struct kaiku_text counters[] = {
#define COUNTER(name) {name, sizeof(name) - 1}
    COUNTER("counted"), COUNTER("retracted"), COUNTER("duplicate"), COUNTER("rejected"),
    COUNTER("ignored"), COUNTER("late"),      COUNTER("expired"),   COUNTER("clamped"),
    COUNTER("other"),   COUNTER("bad_answers"), COUNTER("gap"),     COUNTER("alerts"),
    COUNTER("crashed"),
#define X(name) COUNTER(#name),
    KAIKU_INCIDENT_TABLE(X)
#undef X
    COUNTER("commits"),
#undef COUNTER
};

enum {
    COUNTERS = sizeof(counters) / sizeof(*counters),
    CONSUMED = 5,
    INCIDENTS = COUNTERS - 1 - KAIKU_INCIDENTS,
    FIELDS = COUNTERS + 7,
    MINUTES = 8 * 24 * 60, /* that are kept */
};

struct reading {
    struct kaiku_views *views;
    int64_t totals[COUNTERS];
    int status;
};

static void read_total(void *context, struct kaiku_text name, struct kaiku_text value)
{
    struct reading *reading = context;
    char digits[24];

    snprintf(digits, sizeof(digits), "%.*s", (int)value.size, value.data);
    for (size_t i = 0; i < COUNTERS; i++)
        if (kaiku_text_equal(counters[i], name))
            reading->totals[i] = strtoll(digits, NULL, 10);
}

static void read_position(void *context, struct kaiku_text field, struct kaiku_text position)
{
    struct reading *reading = context;

    if (reading->status == KAIKU_OK)
        reading->status = partitions_position(&reading->views->partitions, field, position);
}

static void put_margin(struct run *run, int64_t margin_ms)
{
    if (margin_ms < 0)
        run_text(run, KAIKU_TEXT("replay_margin_s"), KAIKU_TEXT("nan"));
    else
        run_integer(run, KAIKU_TEXT("replay_margin_s"), margin_ms / 1000);
}

static void put(struct run *run, const struct reading *reading)
{
    const struct partitions_state *state = &reading->views->reading;
    int64_t consumed = 0;

    for (size_t i = 0; i < CONSUMED; i++)
        consumed += reading->totals[i];
    run_integer(run, KAIKU_TEXT("consumed"), consumed);
    for (size_t i = 0; i < INCIDENTS; i++)
        run_integer(run, counters[i], reading->totals[i]);
    run_integer(run, KAIKU_TEXT("low_time"), state->low_ms);
    run_integer(run, KAIKU_TEXT("high_time"), state->high_ms);
    run_integer(run, KAIKU_TEXT("partitions"), state->n);
    run_integer(run, KAIKU_TEXT("lag"), state->lag);
    put_margin(run, partitions_margin_ms(&reading->views->partitions));
    for (size_t i = INCIDENTS; i < COUNTERS; i++)
        run_integer(run, counters[i], reading->totals[i]);
}

/* Was anything else written last? Remembers what is to be written now. */
static bool take_changed(struct kaiku_views *views, const struct run *run)
{
    struct kaiku_buffer values = {0};
    bool is_same;

    for (uint32_t i = 1; i < run->n; i += 2) {
        kaiku_buffer_text(&values, run->texts[i]);
        kaiku_buffer_char(&values, ' ');
    }
    is_same = !values.failed && kaiku_text_equal(kaiku_buffer_as_text(&values),
                                                 kaiku_buffer_as_text(&views->trust.shown));
    kaiku_buffer_release(&views->trust.shown);
    views->trust.shown = values;
    return !is_same;
}

static int64_t this_minute_ms(void)
{
    return kaiku_clock_wall_ms() / VIEWS_MINUTE_MS * VIEWS_MINUTE_MS;
}

void views_trust_begin(struct kaiku_views *views)
{
    views->trust.minute_ms = this_minute_ms() + VIEWS_MINUTE_MS;
}

/* The figures as they stand where a minute begins, one process of all being the first to write them. */
static int write_minute(struct kaiku_views *views, struct kaiku_version version, struct kaiku_fields fields)
{
    int64_t minute_ms = this_minute_ms();
    char key[KAIKU_KEY_MAX];
    bool done;
    int status;

    if (!views->options.keeps_minutes || minute_ms <= views->trust.minute_ms)
        return KAIKU_OK;
    if (kaiku_key_trust_series(key, sizeof(key), views->options.prefix) < 0)
        return KAIKU_INVALID;
    status = kaiku_store_put_minute(views->store, key, minute_ms, MINUTES, version, fields, &done);
    if (status == KAIKU_OK && done)
        views->trust.minute_ms = minute_ms;
    return status;
}

static int write(struct kaiku_views *views, const struct reading *reading)
{
    /* Totals and positions are shard 0's, read in one step, so its version says how old they are:
     * those of the other shards have no part in them. */
    struct kaiku_version version = {
        .generation = kaiku_store_generation(views->store),
        .applied = views->reading.applied,
    };
    char key[KAIKU_KEY_MAX];
    struct run run;
    int status;

    if (kaiku_key_trust(key, sizeof(key), views->options.prefix) < 0)
        return KAIKU_INVALID;
    arena_clear(&views->arena);
    if (run_begin(&run, &views->arena, FIELDS) != KAIKU_OK)
        return KAIKU_NOMEM;
    put(&run, reading);
    status = write_minute(views, version, (struct kaiku_fields){run.texts, run.n});
    if (status != KAIKU_OK || !take_changed(views, &run))
        return status;
    run_integer(&run, KAIKU_TEXT("updated"), kaiku_clock_wall_ms());
    kaiku_store_put_hash(views->store, key, version, run_end(&run));
    return kaiku_store_flush(views->store);
}

int views_trust_refresh(struct kaiku_views *views)
{
    struct reading reading = {.views = views};
    int status;

    partitions_forget(&views->partitions);
    status = kaiku_store_totals(views->store, read_total, read_position, &reading);
    if (status == KAIKU_OK)
        status = reading.status;
    if (status != KAIKU_OK)
        return status;
    views->reading = partitions_state(&views->partitions);
    return write(views, &reading);
}
