/* Life of the server: the socket, microhttpd, and the thread that runs both. */
#include "exchange.h"

#include <base/log.h>

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    CONNECTION_MEMORY = 48 << 10, /* bytes: what exchange.c takes at most, and room to refuse more */
    BACKLOG = 64,
    TICK_MS = 250, /* connections are looked through as often */
};

struct kaiku_http {
    struct http_site site;
    struct MHD_Daemon *daemon;
    struct kaiku_bell bell; /* rung by the desk, and for the end */
    bool has_bell;
    int listener; /* -1: none, or microhttpd's */
    uint16_t port;
    pthread_t thread;
    bool is_running;
    atomic_bool stops;
};

/* ---- the thread ---- */

static void wait(const struct kaiku_http *http, int epoll_fd)
{
    MHD_UNSIGNED_LONG_LONG left;
    int timeout_ms = TICK_MS;
    struct pollfd watched[] = {{.fd = epoll_fd, .events = POLLIN}, {.fd = http->bell.fd, .events = POLLIN}};

    if (MHD_get_timeout(http->daemon, &left) == MHD_YES && left < TICK_MS)
        timeout_ms = (int)left;
    poll(watched, sizeof(watched) / sizeof(*watched), timeout_ms);
}

static void resume_answered(struct kaiku_http *http)
{
    struct http_task *task;

    while ((task = http_desk_take(http->site.desk)))
        http_exchange_resume((struct http_exchange *)task);
}

static void *serve(void *context)
{
    struct kaiku_http *http = context;
    int epoll_fd = MHD_get_daemon_info(http->daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;

    while (!atomic_load(&http->stops)) {
        wait(http, epoll_fd);
        kaiku_bell_wait(&http->bell, 0);
        resume_answered(http);
        MHD_run(http->daemon);
        http_connections_cut(&http->site.connections);
    }
    return NULL;
}

/* ---- the socket ---- */

static socklen_t address_of(const char *host, uint16_t port, struct sockaddr_storage *out)
{
    struct sockaddr_in *four = (struct sockaddr_in *)out;
    struct sockaddr_in6 *six = (struct sockaddr_in6 *)out;

    *out = (struct sockaddr_storage){0};
    if (inet_pton(AF_INET, host, &four->sin_addr) == 1) {
        four->sin_family = AF_INET;
        four->sin_port = htons(port);
        return sizeof(*four);
    }
    if (inet_pton(AF_INET6, host, &six->sin6_addr) != 1)
        return 0;
    six->sin6_family = AF_INET6;
    six->sin6_port = htons(port);
    return sizeof(*six);
}

static int open_listener(const char *host, uint16_t port)
{
    struct sockaddr_storage address;
    socklen_t size = address_of(host, port, &address);
    const int on = 1;
    int number;
    int fd = socket(address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    if (fd < 0)
        return -1;
    if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == 0 &&
        bind(fd, (struct sockaddr *)&address, size) == 0 && listen(fd, BACKLOG) == 0)
        return fd;
    number = errno;
    close(fd);
    errno = number;
    return -1;
}

/* Its socket stays open, and no client is turned away between the two. */
static int share_listener(const struct kaiku_http *http)
{
    return fcntl(MHD_get_daemon_info(http->daemon, MHD_DAEMON_INFO_LISTEN_FD)->listen_fd, F_DUPFD_CLOEXEC, 0);
}

static uint16_t port_of(int fd)
{
    struct sockaddr_storage address;
    socklen_t size = sizeof(address);

    if (getsockname(fd, (struct sockaddr *)&address, &size) != 0)
        return 0;
    return ntohs(address.ss_family == AF_INET ? ((struct sockaddr_in *)&address)->sin_port
                                              : ((struct sockaddr_in6 *)&address)->sin6_port);
}

/* ---- life ---- */

static void log_message(void *context, const char *format, va_list arguments)
    __attribute__((format(printf, 2, 0)));

/* Clients can cause these at will. */
static void log_message(void *context, const char *format, va_list arguments)
{
    char text[256];

    (void)context;
    vsnprintf(text, sizeof(text), format, arguments);
    kaiku_debug("http: %.*s", (int)strcspn(text, "\n"), text);
}

static struct MHD_Daemon *start_daemon(struct kaiku_http *http)
{
    return MHD_start_daemon(MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG, 0, NULL, NULL,
                            http_exchange_handle, &http->site,
                            MHD_OPTION_EXTERNAL_LOGGER, log_message, NULL,
                            MHD_OPTION_LISTEN_SOCKET, http->listener,
                            MHD_OPTION_CONNECTION_LIMIT, http->site.connections.limits.connections,
                            MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEMORY,
                            MHD_OPTION_NOTIFY_CONNECTION, http_connection_notify, &http->site.connections,
                            MHD_OPTION_NOTIFY_COMPLETED, http_exchange_end, &http->site, MHD_OPTION_END);
}

static int start(struct kaiku_http *http, const struct kaiku_http_options *options, char *error)
{
    int status;

    http->listener =
        options->former ? share_listener(options->former) : open_listener(options->host, options->port);
    if (http->listener < 0) {
        snprintf(error, 256, "cannot listen on %s, port %u: %s", options->host, options->port, strerror(errno));
        return KAIKU_REFUSED;
    }
    http->port = port_of(http->listener);
    status = kaiku_bell_init(&http->bell);
    http->has_bell = status == KAIKU_OK;
    if (status == KAIKU_OK)
        status = http_desk_create(options->model, &options->redis, &http->bell, &http->site.desk);
    if (status != KAIKU_OK)
        return status;
    http->daemon = start_daemon(http);
    if (!http->daemon)
        return KAIKU_NOMEM;
    http->listener = -1;
    status = http_desk_start(http->site.desk);
    if (status == KAIKU_OK) {
        http->is_running = pthread_create(&http->thread, NULL, serve, http) == 0;
        status = http->is_running ? KAIKU_OK : KAIKU_AGAIN;
    }
    return status;
}

int kaiku_http_create(const struct kaiku_http_options *options, struct kaiku_http **out, char *error)
{
    struct kaiku_http *http = calloc(1, sizeof(*http));

    if (!http)
        return KAIKU_NOMEM;
    http->listener = -1;
    http->site = (struct http_site){
        .token = options->token,
        .api = {.model = options->model, .prefix = options->redis.prefix},
        .monitor = options->monitor,
        .connections.limits = options->limits,
    };
    error[0] = '\0';
    int status = start(http, options, error);
    if (status != KAIKU_OK) {
        if (!error[0])
            snprintf(error, 256, "cannot serve http: %s", kaiku_status_text(status));
        kaiku_http_destroy(http);
        return status;
    }
    *out = http;
    return KAIKU_OK;
}

uint16_t kaiku_http_port(const struct kaiku_http *http)
{
    return http->port;
}

void kaiku_http_destroy(struct kaiku_http *http)
{
    if (!http)
        return;
    if (http->is_running) {
        atomic_store(&http->stops, true);
        kaiku_bell_ring(&http->bell);
        pthread_join(http->thread, NULL);
    }
    if (http->site.desk) {
        http_desk_stop(http->site.desk);
        resume_answered(http);
    }
    if (http->daemon) {
        /* microhttpd would shut the socket down, for the next server, too. */
        close(MHD_quiesce_daemon(http->daemon));
        MHD_stop_daemon(http->daemon);
    }
    http_desk_destroy(http->site.desk);
    if (http->listener >= 0)
        close(http->listener);
    if (http->has_bell)
        kaiku_bell_release(&http->bell);
    free(http);
}
