#include "shard.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/random.h>

int store_shard_call(struct kaiku_store *store, const char *shape, redisReply **reply)
{
    int status = store_call_any(store, reply);

    if (status != KAIKU_OK)
        return status;
    if ((*reply)->type != REDIS_REPLY_INTEGER || (*reply)->integer != 0)
        return store_link_expect(&store->link, shape, reply);
    freeReplyObject(*reply);
    *reply = NULL;
    return store_lose_head(store);
}

int store_shard_exec(struct kaiku_store *store)
{
    redisReply *reply;
    int status = store_shard_call(store, "i", &reply);

    if (status == KAIKU_OK)
        freeReplyObject(reply);
    return status;
}

int store_read_text(struct kaiku_store *store, uint32_t shard, const char *name, redisReply **reply)
{
    struct kaiku_buffer *command = store_scratch(store);

    store_command_begin(command, 2);
    store_command_string(command, "GET");
    store_command_key(store, command, shard, name);
    return store_call_scratch(store, "n", reply);
}

int store_read_hash(struct kaiku_store *store, uint32_t shard, const char *name, redisReply **reply)
{
    struct kaiku_buffer *command = store_scratch(store);

    store_command_begin(command, 2);
    store_command_string(command, "HGETALL");
    store_command_key(store, command, shard, name);
    return store_call_scratch(store, "[s*]", reply);
}

int store_visit_members(struct kaiku_store *store, kaiku_text_visit *visit, void *context)
{
    redisReply *reply;
    int status = store_call_scratch(store, "[s*]", &reply);

    if (status != KAIKU_OK)
        return status;
    for (size_t i = 0; i < reply->elements; i++)
        visit(context, store_reply_text(reply->element[i]));
    freeReplyObject(reply);
    return KAIKU_OK;
}

void store_visit_pairs(const redisReply *pairs, kaiku_pair_visit *visit, void *context)
{
    for (size_t i = 0; i + 1 < pairs->elements; i += 2)
        visit(context, store_reply_text(pairs->element[i]), store_reply_text(pairs->element[i + 1]));
}

int store_draw_nonce(struct kaiku_store *store, char out[STORE_NONCE_MAX])
{
    uint64_t nonce;

    if (getrandom(&nonce, sizeof nonce, 0) != (ssize_t)sizeof nonce)
        return store_link_fail(&store->link, KAIKU_IO, "no random numbers: %s", strerror(errno));
    snprintf(out, STORE_NONCE_MAX, "%" PRIu64, nonce | 1);
    return KAIKU_OK;
}

void store_command_window(const struct kaiku_store *store, struct kaiku_buffer *out, uint32_t view,
                          uint32_t window)
{
    const struct kaiku_view *v = &store->model->views[view];
    char name[sizeof v->name + sizeof v->windows[0].name];

    snprintf(name, sizeof name, "%s:%s", v->name, v->windows[window].name);
    store_command_string(out, name);
}

/* Cuts "name:" off the beginning of text. */
static bool take_name(struct kaiku_text *text, const char *name)
{
    size_t size = strlen(name);

    if (text->size <= size || memcmp(text->data, name, size) != 0 || text->data[size] != ':')
        return false;
    text->data += size + 1;
    text->size -= size + 1;
    return true;
}

bool store_window_parse(const struct kaiku_model *model, struct kaiku_text *text, uint32_t *view,
                        uint32_t *window)
{
    for (*view = 0; *view < model->n_views; ++*view) {
        const struct kaiku_view *v = &model->views[*view];
        if (!take_name(text, v->name))
            continue;
        for (*window = 0; *window < v->n_windows; ++*window)
            if (take_name(text, v->windows[*window].name))
                return true;
        return false;
    }
    return false;
}

void store_command_member_key(const struct kaiku_store *store, struct kaiku_buffer *out,
                              store_key_name *name, uint32_t view, uint32_t window,
                              struct kaiku_text member, const char *suffix)
{
    const struct kaiku_view *v = &store->model->views[view];
    char text[KAIKU_KEY_MAX], key[KAIKU_KEY_MAX];
    int size = snprintf(text, sizeof text, "%.*s%s", (int)member.size, member.data, suffix);

    if (size < (int)sizeof text)
        size = name(key, sizeof key, store->options.prefix, v->name, v->windows[window].name, text);
    else
        size = KAIKU_FULL;
    store_command_made(out, key, size);
}

void store_command_uniques(const struct kaiku_store *store, struct kaiku_buffer *out)
{
    const struct kaiku_model *model = store->model;

    store_command_integer(out, model->n_unique);
    for (uint32_t i = 0; i < model->n_metrics; i++)
        if (model->metrics[i].kind == KAIKU_UNIQUE)
            store_command_string(out, model->metrics[i].name);
}
