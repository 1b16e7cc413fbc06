#include <criterion/criterion.h>

#include <stdlib.h>

#include <base/text.h>

/* In a block of its own exact size, so that AddressSanitizer sees any read past the end. */
static bool is_utf8(const char *bytes, size_t size)
{
    char *copy = malloc(size ? size : 1);

    memcpy(copy, bytes, size);
    bool answer = kaiku_text_is_utf8((struct kaiku_text){copy, size});
    free(copy);
    return answer;
}

#define IS_UTF8(literal) is_utf8(literal, sizeof(literal) - 1)

Test(text, equal_compares_bytes)
{
    cr_assert(kaiku_text_equal(KAIKU_TEXT("kaiku"), kaiku_text_of("kaiku")));
    cr_assert_not(kaiku_text_equal(KAIKU_TEXT("kaiku"), KAIKU_TEXT("kaiky")));
    cr_assert_not(kaiku_text_equal(KAIKU_TEXT("kaiku"), KAIKU_TEXT("kaik")));
    cr_assert(kaiku_text_equal((struct kaiku_text){NULL, 0}, KAIKU_TEXT("")));
}

Test(text, cut_keeps_characters_whole)
{
    struct kaiku_text text = KAIKU_TEXT("a\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80");
    const size_t cuts[] = {0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 10};

    for (size_t max = 0; max < sizeof(cuts) / sizeof(cuts[0]); max++)
        cr_assert_eq(kaiku_text_cut(text, max).size, cuts[max], "at %zu", max);
}

Test(text, utf8_takes_the_ends_of_each_range)
{
    cr_assert(kaiku_text_is_utf8((struct kaiku_text){NULL, 0}));
    cr_assert(IS_UTF8("\x7f"));
    cr_assert(IS_UTF8("\xc2\x80\xdf\xbf"));
    cr_assert(IS_UTF8("\xe0\xa0\x80\xec\xbf\xbf\xed\x80\x80\xed\x9f\xbf\xee\x80\x80\xef\xbf\xbf"));
    cr_assert(IS_UTF8("\xf0\x90\x80\x80\xf3\xbf\xbf\xbf\xf4\x8f\xbf\xbf"));
}

Test(text, utf8_refuses_what_lies_beside_each_range)
{
    cr_assert_not(IS_UTF8("\x80"));
    cr_assert_not(IS_UTF8("\xbf"));
    cr_assert_not(IS_UTF8("\xc0\x80"), "overlong");
    cr_assert_not(IS_UTF8("\xc1\xbf"), "overlong");
    cr_assert_not(IS_UTF8("\xe0\x9f\xbf"), "overlong");
    cr_assert_not(IS_UTF8("\xf0\x8f\xbf\xbf"), "overlong");
    cr_assert_not(IS_UTF8("\xed\xa0\x80"), "surrogate");
    cr_assert_not(IS_UTF8("\xf4\x90\x80\x80"), "above U+10FFFF");
    cr_assert_not(IS_UTF8("\xf5\x80\x80\x80"));
    cr_assert_not(IS_UTF8("\xff"));
    cr_assert_not(IS_UTF8("\xc3\x28"));
    cr_assert_not(IS_UTF8("\xc3\xc3"));
    cr_assert_not(IS_UTF8("\xe2\x82\x28"));
    cr_assert_not(IS_UTF8("\xf0\x9f\x98\xc0"));
}

/* All positions in and around the words that are read at once. */
Test(text, utf8_looks_at_each_byte)
{
    char bytes[80];

    for (size_t size = 1; size <= sizeof(bytes); size++) {
        memset(bytes, 'x', size);
        cr_assert(is_utf8(bytes, size));
        for (size_t i = 0; i < size; i++) {
            bytes[i] = '\x80';
            cr_assert_not(is_utf8(bytes, size), "byte %zu of %zu", i, size);
            bytes[i] = '\xc3';
            cr_assert_not(is_utf8(bytes, size), "byte %zu of %zu", i, size);
            if (i + 1 < size) {
                bytes[i + 1] = '\xa4';
                cr_assert(is_utf8(bytes, size), "byte %zu of %zu", i, size);
                bytes[i + 1] = 'x';
            }
            bytes[i] = 'x';
        }
    }
}

Test(text, utf8_refuses_characters_cut_by_the_end)
{
    cr_assert_not(IS_UTF8("\xc3"));
    cr_assert_not(IS_UTF8("abc\xe2\x82"));
    cr_assert_not(IS_UTF8("abcdefgh\xf0\x9f\x98"));
}

Test(buffer, begins_empty)
{
    struct kaiku_buffer buffer = {0};

    cr_assert_str_eq(kaiku_buffer_cstring(&buffer), "");
    cr_assert_eq(buffer.size, 0);
    kaiku_buffer_release(&buffer);
    cr_assert_null(buffer.data);
}

Test(buffer, appends_in_order)
{
    struct kaiku_buffer buffer = {0};

    kaiku_buffer_append(&buffer, "ab\0c", 4);
    kaiku_buffer_clear(&buffer);
    kaiku_buffer_append(&buffer, NULL, 0);
    kaiku_buffer_string(&buffer, "one");
    kaiku_buffer_char(&buffer, ' ');
    kaiku_buffer_text(&buffer, KAIKU_TEXT("two"));
    kaiku_buffer_format(&buffer, " %d %s", 3, "four");
    cr_assert_str_eq(kaiku_buffer_cstring(&buffer), "one two 3 four");
    cr_assert_eq(buffer.size, 14);
    cr_assert(kaiku_text_equal(kaiku_buffer_as_text(&buffer), KAIKU_TEXT("one two 3 four")));
    kaiku_buffer_release(&buffer);
}

Test(buffer, writes_integers)
{
    const struct { int64_t value; const char *text; } cases[] = {
        {0, "0"},
        {7, "7"},
        {-1, "-1"},
        {1000, "1000"},
        {INT64_MAX, "9223372036854775807"},
        {INT64_MIN, "-9223372036854775808"},
    };
    struct kaiku_buffer buffer = {0};

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        kaiku_buffer_clear(&buffer);
        kaiku_buffer_integer(&buffer, cases[i].value);
        cr_assert_str_eq(kaiku_buffer_cstring(&buffer), cases[i].text);
    }
    kaiku_buffer_release(&buffer);
}

Test(buffer, grows)
{
    struct kaiku_buffer buffer = {0};

    for (int i = 0; i < 1000; i++)
        kaiku_buffer_format(&buffer, "%0*d", i % 200, 7);
    cr_assert_not(buffer.failed);
    cr_assert_eq(buffer.size, 5 * (199 * 200 / 2 + 1));
    for (size_t i = 0; i < buffer.size; i++)
        cr_assert(buffer.data[i] == '0' || buffer.data[i] == '7');
    kaiku_buffer_release(&buffer);
}

Test(buffer, keeps_its_content_and_the_failure_when_memory_runs_out)
{
    struct kaiku_buffer buffer = {0};

    kaiku_buffer_string(&buffer, "kept");
    cr_assert_null(kaiku_buffer_reserve(&buffer, SIZE_MAX - 1));
    cr_assert(buffer.failed);
    kaiku_buffer_string(&buffer, " not this");
    kaiku_buffer_format(&buffer, "%s", " nor this");
    cr_assert(kaiku_text_equal(kaiku_buffer_as_text(&buffer), KAIKU_TEXT("kept")));
    cr_assert_str_eq(kaiku_buffer_cstring(&buffer), "");

    kaiku_buffer_clear(&buffer);
    kaiku_buffer_string(&buffer, "again");
    cr_assert_str_eq(kaiku_buffer_cstring(&buffer), "again");
    kaiku_buffer_release(&buffer);
}
