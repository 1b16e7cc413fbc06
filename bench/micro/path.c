/* Records to cells: whole workers on a scripted source, and somebody who takes their deltas and
 * gives them back as the publisher does. Against as many threads that only read the records with
 * simdjson. */
#include "bench.h"
#include "corpus.h"
#include "ondemand_pass.h"
#include "subjects.h"
#include "world.h"

#include <aggregate/worker.h>
#include <base/clock.h>
#include <source/script.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    EVENTS = 2000000,
    MAX_WORKERS = 2,
    BATCH = 500,
    TAKE_EVERY_MS = 50,
    WARM = 2,            /* deltas of each worker before it counts: both know their values then */
    FEW_EVENTS = 500000, /* are over before that */
    CELLS = 1 << 18,
};

struct scene {
    struct world world;
    struct corpus corpus;
    bool contacts; /* the second headline */
    uint32_t workers;
    uint64_t cells; /* base cells of all deltas together, in the last pass */
    double rate; /* events a second of all workers together, in the best pass */
};

/* The part of the corpus that one worker or thread reads. */
struct share {
    const struct corpus *corpus;
    bool contacts;
    uint32_t first, n;
    double ns; /* its thread's CPU time */
};

static struct share share_of(const struct scene *scene, uint32_t i)
{
    uint32_t n = scene->corpus.n / scene->workers;
    return (struct share){&scene->corpus, scene->contacts, i * n, n, 0};
}

static uint32_t events_of(const struct scene *scene)
{
    return scene->corpus.n / scene->workers * scene->workers;
}

/* ---- kaiku: this thread is the publisher ---- */

static struct kaiku_worker *start_worker(const struct scene *scene, uint32_t i,
                                         struct kaiku_bell *bell)
{
    const struct share share = share_of(scene, i);
    const struct kaiku_script_log log = {
        .partition = {"feedback", (int32_t)i},
        .values = share.corpus->values + share.first,
        .timestamps_ms = share.corpus->stamps_ms + share.first,
        .count = share.n,
    };
    const struct kaiku_script_options script = {
        .logs = &log, .n_logs = 1, .batch = BATCH, .end = true};
    struct kaiku_worker_options options = {
        .model = scene->world.model,
        .calendar = scene->world.calendar,
        .publisher_bell = bell,
        .limits = {.cells = CELLS, .events = 1 << 28},
        .poll_ms = 1,
    };
    struct kaiku_worker *worker;

    bench_check(kaiku_script_source_create(&script, &options.source) == KAIKU_OK, "no source");
    bench_check(kaiku_worker_create(&options, &worker) == KAIKU_OK, "no worker");
    bench_check(kaiku_worker_start(worker) == KAIKU_OK, "no thread");
    return worker;
}

/* The prefix is new: everything begins at 0. */
static void answer(const struct scene *scene, struct kaiku_handover *handover)
{
    struct kaiku_request *request = atomic_load(&handover->request);

    if (!request)
        return;
    for (uint32_t i = 0; i < request->n; i++)
        memset(request->openings[i].next_by_shard, 0,
               scene->world.model->shards * sizeof *request->openings[i].next_by_shard);
    kaiku_handover_answer(handover, request, KAIKU_OK);
}

/* Redis admits everything, so from now on these values are known. */
static void admit(struct kaiku_delta *delta, uint32_t dimensions)
{
    for (uint32_t d = 0; d < dimensions; d++)
        for (uint32_t id = KAIKU_ID_FIRST; id < delta->interners[d].count; id++)
            delta->interners[d].items[id].admitted = true;
}

/* What this thread knows of the workers. */
struct service {
    struct scene *scene;
    struct kaiku_worker *workers[MAX_WORKERS];
    struct kaiku_bell bell;
    int64_t asked_ms;
    uint32_t taken[MAX_WORKERS];
    int64_t counted;
    bool is_warm;
    uint64_t events;     /* taken by the workers before they were warm */
    double process, own; /* CPU time then */
    int64_t began_us;
};

static void take(struct service *service, uint32_t i)
{
    struct kaiku_handover *handover = kaiku_worker_handover(service->workers[i]);
    struct kaiku_delta *delta = kaiku_handover_take(handover);

    if (!delta)
        return;
    service->taken[i]++;
    service->counted += delta->totals[KAIKU_TOTAL_counted];
    for (uint32_t v = 0; v < service->scene->world.model->n_views; v++)
        service->scene->cells += delta->cells[v].table.count;
    admit(delta, service->scene->world.model->n_dimensions);
    kaiku_delta_clear(delta, true);
    kaiku_handover_give(handover, delta);
    kaiku_handover_settle(handover);
}

/* Measuring begins here; whatever was before is not counted. */
static void begin(struct service *service)
{
    service->events = 0;
    for (uint32_t i = 0; i < service->scene->workers; i++) {
        struct kaiku_worker_figures figures;
        kaiku_worker_read_figures(service->workers[i], &figures);
        service->events += figures.events;
    }
    service->process = bench_process_ns();
    service->own = bench_thread_ns();
    service->began_us = kaiku_clock_monotonic_us();
}

/* All is read. */
static double end(struct service *service, uint64_t events)
{
    double ns = bench_process_ns() - service->process - (bench_thread_ns() - service->own);
    int64_t took_us = kaiku_clock_monotonic_us() - service->began_us;
    double rate;

    bench_check(service->events < events && took_us > 0, "too few events for this machine");
    rate = (double)(events - service->events) * 1e6 / (double)took_us;
    if (rate > service->scene->rate)
        service->scene->rate = rate;
    return ns / (double)(events - service->events);
}

static bool is_warm(const struct service *service)
{
    for (uint32_t i = 0; i < service->scene->workers; i++)
        if (service->taken[i] < WARM)
            return false;
    return true;
}

/* One round; how many of the workers are at rest, or over. */
static uint32_t serve(struct service *service)
{
    int64_t now_ms = kaiku_clock_monotonic_ms();
    bool ask = now_ms - service->asked_ms >= TAKE_EVERY_MS;
    uint32_t resting = 0;

    kaiku_bell_wait(&service->bell, 5);
    if (ask)
        service->asked_ms = now_ms;
    for (uint32_t i = 0; i < service->scene->workers; i++) {
        struct kaiku_handover *handover = kaiku_worker_handover(service->workers[i]);
        struct kaiku_worker_figures figures;
        if (ask)
            atomic_store(&handover->wanted, true);
        answer(service->scene, handover);
        take(service, i);
        kaiku_worker_read_figures(service->workers[i], &figures);
        resting += figures.drained || figures.ended;
    }
    return resting;
}

static void stop(struct service *service)
{
    struct kaiku_worker_figures figures;

    for (uint32_t i = 0; i < service->scene->workers; i++) {
        kaiku_worker_stop(service->workers[i]);
        do {
            (void)serve(service);
            kaiku_worker_read_figures(service->workers[i], &figures);
        } while (!figures.ended);
        kaiku_worker_join(service->workers[i]);
    }
    for (uint32_t i = 0; i < service->scene->workers; i++)
        kaiku_worker_destroy(service->workers[i]);
    kaiku_bell_release(&service->bell);
}

static double pass_kaiku(void *context)
{
    struct service service = {.scene = context, .asked_ms = kaiku_clock_monotonic_ms()};
    uint64_t events = events_of(service.scene);

    service.scene->cells = 0;
    bench_check(kaiku_bell_init(&service.bell) == KAIKU_OK, "no bell");
    for (uint32_t i = 0; i < service.scene->workers; i++)
        service.workers[i] = start_worker(service.scene, i, &service.bell);
    begin(&service);
    service.is_warm = events < FEW_EVENTS;
    while (serve(&service) < service.scene->workers) {
        if (service.is_warm || !is_warm(&service))
            continue;
        service.is_warm = true;
        begin(&service);
    }
    double ns = end(&service, events);
    stop(&service);
    bench_check(service.counted == (int64_t)events, "not every event was counted once");
    return ns;
}

/* ---- the others: a function on as many threads ---- */

static double on_threads(const struct scene *scene, void *(*work)(void *))
{
    struct share shares[MAX_WORKERS];
    pthread_t threads[MAX_WORKERS];
    double ns = 0;

    for (uint32_t i = 0; i < scene->workers; i++) {
        shares[i] = share_of(scene, i);
        bench_check(pthread_create(&threads[i], NULL, work, &shares[i]) == 0, "no thread");
    }
    for (uint32_t i = 0; i < scene->workers; i++) {
        pthread_join(threads[i], NULL);
        ns += shares[i].ns;
    }
    return ns / events_of(scene);
}

static void *read_all(void *context)
{
    struct share *share = context;
    const struct ondemand_build *build = ondemand_best();
    void *reader = build->create();
    double begin = bench_thread_ns();

    ondemand_read_copies(share->contacts ? build->read_contact : build->read, reader,
                         share->corpus->values + share->first, share->n);
    share->ns = bench_thread_ns() - begin;
    build->destroy(reader);
    return NULL;
}

/* One byte of each line of cache. */
static void *touch_all(void *context)
{
    struct share *share = context;
    uint64_t sum = 0;
    double begin = bench_thread_ns();

    for (uint32_t i = share->first; i < share->first + share->n; i++)
        for (size_t at = 0; at < share->corpus->values[i].size; at += 64)
            sum += (unsigned char)share->corpus->values[i].data[at];
    bench_keep(sum);
    share->ns = bench_thread_ns() - begin;
    return NULL;
}

static double pass_simdjson(void *context)
{
    return on_threads(context, read_all);
}

static double pass_touch(void *context)
{
    return on_threads(context, touch_all);
}

/* Its name, and with what more it says. */
static void run_case(struct scene *scene, const char *name)
{
    static const char *const facts[] = {"rate", "cells"};
    char texts[2][64];

    scene->rate = 0;
    bench_run(&(struct bench_case){
        .bench = "path",
        .name = name,
        .unit = "ns/event",
        .context = scene,
        .contenders = {{NULL, "simdjson", pass_kaiku},
                       {"simdjson", NULL, pass_simdjson},
                       {"touch", NULL, pass_touch}},
    });
    for (int i = 0; i < 2; i++)
        snprintf(texts[i], sizeof texts[i], "%s/%s", name, facts[i]);
    bench_fact("path", texts[0], "events/s", scene->rate);
    bench_fact("path", texts[1], "base cells handed over", (double)scene->cells);
}

static void run_workers(struct scene *scene, enum corpus_layout layout, const char *names[])
{
    corpus_init(&scene->corpus, layout, bench_size(EVENTS));
    for (scene->workers = 1; scene->workers <= MAX_WORKERS; scene->workers++)
        run_case(scene, names[scene->workers - 1]);
    corpus_release(&scene->corpus);
    world_release(&scene->world);
}

void bench_path(void)
{
    struct scene scene = {0};

    world_init(&scene.world, "[1m]");
    run_workers(&scene, CORPUS_FIXED, (const char *[]){"1 worker", "2 workers"});
    world_init_contacts(&scene.world);
    scene.contacts = true;
    run_workers(&scene, CORPUS_CONTACTS,
                (const char *[]){"contact center, 1 worker", "contact center, 2 workers"});
}
