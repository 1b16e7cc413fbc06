#include "command.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <base/log.h>

#include "bench_runs.h"
#include "signals.h"

enum {
    EVENTS = 1000000,
    DECODED = 200000, /* at most: they are held in memory */
    PROBES = 20,
};

struct bench {
    struct app_bench_decode decode;
    struct app_bench_replay replay;
    struct app_bench_delay delay;
};

static void print_table(const struct bench *bench)
{
    const struct app_bench_replay *replay = &bench->replay;

    printf("decode    %8.0f ns of CPU an event of %.0f bytes: %.0f MB/s on one core\n",
           bench->decode.ns_an_event, bench->decode.bytes,
           bench->decode.bytes * 1e3 / bench->decode.ns_an_event);
    printf("replay    %8.2f us of CPU an event in kaiku, %.2f us in redis-server\n", replay->cpu_us,
           replay->redis_us);
    printf("          %8.0f events/s up to the last view: %llu events, %.1f s, %llu commits\n",
           (double)replay->events / replay->seconds, (unsigned long long)replay->events,
           replay->seconds, (unsigned long long)replay->commits);
    printf("          %8.0f MiB of memory at most\n", replay->peak_mib);
    printf("delay     %8.0f ms from Kafka to Redis, median of %u; %.0f ms at most\n",
           bench->delay.median_ms, bench->delay.probes, bench->delay.most_ms);
}

static void print_json(const struct bench *bench)
{
    const struct app_bench_replay *replay = &bench->replay;

    printf("{\"version\": \"%s\",\n"
           " \"decode\": {\"events\": %llu, \"bytes_per_event\": %.1f, \"cpu_ns_per_event\": %.1f},\n"
           " \"replay\": {\"events\": %llu, \"seconds\": %.3f, \"cpu_us_per_event\": %.3f,\n"
           "            \"redis_cpu_us_per_event\": %.3f, \"peak_mib\": %.1f, \"commits\": %llu},\n"
           " \"delay\": {\"probes\": %u, \"median_ms\": %.1f, \"most_ms\": %.1f}}\n",
           KAIKU_VERSION, (unsigned long long)bench->decode.events, bench->decode.bytes,
           bench->decode.ns_an_event, (unsigned long long)replay->events, replay->seconds,
           replay->cpu_us, replay->redis_us, replay->peak_mib, (unsigned long long)replay->commits,
           bench->delay.probes, bench->delay.median_ms, bench->delay.most_ms);
}

static int run_all(struct bench *bench, uint64_t events)
{
    char error[APP_BENCH_ERROR] = "";
    int status = app_bench_decode(events < DECODED ? events : DECODED, &bench->decode, error);

    if (status == KAIKU_OK)
        status = app_bench_replay(events, &bench->replay, error);
    if (status == KAIKU_OK)
        status = app_bench_delay(PROBES, &bench->delay, error);
    if (status != KAIKU_OK)
        kaiku_error("the benchmark ended: %s", error);
    return status;
}

static int run(int argc, char **argv)
{
    struct bench bench = {0};
    long long events = EVENTS;
    bool as_json = false;
    int missing = 0, status;

    for (int i = 1; i < argc; i++) {
        const char *argument = argv[i], *value;

        if (strcmp(argument, "--json") == 0) {
            as_json = true;
        } else if ((value = app_option(argc, argv, &i, "--events", &missing))) {
            if (app_number(value, 1000, 100000000, &events) != KAIKU_OK)
                return app_usage(&app_bench, "'--events' is a whole number from 1000 to 100000000");
        } else {
            return app_usage(&app_bench, missing ? "'%s' needs a value" : "unknown argument '%s'",
                             argument);
        }
    }
    app_signals_install();
    kaiku_log_configure(KAIKU_LOG_WARNING, false);
    status = run_all(&bench, (uint64_t)events);
    if (status == KAIKU_OK && as_json)
        print_json(&bench);
    else if (status == KAIKU_OK)
        print_table(&bench);
    return app_exit_of(status);
}

const struct app_command app_bench = {
    .name = "bench",
    .summary = "throughput and delay on this machine",
    .help = "usage: kaiku bench [--events N] [--json]\n"
            "\n"
            "Measures, with the configuration deploy/kaiku.yaml and generated events: decoding alone; a\n"
            "file through the whole pipeline into a redis-server of its own; and how long a single event\n"
            "takes from a Kafka cluster inside this process until Redis shows it. Takes about a minute,\n"
            "leaves nothing behind. Needs redis-server 7.0 or newer, and 300 bytes of disk an event.\n"
            "\n"
            "  --events N   how many are replayed (1000000)\n"
            "  --json       one JSON object instead of text\n"
            "\n"
            "example: kaiku bench --events 100000 --json\n",
    .run = run,
};
