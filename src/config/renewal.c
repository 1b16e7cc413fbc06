#include <config/renewal.h>

#include <model/change.h>
#include <model/digest.h>

#include <stddef.h>
#include <stdio.h>
#include <string.h>

/* What stays as it was, by the key that people write; targets, alerts and the like are missing here. */
static const struct scalar {
    const char *key;
    size_t offset, size;
} scalars[] = {
#define SCALAR(key, member)                                                                        \
    {key, offsetof(struct kaiku_settings, member), sizeof(((struct kaiku_settings *)NULL)->member)}
    SCALAR("kafka.start", start_at_end),
    SCALAR("workers", workers),
    SCALAR("redis.url", redis.port),
    SCALAR("redis.url", redis.database),
    SCALAR("redis.url", redis.tls),
    SCALAR("redis.timeout", redis.timeout_ms),
    SCALAR("http.listen", http_port),
#undef SCALAR
};

static const struct string {
    const char *key;
    size_t offset;
} strings[] = {
#define STRING(key, member) {key, offsetof(struct kaiku_settings, member)}
    STRING("redis.url", redis.host),
    STRING("redis.url", redis.path),
    STRING("redis.user", redis.user),
    STRING("redis.password", redis.password),
    STRING("redis.prefix", redis.prefix),
    STRING("redis.tls.ca", redis.tls_ca),
    STRING("redis.tls.cert", redis.tls_cert),
    STRING("redis.tls.key", redis.tls_key),
    STRING("redis.tls.server_name", redis.tls_server_name),
    STRING("reject.topic", reject_topic),
    STRING("http.listen", http_host),
#undef STRING
};

static bool is_same_scalar(const struct scalar *scalar, const void *a, const void *b)
{
    return memcmp((const char *)a + scalar->offset, (const char *)b + scalar->offset, scalar->size) == 0;
}

/* One of them may be missing. */
static bool is_same_text(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

static const char *string_in(const struct string *string, const struct kaiku_settings *settings)
{
    return *(char *const *)(const void *)((const char *)settings + string->offset);
}

static bool has_property(const struct kaiku_settings *settings, char *const *property)
{
    for (size_t i = 0; i < settings->n_properties; i++)
        if (strcmp(settings->properties[2 * i], property[0]) == 0)
            return strcmp(settings->properties[2 * i + 1], property[1]) == 0;
    return false;
}

static bool are_same_properties(const struct kaiku_settings *a, const struct kaiku_settings *b)
{
    for (size_t i = 0; i < a->n_properties; i++)
        if (!has_property(b, a->properties + 2 * i))
            return false;
    return a->n_properties == b->n_properties;
}

static bool are_same_topics(const struct kaiku_settings *a, const struct kaiku_settings *b)
{
    for (size_t i = 0; i < a->n_topics && i < b->n_topics; i++)
        if (strcmp(a->topics[i], b->topics[i]) != 0)
            return false;
    return a->n_topics == b->n_topics;
}

/* NULL: none. */
static const char *find_key(const struct kaiku_settings *a, const struct kaiku_settings *b)
{
    if (!are_same_topics(a, b))
        return "kafka.topics";
    if (!are_same_properties(a, b))
        return "kafka.properties";
    for (size_t i = 0; i < sizeof(scalars) / sizeof(*scalars); i++)
        if (!is_same_scalar(&scalars[i], a, b))
            return scalars[i].key;
    for (size_t i = 0; i < sizeof(strings) / sizeof(*strings); i++)
        if (!is_same_text(string_in(&strings[i], a), string_in(&strings[i], b)))
            return strings[i].key;
    return NULL;
}

static int compare_texts(struct kaiku_text former, struct kaiku_text now, char *why)
{
    struct kaiku_change change;
    int status = kaiku_change_find(former, now, &change);

    if (status == KAIKU_REFUSED)
        snprintf(why, KAIKU_RENEWAL_WHY, "%s", change.why);
    else if (status == KAIKU_OK)
        snprintf(why, KAIKU_RENEWAL_WHY, "%s '%.*s' %s", kaiku_part_text(change.added[0].part),
                 (int)change.added[0].name.size, change.added[0].name.data,
                 change.added[0].part == KAIKU_PART_dimension ? "has a larger max_values" : "was added");
    return status == KAIKU_OK ? KAIKU_REFUSED : status;
}

static int compare_rules(const struct kaiku_model *former, const struct kaiku_model *now, char *why)
{
    struct kaiku_buffer before = {0}, after = {0};
    int status = KAIKU_NOMEM;

    if (strcmp(former->digest, now->digest) == 0)
        return KAIKU_OK;
    kaiku_digest_rules(former, &before);
    kaiku_digest_rules(now, &after);
    if (!before.failed && !after.failed)
        status = compare_texts(kaiku_buffer_as_text(&before), kaiku_buffer_as_text(&after), why);
    kaiku_buffer_release(&before);
    kaiku_buffer_release(&after);
    return status;
}

int kaiku_settings_may_follow(const struct kaiku_settings *former, const struct kaiku_settings *now,
                              char *why)
{
    const char *key = find_key(former, now);
    int status = key ? KAIKU_REFUSED : compare_rules(&former->model, &now->model, why);

    if (key)
        snprintf(why, KAIKU_RENEWAL_WHY, "'%s' is another", key);
    else if (status != KAIKU_OK && status != KAIKU_REFUSED)
        snprintf(why, KAIKU_RENEWAL_WHY, "%s", kaiku_status_text(status));
    return status;
}
