/* Is this a Redis that kaiku can trust with its state? */
#include "opening.h"

#include <kaiku/keys.h>

#include <stdio.h>
#include <stdlib.h>

enum { LEAST_VERSION = 7 };

/* The value of a line `name:value` of INFO; "" where it has none. */
static struct kaiku_text info_line(const redisReply *info, const char *name)
{
    size_t size = strlen(name);

    for (const char *line = info->str; line; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (strncmp(line, name, size) == 0 && line[size] == ':')
            return (struct kaiku_text){line + size + 1, strcspn(line + size + 1, "\r\n")};
    }
    return KAIKU_TEXT("");
}

static int check_info(struct kaiku_store *store, const redisReply *info)
{
    struct kaiku_text version = info_line(info, "redis_version");
    struct kaiku_text role = info_line(info, "role");
    struct kaiku_text policy = info_line(info, "maxmemory_policy");
    struct kaiku_text run_id = info_line(info, "run_id");
    struct store_link *link = &store->link;

    snprintf(store->run_id, sizeof store->run_id, "%.*s", (int)run_id.size, run_id.data);
    store->keeps_aof = kaiku_text_equal(info_line(info, "aof_enabled"), KAIKU_TEXT("1"));

    if (version.size == 0 || atoi(version.data) < LEAST_VERSION)
        return store_link_fail(link, KAIKU_REFUSED,
                               "redis is of version '%.*s': kaiku needs 7.0 or newer",
                               (int)version.size, version.data);
    /* Where kaiku ran already, a failover may be going on, and a master comes back. */
    if (!kaiku_text_equal(role, KAIKU_TEXT("master")))
        return store_link_fail(link, store->generation ? KAIKU_AGAIN : KAIKU_REFUSED,
                               "redis is a replica: set redis.url to its master");
    if (!kaiku_text_equal(policy, KAIKU_TEXT("noeviction")))
        return store_link_fail(link, KAIKU_REFUSED,
                               "redis evicts keys (maxmemory-policy '%.*s'): set 'maxmemory-policy "
                               "noeviction'", (int)policy.size, policy.data);
    return KAIKU_OK;
}

/* section NULL: all of them. */
static int ask_info(struct kaiku_store *store, const char *section, redisReply **info)
{
    struct kaiku_buffer *command = store_scratch(store);

    store_command_begin(command, section ? 2 : 1);
    store_command_string(command, "INFO");
    if (section)
        store_command_string(command, section);
    return store_call_scratch(store, "s", info);
}

int store_check_server(struct kaiku_store *store)
{
    redisReply *info;
    /* Servers before 7.0 take one name only, and they must be told apart. */
    int status = ask_info(store, NULL, &info);

    if (status != KAIKU_OK)
        return status;
    status = check_info(store, info);
    freeReplyObject(info);
    return status;
}

/* "0.123456" seconds */
static int64_t microseconds(struct kaiku_text seconds)
{
    return seconds.size > 0 ? (int64_t)(strtod(seconds.data, NULL) * 1e6) : 0;
}

int kaiku_store_cpu_us(struct kaiku_store *store, int64_t *out)
{
    redisReply *info;
    int status = ask_info(store, "cpu", &info);

    if (status != KAIKU_OK)
        return status;
    *out = microseconds(info_line(info, "used_cpu_user")) + microseconds(info_line(info, "used_cpu_sys"));
    freeReplyObject(info);
    return KAIKU_OK;
}

int store_check_shards(struct kaiku_store *store)
{
    struct kaiku_buffer *command = store_scratch(store);
    char key[KAIKU_KEY_MAX];
    redisReply *shards;
    int status;

    if (kaiku_key_meta(key, sizeof key, store->options.prefix) < 0)
        return store_link_fail(&store->link, KAIKU_REFUSED, "redis.prefix is too long");
    store_command_begin(command, 3);
    store_command_string(command, "HGET");
    store_command_string(command, key);
    store_command_string(command, "shards");
    status = store_call_scratch(store, "n", &shards);
    if (status != KAIKU_OK)
        return status;
    if (shards->type == REDIS_REPLY_STRING &&
        strtoull(shards->str, NULL, 10) != store->model->shards)
        status = store_link_fail(&store->link, KAIKU_REFUSED,
                                 "prefix '%s' was made with %s shards, not %u: keep their number, "
                                 "or use a new prefix or 'kaiku reset'",
                                 store->options.prefix, shards->str, store->model->shards);
    freeReplyObject(shards);
    return status;
}

/* ---- types ---- */

struct check {
    struct kaiku_store *store;
    int status;
};

typedef void visit_key(struct check *check, const char *key, const char *type);

static void visit_public_keys(struct check *check, visit_key *visit)
{
    const struct kaiku_model *model = check->store->model;
    const char *prefix = check->store->options.prefix;
    char key[KAIKU_KEY_MAX];

    kaiku_key_meta(key, sizeof key, prefix);
    visit(check, key, "hash");
    kaiku_key_trust(key, sizeof key, prefix);
    visit(check, key, "hash");
    kaiku_key_trust_series(key, sizeof key, prefix);
    visit(check, key, "stream");
    for (uint32_t i = 0; i < model->n_metrics; i++) {
        kaiku_key_metric(key, sizeof key, prefix, model->metrics[i].name);
        visit(check, key, "hash");
    }
    for (uint32_t i = 0; i < model->n_dimensions; i++) {
        kaiku_key_values(key, sizeof key, prefix, model->dimensions[i].name);
        visit(check, key, "set");
    }
    for (uint32_t i = 0; i < model->n_alerts; i++) {
        kaiku_key_feed(key, sizeof key, prefix, model->alerts[i].name);
        visit(check, key, "stream");
    }
}

static void visit_shard_keys(struct check *check, uint32_t shard, visit_key *visit)
{
    static const struct {
        const char *name, *type;
        bool only_first;
    } keys[] = {
        {"head", "string", false}, {"pos", "hash", false},   {"floor", "hash", false},
        {"dirty", "zset", false},  {"shape", "hash", false}, {"starts", "hash", true}, {"run", "string", true},
        {"totals", "hash", true},  {"reasons", "hash", true}, {"rejected", "stream", true},
        {"incidents", "hash", true}, {"crashes", "hash", true}, {"rules", "string", true},
        {"since", "hash", true},     {"lines", "hash", true},     {"run", "string", true},
    };
    char key[KAIKU_KEY_MAX];

    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        if (keys[i].only_first && shard != 0)
            continue;
        kaiku_key_state(key, sizeof key, check->store->options.prefix, shard, keys[i].name);
        visit(check, key, keys[i].type);
    }
}

static void visit_window_keys(struct check *check, uint32_t shard, visit_key *visit)
{
    static const char *const lists[] = {"windows", "live", "future"};
    const struct kaiku_model *model = check->store->model;
    char name[3 * KAIKU_MAX_NAME], key[KAIKU_KEY_MAX];

    for (uint32_t v = 0; v < model->n_views; v++)
        for (uint32_t w = 0; w < model->views[v].n_windows; w++)
            for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
                snprintf(name, sizeof name, "%s:%s:%s", lists[i], model->views[v].name,
                         model->views[v].windows[w].name);
                kaiku_key_state(key, sizeof key, check->store->options.prefix, shard, name);
                visit(check, key, "zset");
            }
}

static void visit_keys(struct check *check, visit_key *visit)
{
    visit_public_keys(check, visit);
    for (uint32_t shard = 0; shard < check->store->model->shards; shard++) {
        visit_shard_keys(check, shard, visit);
        visit_window_keys(check, shard, visit);
    }
}

static void ask_type(struct check *check, const char *key, const char *type)
{
    struct kaiku_buffer *command = store_scratch(check->store);

    (void)type;
    store_command_begin(command, 2);
    store_command_string(command, "TYPE");
    store_command_string(command, key);
    store_queue_scratch(check->store);
}

static void compare_type(struct check *check, const char *key, const char *type)
{
    struct store_link *link = &check->store->link;
    redisReply *found;

    if (check->status != KAIKU_OK)
        return;
    check->status = store_link_answer(link, "s", &found);
    if (check->status != KAIKU_OK)
        return;
    if (strcmp(found->str, "none") != 0 && strcmp(found->str, type) != 0)
        check->status = store_link_fail(link, KAIKU_REFUSED,
                                        "key '%.200s' holds a %s where kaiku keeps a %s: remove "
                                        "that key or set another redis.prefix",
                                        key, found->str, type);
    freeReplyObject(found);
}

int store_check_types(struct kaiku_store *store)
{
    struct check check = {.store = store};

    visit_keys(&check, ask_type);
    visit_keys(&check, compare_type);
    return check.status;
}
