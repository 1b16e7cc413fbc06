#include "keys.h"

#include <criterion/criterion.h>
#include <string.h>

static struct app_key key;

static size_t parse(const char *bytes, bool is_all)
{
    return app_key_parse(bytes, strlen(bytes), is_all, &key);
}

static void expect(const char *bytes, enum app_key_kind kind)
{
    cr_expect_eq(parse(bytes, false), strlen(bytes), "%s", bytes + 1);
    cr_expect_eq(key.kind, kind, "%s", bytes + 1);
    cr_expect_str_eq(key.text, "");
}

Test(keys, are_known_by_their_sequences)
{
    expect("\033[A", APP_KEY_UP);
    expect("\033[B", APP_KEY_DOWN);
    expect("\033[C", APP_KEY_RIGHT);
    expect("\033OD", APP_KEY_LEFT);
    expect("\033[H", APP_KEY_HOME);
    expect("\033[1~", APP_KEY_HOME);
    expect("\033[4~", APP_KEY_END);
    expect("\033OF", APP_KEY_END);
    expect("\033[5~", APP_KEY_PAGE_UP);
    expect("\033[6~", APP_KEY_PAGE_DOWN);
    expect("\r", APP_KEY_ENTER);
    expect("\n", APP_KEY_ENTER);
    expect("\x7f", APP_KEY_BACKSPACE);
    expect("\b", APP_KEY_BACKSPACE);
}

Test(keys, that_are_not_ours_are_taken_as_a_whole)
{
    expect("\033[15~", APP_KEY_NONE);
    expect("\033[Z", APP_KEY_NONE);
    expect("\033OP", APP_KEY_NONE);
    expect("\x0c", APP_KEY_NONE);
    expect("\033[1;5C", APP_KEY_RIGHT);
}

Test(keys, are_characters)
{
    cr_expect_eq(parse("q/", false), 1);
    cr_expect_str_eq(key.text, "q");
    cr_expect_eq(parse("電話", false), 3);
    cr_expect_eq(key.kind, APP_KEY_TEXT);
    cr_expect_str_eq(key.text, "電");
    cr_expect_eq(parse("\xff\xff", false), 1);
    cr_expect_eq(key.kind, APP_KEY_NONE);
}

Test(keys, may_come_in_pieces)
{
    const char *const pieces[] = {"\033", "\033[", "\033[1", "\033O", "\xe9\x9b"};

    for (size_t i = 0; i < sizeof(pieces) / sizeof(*pieces); i++)
        cr_expect_eq(parse(pieces[i], false), 0, "%zu", i);
    cr_expect_eq(parse("\033", true), 1);
    cr_expect_eq(key.kind, APP_KEY_ESCAPE);
    cr_expect_eq(parse("\xe9\x9b", true), 2);
    cr_expect_eq(key.kind, APP_KEY_NONE);
    cr_expect_eq(parse("\033q", false), 1);
    cr_expect_eq(key.kind, APP_KEY_ESCAPE);
}
