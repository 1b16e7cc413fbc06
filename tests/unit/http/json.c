#include "json.h"

#include <criterion/criterion.h>

static struct kaiku_buffer buffer;
static struct http_json json;

static void begin(void)
{
    kaiku_buffer_clear(&buffer);
    json = (struct http_json){.out = &buffer};
}

static void expect(const char *expected)
{
    cr_assert_not(buffer.failed);
    cr_expect_str_eq(kaiku_buffer_cstring(&buffer), expected);
}

static void release(void)
{
    kaiku_buffer_release(&buffer);
}

TestSuite(json, .init = begin, .fini = release);

Test(json, commas_and_brackets)
{
    http_json_open(&json, '{');
    http_json_name(&json, KAIKU_TEXT("a"));
    http_json_open(&json, '[');
    http_json_close(&json, ']');
    http_json_name(&json, KAIKU_TEXT("b"));
    http_json_open(&json, '[');
    http_json_integer(&json, -1);
    http_json_string(&json, NULL);
    http_json_open(&json, '{');
    http_json_close(&json, '}');
    http_json_string(&json, "x");
    http_json_close(&json, ']');
    http_json_close(&json, '}');
    expect("{\"a\":[],\"b\":[-1,null,{},\"x\"]}");
}

Test(json, texts)
{
    static const char *const cases[][2] = {
        {"", "\"\""},
        {"a\"b\\c/", "\"a\\\"b\\\\c/\""},
        {"\n\x01\x1f\x7f", "\"\\u000a\\u0001\\u001f\x7f\""},
        {"\xc3\xa4\xf0\x9f\x98\x80", "\"\xc3\xa4\xf0\x9f\x98\x80\""},
        {"a\xff\xc3\xa4\xc3", "\"a\xef\xbf\xbd\xc3\xa4\xef\xbf\xbd\""},
        {"\xed\xa0\x80\"", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\\\"\""},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        begin();
        http_json_string(&json, cases[i][0]);
        expect(cases[i][1]);
    }
}

Test(json, a_text_may_hold_a_nul)
{
    http_json_text(&json, (struct kaiku_text){"a\0b", 3});
    expect("\"a\\u0000b\"");
}

Test(json, figures_are_typed)
{
    static const char *const cases[][2] = {
        {"0", "0"},         {"-12.5", "-12.5"},   {"1767571200000", "1767571200000"},
        {"0.0001", "0.0001"}, {"nan", "null"},    {"met", "\"met\""},
        {"", "\"\""},       {"-", "\"-\""},       {"01", "\"01\""},
        {"1.", "\"1.\""},   {".5", "\".5\""},     {"+1", "\"+1\""},
        {"1e5", "\"1e5\""}, {"0x1", "\"0x1\""},   {"1 ", "\"1 \""},
        {"inf", "\"inf\""}, {"NaN", "\"NaN\""},   {"-0", "-0"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        begin();
        http_json_figure(&json, kaiku_text_of(cases[i][0]));
        expect(cases[i][1]);
    }
}

Test(json, the_guard_before_numeric_texts_goes)
{
    static const char *const cases[][2] = {
        {"\xc2\xa0" "12", "\"12\""},   {"\xc2\xa0" "nan", "\"nan\""}, {"\xc2\xa0" "0x1f", "\"0x1f\""},
        {"\xc2\xa0north", "\"\xc2\xa0north\""}, {"\xc2\xa0", "\"\xc2\xa0\""}, {"12", "\"12\""}, {"a%7Cb", "\"a%7Cb\""},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        begin();
        http_json_column(&json, kaiku_text_of(cases[i][0]));
        expect(cases[i][1]);
    }
}
