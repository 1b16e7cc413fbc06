/* What is no YAML, and YAML that is not taken. */
#include "check.h"

Test(yaml, mistakes)
{
    static const struct mistake_case cases[] = {
        {"log: [\n", "x:6:1: no valid YAML: flow sequence without a closing bracket\n"},
        {"log: {level: info}\nlog: {level: error}\n",
         "x:6:1: key 'log' stands twice, first in line 5\n"},
        {"---\nlog: {}\n", "x:5:1: a second document begins here, but a file holds only one\n"},
        {"log: {level: !!str info}\n",
         "x:5:14: tags are not supported: values are taken as written\n"},
        {"log: {level: *there}\n", "x:5:14: unknown alias 'there'\n"},
        {"<<: {workers: 3}\n",
         "x:5:1: merge keys ('<<') are not supported: write the keys out\n"},
        {"log: {level: \"in\\0fo\"}\n", "x:5:14: NUL character in a value\n"},
        {"log: {[a]: b}\n", "x:5:7: a key must be plain text\n"},
        {"log: {level: \"lär\xff\"}\n", "x:5:18: no valid UTF-8\n"},
        {"log: {level: }\n",
         "x:5:7: expects 'debug', 'info', 'warning' or 'error', not nothing\n"},
        {"log: {level: ~}\n",
         "x:5:14: expects 'debug', 'info', 'warning' or 'error', not nothing\n"},
        {"log: {level: {a: b}}\n",
         "x:5:14: expects 'debug', 'info', 'warning' or 'error', not a mapping\n"},
        {"log:\n", "x:5:1: expects a mapping, not nothing\n"},
        {"log: {lävel: info, x: \"a\\nb\"}\n",
         "x:5:7: unknown key 'lävel', did you mean 'level'?\n"
         "x:5:20: unknown key 'x', did you mean 'level'?\n"},
        /* Columns count characters, and a quoted text stands where its quote does. */
        {"log: {level: \"\xc3\xa4\xc3\xa4\", format: \"x\\ny\"}\n",
         "x:5:14: expects 'debug', 'info', 'warning' or 'error', not 'ää'\n"
         "x:5:28: expects 'text' or 'json', not 'x y'\n"},
    };

    EXPECT_EACH(BEFORE_LINE_5, "", cases);
}

Test(yaml, nul_character)
{
    static const char text[] = "kafka: {}\nworkers: \0";
    struct kaiku_settings *settings = NULL;
    struct kaiku_mistakes mistakes;

    cr_expect_eq(kaiku_config_parse((struct kaiku_text){text, sizeof(text) - 1}, &settings,
                                    &mistakes),
                 KAIKU_CONFIG);
    cr_assert_eq(mistakes.n, 1);
    cr_expect_eq(mistakes.items[0].line, 2);
    cr_expect_eq(mistakes.items[0].column, 10);
    cr_expect_str_eq(mistakes.items[0].message, "NUL character");
    kaiku_mistakes_release(&mistakes);
}

Test(yaml, aliases)
{
    struct kaiku_settings *s = settings_of(KAFKA EVENT METRICS
                                           "views:\n"
                                           "  - {name: a, by: [], windows: &w [5m, week]}\n"
                                           "  - {name: b, by: [team], windows: *w}\n");

    cr_expect_eq(s->model.views[1].n_windows, 2);
    cr_expect_str_eq(s->model.views[1].windows[1].name, "week");
    kaiku_settings_destroy(s);
}

Test(yaml, deep_nesting_is_bounded)
{
    char text[4096] = "log: ";

    memset(text + 5, '[', 4000);
    expect_mistakes(text, "x:1:69: nested deeper than 64 levels\n");
}

Test(yaml, number_of_values_is_bounded)
{
    size_t n = 30000;
    char *text = malloc(2 * n + 1);

    cr_assert_not_null(text);
    for (size_t i = 0; i < n; i++)
        memcpy(text + 2 * i, i == 0 ? "[x" : ",x", 2);
    text[2 * n] = '\0';
    expect_mistakes(text, "x:1:40000: more than 20000 values in one file\n");
    free(text);
}

Test(yaml, byte_order_mark_and_carriage_returns)
{
    struct kaiku_settings *s =
        settings_of("\xef\xbb\xbf" KAFKA EVENT METRICS VIEWS "workers: 7\r\n");

    cr_expect_eq(s->workers, 7);
    kaiku_settings_destroy(s);
}
