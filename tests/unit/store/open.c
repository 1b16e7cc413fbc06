#include "world.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

TestSuite(open, .init = world_set_up, .fini = world_tear_down, .timeout = 60);

static const char *error(void)
{
    return kaiku_store_error(world.store);
}

static void assert_refused(const char *text)
{
    cr_assert_eq(kaiku_store_open(world.store), KAIKU_REFUSED, "%s", text);
    cr_assert(strstr(error(), text), "'%s' does not say '%s'", error(), text);
    cr_assert(!kaiku_store_is_open(world.store));
}

/* ---- the server ---- */

Test(open, takes_an_empty_prefix)
{
    cr_assert(kaiku_store_is_open(world.store));
    cr_assert_eq(kaiku_store_generation(world.store), 1);
    redis("GET k:{0}:head");
    cr_assert_eq(strncmp(world.answer.data, "1:", 2), 0);
    cr_assert_str_eq(kaiku_buffer_cstring(&world.answer) + 2, world.model->digest);
}

Test(open, is_idempotent)
{
    char before[64];

    strcpy(before, redis("DEBUG DIGEST"));
    open_store();
    kaiku_store_close(world.store);
    cr_assert(!kaiku_store_is_open(world.store));
    open_store();
    cr_assert_str_eq(redis("DEBUG DIGEST"), before);
}

Test(open, is_away_without_a_server)
{
    kill(world.redis.pid, SIGSTOP);
    world.store->options.timeout_ms = 20;
    cr_assert_eq(kaiku_store_open(world.store), KAIKU_AWAY);
    kill(world.redis.pid, SIGCONT);
}

Test(open, refuses_a_server_that_evicts)
{
    redis("CONFIG SET maxmemory-policy allkeys-lru");
    assert_refused("redis evicts keys (maxmemory-policy 'allkeys-lru'): "
                   "set 'maxmemory-policy noeviction'");
    redis("CONFIG SET maxmemory-policy noeviction");
    open_store();
}

/* A server that answers the first command with this INFO. */
static void pretend(const char *info)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    char command[64];

    cr_assert(bind(listener, (struct sockaddr *)&address, size) == 0 && listen(listener, 1) == 0 &&
              getsockname(listener, (struct sockaddr *)&address, &size) == 0);
    world.store->options.port = ntohs(address.sin_port);
    if (fork() == 0) {
        int client = accept(listener, NULL, NULL);
        if (read(client, command, sizeof command) > 0)
            dprintf(client, "$%zu\r\n%s\r\n", strlen(info), info);
        _exit(0);
    }
    close(listener);
}

Test(open, refuses_a_server_before_7)
{
    pretend("# Server\r\nredis_version:6.2.14\r\nrole:master\r\nmaxmemory_policy:noeviction\r\n");
    assert_refused("redis is of version '6.2.14': kaiku needs 7.0 or newer");
}

Test(open, takes_a_later_server)
{
    pretend("redis_version:10.0.1\r\nrole:slave\r\nmaxmemory_policy:noeviction\r\n");
    world.store->generation = 0;
    assert_refused("replica");
}

Test(open, refuses_a_server_that_hides_its_policy)
{
    pretend("redis_version:7.2.4\r\nrole:master\r\n");
    assert_refused("maxmemory-policy");
}

/* At the first opening; later a failover may be going on. */
Test(open, refuses_a_replica)
{
    struct kaiku_store_options options = redis_fixture_options(&world.redis, "k");
    struct kaiku_store *fresh;

    redis("REPLICAOF 127.0.0.1 1");
    cr_assert_eq(kaiku_store_open(world.store), KAIKU_AGAIN);
    cr_assert_eq(kaiku_store_create(&options, world.model, &fresh), KAIKU_OK);
    cr_assert_eq(kaiku_store_open(fresh), KAIKU_REFUSED);
    cr_assert(strstr(kaiku_store_error(fresh), "replica"));
    kaiku_store_destroy(fresh);
}

Test(open, waits_where_redis_lacks_memory)
{
    redis("FLUSHALL");
    redis("CONFIG SET maxmemory 1");
    cr_assert_eq(kaiku_store_open(world.store), KAIKU_AGAIN);
    redis("CONFIG SET maxmemory 0");
    open_store();
}

Test(open, says_where_rights_are_missing)
{
    redis("ACL SETUSER feed on >pw ~k:* +@all -info");
    world.store->options.user = "feed";
    world.store->options.password = "pw";
    assert_refused("NOPERM");
}

Test(open, needs_no_other_keys_than_its_own)
{
    redis("FLUSHALL");
    redis("ACL SETUSER feed on >pw ~k:* +@all -@admin -@dangerous +info");
    world.store->options.user = "feed";
    world.store->options.password = "pw";
    open_store();
}

/* ---- keys ---- */

Test(open, refuses_keys_of_another_type)
{
    static const char *const keys[] = {
        "meta", "trust", "metric:nps", "values:team", "{0}:head", "{0}:pos", "{0}:floor",
        "{0}:dirty", "{0}:shape", "{0}:rules", "{0}:since", "{0}:starts", "{0}:totals", "{0}:reasons", "{0}:rejected",
        "{0}:feed:promoter", "{0}:windows:people:month", "{0}:live:contact:1m",
        "{0}:future:contact:day"};
    char text[128];

    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        redis("RENAME k:%s aside", keys[i]);
        redis("LPUSH k:%s x", keys[i]);
        snprintf(text, sizeof text, "key 'k:%s' holds a list", keys[i]);
        assert_refused(text);
        redis("DEL k:%s", keys[i]);
        redis("RENAME aside k:%s", keys[i]);
    }
    open_store();
}

Test(open, refuses_another_number_of_shards)
{
    world.model->shards = 16;
    assert_ok(kaiku_digest_model(world.model));
    assert_refused("prefix 'k' was made with 1 shards, not 16");
    cr_assert_str_eq(redis("EXISTS k:{1}:head"), "0");
}

Test(open, refuses_another_digest)
{
    world.model->max_age_ms++;
    assert_ok(kaiku_digest_model(world.model));
    assert_refused("the configuration of prefix 'k' was changed under this process: event.max_age differs: "
                   "start it again with the one that rules there now");
}

/* ---- heads ---- */

static void make_shards(uint32_t shards)
{
    redis("FLUSHALL");
    world.model->shards = shards;
    assert_ok(kaiku_digest_model(world.model));
}

Test(open, waits_for_a_reset)
{
    make_shards(3);
    redis("SET k:{0}:head 8:other");
    redis("SET k:{2}:head 7:");
    cr_assert_eq(kaiku_store_open(world.store), KAIKU_AGAIN);
    cr_assert(strstr(error(), "reset"));
    cr_assert_str_eq(redis("EXISTS k:{1}:head"), "0");
}

Test(open, takes_the_generation_that_is_there)
{
    make_shards(3);
    redis("SET k:{1}:head 7:%s", world.model->digest);
    open_store();
    cr_assert_eq(kaiku_store_generation(world.store), 7);
    cr_assert_eq(strncmp(redis("GET k:{0}:head"), "7:", 2), 0);
    cr_assert_eq(strncmp(redis("GET k:{2}:head"), "7:", 2), 0);
}

Test(open, refuses_generations_that_differ)
{
    make_shards(3);
    redis("SET k:{1}:head 7:%s", world.model->digest);
    redis("SET k:{2}:head 8:%s", world.model->digest);
    assert_refused("different generations");
}

Test(open, takes_a_later_generation)
{
    redis("SET k:{0}:head 2:%s", world.model->digest);
    open_store();
    cr_assert_eq(kaiku_store_generation(world.store), 2);
    redis("FLUSHALL");
    open_store();
    cr_assert_eq(kaiku_store_generation(world.store), 1);
}

Test(open, loads_its_scripts)
{
    redis("SCRIPT FLUSH");
    open_store();
    for (int i = 0; i < STORE_SCRIPTS; i++)
        cr_assert_str_eq(redis("SCRIPT EXISTS %s", world.store->link.sha[i]), "1");
}

/* ---- what readers find ---- */

Test(open, describes_the_prefix)
{
    cr_assert_str_eq(redis("HMGET k:meta version shards time_zone"), "0.1.0 1 Europe/Helsinki");
    cr_assert_str_eq(redis("HGET k:meta digest"), world.model->digest);
    cr_assert_str_eq(redis("SMEMBERS k:values:agent"), "_all");
    redis("SADD k:values:agent anna");
    open_store();
    cr_assert_str_eq(redis("SCARD k:values:agent"), "2");
}

static void assert_metric(const char *name, const char *kind, const char *scale, const char *unit,
                          const char *rule)
{
    char expected[256];

    snprintf(expected, sizeof expected, "%s %s %s %s", kind, scale, unit, rule);
    cr_assert_str_eq(redis("HMGET k:metric:%s kind scale unit rule", name), expected);
}

Test(open, says_what_stands_behind_a_score)
{
    struct kaiku_metric *rate;

    assert_metric("nps", "nps", "0..10", "", "promoters 9..10 minus detractors 0..6, in points");
    assert_metric("csat", "top_box", "1..5", "", "per cent of answers within 4..5");
    assert_metric("ces", "mean", "1..7", "", "mean of answers 1..7");
    assert_metric("resolved", "rate", "", "", "per cent of answers where resolved is true");
    assert_metric("in_time", "rate", "", "", "per cent of answers where wait_s <= 20");
    assert_metric("wait_s", "quantiles", "", "s",
                  "quantiles of wait_s, each within 1.1 % of its value");
    assert_metric("invited", "count", "", "", "number of events of type invitation");
    assert_metric("response_rate", "ratio", "", "", "answered per invited, in per cent");
    assert_metric("people", "unique", "", "", "number of different person, within about 0.8 %");

    rate = &world.model->metrics[kaiku_fixture_metric(world.model, "resolved")];
    rate->among = calloc(2, sizeof *rate->among);
    rate->among[rate->n_among++] = kaiku_fixture_text("yes");
    rate->among[rate->n_among++] = kaiku_fixture_text("partly");
    open_store();
    assert_metric("resolved", "rate", "", "",
                  "per cent of answers where resolved is one of yes, partly");
}

/* ---- shapes ---- */

static void add_cells(void)
{
    redis("HSET k:{0}:pos t:0 5:0:0000000000000000 t:1 7:0:0000000000000000");
    redis("ZADD k:{0}:windows:contact:day 1000 1000 2000 2000");
    redis("HSET k:{0}:c:1:contact:day:1000 a|_all x b|_all y");
    redis("HSET k:{0}:c:1:contact:day:2000 a|_all z");
    redis("ZADD k:{0}:windows:people:day 1000 1000");
    redis("HSET k:{0}:c:1:people:day:1000 p|_all|_all x");
}

Test(open, marks_nothing_where_nothing_changed)
{
    add_cells();
    open_store();
    cr_assert_str_eq(redis("EXISTS k:{0}:dirty"), "0");
}

Test(open, marks_what_would_look_different)
{
    add_cells();
    redis("ZADD k:{0}:dirty 3 contact:day:1000:a|_all");
    world.model->views[0].min_n = 10;
    open_store();
    cr_assert_str_eq(redis("ZRANGE k:{0}:dirty 0 -1 WITHSCORES"),
                     "contact:day:1000:a|_all 12 contact:day:1000:b|_all 12 "
                     "contact:day:2000:a|_all 12");
    redis("DEL k:{0}:dirty");
    open_store();
    cr_assert_str_eq(redis("EXISTS k:{0}:dirty"), "0");
}

/* Before its first shape a view has no entries. */
Test(open, marks_nothing_of_a_new_view)
{
    add_cells();
    redis("HDEL k:{0}:shape contact:day");
    open_store();
    cr_assert_str_eq(redis("EXISTS k:{0}:dirty"), "0");
    cr_assert_str_eq(redis("HEXISTS k:{0}:shape contact:day"), "1");
}
