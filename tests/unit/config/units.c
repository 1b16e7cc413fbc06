/* Readers of single values: what they take, and what they do not. */
#include <units.h>

#include <criterion/criterion.h>

Test(units, durations)
{
    static const struct {
        const char *text;
        int64_t ms;
    } good[] = {{"250ms", 250},     {"0s", 0},          {"30s", 30000},
                {"5m", 300000},     {"1h", 3600000},    {"7d", 604800000},
                {"007s", 7000},     {"100000d", 100000 * KAIKU_DAY_MS}};
    static const char *const bad[] = {"",    "5",   "s",    "-5s",       "1.5s",    "5 s", "5S",
                                      "5w",  "5ss", "+5s",  "5s ",       "100001d", "1e3s",
                                      "9999999999999999999s", "5 m"};
    int64_t ms = -1;

    for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
        cr_expect_eq(kaiku_duration_read(kaiku_text_of(good[i].text), &ms), KAIKU_OK);
        cr_expect_eq(ms, good[i].ms, "%s", good[i].text);
    }
    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
        cr_expect_eq(kaiku_duration_read(kaiku_text_of(bad[i]), &ms), KAIKU_INVALID, "%s", bad[i]);
}

Test(units, durations_as_text)
{
    cr_expect_str_eq(kaiku_duration_write(0).text, "0s");
    cr_expect_str_eq(kaiku_duration_write(1).text, "1ms");
    cr_expect_str_eq(kaiku_duration_write(1500).text, "1500ms");
    cr_expect_str_eq(kaiku_duration_write(90000).text, "90s");
    cr_expect_str_eq(kaiku_duration_write(3600000).text, "1h");
    cr_expect_str_eq(kaiku_duration_write(400 * KAIKU_DAY_MS).text, "400d");
}

Test(units, sizes)
{
    static const char *const bad[] = {"", "KiB", "64KB", "64kib", "64 KiB", "-1", "1GiB", "1.5MiB"};
    int64_t size = -1;

    cr_expect_eq(kaiku_size_read(KAIKU_TEXT("1000"), &size), KAIKU_OK);
    cr_expect_eq(size, 1000);
    cr_expect_eq(kaiku_size_read(KAIKU_TEXT("64KiB"), &size), KAIKU_OK);
    cr_expect_eq(size, 65536);
    cr_expect_eq(kaiku_size_read(KAIKU_TEXT("2MiB"), &size), KAIKU_OK);
    cr_expect_eq(size, 2097152);
    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
        cr_expect_eq(kaiku_size_read(kaiku_text_of(bad[i]), &size), KAIKU_INVALID, "%s", bad[i]);
}

Test(units, integers)
{
    static const char *const bad[] = {"",  "-", "+1", "010", "0x1F", "1_000", "1.0",
                                      "1e3", " 1", "1 ", "--1", "-01", "1000000000000000"};
    int64_t value = 7;

    cr_expect_eq(kaiku_integer_read(KAIKU_TEXT("0"), &value), KAIKU_OK);
    cr_expect_eq(value, 0);
    cr_expect_eq(kaiku_integer_read(KAIKU_TEXT("-42"), &value), KAIKU_OK);
    cr_expect_eq(value, -42);
    cr_expect_eq(kaiku_integer_read(KAIKU_TEXT("999999999999999"), &value), KAIKU_OK);
    cr_expect_eq(value, INT64_C(999999999999999));
    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
        cr_expect_eq(kaiku_integer_read(kaiku_text_of(bad[i]), &value), KAIKU_INVALID, "%s",
                     bad[i]);
}

Test(units, ranges)
{
    static const char *const bad[] = {"", "5", "1..", "..5", "1...5", "1.5", "a..b", "1 .. 5",
                                      "1-5"};
    int64_t low = 0, high = 0;

    cr_expect_eq(kaiku_range_read(KAIKU_TEXT("-5..10"), &low, &high), KAIKU_OK);
    cr_expect(low == -5 && high == 10);
    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
        cr_expect_eq(kaiku_range_read(kaiku_text_of(bad[i]), &low, &high), KAIKU_INVALID, "%s",
                     bad[i]);
}

Test(units, names)
{
    static const char *const bad[] = {"", "_a", "1a", "A", "aB", "a-b", "a.b", "a b", "ä"};

    cr_expect(kaiku_name_is_valid(KAIKU_TEXT("a")));
    cr_expect(kaiku_name_is_valid(KAIKU_TEXT("wait_s_90")));
    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
        cr_expect_not(kaiku_name_is_valid(kaiku_text_of(bad[i])), "%s", bad[i]);
}

Test(units, pointers)
{
    static const char *const bad[] = {"", "a", "#/a", "/a~", "/a~2", "/~/b"};
    static const char *const good[] = {"/", "/a", "/a/b/0", "/a~1b~0c", "//", "/ä b"};

    for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++)
        cr_expect(kaiku_pointer_is_valid(kaiku_text_of(good[i])), "%s", good[i]);
    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
        cr_expect_not(kaiku_pointer_is_valid(kaiku_text_of(bad[i])), "%s", bad[i]);
}
