/* What the publisher tells the monitor: docs/metrics.md says what each figure means. Belongs to its thread. */
#ifndef PUBLISH_METERS_H
#define PUBLISH_METERS_H

#include "publish/publisher.h"

/* Figures without a label: name, text, does it only grow? */
#define METER_TABLE(X)                                                                             \
    X(lag, "kaiku_lag", "Records between the stored positions and the end of the log.", false)    \
    X(assigned_lag, "kaiku_assigned_lag", "Those of the partitions that this process holds.", false) \
    X(last_commit, "kaiku_last_commit_timestamp_seconds",                                          \
      "When this process last committed records, or began.", false)                                \
    X(interval, "kaiku_commit_interval_seconds", "Time between commits, as it is now.", false)     \
    X(cells, "kaiku_committed_cells_total", "Cells that commits of this process have changed.", true) \
    X(rewinds, "kaiku_rewinds_total", "How often stored positions were not the expected ones.", true) \
    X(redis_up, "kaiku_redis_up", "1 while Redis answers.", false)                                 \
    X(redis_cpu, "kaiku_redis_cpu_ratio", "Share of a core that Redis uses, as of late.", false)   \
    X(kafka_up, "kaiku_kafka_up", "1 while Kafka answers.", false)                                 \
    X(margin, "kaiku_replay_margin_seconds",                                                       \
      "How far the oldest record of the log lies before the stored positions, where that is least.", false) \
    X(backlog, "kaiku_series_backlog", "Entries of streams that are still to be written.", false)  \
    X(members, "kaiku_live_members", "Members with data in or near the newest windows.", false)    \
    X(low_time, "kaiku_low_event_timestamp_seconds",                                               \
      "Lowest of the highest event times of the partitions.", false)                               \
    X(high_time, "kaiku_high_event_timestamp_seconds", "Highest event time.", false)

enum meter {
#define X(name, ...) METER_##name,
    METER_TABLE(X)
#undef X
    METERS
};

enum meter_server { METER_REDIS, METER_KAFKA, METER_SERVERS };

/* What a commit is about to count, and who waits for it. */
struct meters_commit {
    int64_t began_us; /* monotonic */
    int64_t totals[KAIKU_TOTALS];
    int64_t reasons[KAIKU_REASONS];
    struct kaiku_waits waits;
    bool has_records;
};

struct meter_lane; /* of one worker */

struct meters {
    struct kaiku_monitor_value *values[METERS];
    struct kaiku_monitor_value *totals[KAIKU_TOTALS], *reasons[KAIKU_REASONS], *outages[METER_SERVERS];
    struct kaiku_monitor_histogram *commit_seconds, *delay_seconds;
    struct kaiku_monitor_condition *has_redis, *has_partitions;
    struct meter_lane *lanes;
    uint32_t n_lanes;
    struct meters_commit commit;
    struct kaiku_waits committed; /* the round of live views that shows them has not begun */
    struct kaiku_waits showing;   /* it has */
    uint64_t round;               /* that one */
};

/* monitor may be NULL. */
int meters_init(struct meters *meters, struct kaiku_monitor *monitor, uint32_t n_workers) KAIKU_MUST_CHECK;
void meters_release(struct meters *meters);

void meters_count(struct meters *meters, enum meter meter, double add);
void meters_outage(struct meters *meters, enum meter_server server);

/* A commit begins; takes a delta; was applied, with so many cells. */
void meters_begin(struct meters *meters);
void meters_take(struct meters *meters, struct kaiku_delta *delta);
void meters_commit(struct meters *meters, uint64_t cells);
/* What was committed may not stand any more, and is read again. */
void meters_forget(struct meters *meters);

/* Of the rounds that write live views, this one was begun last and that one was done last. */
void meters_shown(struct meters *meters, uint64_t begun, uint64_t done);

void meters_show(struct meters *meters, const struct kaiku_publisher_figures *figures);
/* Alone, while the publisher's thread has not begun. */
void meters_show_redis(struct meters *meters, bool is_up);
void meters_show_worker(struct meters *meters, uint32_t i, const struct kaiku_worker_figures *figures);
/* After all workers were shown. */
void meters_show_readiness(struct meters *meters, const struct kaiku_publisher_figures *figures);

#endif
