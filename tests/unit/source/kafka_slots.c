#include "kafka_slots.h"

#include <criterion/criterion.h>

static const char *const topics[] = {"a", "b"};
static struct kaiku_kafka_slots slots;

static void setup(void)
{
    const struct kaiku_start starts[] = {{{"b", 3}, 30}, {{"a", 0}, 10}, {{"b", 1}, 0}};

    cr_assert_eq(kaiku_kafka_slots_init(&slots, topics, 2), KAIKU_OK);
    cr_assert_eq(kaiku_kafka_slots_assign(&slots, starts, 3), KAIKU_OK);
}

static void teardown(void)
{
    kaiku_kafka_slots_release(&slots);
}

TestSuite(kafka_slots, .init = setup, .fini = teardown);

/* As after a successful reassign. */
static struct kaiku_kafka_slot *reading(uint32_t slot)
{
    slots.slots[slot].held = false;
    return &slots.slots[slot];
}

Test(kafka_slots, a_held_slot_takes_nothing)
{
    cr_assert_not(kaiku_kafka_slot_take(&slots.slots[0], 30, 31));
    cr_assert_eq(slots.slots[0].next, 30);
}

Test(kafka_slots, what_stands_at_the_start_is_taken_and_later_holes_too)
{
    struct kaiku_kafka_slot *slot = reading(0);

    cr_assert(kaiku_kafka_slot_take(slot, 30, 31));
    cr_assert(kaiku_kafka_slot_take(slot, 40, 41));
    cr_assert_not(kaiku_kafka_slot_take(slot, 40, 41));
    cr_assert_not(kaiku_kafka_slot_take(slot, 5, 6));
    cr_assert_eq(slot->next, 41);
    cr_assert_not(slot->held);
}

Test(kafka_slots, an_end_does_not_move_back_and_may_be_told_twice)
{
    struct kaiku_kafka_slot *slot = reading(0);

    cr_assert(kaiku_kafka_slot_take(slot, 30, 30));
    cr_assert(kaiku_kafka_slot_take(slot, 30, 30));
    cr_assert_not(kaiku_kafka_slot_take(slot, 29, 29));
    cr_assert_eq(slot->next, 30);
}

Test(kafka_slots, a_first_record_behind_the_start_is_asked_for_again)
{
    struct kaiku_kafka_slot *slot = reading(0);

    cr_assert_not(kaiku_kafka_slot_take(slot, 35, 36));
    cr_assert(slot->held);
    cr_assert_not(kaiku_kafka_slot_take(slot, 36, 37));
    slot->held = false;
    cr_assert(kaiku_kafka_slot_take(slot, 35, 36));
    cr_assert_eq(slot->next, 36);
}

Test(kafka_slots, a_first_record_before_the_start_is_asked_for_again)
{
    struct kaiku_kafka_slot *slot = reading(0);

    cr_assert_not(kaiku_kafka_slot_take(slot, 7, 8));
    cr_assert(slot->held);
    slot->held = false;
    cr_assert_not(kaiku_kafka_slot_take(slot, 7, 8));
    cr_assert_not(slot->held);
    cr_assert(kaiku_kafka_slot_take(slot, 30, 31));
}

Test(kafka_slots, lists_every_slot_with_its_next_offset)
{
    rd_kafka_topic_partition_list_t *list;

    cr_assert(kaiku_kafka_slot_take(reading(1), 10, 11));
    list = kaiku_kafka_slots_list(&slots);
    cr_assert_eq(list->cnt, 3);
    cr_assert_eq(rd_kafka_topic_partition_list_find(list, "b", 3)->offset, 30);
    cr_assert_eq(rd_kafka_topic_partition_list_find(list, "a", 0)->offset, 11);
    rd_kafka_topic_partition_list_destroy(list);
}

Test(kafka_slots, finds_slots_by_handle_and_partition)
{
    char why[128];
    rd_kafka_t *handle = rd_kafka_new(RD_KAFKA_PRODUCER, NULL, why, sizeof(why));
    rd_kafka_message_t message = {.rkt = rd_kafka_topic_new(handle, "b", NULL), .partition = 1};
    rd_kafka_message_t other = {.rkt = rd_kafka_topic_new(handle, "c", NULL), .partition = 1};

    for (int i = 0; i < 2; i++) {
        cr_assert(kaiku_kafka_slots_find(&slots, &message) == &slots.slots[2]);
        cr_assert_null(kaiku_kafka_slots_find(&slots, &other));
    }
    message.partition = 2;
    cr_assert_null(kaiku_kafka_slots_find(&slots, &message));
    message.partition = 4;
    cr_assert_null(kaiku_kafka_slots_find(&slots, &message));
    kaiku_kafka_slots_clear(&slots);
    message.partition = 1;
    cr_assert_null(kaiku_kafka_slots_find(&slots, &message));

    rd_kafka_topic_destroy(message.rkt);
    rd_kafka_topic_destroy(other.rkt);
    rd_kafka_destroy(handle);
}

Test(kafka_slots, a_topic_of_others_is_missing)
{
    const struct kaiku_start start = {{"c", 0}, 0};

    cr_assert_eq(kaiku_kafka_slots_assign(&slots, &start, 1), KAIKU_MISSING);
    cr_assert_eq(slots.n, 0);
}
