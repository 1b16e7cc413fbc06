#include "world.h"

#include <stdio.h>
#include <stdlib.h>

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

#define MINUTES "kaiku:ts:trust"

static long long newest_minute(void)
{
    char id[64];
    redisReply *reply = redis_fixture_command(&world.redis, "XREVRANGE %s + - COUNT 1", MINUTES);

    snprintf(id, sizeof(id), "%s", reply->element[0]->element[0]->str);
    freeReplyObject(reply);
    cr_assert_str_eq(strchr(id, '-'), "-0");
    return strtoll(id, NULL, 10);
}

Test(trust, a_process_of_less_than_a_minute_leaves_no_entry)
{
    world_tick(&world);
    world_settle(&world);
    cr_assert_not(world_has(&world, MINUTES));
}

Test(trust, each_minute_has_one_entry)
{
    redisReply *entry, *fields;

    world_count(&world, "counted", 7);
    world.views->trust.minute_ms = 0;
    world_tick(&world);
    cr_assert_eq(world_length(&world, MINUTES), 1);
    cr_assert_eq(newest_minute() % MINUTE_MS, 0);
    cr_assert_eq(newest_minute(), world.views->trust.minute_ms);
    entry = redis_fixture_command(&world.redis, "XRANGE %s - +", MINUTES);
    fields = redis_fixture_command(&world.redis, "HKEYS %s", TRUST);
    cr_assert_eq(entry->element[0]->element[1]->elements, 2 * (fields->elements - 2)); /* without _v and updated */
    for (size_t i = 0; i + 2 < fields->elements; i++)
        cr_assert_str_eq(entry->element[0]->element[1]->element[2 * i]->str, fields->element[i]->str);
    cr_assert_str_eq(entry->element[0]->element[1]->element[3]->str, "7");
    freeReplyObject(entry);
    freeReplyObject(fields);

    /* Another instance, in the same minute or in the one that has begun since. */
    world_restart(&world);
    world.views->trust.minute_ms = 0;
    world_tick(&world);
    cr_assert_leq(world_length(&world, MINUTES), 2);
    cr_assert_eq(newest_minute(), world.views->trust.minute_ms);
}

Test(trust, without_minutes_where_a_log_s_end_is_the_end)
{
    world.views->options.keeps_minutes = false;
    world.views->trust.minute_ms = 0;
    world_tick(&world);
    cr_assert_not(world_has(&world, MINUTES));
}
