#include "meters.h"

#include <base/clock.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* ---- names ---- */

static const struct kaiku_monitor_family families[] = {
#define X(name, metric, help, is_counter) {metric, help, NULL, is_counter},
    METER_TABLE(X)
#undef X
};

static const struct kaiku_monitor_family
    events = {"kaiku_events_total", "Records committed by this process, by what became of them.", "result", true},
    rejected = {"kaiku_rejected_total", "Records and answers that were set aside, by reason.", "reason", true},
    outages = {"kaiku_outages_total", "How often a server could not be reached.", "server", true},
    commit_seconds = {"kaiku_commit_seconds", "How long commits of records took, all shards.", NULL, false},
    delay_seconds = {"kaiku_publish_delay_seconds",
                     "From the timestamps of records until they were readable in Redis.", NULL, false};

static const char *const servers[] = {[METER_REDIS] = "redis", [METER_KAFKA] = "kafka"};

/* Totals that are no result of a record but something else about it. `crashed` is a reason of rejection. */
static const struct kaiku_monitor_family others[KAIKU_TOTALS] = {
    [KAIKU_TOTAL_late] = {"kaiku_late_events_total", "Counted though they came late.", NULL, true},
    [KAIKU_TOTAL_expired] = {"kaiku_expired_events_total", "Too old for at least one of their windows.", NULL, true},
    [KAIKU_TOTAL_clamped] = {"kaiku_clamped_events_total", "With a time in the future, taken at that of the record.",
                             NULL, true},
    [KAIKU_TOTAL_other] = {"kaiku_other_events_total", "With a value of a full dimension, counted as _other.", NULL,
                           true},
    [KAIKU_TOTAL_bad_answers] = {"kaiku_bad_answers_total", "Answers that were set aside.", NULL, true},
    [KAIKU_TOTAL_gap] = {"kaiku_gap_records_total", "Records that Kafka had deleted before they could be read.", NULL,
                         true},
    [KAIKU_TOTAL_alerts] = {"kaiku_alerts_total", "Entries written to feeds.", NULL, true},
};

static const double commit_bounds[] = {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30},
                    delay_bounds[] = {0.05, 0.1, 0.25, 0.5, 0.75, 1,  1.5, 2,
                                      3,    5,   10,   30,  60,   300, 1800, 3600};

/* Figures of a worker. */
enum { LANE_RECORDS, LANE_CELLS, LANE_PARTITIONS, LANE_PAUSED, LANE_VALUES };

static const struct kaiku_monitor_family lane_families[] = {
    [LANE_RECORDS] = {"kaiku_records_read_total", "Records taken from the log, also those read again.", "worker", true},
    [LANE_CELLS] = {"kaiku_cells", "Base cells in memory that are not yet handed over.", "worker", false},
    [LANE_PARTITIONS] = {"kaiku_partitions", "Partitions that the worker holds.", "worker", false},
    [LANE_PAUSED] = {"kaiku_paused", "1 while the worker waits because its cells are full.", "worker", false},
};

struct meter_lane {
    struct kaiku_monitor_value *values[LANE_VALUES];
    uint64_t records; /* that were shown */
    bool is_assigned;
};

static void set(struct meters *meters, enum meter meter, double number)
{
    kaiku_monitor_set(meters->values[meter], number);
}

/* ---- life ---- */

static void register_totals(struct meters *meters, struct kaiku_monitor *monitor)
{
    for (int t = 0; t < KAIKU_TOTALS; t++) {
        if (t <= KAIKU_TOTAL_ignored)
            meters->totals[t] = kaiku_monitor_value(monitor, &events, kaiku_total_text((enum kaiku_total)t));
        else if (others[t].name)
            meters->totals[t] = kaiku_monitor_value(monitor, &others[t], NULL);
    }
    for (int r = 0; r < KAIKU_REASONS; r++)
        meters->reasons[r] = kaiku_monitor_value(monitor, &rejected, kaiku_reason_text((enum kaiku_reason)r));
}

static void register_lane(struct meter_lane *lane, struct kaiku_monitor *monitor, uint32_t worker)
{
    char label[16];

    snprintf(label, sizeof(label), "%u", worker);
    for (int i = 0; i < LANE_VALUES; i++)
        lane->values[i] = kaiku_monitor_value(monitor, &lane_families[i], label);
}

int meters_init(struct meters *meters, struct kaiku_monitor *monitor, uint32_t n_workers)
{
    *meters = (struct meters){.lanes = calloc(n_workers, sizeof(*meters->lanes)), .n_lanes = n_workers};
    if (!meters->lanes)
        return KAIKU_NOMEM;
    register_totals(meters, monitor);
    for (int m = 0; m < METERS; m++)
        meters->values[m] = kaiku_monitor_value(monitor, &families[m], NULL);
    for (int s = 0; s < METER_SERVERS; s++)
        meters->outages[s] = kaiku_monitor_value(monitor, &outages, servers[s]);
    meters->commit_seconds = kaiku_monitor_histogram(monitor, &commit_seconds, commit_bounds,
                                                     sizeof(commit_bounds) / sizeof(*commit_bounds));
    meters->delay_seconds = kaiku_monitor_histogram(monitor, &delay_seconds, delay_bounds,
                                                    sizeof(delay_bounds) / sizeof(*delay_bounds));
    for (uint32_t i = 0; i < n_workers; i++)
        register_lane(&meters->lanes[i], monitor, i);
    meters->has_redis = kaiku_monitor_condition(monitor, "redis does not answer");
    meters->has_partitions = kaiku_monitor_condition(monitor, "the group has assigned no partitions yet");
    /* Until the process' first publisher has begun, which it does when it has seen both. */
    kaiku_monitor_set_first(meters->values[METER_redis_up], 0);
    kaiku_monitor_set_first(meters->values[METER_kafka_up], 0);
    kaiku_monitor_set_first(meters->values[METER_last_commit], (double)kaiku_clock_wall_ms() / 1000);
    return KAIKU_OK;
}

void meters_release(struct meters *meters)
{
    free(meters->lanes);
    meters->lanes = NULL;
}

/* ---- events ---- */

void meters_count(struct meters *meters, enum meter meter, double add)
{
    kaiku_monitor_add(meters->values[meter], add);
}

void meters_outage(struct meters *meters, enum meter_server server)
{
    kaiku_monitor_add(meters->outages[server], 1);
}

void meters_begin(struct meters *meters)
{
    meters->commit = (struct meters_commit){.began_us = kaiku_clock_monotonic_us()};
}

void meters_take(struct meters *meters, struct kaiku_delta *delta)
{
    struct meters_commit *commit = &meters->commit;

    commit->has_records = true;
    kaiku_waits_move(&delta->waits, &commit->waits);
    /* As in Redis, where shard 0 keeps them. */
    if (!kaiku_shards_has(&delta->shards, 0))
        return;
    for (int t = 0; t < KAIKU_TOTALS; t++)
        commit->totals[t] += delta->totals[t];
    for (int r = 0; r < KAIKU_REASONS; r++)
        commit->reasons[r] += delta->reasons[r];
}

void meters_commit(struct meters *meters, uint64_t cells)
{
    struct meters_commit *commit = &meters->commit;

    if (!commit->has_records)
        return;
    for (int t = 0; t < KAIKU_TOTALS; t++)
        kaiku_monitor_add(meters->totals[t], (double)commit->totals[t]);
    for (int r = 0; r < KAIKU_REASONS; r++)
        kaiku_monitor_add(meters->reasons[r], (double)commit->reasons[r]);
    meters_count(meters, METER_cells, (double)cells);
    kaiku_monitor_observe(meters->commit_seconds, (double)(kaiku_clock_monotonic_us() - commit->began_us) / 1e6, 1);
    set(meters, METER_last_commit, (double)kaiku_clock_wall_ms() / 1000);
    kaiku_waits_move(&commit->waits, &meters->committed);
    commit->has_records = false;
}

void meters_forget(struct meters *meters)
{
    meters->commit.has_records = false;
    meters->committed.n = meters->showing.n = 0;
}

/* ---- delay ---- */

static void observe_delays(struct meters *meters)
{
    int64_t now_ms = kaiku_clock_wall_ms();

    for (uint32_t i = 0; i < meters->showing.n; i++) {
        const struct kaiku_wait *wait = &meters->showing.list[i];
        int64_t delay_ms = now_ms > wait->since_ms ? now_ms - wait->since_ms : 0; /* clocks differ */
        kaiku_monitor_observe(meters->delay_seconds, (double)delay_ms / 1000, wait->records);
    }
    meters->showing.n = 0;
}

void meters_shown(struct meters *meters, uint64_t begun, uint64_t done)
{
    /* One that failed is followed by another, which shows what it did not. */
    if (begun != meters->round)
        kaiku_waits_move(&meters->committed, &meters->showing);
    meters->round = begun;
    if (done == begun)
        observe_delays(meters);
}

/* ---- gauges ---- */

/* 0: there is none yet */
static double time_s(int64_t time_ms)
{
    return time_ms == 0 ? NAN : (double)time_ms / 1000;
}

void meters_show(struct meters *meters, const struct kaiku_publisher_figures *figures)
{
    set(meters, METER_lag, (double)figures->lag);
    set(meters, METER_assigned_lag, (double)figures->assigned_lag);
    set(meters, METER_interval, (double)figures->interval_ms / 1000);
    set(meters, METER_redis_up, !figures->away);
    set(meters, METER_redis_cpu, figures->redis_share);
    set(meters, METER_kafka_up, figures->kafka_up);
    set(meters, METER_margin, figures->margin_ms < 0 ? NAN : (double)figures->margin_ms / 1000);
    set(meters, METER_backlog, (double)figures->series_backlog);
    set(meters, METER_members, (double)figures->live_members);
    set(meters, METER_low_time, time_s(figures->low_time_ms));
    set(meters, METER_high_time, time_s(figures->high_time_ms));
}

void meters_show_redis(struct meters *meters, bool is_up)
{
    set(meters, METER_redis_up, is_up);
    kaiku_monitor_meet(meters->has_redis, is_up);
}

void meters_show_worker(struct meters *meters, uint32_t i, const struct kaiku_worker_figures *figures)
{
    struct meter_lane *lane = &meters->lanes[i];

    lane->is_assigned = figures->partitions >= 0;
    kaiku_monitor_add(lane->values[LANE_RECORDS], (double)(figures->events - lane->records));
    lane->records = figures->events;
    kaiku_monitor_set(lane->values[LANE_CELLS], (double)figures->cells);
    kaiku_monitor_set(lane->values[LANE_PARTITIONS], lane->is_assigned ? figures->partitions : 0);
    kaiku_monitor_set(lane->values[LANE_PAUSED], figures->paused);
}

/* Where all workers are assigned none the process stands by for others, and does what it has to. */
void meters_show_readiness(struct meters *meters, const struct kaiku_publisher_figures *figures)
{
    bool is_assigned = false;

    for (uint32_t i = 0; i < meters->n_lanes; i++)
        is_assigned |= meters->lanes[i].is_assigned;
    kaiku_monitor_meet(meters->has_redis, !figures->away);
    kaiku_monitor_meet(meters->has_partitions, is_assigned && !figures->ended);
}
