#include <source/kafka.h>

#include <criterion/criterion.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>

#include <base/clock.h>

#include "mock.h"

enum { PARTITIONS = 4, BATCH = 500, PATIENCE_MS = 30000, API_HEARTBEAT = 12 };

static const char *const topics[] = {"t"};
static struct mock mock;

/* The stored positions, as Redis would hold them: moved by each record at once. */
static int64_t stored[PARTITIONS];

/* A worker's part. */
struct reader {
    struct kaiku_source *source;
    struct kaiku_partition partitions[PARTITIONS];
    int64_t end[PARTITIONS]; /* of the last END, by partition */
    uint32_t n;
    bool refuse; /* does not assign */
    int n_assigned, n_revoked, n_lost;
    int64_t n_records;
    int status; /* of the last poll */
};

static struct reader readers[2];

static void reassign(struct reader *reader)
{
    struct kaiku_start starts[PARTITIONS];

    for (uint32_t i = 0; i < reader->n; i++)
        starts[i] =
            (struct kaiku_start){reader->partitions[i], stored[reader->partitions[i].number]};
    cr_assert_eq(kaiku_source_assign(reader->source, starts, reader->n), KAIKU_OK);
}

/* Takes them in the order opposite to the one given: slots are the assigner's to choose. */
static void on_assigned(void *context, const struct kaiku_partition *partitions, uint32_t n)
{
    struct reader *reader = context;

    reader->n_assigned++;
    reader->n = n;
    for (uint32_t i = 0; i < n; i++)
        reader->partitions[n - 1 - i] = partitions[i];
    if (!reader->refuse)
        reassign(reader);
}

static void on_revoked(void *context, bool lost)
{
    struct reader *reader = context;

    reader->n_revoked++;
    reader->n_lost += lost;
    reader->n = 0;
}

static void open_reader(struct reader *reader, uint32_t batch)
{
    struct kaiku_kafka_options options;
    char error[256];

    mock_options(&mock, &options, topics, 1, batch);
    cr_assert_eq(kaiku_kafka_source_create(&options, &reader->source, error), KAIKU_OK, "%s",
                 error);
    kaiku_source_listen(reader->source,
                        (struct kaiku_source_listener){reader, on_assigned, on_revoked});
    for (int i = 0; i < PARTITIONS; i++)
        reader->end[i] = -1;
}

static void setup(void)
{
    mock_start(&mock);
    mock_topic(&mock, "t", PARTITIONS);
}

static void teardown(void)
{
    for (int i = 0; i < 2; i++)
        if (readers[i].source)
            kaiku_source_destroy(readers[i].source);
    mock_stop(&mock);
}

TestSuite(kafka, .init = setup, .fini = teardown, .timeout = 60);

/* What mock_fill wrote, in order and without a hole. */
static void check_record(struct reader *reader, const struct kaiku_record *record)
{
    int32_t partition = reader->partitions[record->slot].number;
    char expected[32];

    cr_assert_lt(record->slot, reader->n);
    cr_assert_eq(record->offset, stored[partition]);
    snprintf(expected, sizeof(expected), "%d:%d", (int)partition, (int)record->offset);
    cr_assert_eq(record->size, strlen(expected));
    cr_assert_eq(memcmp(record->value, expected, record->size), 0);
    cr_assert_eq(record->timestamp_ms, 1000 + record->offset);
    stored[partition]++;
    reader->n_records++;
}

static void poll_once(struct reader *reader)
{
    struct kaiku_batch batch;

    reader->status = kaiku_source_poll(reader->source, 20, &batch);
    for (uint32_t i = 0; i < batch.count; i++) {
        const struct kaiku_record *record = &batch.records[i];

        if (record->kind == KAIKU_RECORD_END)
            reader->end[reader->partitions[record->slot].number] = record->offset;
        else
            check_record(reader, record);
    }
    kaiku_source_release(reader->source, &batch);
}

/* Polls one reader after the other until the condition holds. */
#define POLL_UNTIL(condition)                                                                      \
    do {                                                                                           \
        int64_t give_up_ms = kaiku_clock_monotonic_ms() + PATIENCE_MS;                             \
        while (!(condition)) {                                                                     \
            cr_assert_lt(kaiku_clock_monotonic_ms(), give_up_ms, "waited in vain: " #condition);   \
            for (int reader_ = 0; reader_ < 2; reader_++)                                          \
                if (readers[reader_].source)                                                       \
                    poll_once(&readers[reader_]);                                                  \
        }                                                                                          \
    } while (0)

static bool stored_all(int64_t n)
{
    for (int i = 0; i < PARTITIONS; i++)
        if (stored[i] != n)
            return false;
    return true;
}

static bool ended_all(const struct reader *reader, int64_t n)
{
    for (int i = 0; i < PARTITIONS; i++)
        if (reader->end[i] != n)
            return false;
    return true;
}

static void fill_all(int from, int count)
{
    for (int i = 0; i < PARTITIONS; i++)
        mock_fill(&mock, "t", i, from, count);
}

/* Offset that the group has been told for a partition. */
static int64_t committed(int32_t partition)
{
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
    char why[256];
    rd_kafka_t *handle;
    int64_t offset;

    rd_kafka_conf_set(conf, "group.id", "g", why, sizeof(why));
    rd_kafka_conf_set(conf, "bootstrap.servers", rd_kafka_mock_cluster_bootstraps(mock.cluster),
                      why, sizeof(why));
    handle = rd_kafka_new(RD_KAFKA_CONSUMER, conf, why, sizeof(why));
    rd_kafka_topic_partition_list_add(list, "t", partition);
    cr_assert_eq(rd_kafka_committed(handle, list, 10000), 0);
    offset = list->elems[0].offset;
    rd_kafka_topic_partition_list_destroy(list);
    rd_kafka_destroy(handle);
    return offset;
}

/* Assign at given offsets, ends, new records behind an end, a rewind in mid-stream, commits, a
 * close. */
Test(kafka, reads_in_order_from_where_it_is_told)
{
    struct reader *reader = &readers[0];

    fill_all(0, 3000);
    stored[1] = 2990;
    stored[2] = 3000;
    open_reader(reader, BATCH);
    POLL_UNTIL(reader->n_records >= 1000);
    cr_assert_eq(reader->n_assigned, 1);
    cr_assert_eq(reader->n, PARTITIONS);
    POLL_UNTIL(stored_all(3000) && ended_all(reader, 3000));
    cr_assert_eq(reader->n_records, 3000 + 10 + 0 + 3000);

    fill_all(3000, 1000);
    POLL_UNTIL(stored[0] > 3100);
    stored[0] = 17;
    stored[1] = 2000;
    reassign(reader);
    POLL_UNTIL(stored_all(4000) && ended_all(reader, 4000));

    for (uint32_t i = 0; i < reader->n; i++)
        kaiku_source_commit(reader->source, i, 100 + reader->partitions[i].number);
    kaiku_source_close(reader->source);
    cr_assert_eq(reader->n_revoked, 1);
    cr_assert_eq(reader->n_lost, 0);
    cr_assert_eq(committed(0), 100);
    cr_assert_eq(committed(3), 103);
}

Test(kafka, tombstones_empty_values_and_timestamps)
{
    static const struct {
        const char *value;
        int64_t timestamp_ms;
    } sent[] = {{"one", 1700000000123}, {NULL, 5}, {"", 6}};
    const size_t n = sizeof(sent) / sizeof(sent[0]);
    struct reader *reader = &readers[0];
    struct kaiku_batch batch = {0};
    uint32_t taken = 0;

    for (size_t i = 0; i < n; i++)
        mock_send(&mock, "t", 2, sent[i].value, sent[i].value ? strlen(sent[i].value) : 0,
                  sent[i].timestamp_ms);
    mock_flush(&mock);
    open_reader(reader, 1); /* one record a poll: the smallest batch works too */
    while (taken < n) {
        cr_assert_eq(kaiku_source_poll(reader->source, 1000, &batch), KAIKU_OK);
        cr_assert_leq(batch.count, 1);
        if (batch.count == 1 && batch.records[0].kind == KAIKU_RECORD) {
            const struct kaiku_record *record = &batch.records[0];

            cr_assert_eq(reader->partitions[record->slot].number, 2);
            cr_assert_eq(record->offset, taken);
            cr_assert_eq(record->timestamp_ms, sent[taken].timestamp_ms);
            cr_assert_eq(record->value == NULL, sent[taken].value == NULL);
            cr_assert_eq(record->size, sent[taken].value ? strlen(sent[taken].value) : 0);
            taken++;
        }
        kaiku_source_release(reader->source, &batch);
    }
}

/* Eager: the first gives up all, then both have their share; when one leaves, the other has all. */
Test(kafka, a_rebalance_loses_nothing_and_doubles_nothing)
{
    fill_all(0, 2000);
    open_reader(&readers[0], BATCH);
    POLL_UNTIL(readers[0].n_records >= 600);
    open_reader(&readers[1], BATCH);
    POLL_UNTIL(readers[0].n_revoked == 1);
    fill_all(2000, 500);
    POLL_UNTIL(readers[0].n == 2 && readers[1].n == 2 && stored_all(2500));

    kaiku_source_close(readers[1].source);
    cr_assert_eq(readers[1].n_revoked, readers[1].n_assigned);
    kaiku_source_destroy(readers[1].source);
    readers[1].source = NULL;
    fill_all(2500, 500);
    POLL_UNTIL(readers[0].n == PARTITIONS && stored_all(3000));
    cr_assert_geq(readers[0].n_assigned, 3);
    cr_assert_eq(readers[0].n_records + readers[1].n_records, 3000 * PARTITIONS);
    kaiku_source_close(readers[0].source);
    cr_assert_eq(readers[0].n_revoked, readers[0].n_assigned);
    cr_assert_eq(readers[0].n_lost + readers[1].n_lost, 0);
}

/* The group has taken this member for dead. */
Test(kafka, a_lost_assignment_is_revoked_as_lost_and_comes_again)
{
    struct reader *reader = &readers[0];

    fill_all(0, 100);
    open_reader(reader, BATCH);
    POLL_UNTIL(stored_all(100));
    rd_kafka_mock_push_request_errors(mock.cluster, API_HEARTBEAT, 1,
                                      RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID);
    POLL_UNTIL(reader->n_revoked == 1);
    cr_assert_eq(reader->n_lost, 1);
    fill_all(100, 100);
    POLL_UNTIL(stored_all(200));
    cr_assert_eq(reader->n_assigned, 2);
}

/* Another instance with the same group.instance.id. */
Test(kafka, a_fenced_member_stops_for_good)
{
    struct reader *reader = &readers[0];

    fill_all(0, 100);
    open_reader(reader, BATCH);
    POLL_UNTIL(stored_all(100));
    rd_kafka_mock_push_request_errors(mock.cluster, API_HEARTBEAT, 1,
                                      RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID);
    POLL_UNTIL(reader->status);
    cr_assert_eq(reader->status, KAIKU_REFUSED);
    cr_assert_not_null(strstr(reader->source->error, "fenced"), "%s", reader->source->error);
    kaiku_source_close(reader->source);
    cr_assert_eq(reader->n_revoked, 1);
    cr_assert_eq(reader->n_lost, 1);
}

Test(kafka, a_listener_may_assign_later)
{
    struct reader *reader = &readers[0];

    fill_all(0, 10);
    reader->refuse = true;
    open_reader(reader, BATCH);
    POLL_UNTIL(reader->n_assigned == 1);
    for (int i = 0; i < 10; i++)
        poll_once(reader);
    cr_assert_eq(reader->n_records, 0);
    reassign(reader);
    POLL_UNTIL(stored_all(10));
    kaiku_source_close(reader->source);
    cr_assert_eq(reader->n_revoked, 1);
}

/* Without a rebalance; what the former one left unassigned is told as well. */
Test(kafka, a_new_listener_is_told_what_is_held)
{
    struct reader *former = &readers[0], *reader = &readers[1];

    fill_all(0, 10);
    open_reader(former, BATCH);
    kaiku_source_announce(former->source);
    cr_assert_eq(former->n_assigned, 0);
    POLL_UNTIL(stored_all(10));
    reader->source = former->source;
    former->source = NULL;
    kaiku_source_listen(reader->source, (struct kaiku_source_listener){reader, on_assigned, on_revoked});
    reader->refuse = true;
    kaiku_source_announce(reader->source);
    cr_assert_eq(reader->n_assigned, 1);
    cr_assert_eq(reader->n, PARTITIONS);
    fill_all(10, 10);
    for (int i = 0; i < 10; i++)
        poll_once(reader);
    cr_assert_eq(reader->n_records, 0, "nothing is read that was not assigned");
    reader->refuse = false;
    kaiku_source_announce(reader->source);
    POLL_UNTIL(stored_all(20));
    kaiku_source_close(reader->source);
    cr_assert_eq(former->n_revoked, 0);
    cr_assert_eq(reader->n_revoked, 1);
    kaiku_source_announce(reader->source);
    cr_assert_eq(reader->n_assigned, 2);
}

/* The mock cluster keeps five megabytes of a partition: the rest is gone as retention would take
 * it. */
Test(kafka, reads_on_where_retention_left_off)
{
    enum { SIZE = 100000, COUNT = 80 };
    struct reader *reader = &readers[0];
    char *value = calloc(1, SIZE);
    struct kaiku_batch batch;
    int64_t first = -1, end = -1;
    int64_t low, high;

    for (int i = 0; i < COUNT; i++) {
        mock_send(&mock, "t", 0, value, SIZE, 1);
        mock_flush(&mock);
    }
    free(value);
    cr_assert_eq(rd_kafka_query_watermark_offsets(mock.producer, "t", 0, &low, &high, 10000), 0);
    cr_assert_gt(low, 5);
    stored[0] = 5;
    open_reader(reader, BATCH);
    while (end < COUNT) {
        cr_assert_eq(kaiku_source_poll(reader->source, 1000, &batch), KAIKU_OK);
        for (uint32_t i = 0; i < batch.count; i++) {
            const struct kaiku_record *record = &batch.records[i];

            if (reader->partitions[record->slot].number != 0)
                continue;
            if (record->kind == KAIKU_RECORD_END)
                end = record->offset;
            else if (first < 0)
                first = record->offset;
        }
        kaiku_source_release(reader->source, &batch);
    }
    cr_assert_eq(first, low);
}

Test(kafka, a_log_that_ends_before_the_position_is_refused)
{
    struct reader *reader = &readers[0];

    fill_all(0, 10);
    stored[2] = 1000;
    open_reader(reader, BATCH);
    POLL_UNTIL(reader->status);
    cr_assert_eq(reader->status, KAIKU_REFUSED);
    cr_assert_str_eq(reader->source->error,
                     "topic 't' partition 2 ends at offset 10, before the stored position 1000: "
                     "was it deleted and created again?");
    poll_once(reader);
    cr_assert_eq(reader->status, KAIKU_REFUSED);
    kaiku_source_close(reader->source);
    cr_assert_eq(reader->n_revoked, 1);
}

Test(kafka, a_deleted_topic_is_refused)
{
    struct reader *reader = &readers[0];

    fill_all(0, 10);
    open_reader(reader, BATCH);
    POLL_UNTIL(stored_all(10));
    rd_kafka_mock_topic_set_error(mock.cluster, "t", RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART);
    POLL_UNTIL(reader->status);
    cr_assert_eq(reader->status, KAIKU_REFUSED);
    cr_assert_str_eq(reader->source->error, "topic 't' does not exist: was it deleted?");
    kaiku_source_close(reader->source);
}

/* librdkafka aborts where one assign overtakes another; see kafka_group.c. */
Test(kafka, rewinds_may_follow_each_other_at_once)
{
    struct reader *reader = &readers[0];

    fill_all(0, 100);
    open_reader(reader, BATCH);
    POLL_UNTIL(reader->n_assigned == 1);
    for (int i = 0; i < 300; i++) {
        for (int p = 0; p < PARTITIONS; p++)
            stored[p] = (i + p) % 100;
        reassign(reader);
        if (i % 3 == 0)
            reassign(reader);
        poll_once(reader);
    }
    POLL_UNTIL(stored_all(100));
    reassign(reader);
    kaiku_source_close(reader->source);
}

/* Destroyed while a batch is out and without a close: as after a failure elsewhere. */
Test(kafka, may_be_destroyed_at_any_time)
{
    struct reader *reader = &readers[0];
    struct kaiku_batch batch = {0};

    fill_all(0, 10);
    open_reader(reader, BATCH);
    while (batch.count == 0)
        cr_assert_eq(kaiku_source_poll(reader->source, 1000, &batch), KAIKU_OK);
    kaiku_source_destroy(reader->source);
    reader->source = NULL;
    cr_assert_eq(reader->n_revoked, 0);
}

/* Alone in a group of its own. */
static void open_member(struct reader *reader, int number)
{
    struct kaiku_kafka_options options;
    char error[256], group[16];

    snprintf(group, sizeof(group), "g%d", number);
    mock_options(&mock, &options, topics, 1, BATCH);
    const char *properties[] = {"bootstrap.servers", options.properties[1], "group.id", group};
    options.properties = properties;
    options.n_properties = 2;
    cr_assert_eq(kaiku_kafka_source_create(&options, &reader->source, error), KAIKU_OK, "%s", error);
    kaiku_source_listen(reader->source, (struct kaiku_source_listener){reader, on_assigned, on_revoked});
}

/* librdkafka does not answer what it is asked once the group is left: a close waited for ever where the threads
 * took turns so, which they do on one processor. */
Test(kafka, closing_ends)
{
    enum { MEMBERS = 32 };
    static struct reader members[MEMBERS];
    cpu_set_t processors;
    int n_assigned;

    mock_stop(&mock); /* its threads, too */
    CPU_ZERO(&processors);
    CPU_SET((size_t)sched_getcpu(), &processors);
    sched_setaffinity(0, sizeof(processors), &processors);
    setup();
    for (int i = 0; i < MEMBERS; i++)
        open_member(&members[i], i);
    do {
        n_assigned = 0;
        for (int i = 0; i < MEMBERS; i++) {
            poll_once(&members[i]);
            n_assigned += members[i].n_assigned;
        }
    } while (n_assigned < MEMBERS);
    for (int i = 0; i < MEMBERS; i++) {
        kaiku_source_close(members[i].source);
        cr_assert_eq(members[i].n_revoked, 1);
        kaiku_source_destroy(members[i].source);
    }
}
