#include "single.h"

#include <base/hash.h>
#include <source/script.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BATCH = 500, CELLS = 1 << 16 };

void single_check(bool holds, const char *what)
{
    if (holds)
        return;
    fprintf(stderr, "bench: %s\n", what);
    exit(1);
}

static void make_worker(struct single *single)
{
    const struct kaiku_script_log log = {.partition = {"feedback", 0},
                                         .values = single->corpus.values,
                                         .timestamps_ms = single->corpus.stamps_ms,
                                         .count = single->corpus.n};
    const struct kaiku_script_options script = {
        .logs = &log, .n_logs = 1, .batch = BATCH, .end = true};
    struct kaiku_worker_options options = {.model = single->world.model,
                                           .calendar = single->world.calendar,
                                           .publisher_bell = &single->bell,
                                           .limits = {.cells = CELLS, .events = 1 << 28}};

    single_check(kaiku_bell_init(&single->bell) == KAIKU_OK, "no bell");
    single_check(kaiku_script_source_create(&script, &single->source) == KAIKU_OK, "no source");
    options.source = single->source;
    single_check(kaiku_worker_create(&options, &single->worker) == KAIKU_OK, "no worker");
}

/* In the publisher's place: the partition begins at its first record. */
static void *answer(void *context)
{
    struct single *single = context;
    struct kaiku_handover *handover = kaiku_worker_handover(single->worker);
    struct kaiku_request *request;

    while (!(request = atomic_load(&handover->request)))
        kaiku_bell_wait(&single->bell, 100);
    memset(request->openings[0].next_by_shard, 0,
           single->world.model->shards * sizeof *request->openings[0].next_by_shard);
    kaiku_handover_answer(handover, request, KAIKU_OK);
    return NULL;
}

void single_open(struct single *single, bool contacts, uint32_t events)
{
    pthread_t publisher;

    *single = (struct single){0};
    kaiku_hash_seed();
    if (contacts)
        world_init_contacts(&single->world);
    else
        world_init(&single->world, "[1m, 1h, day]");
    corpus_init(&single->corpus, contacts ? CORPUS_CONTACTS : CORPUS_FIXED, events);
    make_worker(single);
    /* The first poll joins, so it asks where to begin. */
    single_check(pthread_create(&publisher, NULL, answer, single) == 0, "no thread");
    single_check(kaiku_source_poll(single->source, 0, &single->first) == KAIKU_OK, "no source");
    pthread_join(publisher, NULL);
}

void single_close(struct single *single)
{
    kaiku_worker_destroy(single->worker);
    kaiku_bell_release(&single->bell);
    corpus_release(&single->corpus);
    world_release(&single->world);
}

bool single_next(struct single *single, struct kaiku_batch *batch)
{
    *batch = single->first;
    single->first.count = 0;
    return batch->count > 0 || kaiku_source_poll(single->source, 0, batch) == KAIKU_OK;
}

void single_apply(struct single *single, const struct kaiku_batch *batch)
{
    single_check(worker_apply(single->worker, batch) == KAIKU_OK, "a batch was not applied");
}

void single_apply_first(struct single *single, uint32_t events)
{
    struct kaiku_batch batch;

    for (uint32_t done = 0; done < events;) {
        single_check(single_next(single, &batch), "too few events");
        done += batch.count;
        single_apply(single, &batch);
        kaiku_source_release(single->source, &batch);
    }
}

void single_admit_values(const struct single *single)
{
    for (uint32_t d = 0; d < single->world.model->n_dimensions; d++) {
        struct kaiku_interner *interner = &single->worker->delta->interners[d];
        for (uint32_t id = KAIKU_ID_FIRST; id < interner->count; id++)
            interner->items[id].admitted = true;
    }
}
