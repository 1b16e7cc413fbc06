/* A prefix under another configuration: taken over where ours only adds to it, otherwise refused with the first thing
 * that differs. */
#include "opening.h"
#include "shard.h"

#include <base/log.h>
#include <model/change.h>
#include <model/digest.h>

#include <inttypes.h>
#include <stdlib.h>

struct comparison {
    struct kaiku_buffer now; /* our rules */
    redisReply *former;      /* those that rule */
    struct kaiku_change change;
};

static void release(struct comparison *comparison)
{
    kaiku_buffer_release(&comparison->now);
    if (comparison->former)
        freeReplyObject(comparison->former);
}

/* Rules of which the head has the digest. */
static bool belongs_to(const redisReply *rules, const char *head)
{
    const char *colon = strchr(head, ':');
    char digest[33];

    if (rules->type != REDIS_REPLY_STRING || !colon)
        return false;
    kaiku_digest_text(store_reply_text(rules), digest);
    return strcmp(colon + 1, digest) == 0;
}

/* As kaiku_change_find. Whatever is returned, to be released. */
static int compare(struct kaiku_store *store, const char *head, struct comparison *out)
{
    int status;

    *out = (struct comparison){0};
    kaiku_digest_rules(store->model, &out->now);
    if (out->now.failed)
        return store_link_fail(&store->link, KAIKU_NOMEM, "out of memory for the rules");
    status = store_read_text(store, 0, "rules", &out->former);
    if (status != KAIKU_OK)
        return status;
    status = KAIKU_REFUSED;
    if (belongs_to(out->former, head))
        status = kaiku_change_find(store_reply_text(out->former), kaiku_buffer_as_text(&out->now),
                                   &out->change);
    return status == KAIKU_INVALID ? KAIKU_REFUSED : status;
}

int store_refuse_rules(struct kaiku_store *store, const char *why)
{
    const char *prefix = store->options.prefix, *colon = *why ? ": " : "";

    if (store->generation != 0)
        return store_link_fail(&store->link, KAIKU_REFUSED,
                               "the configuration of prefix '%s' was changed under this process%s%s: "
                               "start it again with the one that rules there now",
                               prefix, colon, why);
    return store_link_fail(&store->link, KAIKU_REFUSED,
                           "configuration differs from that of prefix '%s'%s%s: use a new prefix or "
                           "'kaiku reset'",
                           prefix, colon, why);
}

int store_explain_rules(struct kaiku_store *store, const char *head)
{
    struct comparison comparison;
    int status = compare(store, head, &comparison);

    if (status == KAIKU_OK)
        status = store_link_fail(&store->link, KAIKU_REFUSED,
                                 "configuration differs from that of prefix '%s', to which it adds: "
                                 "let 'kaiku run' take over first",
                                 store->options.prefix);
    else if (status == KAIKU_REFUSED)
        status = store_refuse_rules(store, comparison.change.why);
    release(&comparison);
    return status;
}

/* ---- taking over ---- */

static void append_additions(struct kaiku_buffer *command, const struct kaiku_change *change)
{
    struct kaiku_buffer name = {0};

    for (uint32_t i = 0; i < change->n; i++) {
        const struct kaiku_addition *added = &change->added[i];
        kaiku_buffer_clear(&name);
        kaiku_buffer_format(&name, "%s:", kaiku_part_text(added->part));
        kaiku_buffer_text(&name, added->name);
        store_command_text(command, kaiku_buffer_as_text(&name));
        store_command_integer(command, added->max_values);
    }
    command->failed |= name.failed;
    kaiku_buffer_release(&name);
}

static void append_take(struct kaiku_store *store, const char *head,
                        const struct comparison *comparison)
{
    struct kaiku_buffer *command = store_scratch(store);
    uint32_t shards = store->model->shards;
    char ours[64];

    snprintf(ours, sizeof ours, "%lu:%s", strtoul(head, NULL, 10), store->model->digest);
    store_command_script(store, command, STORE_SCRIPT_take, shards,
                         shards + 3 + 2 * (size_t)comparison->change.n);
    for (uint32_t shard = 0; shard < shards; shard++)
        store_command_key(store, command, shard, "head");
    store_command_string(command, head);
    store_command_string(command, ours);
    store_command_text(command, kaiku_buffer_as_text(&comparison->now));
    append_additions(command, &comparison->change);
}

static void tell(const struct kaiku_store *store, const struct kaiku_change *change)
{
    struct kaiku_buffer list = {0};

    for (uint32_t i = 0; i < change->n; i++) {
        const struct kaiku_addition *added = &change->added[i];
        kaiku_buffer_format(&list, "%s%s '", i ? ", " : "", kaiku_part_text(added->part));
        kaiku_buffer_text(&list, added->name);
        kaiku_buffer_char(&list, '\'');
    }
    kaiku_info("prefix '%s' is taken over with a changed configuration, which counts from here on: %s",
               store->options.prefix, kaiku_buffer_cstring(&list));
    kaiku_buffer_release(&list);
}

static int judge(struct kaiku_store *store, const struct comparison *comparison, const redisReply *answer)
{
    const char *prefix = store->options.prefix;

    if (answer->type == REDIS_REPLY_STRING)
        return store_link_fail(&store->link, KAIKU_MISMATCH,
                               "shards of prefix '%s' stand at different positions (shard and partition "
                               "'%s'): run the former configuration until it has committed once",
                               prefix, answer->str);
    if (answer->integer != 1)
        return store_link_fail(&store->link, KAIKU_MISMATCH,
                               "shards of prefix '%s' are not all ruled by one configuration: run the "
                               "former one until it has committed once", prefix);
    tell(store, &comparison->change);
    return KAIKU_OK;
}

int store_take_over(struct kaiku_store *store, const char *head)
{
    struct comparison comparison;
    redisReply *answer;
    int status = compare(store, head, &comparison);

    if (status == KAIKU_REFUSED)
        status = store_refuse_rules(store, comparison.change.why);
    if (status != KAIKU_OK)
        goto done;
    append_take(store, head, &comparison);
    status = store_call_scratch(store, "i|s", &answer);
    if (status != KAIKU_OK)
        goto done;
    status = judge(store, &comparison, answer);
    freeReplyObject(answer);
done:
    release(&comparison);
    return status;
}
