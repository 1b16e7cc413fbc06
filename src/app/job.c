#include "job.h"

#include "command.h"
#include "notify.h"
#include "serve.h"

#include <aggregate/crash.h>
#include <base/clock.h>
#include <base/log.h>
#include <model/calendar.h>

#include <stdio.h>

enum { SUMMARY_MS = 10000, SUMMARY_SIZE = 256 };

int app_settings_read(const char *path, struct kaiku_settings **out)
{
    struct kaiku_mistakes mistakes = {0};
    int rc = kaiku_config_read(path, out, &mistakes);
    if (rc != KAIKU_OK)
        kaiku_mistakes_print(&mistakes, path, stderr);
    kaiku_mistakes_release(&mistakes);
    if (rc == KAIKU_NOMEM)
        kaiku_error("cannot read '%s': %s", path, kaiku_status_text(rc));
    if (rc != KAIKU_OK)
        return rc == KAIKU_NOMEM ? APP_FAILED : APP_USAGE;
    kaiku_log_configure((enum kaiku_log_level)(*out)->log_level, (*out)->log_json);
    return APP_DONE;
}

struct summary {
    int64_t at_ms;
    uint64_t events;
};

static void tell_summary(const struct app_pipeline *pipeline, struct summary *last, int64_t now)
{
    struct app_pipeline_figures figures;
    app_pipeline_read_figures(pipeline, &figures);
    int64_t elapsed = now - last->at_ms;
    double rate = elapsed > 0 ? (double)(figures.events - last->events) * 1000.0 / (double)elapsed : 0;
    kaiku_info("%.0f events/s, lag %lld, commit %lld ms each %lld ms, %llu cells in it, %llu live "
               "members, %llu stream entries behind%s%s",
               rate, (long long)figures.publisher.lag, (long long)figures.publisher.commit_ms,
               (long long)figures.publisher.interval_ms,
               (unsigned long long)figures.publisher.touched,
               (unsigned long long)figures.publisher.live_members,
               (unsigned long long)figures.publisher.series_backlog,
               figures.paused ? ", paused: cells full" : "",
               figures.publisher.away ? ", redis away" : "");
    app_notify("STATUS=%.0f events/s, lag %lld%s", rate, (long long)figures.publisher.lag,
               figures.publisher.away ? ", redis away" : "");
    *last = (struct summary){now, figures.events};
}

static void watch(struct app_pipeline *pipeline, const struct kaiku_monitor *monitor)
{
    struct summary last = {.at_ms = kaiku_clock_monotonic_ms()};
    struct app_watchdog watchdog;
    int64_t next = last.at_ms + SUMMARY_MS;
    const char *why;
    app_watchdog_init(&watchdog, last.at_ms);
    while (!app_signals_stop()) {
        int64_t now = kaiku_clock_monotonic_ms();
        app_watchdog_beat(&watchdog, now, kaiku_monitor_is_alive(monitor, &why));
        if (now >= next) {
            tell_summary(pipeline, &last, now);
            next = now + SUMMARY_MS;
        }
        int64_t wake = next < watchdog.next_ms ? next : watchdog.next_ms;
        if (app_pipeline_wait(pipeline, (int)(wake - now)))
            return;
    }
}

/* Notes are for those who keep the same state. */
static void install_crash_notes(const struct kaiku_redis_settings *redis)
{
    char identity[256];
    snprintf(identity, sizeof identity, "%s at %s:%u/%u", redis->prefix,
             redis->host ? redis->host : redis->path, redis->port, redis->database);
    kaiku_crash_install(identity);
}

static int run(const struct app_pipeline_options *options)
{
    struct app_pipeline *pipeline = NULL;
    int rc = app_pipeline_create(options, &pipeline);
    if (rc != KAIKU_OK)
        return app_exit_of(rc);
    int64_t began = kaiku_clock_monotonic_ms();
    rc = app_pipeline_start(pipeline);
    if (rc == KAIKU_OK) {
        app_notify("READY=1\nSTATUS=running");
        watch(pipeline, options->monitor);
    }
    app_notify("STOPPING=1\nSTATUS=last commit");
    int ended = app_pipeline_stop(pipeline);
    struct app_pipeline_figures figures;
    app_pipeline_read_figures(pipeline, &figures);
    kaiku_info("%llu records in %.1f s, %llu commits",
               (unsigned long long)figures.events,
               (double)(kaiku_clock_monotonic_ms() - began) / 1000.0,
               (unsigned long long)figures.publisher.commits);
    app_pipeline_destroy(pipeline);
    return app_exit_of(rc != KAIKU_OK ? rc : ended);
}

/* The HTTP server listens before Redis and Kafka are waited for: probes shall learn of that, too. A replay is over soon,
 * and the same configuration often has a `run` beside it. */
static int serve_and_run(const struct app_pipeline_options *options)
{
    struct kaiku_http *http = NULL;
    int rc = KAIKU_OK;
    if (options->n_files == 0)
        rc = app_serve_start(options->settings, options->monitor, &http);
    int code = rc == KAIKU_OK ? run(options) : app_exit_of(rc);
    kaiku_http_destroy(http);
    return code;
}

int app_job_run(const struct app_pipeline_options *options)
{
    struct app_pipeline_options watched = *options;
    const char *time_zone = options->settings->model.time_zone;
    app_signals_install();
    install_crash_notes(&options->settings->redis);
    int rc = kaiku_calendar_create(time_zone, &watched.calendar);
    if (rc != KAIKU_OK)
        kaiku_error("cannot load the time zone: %s", time_zone);
    else
        rc = kaiku_monitor_create(KAIKU_MONITOR_PATIENCE_MS, &watched.monitor);
    int code = rc == KAIKU_OK ? serve_and_run(&watched) : app_exit_of(rc);
    kaiku_monitor_destroy(watched.monitor);
    kaiku_calendar_destroy(watched.calendar);
    return code;
}
