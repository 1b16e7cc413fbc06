/* One request and its answer. */
#ifndef HTTP_EXCHANGE_H
#define HTTP_EXCHANGE_H

#include "connection.h"
#include "desk.h"

struct http_exchange {
    struct http_task task; /* first: what the desk gives back is the exchange */
    struct MHD_Connection *handle;
    bool is_routed;
    bool is_at_desk;        /* which then has the answer for itself */
    struct kaiku_text file; /* the answer where it is a constant text */
    size_t sending;         /* bytes of a long answer, until it is taken */
};

/* What requests are answered from. */
struct http_site {
    const char *token; /* NULL: none is asked for */
    struct http_api api;
    const struct kaiku_monitor *monitor;
    struct http_desk *desk;
    struct http_connections connections;
    size_t sending; /* bytes of all long answers that are not taken yet */
};

/* microhttpd's callbacks for a request and its end; their context is the site. */
enum MHD_Result http_exchange_handle(void *context, struct MHD_Connection *handle, const char *path,
                                     const char *method, const char *version, const char *upload,
                                     size_t *upload_size, void **request_context);
void http_exchange_end(void *context, struct MHD_Connection *handle, void **request_context,
                       enum MHD_RequestTerminationCode code);
/* The desk has answered it: goes on with it. */
void http_exchange_resume(struct http_exchange *exchange);

#endif
