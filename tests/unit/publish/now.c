#include "world.h"

#include <base/clock.h>

#include <stdio.h>
#include <stdlib.h>

#define PHONE_MINUTE "kaiku:now:contact:1m:phone|_all"
#define CHAT_MINUTE "kaiku:now:contact:1m:chat|_all"

static struct world world;

static void start(void)
{
    world_start(&world, NULL);
}

static void stop(void)
{
    world_stop(&world);
}

TestSuite(now, .init = start, .fini = stop);

static void commit_at(int64_t at_ms, const char *member, int64_t count)
{
    const struct change changes[] = {
        {PER_MINUTE, at_ms, member, 9, count},
        {PER_DAY, at_ms, member, 9, count},
    };
    int64_t high_ms = world.positions[0].high_ms;

    world_commit(&world, 0, at_ms > high_ms ? at_ms : high_ms, changes, 2);
}

Test(now, shows_what_was_committed)
{
    redisReply *reply;

    commit_at(NOON_MS + 1000, "phone|_all", 3);
    world_tick(&world);
    world_check_now(&world, PHONE_MINUTE, "from", "1599998400000");
    world_check_now(&world, PHONE_MINUTE, "to", "1599998460000");
    world_check_now(&world, PHONE_MINUTE, "n", "3");
    world_check_now(&world, PHONE_MINUTE, "nps", "100");
    commit_at(NOON_MS + 2000, "phone|_all", 2);
    world_tick(&world);
    world_check_now(&world, PHONE_MINUTE, "n", "5");

    reply = redis_fixture_command(&world.redis, "HKEYS %s", PHONE_MINUTE);
    cr_assert_str_eq(reply->element[0]->str, "from");
    cr_assert_str_eq(reply->element[1]->str, "to");
    cr_assert_str_eq(reply->element[2]->str, "n");
    cr_assert_str_eq(reply->element[reply->elements - 1]->str, "updated");
    freeReplyObject(reply);
}

Test(now, what_was_taken_back_at_once_makes_no_member_live)
{
    commit_at(NOON_MS + 1000, "phone|_all", 3);
    world_tick(&world);
    commit_at(NOON_MS + 2000, "chat|_all", 0); /* added and retracted within one delta */
    world_tick(&world);
    cr_assert(world_has(&world, PHONE_MINUTE));
    cr_assert_not(world_has(&world, CHAT_MINUTE));
}

Test(now, a_live_member_without_data_in_the_newest_window_has_none)
{
    commit_at(NOON_MS, "phone|_all", 3);
    world_tick(&world);
    commit_at(NOON_MS + MINUTE_MS, "chat|_all", 1);
    world_tick(&world);
    world_check_now(&world, PHONE_MINUTE, "from", "1599998460000");
    world_check_now(&world, PHONE_MINUTE, "n", "0");
    world_check_now(&world, PHONE_MINUTE, "nps", "nan");
    world_check_now(&world, CHAT_MINUTE, "n", "1");
    world_check_now(&world, "kaiku:now:contact:day:phone|_all", "n", "3");
}

Test(now, late_data_brings_a_member_to_life)
{
    commit_at(NOON_MS, "chat|_all", 1);
    world_tick(&world);
    commit_at(NOON_MS - 23 * HOUR_MS, "phone|_all", 3);
    commit_at(NOON_MS - 25 * HOUR_MS, "mail|_all", 3);
    world_tick(&world);
    world_check_now(&world, PHONE_MINUTE, "n", "0");
    cr_assert_not(world_has(&world, "kaiku:now:contact:1m:mail|_all"));
}

/* Live: the window's end lies after 24 hours before the newest window. */
static void check_horizon(int64_t later_ms, bool lives)
{
    commit_at(NOON_MS, "phone|_all", 3);
    world_tick(&world);
    commit_at(NOON_MS + later_ms, "chat|_all", 1);
    world_settle(&world);
    cr_assert_eq(world_has(&world, PHONE_MINUTE), lives);
    cr_assert(world_has(&world, CHAT_MINUTE));
}

Test(now, who_had_data_within_a_day_before_is_live)
{
    check_horizon(DAY_MS, true);
}

Test(now, who_had_none_since_is_deleted)
{
    check_horizon(DAY_MS + MINUTE_MS, false);
}

Test(now, the_dead_go_within_a_minute)
{
    commit_at(NOON_MS, "phone|_all", 3);
    world_tick(&world);
    commit_at(NOON_MS + 3 * DAY_MS, "chat|_all", 1);
    world.now_ms += MINUTE_MS;
    world_tick(&world);
    cr_assert_not(world_has(&world, PHONE_MINUTE));
    cr_assert(world_has(&world, CHAT_MINUTE));
}

Test(now, a_retracted_member_goes)
{
    commit_at(NOON_MS, "phone|_all", 3);
    commit_at(NOON_MS, "chat|_all", 3);
    world_settle(&world);
    cr_assert(world_has(&world, PHONE_MINUTE));
    commit_at(NOON_MS, "phone|_all", -3);
    world_settle(&world);
    cr_assert_not(world_has(&world, PHONE_MINUTE));
    cr_assert_not(world_has(&world, "kaiku:now:contact:day:phone|_all"));
    cr_assert(world_has(&world, CHAT_MINUTE));
}

Test(now, a_member_retracted_in_the_newest_window_lives_by_an_older_one)
{
    commit_at(NOON_MS - HOUR_MS, "phone|_all", 1);
    commit_at(NOON_MS, "phone|_all", 3);
    world_tick(&world);
    commit_at(NOON_MS, "phone|_all", -3);
    world.now_ms += MINUTE_MS;
    world_tick(&world);
    world_check_now(&world, PHONE_MINUTE, "n", "0");
    cr_assert(world_has(&world, PHONE_MINUTE));
}

/* A clock that runs ahead somewhere must not make all others' windows empty. */
Test(now, windows_beyond_the_wall_clock_are_not_the_newest)
{
    int64_t wall_ms = kaiku_clock_wall_ms();
    char from[32];

    world.model->max_ahead_ms = 0;
    commit_at(wall_ms - HOUR_MS, "phone|_all", 1);
    commit_at(wall_ms + 30 * DAY_MS, "chat|_all", 1);
    world_tick(&world);
    world_settle(&world);
    cr_assert_not(world_has(&world, CHAT_MINUTE));
    redis_fixture_text(&world.redis, from, sizeof(from), "HGET %s from", PHONE_MINUTE);
    cr_assert_leq(atoll(from), kaiku_clock_wall_ms());
    cr_assert_eq(world_length(&world, "kaiku:ts:contact:1m:chat|_all"), 1);
}

Test(now, what_another_instance_left_is_shown)
{
    const struct change change = {PER_MINUTE, NOON_MS, "phone|_all", 3, 2};

    world_commit_silently(&world, 0, NOON_MS, &change, 1);
    world_restart(&world);
    world_tick(&world);
    world_check_now(&world, PHONE_MINUTE, "n", "2");
}

Test(now, what_another_instance_leaves_is_found_within_a_minute)
{
    const struct change change = {PER_MINUTE, NOON_MS, "phone|_all", 3, 2};

    commit_at(NOON_MS, "phone|_all", 1);
    world_tick(&world);
    world_commit_silently(&world, 0, NOON_MS, &change, 1);
    world.now_ms += MINUTE_MS;
    world_tick(&world);
    world_tick(&world);
    world_check_now(&world, PHONE_MINUTE, "n", "3");
}

Test(now, never_goes_back_to_an_older_state)
{
    commit_at(NOON_MS, "phone|_all", 1);
    world_tick(&world);
    redis_fixture_integer(&world.redis, "HSET %s n 77 _v 1:1599998400000:9999", PHONE_MINUTE);
    commit_at(NOON_MS, "phone|_all", 1);
    world_tick(&world);
    world_check_now(&world, PHONE_MINUTE, "n", "77");
}

Test(now, more_members_than_fit_in_a_batch)
{
    enum { MEMBERS = 2000 };
    static struct change changes[MEMBERS];
    static char members[MEMBERS][24];

    for (uint32_t i = 0; i < MEMBERS; i++) {
        snprintf(members[i], sizeof(members[i]), "m%u|_all", i);
        changes[i] = (struct change){PER_MINUTE, NOON_MS, members[i], 9, i + 1};
    }
    world_commit(&world, 0, NOON_MS, changes, MEMBERS);
    world_settle(&world);
    for (uint32_t i = 0; i < MEMBERS; i++) {
        char key[64], n[16];
        snprintf(key, sizeof(key), "kaiku:now:contact:1m:m%u|_all", i);
        snprintf(n, sizeof(n), "%u", i + 1);
        world_check_now(&world, key, "n", n);
    }
}
