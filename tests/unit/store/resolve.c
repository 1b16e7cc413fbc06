/* What becomes of commits whose reply is lost, and of those sent together. */
#include "world.h"

#include <kaiku/cell.h>

#include <signal.h>
#include <unistd.h>

enum { SHARDS = 3 };

static struct kaiku_commit *commits[SHARDS];

static const char *position(int next)
{
    static char texts[4][KAIKU_POSITION_MAX];
    static unsigned turn;
    char *text = texts[turn++ % 4];

    kaiku_position_format(&(struct kaiku_position){.next = next}, text);
    return text;
}

/* In each shard: t:0 and t:1 move from base to next, one cell gets one event. */
static void build(int base, int next)
{
    int64_t counters[KAIKU_BLOCK] = {1};
    char cell[KAIKU_CHUNK_MAX];
    size_t size = kaiku_cell_put_block(0, counters, cell);

    for (uint32_t shard = 0; shard < SHARDS; shard++) {
        kaiku_commit_clear(commits[shard]);
        kaiku_commit_move(commits[shard], "t:0", position(base), position(next));
        kaiku_commit_move(commits[shard], "t:1", position(base), position(next));
        kaiku_commit_move(commits[shard], "t:2", position(0), position(0));
        kaiku_commit_window(commits[shard], 0, 0, 60000);
        kaiku_commit_cell(commits[shard], KAIKU_TEXT("a|_all"), (struct kaiku_text){cell, size});
        assert_ok(kaiku_commit_finish(commits[shard], 0));
    }
}

static void set_up(void)
{
    const char *const names[] = {"t:0", "t:1", "t:2"};
    int64_t offsets[] = {0, 0, 0};

    world_set_up();
    redis("FLUSHALL");
    world.model->shards = SHARDS;
    assert_ok(kaiku_digest_model(world.model));
    open_store();
    assert_ok(kaiku_store_begin(world.store, names, offsets, 3));
    for (uint32_t shard = 0; shard < SHARDS; shard++)
        assert_ok(kaiku_commit_create(world.store, shard, &commits[shard]));
    build(0, 1);
}

static void tear_down(void)
{
    for (uint32_t shard = 0; shard < SHARDS; shard++)
        kaiku_commit_destroy(commits[shard]);
    world_tear_down();
}

TestSuite(resolve, .init = set_up, .fini = tear_down, .timeout = 60);

static void assert_outcomes(enum kaiku_outcome a, enum kaiku_outcome b, enum kaiku_outcome c)
{
    cr_assert_eq(kaiku_commit_outcome(commits[0]), a);
    cr_assert_eq(kaiku_commit_outcome(commits[1]), b);
    cr_assert_eq(kaiku_commit_outcome(commits[2]), c);
}

static void assert_applied_once(void)
{
    for (int shard = 0; shard < SHARDS; shard++) {
        cr_assert_str_eq(redis("HGET k:{%d}:pos t:1", shard), position(1));
        redis("HGET k:{%d}:c:1:contact:1m:60000 a|_all", shard);
        cr_assert_eq(world.answer.size, 5);
        cr_assert_eq(world.answer.data[4], 1);
    }
}

/* The server reads the commits only after the store has given them up. */
static void lose_replies(void)
{
    world.store->link.timeout_ms = 20;
    redisSetTimeout(world.store->link.redis, (struct timeval){0, 20000});
    kill(world.redis.pid, SIGSTOP);
    cr_assert_eq(kaiku_store_commit(world.store, commits, SHARDS), KAIKU_AWAY);
    kill(world.redis.pid, SIGCONT);
    while (strcmp(redis("HGET k:{2}:pos t:0"), position(1)) != 0)
        usleep(1000);
}

Test(resolve, sends_all_at_once)
{
    assert_ok(kaiku_store_commit(world.store, commits, SHARDS));
    assert_outcomes(KAIKU_APPLIED, KAIKU_APPLIED, KAIKU_APPLIED);
    assert_applied_once();
    cr_assert_str_eq(redis("HGET k:{0}:totals commits"), "1");
    cr_assert_str_eq(redis("EXISTS k:{1}:totals"), "0");
    /* What is settled is not sent again. */
    assert_ok(kaiku_store_commit(world.store, commits, SHARDS));
    assert_outcomes(KAIKU_APPLIED, KAIKU_APPLIED, KAIKU_APPLIED);
}

Test(resolve, loads_scripts_that_redis_forgot)
{
    redis("SCRIPT FLUSH");
    assert_ok(kaiku_store_commit(world.store, commits, SHARDS));
    assert_outcomes(KAIKU_APPLIED, KAIKU_APPLIED, KAIKU_APPLIED);
    assert_applied_once();
}

Test(resolve, judges_each_shard_by_itself)
{
    redis("HSET k:{0}:pos t:0 %s", position(9));
    redis("SET k:{1}:head 2:");
    assert_ok(kaiku_store_commit(world.store, commits, SHARDS));
    assert_outcomes(KAIKU_DIFFERENT, KAIKU_FENCED, KAIKU_APPLIED);
}

Test(resolve, is_refused_where_one_is)
{
    redis("SET k:{0}:dirty x");
    cr_assert_eq(kaiku_store_commit(world.store, commits, SHARDS), KAIKU_REFUSED);
    assert_outcomes(KAIKU_PENDING, KAIKU_APPLIED, KAIKU_APPLIED);
    redis("DEL k:{0}:dirty");
    assert_ok(kaiku_store_commit(world.store, commits, SHARDS));
    assert_applied_once();
}

Test(resolve, finds_what_was_applied_without_a_reply)
{
    lose_replies();
    assert_outcomes(KAIKU_UNKNOWN, KAIKU_UNKNOWN, KAIKU_UNKNOWN);
    cr_assert(!kaiku_store_is_open(world.store));
    /* Not sent again before it is known. */
    open_store();
    assert_ok(kaiku_store_commit(world.store, commits, SHARDS));
    assert_outcomes(KAIKU_UNKNOWN, KAIKU_UNKNOWN, KAIKU_UNKNOWN);
    assert_ok(kaiku_store_resolve(world.store, commits, SHARDS));
    assert_outcomes(KAIKU_APPLIED, KAIKU_APPLIED, KAIKU_APPLIED);
    assert_applied_once();
}

Test(resolve, sends_again_what_was_not_applied)
{
    cr_assert_eq(redis_fixture_integer(&world.redis, "CLIENT KILL TYPE normal SKIPME yes"), 1);
    cr_assert_eq(kaiku_store_commit(world.store, commits, SHARDS), KAIKU_AWAY);
    assert_outcomes(KAIKU_UNKNOWN, KAIKU_UNKNOWN, KAIKU_UNKNOWN);
    cr_assert_eq(kaiku_store_resolve(world.store, commits, SHARDS), KAIKU_AWAY);
    assert_outcomes(KAIKU_UNKNOWN, KAIKU_UNKNOWN, KAIKU_UNKNOWN);
    open_store();
    assert_ok(kaiku_store_resolve(world.store, commits, SHARDS));
    assert_outcomes(KAIKU_PENDING, KAIKU_PENDING, KAIKU_PENDING);
    assert_ok(kaiku_store_commit(world.store, commits, SHARDS));
    assert_outcomes(KAIKU_APPLIED, KAIKU_APPLIED, KAIKU_APPLIED);
    assert_applied_once();
}

Test(resolve, tells_apart_what_others_did)
{
    lose_replies();
    open_store();
    /* Shard 0 fell back in time, shard 1 by half, shard 2 was moved on by another instance. */
    redis("HMSET k:{0}:pos t:0 %s t:1 %s", position(0), position(0));
    redis("HSET k:{1}:pos t:0 %s", position(0));
    redis("HSET k:{2}:pos t:0 %s", position(2));
    assert_ok(kaiku_store_resolve(world.store, commits, SHARDS));
    assert_outcomes(KAIKU_PENDING, KAIKU_DIFFERENT, KAIKU_DIFFERENT);
}

Test(resolve, counts_only_moves)
{
    lose_replies();
    open_store();
    redis("HSET k:{1}:pos t:2 %s", position(7));
    assert_ok(kaiku_store_resolve(world.store, commits, SHARDS));
    assert_outcomes(KAIKU_APPLIED, KAIKU_APPLIED, KAIKU_APPLIED);
}

Test(resolve, asks_a_comparison_again)
{
    lose_replies();
    open_store();
    for (uint32_t shard = 0; shard < SHARDS; shard++) {
        kaiku_commit_clear(commits[shard]);
        if (shard > 0)
            kaiku_commit_move(commits[shard], "t:0", position(1), position(1));
        assert_ok(kaiku_commit_finish(commits[shard], 0));
    }
    cr_assert_eq(redis_fixture_integer(&world.redis, "CLIENT KILL TYPE normal SKIPME yes"), 1);
    cr_assert_eq(kaiku_store_commit(world.store, commits, SHARDS), KAIKU_AWAY);
    open_store();
    assert_ok(kaiku_store_resolve(world.store, commits, SHARDS));
    assert_outcomes(KAIKU_PENDING, KAIKU_PENDING, KAIKU_PENDING);
    assert_ok(kaiku_store_commit(world.store, commits, SHARDS));
    assert_outcomes(KAIKU_APPLIED, KAIKU_APPLIED, KAIKU_APPLIED);
}

Test(resolve, leaves_unsent_ones_pending)
{
    kaiku_store_close(world.store);
    cr_assert_eq(kaiku_store_commit(world.store, commits, SHARDS), KAIKU_AWAY);
    assert_outcomes(KAIKU_PENDING, KAIKU_PENDING, KAIKU_PENDING);
}
