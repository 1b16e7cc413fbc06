#include "model_fixture.h"

#include <aggregate/delta.h>

#include <criterion/criterion.h>

static struct kaiku_model *model;
static struct kaiku_calendar *calendar;
static struct kaiku_delta *delta;
static const struct kaiku_delta_limits limits = {.cells = 4096, .events = 100};

static void set_up(void)
{
    model = kaiku_fixture_contact();
    cr_assert_eq(kaiku_calendar_create("UTC", &calendar), KAIKU_OK);
    cr_assert_eq(kaiku_delta_create(model, calendar, limits, &delta), KAIKU_OK);
}

static void tear_down(void)
{
    kaiku_delta_destroy(delta);
    kaiku_calendar_destroy(calendar);
    kaiku_fixture_destroy(model);
}

TestSuite(delta, .init = set_up, .fini = tear_down);

Test(delta, has_room_until_any_of_its_parts_is_full)
{
    bool created;
    uint32_t key[2 + KAIKU_MAX_BY] = {0};
    cr_assert(kaiku_delta_has_room(delta, limits, 64));
    delta->events = limits.events;
    cr_assert_not(kaiku_delta_has_room(delta, limits, 1));
    delta->events = 0;
    for (uint32_t i = 0; i < limits.cells - 1; i++) {
        key[0] = i;
        kaiku_table_get(&delta->cells[0].table, key,
                        kaiku_table_hash(key, delta->cells[0].table.key_words), &created);
    }
    cr_assert_not(kaiku_delta_has_room(delta, limits, 1)); /* two views: two cells an event */
    kaiku_delta_clear(delta, true);
    cr_assert(kaiku_delta_has_room(delta, limits, 1));
    while (delta->pages.count < delta->pages.capacity)
        kaiku_pages_take(&delta->pages, 1);
    cr_assert_not(kaiku_delta_has_room(delta, limits, 1));
}

Test(delta, is_empty_until_a_position_moves_or_an_end_is_reached)
{
    struct kaiku_shards shards = {{1}};
    struct kaiku_range ranges[2] = {{.partition = 0, .from = 5, .to = {.next = 5}},
                                    {.partition = 1, .from = 9, .to = {.next = 9}}};
    cr_assert(kaiku_delta_is_empty(delta));
    cr_assert_eq(kaiku_delta_begin(delta, ranges, 2, &shards), KAIKU_OK);
    cr_assert(kaiku_delta_is_empty(delta));
    delta->ranges[1].to.next = 10;
    cr_assert_not(kaiku_delta_is_empty(delta));
    delta->ranges[1].to.next = 9;
    delta->ranges[0].at_end = true;
    cr_assert_not(kaiku_delta_is_empty(delta));
    kaiku_delta_clear(delta, true);
    cr_assert(kaiku_delta_is_empty(delta));
}
