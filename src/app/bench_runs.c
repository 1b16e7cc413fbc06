#include "bench_runs.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include <base/clock.h>
#include <decode/decode.h>

#include "demo_settings.h"
#include "private_stack.h"
#include "sink.h"

enum {
    PASSES = 5,
    PARTITIONS = 1,
    WAIT_MS = 200,
    LOOK_US = 2000,
    SPREAD_US = 370000, /* probes begin at different moments between two views */
    VIEWS_US = 1000000,
    PATIENCE_MS = 60000,
};

#define NOWHERE "127.0.0.1:1" /* nobody connects: files are read */

static int explain(int status, char *error)
{
    if (status != KAIKU_OK && !error[0])
        snprintf(error, APP_BENCH_ERROR, "%s", kaiku_status_text(status));
    return status;
}

static double cpu_seconds(int whose)
{
    struct rusage usage;

    getrusage(whose, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static int create_generator(struct app_generator **out)
{
    struct app_generator_options options;

    app_generator_defaults(&options);
    return app_generator_create(&options, out);
}

/* ---- decoding ---- */

/* Events behind each other, each with its end in ends. */
static int collect(uint64_t events, struct kaiku_buffer *bytes, size_t *ends)
{
    struct app_generator *generator;
    int status = create_generator(&generator);

    if (status != KAIKU_OK)
        return status;
    for (uint64_t i = 0; i < events; i++) {
        struct app_generated event;
        app_generator_next(generator, &event);
        kaiku_buffer_text(bytes, event.value);
        ends[i] = bytes->size;
    }
    app_generator_destroy(generator);
    return bytes->failed ? KAIKU_NOMEM : KAIKU_OK;
}

static double thread_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static double time_pass(struct kaiku_decoder *decoder, const struct kaiku_buffer *bytes,
                        const size_t *ends, uint64_t events)
{
    struct kaiku_event event;
    enum kaiku_reason reason;
    double began = thread_ns();

    for (uint64_t i = 0, at = 0; i < events; at = ends[i++])
        (void)kaiku_decode(decoder, bytes->data + at, ends[i] - at, KAIKU_TIMESTAMP_OWN, &event,
                           &reason);
    return (thread_ns() - began) / (double)events;
}

int app_bench_decode(uint64_t events, struct app_bench_decode *out, char *error)
{
    size_t *ends = calloc(events, sizeof(*ends));
    struct kaiku_settings *settings = NULL;
    struct kaiku_decoder *decoder = NULL;
    struct kaiku_buffer bytes = {0};
    int status = ends ? collect(events, &bytes, ends) : KAIKU_NOMEM;

    if (status == KAIKU_OK)
        status = app_demo_settings_read(NOWHERE, "/nowhere", &settings);
    if (status == KAIKU_OK)
        status = kaiku_decoder_create(&settings->model, &decoder);
    if (status == KAIKU_OK) {
        *out = (struct app_bench_decode){.events = events, .bytes = (double)bytes.size / (double)events};
        for (int pass = 0; pass < PASSES; pass++) {
            double ns = time_pass(decoder, &bytes, ends, events);
            if (pass == 0 || ns < out->ns_an_event)
                out->ns_an_event = ns;
        }
    }
    kaiku_decoder_destroy(decoder);
    kaiku_settings_destroy(settings);
    kaiku_buffer_release(&bytes);
    free(ends);
    return explain(status, error);
}

/* ---- replaying a file ---- */

static int write_events(const char *path, uint64_t events, char *error)
{
    struct app_generator *generator;
    struct app_sink sink;
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    int status;

    if (fd < 0) {
        snprintf(error, APP_BENCH_ERROR, "cannot write '%s': %m", path);
        return KAIKU_IO;
    }
    app_sink_init_lines(&sink, fd);
    status = create_generator(&generator);
    for (uint64_t i = 0; i < events && status == KAIKU_OK; i++) {
        struct app_generated event;
        app_generator_next(generator, &event);
        status = app_sink_send(&sink, &event);
    }
    if (status == KAIKU_OK)
        status = app_sink_flush(&sink);
    if (status != KAIKU_OK)
        snprintf(error, APP_BENCH_ERROR, "%s", sink.error);
    app_generator_destroy(generator);
    app_sink_release(&sink);
    close(fd);
    return status;
}

static int run_pipeline(const struct app_pipeline_options *options, struct app_bench_replay *out)
{
    struct app_pipeline_figures figures;
    struct app_pipeline *pipeline = NULL;
    int status = app_pipeline_create(options, &pipeline), ended;

    if (status == KAIKU_OK)
        status = app_pipeline_start(pipeline);
    if (status == KAIKU_OK) {
        while (!app_pipeline_wait(pipeline, WAIT_MS))
            ;
        app_pipeline_read_figures(pipeline, &figures);
        ended = app_pipeline_stop(pipeline);
        status = ended;
        out->commits = figures.publisher.commits;
    }
    app_pipeline_destroy(pipeline);
    return status;
}

static int replay(const struct app_private_redis *redis, const char *path,
                  struct app_bench_replay *out)
{
    const struct kaiku_file_input input = {.path = path, .topic = "file:bench"};
    struct kaiku_settings *settings = NULL;
    int status = app_demo_settings_read(NOWHERE, redis->socket, &settings);

    if (status == KAIKU_OK) {
        struct app_pipeline_options options = {
            .settings = settings, .files = &input, .n_files = 1, .until_end = true};
        double cpu = cpu_seconds(RUSAGE_SELF);
        int64_t began_us = kaiku_clock_monotonic_us();
        status = run_pipeline(&options, out);
        out->seconds = (double)(kaiku_clock_monotonic_us() - began_us) / 1e6;
        out->cpu_us = (cpu_seconds(RUSAGE_SELF) - cpu) * 1e6 / (double)out->events;
    }
    kaiku_settings_destroy(settings);
    return status;
}

int app_bench_replay(uint64_t events, struct app_bench_replay *out, char *error)
{
    struct app_private_redis redis = {0};
    struct rusage usage;
    char path[sizeof(redis.directory) + 16];
    double redis_cpu = cpu_seconds(RUSAGE_CHILDREN);
    int status = app_private_redis_start(&redis, error);

    if (status != KAIKU_OK)
        return explain(status, error);
    *out = (struct app_bench_replay){.events = events};
    snprintf(path, sizeof(path), "%s/events.ndjson", redis.directory);
    status = write_events(path, events, error);
    if (status == KAIKU_OK)
        status = replay(&redis, path, out);
    app_private_redis_stop(&redis);
    getrusage(RUSAGE_SELF, &usage);
    out->peak_mib = (double)usage.ru_maxrss / 1024;
    out->redis_us = (cpu_seconds(RUSAGE_CHILDREN) - redis_cpu) * 1e6 / (double)events;
    return explain(status, error);
}

/* ---- the delay of one event ---- */

struct delay {
    struct app_private_stack stack;
    struct app_generator *generator;
    struct app_sink sink;
};

static int start_delay(struct delay *delay, char *error)
{
    int status = app_private_stack_init(&delay->stack, PARTITIONS, error);

    if (status == KAIKU_OK)
        status = create_generator(&delay->generator);
    if (status == KAIKU_OK)
        status = app_sink_init_topic(&delay->sink, delay->stack.brokers, APP_PRIVATE_STACK_TOPIC);
    if (status == KAIKU_OK)
        status = app_private_stack_start(&delay->stack, NULL);
    return status;
}

static void stop_delay(struct delay *delay)
{
    (void)app_private_stack_stop(&delay->stack);
    app_sink_release(&delay->sink);
    app_generator_destroy(delay->generator);
    app_private_stack_release(&delay->stack);
}

static bool is_shown(struct delay *delay, uint64_t sent)
{
    struct kaiku_pairs trust;

    return kaiku_view_reader_hash(delay->stack.reader, "kaiku:trust", &trust) == KAIKU_OK &&
           kaiku_pairs_number(trust, "consumed") >= (double)sent;
}

/* Sends one event; ms until the trust figures count it. */
static int probe(struct delay *delay, uint64_t sent, double *ms, char *error)
{
    struct app_generated event;
    int64_t began_us, now_us;
    int status;

    usleep((useconds_t)(sent * SPREAD_US % VIEWS_US));
    app_generator_set_time(delay->generator, kaiku_clock_wall_ms());
    app_generator_next(delay->generator, &event);
    status = app_sink_send(&delay->sink, &event);
    if (status == KAIKU_OK)
        status = app_sink_flush(&delay->sink);
    if (status != KAIKU_OK) {
        snprintf(error, APP_BENCH_ERROR, "%s", delay->sink.error);
        return status;
    }
    began_us = now_us = kaiku_clock_monotonic_us();
    while (!is_shown(delay, sent) && now_us - began_us < PATIENCE_MS * INT64_C(1000)) {
        usleep(LOOK_US);
        now_us = kaiku_clock_monotonic_us();
    }
    *ms = (double)(now_us - began_us) / 1e3;
    if (now_us - began_us < PATIENCE_MS * INT64_C(1000))
        return KAIKU_OK;
    snprintf(error, APP_BENCH_ERROR, "an event was not shown within %d s", PATIENCE_MS / 1000);
    return KAIKU_AWAY;
}

static int compare(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;

    return (a > b) - (a < b);
}

int app_bench_delay(uint32_t probes, struct app_bench_delay *out, char *error)
{
    double *ms = calloc(probes + 1, sizeof(*ms));
    struct delay delay = {0};
    int status = ms ? start_delay(&delay, error) : KAIKU_NOMEM;

    /* The first waits for the group to form, and is not counted. */
    for (uint32_t i = 0; i <= probes && status == KAIKU_OK; i++)
        status = probe(&delay, i + 1, &ms[i], error);
    if (status == KAIKU_OK) {
        qsort(ms + 1, probes, sizeof(*ms), compare);
        *out = (struct app_bench_delay){
            .probes = probes, .median_ms = ms[1 + probes / 2], .most_ms = ms[probes]};
    }
    stop_delay(&delay);
    free(ms);
    return explain(status, error);
}
