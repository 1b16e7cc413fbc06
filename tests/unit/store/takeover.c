#include "opening.h"
#include "world.h"

#include <store/inspect.h>

#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SHARDS = 3 };

/* A second process, with a configuration of its own. */
static struct {
    struct kaiku_model *model;
    struct kaiku_store *store;
} later;

static void set_up(void)
{
    struct kaiku_store_options options;

    world_set_up();
    redis("FLUSHALL");
    world.model->shards = SHARDS;
    assert_ok(kaiku_digest_model(world.model));
    open_store();
    redis("HSET k:{0}:starts t:0 2:0:0000000000000000 t:1 0:0:0000000000000000");
    for (int s = 0; s < SHARDS; s++)
        redis("HSET k:{%d}:pos t:0 7:5:00000000000000aa t:1 9:6:00000000000000bb", s);
    later.model = world_model();
    later.model->shards = SHARDS;
    assert_ok(kaiku_digest_model(later.model));
    options = redis_fixture_options(&world.redis, "k");
    assert_ok(kaiku_store_create(&options, later.model, &later.store));
}

static void tear_down(void)
{
    kaiku_store_destroy(later.store);
    kaiku_fixture_destroy(later.model);
    world_tear_down();
}

TestSuite(takeover, .init = set_up, .fini = tear_down, .timeout = 60);

static int open_later(void)
{
    assert_ok(kaiku_digest_model(later.model));
    return kaiku_store_open(later.store);
}

static void assert_taken(void)
{
    cr_assert_eq(open_later(), KAIKU_OK, "%s", kaiku_store_error(later.store));
}

static void assert_refused(const char *text)
{
    cr_assert_eq(open_later(), KAIKU_REFUSED);
    cr_assert(strstr(kaiku_store_error(later.store), text), "'%s' does not say '%s'",
              kaiku_store_error(later.store), text);
}

static void add_view(struct kaiku_model *model, const char *name)
{
    struct kaiku_view *view = &model->views[model->n_views++];

    *view = (struct kaiku_view){.n_groupings = 1, .n_windows = 1};
    snprintf(view->name, sizeof view->name, "%s", name);
    view->windows[0] = model->views[0].windows[0];
}

/* As kaiku_digest_text of what is stored. */
static void assert_ruled_by(const struct kaiku_model *model, uint32_t generation)
{
    struct kaiku_buffer rules = {0};
    char head[64];

    kaiku_digest_rules(model, &rules);
    cr_assert_str_eq(redis("GET k:{0}:rules"), kaiku_buffer_cstring(&rules));
    kaiku_buffer_release(&rules);
    snprintf(head, sizeof head, "%u:%s", generation, model->digest);
    for (int s = 0; s < SHARDS; s++)
        cr_assert_str_eq(redis("GET k:{%d}:head", s), head);
}

Test(takeover, rules_are_kept_with_the_head)
{
    assert_ruled_by(world.model, 1);
    redis("DEL k:{0}:rules");
    open_store();
    assert_ruled_by(world.model, 1);
}

Test(takeover, what_is_added_counts_from_where_the_shards_stand)
{
    add_metric(later.model, "mood", KAIKU_QUANTILES, "/mood");
    add_view(later.model, "live");
    later.model->dimensions[3].max_values = 20000;
    redis("SADD k:values:agent a b");
    assert_taken();
    assert_ruled_by(later.model, 1);
    cr_assert_str_eq(redis("HGETALL k:{0}:since"),
                     "1:dimension:agent 10000 1:metric:mood 0 1:view:live 0");
    cr_assert_str_eq(redis("HGET k:{0}:since:1 t:0"), "7:5:00000000000000aa");
    cr_assert_str_eq(redis("HGET k:{0}:since:1 t:1"), "9:6:00000000000000bb");
    cr_assert_str_eq(redis("SCARD k:{0}:since:1:agent"), "3");
    cr_assert_str_eq(redis("EXISTS k:{0}:since:1:team"), "0");
    cr_assert_str_eq(redis("HGET k:meta digest"), later.model->digest);
}

/* By itself, as if the process had ended right behind it. */
Test(takeover, changes_rules_and_heads_in_one_step)
{
    static store_opening_step *const steps[] = {store_link_connect, store_link_load_scripts};
    char head[64];

    add_metric(later.model, "mood", KAIKU_QUANTILES, "/mood");
    strcpy(head, redis("GET k:{0}:head"));
    assert_ok(store_open_by(later.store, steps, 2));
    assert_ok(store_take_over(later.store, head));
    assert_ruled_by(later.model, 1);
    assert_taken();
    cr_assert_str_eq(redis("HGETALL k:{0}:since"), "1:metric:mood 0");
}

Test(takeover, keeps_the_generation)
{
    for (int s = 0; s < SHARDS; s++)
        redis("SET k:{%d}:head 8:%s", s, world.model->digest);
    add_view(later.model, "live");
    assert_taken();
    assert_ruled_by(later.model, 8);
    cr_assert_eq(kaiku_store_generation(later.store), 8);
}

Test(takeover, comes_again_and_again)
{
    redis("SADD k:values:team a");
    later.model->dimensions[2].max_values = 20000;
    assert_taken();
    assert_taken(); /* there is nothing new */
    for (int s = 0; s < SHARDS; s++)
        redis("HSET k:{%d}:pos t:0 70:5:00000000000000aa", s);
    redis("SADD k:values:team b");
    later.model->dimensions[2].max_values = 30000;
    assert_taken();
    cr_assert_str_eq(redis("HGETALL k:{0}:since"), "1:dimension:team 10000 2:dimension:team 20000");
    cr_assert_str_eq(redis("HGET k:{0}:since:1 t:0"), "7:5:00000000000000aa");
    cr_assert_str_eq(redis("HGET k:{0}:since:2 t:0"), "70:5:00000000000000aa");
    cr_assert_str_eq(redis("SCARD k:{0}:since:1:team"), "2");
    cr_assert_str_eq(redis("SCARD k:{0}:since:2:team"), "3");
}

Test(takeover, a_prefix_without_positions_counts_all)
{
    for (int s = 0; s < SHARDS; s++)
        redis("DEL k:{%d}:pos", s);
    redis("DEL k:{0}:starts");
    add_view(later.model, "live");
    assert_taken();
    cr_assert_str_eq(redis("HGETALL k:{0}:since"), "1:view:live 0");
    cr_assert_str_eq(redis("EXISTS k:{0}:since:1"), "0");
}

/* It is at its start there, and will take that when its partition is opened. */
Test(takeover, a_shard_may_lack_a_partition_that_has_just_begun)
{
    redis("HSET k:{0}:starts t:2 4:0:0000000000000000");
    redis("HSET k:{0}:pos t:2 4:0:0000000000000000");
    add_view(later.model, "live");
    assert_taken();
}

/* A process that levels the shards once somebody has asked whether they are. */
static pid_t level_later(void)
{
    pid_t pid;

    redis("CONFIG RESETSTAT");
    pid = fork();
    if (pid == 0) {
        redisContext *own = redisConnect("127.0.0.1", world.redis.port);
        redisReply *reply = redisCommand(own, "INFO commandstats");
        while (!strstr(reply->str, "cmdstat_evalsha")) {
            freeReplyObject(reply);
            poll(NULL, 0, 10);
            reply = redisCommand(own, "INFO commandstats");
        }
        redisCommand(own, "HSET k:{2}:pos t:1 9:6:00000000000000bb");
        _exit(0);
    }
    return pid;
}

Test(takeover, waits_for_shards_to_be_level)
{
    pid_t pid;

    add_view(later.model, "live");
    redis("HSET k:{2}:pos t:1 8:6:00000000000000bb");
    pid = level_later();
    assert_taken();
    waitpid(pid, NULL, 0);
    cr_assert_str_eq(redis("HGET k:{0}:since:1 t:1"), "9:6:00000000000000bb");
}

Test(takeover, refuses_shards_that_stay_apart)
{
    char before[64];

    add_view(later.model, "live");
    redis("HSET k:{2}:pos t:1 8:6:00000000000000bb");
    strcpy(before, redis("DEBUG DIGEST"));
    assert_refused("shards of prefix 'k' stand at different positions (shard and partition '2 t:1'): run "
                   "the former configuration until it has committed once");
    cr_assert_str_eq(redis("DEBUG DIGEST"), before);
    redis("HSET k:{2}:pos t:1 9:6:00000000000000bb");
    redis("HSET k:{1}:pos t:2 1:6:00000000000000bb");
    assert_refused("'1 t:2'");
    redis("HDEL k:{1}:pos t:2");
    assert_taken();
}

Test(takeover, needs_all_heads)
{
    add_view(later.model, "live");
    redis("DEL k:{2}:head");
    assert_refused("not all ruled by one configuration");
    redis("SET k:{2}:head 1:%s", later.model->digest);
    assert_refused("not all ruled by one configuration");
    cr_assert_str_eq(redis("EXISTS k:{0}:since"), "0");
}

Test(takeover, waits_for_a_reset)
{
    add_view(later.model, "live");
    redis("SET k:{1}:head 2:");
    cr_assert_eq(open_later(), KAIKU_AGAIN);
}

Test(takeover, refuses_all_that_is_no_addition)
{
    char before[64];

    strcpy(before, redis("DEBUG DIGEST"));
    later.model->views[0].windows[1].retention_ms++;
    assert_refused("configuration differs from that of prefix 'k': view 'contact' has another retention of "
                   "'1h': use a new prefix or 'kaiku reset'");
    cr_assert_str_eq(redis("DEBUG DIGEST"), before);
}

Test(takeover, refuses_where_rules_are_unknown)
{
    add_view(later.model, "live");
    redis("DEL k:{0}:rules");
    assert_refused("configuration differs from that of prefix 'k': use a new prefix or 'kaiku reset'");
    redis("SET k:{0}:rules nonsense");
    assert_refused("configuration differs from that of prefix 'k': use a new prefix or 'kaiku reset'");
    cr_assert_str_eq(redis("EXISTS k:{0}:since"), "0");
}

/* Of an older configuration than the heads: what it was compared with would not be what rules. */
Test(takeover, refuses_rules_that_the_heads_are_not_of)
{
    redis("COPY k:{0}:rules saved");
    add_view(later.model, "live");
    assert_taken();
    redis("COPY saved k:{0}:rules REPLACE");
    kaiku_store_close(later.store);
    snprintf(later.model->views[2].name, sizeof later.model->views[2].name, "other");
    assert_refused("start it again with the one that rules there now");
    cr_assert_str_eq(redis("HGETALL k:{0}:since"), "1:view:live 0");
}

Test(takeover, fences_the_former_one)
{
    struct kaiku_commit *commit;

    add_metric(later.model, "mood", KAIKU_QUANTILES, "/mood");
    assert_taken();
    assert_ok(kaiku_commit_create(world.store, 1, &commit));
    kaiku_commit_move(commit, "t:0", "7:5:00000000000000aa", "8:5:00000000000000aa");
    assert_ok(kaiku_commit_finish(commit, 0));
    assert_ok(kaiku_store_commit(world.store, &commit, 1));
    cr_assert_eq(kaiku_commit_outcome(commit), KAIKU_FENCED);
    kaiku_commit_destroy(commit);
    cr_assert_str_eq(redis("HGET k:{1}:pos t:0"), "7:5:00000000000000aa");
    cr_assert_eq(kaiku_store_open(world.store), KAIKU_REFUSED);
    cr_assert(strstr(kaiku_store_error(world.store),
                     "the configuration of prefix 'k' was changed under this process: metric 'mood' was "
                     "removed"));
    assert_ruled_by(later.model, 1);
}

Test(takeover, is_not_for_those_who_only_read)
{
    char before[64];

    add_view(later.model, "live");
    assert_ok(kaiku_digest_model(later.model));
    strcpy(before, redis("DEBUG DIGEST"));
    cr_assert_eq(kaiku_store_open_reading(later.store), KAIKU_REFUSED);
    cr_assert(strstr(kaiku_store_error(later.store), "to which it adds: let 'kaiku run' take over first"));
    cr_assert_str_eq(redis("DEBUG DIGEST"), before);
}
