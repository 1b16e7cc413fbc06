/* One blocking connection. A hiredis context is dead after any failure, so a failure closes it
 * here, at once: there is no state in which half a reply is left in the pipe. */
#include "link.h"

#include <base/clock.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>

#define X(name) extern const char store_script_##name[];
STORE_SCRIPT_TABLE(X)
#undef X

static const char *const script_sources[] = {
#define X(name) store_script_##name,
    STORE_SCRIPT_TABLE(X)
#undef X
};

int store_link_fail(struct store_link *link, int status, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(link->error, sizeof link->error, format, arguments);
    va_end(arguments);
    return status;
}

/* Fails with what hiredis knows, and closes. */
static int lose(struct store_link *link)
{
    int number = errno;

    if (link->redis->err == REDIS_ERR_IO && (number == EAGAIN || number == EWOULDBLOCK))
        store_link_fail(link, 0, "redis did not answer within %lld ms",
                        (long long)link->timeout_ms);
    else
        store_link_fail(link, 0, "lost the connection to redis: %s", link->redis->errstr);
    store_link_close(link);
    link->is_lost = true;
    return KAIKU_AWAY;
}

void store_link_close(struct store_link *link)
{
    if (link->redis)
        redisFree(link->redis);
    link->redis = NULL;
    kaiku_buffer_clear(&link->out);
}

int store_link_distrust(struct store_link *link, redisReply **reply)
{
    freeReplyObject(*reply);
    *reply = NULL;
    store_link_close(link);
    link->is_lost = true;
    return store_link_fail(link, KAIKU_AWAY, "redis answered something else than it was asked for");
}

int store_link_expect(struct store_link *link, const char *shape, redisReply **reply)
{
    return store_reply_has(*reply, shape) ? KAIKU_OK : store_link_distrust(link, reply);
}

int store_link_expect_n(struct store_link *link, size_t n, redisReply **reply)
{
    return (*reply)->elements == n ? KAIKU_OK : store_link_distrust(link, reply);
}

/* hiredis would copy all of it first. Its own buffer stays empty: nothing else is sent. */
static int write_text(struct store_link *link, struct kaiku_text text)
{
    while (text.size > 0) {
        ssize_t n = send(link->redis->fd, text.data, text.size, MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            int number = errno;
            link->redis->err = REDIS_ERR_IO;
            snprintf(link->redis->errstr, sizeof link->redis->errstr, "%s", strerror(number));
            errno = number;
            return lose(link);
        }
        text.data += n;
        text.size -= (size_t)n;
    }
    return KAIKU_OK;
}

/* Hands a text to the socket, which is full where Redis has not yet taken what came before. */
static int send_text(struct store_link *link, struct kaiku_text text)
{
    int64_t began_us = kaiku_clock_monotonic_us();
    int status = write_text(link, text);

    link->busy_us += kaiku_clock_monotonic_us() - began_us;
    return status;
}

/* Hands to the socket what is queued. */
static int send_queued(struct store_link *link)
{
    int status;

    if (link->out.failed) {
        store_link_close(link);
        return store_link_fail(link, KAIKU_AWAY, "out of memory for commands to redis");
    }
    status = send_text(link, kaiku_buffer_as_text(&link->out));
    if (status == KAIKU_OK)
        kaiku_buffer_clear(&link->out);
    return status;
}

void store_link_queue(struct store_link *link, struct kaiku_text command)
{
    /* Redis begins with the first of many commands while the others are being made, and no copy of them all
     * is kept. A connection that is lost here is noticed by whoever waits for the reply. */
    enum { ENOUGH = 1 << 16 };

    if (!link->redis)
        return;
    if (command.size >= ENOUGH) {
        if (send_queued(link) == KAIKU_OK)
            (void)send_text(link, command);
        return;
    }
    kaiku_buffer_text(&link->out, command);
    if (link->out.size >= ENOUGH)
        (void)send_queued(link);
}

int store_link_reply(struct store_link *link, redisReply **reply)
{
    int64_t began_us;
    void *got = NULL;
    int status;

    *reply = NULL;
    if (!link->redis)
        return link->is_lost ? KAIKU_AWAY
                             : store_link_fail(link, KAIKU_AWAY, "not connected to redis");
    status = send_queued(link);
    if (status != KAIKU_OK)
        return status;
    began_us = kaiku_clock_monotonic_us();
    if (redisGetReply(link->redis, &got) != REDIS_OK)
        status = lose(link);
    else
        kaiku_monitor_beat(link->watched);
    link->busy_us += kaiku_clock_monotonic_us() - began_us;
    *reply = got;
    return status;
}

bool store_reply_is(const redisReply *reply, const char *code)
{
    size_t size = strlen(code);

    return reply->type == REDIS_REPLY_ERROR && strncmp(reply->str, code, size) == 0 &&
           (reply->str[size] == ' ' || reply->str[size] == '\0');
}

bool store_reply_passes(const redisReply *reply)
{
    static const char *const codes[] = {
        "LOADING", "READONLY", "MASTERDOWN", "BUSY",      "MISCONF",
        "OOM",     "TRYAGAIN", "NOREPLICAS", "CLUSTERDOWN"};

    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++)
        if (store_reply_is(reply, codes[i]))
            return true;
    return false;
}

/* Takes the reply where it is no error. */
static int take_reply(struct store_link *link, redisReply **reply)
{
    int status;

    if ((*reply)->type != REDIS_REPLY_ERROR)
        return KAIKU_OK;
    status = store_reply_passes(*reply) ? KAIKU_AGAIN : KAIKU_REFUSED;
    store_link_fail(link, status, "redis: %s", (*reply)->str);
    freeReplyObject(*reply);
    *reply = NULL;
    return status;
}

int store_link_answer(struct store_link *link, const char *shape, redisReply **reply)
{
    int status = store_link_reply(link, reply);

    if (status == KAIKU_OK)
        status = take_reply(link, reply);
    return status == KAIKU_OK ? store_link_expect(link, shape, reply) : status;
}

int store_link_call(struct kaiku_store *store, struct kaiku_text command, redisReply **reply)
{
    struct store_link *link = &store->link;
    int status;

    store_link_queue(link, command);
    status = store_link_reply(link, reply);
    if (status != KAIKU_OK)
        return status;
    if (!store_reply_is(*reply, "NOSCRIPT"))
        return take_reply(link, reply);

    freeReplyObject(*reply);
    *reply = NULL;
    status = store_link_load_scripts(store);
    if (status != KAIKU_OK)
        return status;
    store_link_queue(link, command);
    status = store_link_reply(link, reply);
    return status == KAIKU_OK ? take_reply(link, reply) : status;
}

struct kaiku_buffer *store_scratch(struct kaiku_store *store)
{
    kaiku_buffer_clear(&store->scratch);
    return &store->scratch;
}

int store_call_any(struct kaiku_store *store, redisReply **reply)
{
    if (store->scratch.failed)
        return store_link_fail(&store->link, KAIKU_NOMEM, "out of memory for a command to redis");
    return store_link_call(store, kaiku_buffer_as_text(&store->scratch), reply);
}

int store_call_scratch(struct kaiku_store *store, const char *shape, redisReply **reply)
{
    int status = store_call_any(store, reply);

    return status == KAIKU_OK ? store_link_expect(&store->link, shape, reply) : status;
}

int store_exec_scratch(struct kaiku_store *store)
{
    redisReply *reply;
    int status = store_call_any(store, &reply);

    if (status == KAIKU_OK)
        freeReplyObject(reply);
    return status;
}

int store_link_load_scripts(struct kaiku_store *store)
{
    struct store_link *link = &store->link;
    struct kaiku_buffer command = {0};
    int status = KAIKU_OK;

    for (int i = 0; i < STORE_SCRIPTS && status == KAIKU_OK; i++) {
        redisReply *reply;

        kaiku_buffer_clear(&command);
        store_command_begin(&command, 3);
        store_command_string(&command, "SCRIPT");
        store_command_string(&command, "LOAD");
        store_command_string(&command, script_sources[i]);
        if (command.failed)
            status = store_link_fail(link, KAIKU_NOMEM, "out of memory for the scripts");
        else
            store_link_queue(link, kaiku_buffer_as_text(&command));
        if (status == KAIKU_OK)
            status = store_link_answer(link, "s", &reply);
        if (status != KAIKU_OK)
            break;
        snprintf(link->sha[i], sizeof link->sha[i], "%s", reply->str);
        freeReplyObject(reply);
    }
    kaiku_buffer_release(&command);
    return status;
}

/* The reply's text is not shown: Redis repeats what was sent where it does not know the command,
 * and a password is among it. */
static int handshake(struct kaiku_store *store, struct kaiku_buffer *command, const char *what)
{
    struct store_link *link = &store->link;
    redisReply *reply;
    int status;

    if (command->failed)
        return KAIKU_NOMEM;
    store_link_queue(link, kaiku_buffer_as_text(command));
    status = store_link_reply(link, &reply);
    if (status != KAIKU_OK)
        return status;
    if (reply->type == REDIS_REPLY_ERROR)
        status = store_link_fail(link, store_reply_passes(reply) ? KAIKU_AGAIN : KAIKU_REFUSED,
                                 "redis refused %s: %.*s", what, (int)strcspn(reply->str, " "),
                                 reply->str);
    freeReplyObject(reply);
    return status;
}

static int authenticate(struct kaiku_store *store, struct kaiku_buffer *command)
{
    const struct kaiku_store_options *options = &store->options;

    if (!options->password)
        return KAIKU_OK;
    kaiku_buffer_clear(command);
    store_command_begin(command, options->user ? 3 : 2);
    store_command_string(command, "AUTH");
    if (options->user)
        store_command_string(command, options->user);
    store_command_string(command, options->password);
    return handshake(store, command, "the user or the password");
}

static int select_database(struct kaiku_store *store, struct kaiku_buffer *command)
{
    if (store->options.database == 0)
        return KAIKU_OK;
    kaiku_buffer_clear(command);
    store_command_begin(command, 2);
    store_command_string(command, "SELECT");
    store_command_integer(command, store->options.database);
    return handshake(store, command, "the database");
}

static redisContext *dial(const struct kaiku_store_options *options)
{
    struct timeval timeout = {options->timeout_ms / 1000, options->timeout_ms % 1000 * 1000};
    redisContext *redis = options->host
                              ? redisConnectWithTimeout(options->host, options->port, timeout)
                              : redisConnectUnixWithTimeout(options->path, timeout);

    if (redis && redis->err == 0 && redisSetTimeout(redis, timeout) == REDIS_OK && options->host)
        redisEnableKeepAlive(redis);
    return redis;
}

int store_link_connect(struct kaiku_store *store)
{
    const struct kaiku_store_options *options = &store->options;
    struct store_link *link = &store->link;
    struct kaiku_buffer command = {0};
    int status;

    store_link_close(link);
    link->is_lost = false;
    link->timeout_ms = options->timeout_ms;
    if (options->tls)
        return store_link_fail(link, KAIKU_REFUSED,
                               "this build of kaiku cannot speak TLS to redis, its hiredis lacks it: "
                               "run a tunnel such as stunnel and set redis.url to its end here, with "
                               "redis:// or unix://");
    link->redis = dial(options);
    if (!link->redis)
        return store_link_fail(link, KAIKU_NOMEM, "out of memory for a connection to redis");
    if (link->redis->err) {
        status = store_link_fail(link, KAIKU_AWAY, "cannot connect to redis: %s",
                                 link->redis->errstr);
        store_link_close(link);
        return status;
    }
    status = authenticate(store, &command);
    if (status == KAIKU_OK)
        status = select_database(store, &command);
    kaiku_buffer_release(&command);
    if (status != KAIKU_OK)
        store_link_close(link);
    return status;
}

void store_queue_scratch(struct kaiku_store *store)
{
    /* Half a command must never be sent: a failure here fails the queue. */
    store->link.out.failed |= store->scratch.failed;
    store_link_queue(&store->link, kaiku_buffer_as_text(&store->scratch));
}

int store_lose_head(struct kaiku_store *store)
{
    kaiku_store_close(store);
    return store_link_fail(&store->link, KAIKU_AWAY,
                           "prefix '%s' was reset or emptied, or is ruled by another configuration",
                           store->options.prefix);
}

void store_borrow(struct kaiku_store *store, redisReply *reply)
{
    if (store->borrowed)
        freeReplyObject(store->borrowed);
    store->borrowed = reply;
}
