/* Inside of the Kafka source: kafka.c reads, kafka_group.c is the member of the group,
 * kafka_faults.c decides what errors mean, kafka_refill.c keeps it going. All of it runs in the source's thread. */
#ifndef SOURCE_KAFKA_SOURCE_H
#define SOURCE_KAFKA_SOURCE_H

#include "kafka_slots.h"
#include "kafka_statistics.h"

struct kaiku_kafka {
    struct kaiku_source base;
    rd_kafka_t *handle;
    rd_kafka_queue_t *queue;
    struct kaiku_kafka_slots slots;
    rd_kafka_message_t **messages; /* out as a batch until release */
    struct kaiku_record *records;
    size_t n_messages;
    uint32_t batch;
    rd_kafka_topic_partition_list_t *dealt; /* what the group gave to the listener; NULL: nothing */
    int fatal;         /* status that every poll answers from now on; 0: none */
    bool joined;       /* the listener holds partitions */
    bool assigned;     /* the listener has called assign since */
    bool reassign;     /* librdkafka has to be told where to read */
    bool rebalanced;   /* in the last consume */
    bool mixed;        /* the messages are of more than one assignment */
    bool closing;      /* no assignment comes any more */
    bool committable;  /* a slot has something for the group */
    bool gaps;         /* a slot has a gap */
    int64_t commit_ms; /* when the group was told last */
    int64_t check_ms;  /* when a fault was looked into last */
    int64_t warn_ms;   /* when the last warning was logged */
    uint32_t unlogged; /* warnings since */
    int64_t refused_ms; /* when the last of a refused certificate or password was */
    size_t most_queued; /* that were seen waiting since brokers were woken */
    int64_t refill_ms;  /* when they were */
    struct kaiku_kafka_statistics statistics;
};

/* kafka_group.c */
void kaiku_kafka_on_rebalance(rd_kafka_t *handle, rd_kafka_resp_err_t err,
                              rd_kafka_topic_partition_list_t *partitions, void *opaque);
int kaiku_kafka_assign(struct kaiku_source *source, const struct kaiku_start *starts, uint32_t n);
void kaiku_kafka_announce(struct kaiku_source *source);
/* Has librdkafka read every slot from its next offset on; the next poll tries again where it
 * fails. */
void kaiku_kafka_reassign(struct kaiku_kafka *kafka);
void kaiku_kafka_commit(struct kaiku_source *source, uint32_t slot, int64_t next);
/* Sends what commit has gathered. */
void kaiku_kafka_commit_flush(struct kaiku_kafka *kafka);

/* kafka_refill.c */
/* Has librdkafka fetch again where what it has fetched is half taken; call it for each batch. */
void kaiku_kafka_refill(struct kaiku_kafka *kafka, int64_t now_ms);

/* kafka_faults.c */
void kaiku_kafka_on_error(rd_kafka_t *handle, int err, const char *reason, void *opaque);
/* An error in place of a message. */
void kaiku_kafka_fault(struct kaiku_kafka *kafka, const rd_kafka_message_t *message);
/* Looks into what faults left open, once a second at most: it asks brokers and waits for their
 * answers. */
void kaiku_kafka_faults_resolve(struct kaiku_kafka *kafka);
/* The first failure counts; the text goes to the source's error. */
void kaiku_kafka_fail(struct kaiku_kafka *kafka, int status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* At most one line in ten seconds. */
void kaiku_kafka_warn(struct kaiku_kafka *kafka, const char *text);

#endif
