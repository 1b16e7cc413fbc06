#include <meters.h>

#include <criterion/criterion.h>

#include <base/clock.h>

#include <stdio.h>

static struct kaiku_monitor *monitor;
static struct meters meters;
static struct kaiku_delta delta; /* only what is counted of it */
static struct kaiku_buffer text;

static void start(void)
{
    cr_assert_eq(kaiku_monitor_create(KAIKU_MONITOR_PATIENCE_MS, &monitor), KAIKU_OK);
    cr_assert_eq(meters_init(&meters, monitor, 2), KAIKU_OK);
    delta.shards.bits[0] = 1;
}

static void stop(void)
{
    kaiku_buffer_release(&text);
    meters_release(&meters);
    kaiku_monitor_destroy(monitor);
}

TestSuite(meters, .init = start, .fini = stop);

static void check(const char *name, const char *number)
{
    char line[160];

    kaiku_buffer_clear(&text);
    kaiku_monitor_metrics(monitor, &text);
    snprintf(line, sizeof(line), "\nkaiku_%s %s\n", name, number);
    cr_assert_not_null(strstr(kaiku_buffer_cstring(&text), line), "%s lacks %s", text.data, line);
}

static void take(int64_t counted, int64_t rejected)
{
    delta.totals[KAIKU_TOTAL_counted] = counted;
    delta.totals[KAIKU_TOTAL_rejected] = rejected;
    delta.reasons[KAIKU_NOT_JSON] = rejected;
    meters_take(&meters, &delta);
}

Test(meters, records_count_once_they_are_committed)
{
    meters_begin(&meters);
    take(7, 2);
    take(5, 0);
    check("events_total{result=\"counted\"}", "0");
    meters_commit(&meters, 30);
    check("events_total{result=\"counted\"}", "12");
    check("events_total{result=\"rejected\"}", "2");
    check("rejected_total{reason=\"not_json\"}", "2");
    check("committed_cells_total", "30");
    check("commit_seconds_count", "1");
}

Test(meters, a_commit_counts_once_and_what_was_dropped_never)
{
    meters_begin(&meters);
    take(7, 0);
    meters_forget(&meters);
    meters_commit(&meters, 1);
    meters_begin(&meters);
    take(4, 0);
    meters_begin(&meters); /* it could not be made, and is made again */
    take(4, 0);
    meters_commit(&meters, 1);
    meters_commit(&meters, 1);
    check("events_total{result=\"counted\"}", "4");
}

Test(meters, comparing_positions_is_no_commit_of_records)
{
    meters_begin(&meters);
    meters_commit(&meters, 0);
    check("commit_seconds_count", "0");
}

/* After a crash shard 0 may be ahead: it has counted these before. */
Test(meters, what_shard_0_has_counted_does_not_count_again)
{
    delta.shards.bits[0] = 2;
    meters_begin(&meters);
    take(7, 1);
    meters_commit(&meters, 1);
    check("events_total{result=\"counted\"}", "0");
    check("commit_seconds_count", "1");
}

Test(meters, other_totals_have_names_of_their_own)
{
    delta.totals[KAIKU_TOTAL_late] = 3;
    delta.totals[KAIKU_TOTAL_gap] = 40;
    delta.totals[KAIKU_TOTAL_crashed] = 1;
    meters_begin(&meters);
    take(3, 1);
    meters_commit(&meters, 1);
    check("late_events_total", "3");
    check("gap_records_total", "40");
    cr_assert_null(strstr(text.data, "result=\"late\""));
    cr_assert_null(strstr(text.data, "(null)"));
}

static void commit_records(int64_t since_ms, uint64_t records)
{
    kaiku_waits_add(&delta.waits, since_ms, records);
    meters_begin(&meters);
    take((int64_t)records, 0);
    meters_commit(&meters, 1);
}

Test(meters, records_are_published_when_a_round_that_began_later_is_done)
{
    meters_shown(&meters, 1, 0); /* one is on its way */
    commit_records(kaiku_clock_wall_ms() - 20000, 5);
    meters_shown(&meters, 1, 1);
    check("publish_delay_seconds_count", "0");
    meters_shown(&meters, 2, 1);
    commit_records(kaiku_clock_wall_ms(), 100);
    check("publish_delay_seconds_count", "0");
    meters_shown(&meters, 2, 2);
    check("publish_delay_seconds_count", "5");
    check("publish_delay_seconds_bucket{le=\"10\"}", "0");
    check("publish_delay_seconds_bucket{le=\"30\"}", "5");
    meters_shown(&meters, 2, 2);
    check("publish_delay_seconds_count", "5");
}

Test(meters, a_round_that_failed_is_made_up_for_by_the_next)
{
    commit_records(kaiku_clock_wall_ms() - 20000, 5);
    meters_shown(&meters, 1, 0);
    commit_records(kaiku_clock_wall_ms() - 20000, 6);
    meters_shown(&meters, 2, 0);
    check("publish_delay_seconds_count", "0");
    meters_shown(&meters, 2, 2);
    check("publish_delay_seconds_count", "11");
}

Test(meters, what_is_read_again_was_not_published)
{
    commit_records(kaiku_clock_wall_ms(), 5);
    meters_forget(&meters);
    meters_shown(&meters, 1, 1);
    check("publish_delay_seconds_count", "0");
}

Test(meters, a_record_from_the_future_was_published_at_once)
{
    commit_records(kaiku_clock_wall_ms() + 100000, 2);
    meters_shown(&meters, 1, 1);
    check("publish_delay_seconds_sum", "0");
    check("publish_delay_seconds_bucket{le=\"0.05\"}", "2");
}

Test(meters, gauges_are_as_the_figures)
{
    struct kaiku_publisher_figures figures = {
        .lag = 9, .assigned_lag = 4, .margin_ms = -1, .series_backlog = 12, .high_time_ms = 1500};

    meters_show(&meters, &figures);
    check("lag", "9");
    check("assigned_lag", "4");
    check("series_backlog", "12");
    check("redis_up", "1");
    check("kafka_up", "0");
    check("replay_margin_seconds", "NaN");
    check("low_event_timestamp_seconds", "NaN");
    check("high_event_timestamp_seconds", "1.5");
    figures.margin_ms = 2500;
    figures.away = true;
    meters_show(&meters, &figures);
    check("replay_margin_seconds", "2.5");
    check("redis_up", "0");
}

static void show_workers(int first, int second)
{
    struct kaiku_worker_figures figures = {.events = 70, .cells = 8, .partitions = first, .paused = true};

    meters_show_worker(&meters, 0, &figures);
    figures = (struct kaiku_worker_figures){.partitions = second};
    meters_show_worker(&meters, 1, &figures);
}

Test(meters, each_worker_has_its_own)
{
    show_workers(3, -1);
    check("records_read_total{worker=\"0\"}", "70");
    check("cells{worker=\"0\"}", "8");
    check("paused{worker=\"0\"}", "1");
    check("partitions{worker=\"0\"}", "3");
    check("partitions{worker=\"1\"}", "0");
}

static void check_ready(const struct kaiku_publisher_figures *figures, const char *expected)
{
    const char *why = "ready";

    meters_show_readiness(&meters, figures);
    cr_assert_eq(kaiku_monitor_is_ready(monitor, &why), strcmp(expected, "ready") == 0);
    cr_assert_str_eq(why, expected);
}

Test(meters, ready_is_who_was_assigned_something_or_nothing_and_has_redis)
{
    struct kaiku_publisher_figures up = {.away = false}, away = {.away = true}, ended = {.ended = true};
    const char *none = "the group has assigned no partitions yet";

    show_workers(-1, -1);
    check_ready(&up, none);
    show_workers(-1, 2);
    check_ready(&up, "ready");
    check_ready(&away, "redis does not answer");
    show_workers(0, 0);
    check_ready(&up, "ready");
    check_ready(&ended, none);
}
