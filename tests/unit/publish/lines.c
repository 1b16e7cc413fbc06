#include "world.h"

#include <stdio.h>

#define CHANNELS "kaiku:lines:contact:1m:channel"
#define BOTH "kaiku:lines:contact:1m:channel+touchpoint"

static struct world world;

static void start(void)
{
    world_start(&world, NULL);
}

static void stop(void)
{
    world_stop(&world);
}

TestSuite(lines, .init = start, .fini = stop, .timeout = 60);

static void commit_at(int64_t at_ms, const char *member, int64_t count)
{
    const struct change change = {PER_MINUTE, at_ms, member, 9, count};
    int64_t high_ms = world.positions[0].high_ms;

    world_commit(&world, 0, at_ms > high_ms ? at_ms : high_ms, &change, 1);
}

/* The id of an entry k minutes after noon. */
static const char *at_minute(int k, int rank)
{
    static char id[48];

    snprintf(id, sizeof(id), "%lld-%d", (long long)(NOON_MS + k * MINUTE_MS), rank);
    return id;
}

static void check(const char *key, int minute, int rank, const char *field, const char *expected)
{
    world_check_entry(&world, key, at_minute(minute, rank), field, expected);
}

Test(lines, an_entry_for_each_window_and_member)
{
    redisReply *reply;

    commit_at(NOON_MS, "phone|_all", 2);
    commit_at(NOON_MS, "chat|_all", 2);
    commit_at(NOON_MS, "web|billing", 4);
    commit_at(NOON_MS, "_all|_all", 9);
    commit_at(NOON_MS + 2 * MINUTE_MS, "phone|_all", 1);
    commit_at(NOON_MS + 2 * MINUTE_MS, "web|_all", 5);
    world_settle(&world);
    cr_assert_eq(world_length(&world, CHANNELS), 4);
    check(CHANNELS, 0, 1, "channel", "chat");
    check(CHANNELS, 0, 2, "channel", "phone");
    check(CHANNELS, 0, 2, "nps_promoters", "2");
    check(CHANNELS, 2, 1, "channel", "web");
    check(CHANNELS, 2, 2, "n", "1");
    check(BOTH, 0, 1, "touchpoint", "billing");
    cr_assert_not(world_has(&world, "kaiku:lines:contact:1m:"), "the total has its series");
    cr_assert_not(world_has(&world, "kaiku:lines:contact:1m:touchpoint"), "nobody lives there");

    reply = redis_fixture_command(&world.redis, "XRANGE %s - + COUNT 1", BOTH);
    cr_assert_str_eq(reply->element[0]->element[1]->element[0]->str, "channel");
    cr_assert_str_eq(reply->element[0]->element[1]->element[2]->str, "touchpoint");
    cr_assert_str_eq(reply->element[0]->element[1]->element[4]->str, "n");
    freeReplyObject(reply);
}

Test(lines, late_data_changes_old_entries)
{
    for (int k = 0; k < 5; k++) {
        commit_at(NOON_MS + k * MINUTE_MS, "phone|_all", 3);
        commit_at(NOON_MS + k * MINUTE_MS, "chat|_all", 2);
    }
    world_settle(&world);
    commit_at(NOON_MS + MINUTE_MS, "chat|_all", 4);
    commit_at(NOON_MS + 3 * MINUTE_MS, "phone|_all", -3);
    world_settle(&world);
    cr_assert_eq(world_length(&world, CHANNELS), 9);
    check(CHANNELS, 0, 1, "channel", "phone");
    check(CHANNELS, 1, 1, "channel", "chat");
    check(CHANNELS, 1, 1, "n", "6");
    check(CHANNELS, 1, 2, "n", "3");
    check(CHANNELS, 3, 1, "channel", "chat");
    check(CHANNELS, 4, 2, "channel", "chat");
}

Test(lines, more_than_one_script_s_worth)
{
    for (int k = 0; k < 150; k++) {
        commit_at(NOON_MS + k * MINUTE_MS, "phone|_all", 1);
        commit_at(NOON_MS + k * MINUTE_MS, "chat|_all", 2);
    }
    world_settle(&world);
    cr_assert_eq(world_length(&world, CHANNELS), 300);
    check(CHANNELS, 0, 1, "channel", "chat");
    commit_at(NOON_MS, "phone|_all", 5);
    world_settle(&world);
    cr_assert_eq(world_length(&world, CHANNELS), 300);
    check(CHANNELS, 0, 1, "n", "6");
    check(CHANNELS, 149, 2, "channel", "phone");
    cr_assert_not(world_has(&world, "kaiku:{0}:lines:contact:1m:channel"), "what was gathered was put in place");
}

/* One instance's list ends before the window that another one shows already, when the cell changes once more. */
Test(lines, what_another_instance_shows_is_kept_up)
{
    struct world other;

    world_tick(&world); /* tables are due five seconds behind the last ones */
    commit_at(NOON_MS, "phone|_all", 1);
    world_settle(&world);
    other = world;
    other.views = NULL;
    world_restart(&other);
    commit_at(NOON_MS + MINUTE_MS, "phone|_all", 1);
    world_settle(&other);
    check(CHANNELS, 1, 1, "n", "1");
    commit_at(NOON_MS + MINUTE_MS, "phone|_all", 2);
    for (int i = 0; i < 3; i++) /* less than until the tables are due */
        world_tick(&world);
    world_settle(&world);
    check(CHANNELS, 1, 1, "n", "3");
    kaiku_views_destroy(other.views);
}

static bool waits(int64_t start_ms)
{
    const struct kaiku_cell_ref ref = {
        .view = 0, .window = PER_MINUTE, .start_ms = start_ms, .member = KAIKU_TEXT("phone|_all")};
    bool does;

    cr_assert_eq(views_lines_wait(world.views, &ref, 0, 1, &does), KAIKU_OK);
    return does;
}

/* Were it to end before its next list, no other process would know of the change. */
Test(lines, what_is_ahead_of_the_list_stays_a_change)
{
    world_tick(&world); /* tables are due five seconds behind the last ones */
    commit_at(NOON_MS, "phone|_all", 1);
    world_settle(&world);
    commit_at(NOON_MS + MINUTE_MS, "phone|_all", 1);
    world_tick(&world);
    cr_expect(waits(NOON_MS));
    cr_expect(waits(NOON_MS + MINUTE_MS));
    cr_expect_not(waits(NOON_MS + 2 * MINUTE_MS), "nobody has seen an event of then");
    cr_expect_not(waits(NOON_MS - 365 * DAY_MS), "nothing shows it any more");
}

static void commit_members(int n, int64_t at_ms, int64_t count)
{
    char member[24];

    for (int i = 0; i < n; i++) {
        snprintf(member, sizeof(member), "c%d|_all", i);
        commit_at(at_ms, member, count);
    }
}

Test(lines, only_of_tables_with_few_members)
{
    commit_members(50, NOON_MS, 1);
    world_settle(&world);
    cr_assert_eq(world_length(&world, CHANNELS), 50);
    commit_at(NOON_MS, "one|_all", 1);
    world_settle(&world);
    cr_assert_not(world_has(&world, CHANNELS));
    commit_at(NOON_MS, "one|_all", -1);
    world_settle(&world);
    cr_assert_eq(world_length(&world, CHANNELS), 50);
}

static void commit_day(int day, const char *member, int64_t count)
{
    const struct change change = {PER_DAY, NOON_MS + day * DAY_MS, member, 9, count};

    world_commit(&world, 0, change.at_ms, &change, 1);
}

Test(lines, members_that_live_no_more_go_with_all_their_entries)
{
    static const char days[] = "kaiku:lines:contact:day:channel";
    static const char first[] = "1599944400000-1"; /* midnight */

    commit_day(0, "phone|_all", 2);
    commit_day(0, "chat|_all", 1);
    commit_day(1, "chat|_all", 1);
    world_settle(&world);
    cr_assert_eq(world_length(&world, days), 3);
    world_check_entry(&world, days, first, "channel", "phone");
    commit_day(2, "chat|_all", 1);
    world_settle(&world);
    cr_assert_eq(world_length(&world, days), 3);
    world_check_entry(&world, days, first, "channel", "chat");
}

static void keep_long(struct kaiku_model *model)
{
    model->views[0].windows[PER_MINUTE].retention_ms = 10 * DAY_MS;
}

static void start_long(void)
{
    world_start(&world, keep_long);
}

TestSuite(long_lines, .init = start_long, .fini = stop, .timeout = 60);

/* 1440 windows before the newest one begin within 24 hours before it. */
Test(long_lines, reach_a_day_back)
{
    commit_at(NOON_MS, "phone|_all", 1);
    commit_at(NOON_MS + MINUTE_MS, "phone|_all", 1);
    commit_at(NOON_MS + DAY_MS, "phone|_all", 1);
    world_settle(&world);
    cr_assert_eq(world_length(&world, CHANNELS), 3);
    commit_at(NOON_MS + DAY_MS + MINUTE_MS, "phone|_all", 1);
    world_settle(&world);
    cr_assert_eq(world_length(&world, CHANNELS), 3);
    check(CHANNELS, 1, 1, "n", "1");
}

/* 4 members have 1250 windows. */
Test(long_lines, are_bounded_by_entries)
{
    commit_at(NOON_MS, "c0|_all", 1);
    commit_at(NOON_MS + MINUTE_MS, "c0|_all", 1);
    commit_members(4, NOON_MS + 1250 * MINUTE_MS, 1);
    world_settle(&world);
    cr_assert_eq(world_length(&world, CHANNELS), 5);
    check(CHANNELS, 1, 1, "n", "1");
    commit_at(NOON_MS + 1250 * MINUTE_MS, "c4|_all", 1);
    world_settle(&world);
    cr_assert_eq(world_length(&world, CHANNELS), 5);
    check(CHANNELS, 1250, 5, "channel", "c4");
}

/* The instance that showed a late answer in its series ends before it showed it in its lines. */
Test(lines, what_another_instance_left_undone_is_done)
{
    commit_at(NOON_MS, "phone|_all", 1);
    commit_at(NOON_MS + 5 * MINUTE_MS, "phone|_all", 1);
    world_settle(&world);
    commit_at(NOON_MS, "phone|_all", 1);
    world.views->is_settling = true;
    world.views->series.round.shard = 0;
    cr_assert_eq(views_series_work(world.views, VIEWS_FOREVER), KAIKU_OK);
    world_check_entry(&world, "kaiku:ts:contact:1m:phone|_all", "1599998400000-0", "n", "2");
    check(CHANNELS, 0, 1, "n", "1");
    /* Not even where lines were written before: these are not. */
    cr_assert_eq(views_lines_work(world.views, VIEWS_FOREVER), KAIKU_OK);
    cr_assert_gt(views_series_backlog(world.views), 0);
    world_restart(&world);
    world_settle(&world);
    check(CHANNELS, 0, 1, "n", "2");
    cr_assert_eq(redis_fixture_integer(&world.redis, "ZCARD kaiku:{0}:dirty"), 0);
}

/* Nothing changes for one that comes later and finds all done. */
Test(lines, are_not_written_again_without_need)
{
    char before[256], after[256];

    commit_at(NOON_MS, "phone|_all", 1);
    world_settle(&world);
    redis_fixture_text(&world.redis, before, sizeof(before), "HGET kaiku:{0}:lines contact:1m:channel");
    world_settle(&world);
    redis_fixture_text(&world.redis, after, sizeof(after), "HGET kaiku:{0}:lines contact:1m:channel");
    cr_assert_str_eq(before, after);
}

/* Its list of members is older than what stands there. */
Test(lines, an_older_state_never_replaces_a_newer_one)
{
    struct views_line *line;
    struct views_line older;

    commit_at(NOON_MS, "phone|_all", 1);
    world_settle(&world);
    line = &world.views->lines.list[world.views->windows[PER_MINUTE].first_line];
    while (line->roll.n != 1)
        line++;
    older = *line;
    older.is_stale = true;
    commit_at(NOON_MS, "chat|_all", 1);
    world_settle(&world);
    cr_assert_eq(world_length(&world, CHANNELS), 2);
    cr_assert_eq(views_draw(world.views, &older), KAIKU_OK);
    cr_assert_eq(world_length(&world, CHANNELS), 2);
    cr_assert(older.is_stale);
}

Test(lines, what_reaches_the_newest_window_late_is_shown)
{
    commit_at(NOON_MS, "phone|_all", 1);
    world_settle(&world);
    /* Another partition's cell is of the future until the tip gets there. */
    const struct change future = {PER_MINUTE, NOON_MS + MINUTE_MS, "phone|_all", 9, 4};
    world_commit(&world, 1, NOON_MS, &future, 1);
    world_settle(&world);
    cr_assert_eq(world_length(&world, CHANNELS), 1);
    world_restart(&world);
    world_settle(&world);
    const struct change tip = {PER_HOUR, NOON_MS + MINUTE_MS, "phone|_all", 9, 1};
    world_commit(&world, 0, NOON_MS + MINUTE_MS, &tip, 1);
    world_settle(&world);
    cr_assert_eq(world_length(&world, CHANNELS), 2);
    check(CHANNELS, 1, 1, "n", "4");
}

Test(lines, follow_in_ticks)
{
    commit_at(NOON_MS, "phone|_all", 1);
    for (uint32_t p = 0; p < 4; p++) {
        char field[16];
        snprintf(field, sizeof(field), "t:%u", p);
        kaiku_views_end(world.views, field, p == 0 ? 1 : 0);
    }
    /* Pauses follow what Redis was long busy with: on a slow machine it takes more seconds. */
    for (int second = 0; second < 20; second++)
        world_tick(&world);
    check(CHANNELS, 0, 1, "n", "1");
    commit_at(NOON_MS, "phone|_all", 1);
    kaiku_views_end(world.views, "t:0", 2);
    world_tick(&world);
    check(CHANNELS, 0, 1, "n", "1");
    world.now_ms += MINUTE_MS;
    for (int second = 0; second < 20; second++)
        world_tick(&world);
    check(CHANNELS, 0, 1, "n", "2");
    cr_assert_eq(views_series_backlog(world.views), 0);
}
