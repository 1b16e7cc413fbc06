#include "world.h"

#include <kaiku/hyperloglog.h>
#include <model/member.h>

#include <stdio.h>

#define CHANNELS "kaiku:rows:contact:1m:channel"
#define BOTH "kaiku:rows:contact:1m:channel+touchpoint"

static struct world world;

static void start(void)
{
    world_start(&world, NULL);
}

static void stop(void)
{
    world_stop(&world);
}

TestSuite(rows, .init = start, .fini = stop);

static void commit_at(int64_t at_ms, const char *member, int64_t count)
{
    const struct change change = {PER_MINUTE, at_ms, member, 9, count};
    int64_t high_ms = world.positions[0].high_ms;

    world_commit(&world, 0, at_ms > high_ms ? at_ms : high_ms, &change, 1);
}

Test(rows, largest_first_ties_by_member)
{
    redisReply *reply;

    commit_at(NOON_MS, "phone|_all", 2);
    commit_at(NOON_MS, "chat|_all", 2);
    commit_at(NOON_MS, "web|_all", 5);
    commit_at(NOON_MS, "web|billing", 4);
    commit_at(NOON_MS, "_all|_all", 9);
    commit_at(NOON_MS, "_all|billing", 4);
    world_tick(&world);
    cr_assert_eq(world_length(&world, CHANNELS), 3);
    world_check_entry(&world, CHANNELS, "1599998400000-1", "channel", "web");
    world_check_entry(&world, CHANNELS, "1599998400000-1", "n", "5");
    world_check_entry(&world, CHANNELS, "1599998400000-2", "channel", "chat");
    world_check_entry(&world, CHANNELS, "1599998400000-3", "channel", "phone");
    world_check_entry(&world, BOTH, "1599998400000-1", "touchpoint", "billing");
    world_check_entry(&world, "kaiku:rows:contact:1m:touchpoint", "1599998400000-1", "n", "4");
    cr_assert_not(world_has(&world, "kaiku:rows:contact:1m"), "the total has no table");

    reply = redis_fixture_command(&world.redis, "XRANGE %s - + COUNT 1", BOTH);
    cr_assert_str_eq(reply->element[0]->element[1]->element[0]->str, "channel");
    cr_assert_str_eq(reply->element[0]->element[1]->element[2]->str, "touchpoint");
    cr_assert_str_eq(reply->element[0]->element[1]->element[4]->str, "n");
    freeReplyObject(reply);
}

Test(rows, live_members_without_data_come_last)
{
    commit_at(NOON_MS, "chat|_all", 5);
    commit_at(NOON_MS, "web|_all", 5);
    world_tick(&world);
    commit_at(NOON_MS + MINUTE_MS, "phone|_all", 1);
    world_settle(&world);
    cr_assert_eq(world_length(&world, CHANNELS), 3);
    world_check_entry(&world, CHANNELS, "1599998460000-1", "channel", "phone");
    world_check_entry(&world, CHANNELS, "1599998460000-2", "channel", "chat");
    world_check_entry(&world, CHANNELS, "1599998460000-2", "n", "0");
    world_check_entry(&world, CHANNELS, "1599998460000-3", "nps", "nan");
}

Test(rows, are_rewritten_at_most_each_five_seconds)
{
    commit_at(NOON_MS, "chat|_all", 5);
    world_tick(&world);
    commit_at(NOON_MS, "chat|_all", 1);
    world_tick(&world);
    world_check_entry(&world, CHANNELS, "1599998400000-1", "n", "5");
    world.now_ms += 5000;
    world_tick(&world);
    world_check_entry(&world, CHANNELS, "1599998400000-1", "n", "6");
}

Test(rows, a_text_like_a_number_is_marked)
{
    commit_at(NOON_MS, "1e5|%7C", 5);
    world_settle(&world);
    world_check_entry(&world, BOTH, "1599998400000-1", "channel", "\u00a0"
                                                                  "1e5");
    world_check_entry(&world, BOTH, "1599998400000-1", "touchpoint", "%7C");
}

Test(rows, a_table_without_live_members_goes)
{
    commit_at(NOON_MS, "chat|_all", 5);
    world_settle(&world);
    cr_assert(world_has(&world, CHANNELS));
    commit_at(NOON_MS, "chat|_all", -5);
    world_settle(&world);
    cr_assert_not(world_has(&world, CHANNELS));
}

static void keep_three(struct kaiku_model *model)
{
    struct kaiku_metric *metric = &model->metrics[model->n_metrics++];

    model->views[0].rows = 3;
    *metric = (struct kaiku_metric){.kind = KAIKU_UNIQUE};
    snprintf(metric->name, sizeof(metric->name), "customers");
}

static void start_with_three(void)
{
    world_start(&world, keep_three);
}

TestSuite(few_rows, .init = start_with_three, .fini = stop);

/* Two answers of two customers. */
static void commit_customers(const char *member)
{
    struct kaiku_text text = kaiku_text_of(member);
    uint64_t elements[] = {kaiku_hyperloglog_element(1, 1), kaiku_hyperloglog_element(2, 1)};
    uint32_t metric = kaiku_fixture_metric(world.model, "customers");
    const struct change change = {PER_MINUTE, NOON_MS, member, 9, 2};
    struct kaiku_commit *commit;
    uint32_t shard = kaiku_member_shard(world.model, &world.model->views[0], text);

    world_commit(&world, 0, NOON_MS, &change, 1);
    commit = world_begin(&world, shard);
    kaiku_commit_window(commit, 0, PER_MINUTE, NOON_MS);
    kaiku_commit_cell(commit, text, (struct kaiku_text){NULL, 0});
    kaiku_commit_unique(commit, metric, elements, 2);
    world_apply(&world, commit);
}

Test(few_rows, are_the_best_and_know_their_customers)
{
    const char *const members[] = {"a|_all", "b|_all", "c|_all", "d|_all", "e|_all"};

    for (size_t i = 0; i < 5; i++)
        commit_customers(members[i]);
    commit_at(NOON_MS, "d|_all", 1);
    world_settle(&world);
    cr_assert_eq(world_length(&world, CHANNELS), 3);
    world_check_entry(&world, CHANNELS, "1599998400000-1", "channel", "d");
    world_check_entry(&world, CHANNELS, "1599998400000-2", "channel", "a");
    world_check_entry(&world, CHANNELS, "1599998400000-3", "channel", "b");
    world_check_entry(&world, CHANNELS, "1599998400000-3", "customers", "2");
    world_check_entry(&world, "kaiku:ts:contact:1m:e|_all", "1599998400000-0", "customers", "2");
    world_check_now(&world, "kaiku:now:contact:1m:e|_all", "customers", "2");
}
