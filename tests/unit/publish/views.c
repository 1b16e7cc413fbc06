#include "world.h"

#include <base/clock.h>

static struct world world;

static void start(void)
{
    world_start(&world, NULL);
}

static void stop(void)
{
    world_stop(&world);
}

TestSuite(views, .init = start, .fini = stop);

static void commit_noon(const char *member, int64_t count)
{
    const struct change change = {PER_MINUTE, NOON_MS, member, 9, count};

    world_commit(&world, 0, NOON_MS, &change, 1);
}

Test(views, nothing_is_shown_before_the_first_event)
{
    world_settle(&world);
    cr_assert_eq(redis_fixture_integer(&world.redis, "KEYS kaiku:now:*"), 0);
    cr_assert(world_has(&world, "kaiku:trust"));
}

Test(views, a_commit_moves_the_tip_by_what_it_holds)
{
    int64_t latest_ms = kaiku_clock_wall_ms() + world.model->max_ahead_ms;

    cr_assert_eq(kaiku_views_tip(world.views, NOON_MS), NOON_MS);
    commit_noon("phone|_all", 1);
    world_settle(&world);
    cr_assert_eq(kaiku_views_tip(world.views, NOON_MS - 1), NOON_MS);
    cr_assert_eq(kaiku_views_tip(world.views, NOON_MS + 1), NOON_MS + 1);
    cr_assert_lt(kaiku_views_tip(world.views, latest_ms + 1000000), latest_ms + 1000000);
}

static struct kaiku_views_figures read_figures(void)
{
    struct kaiku_views_figures figures;

    kaiku_views_read_figures(world.views, &figures);
    return figures;
}

Test(views, figures)
{
    struct kaiku_views_figures figures;

    commit_noon("phone|_all", 1);
    commit_noon("chat|_all", 1);
    kaiku_views_end(world.views, "t:0", 5);
    world_settle(&world);
    figures = read_figures();
    cr_assert_eq(figures.high_time_ms, NOON_MS);
    cr_assert_eq(figures.low_time_ms, NOON_MS);
    cr_assert_eq(figures.lag, 3);
    cr_assert_eq(figures.live_members, 2);
    cr_assert_eq(figures.series_backlog, 0);
}

Test(views, a_round_of_live_views_is_done_when_all_shards_are)
{
    cr_assert_eq(read_figures().rounds_begun, 0);
    commit_noon("phone|_all", 1);
    world_tick(&world);
    cr_assert_eq(read_figures().rounds_begun, 1);
    cr_assert_eq(read_figures().rounds_done, 1);
    world_tick(&world);
    cr_assert_eq(read_figures().rounds_done, 2);
}

Test(views, a_redis_that_is_away_changes_no_lag)
{
    struct kaiku_extent extent = {.first = 0, .end = 5, .high_watermark = 5};

    commit_noon("phone|_all", 1);
    kaiku_views_extent(world.views, "t:0", &extent);
    cr_assert_eq(kaiku_views_lag(world.views, "t:0"), -1, "no position was read yet");
    world_tick(&world);
    cr_assert_eq(kaiku_views_lag(world.views, "t:0"), 4);
    redis_fixture_integer(&world.redis, "CLIENT KILL TYPE normal SKIPME yes");
    world.now_ms += 1000;
    cr_assert_eq(kaiku_views_tick(world.views, world.now_ms, true), KAIKU_AWAY);
    cr_assert_eq(kaiku_views_lag(world.views, "t:0"), -1);
    cr_assert_eq(read_figures().lag, 4);
}

Test(views, all_is_right_again_after_forgetting)
{
    commit_noon("phone|_all", 1);
    world_settle(&world);
    redis_fixture_integer(&world.redis, "DEL kaiku:now:contact:1m:phone|_all kaiku:trust");
    redis_fixture_integer(&world.redis, "DEL kaiku:rows:contact:1m:channel");
    kaiku_views_forget(world.views);
    world_tick(&world);
    world_check_now(&world, "kaiku:now:contact:1m:phone|_all", "n", "1");
    world_check_now(&world, "kaiku:trust", "partitions", "1");
    cr_assert_eq(world_length(&world, "kaiku:rows:contact:1m:channel"), 1);
}

Test(views, a_lost_connection_is_told_and_survived)
{
    commit_noon("phone|_all", 1);
    redis_fixture_integer(&world.redis, "CLIENT KILL TYPE normal SKIPME yes");
    world.now_ms += 1000;
    cr_assert_eq(kaiku_views_tick(world.views, world.now_ms, true), KAIKU_AWAY);
    cr_assert_eq(kaiku_views_settle(world.views), KAIKU_AWAY);
    cr_assert_eq(kaiku_store_open(world.store), KAIKU_OK);
    world_settle(&world);
    world_check_now(&world, "kaiku:now:contact:1m:phone|_all", "n", "1");
    cr_assert_eq(world_length(&world, "kaiku:ts:contact:1m:phone|_all"), 1);
}

Test(views, a_server_that_cannot_just_now_is_tried_again)
{
    commit_noon("phone|_all", 1);
    redis_fixture_integer(&world.redis, "CONFIG SET maxmemory 1");
    world.now_ms += 1000;
    cr_assert_eq(kaiku_views_tick(world.views, world.now_ms, true), KAIKU_AGAIN);
    redis_fixture_integer(&world.redis, "CONFIG SET maxmemory 0");
    world_tick(&world);
    world_check_now(&world, "kaiku:now:contact:1m:phone|_all", "n", "1");
}

/* A table that a tick has begun is not lost when settle comes in between. */
Test(views, settle_finishes_what_a_tick_began)
{
    commit_noon("phone|_all", 1);
    world_settle(&world);
    cr_assert_not(world.views->windows[PER_MINUTE].rows_stale);
    world.views->rows.is_active = true;
    world.views->rows.window = PER_MINUTE;
    redis_fixture_integer(&world.redis, "DEL kaiku:rows:contact:1m:channel");
    world_settle(&world);
    cr_assert_eq(world_length(&world, "kaiku:rows:contact:1m:channel"), 1);
}

Test(views, what_failed_is_done_again)
{
    commit_noon("phone|_all", 1);
    world_tick(&world);
    redis_fixture_integer(&world.redis, "DEL kaiku:now:contact:1m:phone|_all");
    redis_fixture_integer(&world.redis, "SET kaiku:now:contact:1m:phone|_all foreign");
    commit_noon("phone|_all", 1);
    world.now_ms += 1000;
    cr_assert_eq(kaiku_views_tick(world.views, world.now_ms, true), KAIKU_REFUSED);
    redis_fixture_integer(&world.redis, "DEL kaiku:now:contact:1m:phone|_all");
    world_tick(&world);
    world_check_now(&world, "kaiku:now:contact:1m:phone|_all", "n", "2");
}

Test(views, what_is_no_cell_is_refused)
{
    commit_noon("phone|_all", 1);
    for (uint32_t shard = 0; shard < SHARDS; shard++)
        redis_fixture_integer(&world.redis,
                              "HSET kaiku:{%u}:c:1:contact:1m:1599998400000 phone|_all damaged",
                              shard);
    world.now_ms += 1000;
    cr_assert_eq(kaiku_views_tick(world.views, world.now_ms, true), KAIKU_REFUSED);
}

static int64_t shown(void)
{
    return redis_fixture_integer(&world.redis, "HGET kaiku:now:contact:1m:phone|_all n");
}

static void tick_at(int64_t ms, bool is_fresh)
{
    cr_assert_eq(kaiku_views_tick(world.views, world.now_ms + ms, is_fresh), KAIKU_OK);
}

/* Due after a second: sooner where a commit came right before, later where none did. */
Test(views, are_written_right_behind_a_commit)
{
    commit_noon("phone|_all", 1);
    world_settle(&world);
    tick_at(0, true);
    commit_noon("phone|_all", 1);
    tick_at(500, true);
    cr_assert_eq(shown(), 1);
    tick_at(900, false);
    cr_assert_eq(shown(), 1);
    tick_at(900, true);
    cr_assert_eq(shown(), 2);
    commit_noon("phone|_all", 1);
    tick_at(1950, false);
    cr_assert_eq(shown(), 2);
    tick_at(2300, false);
    cr_assert_eq(shown(), 3);
}
