/* Views written as a whole: hashes queued and sent together, tables and minutes one at a time. Each write is refused
 * by its script where a newer state stands there. */
#include "shard.h"

#include <inttypes.h>
#include <stdio.h>

enum { VERSION_MAX = 64 };

/* "_v" stands before the last field: `updated` ends a hash. */
static void queue_hash(struct kaiku_store *store, const char *key, const char *version,
                       struct kaiku_fields fields)
{
    struct kaiku_buffer *out = &store->views;

    store_command_shard(store, out, STORE_SCRIPT_hash, 0, 4 + fields.n);
    store_command_string(out, key);
    store_command_string(out, version);
    for (uint32_t i = 0; i < fields.n; i++) {
        if (i + 2 == fields.n) {
            store_command_string(out, "_v");
            store_command_string(out, version);
        }
        store_command_text(out, fields.texts[i]);
    }
    store->puts++;
}

void kaiku_store_put_now(struct kaiku_store *store, const char *key, int64_t start_ms,
                         struct kaiku_version version, struct kaiku_fields fields)
{
    char text[VERSION_MAX];

    snprintf(text, sizeof text, "%" PRIu32 ":%" PRId64 ":%" PRId64, version.generation, start_ms,
             version.applied);
    queue_hash(store, key, text, fields);
}

void kaiku_store_put_hash(struct kaiku_store *store, const char *key, struct kaiku_version version,
                          struct kaiku_fields fields)
{
    char text[VERSION_MAX];

    snprintf(text, sizeof text, "%" PRIu32 ":%" PRId64, version.generation, version.applied);
    queue_hash(store, key, text, fields);
}

/* What went wrong with the writes of one flush. */
struct outcome {
    bool is_refused, is_fenced, has_no_script, passes;
};

/* reply: an integer or an error */
static void judge(struct store_link *link, const redisReply *reply, struct outcome *out)
{
    if (reply->type == REDIS_REPLY_INTEGER) {
        out->is_fenced |= reply->integer == 0;
        return;
    }
    if (store_reply_is(reply, "NOSCRIPT"))
        out->has_no_script = true;
    else if (store_reply_passes(reply))
        out->passes = true;
    else
        out->is_refused = true;
    store_link_fail(link, 0, "redis: %s", reply->str);
}

static int settle(struct kaiku_store *store, const struct outcome *out)
{
    int status;

    if (out->is_fenced)
        return store_lose_head(store);
    if (out->is_refused)
        return KAIKU_REFUSED;
    if (out->has_no_script) {
        status = store_link_load_scripts(store);
        return status == KAIKU_OK ? KAIKU_AGAIN : status;
    }
    return out->passes ? KAIKU_AGAIN : KAIKU_OK;
}

int kaiku_store_flush(struct kaiku_store *store)
{
    struct store_link *link = &store->link;
    struct outcome outcome = {0};
    uint64_t owed = store->puts;
    int status = KAIKU_OK;

    if (owed == 0)
        return KAIKU_OK;
    if (store->views.failed)
        status = store_link_fail(link, KAIKU_NOMEM, "out of memory for views");
    else
        store_link_queue(link, kaiku_buffer_as_text(&store->views));
    kaiku_buffer_clear(&store->views);
    store->puts = 0;
    while (owed-- > 0 && status == KAIKU_OK) {
        redisReply *reply;
        status = store_link_reply(link, &reply);
        if (status == KAIKU_OK && reply->type != REDIS_REPLY_ERROR)
            status = store_link_expect(link, "i", &reply);
        if (status != KAIKU_OK)
            break;
        judge(link, reply, &outcome);
        freeReplyObject(reply);
    }
    return status == KAIKU_OK ? settle(store, &outcome) : status;
}

int kaiku_store_put_minute(struct kaiku_store *store, const char *key, int64_t start_ms, uint32_t keep,
                           struct kaiku_version version, struct kaiku_fields fields, bool *done)
{
    struct kaiku_buffer *command = store_scratch(store);
    redisReply *reply;
    int status;

    store_command_shard(store, command, STORE_SCRIPT_minute, 0, 5 + (size_t)fields.n);
    store_command_string(command, key);
    store_command_integer(command, start_ms);
    store_command_integer(command, version.generation);
    store_command_integer(command, version.applied);
    store_command_integer(command, keep);
    for (uint32_t i = 0; i < fields.n; i++)
        store_command_text(command, fields.texts[i]);
    status = store_shard_call(store, "i", &reply);
    if (status != KAIKU_OK)
        return status;
    *done = reply->integer == 1;
    freeReplyObject(reply);
    return KAIKU_OK;
}

static void build_rows(struct kaiku_store *store, const char *key, int64_t start_ms,
                       struct kaiku_version version, const struct kaiku_fields *rows, uint32_t n)
{
    struct kaiku_buffer *command = store_scratch(store);
    uint32_t columns = n ? rows[0].n / 2 : 0;

    store_command_shard(store, command, STORE_SCRIPT_rows, 0, 5 + (1 + (size_t)n) * columns);
    store_command_string(command, key);
    store_command_integer(command, version.generation);
    store_command_integer(command, start_ms);
    store_command_integer(command, version.applied);
    store_command_integer(command, columns);
    for (uint32_t column = 0; column < columns; column++)
        store_command_text(command, rows[0].texts[2 * column]);
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t column = 0; column < columns; column++)
            store_command_text(command, rows[i].texts[2 * column + 1]);
}

int kaiku_store_put_rows(struct kaiku_store *store, const char *key, int64_t start_ms,
                         struct kaiku_version version, const struct kaiku_fields *rows, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        if (rows[i].n < 2 || rows[i].n % 2 || rows[i].n != rows[0].n)
            return store_link_fail(&store->link, KAIKU_INVALID, "rows of '%s' are not alike", key);
    build_rows(store, key, start_ms, version, rows, n);
    return store_shard_exec(store);
}
