#include <source/kafka.h>

#include <criterion/criterion.h>

static char error[256];

static int create_with(const char *const *properties, uint32_t n_pairs)
{
    static const char *const topics[] = {"t"};
    const struct kaiku_kafka_options options = {
        .topics = topics, .n_topics = 1, .properties = properties, .n_properties = n_pairs, .batch = 10};
    struct kaiku_source *source = NULL;
    int status = kaiku_kafka_source_create(&options, &source, error);

    if (!status)
        kaiku_source_destroy(source);
    return status;
}

Test(kafka_handle, properties_are_checked_by_librdkafka)
{
    cr_assert_eq(kaiku_kafka_property_check("session.timeout.ms", "6000", error), KAIKU_OK);
    cr_assert_eq(kaiku_kafka_property_check("session.timeout.ms", "x", error), KAIKU_CONFIG);
    cr_assert_not_null(strstr(error, "session.timeout.ms"));
    cr_assert_eq(kaiku_kafka_property_check("no.such.thing", "1", error), KAIKU_CONFIG);
    cr_assert_not_null(strstr(error, "no.such.thing"));
}

Test(kafka_handle, a_source_needs_a_group)
{
    const char *const properties[] = {"bootstrap.servers", "127.0.0.1:1"};

    cr_assert_eq(create_with(properties, 1), KAIKU_CONFIG);
    cr_assert_not_null(strstr(error, "group.id"));
}

Test(kafka_handle, cooperative_protocols_are_refused)
{
    const char *const properties[] = {"group.id", "g", "partition.assignment.strategy",
                                      "cooperative-sticky"};

    cr_assert_eq(create_with(properties, 2), KAIKU_CONFIG);
    cr_assert_not_null(strstr(error, "cooperative-sticky"));
}

Test(kafka_handle, properties_that_do_not_fit_each_other_are_refused)
{
    const char *const properties[] = {"group.id",           "g",    "session.timeout.ms", "9000",
                                      "max.poll.interval.ms", "1000"};

    cr_assert_eq(create_with(properties, 3), KAIKU_CONFIG);
    cr_assert_not_null(strstr(error, "max.poll.interval.ms"));
}

Test(kafka_handle, a_source_may_go_without_ever_polling)
{
    const char *const properties[] = {"bootstrap.servers", "127.0.0.1:1", "group.id", "g"};

    cr_assert_eq(create_with(properties, 2), KAIKU_OK);
}
