#include "redis_url.h"

#include <stdlib.h>

enum { PORT_MAX = 65535, DATABASE_MAX = 1000000 };

static bool take_prefix(struct kaiku_text *text, const char *prefix)
{
    size_t size = strlen(prefix);

    if (text->size < size || memcmp(text->data, prefix, size) != 0)
        return false;
    text->data += size;
    text->size -= size;
    return true;
}

/* Splits off what stands before the separator; false where there is none, and all of text is
 * left. */
static bool take_until(struct kaiku_text *text, const char *separator, struct kaiku_text *out)
{
    if (!separator)
        return false;
    *out = (struct kaiku_text){text->data, (size_t)(separator - text->data)};
    text->size -= out->size + 1;
    text->data = separator + 1;
    return true;
}

static const char *first(struct kaiku_text text, char c)
{
    return text.size ? memchr(text.data, c, text.size) : NULL;
}

static const char *last(struct kaiku_text text, char c)
{
    return text.size ? memrchr(text.data, c, text.size) : NULL;
}

static int hex_digit(char c)
{
    const char *digits = "0123456789abcdef";
    const char *found = c ? strchr(digits, c >= 'A' && c <= 'F' ? c - 'A' + 'a' : c) : NULL;

    return found ? (int)(found - digits) : -1;
}

/* A copy with %41 and the like replaced; an empty text leaves *out as it is. */
static bool decode(struct kaiku_reader *reader, struct kaiku_text text, char **out)
{
    size_t size = 0;

    if (text.size == 0)
        return true;
    char *copy = kaiku_reader_copy(reader, text);
    if (!copy)
        return true;
    for (size_t i = 0; i < text.size; i++) {
        char c = text.data[i];
        if (c == '%') {
            int high = i + 2 < text.size ? hex_digit(text.data[i + 1]) : -1;
            int low = i + 2 < text.size ? hex_digit(text.data[i + 2]) : -1;
            if (high < 0 || low < 0 || high + low == 0) {
                free(copy);
                return false;
            }
            c = (char)(high * 16 + low);
            i += 2;
        }
        copy[size++] = c;
    }
    copy[size] = '\0';
    free(*out);
    *out = copy;
    return true;
}

/* host[:port], [::1][:port]; returns what is wrong, NULL where nothing is. */
static const char *read_host(struct kaiku_reader *reader, struct kaiku_text text,
                             struct kaiku_redis_settings *redis)
{
    struct kaiku_text host;
    int64_t port = KAIKU_REDIS_PORT;
    bool has_port;

    if (take_prefix(&text, "[")) {
        if (!take_until(&text, first(text, ']'), &host))
            return "']' is missing";
        has_port = take_prefix(&text, ":");
        if (!has_port && text.size > 0)
            return "after ']' only a port can follow";
    } else {
        has_port = take_until(&text, first(text, ':'), &host);
        if (!has_port)
            host = text;
    }
    if (host.size == 0)
        return "the host is missing";
    if (has_port && (kaiku_integer_read(text, &port) || port < 1 || port > PORT_MAX))
        return "the port is no number from 1 to 65535";
    redis->port = (uint16_t)port;
    free(redis->host);
    redis->host = kaiku_reader_copy(reader, host);
    return NULL;
}

static const char *read_server(struct kaiku_reader *reader, struct kaiku_text text,
                               struct kaiku_redis_settings *redis)
{
    struct kaiku_text credentials = {0}, user, server;
    int64_t database = 0;

    /* The last @, so that a password may hold one, or a slash. */
    take_until(&text, last(text, '@'), &credentials);
    if (!take_until(&credentials, first(credentials, ':'), &user)) {
        user = credentials;
        credentials.size = 0;
    }
    if (!decode(reader, user, &redis->user) || !decode(reader, credentials, &redis->password))
        return "'%' in user or password needs two hexadecimal digits behind it";
    if (!take_until(&text, first(text, '/'), &server)) {
        server = text;
        text.size = 0;
    }
    if (text.size > 0 &&
        (kaiku_integer_read(text, &database) || database < 0 || database > DATABASE_MAX))
        return "the database is no number";
    redis->database = (uint32_t)database;
    return read_host(reader, server, redis);
}

static const char *read_socket(struct kaiku_reader *reader, struct kaiku_text path,
                               struct kaiku_redis_settings *redis)
{
    if (path.size < 2 || path.data[0] != '/')
        return "the path of the socket must begin with a slash";
    redis->path = kaiku_reader_copy(reader, path);
    free(redis->host);
    redis->host = NULL;
    return NULL;
}

void kaiku_read_redis_url(struct kaiku_reader *reader, const struct kaiku_yaml *node,
                          struct kaiku_redis_settings *redis)
{
    const char *form = "redis://[user:password@]host[:port][/database], the same with "
                       "rediss://, or unix:///path";
    const char *problem;

    if (!kaiku_read_scalar(reader, node, form))
        return;
    struct kaiku_text text = node->text;
    redis->tls = take_prefix(&text, "rediss://");
    if (redis->tls || take_prefix(&text, "redis://"))
        problem = read_server(reader, text, redis);
    else if (take_prefix(&text, "unix://"))
        problem = read_socket(reader, text, redis);
    else
        problem = "it begins otherwise";
    if (problem)
        kaiku_mistake(reader, node, "expects %s: %s", form, problem);
}
