/* ${NAME} and ${file:/path}. */
#include "check.h"

#include <unistd.h>

static char path[] = "/tmp/kaiku-secret-XXXXXX";

static void write_secret(const char *text)
{
    int fd = mkstemp(path);

    cr_assert_geq(fd, 0);
    cr_assert_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
}

/* The password is the secret's file, with something around it. */
static struct kaiku_settings *read_with_file(const char *before, const char *behind)
{
    char *text;

    cr_assert(asprintf(&text, BEFORE_LINE_5 "redis: {password: \"%s${file:%s}%s\"}\n", before, path,
                       behind) >= 0);
    struct kaiku_settings *settings = settings_of(text);
    free(text);
    return settings;
}

Test(substitute, variable)
{
    setenv("KAIKU_TEST", "a: [b, #c}\" 'x", 1);
    setenv("KAIKU_HOST", "cache", 1);
    setenv("KAIKU_NOTHING", "", 1);
    struct kaiku_settings *s =
        settings_of(BEFORE_LINE_5 "redis: {url: 'redis://${KAIKU_HOST}:63${KAIKU_NOTHING}79', "
                                  "password: '${KAIKU_TEST}', user: u}\n");

    cr_expect_str_eq(s->redis.host, "cache");
    cr_expect_eq(s->redis.port, 6379);
    cr_expect_str_eq(s->redis.password, "a: [b, #c}\" 'x");
    kaiku_settings_destroy(s);
}

Test(substitute, a_variable_keeps_its_value)
{
    setenv("KAIKU_TEST", "s3cret", 1);
    struct kaiku_settings *s = settings_of(
        BEFORE_LINE_5 "redis: {user: '${KAIKU_TEST}', password: '${KAIKU_TEST}${KAIKU_TEST}'}\n");

    cr_expect_str_eq(s->redis.user, "s3cret");
    cr_expect_str_eq(s->redis.password, "s3crets3cret");
    cr_expect_str_eq(getenv("KAIKU_TEST"), "s3cret");
    kaiku_settings_destroy(s);
}

Test(substitute, first_line_of_a_file)
{
    write_secret("s3cr{et}: ${HOME}\r\nsecond\n");
    struct kaiku_settings *s = read_with_file("<", ">");

    cr_expect_str_eq(s->redis.password, "<s3cr{et}: ${HOME}>",
                     "what comes in is not replaced again");
    kaiku_settings_destroy(s);
    unlink(path);
}

Test(substitute, a_file_without_a_line_end)
{
    write_secret("abc");
    struct kaiku_settings *s = read_with_file("", "");

    cr_expect_str_eq(s->redis.password, "abc");
    kaiku_settings_destroy(s);
    unlink(path);
}

Test(substitute, mistakes)
{
    static const struct mistake_case cases[] = {
        {"redis: {password: '${KAIKU_UNSET}'}\n",
         "x:5:19: cannot replace '${KAIKU_UNSET}': no such environment variable\n"},
        {"redis: {password: '${file:/no/such}'}\n",
         "x:5:19: cannot replace '${file:/no/such}': No such file or directory\n"},
        {"redis: {password: '${file:/dev/null}'}\n",
         "x:5:19: cannot replace '${file:/dev/null}': the file is empty\n"},
        {"redis: {password: '${file:/}'}\n",
         "x:5:19: cannot replace '${file:/}': Is a directory\n"},
        {"redis: {password: '${file:/dev/zero}'}\n",
         "x:5:19: cannot replace '${file:/dev/zero}': its first line is longer than 65536 bytes\n"},
        {"redis: {password: '${file:/proc/self/cmdline}'}\n",
         "x:5:19: cannot replace '${file:/proc/self/cmdline}': its first line holds a NUL\n"},
        {"redis: {password: '${file:relative}'}\n",
         "x:5:19: expects ${NAME} or ${file:/path}, not '${file:relative}'\n"},
        {"redis: {password: '${}'}\n", "x:5:19: expects ${NAME} or ${file:/path}, not '${}'\n"},
        {"redis: {password: '${1A}'}\n", "x:5:19: expects ${NAME} or ${file:/path}, not '${1A}'\n"},
        {"redis: {password: '${A'}\n", "x:5:19: '${' without its '}'\n"},
        {"workers: ${KAIKU_UNSET}\nlog: {level: '${KAIKU_UNSET}'}\n",
         "x:5:10: cannot replace '${KAIKU_UNSET}': no such environment variable\n"
         "x:6:14: cannot replace '${KAIKU_UNSET}': no such environment variable\n"},
        /* Keys are never replaced. */
        {"log: {'${KAIKU_UNSET}': x}\n",
         "x:5:7: unknown key '${KAIKU_UNSET}', did you mean 'level'?\n"},
    };

    unsetenv("KAIKU_UNSET");
    EXPECT_EACH(BEFORE_LINE_5, "", cases);
}

/* Wherever a secret may have been put by mistake, it does not show. */
Test(substitute, messages_never_show_what_came_in)
{
    static const char *const texts[] = {
        "workers: ${S}\n",
        "time_zone: ${S}\n",
        "time_zone: Europe/${S}\n",
        "log: {level: '${S}', format: 'x${S}'}\n",
        "redis: {url: '${S}', prefix: '{${S}', timeout: '${S}', shards: '${S}'}\n",
        "redis: {url: 'redis://u:${S}@host:port'}\n",
        "redis: {url: 'redis://${S}:${S}'}\n",
        "redis: {url: 'redis://host/${S}'}\n",
        "redis: {tls: '${S}'}\n",
        "targets: [{view: '${S}', member: '${S}', metric: '${S}', window: '${S}', goal: '${S}'}]\n",
        "targets: [{view: teams, member: '${S}|a|b', metric: '${S}', window: '${S}', goal: 1}]\n",
        "alerts: [{name: '${S} ', when: '${S} < 5', per: '${S}', carry: ['${S}', x: '${S}']}]\n",
        "alerts: [{name: a, when: 'nps = ${S}', where: {team: {a: '${S}'}}}]\n",
        "alerts: [{name: '${S}', when: nps < 5}, {name: '${S}', when: nps < 5}]\n",
    };

    setenv("S", "hunter2", 1);
    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
        char *text;
        cr_assert(asprintf(&text, BEFORE_LINE_5 "%s", texts[i]) >= 0);
        char *found = mistakes_of(text);
        cr_expect(strlen(found) > 0, "no mistake in: %s", texts[i]);
        cr_expect_null(strstr(found, "hunter2"), "%s", found);
        free(found);
        free(text);
    }
}

Test(substitute, messages_never_show_what_came_in_early_sections)
{
    setenv("S", "hunter2", 1);
    char *found = mistakes_of("kafka: {topics: ['${S} ', '${S} '], start: '${S}', "
                              "properties: {partition.assignment.strategy: 'cooperative${S}'}}\n"
                              "event: {id: '${S}', max_bytes: '${S}', max_age: '${S}', "
                              "dimensions: {a: '${S}', b: {field: /b, max_values: '${S}'}}}\n"
                              "metrics: [{name: a, kind: '${S}'}, {name: '${S} ', kind: mean, "
                              "field: '${S}', scale: '${S}'}, {name: '${S} ', kind: count}, "
                              "{name: r, kind: rate, field: /r, when: '${S}'}, "
                              "{name: q, kind: ratio, of: a, over: '${S}x'}]\n"
                              "views: [{name: '${S}', by: ['${S}'], windows: ['${S}']}, "
                              "{name: '${S}', by: [a], windows: [1m], grouping: '${S}', rows: "
                              "'${S}', "
                              "min_n: '${S}', retention: {1m: '${S}'}}]\n");

    cr_expect(strlen(found) > 0);
    cr_expect_null(strstr(found, "hunter2"), "%s", found);
    free(found);
}
