/* Opening: connect, check, take the heads. */
#include "opening.h"

#include <base/clock.h>
#include <base/failpoint.h>
#include <model/digest.h>

#include <inttypes.h>
#include <poll.h>
#include <stdlib.h>

enum {
    LEVEL_MS = 5000, /* how long another configuration waits for the shards to be level */
    RETRY_MS = 10,
};

/* ---- heads ---- */

static void judge_head(const struct kaiku_store *store, const redisReply *head,
                       struct store_heads *heads)
{
    char *digest;
    uint32_t generation;

    if (head->type != REDIS_REPLY_STRING)
        return;
    generation = (uint32_t)strtoul(head->str, &digest, 10);
    if (strcmp(digest, ":") == 0)
        heads->is_resetting = true;
    else if (*digest != ':' || generation == 0 || strcmp(digest + 1, store->model->digest) != 0)
        snprintf(heads->foreign, sizeof heads->foreign, "%s", head->str);
    else if (heads->generation != 0 && heads->generation != generation)
        heads->disagree = true;
    heads->generation = generation;
    heads->n++;
}

static int read_heads(struct kaiku_store *store, struct store_heads *heads)
{
    int status = KAIKU_OK;

    for (uint32_t shard = 0; shard < store->model->shards; shard++) {
        struct kaiku_buffer *command = store_scratch(store);
        store_command_begin(command, 2);
        store_command_string(command, "GET");
        store_command_key(store, command, shard, "head");
        store_queue_scratch(store);
    }
    for (uint32_t shard = 0; shard < store->model->shards && status == KAIKU_OK; shard++) {
        redisReply *head;
        status = store_link_answer(&store->link, "n", &head);
        if (status != KAIKU_OK)
            break;
        judge_head(store, head, heads);
        freeReplyObject(head);
    }
    return status;
}

/* A reset in progress explains all other differences, so it is named first. */
static int judge_heads(struct kaiku_store *store, const struct store_heads *heads)
{
    struct store_link *link = &store->link;
    const char *prefix = store->options.prefix;

    if (heads->is_resetting)
        return store_link_fail(link, KAIKU_AGAIN, "a reset of prefix '%s' is under way", prefix);
    if (heads->foreign[0])
        return store_refuse_rules(store, "");
    if (heads->disagree)
        return store_link_fail(link, KAIKU_REFUSED,
                               "shards of prefix '%s' are of different generations: use a new "
                               "prefix or 'kaiku reset'", prefix);
    return KAIKU_OK;
}

static void append_open(struct kaiku_store *store, uint32_t shard, const char *name,
                        const char *shape)
{
    struct kaiku_buffer *command = store_scratch(store);

    store_command_shard(store, command, STORE_SCRIPT_open, shard, 2);
    store_command_string(command, name);
    store_command_string(command, shape);
}

/* Shard 0 keeps the rules: by them a later configuration finds out how it differs. */
static void append_open_first(struct kaiku_store *store)
{
    struct kaiku_buffer *command = store_scratch(store), rules = {0};

    kaiku_digest_rules(store->model, &rules);
    store_command_shard(store, command, STORE_SCRIPT_open, 0, 3);
    store_command_string(command, "");
    store_command_string(command, "");
    store_command_text(command, kaiku_buffer_as_text(&rules));
    command->failed |= rules.failed;
    kaiku_buffer_release(&rules);
}

/* The answer of an open script: the head that the shard has now. */
static int take_head(struct kaiku_store *store)
{
    struct store_heads heads = {.generation = store->generation};
    redisReply *head;
    int status = store_link_answer(&store->link, "s", &head);

    if (status != KAIKU_OK)
        return status;
    judge_head(store, head, &heads);
    freeReplyObject(head);
    return judge_heads(store, &heads);
}

int store_find_heads(struct kaiku_store *store, struct store_heads *heads)
{
    int status;

    *heads = (struct store_heads){0};
    status = read_heads(store, heads);
    if (status == KAIKU_OK)
        status = judge_heads(store, heads);
    if (status == KAIKU_OK)
        store->generation = heads->generation;
    return status;
}

/* Finds the heads; those of another configuration are taken over, if ours only adds to it. */
static int claim_heads(struct kaiku_store *store)
{
    int64_t until_ms = kaiku_clock_monotonic_ms() + LEVEL_MS;
    struct store_heads heads;
    int status;

    for (;;) {
        status = store_find_heads(store, &heads);
        if (status != KAIKU_REFUSED || !heads.foreign[0])
            return status;
        status = store_take_over(store, heads.foreign);
        if (status == KAIKU_MISMATCH && kaiku_clock_monotonic_ms() >= until_ms)
            return KAIKU_REFUSED;
        if (status == KAIKU_MISMATCH)
            poll(NULL, 0, RETRY_MS);
        else if (status != KAIKU_OK)
            return status;
    }
}

int store_take_heads(struct kaiku_store *store)
{
    int status = claim_heads(store);

    if (status != KAIKU_OK)
        return status;
    if (store->generation == 0)
        store->generation = 1;
    /* One after the other: of two configurations that begin at once, shard 0 lets one pass. */
    for (uint32_t shard = 0; shard < store->model->shards && status == KAIKU_OK; shard++) {
        if (shard == 0)
            append_open_first(store);
        else
            append_open(store, shard, "", "");
        store_queue_scratch(store);
        status = take_head(store);
        KAIKU_FAILPOINT("head");
    }
    return status;
}

/* ---- shapes ---- */

static int mark_shape(struct kaiku_store *store, uint32_t view, uint32_t window)
{
    const struct kaiku_view *of = &store->model->views[view];
    char name[2 * KAIKU_MAX_NAME], shape[33];
    int status = kaiku_digest_shape(store->model, view, window, shape);

    if (status != KAIKU_OK)
        return store_link_fail(&store->link, status, "out of memory for the digest of a view");
    snprintf(name, sizeof name, "%s:%s", of->name, of->windows[window].name);
    for (uint32_t shard = 0; shard < store->model->shards; shard++) {
        append_open(store, shard, name, shape);
        store_queue_scratch(store);
    }
    for (uint32_t shard = 0; shard < store->model->shards && status == KAIKU_OK; shard++)
        status = take_head(store);
    return status;
}

int store_mark_shapes(struct kaiku_store *store)
{
    const struct kaiku_model *model = store->model;
    int status = KAIKU_OK;

    for (uint32_t view = 0; view < model->n_views; view++) {
        uint32_t n_windows = model->views[view].n_windows;
        for (uint32_t window = 0; window < n_windows && status == KAIKU_OK; window++)
            status = mark_shape(store, view, window);
    }
    return status;
}

/* ---- all steps ---- */

int store_open_by(struct kaiku_store *store, store_opening_step *const *steps, size_t n)
{
    int status = KAIKU_OK;

    kaiku_store_close(store);
    for (size_t i = 0; i < n && status == KAIKU_OK; i++)
        status = steps[i](store);
    if (status == KAIKU_OK)
        store->is_open = true;
    else
        kaiku_store_close(store);
    return status;
}

int kaiku_store_open(struct kaiku_store *store)
{
    static store_opening_step *const steps[] = {
        store_link_connect,      store_check_server, store_check_types, store_check_shards,
        store_renew_aof,         store_link_load_scripts, store_take_heads, store_remember_run,
        store_mark_shapes,       store_describe,
    };

    return store_open_by(store, steps, sizeof steps / sizeof steps[0]);
}
