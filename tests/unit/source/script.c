#include <source/script.h>

#include <criterion/criterion.h>

enum { N_LOGS = 3 };

static const struct kaiku_text values[] = {
    {"one", 3}, {NULL, 0}, {"", 0}, {"four", 4}, {"five", 4},
};
static const int64_t times_ms[] = {10, 20, 30, 40, 50};
static const int64_t offsets[] = {5, 7, 8, 20, 21};
static const struct kaiku_script_log logs[N_LOGS] = {
    {.partition = {"t", 0}, .values = values, .timestamps_ms = times_ms, .count = 5},
    {.partition = {"t", 1}, .values = values, .offsets = offsets, .count = 5},
    {.partition = {"u", 0}},
};

/* A worker's part: assigns whatever it is given from `from`, and counts. */
static struct {
    struct kaiku_source *source;
    struct kaiku_partition partitions[N_LOGS];
    uint32_t n;
    int64_t from;
    bool refuse;
    int n_assigned, n_revoked, n_lost;
    int n_records, n_ends;
    int64_t next[N_LOGS]; /* by slot */
} worker;

static void reassign(int64_t from)
{
    struct kaiku_start starts[N_LOGS];

    for (uint32_t i = 0; i < worker.n; i++)
        starts[i] = (struct kaiku_start){worker.partitions[i], from};
    cr_assert_eq(kaiku_source_assign(worker.source, starts, worker.n), KAIKU_OK);
    worker.n_records = worker.n_ends = 0;
}

static void on_assigned(void *context, const struct kaiku_partition *partitions, uint32_t n)
{
    (void)context;
    worker.n_assigned++;
    worker.n = n;
    memcpy(worker.partitions, partitions, n * sizeof(*partitions));
    if (!worker.refuse)
        reassign(worker.from);
}

static void on_revoked(void *context, bool lost)
{
    (void)context;
    worker.n_revoked++;
    worker.n_lost += lost;
}

static void open_source(uint32_t batch, bool end)
{
    const struct kaiku_script_options options = {logs, N_LOGS, batch, end};

    cr_assert_eq(kaiku_script_source_create(&options, &worker.source), KAIKU_OK);
    kaiku_source_listen(worker.source,
                        (struct kaiku_source_listener){NULL, on_assigned, on_revoked});
}

/* Polls until nothing more comes; checks the order within each slot. */
static int drain(void)
{
    struct kaiku_batch batch;
    int status;

    memset(worker.next, 0, sizeof(worker.next));
    while (!(status = kaiku_source_poll(worker.source, 0, &batch)) && batch.count > 0) {
        for (uint32_t i = 0; i < batch.count; i++) {
            const struct kaiku_record *record = &batch.records[i];
            bool end = record->kind == KAIKU_RECORD_END;

            cr_assert_geq(record->offset, worker.next[record->slot]);
            worker.next[record->slot] = record->offset + !end;
            worker.n_records += !end;
            worker.n_ends += end;
        }
        kaiku_source_release(worker.source, &batch);
    }
    return status;
}

Test(script, hands_out_values_offsets_and_times)
{
    struct kaiku_batch batch;
    const struct kaiku_record *r;

    open_source(100, true);
    cr_assert_eq(kaiku_source_poll(worker.source, 0, &batch), KAIKU_OK);
    r = batch.records;
    cr_assert_eq(batch.count, 13);
    cr_assert_eq(memcmp(r[0].value, "one", 3), 0);
    cr_assert_eq(r[0].timestamp_ms, 10);
    cr_assert_null(r[1].value);
    cr_assert_not_null(r[2].value);
    cr_assert_eq(r[2].size, 0);
    cr_assert_eq(r[4].offset, 4);
    cr_assert_eq(r[5].kind, KAIKU_RECORD_END);
    cr_assert_eq(r[5].offset, 5);
    cr_assert_eq(r[6].offset, 5);
    cr_assert_eq(r[6].slot, 1);
    cr_assert_eq(r[6].timestamp_ms, KAIKU_SOURCE_OWN_TIME);
    cr_assert_eq(r[9].offset, 20);
    cr_assert_eq(r[11].offset, 22);
    cr_assert_eq(r[11].kind, KAIKU_RECORD_END);
    cr_assert_eq(r[12].offset, 0);
    cr_assert_eq(r[12].kind, KAIKU_RECORD_END);
    cr_assert_eq(kaiku_source_poll(worker.source, 0, &batch), KAIKU_END);
    kaiku_source_destroy(worker.source);
}

Test(script, small_batches_give_the_same)
{
    open_source(2, false);
    cr_assert_eq(drain(), KAIKU_OK);
    cr_assert_eq(worker.n_records, 10);
    cr_assert_eq(worker.n_ends, 3);
    kaiku_source_destroy(worker.source);
}

Test(script, assign_begins_at_or_behind_the_offset_and_repeats_ends)
{
    open_source(3, true);
    cr_assert_eq(drain(), KAIKU_END);
    reassign(4);
    cr_assert_eq(drain(), KAIKU_END);
    cr_assert_eq(worker.n_records, 6);
    cr_assert_eq(worker.n_ends, 3);
    reassign(8);
    cr_assert_eq(drain(), KAIKU_END);
    cr_assert_eq(worker.n_records, 3);
    kaiku_source_destroy(worker.source);
}

Test(script, rebalance_revokes_and_assigns_what_the_mask_says)
{
    open_source(3, true);
    cr_assert_eq(drain(), KAIKU_END);
    cr_assert_eq(worker.n_revoked, 0);

    kaiku_script_rebalance(worker.source, 2, false);
    cr_assert_eq(drain(), KAIKU_END);
    cr_assert_eq(worker.n_revoked, 1);
    cr_assert_eq(worker.n, 1);
    cr_assert_eq(worker.partitions[0].number, 1);
    cr_assert_eq(worker.n_records, 5);

    kaiku_script_rebalance(worker.source, 0, true);
    cr_assert_eq(drain(), KAIKU_END);
    cr_assert_eq(worker.n_lost, 1);
    cr_assert_eq(worker.n, 0);
    cr_assert_eq(worker.n_records, 0);

    kaiku_script_rebalance(worker.source, 5, false);
    cr_assert_eq(drain(), KAIKU_END);
    cr_assert_eq(worker.n_revoked, 3);
    cr_assert_eq(worker.n, 2);
    cr_assert_eq(worker.n_records, 5);
    cr_assert_eq(worker.n_ends, 2);

    kaiku_source_close(worker.source);
    kaiku_source_close(worker.source);
    cr_assert_eq(worker.n_revoked, 4);
    cr_assert_eq(worker.n_assigned, 4);
    kaiku_source_destroy(worker.source);
}

Test(script, a_rebalance_before_the_first_poll_revokes_nothing)
{
    open_source(3, true);
    kaiku_script_rebalance(worker.source, 1, false);
    cr_assert_eq(drain(), KAIKU_END);
    cr_assert_eq(worker.n_revoked, 0);
    cr_assert_eq(worker.n_assigned, 1);
    cr_assert_eq(worker.n_records, 5);
    kaiku_source_destroy(worker.source);
}

Test(script, a_new_listener_is_told_what_is_held)
{
    open_source(3, true);
    kaiku_source_announce(worker.source);
    cr_assert_eq(worker.n_assigned, 0, "nothing is, before the first poll");
    cr_assert_eq(drain(), KAIKU_END);
    kaiku_script_rebalance(worker.source, 3, false);
    cr_assert_eq(drain(), KAIKU_END);
    worker.n = 0;
    kaiku_source_announce(worker.source);
    cr_assert_eq(worker.n_assigned, 3);
    cr_assert_eq(worker.n, 2);
    cr_assert_eq(worker.n_revoked, 1);
    cr_assert_eq(drain(), KAIKU_END);
    cr_assert_eq(worker.n_records, 10);
    kaiku_source_destroy(worker.source);
}

Test(script, nothing_comes_until_the_listener_assigns)
{
    worker.refuse = true;
    open_source(3, true);
    cr_assert_eq(drain(), KAIKU_OK);
    cr_assert_eq(drain(), KAIKU_OK);
    cr_assert_eq(worker.n_assigned, 1);
    reassign(0);
    cr_assert_eq(drain(), KAIKU_END);
    cr_assert_eq(worker.n_records, 10);
    kaiku_source_destroy(worker.source);
}

Test(script, unknown_partitions_and_too_many_logs_are_refused)
{
    const struct kaiku_start start = {{"t", 9}, 0};
    const struct kaiku_script_options options = {logs, 63, 1, true};
    struct kaiku_source *source;

    open_source(1, true);
    cr_assert_eq(kaiku_source_assign(worker.source, &start, 1), KAIKU_INVALID);
    cr_assert_eq(kaiku_script_source_create(&options, &source), KAIKU_INVALID);
    kaiku_source_destroy(worker.source);
}

Test(script, catalog_lists_first_and_end)
{
    const struct kaiku_script_options options = {logs, N_LOGS, 1, true};
    const struct kaiku_extent *extents;
    struct kaiku_catalog *catalog;
    uint32_t n;

    cr_assert_eq(kaiku_script_catalog_create(&options, &catalog), KAIKU_OK);
    cr_assert_eq(kaiku_catalog_read(catalog, 0, &extents, &n), KAIKU_OK);
    cr_assert_eq(n, 3);
    cr_assert_eq(extents[0].end, 5);
    cr_assert_eq(extents[1].first, 5);
    cr_assert_eq(extents[1].end, 22);
    cr_assert_eq(extents[2].end, 0);
    kaiku_catalog_destroy(catalog);
}
