#include <source/producer.h>

#include <criterion/criterion.h>
#include <stdio.h>

#include <source/kafka.h>
#include <source/mock_cluster.h>

enum { PARTITIONS = 4, RECORDS = 2000 };

static struct kaiku_mock_cluster *cluster;
static struct kaiku_producer *producer;
static char error[256];

static void setup(void)
{
    cr_assert_eq(kaiku_mock_cluster_create("feedback", PARTITIONS, &cluster, error), KAIKU_OK, "%s",
                 error);
}

static void teardown(void)
{
    kaiku_producer_destroy(producer);
    kaiku_mock_cluster_destroy(cluster);
}

TestSuite(producer, .init = setup, .fini = teardown, .timeout = 60);

static int open_producer(const char *topic)
{
    struct kaiku_producer_options options = {kaiku_mock_cluster_brokers(cluster), topic};

    return kaiku_producer_create(&options, &producer, error);
}

Test(producer, sends_equal_hashes_to_one_partition_in_order)
{
    cr_assert_eq(open_producer("feedback"), KAIKU_OK, "%s", error);
    for (int i = 0; i < RECORDS; i++) {
        char value[16];
        int size = snprintf(value, sizeof(value), "%d", i);
        cr_assert_eq(kaiku_producer_send(producer, (uint64_t)i % 10,
                                         (struct kaiku_text){value, (size_t)size}, 1000 + i),
                     KAIKU_OK);
    }
    cr_assert_eq(kaiku_producer_flush(producer, 20000), KAIKU_OK);

    const char *topics[] = {"feedback"};
    const char *properties[] = {"bootstrap.servers", kaiku_mock_cluster_brokers(cluster)};
    struct kaiku_kafka_options options = {.topics = topics, .n_topics = 1, .properties = properties,
                                          .n_properties = 1, .batch = 1};
    const struct kaiku_extent *extents;
    struct kaiku_catalog *catalog;
    uint32_t n;

    cr_assert_eq(kaiku_kafka_catalog_create(&options, &catalog, error), KAIKU_OK, "%s", error);
    cr_assert_eq(kaiku_catalog_read(catalog, 10000, &extents, &n), KAIKU_OK, "%s", catalog->error);
    cr_assert_eq(n, PARTITIONS);
    /* Hashes 0, 4, 8 | 1, 5, 9 | 2, 6 | 3, 7. */
    for (uint32_t i = 0; i < n; i++)
        cr_expect_eq(extents[i].end, RECORDS / 10 * (extents[i].partition.number < 2 ? 3 : 2));
    kaiku_catalog_destroy(catalog);
}

Test(producer, says_where_kafka_is_not)
{
    struct kaiku_producer_options options = {"127.0.0.1:1", "feedback"};

    cr_assert_eq(kaiku_producer_create(&options, &producer, error), KAIKU_AWAY);
    cr_assert_not_null(strstr(error, "cannot reach Kafka at '127.0.0.1:1'"), "%s", error);
}
