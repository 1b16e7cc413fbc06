#include <criterion/criterion.h>

#include <regex.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <base/log.h>

#define TIME "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[.][0-9]{3}Z"

static char logged[32768];
static int ends[2];
static int stderr_copy;

static void begin(void)
{
    cr_assert_eq(pipe(ends), 0);
    stderr_copy = dup(STDERR_FILENO);
    dup2(ends[1], STDERR_FILENO);
}

/* Gives standard error back and returns what came since begin(). */
static const char *finish(void)
{
    dup2(stderr_copy, STDERR_FILENO);
    close(stderr_copy);
    close(ends[1]);
    ssize_t size = read(ends[0], logged, sizeof(logged) - 1);
    cr_assert_geq(size, 0);
    logged[size] = '\0';
    close(ends[0]);
    return logged;
}

static bool matches(const char *text, const char *pattern)
{
    regex_t regex;

    cr_assert_eq(regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB), 0);
    bool answer = regexec(&regex, text, 0, NULL, 0) == 0;
    regfree(&regex);
    return answer;
}

Test(log, writes_text_for_people)
{
    begin();
    kaiku_info("read %d records", 3);
    const char *line = finish();

    cr_assert(matches(line, "^" TIME " info  read 3 records\n$"), "%s", line);
}

Test(log, writes_json_for_collectors)
{
    begin();
    kaiku_log_configure(KAIKU_LOG_DEBUG, true);
    kaiku_debug("a \"b\" \\ c\nd \xc3\xa4");
    const char *line = finish();

    cr_assert(matches(line, "^[{]\"time\":\"" TIME "\",\"level\":\"debug\",\"message\":\"a "),
              "%s", line);
    cr_assert(strstr(line, "a \\u0022b\\u0022 \\u005c c\\u000ad \xc3\xa4\"}\n"), "%s", line);
}

Test(log, leaves_out_what_is_below_the_level)
{
    begin();
    kaiku_debug("not this");
    kaiku_log_configure(KAIKU_LOG_ERROR, false);
    kaiku_warn("nor this");
    kaiku_error("but this");
    const char *line = finish();

    cr_assert(matches(line, "^" TIME " error but this\n$"), "%s", line);
}

Test(log, lets_no_message_forge_a_line)
{
    begin();
    kaiku_info("cannot open 'a\nb\x1b[2J'");
    const char *line = finish();

    cr_assert(matches(line, "info  cannot open 'a b \\[2J'\n$"), "%s", line);
}

Test(log, replaces_bytes_that_are_no_text)
{
    begin();
    kaiku_info("cannot open '\xff'");
    const char *line = finish();

    cr_assert(matches(line, "cannot open '[?]'\n$"), "%s", line);
}

Test(log, cuts_long_messages_between_characters)
{
    char message[8001];

    for (size_t i = 0; i < 8000; i += 2)
        memcpy(message + i, "\xc3\xa4", 2);
    message[8000] = '\0';
    for (int shift = 0; shift < 2; shift++) {
        begin();
        kaiku_info("%.*s%s", shift, "x", message);
        const char *line = finish();
        cr_assert_gt(strlen(line), 2000);
        cr_assert_str_eq(line + strlen(line) - 3, "\xc3\xa4\n");
    }
}

Test(log, has_room_for_a_long_message_of_escapes)
{
    char message[8001];

    memset(message, '"', 8000);
    message[8000] = '\0';
    begin();
    kaiku_log_configure(KAIKU_LOG_INFO, true);
    kaiku_info("%s", message);
    const char *line = finish();
    cr_assert_gt(strlen(line), 12000);
    cr_assert_str_eq(line + strlen(line) - 9, "\\u0022\"}\n");
}
