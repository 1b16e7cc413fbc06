/* A prefix starts anew.
 *
 * First the heads of all shards are marked "G:", G being the next generation: no script finds the head it
 * expects any more, so from then on nobody adds anything, and what is found by one scan is all there is.
 * Last the marks go, all in one step. Whoever wakes up after that with a delta of the old prefix meets
 * either no head, or that of a new beginning with the same rules: then its positions differ from those that
 * stand there, and it starts from them like everybody else. */
#include "shard.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>

enum {
    SCAN_COUNT = 1000,
    MOST_SHARDS = 65536, /* whatever meta says: their heads go into one command */
};

struct reset {
    struct kaiku_store *store;
    uint32_t shards;
    uint32_t generation; /* the marks' */
    uint64_t keys;       /* deleted so far */
    void (*progress)(void *context, uint64_t keys);
    void *context;
};

/* PREFIX, with what a pattern would take for more than itself quoted. */
static void append_quoted(struct kaiku_buffer *out, const char *prefix)
{
    for (; *prefix; prefix++) {
        if (strchr("\\*?[]^-", *prefix))
            kaiku_buffer_char(out, '\\');
        kaiku_buffer_char(out, *prefix);
    }
}

static int scan(struct kaiku_store *store, const char *cursor, const char *behind_prefix,
                redisReply **reply)
{
    struct kaiku_buffer *command = store_scratch(store);
    struct kaiku_buffer pattern = {0};

    append_quoted(&pattern, store->options.prefix);
    kaiku_buffer_string(&pattern, behind_prefix);
    store_command_begin(command, 6);
    store_command_string(command, "SCAN");
    store_command_string(command, cursor);
    store_command_string(command, "MATCH");
    store_command_text(command, kaiku_buffer_as_text(&pattern));
    store_command_string(command, "COUNT");
    store_command_integer(command, SCAN_COUNT);
    command->failed |= pattern.failed;
    kaiku_buffer_release(&pattern);
    return store_call_scratch(store, "[s[s*]]", reply);
}

/* The shard whose head key is; -1 where it is no head. */
static int64_t shard_of_head(const struct kaiku_store *store, const char *key)
{
    size_t prefix = strlen(store->options.prefix);
    char *end;
    long long shard;

    if (strncmp(key, store->options.prefix, prefix) != 0 || strncmp(key + prefix, ":{", 2) != 0 ||
        !isdigit((unsigned char)key[prefix + 2]))
        return -1;
    shard = strtoll(key + prefix + 2, &end, 10);
    return strcmp(end, "}:head") == 0 && shard < MOST_SHARDS ? shard : -1;
}

typedef int page_handler(struct reset *reset, const redisReply *keys);

static int for_each_page(struct reset *reset, const char *behind_prefix, page_handler *handle)
{
    char cursor[24] = "0";
    int status;

    do {
        redisReply *reply;
        status = scan(reset->store, cursor, behind_prefix, &reply);
        if (status != KAIKU_OK)
            break;
        snprintf(cursor, sizeof cursor, "%s", reply->element[0]->str);
        status = handle(reset, reply->element[1]);
        freeReplyObject(reply);
    } while (status == KAIKU_OK && strcmp(cursor, "0") != 0);
    return status;
}

static int count_heads(struct reset *reset, const redisReply *keys)
{
    for (size_t i = 0; i < keys->elements; i++) {
        int64_t shard = shard_of_head(reset->store, keys->element[i]->str);
        if (shard >= reset->shards)
            reset->shards = (uint32_t)shard + 1;
    }
    return KAIKU_OK;
}

/* meta says how many shards there are; a reset cut short has deleted it, but leaves all heads. */
static int find_shards(struct reset *reset)
{
    struct kaiku_store *store = reset->store;
    struct kaiku_buffer *command = store_scratch(store);
    char key[KAIKU_KEY_MAX];
    redisReply *reply;
    int status;

    command->failed |= kaiku_key_meta(key, sizeof key, store->options.prefix) < 0;
    store_command_begin(command, 3);
    store_command_string(command, "HGET");
    store_command_string(command, key);
    store_command_string(command, "shards");
    status = store_call_scratch(store, "n", &reply);
    if (status != KAIKU_OK)
        return status;
    if (reply->type == REDIS_REPLY_STRING)
        reset->shards = (uint32_t)strtoul(reply->str, NULL, 10);
    if (reset->shards > MOST_SHARDS)
        reset->shards = 0;
    freeReplyObject(reply);
    if (reset->shards == 0)
        status = for_each_page(reset, ":{*}:head", count_heads);
    if (reset->shards == 0)
        reset->shards = store->model->shards;
    return status;
}

static void append_heads(struct reset *reset, const char *command_name, const char *value)
{
    struct kaiku_buffer *command = store_scratch(reset->store);

    store_command_begin(command, 1 + (value ? 2 : 1) * (size_t)reset->shards);
    store_command_string(command, command_name);
    for (uint32_t shard = 0; shard < reset->shards; shard++) {
        store_command_key(reset->store, command, shard, "head");
        if (value)
            store_command_string(command, value);
    }
}

static int mark_heads(struct reset *reset)
{
    redisReply *reply;
    char mark[24];
    int status;

    append_heads(reset, "MGET", NULL);
    status = store_call_scratch(reset->store, "[n*]", &reply);
    if (status != KAIKU_OK)
        return status;
    for (size_t i = 0; i < reply->elements; i++) {
        const redisReply *head = reply->element[i];
        uint32_t generation = 0;
        if (head->type == REDIS_REPLY_STRING) {
            generation = (uint32_t)strtoul(head->str, NULL, 10);
            reset->keys++;
        }
        if (generation >= reset->generation)
            reset->generation = generation + 1;
    }
    freeReplyObject(reply);
    snprintf(mark, sizeof mark, "%" PRIu32 ":", reset->generation);
    append_heads(reset, "MSET", mark);
    return store_exec_scratch(reset->store);
}

static int delete_page(struct reset *reset, const redisReply *keys)
{
    struct kaiku_buffer *command = store_scratch(reset->store);
    size_t n = 0;
    redisReply *reply;
    int status;

    for (size_t i = 0; i < keys->elements; i++)
        n += shard_of_head(reset->store, keys->element[i]->str) < 0;
    if (n == 0)
        return KAIKU_OK;
    store_command_begin(command, 1 + n);
    store_command_string(command, "UNLINK");
    for (size_t i = 0; i < keys->elements; i++)
        if (shard_of_head(reset->store, keys->element[i]->str) < 0)
            store_command_text(command, store_reply_text(keys->element[i]));
    status = store_call_scratch(reset->store, "i", &reply);
    if (status != KAIKU_OK)
        return status;
    reset->keys += (uint64_t)reply->integer;
    freeReplyObject(reply);
    if (reset->progress)
        reset->progress(reset->context, reset->keys);
    return KAIKU_OK;
}

static int unmark_heads(struct reset *reset)
{
    append_heads(reset, "DEL", NULL);
    return store_exec_scratch(reset->store);
}

int kaiku_store_reset(struct kaiku_store *store, uint64_t *keys,
                      void (*progress)(void *context, uint64_t keys), void *context)
{
    struct reset reset = {store, .generation = 1, .progress = progress, .context = context};
    int status;

    kaiku_store_close(store);
    status = store_link_connect(store);
    if (status == KAIKU_OK)
        status = find_shards(&reset);
    if (status == KAIKU_OK)
        status = mark_heads(&reset);
    if (status == KAIKU_OK)
        status = for_each_page(&reset, ":*", delete_page);
    if (status == KAIKU_OK)
        status = unmark_heads(&reset);
    kaiku_store_close(store);
    *keys = reset.keys;
    return status;
}
