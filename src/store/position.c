/* Positions and where they begin.
 *
 * A start is decided once, in {0}:starts, and each shard takes it from there by itself: two steps,
 * each of one hash tag, so a crash between them leaves a shard without a position and never with a
 * wrong one. */
#include "shard.h"

#include <base/hash.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

void kaiku_position_format(const struct kaiku_position *position, char out[KAIKU_POSITION_MAX])
{
    snprintf(out, KAIKU_POSITION_MAX, "%" PRId64 ":%" PRId64 ":%016" PRIx64, position->next,
             position->high_ms, position->check);
}

uint64_t kaiku_position_check(const char *value, size_t size, uint32_t max_bytes, int64_t timestamp_ms)
{
    size_t kept = size <= max_bytes ? size : (size_t)max_bytes + 1;
    uint64_t hash = kaiku_hash_stable(value ? value : "", kept);

    return (hash ^ (uint64_t)timestamp_ms * 0x9e3779b97f4a7c15u) | 1; /* 0 means that there is none */
}

/* Digits and the colon behind them; NULL where they are none or too many. */
static const char *read_decimal(const char *p, int64_t *out)
{
    const char *begin = p;

    for (*out = 0; *p >= '0' && *p <= '9'; p++)
        if (__builtin_mul_overflow(*out, 10, out) || __builtin_add_overflow(*out, *p - '0', out))
            return NULL;
    return p > begin && *p == ':' ? p + 1 : NULL;
}

int kaiku_position_parse(const char *text, struct kaiku_position *out)
{
    const char *p = read_decimal(text, &out->next);

    if (p)
        p = read_decimal(p, &out->high_ms);
    if (!p || strspn(p, "0123456789abcdef") != 16 || p[16])
        return KAIKU_INVALID;
    out->check = strtoull(p, NULL, 16);
    return KAIKU_OK;
}

int kaiku_store_has_starts(struct kaiku_store *store, bool *out)
{
    struct kaiku_buffer *command = store_scratch(store);
    redisReply *reply;
    int status;

    store_command_begin(command, 2);
    store_command_string(command, "EXISTS");
    store_command_key(store, command, 0, "starts");
    status = store_call_scratch(store, "i", &reply);
    if (status != KAIKU_OK)
        return status;
    *out = reply->integer == 1;
    freeReplyObject(reply);
    return KAIKU_OK;
}

/* What stands in starts, in the fields' order; elements are nil where there is none. */
static int read_starts(struct kaiku_store *store, const char *const *fields, uint32_t n,
                       redisReply **reply)
{
    struct kaiku_buffer *command = store_scratch(store);
    int status;

    store_command_begin(command, 2 + n);
    store_command_string(command, "HMGET");
    store_command_key(store, command, 0, "starts");
    for (uint32_t i = 0; i < n; i++)
        store_command_string(command, fields[i]);
    status = store_call_scratch(store, "[n*]", reply);
    return status == KAIKU_OK ? store_link_expect_n(&store->link, n, reply) : status;
}

int kaiku_store_starts(struct kaiku_store *store, const char *const *fields, uint32_t n,
                       int64_t *offsets)
{
    redisReply *reply;
    int status = n ? read_starts(store, fields, n, &reply) : KAIKU_OK;

    if (status != KAIKU_OK || n == 0)
        return status;
    for (uint32_t i = 0; i < n && status == KAIKU_OK; i++) {
        struct kaiku_position start = {.next = -1};
        const redisReply *stored = reply->element[i];
        if (stored->type == REDIS_REPLY_STRING && kaiku_position_parse(stored->str, &start))
            status = store_link_fail(&store->link, KAIKU_REFUSED,
                                     "start of '%s' is '%s', no position", fields[i], stored->str);
        offsets[i] = start.next;
    }
    freeReplyObject(reply);
    return status;
}

/* Positions of one shard, which takes those it lacks from starts. */
static int read_shard(struct kaiku_store *store, uint32_t shard, const char *const *fields,
                      uint32_t n, const redisReply *starts, redisReply **reply)
{
    struct kaiku_buffer *command = store_scratch(store);
    int status;

    store_command_shard(store, command, STORE_SCRIPT_pos, shard, 2 * (size_t)n);
    for (uint32_t i = 0; i < n; i++) {
        const redisReply *start = starts->element[i];
        bool is_there = start->type == REDIS_REPLY_STRING;
        store_command_string(command, fields[i]);
        store_command_text(command, is_there ? store_reply_text(start) : KAIKU_TEXT(""));
    }
    status = store_shard_call(store, "[s*]", reply);
    return status == KAIKU_OK ? store_link_expect_n(&store->link, n, reply) : status;
}

/* out may be NULL: then the shard only had to have them. */
static int take_shard(struct kaiku_store *store, uint32_t shard, const char *const *fields,
                      uint32_t n, const redisReply *reply, struct kaiku_stored *out)
{
    for (uint32_t i = 0; out && i < n; i++) {
        const redisReply *position = reply->element[i];
        if (position->len >= KAIKU_POSITION_MAX)
            return store_link_fail(&store->link, KAIKU_REFUSED,
                                   "position of '%s' in shard %" PRIu32 " is '%.*s..', no position",
                                   fields[i], shard, KAIKU_POSITION_MAX, position->str);
        memcpy(out[i].by_shard[shard], position->str, (size_t)position->len + 1);
    }
    return KAIKU_OK;
}

static int settle_positions(struct kaiku_store *store, const char *const *fields, uint32_t n,
                            struct kaiku_stored *out)
{
    redisReply *starts, *reply;
    int status = read_starts(store, fields, n, &starts);

    if (status != KAIKU_OK)
        return status;
    for (uint32_t shard = 0; shard < store->model->shards && status == KAIKU_OK; shard++) {
        status = read_shard(store, shard, fields, n, starts, &reply);
        if (status != KAIKU_OK)
            break;
        status = take_shard(store, shard, fields, n, reply, out);
        freeReplyObject(reply);
    }
    freeReplyObject(starts);
    return status;
}

int kaiku_store_positions(struct kaiku_store *store, const char *const *fields, uint32_t n,
                          struct kaiku_stored *out)
{
    return n ? settle_positions(store, fields, n, out) : KAIKU_OK;
}

int kaiku_store_begin(struct kaiku_store *store, const char *const *fields, const int64_t *offsets,
                      uint32_t n)
{
    struct kaiku_buffer *command = store_scratch(store);
    int status;

    if (n == 0)
        return KAIKU_OK;
    store_command_shard(store, command, STORE_SCRIPT_begin, 0, 2 * (size_t)n);
    for (uint32_t i = 0; i < n; i++) {
        char start[KAIKU_POSITION_MAX];
        kaiku_position_format(&(struct kaiku_position){.next = offsets[i]}, start);
        store_command_string(command, fields[i]);
        store_command_string(command, start);
    }
    status = store_shard_exec(store);
    return status == KAIKU_OK ? settle_positions(store, fields, n, NULL) : status;
}
