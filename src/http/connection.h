/* Connections and the time that each has left. Belongs to the serving thread. */
#ifndef HTTP_CONNECTION_H
#define HTTP_CONNECTION_H

#include <http/http.h>

#include <microhttpd.h>

enum http_phase {
    HTTP_READING, /* the next request is awaited */
    HTTP_WORKING, /* an answer is being made: that has bounds of its own */
    HTTP_WRITING,
};

struct http_connection {
    struct http_connection *next, **link; /* link: what points here */
    int fd;
    enum http_phase phase;
    int64_t since_ms;
};

struct http_connections {
    struct http_connection *first;
    struct kaiku_http_limits limits;
};

/* Callback of microhttpd for connections that open and close; its context is the list. */
void http_connection_notify(void *context, struct MHD_Connection *handle, void **socket_context,
                            enum MHD_ConnectionNotificationCode code);
struct http_connection *http_connection_of(struct MHD_Connection *handle);
void http_connection_enter(struct http_connection *connection, enum http_phase phase);
/* Shuts those whose time is over; microhttpd then finds them closed. */
void http_connections_cut(struct http_connections *connections);

#endif
