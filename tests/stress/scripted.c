/* scripted CONFIG WORKERS REBALANCES SEED < RECORDS: the whole pipeline but for Kafka: workers on a scripted
 * source, the publisher, a real Redis. Partitions move between the workers, sometimes as lost ones (so that
 * two hold them for a moment). Ends when everything is committed and shown.
 *
 * RECORDS as in tests/support/topic.c: lines `PARTITION OFFSET TIMESTAMP SIZE`, SIZE bytes (-1: tombstone), a
 * newline. */
#include <base/hash.h>
#include <base/log.h>
#include <config/config.h>
#include <publish/publisher.h>
#include <source/script.h>

#include <poll.h>
#include <signal.h>
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

static struct kaiku_script_options script_options(const struct kaiku_settings *settings)
{
    for (uint32_t p = 0; p < n_logs; p++)
        script_logs[p] = (struct kaiku_script_log){
            .partition = {settings->topics[0], (int32_t)p},
            .values = logs[p].values,
            .timestamps_ms = logs[p].timestamps,
            .offsets = logs[p].offsets,
            .count = logs[p].count,
        };
    return (struct kaiku_script_options){.logs = script_logs, .n_logs = n_logs, .batch = 100};
}

static struct kaiku_store *make_store(const struct kaiku_settings *settings)
{
    struct kaiku_store_options options = {
        .host = settings->redis.host, .path = settings->redis.path, .port = settings->redis.port,
        .database = settings->redis.database, .prefix = settings->redis.prefix,
        .timeout_ms = settings->redis.timeout_ms};
    struct kaiku_store *store;
    check(kaiku_store_create(&options, &settings->model, &store) == KAIKU_OK, "no store");
    return store;
}

static uint32_t next_random(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

/* Deals the partitions out anew; every worker learns of it on its own time. */
static void deal(struct kaiku_source **sources, uint32_t n, uint32_t *state)
{
    uint64_t masks[MAX_WORKERS] = {0};
    for (uint32_t p = 0; p < n_logs; p++)
        masks[next_random(state) % n] |= (uint64_t)1 << p;
    for (uint32_t i = 0; i < n; i++)
        kaiku_script_rebalance(sources[i], masks[i], next_random(state) % 4 == 0);
}

static bool wait_for_end(const struct kaiku_publisher *publisher, struct kaiku_worker *const *workers,
                         uint32_t n, int timeout_ms)
{
    struct kaiku_publisher_figures figures;
    const int slice_ms = 5;
    for (int waited = 0; waited < timeout_ms; waited += slice_ms) {
        kaiku_publisher_read_figures(publisher, &figures);
        check(!figures.ended, kaiku_publisher_error(publisher));
        if (figures.reached)
            return true;
        for (uint32_t i = 0; i < n; i++) {
            struct kaiku_worker_figures worker;
            kaiku_worker_read_figures(workers[i], &worker);
            check(!worker.ended, kaiku_worker_error(workers[i]));
        }
        poll(NULL, 0, slice_ms);
    }
    return false;
}

int main(int argc, char **argv)
{
    check(argc == 5, "usage: scripted CONFIG WORKERS REBALANCES SEED");
    uint32_t n = (uint32_t)atoi(argv[2]), state = (uint32_t)atoi(argv[4]);
    int rebalances = atoi(argv[3]);
    check(n >= 1 && n <= MAX_WORKERS, "1 to 8 workers");
    signal(SIGPIPE, SIG_IGN);
    kaiku_hash_seed();
    read_logs();

    struct kaiku_settings *settings;
    struct kaiku_mistakes mistakes = {0};
    if (kaiku_config_read(argv[1], &settings, &mistakes) != KAIKU_OK) {
        kaiku_mistakes_print(&mistakes, argv[1], stderr);
        return 2;
    }
    struct kaiku_calendar *calendar;
    check(kaiku_calendar_create(settings->model.time_zone, &calendar) == KAIKU_OK, "no calendar");
    struct kaiku_script_options script = script_options(settings);
    struct kaiku_catalog *catalog;
    struct kaiku_bell bell;
    struct kaiku_source *sources[MAX_WORKERS];
    struct kaiku_worker *workers[MAX_WORKERS];
    check(kaiku_script_catalog_create(&script, &catalog) == KAIKU_OK, "no catalog");
    check(kaiku_bell_init(&bell) == KAIKU_OK, "no bell");
    for (uint32_t i = 0; i < n; i++) {
        check(kaiku_script_source_create(&script, &sources[i]) == KAIKU_OK, "no source");
        struct kaiku_worker_options options = {
            .model = &settings->model, .calendar = calendar, .source = sources[i],
            .publisher_bell = &bell, .poll_ms = 2,
            .limits = {.cells = (uint32_t)settings->limit_cells, .events = 1 << 28}};
        check(kaiku_worker_create(&options, &workers[i]) == KAIKU_OK, "no worker");
    }
    struct kaiku_store *store = make_store(settings);
    struct kaiku_publisher_options options = {
        .model = &settings->model, .calendar = calendar, .store = store, .catalog = catalog,
        .bell = &bell, .workers = workers, .n_workers = n, .prefix = settings->redis.prefix,
        .commit_every_ms = settings->commit_every_ms, .views_every_ms = settings->views_every_ms,
        .until_end = true};
    struct kaiku_publisher *publisher;
    check(kaiku_publisher_create(&options, &publisher) == KAIKU_OK, "no publisher");
    check(kaiku_publisher_prepare(publisher) == KAIKU_OK, kaiku_publisher_error(publisher));

    deal(sources, n, &state);
    check(kaiku_publisher_start(publisher) == KAIKU_OK, "no thread");
    for (uint32_t i = 0; i < n; i++)
        check(kaiku_worker_start(workers[i]) == KAIKU_OK, "no thread");
    bool reached = false;
    for (int r = 0; r < rebalances && !reached; r++) {
        reached = wait_for_end(publisher, workers, n, 20 + (int)(next_random(&state) % 200));
        if (!reached)
            deal(sources, n, &state);
    }
    check(reached || wait_for_end(publisher, workers, n, 300000), "no end in five minutes");

    for (uint32_t i = 0; i < n; i++)
        kaiku_worker_stop(workers[i]);
    for (uint32_t i = 0; i < n; i++)
        kaiku_worker_join(workers[i]);
    kaiku_publisher_stop(publisher);
    kaiku_publisher_join(publisher);
    kaiku_publisher_destroy(publisher);
    for (uint32_t i = 0; i < n; i++)
        kaiku_worker_destroy(workers[i]);
    kaiku_store_destroy(store);
    kaiku_catalog_destroy(catalog);
    kaiku_bell_release(&bell);
    kaiku_calendar_destroy(calendar);
    kaiku_settings_destroy(settings);
    release_logs();
    return 0;
}
