/* The append-only file of a Redis that was started anew.
 *
 * Redis (7.0.15; Valkey mended it in 2026 by pull request 4342) drops a torn transaction from memory when it loads its
 * file, and leaves its beginning in the file. What is written then stands behind an open MULTI, and at the next start that
 * beginning is carried out: cells would change whose positions do not. So a Redis that is not the process seen last
 * rewrites its file before anything is written to it. */
#include "opening.h"
#include "shard.h"

#include <base/log.h>

/* Where no process was seen before, nothing of ours can be torn. */
static int look_for_run(struct kaiku_store *store, bool *is_anew)
{
    redisReply *run;
    int status = store_read_text(store, 0, "run", &run);

    if (status != KAIKU_OK)
        return status;
    *is_anew = run->type == REDIS_REPLY_STRING && strcmp(run->str, store->run_id) != 0;
    freeReplyObject(run);
    return KAIKU_OK;
}

/* A rewrite begins with a new file, so it is enough that one was started. */
static int judge_rewrite(struct kaiku_store *store, const redisReply *reply)
{
    if (strstr(reply->str, "scheduled"))
        return store_link_fail(&store->link, KAIKU_AGAIN,
                               "redis saves something else before it rewrites its append-only file");
    if (reply->type == REDIS_REPLY_ERROR && !strstr(reply->str, "in progress"))
        kaiku_warn("redis does not rewrite its append-only file, which may end in a torn transaction: should it crash "
                   "once more, cells may be wrong: %s", reply->str);
    return KAIKU_OK;
}

static int rewrite(struct kaiku_store *store)
{
    struct kaiku_buffer *command = store_scratch(store);
    redisReply *reply;
    int status;

    kaiku_info("redis was started anew: it rewrites its append-only file, whose end may be torn");
    store_command_begin(command, 1);
    store_command_string(command, "BGREWRITEAOF");
    store_queue_scratch(store);
    status = store_link_reply(&store->link, &reply);
    if (status == KAIKU_OK && reply->type != REDIS_REPLY_ERROR)
        status = store_link_expect(&store->link, "s", &reply);
    if (status != KAIKU_OK)
        return status;
    status = judge_rewrite(store, reply);
    freeReplyObject(reply);
    return status;
}

int store_renew_aof(struct kaiku_store *store)
{
    bool is_anew;
    int status = look_for_run(store, &is_anew);

    return status == KAIKU_OK && is_anew && store->keeps_aof ? rewrite(store) : status;
}

int store_remember_run(struct kaiku_store *store)
{
    struct kaiku_buffer *command = store_scratch(store);

    store_command_begin(command, 3);
    store_command_string(command, "SET");
    store_command_key(store, command, 0, "run");
    store_command_string(command, store->run_id);
    return store_exec_scratch(store);
}
