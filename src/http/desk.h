/* The desk: one thread with a connection to Redis of its own, which makes the answers that need Redis. The thread that
 * serves connections so never waits for Redis, and says how kaiku is even when Redis does not answer.
 *
 * After a failure nobody is made to wait for Redis again for a second: who asks meanwhile is told of it at once. */
#ifndef HTTP_DESK_H
#define HTTP_DESK_H

#include "route.h"

#include <base/bell.h>

struct http_task {
    struct http_task *next;
    const struct http_route *route;
    struct http_query query;
    struct http_answer answer;
};

struct http_desk;

/* Borrows everything. Rings the bell for each answer. */
int http_desk_create(const struct kaiku_model *model, const struct kaiku_store_options *redis,
                     struct kaiku_bell *bell, struct http_desk **out) KAIKU_MUST_CHECK;
int http_desk_start(struct http_desk *desk) KAIKU_MUST_CHECK;
/* The desk's until it comes back from http_desk_take. */
void http_desk_give(struct http_desk *desk, struct http_task *task);
/* One that was answered; NULL where there is none. */
struct http_task *http_desk_take(struct http_desk *desk);
/* Answers what was given, and ends the thread; nothing may be given afterwards. */
void http_desk_stop(struct http_desk *desk);
void http_desk_destroy(struct http_desk *desk);

#endif
