/* A delta against a spare, between worker and publisher: atomic pointers and bells, against a mutex
 * and a condition variable. */
#include "bench.h"
#include "subjects.h"
#include "world.h"

#include <aggregate/handover.h>

#include <pthread.h>

enum { LOOKS = 1 << 22, EXCHANGES = 50000, WAIT_MS = 1000 };

/* The same places under a lock. */
struct locked {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    struct kaiku_delta *ready, *spare;
    bool wanted;
};

struct scene {
    struct world world;
    struct kaiku_handover handover;
    struct kaiku_bell bell; /* the publisher's */
    struct kaiku_delta *delta;  /* the worker's */
    struct locked locked;
    struct kaiku_delta *locked_delta;
    uint32_t exchanges;
};

/* ---- is a delta wanted? Once a batch ---- */

static double pass_look(void *context)
{
    struct scene *scene = context;
    uint64_t sum = 0;
    double begin = bench_thread_ns();

    for (uint32_t i = 0; i < LOOKS; i++)
        sum += atomic_load_explicit(&scene->handover.wanted, memory_order_relaxed);
    bench_keep(sum);
    return (bench_thread_ns() - begin) / LOOKS;
}

static double pass_locked_look(void *context)
{
    struct locked *locked = &((struct scene *)context)->locked;
    uint64_t sum = 0;
    double begin = bench_thread_ns();

    for (uint32_t i = 0; i < LOOKS; i++) {
        pthread_mutex_lock(&locked->mutex);
        sum += locked->wanted;
        pthread_mutex_unlock(&locked->mutex);
    }
    bench_keep(sum);
    return (bench_thread_ns() - begin) / LOOKS;
}

static double pass_loop(void *context)
{
    double begin = bench_thread_ns();

    (void)context;
    for (uint32_t i = 0; i < LOOKS; i++)
        __asm__ volatile("");
    return (bench_thread_ns() - begin) / LOOKS;
}

/* ---- one side each, in two ways ---- */

/* What is compared: both sides wait where there is nothing to take. */
struct way {
    void (*swap)(struct scene *scene);          /* the worker's: a full delta for a spare */
    void (*take_and_give)(struct scene *scene); /* the publisher's */
};

static void bells_swap(struct scene *scene)
{
    while (!kaiku_handover_swap(&scene->handover, &scene->delta))
        kaiku_bell_wait(&scene->handover.worker_bell, WAIT_MS);
}

static void bells_take_and_give(struct scene *scene)
{
    struct kaiku_delta *delta;

    while (!(delta = kaiku_handover_take(&scene->handover)))
        kaiku_bell_wait(&scene->bell, WAIT_MS);
    kaiku_handover_give(&scene->handover, delta);
    kaiku_handover_settle(&scene->handover);
}

static void locked_swap(struct scene *scene)
{
    struct locked *locked = &scene->locked;

    pthread_mutex_lock(&locked->mutex);
    while (!locked->spare)
        pthread_cond_wait(&locked->changed, &locked->mutex);
    locked->ready = scene->locked_delta;
    scene->locked_delta = locked->spare;
    locked->spare = NULL;
    pthread_cond_broadcast(&locked->changed);
    pthread_mutex_unlock(&locked->mutex);
}

static void locked_take_and_give(struct scene *scene)
{
    struct locked *locked = &scene->locked;

    pthread_mutex_lock(&locked->mutex);
    while (!locked->ready)
        pthread_cond_wait(&locked->changed, &locked->mutex);
    struct kaiku_delta *delta = locked->ready;
    locked->ready = NULL;
    pthread_mutex_unlock(&locked->mutex);

    pthread_mutex_lock(&locked->mutex);
    locked->spare = delta;
    pthread_cond_broadcast(&locked->changed);
    pthread_mutex_unlock(&locked->mutex);
}

static const struct way bells = {bells_swap, bells_take_and_give};
static const struct way lock = {locked_swap, locked_take_and_give};

/* ---- both sides in one thread: nobody sleeps ---- */

static double alone(struct scene *scene, const struct way *way)
{
    double begin = bench_thread_ns();

    for (uint32_t i = 0; i < scene->exchanges; i++) {
        way->swap(scene);
        way->take_and_give(scene);
    }
    return (bench_thread_ns() - begin) / scene->exchanges;
}

static double pass_alone(void *context)
{
    return alone(context, &bells);
}

static double pass_locked_alone(void *context)
{
    return alone(context, &lock);
}

/* ---- a thread each ---- */

struct worker {
    struct scene *scene;
    const struct way *way;
};

static void *swap_all(void *context)
{
    const struct worker *worker = context;

    for (uint32_t i = 0; i < worker->scene->exchanges; i++)
        worker->way->swap(worker->scene);
    return NULL;
}

static double together(struct scene *scene, const struct way *way)
{
    struct worker worker = {scene, way};
    pthread_t thread;
    double begin = bench_process_ns();

    bench_check(pthread_create(&thread, NULL, swap_all, &worker) == 0, "no thread");
    for (uint32_t i = 0; i < scene->exchanges; i++)
        way->take_and_give(scene);
    pthread_join(thread, NULL);
    return (bench_process_ns() - begin) / scene->exchanges;
}

static double pass_together(void *context)
{
    return together(context, &bells);
}

static double pass_locked_together(void *context)
{
    return together(context, &lock);
}

/* ---- cases ---- */

/* The work both have in common: three stores to shared places. */
static double pass_stores(void *context)
{
    struct scene *scene = context;
    double begin = bench_thread_ns();

    for (uint32_t i = 0; i < scene->exchanges; i++) {
        struct kaiku_delta *delta = scene->locked.spare;
        scene->locked.spare = scene->locked_delta;
        scene->locked_delta = delta;
        __asm__ volatile("" : : : "memory");
    }
    return (bench_thread_ns() - begin) / scene->exchanges;
}

static struct kaiku_delta *make_delta(const struct world *world)
{
    const struct kaiku_delta_limits limits = {.cells = 16, .events = 16};
    struct kaiku_delta *delta;

    int rc = kaiku_delta_create(world->model, world->calendar, limits, &delta);
    bench_check(rc == KAIKU_OK, "no delta");
    return delta;
}

static void run_cases(struct scene *scene)
{
    bench_run(&(struct bench_case){
        "handover", "look", "ns/batch", scene,
        {{NULL, "mutex", pass_look},
         {"mutex", NULL, pass_locked_look},
         {"loop", NULL, pass_loop}}});
    bench_run(&(struct bench_case){
        "handover", "one thread", "ns/exchange", scene,
        {{NULL, "mutex", pass_alone},
         {"mutex", NULL, pass_locked_alone},
         {"stores", NULL, pass_stores}}});
    bench_run(&(struct bench_case){
        "handover", "two threads", "ns/exchange", scene,
        {{NULL, "mutex", pass_together},
         {"mutex", NULL, pass_locked_together},
         {"stores", NULL, pass_stores}}});
}

void bench_handover(void)
{
    struct scene scene = {.exchanges = bench_size(EXCHANGES)};

    world_init(&scene.world, "[1m]");
    bench_check(kaiku_bell_init(&scene.bell) == KAIKU_OK, "no bell");
    int rc = kaiku_handover_init(&scene.handover, make_delta(&scene.world), &scene.bell);
    bench_check(rc == KAIKU_OK, "no bell");
    scene.delta = make_delta(&scene.world);
    scene.locked.spare = make_delta(&scene.world);
    scene.locked_delta = make_delta(&scene.world);
    pthread_mutex_init(&scene.locked.mutex, NULL);
    pthread_cond_init(&scene.locked.changed, NULL);
    run_cases(&scene);
    pthread_cond_destroy(&scene.locked.changed);
    pthread_mutex_destroy(&scene.locked.mutex);
    kaiku_delta_destroy(scene.locked_delta);
    kaiku_delta_destroy(scene.locked.spare);
    kaiku_delta_destroy(scene.delta);
    kaiku_handover_release(&scene.handover);
    kaiku_bell_release(&scene.bell);
    world_release(&scene.world);
}
