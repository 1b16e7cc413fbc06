#include "redis_fixture.h"

#include <criterion/criterion.h>

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { START_ATTEMPTS = 5, READY_MS = 10000, ARGUMENTS_MAX = 32 };

/* Another process may take the port before Redis does: the start is tried again then. */
static uint16_t find_port(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    cr_assert(fd >= 0 && bind(fd, (struct sockaddr *)&address, size) == 0 &&
              getsockname(fd, (struct sockaddr *)&address, &size) == 0);
    close(fd);
    return ntohs(address.sin_port);
}

_Noreturn static void run_server(const struct redis_fixture *fixture, pid_t parent,
                                 const char *directory, const char *const *extra)
{
    char port[8];
    const char *arguments[ARGUMENTS_MAX] = {
        "redis-server", "--port", port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no",
        "--dir", directory, "--enable-debug-command", "local"};
    size_t n = 13;
    int null = open("/dev/null", O_RDWR);

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(1);
    snprintf(port, sizeof port, "%u", fixture->port);
    for (; extra && *extra && n < ARGUMENTS_MAX - 1; extra++)
        arguments[n++] = *extra;
    dup2(null, STDIN_FILENO);
    dup2(null, STDOUT_FILENO);
    execvp(arguments[0], (char *const *)(uintptr_t)arguments);
    _exit(127);
}

/* Ours, not one of another test that was given the same port. A server that wants a password first does not say. */
static bool is_ours(const struct redis_fixture *fixture, const redisReply *info)
{
    char line[32];

    if (info->type == REDIS_REPLY_ERROR)
        return strncmp(info->str, "LOADING", 7) != 0;
    snprintf(line, sizeof line, "process_id:%d\r\n", (int)fixture->pid);
    return strstr(info->str, line) != NULL;
}

static bool answers(struct redis_fixture *fixture)
{
    struct timeval timeout = {30, 0};
    redisContext *redis = redisConnectWithTimeout("127.0.0.1", fixture->port, timeout);
    redisReply *reply = NULL;
    bool ready = false;

    if (redis && redis->err == 0) {
        redisSetTimeout(redis, timeout);
        reply = redisCommand(redis, "INFO server");
        ready = reply && is_ours(fixture, reply);
    }
    if (reply)
        freeReplyObject(reply);
    if (ready)
        fixture->control = redis;
    else if (redis)
        redisFree(redis);
    return ready;
}

static bool await_ready(struct redis_fixture *fixture)
{
    for (int waited_ms = 0; waited_ms < READY_MS; waited_ms += 5) {
        if (waitpid(fixture->pid, NULL, WNOHANG) == fixture->pid)
            return false;
        if (answers(fixture))
            return true;
        usleep(5000);
    }
    return false;
}

static void end_server(struct redis_fixture *fixture)
{
    if (kill(fixture->pid, SIGKILL) == 0)
        waitpid(fixture->pid, NULL, 0);
}

void redis_fixture_start(struct redis_fixture *fixture, const char *const *extra)
{
    char directory[] = "/tmp/kaiku-redis-XXXXXX";
    pid_t parent = getpid();
    bool is_ready = false;

    *fixture = (struct redis_fixture){.pid = -1};
    signal(SIGPIPE, SIG_IGN);
    cr_assert(mkdtemp(directory));
    for (int attempt = 0; attempt < START_ATTEMPTS && !is_ready; attempt++) {
        fixture->port = find_port();
        fixture->pid = fork();
        cr_assert(fixture->pid >= 0);
        if (fixture->pid == 0)
            run_server(fixture, parent, directory, extra);
        is_ready = await_ready(fixture);
        if (!is_ready)
            end_server(fixture);
    }
    /* The server stays in it without its name, so a test that dies leaves nothing behind. */
    rmdir(directory);
    cr_assert(is_ready, "redis-server does not start");
}

void redis_fixture_stop(struct redis_fixture *fixture)
{
    if (fixture->control)
        redisFree(fixture->control);
    end_server(fixture);
}

struct kaiku_store_options redis_fixture_options(const struct redis_fixture *fixture,
                                                 const char *prefix)
{
    return (struct kaiku_store_options){
        .host = "127.0.0.1", .port = fixture->port, .prefix = prefix, .timeout_ms = 30000};
}

static redisReply *run(struct redis_fixture *fixture, const char *format, va_list arguments)
{
    redisReply *reply = redisvCommand(fixture->control, format, arguments);

    cr_assert(reply, "redis: %s", fixture->control->errstr);
    return reply;
}

redisReply *redis_fixture_command(struct redis_fixture *fixture, const char *format, ...)
{
    va_list arguments;
    redisReply *reply;

    va_start(arguments, format);
    reply = run(fixture, format, arguments);
    va_end(arguments);
    return reply;
}

long long redis_fixture_integer(struct redis_fixture *fixture, const char *format, ...)
{
    va_list arguments;
    redisReply *reply;
    long long value;

    va_start(arguments, format);
    reply = run(fixture, format, arguments);
    va_end(arguments);
    cr_assert(reply->type != REDIS_REPLY_ERROR, "%s", reply->str);
    if (reply->type == REDIS_REPLY_INTEGER)
        value = reply->integer;
    else if (reply->type == REDIS_REPLY_ARRAY)
        value = (long long)reply->elements;
    else
        value = reply->str ? strtoll(reply->str, NULL, 10) : -1;
    freeReplyObject(reply);
    return value;
}

const char *redis_fixture_text(struct redis_fixture *fixture, char *out, size_t size,
                               const char *format, ...)
{
    va_list arguments;
    redisReply *reply;

    va_start(arguments, format);
    reply = run(fixture, format, arguments);
    va_end(arguments);
    cr_assert(reply->type != REDIS_REPLY_ERROR, "%s", reply->str);
    snprintf(out, size, "%s", reply->str ? reply->str : "");
    freeReplyObject(reply);
    return out;
}
