#include "unescape.h"

#include <criterion/criterion.h>

static enum kaiku_unescaped unescape(const char *text, char out[64])
{
    size_t size = strlen(text);
    enum kaiku_unescaped result;

    memcpy(out, text, size);
    result = kaiku_unescape(out, &size);
    if (result != KAIKU_UNESCAPED_BAD)
        out[size] = '\0';
    return result;
}

Test(unescape, takes_every_escape_of_json)
{
    static const char *const cases[][2] = {
        {"", ""},
        {"plain", "plain"},
        {"a\\nb\\tc", "a\nb\tc"},
        {"\\\"\\\\\\/\\b\\f\\n\\r\\t", "\"\\/\b\f\n\r\t"},
        {"\\u0041\\u00e4\\u00C4", "A\xc3\xa4\xc3\x84"},
        {"\\u20ac", "\xe2\x82\xac"},
        {"\\uFFFF", "\xef\xbf\xbf"},
        {"\\ud83d\\ude00!", "\xf0\x9f\x98\x80!"},
        {"\\uDBFF\\uDFFF", "\xf4\x8f\xbf\xbf"},
        {"\xc3\xa4\\n\xc3\xa4", "\xc3\xa4\n\xc3\xa4"},
        {"\\\\n", "\\n"},
        {"\\u00411", "A1"},
        {"\\u0001", "\x01"},
    };
    char out[64];

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        cr_expect_eq(unescape(cases[i][0], out), KAIKU_UNESCAPED, "%s", cases[i][0]);
        cr_expect_str_eq(out, cases[i][1]);
    }
}

Test(unescape, tells_nul_and_lone_surrogates)
{
    static const char *const cases[] = {
        "\\u0000",         "a\\u0000b",       "\\ud83d",        "\\ude00",         "\\ud83dx",
        "\\ud83d\\u0041",  "\\ud83d\\n",      "\\ude00\\ud83d", "\\ud83d\\ud83d\\ude00",
        "\\ud83d\\ude00\\ude00", "\\uD800\\uDBFF",
    };
    char out[64];

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
        cr_expect_eq(unescape(cases[i], out), KAIKU_UNESCAPED_ODD, "%s", cases[i]);
}

Test(unescape, refuses_what_json_does_not_know)
{
    static const char *const cases[] = {
        "\\x", "\\'", "\\0", "\\U0041", "\\u", "\\u1", "\\u123", "\\u12g4", "\\u-123", "\\ ",
        "\\\xc3\xa4", "\\\x01", "a\\u0000\\q", "\\ud83d\\u12", "\\ud83d\\uzzzz", "\\a", "\\v",
        "\\e",
    };
    char out[64];

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
        cr_expect_eq(unescape(cases[i], out), KAIKU_UNESCAPED_BAD, "%s", cases[i]);
}
