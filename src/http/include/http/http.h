/* The HTTP server: the page, the JSON API over what stands in Redis, metrics and probes. See docs/http.md.
 *
 * Two threads: one serves all connections and never waits for anything but them, one asks Redis. Read-only. Everything a
 * client can send or hold is bounded. */
#ifndef HTTP_HTTP_H
#define HTTP_HTTP_H

#include <model/model.h>
#include <monitor/monitor.h>
#include <store/store.h>

struct kaiku_http;

/* What a client may take; whoever goes beyond is told so, or cut. */
struct kaiku_http_limits {
    unsigned connections; /* at a time; more wait until one ends */
    int64_t request_ms;   /* from the opening, or the last answer, until a whole request is there */
    int64_t answer_ms;    /* until an answer is taken */
};
#define KAIKU_HTTP_LIMITS ((struct kaiku_http_limits){.connections = 128, .request_ms = 10000, .answer_ms = 30000})

struct kaiku_http_options {
    const char *host; /* an IPv4 or IPv6 address */
    uint16_t port;    /* 0: any that is free */
    const char *token; /* NULL: none is asked for */
    const struct kaiku_model *model;
    struct kaiku_store_options redis;
    const struct kaiku_monitor *monitor;
    struct kaiku_http_limits limits;
    const struct kaiku_http *former; /* that listens there already, and is about to be destroyed; NULL: none */
};

/* Takes the port and begins to serve; Redis need not be there yet. Borrows all of options but the struct itself.
 * REFUSED: it cannot listen there; error (at least 256 bytes) says why. */
int kaiku_http_create(const struct kaiku_http_options *options, struct kaiku_http **out, char *error)
    KAIKU_MUST_CHECK;
/* The port that was taken. */
uint16_t kaiku_http_port(const struct kaiku_http *http);
/* Ends the threads and closes all connections. NULL is none. */
void kaiku_http_destroy(struct kaiku_http *http);

#endif
