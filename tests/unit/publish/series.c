#include "world.h"

#include <base/clock.h>
#include <model/member.h>

#include <stdio.h>

#define PHONE_MINUTE "kaiku:ts:contact:1m:phone|_all"
#define NOON "1599998400000-0"
#define NOON_1 "1599998460000-0"

static struct world world;

static void start(void)
{
    world_start(&world, NULL);
}

static void stop(void)
{
    world_stop(&world);
}

TestSuite(series, .init = start, .fini = stop, .timeout = 60);

static void commit_to(uint32_t partition, int64_t at_ms, int64_t count)
{
    const struct change change = {PER_MINUTE, at_ms, "phone|_all", 9, count};
    int64_t high_ms = world.positions[partition].high_ms;

    world_commit(&world, partition, at_ms > high_ms ? at_ms : high_ms, &change, 1);
}

static void tell_extent(uint32_t partition, int64_t end)
{
    char field[8];

    snprintf(field, sizeof(field), "t:%u", partition);
    kaiku_views_end(world.views, field, end);
}

static uint64_t backlog(void)
{
    struct kaiku_views_figures figures;

    kaiku_views_read_figures(world.views, &figures);
    return figures.series_backlog;
}

/* Pauses follow what Redis was long busy with: on a slow machine it takes more seconds. */
static void tick_until_backlog(uint64_t n)
{
    for (int second = 0; second < 20 && backlog() != n; second++)
        world_tick(&world);
    cr_assert_eq(backlog(), n);
}

Test(series, one_entry_for_each_window_with_data)
{
    redisReply *reply;

    commit_to(0, NOON_MS + 1000, 1);
    commit_to(0, NOON_MS + MINUTE_MS, 2);
    commit_to(0, NOON_MS + 5 * MINUTE_MS, 3);
    world_settle(&world);
    cr_assert_eq(world_length(&world, PHONE_MINUTE), 3);
    world_check_entry(&world, PHONE_MINUTE, NOON, "n", "1");
    world_check_entry(&world, PHONE_MINUTE, NOON_1, "nps_promoters", "2");
    cr_assert_eq(backlog(), 0);

    reply = redis_fixture_command(&world.redis, "XRANGE %s - + COUNT 1", PHONE_MINUTE);
    cr_assert_str_eq(reply->element[0]->element[1]->element[0]->str, "n");
    freeReplyObject(reply);
}

/* A member of view contact whose cells are not in the first shard. */
static const char *member_of_a_later_shard(void)
{
    static const char *const members[] = {"phone|_all", "chat|_all", "email|_all", "web|_all"};
    const struct kaiku_view *view = &world.model->views[0];
    size_t i = 0;

    while (kaiku_member_shard(world.model, view, kaiku_text_of(members[i])) == 0)
        cr_assert_lt(++i, sizeof(members) / sizeof(*members));
    return members[i];
}

/* A round that is cut short where the log was caught up with must not go on with another shard's changes. */
Test(series, a_new_round_forgets_what_the_last_one_had_loaded)
{
    const char *member = member_of_a_later_shard();
    const struct change changes[] = {{PER_MINUTE, NOON_MS, member, 9, 3},
                                     {PER_MINUTE, NOON_MS + MINUTE_MS, member, 9, 1}};
    struct kaiku_views *cut_short = world.views;
    char key[64];

    snprintf(key, sizeof(key), "kaiku:ts:contact:1m:%s", member);
    world_commit(&world, 0, NOON_MS + 1, changes, 2);
    for (uint32_t i = 0; i < 4; i++)
        tell_extent(i, i == 0 ? 100 : 0); /* so it is not at the end */
    world_tick(&world);
    cut_short->is_settling = true; /* everything is shown, at its end or not */
    cut_short->series.round.shard = 0;
    /* One step at a time, up to the loaded list. */
    while (cut_short->series.n == 0 && cut_short->series.round.shard < SHARDS)
        cr_assert_eq(views_series_work(cut_short, kaiku_clock_monotonic_us() + 1), KAIKU_OK);
    cut_short->is_settling = false;
    cr_assert(cut_short->series.is_loaded);

    /* Meanwhile another instance shows them. */
    world.views = NULL;
    world_restart(&world);
    world_settle(&world);
    world_check_entry(&world, key, NOON, "n", "3");
    kaiku_views_destroy(world.views);

    world.views = cut_short;
    tell_extent(0, world.positions[0].next);
    world_tick(&world);
    cr_assert(cut_short->reading.is_at_end);
    world_tick(&world);
    world_check_entry(&world, key, NOON, "n", "3");
    world_check_entry(&world, key, NOON_1, "n", "1");
}

Test(series, late_data_changes_an_entry_in_place)
{
    commit_to(0, NOON_MS, 1);
    commit_to(0, NOON_MS + MINUTE_MS, 2);
    world_settle(&world);
    commit_to(0, NOON_MS, 4);
    commit_to(0, NOON_MS - MINUTE_MS, 7);
    world_settle(&world);
    cr_assert_eq(world_length(&world, PHONE_MINUTE), 3);
    world_check_entry(&world, PHONE_MINUTE, "1599998340000-0", "n", "7");
    world_check_entry(&world, PHONE_MINUTE, NOON, "n", "5");
    world_check_entry(&world, PHONE_MINUTE, NOON_1, "n", "2");
}

Test(series, an_emptied_window_has_no_entry)
{
    commit_to(0, NOON_MS, 1);
    commit_to(0, NOON_MS + MINUTE_MS, 2);
    world_settle(&world);
    commit_to(0, NOON_MS, -1);
    world_settle(&world);
    cr_assert_eq(world_length(&world, PHONE_MINUTE), 1);
    world_check_entry(&world, PHONE_MINUTE, NOON_1, "n", "2");
    commit_to(0, NOON_MS + MINUTE_MS, -2);
    world_settle(&world);
    cr_assert_not(world_has(&world, PHONE_MINUTE));
}

Test(series, many_entries_of_one_and_many_series)
{
    enum { WINDOWS = 2500, MEMBERS = 8000 };
    static struct change changes[WINDOWS + MEMBERS];
    static char members[MEMBERS][24];

    for (uint32_t i = 0; i < WINDOWS; i++)
        changes[i] = (struct change){PER_MINUTE, NOON_MS - i * MINUTE_MS, "phone|_all", 9, 1};
    for (uint32_t i = 0; i < MEMBERS; i++) {
        snprintf(members[i], sizeof(members[i]), "m%u|x", i);
        changes[WINDOWS + i] = (struct change){PER_HOUR, NOON_MS, members[i], 9, 1};
    }
    world_commit(&world, 0, NOON_MS - 5000, changes, WINDOWS + MEMBERS);
    world_settle(&world);
    cr_assert_eq(world_length(&world, PHONE_MINUTE), WINDOWS);
    cr_assert_eq(world_length(&world, "kaiku:ts:contact:1h:m7999|x"), 1);
    cr_assert_eq(backlog(), 0);
}

Test(series, are_written_once_a_minute)
{
    for (uint32_t i = 0; i < 4; i++)
        tell_extent(i, 0);
    commit_to(0, NOON_MS, 1);
    world_tick(&world);
    world_check_entry(&world, PHONE_MINUTE, NOON, "n", "1");
    commit_to(0, NOON_MS, 1);
    world_tick(&world);
    world_check_entry(&world, PHONE_MINUTE, NOON, "n", "1");
    world.now_ms += MINUTE_MS;
    world_tick(&world);
    world_check_entry(&world, PHONE_MINUTE, NOON, "n", "2");
}

Test(series, while_catching_up_a_window_is_shown_once_nothing_can_add_to_it)
{
    tell_extent(0, 100);
    tell_extent(1, 100);
    tell_extent(2, 0);
    tell_extent(3, 0);
    commit_to(0, NOON_MS, 1);
    commit_to(1, NOON_MS - MINUTE_MS, 1);
    commit_to(2, NOON_MS - HOUR_MS, 1);
    world_tick(&world);
    cr_assert_eq(world_length(&world, PHONE_MINUTE), 1, "only the hour before is over");
    tick_until_backlog(2);
    commit_to(1, NOON_MS + MINUTE_MS, 1);
    world.now_ms += MINUTE_MS;
    world_tick(&world);
    cr_assert_eq(world_length(&world, PHONE_MINUTE), 2);
    tell_extent(0, 1);
    tell_extent(1, 2);
    world.now_ms += MINUTE_MS;
    world_tick(&world);
    cr_assert_eq(world_length(&world, PHONE_MINUTE), 4, "all is read");
    tick_until_backlog(0);
}

Test(series, what_another_instance_left_is_shown)
{
    const struct change change = {PER_MINUTE, NOON_MS - 10 * DAY_MS, "phone|_all", 3, 2};

    world_commit_silently(&world, 0, NOON_MS - 10 * DAY_MS, &change, 1);
    world_restart(&world);
    world_settle(&world);
    cr_assert_eq(world_length(&world, PHONE_MINUTE), 1);
}

Test(series, a_newer_state_stays_and_the_cells_stay_changed)
{
    commit_to(0, NOON_MS, 1);
    world_settle(&world);
    redis_fixture_integer(&world.redis,
                          "XSETID %s " NOON " ENTRIESADDED 999 MAXDELETEDID 1-0", PHONE_MINUTE);
    commit_to(0, NOON_MS, 1);
    world_settle(&world);
    world_check_entry(&world, PHONE_MINUTE, NOON, "n", "1");
    cr_assert_eq(backlog(), 1);
}
