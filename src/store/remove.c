/* Removal of windows. Its order leaves nothing behind wherever it is cut short: first the floor, so that
 * nothing new comes; then what members have elsewhere, while the cells still say who they are; then the
 * cells; last the window's name in the list by which the next removal finds it. Elements of "dirty" and
 * "future" that are below the floor are dropped by those who read them. */
#include "shard.h"

#include <stdio.h>
#include <stdlib.h>

enum {
    WINDOWS = 100, /* at once: Redis serves others between what it reads of a pipeline */
    PAGE = 50,     /* members that one script clears, so that it takes no more than 1 or 2 ms */
};

struct removal {
    struct kaiku_store *store;
    uint32_t shard, view, window;
    int64_t floor_ms;
    uint64_t removed;
};

/* A window on its way out. */
struct leaving {
    struct kaiku_text start;
    char cursor[24]; /* of the next page of its members; "": it is gone */
};

/* *list: the floor as it stands, then the windows below it. */
static int raise_floor(const struct removal *removal, redisReply **list)
{
    struct kaiku_buffer *command = store_scratch(removal->store);
    int status;

    store_command_shard(removal->store, command, STORE_SCRIPT_floor, removal->shard, 3);
    store_command_window(removal->store, command, removal->view, removal->window);
    store_command_integer(command, removal->floor_ms);
    store_command_integer(command, WINDOWS);
    status = store_shard_call(removal->store, "[ss*]", list);
    if (status == KAIKU_OK && (*list)->elements > 1 + WINDOWS)
        status = store_link_distrust(&removal->store->link, list);
    return status;
}

static void queue_page(const struct removal *removal, const struct leaving *window)
{
    struct kaiku_store *store = removal->store;
    struct kaiku_buffer *command = store_scratch(store);

    store_command_shard(store, command, STORE_SCRIPT_clear, removal->shard,
                        8 + store->model->n_unique);
    store_command_window(store, command, removal->view, removal->window);
    store_command_text(command, window->start);
    store_command_integer(command, removal->floor_ms);
    store_command_member_key(store, command, kaiku_key_series, removal->view, removal->window,
                             kaiku_text_of(""), "");
    store_command_string(command, STORE_REWRITTEN);
    store_command_integer(command, PAGE);
    store_command_string(command, window->cursor);
    store_command_uniques(store, command);
    store_queue_scratch(store);
}

/* Scripts that were flushed since the floor was raised are loaded when it is raised again. */
static int judge_error(struct kaiku_store *store, const redisReply *reply)
{
    bool passes = store_reply_passes(reply) || store_reply_is(reply, "NOSCRIPT");

    return store_link_fail(&store->link, passes ? KAIKU_AGAIN : KAIKU_REFUSED, "redis: %s", reply->str);
}

static int take_answer(struct kaiku_store *store, struct leaving *window)
{
    redisReply *reply;
    int status = store_link_reply(&store->link, &reply);

    if (status == KAIKU_OK && reply->type != REDIS_REPLY_ERROR)
        status = store_link_expect(&store->link, "s|i", &reply);
    if (status != KAIKU_OK)
        return status;
    if (reply->type == REDIS_REPLY_ERROR)
        status = judge_error(store, reply);
    else if (reply->type == REDIS_REPLY_STRING)
        snprintf(window->cursor, sizeof window->cursor, "%s", reply->str);
    else if (reply->integer == 0)
        status = KAIKU_MISMATCH;
    else
        window->cursor[0] = '\0';
    freeReplyObject(reply);
    return status;
}

/* One page of each; *n: how many are left, in front. Takes all answers, also behind a failure, so that the
 * next call finds its own. */
static int clear_pages(struct removal *removal, struct leaving *windows, size_t *n)
{
    size_t all = *n, left = 0;
    int worst = KAIKU_OK;

    for (size_t i = 0; i < all; i++)
        queue_page(removal, &windows[i]);
    for (size_t i = 0; i < all; i++) {
        int status = take_answer(removal->store, &windows[i]);
        if (status == KAIKU_AWAY)
            return status;
        if (worst != KAIKU_MISMATCH && status != KAIKU_OK)
            worst = status;
        if (windows[i].cursor[0])
            windows[left++] = windows[i];
        else
            removal->removed++;
    }
    *n = left;
    return worst == KAIKU_MISMATCH ? store_lose_head(removal->store) : worst;
}

static int clear_windows(struct removal *removal, redisReply *const *starts, size_t n)
{
    struct leaving windows[WINDOWS];
    int status = KAIKU_OK;

    for (size_t i = 0; i < n; i++)
        windows[i] = (struct leaving){store_reply_text(starts[i]), "0"};
    while (n > 0 && status == KAIKU_OK)
        status = clear_pages(removal, windows, &n);
    return status;
}

int kaiku_store_remove(struct kaiku_store *store, uint32_t shard, uint32_t view, uint32_t window,
                       int64_t floor_ms, uint64_t *removed)
{
    struct removal removal = {store, shard, view, window, floor_ms, 0};
    size_t n = WINDOWS;
    int status = KAIKU_OK;

    while (n == WINDOWS && status == KAIKU_OK) {
        redisReply *list;
        status = raise_floor(&removal, &list);
        if (status != KAIKU_OK)
            break;
        n = list->elements - 1;
        removal.floor_ms = strtoll(list->element[0]->str, NULL, 10);
        status = clear_windows(&removal, list->element + 1, n);
        freeReplyObject(list);
    }
    *removed = removal.removed;
    return status;
}
