#include "world.h"

#define PHONE_MINUTE "kaiku:ts:contact:1m:phone|_all"

static struct world world;

/* All but one partition are read to their ends. */
static void start(void)
{
    world_start(&world, NULL);
    kaiku_views_end(world.views, "t:0", 0);
    kaiku_views_end(world.views, "t:2", 0);
    kaiku_views_end(world.views, "t:3", 0);
}

static void stop(void)
{
    world_stop(&world);
}

TestSuite(removal, .init = start, .fini = stop);

static void commit_to(uint32_t partition, int64_t at_ms)
{
    const struct change change = {PER_MINUTE, at_ms, "phone|_all", 9, 1};

    world_commit(&world, partition, at_ms, &change, 1);
}

/* Does the entry of noon's minute stay when time goes on by so much? */
static void check(int64_t later_ms, bool stays)
{
    kaiku_views_end(world.views, "t:1", 0);
    commit_to(0, NOON_MS);
    world_settle(&world);
    commit_to(0, NOON_MS + later_ms);
    world_settle(&world);
    cr_assert_eq(world_length(&world, PHONE_MINUTE), stays ? 2 : 1);
}

Test(removal, a_window_stays_until_its_retention_is_over)
{
    check(MINUTE_MS + DAY_MS, true);
}

Test(removal, and_goes_afterwards)
{
    check(MINUTE_MS + DAY_MS + 1, false);
}

Test(removal, what_is_not_read_holds_it_back)
{
    kaiku_views_end(world.views, "t:1", 100);
    commit_to(1, NOON_MS);
    commit_to(0, NOON_MS);
    commit_to(0, NOON_MS + 3 * DAY_MS);
    world_settle(&world);
    cr_assert_eq(world_length(&world, PHONE_MINUTE), 2);
    kaiku_views_end(world.views, "t:1", 1);
    world_settle(&world);
    cr_assert_eq(world_length(&world, PHONE_MINUTE), 1);
}

Test(removal, nothing_comes_back_below_the_floor)
{
    kaiku_views_end(world.views, "t:1", 0);
    commit_to(0, NOON_MS);
    commit_to(0, NOON_MS + 3 * DAY_MS);
    world.now_ms += MINUTE_MS;
    world_tick(&world);
    world_settle(&world);
    cr_assert_eq(world_length(&world, PHONE_MINUTE), 1);
    commit_to(2, NOON_MS);
    world_settle(&world);
    cr_assert_eq(world_length(&world, PHONE_MINUTE), 1);
}

Test(removal, lines_lose_removed_windows)
{
    static const char lines[] = "kaiku:lines:contact:1m:channel";
    struct kaiku_window *minute = &world.model->views[0].windows[PER_MINUTE];
    int64_t retention_ms = minute->retention_ms;

    kaiku_views_end(world.views, "t:1", 0);
    commit_to(0, NOON_MS);
    commit_to(0, NOON_MS + HOUR_MS);
    world_settle(&world);
    cr_assert_eq(world_length(&world, lines), 2);
    minute->retention_ms = HOUR_MS / 2;
    world_settle(&world);
    cr_assert_eq(world_length(&world, lines), 1);
    minute->retention_ms = retention_ms;
}
