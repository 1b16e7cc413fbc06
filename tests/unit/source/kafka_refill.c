#include <source/kafka.h>

#include <criterion/criterion.h>
#include <time.h>

#include <base/clock.h>

#include "kafka_source.h"
#include "mock.h"

enum { RECORDS = 50000, MESSAGE_SET = 250, FULL = 1000, PROPERTIES = 20, PATIENCE_MS = 20000 };

static const char *const topics[] = {"t"};
static struct mock mock;
static struct kaiku_source *source;
static int64_t n_records;

static void on_assigned(void *context, const struct kaiku_partition *partitions, uint32_t n)
{
    const struct kaiku_start start = {partitions[0], 0};

    (void)context;
    cr_assert_eq(n, 1);
    cr_assert_eq(kaiku_source_assign(source, &start, 1), KAIKU_OK);
}

static void on_revoked(void *context, bool lost)
{
    (void)context;
    (void)lost;
}

/* As mock_options, but librdkafka stops fetching where FULL records wait. */
static void open_source(void)
{
    const char *properties[2 * PROPERTIES];
    struct kaiku_kafka_options options;
    char error[256];
    uint32_t n;

    mock_options(&mock, &options, topics, 1, FULL);
    n = options.n_properties;
    cr_assert_lt(n + 3, PROPERTIES);
    memcpy(properties, options.properties, 2 * n * sizeof(*properties));
    properties[2 * n] = "queued.min.messages";
    properties[2 * n + 1] = "1000";
    properties[2 * n + 2] = "fetch.message.max.bytes";
    properties[2 * n + 3] = "4096";
    properties[2 * n + 4] = "topic.metadata.refresh.interval.ms"; /* it wakes brokers as well */
    properties[2 * n + 5] = "60000";
    options.properties = properties;
    options.n_properties = n + 3;
    cr_assert_eq(kaiku_kafka_source_create(&options, &source, error), KAIKU_OK, "%s", error);
    kaiku_source_listen(source, (struct kaiku_source_listener){NULL, on_assigned, on_revoked});
}

static void setup(void)
{
    mock_start(&mock);
    mock_topic(&mock, "t", 1);
    for (int i = 0; i < RECORDS; i += MESSAGE_SET) { /* the broker hands out whole sets */
        mock_fill(&mock, "t", 0, i, MESSAGE_SET);
        mock_flush(&mock);
    }
    open_source();
}

static void teardown(void)
{
    kaiku_source_destroy(source);
    mock_stop(&mock);
}

TestSuite(kafka_refill, .init = setup, .fini = teardown, .timeout = 60);

static void poll_once(void)
{
    struct kaiku_batch batch;

    cr_assert_eq(kaiku_source_poll(source, 20, &batch), KAIKU_OK);
    for (uint32_t i = 0; i < batch.count; i++)
        n_records += batch.records[i].kind == KAIKU_RECORD;
    kaiku_source_release(source, &batch);
}

static size_t queued(void)
{
    return rd_kafka_queue_length(((struct kaiku_kafka *)source)->queue);
}

/* Until librdkafka has fetched all that it wants. */
static void await_full(int64_t give_up_ms)
{
    const struct timespec look = {.tv_nsec = 10000000};
    size_t before, n = 0;

    do {
        cr_assert_lt(kaiku_clock_monotonic_ms(), give_up_ms, "the queue is not filled again");
        before = n;
        nanosleep(&look, NULL);
        n = queued();
    } while (n < FULL || n != before);
}

/* A reader that lets the queue run full each time, as one that is slower than the broker: librdkafka
 * by itself would fetch once a second, and take most of a minute. */
Test(kafka_refill, a_full_queue_is_filled_again_at_once)
{
    int64_t give_up_ms = kaiku_clock_monotonic_ms() + PATIENCE_MS;

    while (n_records == 0)
        poll_once();
    while (n_records < RECORDS) {
        if (n_records + (int64_t)queued() + FULL < RECORDS)
            await_full(give_up_ms);
        poll_once();
        poll_once();
    }
}
