/* A worker against a scripted source; the test is its publisher. */
#include "model_fixture.h"

#include <aggregate/worker.h>
#include <base/hash.h>
#include <source/script.h>

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

enum { RECORDS = 3000, SHARDS = 64 };

static struct kaiku_model *model;
static struct kaiku_calendar *calendar;
static struct kaiku_bell bell;
static struct kaiku_worker *worker;
static struct kaiku_handover *handover;

static char lines[RECORDS][200];
static struct kaiku_text values[RECORDS];
static int64_t stamps[RECORDS];

/* What the publisher would know. */
static int64_t next_by_shard[SHARDS];
static struct kaiku_position position;
static int64_t totals[KAIKU_TOTALS];
static int64_t events_of_shard[SHARDS];
static struct kaiku_former former;
static uint32_t deltas;

static void write_log(void)
{
    for (int i = 0; i < RECORDS; i++) {
        int size = snprintf(lines[i], sizeof lines[i],
                            "{\"id\":%d,\"channel\":\"c%d\",\"touchpoint\":\"t\",\"nps\":%d}", i, i % 7,
                            i % 11);
        values[i] = (struct kaiku_text){lines[i], (size_t)size};
        stamps[i] = 1767225600000 + i * 10;
    }
}

static void open_worker(struct kaiku_source *source)
{
    struct kaiku_worker_options options = {
        .model = model,
        .calendar = calendar,
        .source = source,
        .publisher_bell = &bell,
        .poll_ms = 1,
        .limits = {.cells = 4096, .events = 1 << 20},
    };
    cr_assert_eq(kaiku_worker_create(&options, &worker), KAIKU_OK);
    handover = kaiku_worker_handover(worker);
}

static void set_up(void)
{
    struct kaiku_source *source;
    struct kaiku_script_log log = {.partition = {"feedback", 0}, .values = values,
                                   .timestamps_ms = stamps, .count = RECORDS};
    struct kaiku_script_options script = {.logs = &log, .n_logs = 1, .batch = 100, .end = true};
    kaiku_hash_seed();
    write_log();
    model = kaiku_fixture_contact();
    cr_assert_eq(model->shards, SHARDS);
    cr_assert_eq(kaiku_calendar_create("UTC", &calendar), KAIKU_OK);
    cr_assert_eq(kaiku_bell_init(&bell), KAIKU_OK);
    cr_assert_eq(kaiku_script_source_create(&script, &source), KAIKU_OK);
    open_worker(source);
}

static void tear_down(void)
{
    kaiku_worker_destroy(worker);
    kaiku_bell_release(&bell);
    kaiku_calendar_destroy(calendar);
    kaiku_fixture_destroy(model);
}

TestSuite(worker, .init = set_up, .fini = tear_down, .timeout = 60);

static void answer_request(void)
{
    struct kaiku_request *request = atomic_load(&handover->request);
    if (!request)
        return;
    for (uint32_t i = 0; i < request->n; i++) {
        struct kaiku_opening *opening = &request->openings[i];
        opening->lowest = position;
        if (former.n_metrics > 0) {
            opening->formers = malloc(sizeof former);
            cr_assert_not_null(opening->formers);
            opening->formers[opening->n_formers++] = former;
        }
        memcpy(opening->next_by_shard, next_by_shard, sizeof next_by_shard);
    }
    kaiku_handover_answer(handover, request, KAIKU_OK);
}

/* Applies a delta as Redis would: every shard that takes it moves. */
static void take_delta(void)
{
    struct kaiku_delta *delta = kaiku_handover_take(handover);
    if (!delta)
        return;
    cr_assert_eq(delta->n_ranges, 1);
    int64_t from = delta->ranges[0].from, to = delta->ranges[0].to.next;
    for (uint32_t s = 0; s < SHARDS && to > from; s++) {
        if (!kaiku_shards_has(&delta->shards, s))
            continue;
        cr_assert_eq(next_by_shard[s], from, "shard %u takes events twice or not at all", s);
        next_by_shard[s] = to;
        events_of_shard[s] += (int64_t)delta->events;
    }
    if (kaiku_shards_has(&delta->shards, 0))
        for (int t = 0; t < KAIKU_TOTALS; t++)
            totals[t] += delta->totals[t];
    position = delta->ranges[0].to;
    deltas++;
    kaiku_delta_clear(delta, true);
    kaiku_handover_give(handover, delta);
    kaiku_handover_settle(handover);
}

static void publish_until_drained(void)
{
    struct kaiku_worker_figures figures;
    do {
        atomic_store(&handover->wanted, true);
        kaiku_bell_wait(&bell, 5);
        answer_request();
        take_delta();
        kaiku_worker_read_figures(worker, &figures);
        cr_assert_not(figures.ended, "%s", kaiku_worker_error(worker));
    } while (!figures.drained);
}

static void finish_by(void (*stop)(struct kaiku_worker *))
{
    struct kaiku_worker_figures figures;
    stop(worker);
    do {
        answer_request(); /* it lets go of its partitions */
        take_delta();
        kaiku_bell_wait(&bell, 5);
        kaiku_worker_read_figures(worker, &figures);
    } while (!figures.ended);
    kaiku_worker_join(worker);
}

static void finish(void)
{
    finish_by(kaiku_worker_stop);
}

Test(worker, another_one_goes_on_with_its_source)
{
    for (int i = 0; i < 3; i++) {
        cr_assert_eq(kaiku_worker_start(worker), KAIKU_OK);
        while (position.next < 1000 * i) {
            atomic_store(&handover->wanted, true);
            kaiku_bell_wait(&bell, 5);
            answer_request();
            take_delta();
        }
        finish_by(kaiku_worker_suspend);
        struct kaiku_source *source = kaiku_worker_take_source(worker);
        kaiku_worker_destroy(worker);
        open_worker(source);
    }
    cr_assert_eq(kaiku_worker_start(worker), KAIKU_OK);
    publish_until_drained();
    finish();
    cr_assert_eq(position.next, RECORDS);
    cr_assert_eq(totals[KAIKU_TOTAL_counted], RECORDS);
    cr_assert_eq(totals[KAIKU_TOTAL_duplicate], 0);
}

Test(worker, hands_over_every_event_once)
{
    cr_assert_eq(kaiku_worker_start(worker), KAIKU_OK);
    publish_until_drained();
    finish();
    cr_assert_eq(position.next, RECORDS);
    cr_assert_eq(totals[KAIKU_TOTAL_counted], RECORDS);
    cr_assert_eq(position.high_ms, stamps[RECORDS - 1]);
    cr_assert_neq(position.check, 0);
    for (uint32_t s = 0; s < SHARDS; s++)
        cr_assert_eq(events_of_shard[s], RECORDS);
}

/* A source keeps the beginning of what is too large: the sanitizers see any step beyond it. */
Test(worker, reads_no_more_of_a_large_record_than_there_is)
{
    size_t kept = model->max_bytes + 1;
    char *beginning = malloc(kept);

    cr_assert_not_null(beginning);
    memset(beginning, 'x', kept);
    values[RECORDS - 1] = (struct kaiku_text){beginning, 1000 * kept};
    cr_assert_eq(kaiku_worker_start(worker), KAIKU_OK);
    publish_until_drained();
    cr_assert_eq(totals[KAIKU_TOTAL_rejected], 1);
    cr_assert_eq(position.check, kaiku_position_check(beginning, 1000 * kept, model->max_bytes,
                                                      stamps[RECORDS - 1]));
    finish();
    free(beginning);
}

Test(worker, begins_at_the_lowest_shard_and_leaves_the_others_out_until_it_is_there)
{
    for (uint32_t s = 0; s < SHARDS; s++)
        next_by_shard[s] = s == 5 ? 1234 : s == 9 ? 77 : 1500;
    position = (struct kaiku_position){.next = 77, .high_ms = stamps[76]};
    cr_assert_eq(kaiku_worker_start(worker), KAIKU_OK);
    publish_until_drained();
    finish();
    cr_assert_eq(events_of_shard[9], RECORDS - 77);
    cr_assert_eq(events_of_shard[5], RECORDS - 1234);
    cr_assert_eq(events_of_shard[0], RECORDS - 1500);
    cr_assert_eq(totals[KAIKU_TOTAL_counted], RECORDS - 1500);
    cr_assert(deltas >= 3);
}

Test(worker, begins_anew_where_positions_are_when_told_so)
{
    cr_assert_eq(kaiku_worker_start(worker), KAIKU_OK);
    publish_until_drained();
    /* Redis fell back in time. */
    position = (struct kaiku_position){.next = 1000, .high_ms = stamps[999]};
    for (uint32_t s = 0; s < SHARDS; s++) {
        next_by_shard[s] = 1000;
        events_of_shard[s] = 1000;
    }
    memset(totals, 0, sizeof totals);
    totals[KAIKU_TOTAL_counted] = 1000;
    atomic_fetch_add(&handover->epoch, 1);
    kaiku_bell_ring(&handover->worker_bell);
    while (position.next < RECORDS)
        publish_until_drained();
    finish();
    cr_assert_eq(totals[KAIKU_TOTAL_counted], RECORDS);
    cr_assert_eq(totals[KAIKU_TOTAL_duplicate], 0);
}

Test(worker, refuses_a_log_that_is_not_the_one_it_counted)
{
    struct kaiku_worker_figures figures;
    position = (struct kaiku_position){.next = 500, .high_ms = stamps[499], .check = 12345};
    for (uint32_t s = 0; s < SHARDS; s++)
        next_by_shard[s] = 500;
    cr_assert_eq(kaiku_worker_start(worker), KAIKU_OK);
    do {
        kaiku_bell_wait(&bell, 5);
        answer_request();
        take_delta();
        kaiku_worker_read_figures(worker, &figures);
    } while (!figures.ended);
    kaiku_worker_join(worker);
    cr_assert_eq(figures.status, KAIKU_REFUSED);
    cr_assert_not_null(strstr(kaiku_worker_error(worker), "deleted and created again"));
    cr_assert_eq(totals[KAIKU_TOTAL_counted], 0);
}

/* To the end, all shards at this offset before. */
static void count_from(int next)
{
    position = (struct kaiku_position){.next = next, .high_ms = stamps[next - 1]};
    for (uint32_t s = 0; s < SHARDS; s++)
        next_by_shard[s] = next;
    cr_assert_eq(kaiku_worker_start(worker), KAIKU_OK);
    publish_until_drained();
    finish();
}

Test(worker, remembers_duplicates_from_before_its_position)
{
    for (int i = 0; i < 10; i++) {
        int size = snprintf(lines[600 + i], sizeof lines[0], "{\"id\":%d,\"channel\":\"c\",\"nps\":1}", 400 + i);
        values[600 + i].size = (size_t)size;
    }
    count_from(500);
    cr_assert_eq(totals[KAIKU_TOTAL_duplicate], 10);
    cr_assert_eq(totals[KAIKU_TOTAL_counted], RECORDS - 500 - 10);
}

static void write_line(int i, const char *type, int id)
{
    int size = snprintf(lines[i], sizeof lines[0], "{\"id\":%d,\"channel\":\"c\",\"type\":\"%s\"}", id, type);
    values[i].size = (size_t)size;
}

/* Before 450 nobody listened to invitations: those were ignored, and are not remembered. */
Test(worker, remembers_nothing_that_did_not_count_yet)
{
    former = (struct kaiku_former){.until = 450, .n_metrics = kaiku_fixture_metric(model, "invited")};
    for (int i = 0; i < 10; i++) {
        write_line(440 + i, "invitation", 10000 + i);
        write_line(450 + i, "invitation", 20000 + i);
        write_line(600 + i, "invitation", 10000 + i);
        write_line(610 + i, "invitation", 20000 + i);
        write_line(620 + i, "response", 400 + i);
    }
    count_from(500);
    cr_assert_eq(totals[KAIKU_TOTAL_ignored], 0);
    cr_assert_eq(totals[KAIKU_TOTAL_duplicate], 20);
    cr_assert_eq(totals[KAIKU_TOTAL_counted], RECORDS - 500 - 20);
}
