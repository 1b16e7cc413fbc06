#include "world.h"

static struct world world;

static void start(void)
{
    world_start(&world, NULL);
}

static void stop(void)
{
    world_stop(&world);
}

TestSuite(trust, .init = start, .fini = stop);

#define TRUST "kaiku:trust"

Test(trust, has_its_fields_in_their_order)
{
    static const char *const expected[] = {
        "consumed", "counted", "retracted",   "duplicate", "rejected", "ignored",
        "late",     "expired", "clamped",     "other",     "bad_answers", "gap",
        "alerts",   "crashed",  "low_time",   "high_time", "partitions", "lag",
        "replay_margin_s",      "rewinds",    "outages",   "crashes",    "stops", "refusals",
        "commits",  "_v",       "updated",
    };
    redisReply *reply;

    world_tick(&world);
    reply = redis_fixture_command(&world.redis, "HKEYS %s", TRUST);
    cr_assert_eq(reply->elements, sizeof(expected) / sizeof(*expected));
    for (size_t i = 0; i < reply->elements; i++)
        cr_assert_str_eq(reply->element[i]->str, expected[i]);
    freeReplyObject(reply);
}

Test(trust, adds_up_and_knows_times_and_lag)
{
    world_count(&world, "counted", 10);
    world_count(&world, "retracted", 1);
    world_count(&world, "duplicate", 2);
    world_count(&world, "rejected", 3);
    world_count(&world, "ignored", 4);
    world_count(&world, "late", 5);
    world_commit(&world, 0, NOON_MS, NULL, 0);
    world_commit(&world, 1, NOON_MS - 5, NULL, 0);
    kaiku_views_end(world.views, "t:0", 11);
    kaiku_views_end(world.views, "t:1", 1);
    kaiku_views_end(world.views, "t:2", 100);
    world_tick(&world);
    world_check_now(&world, TRUST, "consumed", "20");
    world_check_now(&world, TRUST, "counted", "10");
    world_check_now(&world, TRUST, "ignored", "4");
    world_check_now(&world, TRUST, "late", "5");
    world_check_now(&world, TRUST, "gap", "0");
    world_check_now(&world, TRUST, "low_time", "1599998399995");
    world_check_now(&world, TRUST, "high_time", "1599998400000");
    world_check_now(&world, TRUST, "partitions", "2");
    world_check_now(&world, TRUST, "lag", "110");
    world_check_now(&world, TRUST, "commits", "8");
}

Test(trust, is_written_again_only_where_it_changed)
{
    world_tick(&world);
    redis_fixture_integer(&world.redis, "HSET %s updated 5", TRUST);
    world_tick(&world);
    world_check_now(&world, TRUST, "updated", "5");
    world_count(&world, "counted", 1);
    world_tick(&world);
    world_check_now(&world, TRUST, "counted", "1");
}

Test(trust, what_is_no_position_stops_the_views)
{
    redis_fixture_integer(&world.redis, "HSET kaiku:{0}:pos t:0 what");
    cr_assert_eq(kaiku_views_tick(world.views, world.now_ms, true), KAIKU_REFUSED);
}
