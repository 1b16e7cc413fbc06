#include <source/kafka.h>

#include <criterion/criterion.h>
#include <unistd.h>

#include "mock.h"

enum { API_LIST_OFFSETS = 2 };

static struct mock mock;
static struct kaiku_catalog *catalog;

static void open_catalog(const char *const *topics, uint32_t n)
{
    struct kaiku_kafka_options options;
    char error[256];

    mock_options(&mock, &options, topics, n, 1);
    cr_assert_eq(kaiku_kafka_catalog_create(&options, &catalog, error), KAIKU_OK, "%s", error);
}

static void setup(void)
{
    mock_start(&mock);
}

static void teardown(void)
{
    if (catalog)
        kaiku_catalog_destroy(catalog);
    mock_stop(&mock);
}

TestSuite(kafka_catalog, .init = setup, .fini = teardown, .timeout = 30);

Test(kafka_catalog, lists_all_partitions_of_all_topics_again_and_again)
{
    static const char *const topics[] = {"a", "b"};
    const struct kaiku_extent *extents;
    uint32_t n;

    mock_topic(&mock, "a", 3);
    mock_topic(&mock, "b", 1);
    mock_fill(&mock, "a", 1, 0, 7);
    open_catalog(topics, 2);
    for (int round = 0; round < 2; round++) {
        cr_assert_eq(kaiku_catalog_read(catalog, 10000, &extents, &n), KAIKU_OK, "%s",
                     catalog->error);
        cr_assert_eq(n, 4);
        for (uint32_t i = 0; i < n; i++) {
            cr_assert_str_eq(extents[i].partition.topic, i < 3 ? "a" : "b");
            cr_assert_eq(extents[i].partition.number, i < 3 ? (int32_t)i : 0);
            cr_assert_eq(extents[i].first, 0);
            cr_assert_eq(extents[i].end, i == 1 ? 7 + round : 0);
        }
        mock_fill(&mock, "a", 1, 7, 1);
    }
}

Test(kafka_catalog, a_topic_that_does_not_exist_is_missing)
{
    static const char *const topics[] = {"a", "gone"};
    const struct kaiku_extent *extents;
    uint32_t n;

    mock_topic(&mock, "a", 1);
    mock_topic(&mock, "gone", 1);
    rd_kafka_mock_topic_set_error(mock.cluster, "gone", RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART);
    open_catalog(topics, 2);
    cr_assert_eq(kaiku_catalog_read(catalog, 10000, &extents, &n), KAIKU_MISSING);
    cr_assert_str_eq(catalog->error, "topic 'gone' does not exist");
    cr_assert_eq(n, 0);
}

Test(kafka_catalog, a_leader_that_moves_is_asked_again)
{
    static const char *const topics[] = {"a"};
    const struct kaiku_extent *extents;
    uint32_t n;

    mock_topic(&mock, "a", 3);
    open_catalog(topics, 1);
    rd_kafka_mock_push_request_errors(mock.cluster, API_LIST_OFFSETS, 2,
                                      RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION,
                                      RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION);
    cr_assert_eq(kaiku_catalog_read(catalog, 10000, &extents, &n), KAIKU_OK, "%s", catalog->error);
    cr_assert_eq(n, 3);
}

Test(kafka_catalog, brokers_out_of_reach_are_away_with_the_reason)
{
    static const char *const topics[] = {"a"};
    static const char *const properties[] = {"bootstrap.servers", "127.0.0.1:1"};
    const struct kaiku_kafka_options options = {
        .topics = topics, .n_topics = 1, .properties = properties, .n_properties = 1, .batch = 1};
    const struct kaiku_extent *extents;
    char error[256];
    uint32_t n;

    cr_assert_eq(kaiku_kafka_catalog_create(&options, &catalog, error), KAIKU_OK);
    cr_assert_eq(kaiku_catalog_read(catalog, 300, &extents, &n), KAIKU_AWAY);
    cr_assert_not_null(strstr(catalog->error, "Connection refused"), "%s", catalog->error);
}

/* Asks until there is an answer. */
static int ask(const char *topic, int32_t partition, int64_t offset, int64_t *timestamp_ms)
{
    int status;

    do {
        struct kaiku_partition name = {topic, partition};
        status = kaiku_catalog_timestamp(catalog, name, offset, timestamp_ms);
        if (status == KAIKU_AGAIN)
            usleep(1000);
    } while (status == KAIKU_AGAIN);
    return status;
}

Test(kafka_catalog, tells_when_records_were_written)
{
    static const char *const topics[] = {"a", "b"};
    int64_t timestamp_ms = 0;

    mock_topic(&mock, "a", 2);
    mock_topic(&mock, "b", 1);
    for (int i = 0; i < 20; i++)
        mock_send(&mock, "a", 1, "x", 1, 1700000000000 + 1000 * i);
    mock_flush(&mock);
    open_catalog(topics, 2);
    for (int round = 0; round < 2; round++) {
        cr_assert_eq(ask("a", 1, 0, &timestamp_ms), KAIKU_OK);
        cr_assert_eq(timestamp_ms, 1700000000000);
        cr_assert_eq(ask("a", 1, 13, &timestamp_ms), KAIKU_OK);
        cr_assert_eq(timestamp_ms, 1700000013000);
        cr_assert_eq(ask("a", 1, 20, &timestamp_ms), KAIKU_MISSING);
        cr_assert_eq(ask("a", 0, 0, &timestamp_ms), KAIKU_MISSING);
        cr_assert_eq(ask("b", 0, 0, &timestamp_ms), KAIKU_MISSING);
    }
    cr_assert_eq(ask("c", 0, 0, &timestamp_ms), KAIKU_AWAY);
}

Test(kafka_catalog, another_question_gives_up_the_one_before)
{
    static const char *const topics[] = {"a"};
    const struct kaiku_partition first = {"a", 0};
    int64_t timestamp_ms = 0;

    mock_topic(&mock, "a", 2);
    mock_send(&mock, "a", 0, "x", 1, 1700000000000);
    mock_send(&mock, "a", 1, "x", 1, 1700000001000);
    mock_flush(&mock);
    open_catalog(topics, 1);
    cr_assert_eq(kaiku_catalog_timestamp(catalog, first, 0, &timestamp_ms), KAIKU_AGAIN);
    cr_assert_eq(ask("a", 1, 0, &timestamp_ms), KAIKU_OK);
    cr_assert_eq(timestamp_ms, 1700000001000);
    cr_assert_eq(kaiku_catalog_timestamp(catalog, first, 0, &timestamp_ms), KAIKU_AGAIN);
}
