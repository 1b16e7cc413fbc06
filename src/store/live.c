/* Live members: "live:V:W" scores each with its newest window with data at or before the tip; what starts
 * later waits in "future:V:W". A dead member whose `now` key was deleted once is scored -1 - START. */
#include "shard.h"

#include <stdlib.h>

enum {
    RIPEN_PAGE = 1000,
    DEAD_PAGE = 100,
};

int kaiku_store_ripen(struct kaiku_store *store, uint32_t shard, uint32_t view, uint32_t window,
                      int64_t tip_ms)
{
    long long looked_at = RIPEN_PAGE;
    int status = KAIKU_OK;

    while (looked_at == RIPEN_PAGE && status == KAIKU_OK) {
        struct kaiku_buffer *command = store_scratch(store);
        redisReply *reply;
        store_command_shard(store, command, STORE_SCRIPT_ripen, shard, 3);
        store_command_window(store, command, view, window);
        store_command_integer(command, tip_ms);
        store_command_integer(command, RIPEN_PAGE);
        status = store_shard_call(store, "[i]", &reply);
        if (status != KAIKU_OK)
            break;
        looked_at = reply->element[0]->integer;
        freeReplyObject(reply);
    }
    return status;
}

int kaiku_store_relive(struct kaiku_store *store, uint32_t shard, uint32_t view, uint32_t window,
                       struct kaiku_text member, const int64_t *starts_ms, uint32_t n)
{
    struct kaiku_buffer *command = store_scratch(store);

    if (n == 0)
        return KAIKU_OK;
    store_command_shard(store, command, STORE_SCRIPT_relive, shard, 2 + n);
    store_command_window(store, command, view, window);
    store_command_text(command, member);
    for (uint32_t i = 0; i < n; i++)
        store_command_integer(command, starts_ms[i]);
    return store_shard_exec(store);
}

/* Members and scores from low to high, bounds as ZRANGEBYSCORE takes them. */
static int read_live(struct kaiku_store *store, uint32_t shard, uint32_t view, uint32_t window,
                     const char *low, const char *high, redisReply **reply)
{
    const struct kaiku_view *v = &store->model->views[view];
    struct kaiku_buffer *command = store_scratch(store);
    char name[sizeof "live::" + sizeof v->name + sizeof v->windows[0].name];

    snprintf(name, sizeof name, "live:%s:%s", v->name, v->windows[window].name);
    store_command_begin(command, 5);
    store_command_string(command, "ZRANGEBYSCORE");
    store_command_key(store, command, shard, name);
    store_command_string(command, low);
    store_command_string(command, high);
    store_command_string(command, "WITHSCORES");
    return store_call_scratch(store, "[s*]", reply);
}

int kaiku_store_live(struct kaiku_store *store, uint32_t shard, uint32_t view, uint32_t window,
                     int64_t from_ms, kaiku_live_visit *visit, void *context)
{
    redisReply *reply;
    char low[24];
    int status;

    /* A member scored 0 has no window with data, a negative one is dead. */
    snprintf(low, sizeof low, "%lld", from_ms > 0 ? (long long)from_ms : 1);
    status = read_live(store, shard, view, window, low, "+inf", &reply);
    if (status != KAIKU_OK)
        return status;
    for (size_t i = 0; i + 1 < reply->elements; i += 2)
        visit(context, store_reply_text(reply->element[i]), store_reply_score(reply->element[i + 1]));
    freeReplyObject(reply);
    return KAIKU_OK;
}

int kaiku_store_newest(struct kaiku_store *store, uint32_t shard, const struct kaiku_cell_ref *refs,
                       uint32_t n, int64_t *starts_ms)
{
    int worst = KAIKU_OK;

    for (uint32_t i = 0; i < n; i++) {
        const struct kaiku_view *v = &store->model->views[refs[i].view];
        struct kaiku_buffer *command = store_scratch(store);
        char name[sizeof "live::" + sizeof v->name + sizeof v->windows[0].name];

        snprintf(name, sizeof name, "live:%s:%s", v->name, v->windows[refs[i].window].name);
        store_command_begin(command, 3);
        store_command_string(command, "ZSCORE");
        store_command_key(store, command, shard, name);
        store_command_text(command, refs[i].member);
        store_queue_scratch(store);
    }
    for (uint32_t i = 0; i < n; i++) {
        redisReply *reply;
        int status = store_link_answer(&store->link, "n", &reply);
        starts_ms[i] = 0;
        if (status == KAIKU_AWAY)
            return status;
        if (status != KAIKU_OK) {
            worst = status;
            continue;
        }
        if (reply->type == REDIS_REPLY_STRING && store_reply_score(reply) > 0)
            starts_ms[i] = store_reply_score(reply);
        freeReplyObject(reply);
    }
    return worst;
}

/* The script's answer for n members, list[0] the first of them. */
static int bury(struct kaiku_store *store, uint32_t shard, uint32_t view, uint32_t window,
                redisReply *const *list, size_t n, redisReply **reply)
{
    struct kaiku_buffer *command = store_scratch(store);
    int status;

    store_command_shard(store, command, STORE_SCRIPT_dead, shard, 1 + 3 * n);
    store_command_window(store, command, view, window);
    for (size_t i = 0; i < n; i++) {
        struct kaiku_text member = store_reply_text(list[2 * i]);
        store_command_text(command, member);
        store_command_text(command, store_reply_text(list[2 * i + 1]));
        store_command_member_key(store, command, kaiku_key_now, view, window, member, "");
    }
    status = store_shard_call(store, "[i*]", reply);
    return status == KAIKU_OK ? store_link_expect_n(&store->link, n, reply) : status;
}

int kaiku_store_dead(struct kaiku_store *store, uint32_t shard, uint32_t view, uint32_t window,
                     int64_t before_ms, kaiku_live_visit *visit, void *context)
{
    redisReply *dead, *reply;
    char high[24];
    int status;

    snprintf(high, sizeof high, "(%lld", (long long)before_ms);
    status = read_live(store, shard, view, window, "-inf", high, &dead);
    if (status != KAIKU_OK)
        return status;
    for (size_t i = 0, n, all = dead->elements / 2; i < all; i += n) {
        redisReply *const *list = dead->element + 2 * i;
        n = all - i < DEAD_PAGE ? all - i : DEAD_PAGE;
        status = bury(store, shard, view, window, list, n, &reply);
        if (status != KAIKU_OK)
            break;
        for (size_t k = 0; k < n; k++) {
            int64_t score = store_reply_score(list[2 * k + 1]);
            if (reply->element[k]->integer == 1)
                visit(context, store_reply_text(list[2 * k]), score < 0 ? -1 - score : score);
        }
        freeReplyObject(reply);
    }
    freeReplyObject(dead);
    return status;
}
