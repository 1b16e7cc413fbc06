/* redis.url */
#include "check.h"

static struct kaiku_settings *read_url(const char *url)
{
    char *text;

    cr_assert(asprintf(&text, BEFORE_LINE_5 "redis: {url: '%s'}\n", url) >= 0);
    struct kaiku_settings *settings = settings_of(text);
    free(text);
    return settings;
}

static void expect_same(const char *found, const char *expected)
{
    if (expected)
        cr_expect(found && strcmp(found, expected) == 0, "%s instead of %s", found, expected);
    else
        cr_expect_null(found);
}

Test(redis_url, forms)
{
    static const struct {
        const char *url, *host, *path, *user, *password;
        uint16_t port;
        uint32_t database;
        bool tls;
    } cases[] = {
        {"redis://cache", "cache", NULL, NULL, NULL, 6379, 0, false},
        {"redis://cache/", "cache", NULL, NULL, NULL, 6379, 0, false},
        {"redis://cache:7000/15", "cache", NULL, NULL, NULL, 7000, 15, false},
        {"rediss://cache", "cache", NULL, NULL, NULL, 6379, 0, true},
        {"redis://u:p@cache:1", "cache", NULL, "u", "p", 1, 0, false},
        {"redis://:p@cache", "cache", NULL, NULL, "p", 6379, 0, false},
        {"redis://u@cache", "cache", NULL, "u", NULL, 6379, 0, false},
        {"redis://u%40x:a%3Ab%2fc@cache", "cache", NULL, "u@x", "a:b/c", 6379, 0, false},
        {"redis://u:a@b/c:d@cache/3", "cache", NULL, "u", "a@b/c:d", 6379, 3, false},
        {"redis://[::1]", "::1", NULL, NULL, NULL, 6379, 0, false},
        {"redis://u:p@[fe80::2]:65535/1", "fe80::2", NULL, "u", "p", 65535, 1, false},
        {"unix:///run/redis.sock", NULL, "/run/redis.sock", NULL, NULL, 6379, 0, false},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct kaiku_settings *s = read_url(cases[i].url);
        expect_same(s->redis.host, cases[i].host);
        expect_same(s->redis.path, cases[i].path);
        expect_same(s->redis.user, cases[i].user);
        expect_same(s->redis.password, cases[i].password);
        cr_expect_eq(s->redis.port, cases[i].port, "%s", cases[i].url);
        cr_expect_eq(s->redis.database, cases[i].database, "%s", cases[i].url);
        cr_expect_eq(s->redis.tls, cases[i].tls, "%s", cases[i].url);
        kaiku_settings_destroy(s);
    }
}

#define EXPECTS                                                                                    \
    "x:5:14: expects redis://[user:password@]host[:port][/database], the same with rediss://, or " \
    "unix:///path: "

Test(redis_url, mistakes)
{
    static const struct mistake_case cases[] = {
        {"redis: {url: 'localhost:6379'}\n", EXPECTS "it begins otherwise\n"},
        {"redis: {url: 'redis://'}\n", EXPECTS "the host is missing\n"},
        {"redis: {url: 'redis://:6379'}\n", EXPECTS "the host is missing\n"},
        {"redis: {url: 'redis://h:0'}\n", EXPECTS "the port is no number from 1 to 65535\n"},
        {"redis: {url: 'redis://h:65536'}\n", EXPECTS "the port is no number from 1 to 65535\n"},
        {"redis: {url: 'redis://h:'}\n", EXPECTS "the port is no number from 1 to 65535\n"},
        {"redis: {url: 'redis://h/x'}\n", EXPECTS "the database is no number\n"},
        {"redis: {url: 'redis://h/-1'}\n", EXPECTS "the database is no number\n"},
        {"redis: {url: 'redis://[::1'}\n", EXPECTS "']' is missing\n"},
        {"redis: {url: 'redis://[::1]6379'}\n", EXPECTS "after ']' only a port can follow\n"},
        {"redis: {url: 'redis://u:100%@h'}\n",
         EXPECTS "'%' in user or password needs two hexadecimal digits behind it\n"},
        {"redis: {url: 'redis://u:%00x@h'}\n",
         EXPECTS "'%' in user or password needs two hexadecimal digits behind it\n"},
        {"redis: {url: 'unix://run/x'}\n",
         EXPECTS "the path of the socket must begin with a slash\n"},
        {"redis: {url: [redis://h]}\n",
         "x:5:14: expects redis://[user:password@]host[:port][/database], the same with rediss://, "
         "or unix:///path, not a list\n"},
    };

    EXPECT_EACH(BEFORE_LINE_5, "", cases);
}
