#include "link.h"

#include <support/redis_fixture.h>

#include <criterion/criterion.h>

#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static struct redis_fixture redis;
static struct kaiku_store *store;
static const struct kaiku_model model = {.shards = 1};

static void create(struct kaiku_store_options options)
{
    cr_assert_eq(kaiku_store_create(&options, &model, &store), KAIKU_OK);
}

static void set_up(void)
{
    redis_fixture_start(&redis, NULL);
    create(redis_fixture_options(&redis, "k"));
}

static void tear_down(void)
{
    kaiku_store_destroy(store);
    redis_fixture_stop(&redis);
}

TestSuite(link, .init = set_up, .fini = tear_down, .timeout = 60);

/* Builds a command of up to three arguments in the scratch buffer. */
static struct kaiku_text command(const char *a, const char *b, const char *c)
{
    struct kaiku_buffer *out = store_scratch(store);

    store_command_begin(out, c ? 3 : b ? 2 : 1);
    store_command_string(out, a);
    if (b)
        store_command_string(out, b);
    if (c)
        store_command_string(out, c);
    cr_assert(!out->failed);
    return kaiku_buffer_as_text(out);
}

static void connect_store(void)
{
    cr_assert_eq(store_link_connect(store), KAIKU_OK, "%s", kaiku_store_error(store));
}

Test(link, encodes_commands)
{
    struct kaiku_buffer out = {0};

    store_command_begin(&out, 3);
    store_command_string(&out, "SET");
    store_command_text(&out, KAIKU_TEXT("a\r\n\0b"));
    store_command_integer(&out, INT64_MIN);
    cr_assert(kaiku_text_equal(
        kaiku_buffer_as_text(&out),
        KAIKU_TEXT("*3\r\n$3\r\nSET\r\n$5\r\na\r\n\0b\r\n$20\r\n-9223372036854775808\r\n")));
    kaiku_buffer_release(&out);
}

Test(link, answers_in_order)
{
    redisReply *reply;

    connect_store();
    store_link_queue(&store->link, command("SET", "a", "1"));
    store_link_queue(&store->link, command("GET", "a", NULL));
    store_link_queue(&store->link, command("NONSENSE", NULL, NULL));
    store_link_queue(&store->link, command("GET", "b", NULL));
    cr_assert_eq(store_link_reply(&store->link, &reply), KAIKU_OK);
    freeReplyObject(reply);
    cr_assert_eq(store_link_answer(&store->link, "s", &reply), KAIKU_OK);
    cr_assert_str_eq(reply->str, "1");
    freeReplyObject(reply);
    cr_assert_eq(store_link_answer(&store->link, "s", &reply), KAIKU_REFUSED);
    cr_assert(strstr(kaiku_store_error(store), "NONSENSE"));
    cr_assert_eq(store_link_answer(&store->link, "n", &reply), KAIKU_OK);
    cr_assert_eq(reply->type, REDIS_REPLY_NIL);
    freeReplyObject(reply);
    cr_assert(kaiku_store_busy_us(store) > 0);
}

Test(link, sends_large_pipelines)
{
    enum { COMMANDS = 400, SIZE = 100000 };
    static char value[SIZE + 1];
    redisReply *reply;

    memset(value, 'x', SIZE);
    connect_store();
    for (int i = 0; i < COMMANDS; i++)
        store_link_queue(&store->link, command("APPEND", i % 2 ? "a" : "b", value));
    for (int i = 0; i < COMMANDS; i++) {
        cr_assert_eq(store_link_answer(&store->link, "i", &reply), KAIKU_OK);
        cr_assert_eq(reply->integer, (i / 2 + 1) * (long long)SIZE);
        freeReplyObject(reply);
    }
}

Test(link, connects_over_a_unix_socket)
{
    char path[] = "/tmp/kaiku-socket-XXXXXX";
    const char *extra[] = {"--unixsocket", path, NULL};
    struct redis_fixture local;
    redisReply *reply;

    close(mkstemp(path)); /* Redis replaces it */
    redis_fixture_start(&local, extra);
    kaiku_store_destroy(store);
    create((struct kaiku_store_options){.path = path, .database = 3, .timeout_ms = 5000});
    connect_store();
    unlink(path);
    cr_assert_eq(store_link_call(store, command("SET", "a", "1"), &reply), KAIKU_OK);
    freeReplyObject(reply);
    freeReplyObject(redis_fixture_command(&local, "SELECT 3"));
    cr_assert_eq(redis_fixture_integer(&local, "EXISTS a"), 1);
    redis_fixture_stop(&local);
}

Test(link, is_away_where_nobody_listens)
{
    struct kaiku_store_options options = redis_fixture_options(&redis, "k");

    kaiku_store_destroy(store);
    options.host = NULL;
    options.path = "/nowhere/s";
    create(options);
    cr_assert_eq(store_link_connect(store), KAIKU_AWAY);
    cr_assert(strstr(kaiku_store_error(store), "cannot connect to redis"));
    cr_assert_null(store->link.redis);
}

Test(link, is_away_when_the_connection_is_cut)
{
    redisReply *reply;

    connect_store();
    /* Once it answered, the server has taken the connection. */
    cr_assert_eq(store_link_call(store, command("PING", NULL, NULL), &reply), KAIKU_OK);
    freeReplyObject(reply);
    cr_assert_eq(redis_fixture_integer(&redis, "CLIENT KILL TYPE normal SKIPME yes"), 1);
    cr_assert_eq(store_link_call(store, command("PING", NULL, NULL), &reply), KAIKU_AWAY);
    cr_assert_null(reply);
    cr_assert_null(store->link.redis);
    cr_assert(!kaiku_store_is_open(store));
    /* and stays so until it is connected again, with nothing left over */
    cr_assert_eq(store_link_call(store, command("SET", "stale", "1"), &reply), KAIKU_AWAY);
    connect_store();
    cr_assert_eq(store_link_call(store, command("EXISTS", "stale", NULL), &reply), KAIKU_OK);
    cr_assert_eq(reply->integer, 0);
    freeReplyObject(reply);
}

Test(link, is_away_when_no_reply_comes_in_time)
{
    redisReply *reply;

    kaiku_store_destroy(store);
    create((struct kaiku_store_options){.host = "127.0.0.1", .port = redis.port, .timeout_ms = 50});
    connect_store();
    kill(redis.pid, SIGSTOP);
    cr_assert_eq(store_link_call(store, command("PING", NULL, NULL), &reply), KAIKU_AWAY);
    kill(redis.pid, SIGCONT);
    cr_assert_str_eq(kaiku_store_error(store), "redis did not answer within 50 ms");
}

/* hiredis loses the time-out when it connects anew. */
Test(link, keeps_its_time_out_after_a_reconnect)
{
    redisReply *reply;

    kaiku_store_destroy(store);
    create((struct kaiku_store_options){.host = "127.0.0.1", .port = redis.port, .timeout_ms = 50});
    connect_store();
    connect_store();
    kill(redis.pid, SIGSTOP);
    cr_assert_eq(store_link_call(store, command("PING", NULL, NULL), &reply), KAIKU_AWAY);
    kill(redis.pid, SIGCONT);
}

Test(link, authenticates)
{
    struct kaiku_store_options options = redis_fixture_options(&redis, "k");

    freeReplyObject(redis_fixture_command(&redis, "ACL SETUSER feed on >s3cret ~* +@all"));
    kaiku_store_destroy(store);
    options.user = "feed";
    options.password = "s3cret";
    create(options);
    connect_store();

    kaiku_store_destroy(store);
    options.password = "wr0ng";
    create(options);
    cr_assert_eq(store_link_connect(store), KAIKU_REFUSED);
    cr_assert(strstr(kaiku_store_error(store), "WRONGPASS"));
    cr_assert(!strstr(kaiku_store_error(store), "wr0ng"));
    cr_assert_null(store->link.redis);
}

/* Redis repeats the arguments of a command that it does not know. */
Test(link, never_shows_the_password)
{
    static const char *const extra[] = {"--rename-command", "AUTH", "", NULL};
    struct redis_fixture renamed;
    struct kaiku_store_options options;

    redis_fixture_start(&renamed, extra);
    options = redis_fixture_options(&renamed, "k");
    options.password = "s3cret";
    kaiku_store_destroy(store);
    create(options);
    cr_assert_eq(store_link_connect(store), KAIKU_REFUSED);
    cr_assert(!strstr(kaiku_store_error(store), "s3cret"), "%s", kaiku_store_error(store));
    redis_fixture_stop(&renamed);
}

Test(link, authenticates_with_a_password_alone)
{
    struct kaiku_store_options options = redis_fixture_options(&redis, "k");

    freeReplyObject(redis_fixture_command(&redis, "CONFIG SET requirepass s3cret"));
    kaiku_store_destroy(store);
    options.password = "s3cret";
    create(options);
    connect_store();
}

Test(link, refuses_tls)
{
    struct kaiku_store_options options = redis_fixture_options(&redis, "k");

    kaiku_store_destroy(store);
    options.tls = true;
    create(options);
    cr_assert_eq(store_link_connect(store), KAIKU_REFUSED);
    cr_assert(strstr(kaiku_store_error(store), "TLS"));
}

Test(link, loads_scripts_that_redis_forgot)
{
    struct kaiku_buffer *out;
    redisReply *reply;

    connect_store();
    cr_assert_eq(store_link_load_scripts(store), KAIKU_OK);
    freeReplyObject(redis_fixture_command(&redis, "SCRIPT FLUSH"));
    out = store_scratch(store);
    store_command_script(store, out, STORE_SCRIPT_admit, 1, 4);
    store_command_string(out, "k:values:x");
    store_command_string(out, "10");
    store_command_string(out, "0");
    store_command_string(out, "a");
    cr_assert_eq(store_call_scratch(store, "s", &reply), KAIKU_OK, "%s", kaiku_store_error(store));
    cr_assert_str_eq(reply->str, "1");
    freeReplyObject(reply);
}

Test(link, tells_errors_that_pass)
{
    static const char *const passing[] = {
        "LOADING Redis is loading the dataset in memory", "READONLY You can't write against a read",
        "MASTERDOWN Link", "BUSY Redis is busy running a script.", "MISCONF Redis is configured",
        "OOM command not allowed", "NOREPLICAS Not enough", "TRYAGAIN Multiple", "CLUSTERDOWN The"};
    static const char *const lasting[] = {"ERR unknown", "WRONGTYPE Operation", "BUSYKEY Target",
                                          "NOSCRIPT No matching script.", "NOPERM this user", ""};
    redisReply reply = {.type = REDIS_REPLY_ERROR};

    for (size_t i = 0; i < sizeof passing / sizeof passing[0]; i++) {
        reply.str = (char *)(uintptr_t)passing[i];
        cr_assert(store_reply_passes(&reply), "%s", passing[i]);
    }
    for (size_t i = 0; i < sizeof lasting / sizeof lasting[0]; i++) {
        reply.str = (char *)(uintptr_t)lasting[i];
        cr_assert(!store_reply_passes(&reply), "%s", lasting[i]);
    }
    reply = (redisReply){.type = REDIS_REPLY_STRING, .str = (char *)(uintptr_t) "LOADING x"};
    cr_assert(!store_reply_passes(&reply));
}
