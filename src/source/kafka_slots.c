#include "kafka_slots.h"

#include <stdlib.h>

int kaiku_kafka_slots_init(struct kaiku_kafka_slots *slots, const char *const *topics, uint32_t n)
{
    *slots = (struct kaiku_kafka_slots){.topics = calloc(n ? n : 1, sizeof(*slots->topics))};
    if (!slots->topics)
        return KAIKU_NOMEM;
    for (; slots->n_topics < n; slots->n_topics++) {
        char *name = strdup(topics[slots->n_topics]);

        if (!name) {
            kaiku_kafka_slots_release(slots);
            return KAIKU_NOMEM;
        }
        slots->topics[slots->n_topics].name = name;
    }
    return KAIKU_OK;
}

void kaiku_kafka_slots_release(struct kaiku_kafka_slots *slots)
{
    for (uint32_t i = 0; i < slots->n_topics; i++) {
        free(slots->topics[i].name);
        free(slots->topics[i].slots);
    }
    free(slots->topics);
    free(slots->slots);
    *slots = (struct kaiku_kafka_slots){0};
}

struct kaiku_kafka_topic *kaiku_kafka_slots_topic(struct kaiku_kafka_slots *slots, const char *name)
{
    for (uint32_t i = 0; i < slots->n_topics; i++)
        if (strcmp(slots->topics[i].name, name) == 0)
            return &slots->topics[i];
    return NULL;
}

void kaiku_kafka_slots_clear(struct kaiku_kafka_slots *slots)
{
    slots->n = 0;
    for (uint32_t i = 0; i < slots->n_topics; i++) {
        struct kaiku_kafka_topic *topic = &slots->topics[i];

        /* Without an assignment librdkafka may free the handle and give its address to another. */
        topic->handle = NULL;
        for (int32_t j = 0; j < topic->n_slots; j++)
            topic->slots[j] = KAIKU_NO_SLOT;
    }
}

static int map(struct kaiku_kafka_topic *topic, int32_t partition, uint32_t slot)
{
    if (partition >= topic->n_slots) {
        size_t n = (size_t)partition + 1;
        uint32_t *grown = realloc(topic->slots, n * sizeof(*grown));

        if (!grown)
            return KAIKU_NOMEM;
        topic->slots = grown;
        while (topic->n_slots <= partition)
            topic->slots[topic->n_slots++] = KAIKU_NO_SLOT;
    }
    topic->slots[partition] = slot;
    return KAIKU_OK;
}

int kaiku_kafka_slots_assign(struct kaiku_kafka_slots *slots, const struct kaiku_start *starts,
                             uint32_t n)
{
    struct kaiku_kafka_slot *grown = realloc(slots->slots, (n ? n : 1) * sizeof(*grown));

    kaiku_kafka_slots_clear(slots);
    if (!grown)
        return KAIKU_NOMEM;
    slots->slots = grown;
    for (uint32_t i = 0; i < n; i++) {
        struct kaiku_kafka_topic *topic = kaiku_kafka_slots_topic(slots, starts[i].partition.topic);
        int status = topic ? map(topic, starts[i].partition.number, i) : KAIKU_MISSING;

        if (status) {
            kaiku_kafka_slots_clear(slots);
            return status;
        }
        slots->slots[i] = (struct kaiku_kafka_slot){.topic = topic,
                                                    .partition = starts[i].partition.number,
                                                    .next = starts[i].offset,
                                                    .commit = -1,
                                                    .held = true};
        slots->n = i + 1;
    }
    return KAIKU_OK;
}

rd_kafka_topic_partition_list_t *kaiku_kafka_slots_list(const struct kaiku_kafka_slots *slots)
{
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new((int)slots->n);

    for (uint32_t i = 0; i < slots->n; i++) {
        const struct kaiku_kafka_slot *slot = &slots->slots[i];

        rd_kafka_topic_partition_list_add(list, slot->topic->name, slot->partition)->offset =
            slot->next;
    }
    return list;
}

static struct kaiku_kafka_topic *topic_of(struct kaiku_kafka_slots *slots,
                                          const rd_kafka_message_t *message)
{
    struct kaiku_kafka_topic *topic;

    for (uint32_t i = 0; i < slots->n_topics; i++)
        if (slots->topics[i].handle == message->rkt)
            return &slots->topics[i];
    topic = kaiku_kafka_slots_topic(slots, rd_kafka_topic_name(message->rkt));
    /* Errors may carry a handle made for them alone. */
    if (topic && !message->err)
        topic->handle = message->rkt;
    return topic;
}

struct kaiku_kafka_slot *kaiku_kafka_slots_find(struct kaiku_kafka_slots *slots,
                                                const rd_kafka_message_t *message)
{
    const struct kaiku_kafka_topic *topic = message->rkt ? topic_of(slots, message) : NULL;
    uint32_t slot;

    if (!topic || message->partition < 0 || message->partition >= topic->n_slots)
        return NULL;
    slot = topic->slots[message->partition];
    return slot == KAIKU_NO_SLOT ? NULL : &slots->slots[slot];
}

/* What comes first must stand exactly where reading was to begin. Where it does not, librdkafka
 * began elsewhere, or the log has a hole there (compaction, a transaction's marker): asking once
 * more tells them apart, since a hole answers the same again. */
bool kaiku_kafka_slot_take(struct kaiku_kafka_slot *slot, int64_t offset, int64_t next)
{
    if (slot->held)
        return false;
    if (slot->trust == KAIKU_KAFKA_FRESH && offset != slot->next) {
        slot->trust = KAIKU_KAFKA_DOUBTED;
        slot->held = true;
        return false;
    }
    if (offset < slot->next)
        return false;
    slot->trust = KAIKU_KAFKA_SETTLED;
    slot->next = next;
    return true;
}
