#include "kafka_source.h"

#include <stdlib.h>

#include <base/clock.h>

/* librdkafka (2.0.2) stops partitions in the background, and aborts the process where an assign
 * takes one away that is still being stopped for the assign before. Its main thread works off one
 * queue: the second of two questions is answered behind the stop and the stop's own answer. */
static rd_kafka_resp_err_t assign_and_wait(struct kaiku_kafka *kafka,
                                           const rd_kafka_topic_partition_list_t *list)
{
    rd_kafka_resp_err_t err = rd_kafka_assign(kafka->handle, list);

    for (int i = 0; i < 2; i++) {
        rd_kafka_topic_partition_list_t *topics = NULL;

        if (!rd_kafka_subscription(kafka->handle, &topics))
            rd_kafka_topic_partition_list_destroy(topics);
    }
    return err;
}

void kaiku_kafka_reassign(struct kaiku_kafka *kafka)
{
    rd_kafka_topic_partition_list_t *list = kaiku_kafka_slots_list(&kafka->slots);
    rd_kafka_resp_err_t err = assign_and_wait(kafka, list);

    rd_kafka_topic_partition_list_destroy(list);
    kafka->reassign = err != RD_KAFKA_RESP_ERR_NO_ERROR;
    if (err)
        kaiku_kafka_warn(kafka, rd_kafka_err2str(err));
    /* From here on librdkafka drops what it has queued from before. */
    for (uint32_t i = 0; i < kafka->slots.n; i++)
        kafka->slots.slots[i].held = kafka->reassign || kafka->slots.slots[i].out_of_range;
}

int kaiku_kafka_assign(struct kaiku_source *source, const struct kaiku_start *starts, uint32_t n)
{
    struct kaiku_kafka *kafka = (struct kaiku_kafka *)source;
    int status = kaiku_kafka_slots_assign(&kafka->slots, starts, n);

    if (status) {
        kaiku_kafka_fail(kafka, status, "cannot assign partitions: %s", kaiku_status_text(status));
        return status;
    }
    kafka->assigned = true;
    kafka->committable = false;
    kaiku_kafka_reassign(kafka);
    return KAIKU_OK;
}

/* Ours on behalf of the listener: without an answer librdkafka neither rejoins nor closes. */
static void unassign(struct kaiku_kafka *kafka)
{
    kaiku_kafka_slots_clear(&kafka->slots);
    kafka->assigned = kafka->reassign = kafka->committable = false;
    /* Without partitions a closing member leaves the group at once: questions behind this one might never be
     * answered. */
    if (kafka->closing)
        rd_kafka_assign(kafka->handle, NULL);
    else
        assign_and_wait(kafka, NULL);
}

static int list_partitions(struct kaiku_kafka *kafka, const rd_kafka_topic_partition_list_t *list,
                           struct kaiku_partition *partitions)
{
    for (int i = 0; i < list->cnt; i++) {
        const struct kaiku_kafka_topic *topic =
            kaiku_kafka_slots_topic(&kafka->slots, list->elems[i].topic);

        if (!topic)
            return KAIKU_REFUSED;
        partitions[i] = (struct kaiku_partition){topic->name, list->elems[i].partition};
    }
    return KAIKU_OK;
}

static void tell_listener(struct kaiku_kafka *kafka)
{
    const rd_kafka_topic_partition_list_t *list = kafka->dealt;
    struct kaiku_partition *partitions = calloc((size_t)list->cnt + 1, sizeof(*partitions));
    int status = partitions ? list_partitions(kafka, list, partitions) : KAIKU_NOMEM;

    if (status) {
        kaiku_kafka_fail(kafka, status, "cannot take the partitions that the group assigns: %s",
                         kaiku_status_text(status));
    } else {
        kafka->joined = true;
        kafka->base.listener.assigned(kafka->base.listener.context, partitions,
                                      (uint32_t)list->cnt);
    }
    if (!kafka->assigned)
        kaiku_kafka_reassign(kafka); /* of no slots: the member stays, and reads nothing yet */
    free(partitions);
}

static void forget_dealt(struct kaiku_kafka *kafka)
{
    if (kafka->dealt)
        rd_kafka_topic_partition_list_destroy(kafka->dealt);
    kafka->dealt = NULL;
}

static void join(struct kaiku_kafka *kafka, const rd_kafka_topic_partition_list_t *list)
{
    forget_dealt(kafka);
    kafka->dealt = rd_kafka_topic_partition_list_copy(list);
    tell_listener(kafka);
}

void kaiku_kafka_announce(struct kaiku_source *source)
{
    struct kaiku_kafka *kafka = (struct kaiku_kafka *)source;

    if (!kafka->joined)
        return;
    kaiku_kafka_slots_clear(&kafka->slots);
    kafka->assigned = kafka->committable = false;
    tell_listener(kafka);
}

static void leave(struct kaiku_kafka *kafka)
{
    bool lost = rd_kafka_assignment_lost(kafka->handle);

    if (kafka->joined)
        kafka->base.listener.revoked(kafka->base.listener.context, lost);
    kafka->joined = false;
    forget_dealt(kafka);
    if (!lost)
        kaiku_kafka_commit_flush(kafka);
    unassign(kafka);
}

/* Eager protocols only (create refuses others): each rebalance takes everything and gives anew. */
void kaiku_kafka_on_rebalance(rd_kafka_t *handle, rd_kafka_resp_err_t err,
                              rd_kafka_topic_partition_list_t *partitions, void *opaque)
{
    struct kaiku_kafka *kafka = opaque;

    (void)handle;
    kafka->rebalanced = true;
    if (err == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS)
        join(kafka, partitions);
    else
        leave(kafka);
}

void kaiku_kafka_commit(struct kaiku_source *source, uint32_t slot, int64_t next)
{
    struct kaiku_kafka *kafka = (struct kaiku_kafka *)source;

    if (slot >= kafka->slots.n)
        return;
    kafka->slots.slots[slot].commit = next;
    kafka->committable = true;
}

void kaiku_kafka_commit_flush(struct kaiku_kafka *kafka)
{
    rd_kafka_topic_partition_list_t *list;

    if (!kafka->committable)
        return;
    list = rd_kafka_topic_partition_list_new((int)kafka->slots.n);
    for (uint32_t i = 0; i < kafka->slots.n; i++) {
        struct kaiku_kafka_slot *slot = &kafka->slots.slots[i];

        if (slot->commit >= 0)
            rd_kafka_topic_partition_list_add(list, slot->topic->name, slot->partition)->offset =
                slot->commit;
        slot->commit = -1;
    }
    rd_kafka_commit(kafka->handle, list, 1); /* nobody waits for the answer */
    rd_kafka_topic_partition_list_destroy(list);
    kafka->committable = false;
    kafka->commit_ms = kaiku_clock_monotonic_ms();
}
