/* The fate of commits: sending them, and finding out what became of those whose reply was lost. */
#include "commit.h"

#include <base/failpoint.h>

#include <inttypes.h>
#include <stdlib.h>

static void take_answer(struct store_link *link, struct kaiku_commit *commit,
                        const redisReply *reply)
{
    if (reply->type == REDIS_REPLY_INTEGER && reply->integer == 1) {
        commit->outcome = KAIKU_APPLIED;
    } else if (reply->type == REDIS_REPLY_INTEGER) {
        commit->outcome = KAIKU_FENCED;
        store_link_fail(link, 0, "shard %" PRIu32 ": the head is another one", commit->shard);
    } else {
        commit->outcome = KAIKU_DIFFERENT;
        store_link_fail(link, 0, "shard %" PRIu32 ": the position of '%s' is another one",
                        commit->shard, reply->str);
    }
}

/* An error reply: the script fails before its first write or not at all, so nothing was changed. */
static int take_error(struct store_link *link, struct kaiku_commit *commit, const redisReply *reply)
{
    commit->outcome = KAIKU_PENDING;
    return store_link_fail(link, store_reply_passes(reply) ? KAIKU_AGAIN : KAIKU_REFUSED,
                           "shard %" PRIu32 ": redis: %s", commit->shard, reply->str);
}

static void send_pending(struct kaiku_store *store, struct kaiku_commit *const *commits, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        struct kaiku_commit *commit = commits[i];
        commit->is_awaited = commit->outcome == KAIKU_PENDING;
        if (!commit->is_awaited)
            continue;
        if (commit->moves_any)
            KAIKU_FAILPOINT("send");
        store_link_queue(&store->link, kaiku_buffer_as_text(&commit->wire));
        commit->outcome = KAIKU_UNKNOWN;
    }
}

/* One reply for each commit that was sent. *lacks_script: some must be sent once more. */
static int take_replies(struct kaiku_store *store, struct kaiku_commit *const *commits, uint32_t n,
                        bool *lacks_script)
{
    int worst = KAIKU_OK;

    *lacks_script = false;
    for (uint32_t i = 0; i < n; i++) {
        redisReply *reply;
        int status;

        if (!commits[i]->is_awaited)
            continue;
        status = store_link_reply(&store->link, &reply);
        if (status == KAIKU_OK && reply->type != REDIS_REPLY_ERROR)
            status = store_link_expect(&store->link, "i|s", &reply);
        if (status != KAIKU_OK)
            return status;
        if (commits[i]->moves_any)
            KAIKU_FAILPOINT("reply");
        *lacks_script |= store_reply_is(reply, "NOSCRIPT");
        if (reply->type == REDIS_REPLY_ERROR)
            status = take_error(&store->link, commits[i], reply);
        else
            take_answer(&store->link, commits[i], reply);
        freeReplyObject(reply);
        if (status != KAIKU_OK && worst != KAIKU_REFUSED)
            worst = status;
    }
    return worst;
}

int kaiku_store_commit(struct kaiku_store *store, struct kaiku_commit *const *commits, uint32_t n)
{
    bool lacks_script;
    int status;

    if (!store->link.redis)
        return store_link_fail(&store->link, KAIKU_AWAY, "not connected to redis");
    send_pending(store, commits, n);
    status = take_replies(store, commits, n, &lacks_script);
    if (status == KAIKU_AWAY || !lacks_script)
        return status;
    /* Redis forgets scripts when it starts, and after SCRIPT FLUSH. */
    status = store_link_load_scripts(store);
    if (status != KAIKU_OK)
        return status;
    send_pending(store, commits, n);
    return take_replies(store, commits, n, &lacks_script);
}

/* ---- lost replies ---- */

static int read_moved(struct kaiku_store *store, const struct kaiku_commit *commit,
                      redisReply **reply)
{
    struct kaiku_buffer *command = store_scratch(store);
    const char *at = commit->moves.data;
    int status;

    store_command_begin(command, 2 + (size_t)commit->n_moves);
    store_command_string(command, "HMGET");
    store_command_key(store, command, commit->shard, "pos");
    for (uint32_t i = 0; i < commit->n_moves; i++) {
        struct store_move move;
        at = store_move_read(at, &move);
        store_command_string(command, move.field);
    }
    status = store_call_scratch(store, "[n*]", reply);
    return status == KAIKU_OK ? store_link_expect_n(&store->link, commit->n_moves, reply) : status;
}

static enum kaiku_outcome judge(const struct kaiku_commit *commit, const redisReply *positions)
{
    const char *at = commit->moves.data;
    bool all_at_base = true, all_moved = true;

    for (uint32_t i = 0; i < commit->n_moves; i++) {
        const redisReply *position = positions->element[i];
        const char *stored = position->type == REDIS_REPLY_STRING ? position->str : "";
        struct store_move move;

        at = store_move_read(at, &move);
        if (strcmp(move.base, move.next) == 0)
            continue;
        all_at_base &= strcmp(stored, move.base) == 0;
        all_moved &= strcmp(stored, move.next) == 0;
    }
    return all_at_base ? KAIKU_PENDING : all_moved ? KAIKU_APPLIED : KAIKU_DIFFERENT;
}

int kaiku_store_resolve(struct kaiku_store *store, struct kaiku_commit *const *commits, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        struct kaiku_commit *commit = commits[i];
        redisReply *positions;
        int status;

        if (commit->outcome != KAIKU_UNKNOWN)
            continue;
        if (!commit->moves_any) { /* it only compares: that is done again */
            commit->outcome = KAIKU_PENDING;
            continue;
        }
        status = read_moved(store, commit, &positions);
        if (status != KAIKU_OK)
            return status;
        commit->outcome = judge(commit, positions);
        freeReplyObject(positions);
    }
    return KAIKU_OK;
}
