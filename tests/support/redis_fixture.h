/* A private Redis for one test: on a free port of 127.0.0.1, without persistence, gone with the
 * test's process even when that is killed. A call that cannot do its work fails the test. */
#ifndef SUPPORT_REDIS_FIXTURE_H
#define SUPPORT_REDIS_FIXTURE_H

#include <store/store.h>

#include <hiredis/hiredis.h>
#include <sys/types.h>

struct redis_fixture {
    pid_t pid;
    uint16_t port;
    redisContext *control; /* a connection of the test's own */
};

/* extra: further arguments of redis-server, NULL-terminated; NULL where none. Ignores SIGPIPE for
 * the process, as every user of a store must. */
void redis_fixture_start(struct redis_fixture *fixture, const char *const *extra);
void redis_fixture_stop(struct redis_fixture *fixture);

/* Options of a store on this server. Borrows prefix. */
struct kaiku_store_options redis_fixture_options(const struct redis_fixture *fixture,
                                                 const char *prefix);

/* Runs a command over the control connection. printf-like as redisCommand: %s, %b, %lld. The reply
 * is the caller's (freeReplyObject); error replies are returned too. */
redisReply *redis_fixture_command(struct redis_fixture *fixture, const char *format, ...);
/* The same where only an answer's number (an array: how many elements) or its text matters; nil:
 * -1, "" */
long long redis_fixture_integer(struct redis_fixture *fixture, const char *format, ...);
const char *redis_fixture_text(struct redis_fixture *fixture, char *out, size_t size,
                               const char *format, ...);

#endif
