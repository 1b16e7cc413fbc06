/* Everything but event, metrics, views, targets and alerts. */
#include "listen.h"
#include "redis_url.h"
#include "sections.h"

#include <base/log.h>
#include <model/calendar.h>

#include <stdlib.h>
#include <unistd.h>

enum {
    TOPICS_MAX = 1000,
    TOPIC_BYTES_MAX = 249,
    PROPERTIES_MAX = 1000,
    WORKERS_MAX = 256,
    SHARDS_MAX = 1024,
    PREFIX_MAX = 64,
    TEXT_MAX = 4096,
    CELLS_MIN = 64, /* an event adds to one cell of each view, so fewer could never take one */
    CELLS_MAX = 100000000,
    SPAN_MAX = 100000000,
};

/* A topic's name as Kafka allows it. */
static bool is_topic(struct kaiku_text text)
{
    for (size_t i = 0; i < text.size; i++) {
        char c = text.data[i];
        if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') &&
            c != '.' && c != '_' && c != '-')
            return false;
    }
    return text.size > 0 && text.size <= TOPIC_BYTES_MAX;
}

static void read_topics(struct kaiku_reader *reader, const struct kaiku_yaml *node)
{
    struct kaiku_settings *settings = reader->settings;

    if (!kaiku_read_list(reader, node, "a list of topics", 1, TOPICS_MAX))
        return;
    settings->topics = kaiku_reader_allocate(reader, node->n, sizeof(*settings->topics));
    if (!settings->topics)
        return;
    for (uint32_t i = 0; i < node->n; i++) {
        const struct kaiku_yaml *item = node->entries[i].value;
        if (!kaiku_read_scalar(reader, item, "a topic"))
            continue;
        if (!is_topic(item->text))
            kaiku_mistake_expects(reader, item,
                                  "a topic: at most %d of a-z, A-Z, 0-9, '.', '_' and '-'",
                                  TOPIC_BYTES_MAX);
        for (uint32_t j = 0; j < settings->n_topics; j++)
            if (kaiku_text_equal(kaiku_text_of(settings->topics[j]), item->text))
                kaiku_mistake(reader, item, "topic %s stands twice",
                              kaiku_quote(item->written).text);
        char *topic = kaiku_reader_copy(reader, item->text);
        if (topic)
            settings->topics[settings->n_topics++] = topic;
    }
}

/* What kaiku owns, and what would break its promises. */
static void check_property(struct kaiku_reader *reader, const struct kaiku_yaml_entry *entry)
{
    static const char *const own[] = {"enable.auto.commit", "enable.auto.offset.store",
                                      "auto.offset.reset", "enable.partition.eof"};
    const char *name = entry->key->text.data;

    for (size_t i = 0; i < KAIKU_LENGTH(own); i++)
        if (strcmp(name, own[i]) == 0)
            kaiku_mistake(reader, entry->key, "property '%s' is set by kaiku itself", name);
    if (strcmp(name, "partition.assignment.strategy") == 0 &&
        entry->value->kind == KAIKU_YAML_SCALAR &&
        memmem(entry->value->text.data, entry->value->text.size, "cooperative",
               strlen("cooperative")))
        kaiku_mistake(reader, entry->value,
                      "a cooperative strategy cannot be used: kaiku hands over all partitions at a "
                      "rebalance, which needs an eager one such as range or roundrobin");
}

static void read_properties(struct kaiku_reader *reader, const struct kaiku_yaml *node)
{
    struct kaiku_settings *settings = reader->settings;

    if (!kaiku_read_open_map(reader, node, "a mapping from names to values"))
        return;
    settings->properties = kaiku_reader_allocate(reader, (size_t)node->n * 2,
                                                 sizeof(*settings->properties));
    settings->property_places = kaiku_reader_allocate(reader, node->n,
                                                      sizeof(*settings->property_places));
    if (!settings->properties || !settings->property_places)
        return;
    for (uint32_t i = 0; i < node->n; i++) {
        const struct kaiku_yaml_entry *entry = &node->entries[i];
        if (entry->key->failed || !kaiku_read_scalar(reader, entry->value, "a value"))
            continue;
        check_property(reader, entry);
        char **pair = settings->properties + (size_t)settings->n_properties * 2;
        pair[0] = kaiku_reader_copy(reader, entry->key->text);
        pair[1] = kaiku_reader_copy(reader, entry->value->text);
        settings->property_places[settings->n_properties++] =
            (struct kaiku_place){entry->key->line, entry->key->column};
    }
}

static void read_kafka(struct kaiku_reader *reader, const struct kaiku_yaml *node)
{
    static const char *const keys[] = {"topics", "properties", "start"};
    static const char *const starts[] = {"earliest", "end"};

    if (!kaiku_read_map(reader, node, "a mapping with topics", keys, KAIKU_LENGTH(keys)))
        return;
    read_topics(reader, kaiku_map_need(reader, node, "topics"));
    read_properties(reader, kaiku_map_get(node, "properties"));
    reader->settings->start_at_end =
        kaiku_read_choice(reader, kaiku_map_get(node, "start"), starts, KAIKU_LENGTH(starts)) == 1;
}

static void read_prefix(struct kaiku_reader *reader, const struct kaiku_yaml *node, char **out)
{
    if (!kaiku_read_scalar(reader, node, "the first part of each key"))
        return;
    for (size_t i = 0; i < node->text.size; i++) {
        unsigned char byte = (unsigned char)node->text.data[i];
        /* Braces would change which part of a key decides its slot, the others its patterns. */
        if (byte > ' ' && byte != 127 && !strchr("{}*?[]^\\", byte))
            continue;
        kaiku_mistake_expects(reader, node, "a prefix without blanks and { } * ? [ ] ^ \\");
        return;
    }
    kaiku_read_text(reader, node, "the first part of each key", PREFIX_MAX, out);
}

static void read_tls(struct kaiku_reader *reader, const struct kaiku_yaml_entry *entry,
                     struct kaiku_redis_settings *redis)
{
    static const char *const keys[] = {"ca", "cert", "key", "server_name"};
    const struct kaiku_yaml *node = entry ? entry->value : NULL;

    if (!kaiku_read_map(reader, node, "a mapping", keys, KAIKU_LENGTH(keys)))
        return;
    if (!redis->tls)
        kaiku_mistake(reader, entry->key, "'tls' needs a url that begins with rediss://");
    kaiku_read_text(reader, kaiku_map_get(node, "ca"), "a path", TEXT_MAX, &redis->tls_ca);
    kaiku_read_text(reader, kaiku_map_get(node, "cert"), "a path", TEXT_MAX, &redis->tls_cert);
    kaiku_read_text(reader, kaiku_map_get(node, "key"), "a path", TEXT_MAX, &redis->tls_key);
    kaiku_read_text(reader, kaiku_map_get(node, "server_name"), "a host name", TEXT_MAX,
                    &redis->tls_server_name);
}

static void read_redis(struct kaiku_reader *reader, const struct kaiku_yaml *node)
{
    static const char *const keys[] = {"url", "user", "password", "tls", "prefix", "shards",
                                       "timeout"};
    struct kaiku_redis_settings *redis = &reader->settings->redis;

    if (!kaiku_read_map(reader, node, "a mapping", keys, KAIKU_LENGTH(keys)))
        return;
    kaiku_read_redis_url(reader, kaiku_map_get(node, "url"), redis);
    kaiku_read_text(reader, kaiku_map_get(node, "user"), "a user", TEXT_MAX, &redis->user);
    kaiku_read_text(reader, kaiku_map_get(node, "password"), "a password", TEXT_MAX,
                    &redis->password);
    read_tls(reader, kaiku_yaml_find(node, "tls"), redis);
    read_prefix(reader, kaiku_map_get(node, "prefix"), &redis->prefix);
    kaiku_read_uint32(reader, kaiku_map_get(node, "shards"), 1, SHARDS_MAX, &reader->model->shards);
    kaiku_read_duration(reader, kaiku_map_get(node, "timeout"), 1, KAIKU_HOUR_MS,
                        &redis->timeout_ms);
}

static void read_publish(struct kaiku_reader *reader, const struct kaiku_yaml *node)
{
    static const char *const keys[] = {"commit_every", "views_every"};
    struct kaiku_settings *settings = reader->settings;

    if (!kaiku_read_map(reader, node, "a mapping", keys, KAIKU_LENGTH(keys)))
        return;
    kaiku_read_duration(reader, kaiku_map_get(node, "commit_every"), 1, KAIKU_HOUR_MS,
                        &settings->commit_every_ms);
    kaiku_read_duration(reader, kaiku_map_get(node, "views_every"), 1, KAIKU_HOUR_MS,
                        &settings->views_every_ms);
}

static void read_time_zone(struct kaiku_reader *reader, const struct kaiku_yaml *node)
{
    kaiku_read_text(reader, node, "an IANA time zone such as Europe/Helsinki", TEXT_MAX,
                    &reader->model->time_zone);
    if (!reader->model->time_zone || !node || node->failed)
        return;
    if (!kaiku_calendar_knows(reader->model->time_zone))
        kaiku_mistake(reader, node,
                      "unknown time zone %s: expects an IANA name such as Europe/Helsinki",
                      kaiku_quote(node->written).text);
}

static void read_limits(struct kaiku_reader *reader, const struct kaiku_yaml *node)
{
    static const char *const keys[] = {"cells"};
    int64_t cells = (int64_t)reader->settings->limit_cells;

    if (!kaiku_read_map(reader, node, "a mapping", keys, KAIKU_LENGTH(keys)))
        return;
    kaiku_read_integer(reader, kaiku_map_get(node, "cells"), CELLS_MIN, CELLS_MAX, &cells);
    reader->settings->limit_cells = (uint64_t)cells;
}

static void read_dedup(struct kaiku_reader *reader, const struct kaiku_yaml *node)
{
    static const char *const keys[] = {"span"};
    int64_t span = (int64_t)reader->model->dedup_span;

    if (!kaiku_read_map(reader, node, "a mapping", keys, KAIKU_LENGTH(keys)))
        return;
    kaiku_read_integer(reader, kaiku_map_get(node, "span"), 0, SPAN_MAX, &span);
    reader->model->dedup_span = (uint64_t)span;
}

static void read_log(struct kaiku_reader *reader, const struct kaiku_yaml *node)
{
    static const char *const keys[] = {"level", "format"};
    static const char *const levels[] = {[KAIKU_LOG_DEBUG] = "debug", [KAIKU_LOG_INFO] = "info",
                                         [KAIKU_LOG_WARNING] = "warning",
                                         [KAIKU_LOG_ERROR] = "error"};
    static const char *const formats[] = {"text", "json"};

    if (!kaiku_read_map(reader, node, "a mapping", keys, KAIKU_LENGTH(keys)))
        return;
    int level = kaiku_read_choice(reader, kaiku_map_get(node, "level"), levels,
                                  KAIKU_LENGTH(levels));
    if (level >= 0)
        reader->settings->log_level = level;
    reader->settings->log_json =
        kaiku_read_choice(reader, kaiku_map_get(node, "format"), formats,
                          KAIKU_LENGTH(formats)) == 1;
}

/* What RFC 6750 lets stand behind `Bearer`. */
static bool is_token(struct kaiku_text text)
{
    static const char others[] = "-._~+/";

    while (text.size > 1 && text.data[text.size - 1] == '=')
        text.size--;
    for (size_t i = 0; i < text.size; i++) {
        char c = text.data[i];
        if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') &&
            !memchr(others, c, sizeof(others) - 1))
            return false;
    }
    return text.size > 0;
}

static void read_http(struct kaiku_reader *reader, const struct kaiku_yaml *node)
{
    static const char *const keys[] = {"listen", "token"};
    struct kaiku_settings *settings = reader->settings;
    const struct kaiku_yaml *listen, *token;

    if (!kaiku_read_map(reader, node, "a mapping", keys, KAIKU_LENGTH(keys)))
        return;
    listen = kaiku_map_get(node, "listen");
    token = kaiku_map_get(node, "token");
    kaiku_read_text(reader, token, "a token", TEXT_MAX, &settings->http_token);
    if (settings->http_token && !is_token(kaiku_text_of(settings->http_token)))
        kaiku_mistake(reader, token, "a token is made of a-z, A-Z, 0-9 and - . _ ~ + /");
    if (kaiku_read_listen(reader, listen, &settings->http_host, &settings->http_port) && !token &&
        !kaiku_address_is_loopback(settings->http_host))
        kaiku_mistake(reader, listen, "other machines can reach %s, so 'http.token' is needed",
                      kaiku_quote(listen->written).text);
}

/* Promised for later: told, so that nobody relies on what does nothing. */
static void refuse_later(struct kaiku_reader *reader, const struct kaiku_yaml *root,
                         const char *section, const char *const *keys, size_t n_keys)
{
    const struct kaiku_yaml *node = kaiku_map_get(root, section);

    if (!kaiku_read_map(reader, node, "a mapping", keys, n_keys))
        return;
    for (size_t i = 0; i < n_keys; i++) {
        const struct kaiku_yaml_entry *entry = kaiku_yaml_find(node, keys[i]);
        if (entry)
            kaiku_mistake(reader, entry->key, "'%s.%s' is not supported yet", section, keys[i]);
    }
}

static uint32_t online_cores(void)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);

    return cores < 1 ? 1 : cores > WORKERS_MAX ? WORKERS_MAX : (uint32_t)cores;
}

static void set_defaults(struct kaiku_reader *reader)
{
    struct kaiku_settings *settings = reader->settings;

    settings->workers = online_cores();
    settings->redis.host = kaiku_reader_copy(reader, KAIKU_TEXT("localhost"));
    settings->redis.port = KAIKU_REDIS_PORT;
    settings->redis.prefix = kaiku_reader_copy(reader, KAIKU_TEXT("kaiku"));
    settings->redis.timeout_ms = 2 * KAIKU_SECOND_MS;
    settings->commit_every_ms = KAIKU_SECOND_MS / 2;
    settings->views_every_ms = KAIKU_SECOND_MS;
    settings->limit_cells = 1000000;
    settings->log_level = KAIKU_LOG_INFO;
    settings->model.shards = 64;
    settings->model.dedup_span = 100000;
    settings->model.time_zone = kaiku_reader_copy(reader, KAIKU_TEXT("UTC"));
}

void kaiku_read_settings(struct kaiku_reader *reader, const struct kaiku_yaml *root)
{
    static const char *const reject_keys[] = {"topic"};

    set_defaults(reader);
    read_kafka(reader, kaiku_map_need(reader, root, "kafka"));
    kaiku_read_uint32(reader, kaiku_map_get(root, "workers"), 1, WORKERS_MAX,
                      &reader->settings->workers);
    read_redis(reader, kaiku_map_get(root, "redis"));
    read_publish(reader, kaiku_map_get(root, "publish"));
    read_time_zone(reader, kaiku_map_get(root, "time_zone"));
    read_limits(reader, kaiku_map_get(root, "limits"));
    read_dedup(reader, kaiku_map_get(root, "dedup"));
    read_log(reader, kaiku_map_get(root, "log"));
    read_http(reader, kaiku_map_get(root, "http"));
    refuse_later(reader, root, "reject", reject_keys, KAIKU_LENGTH(reject_keys));
}
