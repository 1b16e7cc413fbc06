#include "pipeline.h"

#include "notify.h"
#include "signals.h"

#include <base/clock.h>
#include <base/log.h>

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    LEAST_CELLS = 4096, /* limits.cells below it would not hold one batch */
    KAFKA_BATCH = 1000,
    MOST_POLL_MS = 50,
    PREPARE_AGAIN_MS = 250,
    TELL_EVERY_MS = 10000,
};

struct app_pipeline {
    struct app_pipeline_options options;
    const struct kaiku_settings *settings; /* those of the options */
    struct kaiku_calendar *calendar, *own_calendar; /* the one in use; NULL where that is borrowed */
    struct kaiku_store *store;
    struct kaiku_catalog *catalog;
    struct kaiku_bell bell;
    bool has_bell;
    struct kaiku_source **sources; /* that no worker has */
    struct kaiku_worker **workers;
    uint32_t n_workers;
    struct kaiku_publisher *publisher;
    struct kaiku_monitor_thread *publisher_thread;
    bool is_renewed;
    uint64_t former_events, former_commits; /* before that */
    int status;
};

static int fail(int status, const char *what, const char *why)
{
    kaiku_error("%s: %s", what, why);
    return status;
}

/* ---- parts ---- */

struct kaiku_store_options app_store_options(const struct kaiku_settings *settings)
{
    const struct kaiku_redis_settings *redis = &settings->redis;
    return (struct kaiku_store_options){
        .host = redis->host,
        .path = redis->path,
        .port = redis->port,
        .database = redis->database,
        .tls = redis->tls,
        .user = redis->user,
        .password = redis->password,
        .prefix = redis->prefix,
        .timeout_ms = redis->timeout_ms,
    };
}

static int create_store(struct app_pipeline *pipeline)
{
    struct kaiku_store_options options = app_store_options(pipeline->settings);
    options.thread = pipeline->publisher_thread;
    return kaiku_store_create(&options, &pipeline->settings->model, &pipeline->store);
}

struct kaiku_kafka_options app_kafka_options(const struct kaiku_settings *settings)
{
    return (struct kaiku_kafka_options){
        .topics = (const char *const *)settings->topics,
        .n_topics = settings->n_topics,
        .properties = (const char *const *)settings->properties,
        .n_properties = settings->n_properties,
        .batch = KAFKA_BATCH,
    };
}

static int create_catalog(struct app_pipeline *pipeline)
{
    const struct app_pipeline_options *options = &pipeline->options;
    char error[256] = "";
    int rc;
    if (options->n_files > 0) {
        rc = kaiku_file_catalog_create(options->files, options->n_files, &pipeline->catalog);
    } else {
        struct kaiku_kafka_options kafka = app_kafka_options(pipeline->settings);
        rc = kaiku_kafka_catalog_create(&kafka, &pipeline->catalog, error);
    }
    return rc == KAIKU_OK ? rc : fail(rc, "cannot reach the log", error);
}

/* Files are dealt out: worker i reads every n-th. */
static int create_file_source(const struct app_pipeline *pipeline, uint32_t i,
                              struct kaiku_source **out, char *error)
{
    const struct app_pipeline_options *options = &pipeline->options;
    struct kaiku_file_input *mine = calloc(options->n_files, sizeof *mine);
    uint32_t n = 0;
    if (!mine)
        return KAIKU_NOMEM;
    for (uint32_t f = i; f < options->n_files; f += pipeline->n_workers)
        mine[n++] = options->files[f];
    int rc = kaiku_file_source_create(mine, n, pipeline->settings->model.max_bytes, out, error);
    free(mine);
    return rc;
}

static int create_source(const struct app_pipeline *pipeline, uint32_t i, struct kaiku_source **out)
{
    char error[256] = "";
    int rc;
    if (pipeline->options.n_files > 0) {
        rc = create_file_source(pipeline, i, out, error);
    } else {
        struct kaiku_kafka_options kafka = app_kafka_options(pipeline->settings);
        kafka.member = i;
        kafka.monitor = pipeline->options.monitor;
        rc = kaiku_kafka_source_create(&kafka, out, error);
    }
    return rc == KAIKU_OK ? rc : fail(rc, "cannot open the source", error);
}

static int create_sources(struct app_pipeline *pipeline)
{
    uint32_t wanted = pipeline->settings->workers, n_files = pipeline->options.n_files;
    pipeline->n_workers = n_files > 0 && n_files < wanted ? n_files : wanted;
    pipeline->sources = calloc(pipeline->n_workers, sizeof(struct kaiku_source *));
    pipeline->workers = calloc(pipeline->n_workers, sizeof(struct kaiku_worker *));
    int rc = pipeline->sources && pipeline->workers ? KAIKU_OK : KAIKU_NOMEM;
    for (uint32_t i = 0; i < pipeline->n_workers && rc == KAIKU_OK; i++)
        rc = create_source(pipeline, i, &pipeline->sources[i]);
    return rc;
}

static uint32_t limit_cells(const struct kaiku_settings *settings)
{
    return settings->limit_cells < LEAST_CELLS ? LEAST_CELLS : (uint32_t)settings->limit_cells;
}

static int create_worker(struct app_pipeline *pipeline, uint32_t i)
{
    const struct kaiku_settings *settings = pipeline->settings;
    int64_t poll_ms = settings->commit_every_ms / 4;
    char name[32];
    snprintf(name, sizeof name, "worker %u", i);
    struct kaiku_worker_options worker = {
        .model = &settings->model,
        .calendar = pipeline->calendar,
        .source = pipeline->sources[i],
        .publisher_bell = &pipeline->bell,
        .thread = kaiku_monitor_thread(pipeline->options.monitor, name),
        .limits = {.cells = limit_cells(settings), .events = KAIKU_CELLS_EVENTS / pipeline->n_workers},
        .poll_ms = (int)(poll_ms > MOST_POLL_MS ? MOST_POLL_MS : poll_ms < 1 ? 1 : poll_ms),
    };
    int rc = kaiku_worker_create(&worker, &pipeline->workers[i]);
    if (rc != KAIKU_OK)
        return fail(rc, "cannot make a worker", kaiku_status_text(rc));
    pipeline->sources[i] = NULL;
    return KAIKU_OK;
}

static int create_workers(struct app_pipeline *pipeline)
{
    int rc = KAIKU_OK;
    for (uint32_t i = 0; i < pipeline->n_workers && rc == KAIKU_OK; i++)
        rc = create_worker(pipeline, i);
    return rc;
}

/* Redis and Kafka may come up later than this process: supervisors start all at once. What has to be changed first is not
 * waited for. */
static int prepare_or_wait(struct kaiku_publisher *publisher)
{
    int64_t tell_ms = kaiku_clock_monotonic_ms();
    int rc = kaiku_publisher_prepare(publisher);
    while (rc == KAIKU_AWAY || rc == KAIKU_AGAIN) {
        int64_t now_ms = kaiku_clock_monotonic_ms();
        if (app_signals_stop())
            return KAIKU_STOPPED;
        if (now_ms >= tell_ms) {
            kaiku_warn("cannot start yet, trying again: %s", kaiku_publisher_error(publisher));
            app_notify("STATUS=cannot start yet: %s\nWATCHDOG=1", kaiku_publisher_error(publisher));
            tell_ms = now_ms + TELL_EVERY_MS;
        }
        poll(NULL, 0, PREPARE_AGAIN_MS);
        rc = kaiku_publisher_prepare(publisher);
    }
    return rc;
}

static int create_publisher(struct app_pipeline *pipeline)
{
    const struct app_pipeline_options *options = &pipeline->options;
    const struct kaiku_settings *settings = pipeline->settings;
    struct kaiku_publisher_options publisher = {
        .model = &settings->model,
        .calendar = pipeline->calendar,
        .store = pipeline->store,
        .catalog = pipeline->catalog,
        .bell = &pipeline->bell,
        .workers = pipeline->workers,
        .n_workers = pipeline->n_workers,
        .prefix = settings->redis.prefix,
        .commit_every_ms = settings->commit_every_ms,
        .views_every_ms = settings->views_every_ms,
        .monitor = options->monitor,
        .thread = pipeline->publisher_thread,
        .start_at_end = settings->start_at_end,
        .was_let_in = pipeline->is_renewed,
        .until_end = options->until_end,
    };
    int rc = kaiku_publisher_create(&publisher, &pipeline->publisher);
    if (rc != KAIKU_OK)
        return fail(rc, "cannot make the publisher", kaiku_status_text(rc));
    rc = options->waits ? prepare_or_wait(pipeline->publisher) : kaiku_publisher_prepare(pipeline->publisher);
    if (rc == KAIKU_OK || rc == KAIKU_STOPPED)
        return rc;
    return fail(rc, "cannot start", kaiku_publisher_error(pipeline->publisher));
}

/* ---- life ---- */

static void tell_what_is_fixed(const struct app_pipeline *pipeline)
{
    static const struct kaiku_monitor_family
        build = {"kaiku_build_info", "1; the label says which version runs.", "version", false},
        limit = {"kaiku_cells_limit", "Base cells that each worker may hold.", NULL, false};
    struct kaiku_monitor *monitor = pipeline->options.monitor;
    kaiku_monitor_set(kaiku_monitor_value(monitor, &build, KAIKU_VERSION), 1);
    kaiku_monitor_set(kaiku_monitor_value(monitor, &limit, NULL), (double)limit_cells(pipeline->settings));
}

/* What lives as long as the pipeline: the time line, and the connections to the log. */
static int create_base(struct app_pipeline *pipeline)
{
    int rc = KAIKU_OK;
    if (!pipeline->options.calendar)
        rc = kaiku_calendar_create(pipeline->settings->model.time_zone, &pipeline->own_calendar);
    if (rc != KAIKU_OK)
        return fail(rc, "cannot load the time zone", pipeline->settings->model.time_zone);
    pipeline->calendar = pipeline->options.calendar ? pipeline->options.calendar : pipeline->own_calendar;
    rc = kaiku_bell_init(&pipeline->bell);
    pipeline->has_bell = rc == KAIKU_OK;
    if (rc == KAIKU_OK)
        rc = create_catalog(pipeline);
    return rc == KAIKU_OK ? create_sources(pipeline) : rc;
}

/* What rests on the settings. */
static int create_parts(struct app_pipeline *pipeline)
{
    tell_what_is_fixed(pipeline);
    int rc = create_store(pipeline);
    if (rc == KAIKU_OK)
        rc = create_workers(pipeline);
    return rc == KAIKU_OK ? create_publisher(pipeline) : rc;
}

static void destroy_parts(struct app_pipeline *pipeline)
{
    kaiku_publisher_destroy(pipeline->publisher);
    pipeline->publisher = NULL;
    for (uint32_t i = 0; pipeline->workers && i < pipeline->n_workers; i++) {
        kaiku_worker_destroy(pipeline->workers[i]);
        pipeline->workers[i] = NULL;
    }
    kaiku_store_destroy(pipeline->store);
    pipeline->store = NULL;
}

int app_pipeline_create(const struct app_pipeline_options *options, struct app_pipeline **out)
{
    struct app_pipeline *pipeline = calloc(1, sizeof *pipeline);
    if (!pipeline)
        return KAIKU_NOMEM;
    pipeline->options = *options;
    pipeline->settings = options->settings;
    pipeline->publisher_thread = kaiku_monitor_thread(options->monitor, "publisher");
    int rc = create_base(pipeline);
    if (rc == KAIKU_OK)
        rc = create_parts(pipeline);
    if (rc != KAIKU_OK) {
        app_pipeline_destroy(pipeline);
        return rc;
    }
    *out = pipeline;
    return KAIKU_OK;
}

int app_pipeline_start(struct app_pipeline *pipeline)
{
    int rc = kaiku_publisher_start(pipeline->publisher);
    for (uint32_t i = 0; i < pipeline->n_workers && rc == KAIKU_OK; i++)
        rc = kaiku_worker_start(pipeline->workers[i]);
    return rc == KAIKU_OK ? rc : fail(rc, "cannot start a thread", kaiku_status_text(rc));
}

static bool has_ended(const struct app_pipeline *pipeline)
{
    struct kaiku_publisher_figures publisher;
    kaiku_publisher_read_figures(pipeline->publisher, &publisher);
    if (publisher.ended || publisher.reached)
        return true;
    for (uint32_t i = 0; i < pipeline->n_workers; i++) {
        struct kaiku_worker_figures worker;
        kaiku_worker_read_figures(pipeline->workers[i], &worker);
        if (worker.ended)
            return true;
    }
    return false;
}

bool app_pipeline_wait(struct app_pipeline *pipeline, int timeout_ms)
{
    const int slice_ms = 20;
    int64_t until = kaiku_clock_monotonic_ms() + timeout_ms;
    while (!has_ended(pipeline)) {
        int64_t left = until - kaiku_clock_monotonic_ms();
        if (left <= 0 || app_signals_any())
            return false;
        poll(NULL, 0, left < slice_ms ? (int)left : slice_ms);
    }
    return true;
}

static void join_workers(struct app_pipeline *pipeline)
{
    for (uint32_t i = 0; i < pipeline->n_workers; i++) {
        struct kaiku_worker_figures figures;
        kaiku_worker_join(pipeline->workers[i]);
        kaiku_worker_read_figures(pipeline->workers[i], &figures);
        if (figures.status != KAIKU_OK && pipeline->status == KAIKU_OK)
            pipeline->status =
                fail(figures.status, "a worker ended", kaiku_worker_error(pipeline->workers[i]));
    }
}

/* stop: how each worker is told to end. */
static int stop_threads(struct app_pipeline *pipeline, void (*stop)(struct kaiku_worker *))
{
    struct kaiku_publisher_figures figures;
    for (uint32_t i = 0; i < pipeline->n_workers; i++)
        stop(pipeline->workers[i]);
    join_workers(pipeline);
    kaiku_publisher_stop(pipeline->publisher);
    kaiku_publisher_join(pipeline->publisher);
    kaiku_publisher_read_figures(pipeline->publisher, &figures);
    if (figures.status != KAIKU_OK && pipeline->status == KAIKU_OK)
        pipeline->status = fail(figures.status, "the publisher ended",
                                kaiku_publisher_error(pipeline->publisher));
    return pipeline->status;
}

int app_pipeline_stop(struct app_pipeline *pipeline)
{
    return pipeline->publisher ? stop_threads(pipeline, kaiku_worker_stop) : pipeline->status;
}

static void ignore_assigned(void *context, const struct kaiku_partition *partitions, uint32_t n)
{
    (void)context, (void)partitions, (void)n;
}

static void ignore_revoked(void *context, bool lost)
{
    (void)context, (void)lost;
}

/* Nobody will poll them any more: others shall not wait for their sessions to time out. */
static void leave_group(struct app_pipeline *pipeline)
{
    static const struct kaiku_source_listener nobody = {NULL, ignore_assigned, ignore_revoked};
    for (uint32_t i = 0; i < pipeline->n_workers; i++) {
        struct kaiku_source *source = pipeline->sources[i];
        pipeline->sources[i] = NULL;
        kaiku_source_listen(source, nobody);
        kaiku_source_close(source);
        kaiku_source_destroy(source);
    }
}

static void take_sources(struct app_pipeline *pipeline)
{
    for (uint32_t i = 0; i < pipeline->n_workers; i++)
        if (pipeline->workers[i])
            pipeline->sources[i] = kaiku_worker_take_source(pipeline->workers[i]);
}

/* All but the base, from where the former parts stopped. */
static int renew(struct app_pipeline *pipeline, const struct kaiku_settings *settings)
{
    struct app_pipeline_figures figures;
    app_pipeline_read_figures(pipeline, &figures);
    pipeline->former_events = figures.events;
    pipeline->former_commits = figures.publisher.commits;
    pipeline->is_renewed = true;
    take_sources(pipeline);
    destroy_parts(pipeline);
    pipeline->options.settings = pipeline->settings = settings;
    return create_parts(pipeline);
}

int app_pipeline_renew(struct app_pipeline *pipeline, const struct kaiku_settings *settings)
{
    int rc = stop_threads(pipeline, kaiku_worker_suspend);
    if (rc == KAIKU_OK)
        rc = renew(pipeline, settings);
    if (rc == KAIKU_OK)
        return app_pipeline_start(pipeline);
    take_sources(pipeline);
    destroy_parts(pipeline);
    leave_group(pipeline);
    pipeline->status = rc;
    return rc;
}

void app_pipeline_destroy(struct app_pipeline *pipeline)
{
    if (!pipeline)
        return;
    destroy_parts(pipeline);
    for (uint32_t i = 0; pipeline->sources && i < pipeline->n_workers; i++)
        if (pipeline->sources[i])
            kaiku_source_destroy(pipeline->sources[i]);
    free(pipeline->sources);
    free(pipeline->workers);
    if (pipeline->catalog)
        kaiku_catalog_destroy(pipeline->catalog);
    if (pipeline->has_bell)
        kaiku_bell_release(&pipeline->bell);
    kaiku_calendar_destroy(pipeline->own_calendar);
    free(pipeline);
}

void app_pipeline_read_figures(const struct app_pipeline *pipeline, struct app_pipeline_figures *out)
{
    *out = (struct app_pipeline_figures){.events = pipeline->former_events};
    if (!pipeline->publisher)
        return;
    for (uint32_t i = 0; i < pipeline->n_workers; i++) {
        struct kaiku_worker_figures worker;
        kaiku_worker_read_figures(pipeline->workers[i], &worker);
        out->events += worker.events;
        out->cells += worker.cells;
        out->paused |= worker.paused;
    }
    kaiku_publisher_read_figures(pipeline->publisher, &out->publisher);
    out->publisher.commits += pipeline->former_commits;
}
