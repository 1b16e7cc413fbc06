#include "model_fixture.h"

#include <aggregate/handover.h>

#include <criterion/criterion.h>

static struct kaiku_model *model;
static struct kaiku_calendar *calendar;
static struct kaiku_bell bell;
static struct kaiku_handover handover;
static struct kaiku_delta *mine, *first, *second;

static void set_up(void)
{
    const struct kaiku_delta_limits limits = {.cells = 1024, .events = 100};
    model = kaiku_fixture_contact();
    cr_assert_eq(kaiku_calendar_create("UTC", &calendar), KAIKU_OK);
    cr_assert_eq(kaiku_delta_create(model, calendar, limits, &first), KAIKU_OK);
    cr_assert_eq(kaiku_delta_create(model, calendar, limits, &second), KAIKU_OK);
    cr_assert_eq(kaiku_bell_init(&bell), KAIKU_OK);
    cr_assert_eq(kaiku_handover_init(&handover, second, &bell), KAIKU_OK);
    mine = first;
}

static void tear_down(void)
{
    kaiku_delta_destroy(mine);
    kaiku_handover_release(&handover);
    kaiku_bell_release(&bell);
    kaiku_calendar_destroy(calendar);
    kaiku_fixture_destroy(model);
}

TestSuite(handover, .init = set_up, .fini = tear_down);

Test(handover, swaps_only_where_a_spare_is_there)
{
    cr_assert(kaiku_handover_swap(&handover, &mine));
    cr_assert_eq(mine, second);
    cr_assert(kaiku_bell_wait(&bell, 0));
    cr_assert_not(kaiku_handover_swap(&handover, &mine));
    cr_assert_eq(kaiku_handover_take(&handover), first);
    cr_assert_null(kaiku_handover_take(&handover));
    kaiku_handover_give(&handover, first);
    cr_assert(kaiku_handover_swap(&handover, &mine));
    cr_assert_eq(mine, first);
}

Test(handover, is_settled_once_all_that_was_given_is)
{
    cr_assert(kaiku_handover_is_settled(&handover));
    cr_assert(kaiku_handover_swap(&handover, &mine));
    cr_assert_not(kaiku_handover_is_settled(&handover));
    kaiku_handover_give(&handover, kaiku_handover_take(&handover));
    cr_assert_not(kaiku_handover_is_settled(&handover));
    kaiku_handover_settle(&handover);
    cr_assert(kaiku_handover_is_settled(&handover));
}

Test(handover, what_was_not_taken_can_be_taken_back)
{
    cr_assert(kaiku_handover_swap(&handover, &mine));
    cr_assert_eq(kaiku_handover_take_back(&handover), first);
    cr_assert_null(kaiku_handover_take(&handover));
    cr_assert(kaiku_handover_is_settled(&handover));
    kaiku_handover_put_spare(&handover, first);
    cr_assert(kaiku_handover_swap(&handover, &mine));
}

Test(handover, nobody_waits_for_a_publisher_that_has_ended)
{
    struct kaiku_request request = {0};
    kaiku_handover_close(&handover);
    cr_assert_eq(kaiku_handover_ask(&handover, &request), KAIKU_STOPPED);
    cr_assert_null(atomic_load(&handover.request));
}
