/* A worker and a publisher exchange deltas as fast as they can. Every delta must arrive whole: its count of
 * events equals what its ranges cover, and all ranges together cover every event once. */
#include "model_fixture.h"

#include <aggregate/handover.h>
#include <base/hash.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

enum { EVENTS = 2000000, BATCH = 50 };

static struct kaiku_handover handover;
static struct kaiku_bell bell;
static struct kaiku_delta *first, *second;

static void check(bool holds, const char *what)
{
    if (holds)
        return;
    fprintf(stderr, "handover: %s\n", what);
    exit(1);
}

static void begin(struct kaiku_delta *delta, int64_t from)
{
    struct kaiku_shards shards = {{1}};
    struct kaiku_range range = {.from = from, .to = {.next = from}};
    kaiku_delta_clear(delta, true);
    check(kaiku_delta_begin(delta, &range, 1, &shards) == KAIKU_OK, "out of memory");
}

static void add_event(struct kaiku_delta *delta, int64_t offset)
{
    bool created;
    uint32_t key[2 + KAIKU_MAX_BY] = {(uint32_t)offset % 100};
    struct kaiku_table *cells = &delta->cells[0].table;
    int32_t *counters = kaiku_table_get(cells, key, kaiku_table_hash(key, cells->key_words), &created);
    counters[0]++;
    delta->totals[KAIKU_TOTAL_counted]++;
    delta->events++;
    delta->ranges[0].to.next = offset + 1;
}

static void *work(void *context)
{
    struct kaiku_delta *delta = first;
    (void)context;
    begin(delta, 0);
    for (int64_t offset = 0; offset < EVENTS; offset++) {
        add_event(delta, offset);
        if (offset % BATCH == BATCH - 1 && atomic_load(&handover.wanted) &&
            kaiku_handover_swap(&handover, &delta))
            begin(delta, offset + 1);
    }
    while (!kaiku_handover_swap(&handover, &delta))
        kaiku_bell_wait(&handover.worker_bell, 100);
    kaiku_delta_destroy(delta);
    return NULL;
}

static int64_t take(int64_t expected)
{
    struct kaiku_delta *delta = kaiku_handover_take(&handover);
    int64_t in_cells = 0;
    if (!delta)
        return expected;
    check(delta->ranges[0].from == expected, "a delta is missing or came twice");
    for (uint32_t i = 0; i < delta->cells[0].table.count; i++)
        in_cells += *(int32_t *)kaiku_table_at(&delta->cells[0].table, i);
    int64_t covered = delta->ranges[0].to.next - expected;
    check(in_cells == covered, "cells differ from the offsets they cover");
    check(delta->totals[KAIKU_TOTAL_counted] == covered, "totals differ from the offsets they cover");
    expected = delta->ranges[0].to.next;
    kaiku_delta_clear(delta, true);
    kaiku_handover_give(&handover, delta);
    kaiku_handover_settle(&handover);
    return expected;
}

int main(void)
{
    const struct kaiku_delta_limits limits = {.cells = 4096, .events = EVENTS};
    struct kaiku_model *model = kaiku_fixture_contact();
    struct kaiku_calendar *calendar;
    pthread_t worker;
    int64_t expected = 0;

    kaiku_hash_seed();
    check(kaiku_calendar_create("UTC", &calendar) == KAIKU_OK, "no calendar");
    check(kaiku_delta_create(model, calendar, limits, &first) == KAIKU_OK, "out of memory");
    check(kaiku_delta_create(model, calendar, limits, &second) == KAIKU_OK, "out of memory");
    check(kaiku_bell_init(&bell) == KAIKU_OK, "no bell");
    check(kaiku_handover_init(&handover, second, &bell) == KAIKU_OK, "no bell");
    check(pthread_create(&worker, NULL, work, NULL) == 0, "no thread");
    while (expected < EVENTS) {
        atomic_store(&handover.wanted, true);
        kaiku_bell_wait(&bell, 10);
        expected = take(expected);
    }
    pthread_join(worker, NULL);
    take(expected); /* the last delta may be an empty one */
    check(kaiku_handover_is_settled(&handover), "not settled at the end");
    kaiku_handover_release(&handover);
    kaiku_bell_release(&bell);
    kaiku_calendar_destroy(calendar);
    kaiku_fixture_destroy(model);
    return 0;
}
