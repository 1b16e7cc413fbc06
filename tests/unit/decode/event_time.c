#include <decode/event_time.h>

#include <criterion/criterion.h>

#include <stdio.h>

Test(event_time, reads_rfc3339)
{
    static const struct {
        char text[48];
        int64_t ms;
    } cases[] = {
        {"2026-11-21T09:30:00.123Z", 1795253400123},
        {"2026-11-21t09:30:00z", 1795253400000},
        {"2026-11-21 09:30:00+02:00", 1795246200000},
        {"2026-11-21T09:30:00-05:30", 1795273200000},
        {"2026-11-21T09:30:00-00:00", 1795253400000},
        {"2026-11-21T09:30:00.1Z", 1795253400100},
        {"2026-11-21T09:30:00.0009999999999999999999Z", 1795253400000},
        {"2016-12-31T23:59:60Z", 1483228799000},
        {"2016-12-31T23:59:60.5Z", 1483228799500},
        {"2024-02-29T00:00:00Z", 1709164800000},
        {"2000-02-29T00:00:00Z", 951782400000},
        {"2000-03-01T00:00:00Z", 951868800000},
        {"1971-01-01T00:00:00Z", 31536000000},
        {"1970-12-31T23:59:00-00:01", 31536000000},
        {"2199-12-31T23:59:59.999Z", 7258118399999},
        {"2200-01-01T00:30:00+00:31", 7258118340000},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        int64_t ms = 0;

        cr_expect(kaiku_time_from_text(kaiku_text_of(cases[i].text), &ms), "%s", cases[i].text);
        cr_expect_eq(ms, cases[i].ms, "%s: %ld", cases[i].text, (long)ms);
    }
}

Test(event_time, refuses_what_is_no_time)
{
    static const char *const cases[] = {
        "",
        "2026-11-21",
        "2026-11-21T09:30:00",
        "2026-11-21T09:30Z",
        "2026-11-21T09:30:00.Z",
        "2026-11-21T09:30:00,5Z",
        "2026-11-21T09:30:00+2:00",
        "2026-11-21T09:30:00+0200",
        "2026-11-21T09:30:00+24:00",
        "2026-11-21T09:30:00+00:60",
        "2026-11-21T09:30:00+02:00x",
        "2026-11-21T09:30:00+02-00",
        "2026-11-21T09:30:00ZZ",
        "2026-11-21T09:30:00 Z",
        "2026-11-21_09:30:00Z",
        "2026-11-21T09:30:61Z",
        "2026-11-21T09:60:00Z",
        "2026-11-21T24:00:00Z",
        "2026-02-29T00:00:00Z",
        "2100-02-29T00:00:00Z",
        "2026-04-31T00:00:00Z",
        "2026-13-01T00:00:00Z",
        "2026-00-01T00:00:00Z",
        "2026-01-00T00:00:00Z",
        "2026-01-32T00:00:00Z",
        "0000-01-01T00:00:00Z",
        "1970-12-31T23:59:59.999Z",
        "2200-01-01T00:00:00Z",
        "1971-01-01T00:00:00+00:01",
        "2026-1/-21T09:30:00Z",
        "2026-11-21T0:30:00.0Z",
        "-026-11-21T09:30:00Z",
        "2026-11-21T09:30:00.123+",
        "2026-11-21T09:30:00.1x3Z",
        "\xef\xbc\x92" "026-11-21T09:30:00Z",
    };
    int64_t ms;

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
        cr_expect_not(kaiku_time_from_text(kaiku_text_of(cases[i]), &ms), "%s", cases[i]);
}

static bool read(const char *text, int64_t *ms)
{
    struct kaiku_number number = {.text = kaiku_text_of(text)};

    return kaiku_time_from_number(&number, ms);
}

Test(event_time, the_size_of_a_number_tells_its_unit)
{
    static const struct {
        char text[32];
        int64_t ms;
    } cases[] = {
        {"1795253400", 1795253400000},
        {"1795253400.1239", 1795253400123},
        {"1.7952534e9", 1795253400000},
        {"1795253400123", 1795253400123},
        {"1795253400123.9", 1795253400123},
        {"1795253400123456", 1795253400123},
        {"1795253400123456789", 1795253400123},
        {"31536000", 31536000000},
        {"7258118399.9999", 7258118399999},
        {"100000000000", 100000000000},
        {"100000000000000", 100000000000},
        {"1e17", 100000000000},
    };
    static const char *const bad[] = {
        "31535999.9999", "7258118400", "99999999999", "-1", "-0.5", "0", "1e20", "1e401", "1e-401",
        "99999999999999999999", "99999999999999", "1e400",
    };
    int64_t ms;

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        cr_expect(read(cases[i].text, &ms), "%s", cases[i].text);
        cr_expect_eq(ms, cases[i].ms, "%s: %ld", cases[i].text, (long)ms);
    }
    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
        cr_expect_not(read(bad[i], &ms), "%s", bad[i]);
}

/* Against an independent walk over the calendar. */
Test(event_time, every_day)
{
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int64_t day = 365, ms;
    char text[64];

    for (int year = 1971; year < 2200; year++) {
        bool leap = year % 400 == 0 || (year % 4 == 0 && year % 100 != 0);

        for (int month = 1; month <= 12; month++) {
            for (int d = 1; d <= lengths[month - 1] + (leap && month == 2); d++, day++) {
                snprintf(text, sizeof(text), "%04d-%02d-%02dT00:00:00Z", year, month, d);
                cr_assert(kaiku_time_from_text(kaiku_text_of(text), &ms), "%s", text);
                cr_assert_eq(ms, day * 86400000, "%s", text);
            }
        }
    }
}
