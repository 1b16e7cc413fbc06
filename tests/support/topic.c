/* topic: makes and fills topics for the tests, in ways that no packaged client offers together: exact
 * partitions, offsets, timestamps, tombstones, codecs and transactions.
 *
 *   topic create BROKERS TOPIC PARTITIONS
 *   topic grow   BROKERS TOPIC PARTITIONS          partitions there shall be
 *   topic trim   BROKERS TOPIC PARTITION OFFSET    deletes the records before OFFSET
 *   topic delete BROKERS TOPIC
 *   topic write  BROKERS TOPIC CODEC [commit|abort|open]
 *   topic read   BROKERS TOPIC
 *   topic committed BROKERS TOPIC GROUP PARTITIONS one line each: PARTITION OFFSET
 *
 * write takes records from standard input, read prints them: a line `PARTITION OFFSET TIMESTAMP SIZE`,
 * SIZE bytes (-1: tombstone) and a newline. write fails where the broker gives another offset. With open it leaves
 * its transaction as it is: the next one of the same topic ends it. */
#include <librdkafka/rdkafka.h>

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TIMEOUT_MS = 60000, RECORD_MAX = 4 << 20 };

static void die(const char *what, const char *why)
{
    fprintf(stderr, "topic: %s: %s\n", what, why);
    exit(1);
}

static void set(rd_kafka_conf_t *conf, const char *name, const char *value)
{
    char error[256];
    if (rd_kafka_conf_set(conf, name, value, error, sizeof error) != RD_KAFKA_CONF_OK)
        die(name, error);
}

static rd_kafka_conf_t *conf_new(const char *brokers)
{
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    set(conf, "bootstrap.servers", brokers);
    set(conf, "log_level", "2"); /* a broker that is only starting is no news */
    return conf;
}

static rd_kafka_t *client_new(rd_kafka_type_t type, rd_kafka_conf_t *conf)
{
    char error[256];
    rd_kafka_t *rk = rd_kafka_new(type, conf, error, sizeof error);
    if (!rk)
        die("rd_kafka_new", error);
    return rk;
}

static void check_topics(const rd_kafka_topic_result_t **results, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (rd_kafka_topic_result_error(results[i]))
            die(rd_kafka_topic_result_name(results[i]),
                rd_kafka_topic_result_error_string(results[i]));
}

static rd_kafka_event_t *admin_wait(rd_kafka_queue_t *queue)
{
    rd_kafka_event_t *event = rd_kafka_queue_poll(queue, TIMEOUT_MS);
    if (!event)
        die("admin request", "timed out");
    if (rd_kafka_event_error(event))
        die("admin request", rd_kafka_event_error_string(event));
    return event;
}

static void topic_create(rd_kafka_t *rk, rd_kafka_queue_t *queue, const char *topic, int partitions)
{
    char error[256];
    size_t n;
    rd_kafka_NewTopic_t *new_topic =
        rd_kafka_NewTopic_new(topic, partitions, 1, error, sizeof error);
    if (!new_topic)
        die(topic, error);
    rd_kafka_CreateTopics(rk, &new_topic, 1, NULL, queue);
    rd_kafka_event_t *event = admin_wait(queue);
    const rd_kafka_CreateTopics_result_t *result = rd_kafka_event_CreateTopics_result(event);
    const rd_kafka_topic_result_t **results = rd_kafka_CreateTopics_result_topics(result, &n);
    check_topics(results, n);
    rd_kafka_event_destroy(event);
    rd_kafka_NewTopic_destroy(new_topic);
}

static void topic_grow(rd_kafka_t *rk, rd_kafka_queue_t *queue, const char *topic, int partitions)
{
    char error[256];
    size_t n;
    rd_kafka_NewPartitions_t *grown =
        rd_kafka_NewPartitions_new(topic, (size_t)partitions, error, sizeof error);
    if (!grown)
        die(topic, error);
    rd_kafka_CreatePartitions(rk, &grown, 1, NULL, queue);
    rd_kafka_event_t *event = admin_wait(queue);
    const rd_kafka_CreatePartitions_result_t *result =
        rd_kafka_event_CreatePartitions_result(event);
    const rd_kafka_topic_result_t **results = rd_kafka_CreatePartitions_result_topics(result, &n);
    check_topics(results, n);
    rd_kafka_event_destroy(event);
    rd_kafka_NewPartitions_destroy(grown);
}

static void topic_trim(rd_kafka_t *rk, rd_kafka_queue_t *queue, const char *topic, int partition,
                       int64_t offset)
{
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(list, topic, partition)->offset = offset;
    rd_kafka_DeleteRecords_t *records = rd_kafka_DeleteRecords_new(list);
    rd_kafka_DeleteRecords(rk, &records, 1, NULL, queue);
    rd_kafka_event_t *event = admin_wait(queue);
    const rd_kafka_topic_partition_list_t *done =
        rd_kafka_DeleteRecords_result_offsets(rd_kafka_event_DeleteRecords_result(event));
    for (int i = 0; i < done->cnt; i++)
        if (done->elems[i].err)
            die(topic, rd_kafka_err2str(done->elems[i].err));
    rd_kafka_event_destroy(event);
    rd_kafka_DeleteRecords_destroy(records);
    rd_kafka_topic_partition_list_destroy(list);
}

static void topic_delete(rd_kafka_t *rk, rd_kafka_queue_t *queue, const char *topic)
{
    rd_kafka_DeleteTopic_t *old = rd_kafka_DeleteTopic_new(topic);
    size_t n;
    rd_kafka_DeleteTopics(rk, &old, 1, NULL, queue);
    rd_kafka_event_t *event = admin_wait(queue);
    const rd_kafka_DeleteTopics_result_t *result = rd_kafka_event_DeleteTopics_result(event);
    const rd_kafka_topic_result_t **results = rd_kafka_DeleteTopics_result_topics(result, &n);
    check_topics(results, n);
    rd_kafka_event_destroy(event);
    rd_kafka_DeleteTopic_destroy(old);
}

static void on_delivery(rd_kafka_t *rk, const rd_kafka_message_t *message, void *opaque)
{
    (void)rk;
    (void)opaque;
    int64_t wanted = (int64_t)(intptr_t)message->_private;
    if (message->err)
        die("delivery", rd_kafka_err2str(message->err));
    if (message->offset != wanted) {
        fprintf(stderr, "topic: partition %d gave offset %lld for %lld\n", message->partition,
                (long long)message->offset, (long long)wanted);
        exit(1);
    }
}

/* Full local queue: let deliveries make room. */
static void produce(rd_kafka_t *rk, const char *topic, int partition, int64_t offset, int64_t timestamp,
                    const char *value, size_t size)
{
    rd_kafka_resp_err_t err;
    do {
        err = rd_kafka_producev(rk, RD_KAFKA_V_TOPIC(topic), RD_KAFKA_V_PARTITION(partition),
                                RD_KAFKA_V_TIMESTAMP(timestamp),
                                RD_KAFKA_V_VALUE((void *)(uintptr_t)value, size),
                                RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
                                RD_KAFKA_V_OPAQUE((void *)(intptr_t)offset), RD_KAFKA_V_END);
        rd_kafka_poll(rk, err == RD_KAFKA_RESP_ERR__QUEUE_FULL ? 100 : 0);
    } while (err == RD_KAFKA_RESP_ERR__QUEUE_FULL);
    if (err)
        die("produce", rd_kafka_err2str(err));
}

static void check_transaction(rd_kafka_error_t *error)
{
    if (error)
        die("transaction", rd_kafka_error_string(error));
}

static rd_kafka_t *producer_new(const char *brokers, const char *topic, const char *codec,
                                bool transaction)
{
    rd_kafka_conf_t *conf = conf_new(brokers);
    set(conf, "compression.codec", codec);
    set(conf, "message.max.bytes", "4194304");
    set(conf, "enable.idempotence", "true"); /* order and single delivery, hence the offsets */
    set(conf, "linger.ms", "20");
    if (transaction)
        set(conf, "transactional.id", topic);
    rd_kafka_conf_set_dr_msg_cb(conf, on_delivery);
    return client_new(RD_KAFKA_PRODUCER, conf);
}

static void topic_write(const char *brokers, const char *topic, const char *codec, const char *ending)
{
    rd_kafka_t *rk = producer_new(brokers, topic, codec, ending != NULL);
    char *value = malloc(RECORD_MAX);
    int partition;
    long long offset, timestamp, size;

    if (!value)
        die("malloc", "out of memory");
    if (ending) {
        check_transaction(rd_kafka_init_transactions(rk, TIMEOUT_MS));
        check_transaction(rd_kafka_begin_transaction(rk));
    }
    while (scanf("%d %lld %lld %lld", &partition, &offset, &timestamp, &size) == 4) {
        if (getchar() != '\n' || size > RECORD_MAX ||
            (size > 0 && fread(value, 1, (size_t)size, stdin) != (size_t)size))
            die("standard input", "broken record");
        /* An empty value needs a pointer: NULL is a tombstone. */
        produce(rk, topic, partition, offset, timestamp, size < 0 ? NULL : value,
                size < 0 ? 0 : (size_t)size);
    }
    if (!feof(stdin))
        die("standard input", "broken record");
    if (rd_kafka_flush(rk, TIMEOUT_MS))
        die("flush", "timed out");
    if (ending && strcmp(ending, "open") == 0)
        exit(0);
    if (ending)
        check_transaction(strcmp(ending, "abort") == 0 ? rd_kafka_abort_transaction(rk, TIMEOUT_MS)
                                                       : rd_kafka_commit_transaction(rk, TIMEOUT_MS));
    rd_kafka_destroy(rk);
    free(value);
}

static int assign_all(rd_kafka_t *rk, const char *topic)
{
    const struct rd_kafka_metadata *metadata;
    rd_kafka_topic_t *handle = rd_kafka_topic_new(rk, topic, NULL);
    rd_kafka_resp_err_t err = rd_kafka_metadata(rk, 0, handle, &metadata, TIMEOUT_MS);
    if (err)
        die(topic, rd_kafka_err2str(err));
    int n = metadata->topics[0].partition_cnt;
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(n);
    for (int p = 0; p < n; p++)
        rd_kafka_topic_partition_list_add(list, topic, p)->offset = RD_KAFKA_OFFSET_BEGINNING;
    err = rd_kafka_assign(rk, list);
    if (err)
        die(topic, rd_kafka_err2str(err));
    rd_kafka_topic_partition_list_destroy(list);
    rd_kafka_metadata_destroy(metadata);
    rd_kafka_topic_destroy(handle);
    return n;
}

static void print_record(const rd_kafka_message_t *message)
{
    rd_kafka_timestamp_type_t type;
    long long size = message->payload ? (long long)message->len : -1;
    printf("%d %lld %lld %lld\n", message->partition, (long long)message->offset,
           (long long)rd_kafka_message_timestamp(message, &type), size);
    if (size > 0)
        fwrite(message->payload, 1, message->len, stdout);
    putchar('\n');
}

static void topic_read(const char *brokers, const char *topic)
{
    rd_kafka_conf_t *conf = conf_new(brokers);
    set(conf, "group.id", "topic-read");
    set(conf, "enable.auto.commit", "false");
    set(conf, "enable.partition.eof", "true");
    set(conf, "check.crcs", "true");
    rd_kafka_t *rk = client_new(RD_KAFKA_CONSUMER, conf);
    rd_kafka_poll_set_consumer(rk);

    for (int left = assign_all(rk, topic); left > 0;) {
        rd_kafka_message_t *message = rd_kafka_consumer_poll(rk, TIMEOUT_MS);
        if (!message)
            die(topic, "timed out");
        if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF)
            left--;
        else if (message->err)
            die(topic, rd_kafka_message_errstr(message));
        else
            print_record(message);
        rd_kafka_message_destroy(message);
    }
    rd_kafka_consumer_close(rk);
    rd_kafka_destroy(rk);
}

static void topic_committed(const char *brokers, const char *topic, const char *group, int partitions)
{
    rd_kafka_conf_t *conf = conf_new(brokers);
    set(conf, "group.id", group);
    rd_kafka_t *rk = client_new(RD_KAFKA_CONSUMER, conf);
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(partitions);
    for (int p = 0; p < partitions; p++)
        rd_kafka_topic_partition_list_add(list, topic, p);
    rd_kafka_resp_err_t err = rd_kafka_committed(rk, list, TIMEOUT_MS);
    if (err)
        die(group, rd_kafka_err2str(err));
    for (int i = 0; i < list->cnt; i++)
        printf("%d %lld\n", list->elems[i].partition, (long long)list->elems[i].offset);
    rd_kafka_topic_partition_list_destroy(list);
    rd_kafka_destroy(rk);
}

static void administer(int argc, char **argv)
{
    rd_kafka_t *rk = client_new(RD_KAFKA_PRODUCER, conf_new(argv[2]));
    rd_kafka_queue_t *queue = rd_kafka_queue_new(rk);
    if (strcmp(argv[1], "create") == 0)
        topic_create(rk, queue, argv[3], atoi(argv[4]));
    else if (strcmp(argv[1], "grow") == 0)
        topic_grow(rk, queue, argv[3], atoi(argv[4]));
    else if (strcmp(argv[1], "trim") == 0 && argc == 6)
        topic_trim(rk, queue, argv[3], atoi(argv[4]), atoll(argv[5]));
    else if (strcmp(argv[1], "delete") == 0)
        topic_delete(rk, queue, argv[3]);
    else
        die(argv[1], "unknown command");
    rd_kafka_queue_destroy(queue);
    rd_kafka_destroy(rk);
}

int main(int argc, char **argv)
{
    if (argc < 4)
        die("usage", "topic COMMAND BROKERS TOPIC ...");
    if (strcmp(argv[1], "read") == 0)
        topic_read(argv[2], argv[3]);
    else if (strcmp(argv[1], "write") == 0 && argc >= 5)
        topic_write(argv[2], argv[3], argv[4], argc > 5 ? argv[5] : NULL);
    else if (strcmp(argv[1], "committed") == 0 && argc == 6)
        topic_committed(argv[2], argv[3], argv[4], atoi(argv[5]));
    else
        administer(argc, argv);
    return 0;
}
