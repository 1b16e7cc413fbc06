#include "world.h"

#include <stdlib.h>

static void set_up(void)
{
    world_set_up();
    redis("FLUSHALL");
}

TestSuite(reset, .init = set_up, .fini = world_tear_down, .timeout = 60);

static void count_calls(void *context, uint64_t keys)
{
    cr_assert_gt(keys, 0);
    ++*(int *)context;
}

static uint64_t reset(void)
{
    uint64_t keys;

    assert_ok(kaiku_store_reset(world.store, &keys, NULL, NULL));
    return keys;
}

Test(reset, everything_of_the_prefix_goes)
{
    uint64_t keys;
    int calls = 0;

    open_store();
    redis("HSET k:{0}:pos t:0 5:0:0000000000000000");
    for (int i = 0; i < 3000; i++)
        redis("SET k:now:contact:day:m%d|_all x", i);
    cr_assert_eq(kaiku_store_reset(world.store, &keys, count_calls, &calls), KAIKU_OK);
    cr_assert_str_eq(redis("DBSIZE"), "0");
    cr_assert_gt(keys, 3000);
    cr_assert_gt(calls, 1);
    cr_assert_not(kaiku_store_is_open(world.store));
    open_store();
    cr_assert_eq(kaiku_store_generation(world.store), 1);
}

Test(reset, its_count_is_what_there_was)
{
    uint64_t there;

    open_store();
    redis("SET other x");
    there = strtoull(redis("DBSIZE"), NULL, 10) - 1;
    cr_assert_eq(reset(), there);
    cr_assert_eq(reset(), 0);
    cr_assert_str_eq(redis("KEYS *"), "other");
}

Test(reset, other_prefixes_are_left_alone)
{
    struct kaiku_store_options options = redis_fixture_options(&world.redis, "a*[b]?\\");
    struct kaiku_store *store;
    uint64_t keys;

    redis("MSET k2:trust x k2:{0}:head 1:x kk x k x xk:trust x a*[b]?\\2:x x aXb?\\:x x a*[b]Y\\:x x "
          "a*[b]?\\:x x k:a x");
    cr_assert_eq(reset(), 1);
    cr_assert_str_eq(redis("DBSIZE"), "9");
    cr_assert_eq(kaiku_store_create(&options, world.model, &store), KAIKU_OK);
    assert_ok(kaiku_store_reset(store, &keys, NULL, NULL));
    kaiku_store_destroy(store);
    cr_assert_eq(keys, 1);
    cr_assert_str_eq(redis("EXISTS a*[b]?\\:x"), "0");
    cr_assert_str_eq(redis("DBSIZE"), "8");
}

/* What a reset says on the wire, seen by another connection. */
static redisContext *begin_monitor(void)
{
    redisContext *monitor = redisConnect("127.0.0.1", world.redis.port);
    redisReply *reply = redisCommand(monitor, "MONITOR");

    cr_assert(reply);
    freeReplyObject(reply);
    return monitor;
}

static void assert_next_command(redisContext *monitor, const char *expected)
{
    for (;;) {
        redisReply *reply;
        bool is_it;
        cr_assert_eq(redisGetReply(monitor, (void **)&reply), REDIS_OK);
        is_it = strstr(reply->str, expected);
        cr_assert_not(!is_it && strstr(reply->str, "\"done\""), "no '%s'", expected);
        freeReplyObject(reply);
        if (is_it)
            return;
    }
}

Test(reset, heads_are_marked_first_and_unmarked_last)
{
    redisContext *monitor;

    redis("MSET k:{0}:head 4:digest k:{1}:head 3:digest k:{2}:headless x");
    redis("HSET k:meta shards 2");
    monitor = begin_monitor();
    cr_assert_eq(reset(), 4);
    redis("ECHO done");
    assert_next_command(monitor, "\"MSET\" \"k:{0}:head\" \"5:\" \"k:{1}:head\" \"5:\"");
    assert_next_command(monitor, "\"UNLINK\"");
    assert_next_command(monitor, "\"DEL\" \"k:{0}:head\" \"k:{1}:head\"");
    redisFree(monitor);
}

Test(reset, a_reset_cut_short_is_finished_by_the_next)
{
    redis("MSET k:{0}:head 5: k:{1}:head 5: k:{2}:head 5:");
    redis("HSET k:{0}:pos t:0 5:0:0000000000000000");
    cr_assert_eq(kaiku_store_open(world.store), KAIKU_AGAIN);
    cr_assert_eq(reset(), 4);
    cr_assert_str_eq(redis("DBSIZE"), "0");
    open_store();
}

Test(reset, running_instances_write_nothing_while_it_runs)
{
    struct kaiku_cell_ref ref = {.window = 2, .start_ms = 1000, .member = KAIKU_TEXT("a|_all")};
    struct kaiku_version version;

    open_store();
    redis("SET k:{0}:head 2:");
    cr_assert_eq(kaiku_store_cells(world.store, 0, &ref, 1, &version), KAIKU_AWAY);
    cr_assert_eq(kaiku_store_open(world.store), KAIKU_AGAIN);
    reset();
    open_store();
    assert_ok(kaiku_store_cells(world.store, 0, &ref, 1, &version));
}

Test(reset, a_server_that_is_away_is_said)
{
    struct kaiku_store_options options = redis_fixture_options(&world.redis, "k");
    struct kaiku_store *store;
    uint64_t keys = 1;

    options.port = 1;
    cr_assert_eq(kaiku_store_create(&options, world.model, &store), KAIKU_OK);
    cr_assert_eq(kaiku_store_reset(store, &keys, NULL, NULL), KAIKU_AWAY);
    cr_assert_eq(keys, 0);
    kaiku_store_destroy(store);
}
