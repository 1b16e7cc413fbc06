/* scripted CONFIG WORKERS REBALANCES SEED < RECORDS: the whole pipeline but for Kafka: workers on a scripted
 * source, the publisher, a real Redis. Partitions move between the workers, sometimes as lost ones (so that
 * two hold them for a moment); and sometimes all but the sources is made anew, as for another configuration. Ends when everything is committed and shown. Meanwhile another thread reads the monitor
 * all the time, as /metrics would; its figures are printed at the end.
 *
 * RECORDS as in tests/support/topic.c: lines `PARTITION OFFSET TIMESTAMP SIZE`, SIZE bytes (-1: tombstone), a
 * newline. */
#include <base/hash.h>
#include <base/log.h>
#include <config/config.h>
#include <monitor/monitor.h>
#include <publish/publisher.h>
#include <source/script.h>

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

enum { MAX_PARTITIONS = 64, MAX_WORKERS = 8, SIZE_MAX_RECORD = 4 << 20 };

struct log {
    struct kaiku_text *values;
    int64_t *timestamps, *offsets;
    uint32_t count, capacity;
};

static struct log logs[MAX_PARTITIONS];
static struct kaiku_script_log script_logs[MAX_PARTITIONS];
static uint32_t n_logs;

static void check(bool holds, const char *what)
{
    if (holds)
        return;
    fprintf(stderr, "scripted: %s\n", what);
    exit(1);
}

static void *grown(void *array, size_t size)
{
    array = realloc(array, size);
    check(array != NULL, "out of memory");
    return array;
}

static struct log *room_in(unsigned partition)
{
    check(partition < MAX_PARTITIONS, "too many partitions");
    struct log *log = &logs[partition];
    if (partition >= n_logs)
        n_logs = partition + 1;
    if (log->count == log->capacity) {
        log->capacity = 2 * log->capacity + 1024;
        log->values = grown(log->values, log->capacity * sizeof *log->values);
        log->timestamps = grown(log->timestamps, log->capacity * sizeof *log->timestamps);
        log->offsets = grown(log->offsets, log->capacity * sizeof *log->offsets);
    }
    return log;
}

static void read_logs(void)
{
    unsigned partition;
    long long offset, timestamp, size;
    while (scanf("%u %lld %lld %lld", &partition, &offset, &timestamp, &size) == 4) {
        struct log *log = room_in(partition);
        check(size < SIZE_MAX_RECORD, "record too large");
        check(getchar() == '\n', "no newline behind a record's head");
        char *value = size < 0 ? NULL : grown(NULL, (size_t)size + 1);
        if (value)
            check(fread(value, 1, (size_t)size, stdin) == (size_t)size, "record cut short");
        log->values[log->count] = (struct kaiku_text){value, size < 0 ? 0 : (size_t)size};
        log->timestamps[log->count] = timestamp;
        log->offsets[log->count++] = offset;
    }
}

static void release_logs(void)
{
    for (uint32_t p = 0; p < n_logs; p++) {
        for (uint32_t i = 0; i < logs[p].count; i++)
            free((char *)logs[p].values[i].data);
        free(logs[p].values);
        free(logs[p].timestamps);
        free(logs[p].offsets);
    }
}

/* ---- the pipeline ---- */

struct rig {
    struct kaiku_settings *settings;
    struct kaiku_calendar *calendar;
    struct kaiku_catalog *catalog;
    struct kaiku_store *store;
    struct kaiku_publisher *publisher;
    struct kaiku_bell bell;
    struct kaiku_source *sources[MAX_WORKERS];
    struct kaiku_worker *workers[MAX_WORKERS];
    uint32_t n;
    uint32_t random;
    struct kaiku_monitor *monitor;
    pthread_t reader; /* of the monitor */
    atomic_bool over;
};

static void read_settings(struct rig *rig, const char *path)
{
    struct kaiku_mistakes mistakes = {0};
    int status = kaiku_config_read(path, &rig->settings, &mistakes);
    kaiku_mistakes_print(&mistakes, path, stderr);
    kaiku_mistakes_release(&mistakes);
    check(status == KAIKU_OK, "mistakes in the configuration");
    status = kaiku_calendar_create(rig->settings->model.time_zone, &rig->calendar);
    check(status == KAIKU_OK, "no calendar");
}

static struct kaiku_script_options script_options(const struct rig *rig)
{
    for (uint32_t p = 0; p < n_logs; p++)
        script_logs[p] = (struct kaiku_script_log){
            .partition = {rig->settings->topics[0], (int32_t)p},
            .values = logs[p].values,
            .timestamps_ms = logs[p].timestamps,
            .offsets = logs[p].offsets,
            .count = logs[p].count,
        };
    return (struct kaiku_script_options){.logs = script_logs, .n_logs = n_logs, .batch = 100};
}

static void make_sources(struct rig *rig)
{
    struct kaiku_script_options script = script_options(rig);
    check(kaiku_script_catalog_create(&script, &rig->catalog) == KAIKU_OK, "no catalog");
    check(kaiku_bell_init(&rig->bell) == KAIKU_OK, "no bell");
    for (uint32_t i = 0; i < rig->n; i++)
        check(kaiku_script_source_create(&script, &rig->sources[i]) == KAIKU_OK, "no source");
}

static void make_workers(struct rig *rig)
{
    for (uint32_t i = 0; i < rig->n; i++) {
        char name[32];
        snprintf(name, sizeof name, "worker %u", i);
        struct kaiku_worker_options options = {
            .model = &rig->settings->model,
            .calendar = rig->calendar,
            .source = rig->sources[i],
            .publisher_bell = &rig->bell,
            .thread = kaiku_monitor_thread(rig->monitor, name),
            .poll_ms = 2,
            .limits = {.cells = (uint32_t)rig->settings->limit_cells, .events = 1 << 28},
        };
        check(kaiku_worker_create(&options, &rig->workers[i]) == KAIKU_OK, "no worker");
    }
}

static void make_publisher(struct rig *rig)
{
    const struct kaiku_redis_settings *redis = &rig->settings->redis;
    struct kaiku_store_options store = {
        .host = redis->host,
        .path = redis->path,
        .port = redis->port,
        .database = redis->database,
        .prefix = redis->prefix,
        .timeout_ms = redis->timeout_ms,
        .thread = kaiku_monitor_thread(rig->monitor, "publisher"),
    };
    check(kaiku_store_create(&store, &rig->settings->model, &rig->store) == KAIKU_OK, "no store");
    struct kaiku_publisher_options options = {
        .model = &rig->settings->model,
        .calendar = rig->calendar,
        .store = rig->store,
        .catalog = rig->catalog,
        .bell = &rig->bell,
        .workers = rig->workers,
        .n_workers = rig->n,
        .prefix = redis->prefix,
        .commit_every_ms = rig->settings->commit_every_ms,
        .views_every_ms = rig->settings->views_every_ms,
        .monitor = rig->monitor,
        .thread = kaiku_monitor_thread(rig->monitor, "publisher"),
        .until_end = true,
    };
    check(kaiku_publisher_create(&options, &rig->publisher) == KAIKU_OK, "no publisher");
    check(kaiku_publisher_prepare(rig->publisher) == KAIKU_OK, kaiku_publisher_error(rig->publisher));
}

static uint32_t next_random(struct rig *rig)
{
    rig->random = rig->random * 1664525u + 1013904223u;
    return rig->random >> 8;
}

/* Deals the partitions out anew; every worker learns of it on its own time. */
static void deal(struct rig *rig)
{
    uint64_t masks[MAX_WORKERS] = {0};
    for (uint32_t p = 0; p < n_logs; p++)
        masks[next_random(rig) % rig->n] |= (uint64_t)1 << p;
    for (uint32_t i = 0; i < rig->n; i++)
        kaiku_script_rebalance(rig->sources[i], masks[i], next_random(rig) % 4 == 0);
}

static bool wait_for_end(const struct rig *rig, int timeout_ms)
{
    struct kaiku_publisher_figures figures;
    const int slice_ms = 5;
    for (int waited = 0; waited < timeout_ms; waited += slice_ms) {
        kaiku_publisher_read_figures(rig->publisher, &figures);
        check(!figures.ended, kaiku_publisher_error(rig->publisher));
        if (figures.reached)
            return true;
        for (uint32_t i = 0; i < rig->n; i++) {
            struct kaiku_worker_figures worker;
            kaiku_worker_read_figures(rig->workers[i], &worker);
            check(!worker.ended, kaiku_worker_error(rig->workers[i]));
        }
        poll(NULL, 0, slice_ms);
    }
    return false;
}

static void *read_monitor(void *context)
{
    struct rig *rig = context;
    struct kaiku_buffer text = {0};
    const char *why = "";
    while (!atomic_load(&rig->over)) {
        kaiku_buffer_clear(&text);
        kaiku_monitor_metrics(rig->monitor, &text);
        check(kaiku_monitor_is_alive(rig->monitor, &why), why);
        (void)kaiku_monitor_is_ready(rig->monitor, &why);
        poll(NULL, 0, 1);
    }
    kaiku_buffer_release(&text);
    return NULL;
}

static void start(struct rig *rig)
{
    make_workers(rig);
    make_publisher(rig);
    check(kaiku_publisher_start(rig->publisher) == KAIKU_OK, "no thread");
    for (uint32_t i = 0; i < rig->n; i++)
        check(kaiku_worker_start(rig->workers[i]) == KAIKU_OK, "no thread");
}

static void end(struct rig *rig, void (*stop)(struct kaiku_worker *))
{
    for (uint32_t i = 0; i < rig->n; i++)
        stop(rig->workers[i]);
    for (uint32_t i = 0; i < rig->n; i++)
        kaiku_worker_join(rig->workers[i]);
    kaiku_publisher_stop(rig->publisher);
    kaiku_publisher_join(rig->publisher);
    kaiku_publisher_destroy(rig->publisher);
    for (uint32_t i = 0; i < rig->n; i++) {
        rig->sources[i] = kaiku_worker_take_source(rig->workers[i]);
        kaiku_worker_destroy(rig->workers[i]);
    }
    kaiku_store_destroy(rig->store);
}

static void renew(struct rig *rig)
{
    end(rig, kaiku_worker_suspend);
    start(rig);
}

static void run(struct rig *rig, int rebalances)
{
    bool reached = false;
    deal(rig);
    start(rig);
    for (int r = 0; r < rebalances && !reached; r++) {
        reached = wait_for_end(rig, 20 + (int)(next_random(rig) % 200));
        if (!reached && r % 3 == 2)
            renew(rig);
        else if (!reached)
            deal(rig);
    }
    check(reached || wait_for_end(rig, 300000), "no end in five minutes");
}

static void print_figures(const struct kaiku_monitor *monitor)
{
    struct kaiku_buffer text = {0};
    kaiku_monitor_metrics(monitor, &text);
    check(fwrite(text.data, 1, text.size, stdout) == text.size, "no room for the figures");
    kaiku_buffer_release(&text);
}

static void stop(struct rig *rig)
{
    end(rig, kaiku_worker_stop);
    atomic_store(&rig->over, true);
    pthread_join(rig->reader, NULL);
    print_figures(rig->monitor);
    for (uint32_t i = 0; i < rig->n; i++)
        kaiku_source_destroy(rig->sources[i]);
    kaiku_catalog_destroy(rig->catalog);
    kaiku_bell_release(&rig->bell);
    kaiku_calendar_destroy(rig->calendar);
    kaiku_settings_destroy(rig->settings);
    kaiku_monitor_destroy(rig->monitor);
}

int main(int argc, char **argv)
{
    struct rig rig = {0};
    check(argc == 5, "usage: scripted CONFIG WORKERS REBALANCES SEED");
    rig.n = (uint32_t)atoi(argv[2]);
    rig.random = (uint32_t)atoi(argv[4]);
    check(rig.n >= 1 && rig.n <= MAX_WORKERS, "1 to 8 workers");
    signal(SIGPIPE, SIG_IGN);
    kaiku_hash_seed();
    read_logs();
    read_settings(&rig, argv[1]);
    check(kaiku_monitor_create(KAIKU_MONITOR_PATIENCE_MS, &rig.monitor) == KAIKU_OK, "no monitor");
    check(pthread_create(&rig.reader, NULL, read_monitor, &rig) == 0, "no thread");
    make_sources(&rig);
    run(&rig, atoi(argv[3]));
    stop(&rig);
    release_logs();
    return 0;
}
