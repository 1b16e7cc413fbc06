#include "private_redis.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <base/clock.h>

enum { ERROR_SIZE = 512, START_MS = 10000, STOP_MS = 5000, LOOK_MS = 10 };

static int fail(int status, char *error, const char *what, int number)
{
    snprintf(error, ERROR_SIZE, "%s: %s", what, strerror(number));
    return status;
}

static int make_directory(struct app_private_redis *redis, char *error)
{
    const char *base = getenv("TMPDIR");
    int size = snprintf(redis->directory, sizeof(redis->directory), "%s/kaiku-demo-XXXXXX",
                        base && *base ? base : "/tmp");

    if (size < 0 || (size_t)size >= sizeof(redis->directory))
        snprintf(redis->directory, sizeof(redis->directory), "/tmp/kaiku-demo-XXXXXX");
    if (!mkdtemp(redis->directory))
        return fail(KAIKU_IO, error, "cannot make a directory for temporary files", errno);
    snprintf(redis->socket, sizeof(redis->socket), "%s/redis.sock", redis->directory);
    return KAIKU_OK;
}

static void remove_directory(const char *path)
{
    DIR *directory = opendir(path);
    const struct dirent *entry;

    if (!directory)
        return;
    while ((entry = readdir(directory)))
        if (entry->d_name[0] != '.')
            unlinkat(dirfd(directory), entry->d_name, 0);
    closedir(directory);
    rmdir(path);
}

/* In the child: only what is safe between fork and exec. */
static _Noreturn void become_server(const struct app_private_redis *redis, pid_t parent, int report)
{
    const char *const arguments[] = {
        "redis-server",
        "--port", "0",
        "--unixsocket", redis->socket,
        "--unixsocketperm", "700",
        "--dir", redis->directory,
        "--logfile", "redis.log",
        "--save", "",
        "--appendonly", "no",
        "--maxmemory-policy", "noeviction",
        "--daemonize", "no",
        NULL,
    };
    int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
    int number;

    /* Out of the terminal's group: Ctrl-C is for kaiku, which still has a commit to make. */
    setsid();
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(1);
    for (int fd = 0; fd <= 2; fd++)
        dup2(nothing, fd);
    execvp(arguments[0], (char *const *)(uintptr_t)arguments);
    number = errno;
    if (write(report, &number, sizeof(number)) < 0)
        _exit(2);
    _exit(1);
}

static int spawn(struct app_private_redis *redis, char *error)
{
    pid_t parent = getpid();
    int report[2], number = 0;
    ssize_t got;

    if (pipe2(report, O_CLOEXEC))
        return fail(KAIKU_IO, error, "cannot make a pipe", errno);
    redis->pid = fork();
    if (redis->pid == 0)
        become_server(redis, parent, report[1]);
    number = errno;
    close(report[1]);
    if (redis->pid < 0) {
        close(report[0]);
        return fail(KAIKU_IO, error, "cannot start a process", number);
    }
    /* Its end closes when redis-server runs. */
    do {
        got = read(report[0], &number, sizeof(number));
    } while (got < 0 && errno == EINTR);
    close(report[0]);
    if (got != (ssize_t)sizeof(number))
        return KAIKU_OK;
    if (number != ENOENT)
        return fail(KAIKU_IO, error, "cannot start redis-server", number);
    snprintf(error, ERROR_SIZE, "redis-server is not installed, and the demo needs one of its own: "
                                "'apt install redis-server' or 'dnf install redis', 7.0 or newer");
    return KAIKU_MISSING;
}

static bool answers(const struct app_private_redis *redis)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool connected;

    snprintf(address.sun_path, sizeof(address.sun_path), "%s", redis->socket);
    connected = fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0;
    if (fd >= 0)
        close(fd);
    return connected;
}

static bool has_ended(struct app_private_redis *redis)
{
    if (redis->pid > 0 && waitpid(redis->pid, NULL, WNOHANG) == redis->pid)
        redis->pid = 0;
    return redis->pid <= 0;
}

/* The last line of its log says why it ended. */
static int tell_log(const struct app_private_redis *redis, char *error)
{
    char path[128], line[400], last[400] = "it left no message";
    FILE *log;

    snprintf(path, sizeof(path), "%s/redis.log", redis->directory);
    log = fopen(path, "re");
    while (log && fgets(line, sizeof(line), log))
        if (line[0] != '\n')
            memcpy(last, line, sizeof(last));
    if (log)
        fclose(log);
    last[strcspn(last, "\n")] = '\0';
    snprintf(error, ERROR_SIZE, "redis-server ended at once: %s", last);
    return KAIKU_IO;
}

static int await_server(struct app_private_redis *redis, char *error)
{
    int64_t deadline_ms = kaiku_clock_monotonic_ms() + START_MS;

    while (!answers(redis)) {
        if (has_ended(redis))
            return tell_log(redis, error);
        if (kaiku_clock_monotonic_ms() > deadline_ms) {
            snprintf(error, ERROR_SIZE, "redis-server does not answer at '%s'", redis->socket);
            return KAIKU_TIMEOUT;
        }
        poll(NULL, 0, LOOK_MS);
    }
    return KAIKU_OK;
}

int app_private_redis_start(struct app_private_redis *redis, char *error)
{
    int status;

    *redis = (struct app_private_redis){0};
    status = make_directory(redis, error);
    if (status != KAIKU_OK)
        return status;
    status = spawn(redis, error);
    if (status == KAIKU_OK)
        status = await_server(redis, error);
    if (status != KAIKU_OK)
        app_private_redis_stop(redis);
    return status;
}

void app_private_redis_stop(struct app_private_redis *redis)
{
    int64_t deadline_ms = kaiku_clock_monotonic_ms() + STOP_MS;

    if (redis->pid > 0)
        kill(redis->pid, SIGTERM);
    while (!has_ended(redis) && kaiku_clock_monotonic_ms() < deadline_ms)
        poll(NULL, 0, LOOK_MS);
    if (redis->pid > 0) {
        kill(redis->pid, SIGKILL);
        waitpid(redis->pid, NULL, 0);
        redis->pid = 0;
    }
    remove_directory(redis->directory);
}
