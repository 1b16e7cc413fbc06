/* A redis-server of one's own, in a directory of its own, on a Unix socket: nothing else can
 * reach it, nothing is kept. It ends with kaiku, even where kaiku is killed. */
#ifndef APP_PRIVATE_REDIS_H
#define APP_PRIVATE_REDIS_H

#include <kaiku/status.h>

#include <sys/types.h>

struct app_private_redis {
    char directory[80]; /* for further files too: stop removes those directly in it */
    char socket[100];   /* a Unix socket's path is 107 bytes at most */
    pid_t pid;
};

/* Call it from the thread that outlives the server, before there are others. Waits until it
 * answers. MISSING: there is no redis-server. error: what went wrong and what to do, at least
 * 512 bytes. */
int app_private_redis_start(struct app_private_redis *redis, char *error) KAIKU_MUST_CHECK;
void app_private_redis_stop(struct app_private_redis *redis);

#endif
