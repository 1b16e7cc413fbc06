/* The partitions that a Kafka source reads, by slot: where reading stands and how to find the slot
 * of a message without comparing strings. Belongs to the source's thread. */
#ifndef SOURCE_KAFKA_SLOTS_H
#define SOURCE_KAFKA_SLOTS_H

#include <librdkafka/rdkafka.h>

#include <source/source.h>

struct kaiku_kafka_topic {
    char *name;
    const rd_kafka_topic_t *handle; /* as messages carry it; NULL: not seen since the last assign */
    uint32_t *slots;                /* by partition; KAIKU_NO_SLOT: not ours */
    int32_t n_slots;
    int64_t missing_since_ms; /* the brokers do not know it; 0: they do */
};

#define KAIKU_NO_SLOT UINT32_MAX

enum kaiku_kafka_trust {
    KAIKU_KAFKA_FRESH,   /* nothing has come since the assign */
    KAIKU_KAFKA_DOUBTED, /* the first to come was not the one expected: asked again */
    KAIKU_KAFKA_SETTLED,
};

struct kaiku_kafka_slot {
    const struct kaiku_kafka_topic *topic;
    int32_t partition;
    int64_t next;   /* offset to be read next */
    int64_t commit; /* to be told to the group; -1: nothing new */
    enum kaiku_kafka_trust trust;
    bool held;         /* takes nothing until it is assigned again */
    bool out_of_range; /* the broker has nothing at next */
    bool gap;          /* the reader is to be told that nothing below next is left */
};

struct kaiku_kafka_slots {
    struct kaiku_kafka_topic *topics;
    uint32_t n_topics;
    struct kaiku_kafka_slot *slots;
    uint32_t n;
};

int kaiku_kafka_slots_init(struct kaiku_kafka_slots *slots, const char *const *topics, uint32_t n)
    KAIKU_MUST_CHECK;
void kaiku_kafka_slots_release(struct kaiku_kafka_slots *slots);

struct kaiku_kafka_topic *kaiku_kafka_slots_topic(struct kaiku_kafka_slots *slots,
                                                  const char *name);

/* Replaces all slots; MISSING: a topic that is not among the source's. */
int kaiku_kafka_slots_assign(struct kaiku_kafka_slots *slots, const struct kaiku_start *starts,
                             uint32_t n) KAIKU_MUST_CHECK;
void kaiku_kafka_slots_clear(struct kaiku_kafka_slots *slots);
/* The slots with their next offsets, as librdkafka takes them; the caller owns it. */
rd_kafka_topic_partition_list_t *kaiku_kafka_slots_list(const struct kaiku_kafka_slots *slots);

/* The slot of a message; NULL where the partition is not assigned. */
struct kaiku_kafka_slot *kaiku_kafka_slots_find(struct kaiku_kafka_slots *slots,
                                                const rd_kafka_message_t *message);
/* Shall the record (or the end) at this offset be handed out? Counts it if so. */
bool kaiku_kafka_slot_take(struct kaiku_kafka_slot *slot, int64_t offset, int64_t next);

#endif
