#include "job.h"

#include "command.h"
#include "notify.h"
#include "reload.h"
#include "serve.h"
#include "signals.h"

#include <aggregate/crash.h>
#include <base/clock.h>
#include <base/log.h>
#include <model/calendar.h>

#include <stdio.h>

enum {
    SUMMARY_MS = 10000,
    ASKED_MS = 250, /* between looks whether Redis is back */
};

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

/* A job as it runs. */
struct running {
    const struct app_job *job;
    struct kaiku_settings *settings, *former; /* former: where taking up others failed */
    struct app_pipeline_options options;
    struct app_pipeline *pipeline;
    struct kaiku_http *http;
    struct app_watchdog watchdog;
    bool is_asked; /* to read the configuration again */
};

/* The HTTP server listens before Redis and Kafka are waited for: probes shall learn of that, too. A replay is over soon,
 * and the same configuration often has a `run` beside it. */
static int serve(struct running *running)
{
    if (running->options.n_files > 0)
        return KAIKU_OK;
    return app_serve_start(running->settings, running->options.monitor, &running->http);
}

/* What is asked of the API and the page has other names for a moment than what is counted; nothing is turned away. */
static int take_up(struct running *running, struct kaiku_settings *next)
{
    struct kaiku_settings *former = running->settings;
    running->options.settings = running->settings = next;
    int rc = app_serve_renew(next, running->options.monitor, &running->http);
    if (rc == KAIKU_OK)
        rc = app_pipeline_renew(running->pipeline, next);
    running->former = rc == KAIKU_OK ? NULL : former;
    if (rc == KAIKU_OK)
        kaiku_settings_destroy(former);
    return rc;
}

/* Between two commits: the former settings' last one, and the first of those that follow. */
static int reload(struct running *running)
{
    struct kaiku_settings *next;
    int rc = KAIKU_OK;
    app_notify_reloading(&running->watchdog);
    if (app_settings_reread(running->job->config, running->settings, &next)) {
        rc = take_up(running, next);
        if (rc == KAIKU_OK)
            kaiku_info("the configuration was read again and is in force");
    }
    app_notify_reloaded(&running->watchdog);
    return rc;
}

/* Not while Redis is away: cells wait in memory for it, and Kafka would have to be read again. */
static int reload_in_time(struct running *running)
{
    struct app_pipeline_figures figures;
    bool waits = running->is_asked;
    if (app_signals_take_reload())
        running->is_asked = true;
    if (!running->is_asked)
        return KAIKU_OK;
    app_pipeline_read_figures(running->pipeline, &figures);
    if (figures.publisher.away && !waits)
        kaiku_warn("the configuration is read again when redis is back");
    if (figures.publisher.away)
        return KAIKU_OK;
    running->is_asked = false;
    return reload(running);
}

static int watch(struct running *running)
{
    struct summary last = {.at_ms = kaiku_clock_monotonic_ms()};
    struct app_watchdog *watchdog = &running->watchdog;
    int64_t next = last.at_ms + SUMMARY_MS;
    const char *why;
    int rc = KAIKU_OK;
    app_watchdog_init(watchdog, last.at_ms);
    while (rc == KAIKU_OK && !app_signals_stop()) {
        int64_t now = kaiku_clock_monotonic_ms();
        app_watchdog_beat(watchdog, now, kaiku_monitor_is_alive(running->options.monitor, &why));
        if (now >= next) {
            tell_summary(running->pipeline, &last, now);
            next = now + SUMMARY_MS;
        }
        int64_t wake = next < watchdog->next_ms ? next : watchdog->next_ms;
        if (running->is_asked && wake > now + ASKED_MS)
            wake = now + ASKED_MS;
        if (app_pipeline_wait(running->pipeline, (int)(wake - now)))
            break;
        rc = reload_in_time(running);
    }
    return rc;
}

/* Notes are for those who keep the same state. */
static void install_crash_notes(const struct kaiku_redis_settings *redis)
{
    char identity[256];
    snprintf(identity, sizeof identity, "%s at %s:%u/%u", redis->prefix,
             redis->host ? redis->host : redis->path, redis->port, redis->database);
    kaiku_crash_install(identity);
}

static int run(struct running *running)
{
    int64_t began = kaiku_clock_monotonic_ms();
    int rc = app_pipeline_start(running->pipeline);
    if (rc == KAIKU_OK) {
        app_notify("READY=1\nSTATUS=running");
        rc = watch(running);
    }
    app_notify("STOPPING=1\nSTATUS=last commit");
    int ended = app_pipeline_stop(running->pipeline);
    struct app_pipeline_figures figures;
    app_pipeline_read_figures(running->pipeline, &figures);
    kaiku_info("%llu records in %.1f s, %llu commits",
               (unsigned long long)figures.events,
               (double)(kaiku_clock_monotonic_ms() - began) / 1000.0,
               (unsigned long long)figures.publisher.commits);
    return rc != KAIKU_OK ? rc : ended;
}

static int serve_and_run(struct running *running)
{
    const char *time_zone = running->settings->model.time_zone;
    int rc = kaiku_calendar_create(time_zone, &running->options.calendar);
    if (rc != KAIKU_OK)
        kaiku_error("cannot load the time zone: %s", time_zone);
    if (rc == KAIKU_OK)
        rc = kaiku_monitor_create(KAIKU_MONITOR_PATIENCE_MS, &running->options.monitor);
    if (rc == KAIKU_OK)
        rc = serve(running);
    if (rc == KAIKU_OK)
        rc = app_pipeline_create(&running->options, &running->pipeline);
    return rc == KAIKU_OK ? run(running) : rc;
}

int app_job_run(const struct app_job *job)
{
    struct running running = {.job = job, .options = job->options};
    int code = app_settings_read(job->config, &running.settings);
    if (code != APP_DONE)
        return code;
    running.options.settings = running.settings;
    app_signals_install();
    if (job->reloads)
        app_signals_install_reload();
    install_crash_notes(&running.settings->redis);
    code = app_exit_of(serve_and_run(&running));
    app_pipeline_destroy(running.pipeline);
    kaiku_http_destroy(running.http);
    kaiku_monitor_destroy(running.options.monitor);
    kaiku_calendar_destroy(running.options.calendar);
    kaiku_settings_destroy(running.settings);
    kaiku_settings_destroy(running.former);
    return code;
}
