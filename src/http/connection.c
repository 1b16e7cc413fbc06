#include "connection.h"

#include <base/clock.h>
#include <base/log.h>

#include <stdlib.h>
#include <sys/socket.h>

static void open_connection(struct http_connections *connections, struct MHD_Connection *handle,
                            void **socket_context)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(handle, MHD_CONNECTION_INFO_CONNECTION_FD);
    struct http_connection *connection = calloc(1, sizeof(*connection));

    *socket_context = connection;
    if (!connection) {
        shutdown(info->connect_fd, SHUT_RDWR);
        return;
    }
    connection->fd = info->connect_fd;
    connection->next = connections->first;
    connection->link = &connections->first;
    if (connection->next)
        connection->next->link = &connection->next;
    connections->first = connection;
    http_connection_enter(connection, HTTP_READING);
}

void http_connection_notify(void *context, struct MHD_Connection *handle, void **socket_context,
                            enum MHD_ConnectionNotificationCode code)
{
    struct http_connection *connection = *socket_context;

    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        open_connection(context, handle, socket_context);
        return;
    }
    if (!connection)
        return;
    *connection->link = connection->next;
    if (connection->next)
        connection->next->link = connection->link;
    free(connection);
}

struct http_connection *http_connection_of(struct MHD_Connection *handle)
{
    return MHD_get_connection_info(handle, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
}

void http_connection_enter(struct http_connection *connection, enum http_phase phase)
{
    connection->phase = phase;
    connection->since_ms = kaiku_clock_monotonic_ms();
}

void http_connections_cut(struct http_connections *connections)
{
    int64_t now_ms = kaiku_clock_monotonic_ms();
    const int64_t limits_ms[] = {[HTTP_READING] = connections->limits.request_ms,
                                 [HTTP_WORKING] = INT64_MAX,
                                 [HTTP_WRITING] = connections->limits.answer_ms};

    for (struct http_connection *c = connections->first; c; c = c->next) {
        if (now_ms - c->since_ms < limits_ms[c->phase])
            continue;
        kaiku_debug("http: a connection took too long to %s",
                    c->phase == HTTP_READING ? "send a request" : "take an answer");
        shutdown(c->fd, SHUT_RDWR);
        http_connection_enter(c, c->phase);
    }
}
