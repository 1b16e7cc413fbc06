/* hotpath avx2|sse2: the way of 20,000 events from records to encoded cells, for callgrind.py to
 * count instructions in hot_apply and hot_publish. Prints what was done, and what else the counts
 * depend on. Exit code 77: the processor does not have these instructions.
 *
 * The inside of a worker is driven by hand, in one thread, so that nothing depends on when a thread
 * runs. */
#include "corpus.h"
#include "world.h"

#include <decoder.h>
#include <projection.h>
#include <worker_private.h>

#include <base/hash.h>
#include <common/random.h>
#include <source/script.h>

#include <gnu/libc-version.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/utsname.h>

enum { EVENTS = 20000, WARM = 2000, BATCH = 500, CELLS = 1 << 16, OTHER_PROCESSOR = 77 };

struct rig {
    struct world world;
    struct corpus corpus;
    struct kaiku_bell bell;
    struct kaiku_source *source;
    struct kaiku_worker *worker;
    struct admission admission;
    struct admission_map map;
    struct projection projection;
    struct kaiku_buffer encoded;
    uint64_t cells, bytes; /* of what would be sent */
};

static void check(bool holds, const char *what)
{
    if (holds)
        return;
    fprintf(stderr, "hotpath: %s\n", what);
    exit(1);
}

/* In the place of the system's: kaiku_hash_seed draws its secret from here, so every run probes its
 * tables alike. Hashing itself is the product's, with a secret as random as any other. */
ssize_t getrandom(void *buffer, size_t size, unsigned flags)
{
    uint64_t state = UINT64_C(0x9e3779b97f4a7c15);

    (void)flags;
    for (size_t i = 0; i < size; i++)
        ((unsigned char *)buffer)[i] = (unsigned char)(bench_random(&state) >> 32);
    return (ssize_t)size;
}

/* The decoder takes what the processor at hand has; counts are compared with those of others. */
static bool keep_to(struct marks *marks, const char *instructions)
{
    marks->mark = NULL;
#ifdef __x86_64__
    if (strcmp(instructions, "sse2") == 0)
        marks->mark = marks_mark_sse2;
    else if (strcmp(instructions, "avx2") == 0 && __builtin_cpu_supports("avx2"))
        marks->mark = marks_mark_avx2;
#else
    (void)instructions;
#endif
    return marks->mark != NULL;
}

/* ---- what is counted ---- */

__attribute__((noipa)) static void hot_apply(struct kaiku_worker *worker,
                                             const struct kaiku_batch *batch)
{
    check(worker_apply(worker, batch) == KAIKU_OK, "a batch was not applied");
}

static int encode(void *context, const struct projected *projected)
{
    struct rig *rig = context;

    kaiku_buffer_clear(&rig->encoded);
    kaiku_cell_encode(projected->cells, projected->cell, &rig->encoded);
    rig->cells++;
    rig->bytes += rig->encoded.size;
    return KAIKU_OK;
}

__attribute__((noipa)) static void hot_publish(struct rig *rig,
                                               const struct projection_source *source)
{
    int rc = projection_run(&rig->projection, source, 1, 1, 0, encode, rig);
    check(rc == KAIKU_OK, "no projection");
}

/* ---- a worker that has its partition ---- */

static void *answer(void *context)
{
    struct rig *rig = context;
    struct kaiku_handover *handover = kaiku_worker_handover(rig->worker);
    struct kaiku_request *request;

    while (!(request = atomic_load(&handover->request)))
        kaiku_bell_wait(&rig->bell, 100);
    memset(request->openings[0].next_by_shard, 0,
           rig->world.model->shards * sizeof *request->openings[0].next_by_shard);
    kaiku_handover_answer(handover, request, KAIKU_OK);
    return NULL;
}

static void make_worker(struct rig *rig)
{
    const struct kaiku_script_log log = {.partition = {"feedback", 0},
                                         .values = rig->corpus.values,
                                         .timestamps_ms = rig->corpus.stamps_ms,
                                         .count = rig->corpus.n};
    const struct kaiku_script_options script = {
        .logs = &log, .n_logs = 1, .batch = BATCH, .end = true};
    struct kaiku_worker_options options = {.model = rig->world.model,
                                           .calendar = rig->world.calendar,
                                           .publisher_bell = &rig->bell,
                                           .limits = {.cells = CELLS, .events = 1 << 28}};

    check(kaiku_bell_init(&rig->bell) == KAIKU_OK, "no bell");
    check(kaiku_script_source_create(&script, &rig->source) == KAIKU_OK, "no source");
    options.source = rig->source;
    check(kaiku_worker_create(&options, &rig->worker) == KAIKU_OK, "no worker");
}

/* Redis admits everything: as after a first commit, values are known. */
static void admit_values(const struct rig *rig)
{
    for (uint32_t d = 0; d < rig->world.model->n_dimensions; d++) {
        struct kaiku_interner *interner = &rig->worker->delta->interners[d];
        for (uint32_t id = KAIKU_ID_FIRST; id < interner->count; id++)
            interner->items[id].admitted = true;
    }
}

static void apply_all(struct rig *rig)
{
    uint32_t done = 0;
    struct kaiku_batch batch;
    pthread_t publisher;

    /* The first poll joins, so it asks where to begin. */
    check(pthread_create(&publisher, NULL, answer, rig) == 0, "no thread");
    int rc = kaiku_source_poll(rig->source, 0, &batch);
    pthread_join(publisher, NULL);
    for (; rc == KAIKU_OK; rc = kaiku_source_poll(rig->source, 0, &batch)) {
        if (done < WARM)
            check(worker_apply(rig->worker, &batch) == KAIKU_OK, "a batch was not applied");
        else
            hot_apply(rig->worker, &batch);
        done += batch.count;
        if (done == WARM)
            admit_values(rig);
        kaiku_source_release(rig->source, &batch);
    }
    check(rig->worker->delta->totals[KAIKU_TOTAL_counted] == WARM + EVENTS,
          "not all events were counted");
}

/* ---- its delta ---- */

static void admit_all(struct rig *rig)
{
    const struct kaiku_delta *delta = rig->worker->delta;

    check(admission_init(&rig->admission, rig->world.model, NULL) == KAIKU_OK, "out of memory");
    for (uint32_t d = 0; d < rig->world.model->n_dimensions; d++) {
        const struct kaiku_interner *interner = &delta->interners[d];
        uint32_t *ids = calloc(interner->count, sizeof *ids);
        check(ids != NULL, "out of memory");
        struct kaiku_interner *admitted = &rig->admission.dimensions[d].admitted;
        for (uint32_t id = 0; id < interner->count; id++)
            ids[id] = id < KAIKU_ID_FIRST
                          ? id
                          : kaiku_interner_id(admitted, kaiku_interner_text(interner, id));
        rig->map.ids[d] = ids;
    }
}

static void publish_all(struct rig *rig)
{
    const struct projection_source source = {rig->worker->delta, &rig->map};

    admit_all(rig);
    check(projection_init(&rig->projection, rig->world.model, &rig->admission) == KAIKU_OK,
          "out of memory");
    hot_publish(rig, &source);
}

static void print_facts(const struct rig *rig)
{
    bool optimised = false;
    struct utsname system;

#if defined(__OPTIMIZE__) && defined(NDEBUG)
    optimised = true;
#endif
    uname(&system);
    printf("{\"events\": %d, \"cells\": %llu, \"bytes\": %llu, \"compiler\": \"%s\", "
           "\"libc\": \"%s\", \"machine\": \"%s\", \"optimised\": %s}\n",
           EVENTS, (unsigned long long)rig->cells, (unsigned long long)rig->bytes, __VERSION__,
           gnu_get_libc_version(), system.machine, optimised ? "true" : "false");
}

int main(int argc, char **argv)
{
    struct rig rig = {0};

    check(argc == 2, "usage: hotpath avx2|sse2");
    kaiku_hash_seed();
    world_init(&rig.world, "[1m, 1h, day]");
    corpus_init(&rig.corpus, CORPUS_FIXED, WARM + EVENTS);
    make_worker(&rig);
    if (!keep_to(&rig.worker->decoder->json.marks, argv[1]))
        return OTHER_PROCESSOR;
    apply_all(&rig);
    publish_all(&rig);
    print_facts(&rig);
    projection_release(&rig.projection);
    admission_map_release(&rig.map);
    admission_release(&rig.admission);
    kaiku_buffer_release(&rig.encoded);
    kaiku_worker_destroy(rig.worker);
    kaiku_bell_release(&rig.bell);
    corpus_release(&rig.corpus);
    world_release(&rig.world);
    return 0;
}
