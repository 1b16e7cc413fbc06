/* What `kaiku bench` measures: each run starts what it needs and leaves nothing behind. */
#ifndef APP_BENCH_RUNS_H
#define APP_BENCH_RUNS_H

#include <kaiku/status.h>

#include <stdint.h>

enum { APP_BENCH_ERROR = 512 };

/* One thread, records in memory: the least of several passes. */
struct app_bench_decode {
    uint64_t events;
    double bytes;       /* of an event, mean */
    double ns_an_event; /* CPU */
};

/* A file through the whole pipeline into a redis-server of its own, up to the last view. */
struct app_bench_replay {
    uint64_t events;
    double seconds;    /* until the last view was written */
    double cpu_us;     /* of kaiku an event */
    double redis_us;   /* CPU of redis-server an event */
    double peak_mib;   /* of kaiku */
    uint64_t commits;
};

/* A Kafka cluster inside the process, one event at a time: from its delivery until Redis shows it. */
struct app_bench_delay {
    uint32_t probes;
    double median_ms, most_ms;
};

/* Text of a failure in error, APP_BENCH_ERROR bytes. */
int app_bench_decode(uint64_t events, struct app_bench_decode *out, char *error) KAIKU_MUST_CHECK;
int app_bench_replay(uint64_t events, struct app_bench_replay *out, char *error) KAIKU_MUST_CHECK;
int app_bench_delay(uint32_t probes, struct app_bench_delay *out, char *error) KAIKU_MUST_CHECK;

#endif
