#include <model/calendar.h>

#include <criterion/criterion.h>

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const struct vector {
    char zone[24];
    int64_t instant;
    int64_t spans[5][2];
} vectors[] = {
#include "calendar_vectors.inc"
};

static const enum kaiku_window_unit units[] = {
    KAIKU_DAY, KAIKU_WEEK, KAIKU_MONTH, KAIKU_QUARTER, KAIKU_YEAR,
};

static struct kaiku_calendar *calendar_of(const char *zone)
{
    struct kaiku_calendar *calendar = NULL;

    cr_assert_eq(kaiku_calendar_create(zone, &calendar), KAIKU_OK, "no zone %s", zone);
    return calendar;
}

static struct kaiku_span window_of(const struct kaiku_calendar *calendar,
                                   enum kaiku_window_unit unit, int64_t time_ms)
{
    const struct kaiku_window window = {.unit = unit};

    return kaiku_calendar_window(calendar, &window, time_ms);
}

static void check_span(struct kaiku_span span, const int64_t expected_s[2], const char *zone,
                       int64_t time_ms)
{
    cr_assert(span.start == expected_s[0] * 1000 && span.end == expected_s[1] * 1000,
              "%s at %lld: %lld..%lld", zone, (long long)time_ms, (long long)span.start,
              (long long)span.end);
}

Test(calendar, windows_are_those_of_zoneinfo)
{
    struct kaiku_calendar *calendar = NULL;

    for (size_t i = 0; i < sizeof(vectors) / sizeof(*vectors); i++) {
        const struct vector *v = &vectors[i];
        if (i == 0 || strcmp(v->zone, v[-1].zone) != 0) {
            kaiku_calendar_destroy(calendar);
            calendar = calendar_of(v->zone);
        }
        for (size_t unit = 0; unit < 5; unit++) {
            /* the first and the last millisecond of that second */
            for (int64_t ms = v->instant * 1000; ms <= v->instant * 1000 + 999; ms += 999)
                check_span(window_of(calendar, units[unit], ms), v->spans[unit], v->zone, ms);
        }
    }
    kaiku_calendar_destroy(calendar);
}

/* The days of Helsinki with 23 and 25 hours, and Apia's that never was. */
Test(calendar, days_are_as_long_as_they_were)
{
    struct kaiku_calendar *helsinki = calendar_of("Europe/Helsinki");
    struct kaiku_calendar *apia = calendar_of("Pacific/Apia");
    struct kaiku_span spring = window_of(helsinki, KAIKU_DAY, 1711875600000);
    struct kaiku_span autumn = window_of(helsinki, KAIKU_DAY, 1730023200000);
    struct kaiku_span thursday = window_of(apia, KAIKU_DAY, 1325239199999);
    struct kaiku_span saturday = window_of(apia, KAIKU_DAY, 1325239200000);

    cr_assert_eq(spring.end - spring.start, 23 * 3600000);
    cr_assert_eq(autumn.end - autumn.start, 25 * 3600000);
    cr_assert_eq(thursday.end, 1325239200000);
    cr_assert_eq(saturday.start, 1325239200000);
    cr_assert_eq(saturday.end - saturday.start, 24 * 3600000);
    kaiku_calendar_destroy(helsinki);
    kaiku_calendar_destroy(apia);
}

/* Walks a unit's windows from 1971 to 2200: each begins where the one before ends. */
static void check_tiling(const char *zone, enum kaiku_window_unit unit)
{
    struct kaiku_calendar *calendar = calendar_of(zone);
    struct kaiku_span span = window_of(calendar, unit, 31536000000);

    while (span.end < 7258118400000) {
        struct kaiku_span next = window_of(calendar, unit, span.end);
        struct kaiku_span last = window_of(calendar, unit, next.end - 1);
        cr_assert_eq(next.start, span.end, "%s: %lld", zone, (long long)span.end);
        cr_assert_gt(next.end, next.start);
        cr_assert_eq(last.start, next.start);
        span = next;
    }
    kaiku_calendar_destroy(calendar);
}

Test(calendar, windows_lie_side_by_side)
{
    static const char *const zones[] = {
        "UTC", "America/Sao_Paulo", "Australia/Lord_Howe", "Pacific/Apia", "America/St_Johns",
        "Pacific/Kiritimati", "Africa/Casablanca",
    };

    for (size_t zone = 0; zone < sizeof(zones) / sizeof(*zones); zone++)
        for (size_t unit = 0; unit < 5; unit++)
            check_tiling(zones[zone], units[unit]);
}

Test(calendar, fixed_windows_are_aligned_to_1970)
{
    static const struct kaiku_window five = {.unit = KAIKU_FIXED, .length_ms = 300000};
    struct kaiku_calendar *calendar = calendar_of("Asia/Kolkata");
    struct kaiku_span span = kaiku_calendar_window(calendar, &five, 1700000299999);

    cr_assert_eq(span.start, 1700000100000);
    cr_assert_eq(span.end, 1700000400000);
    cr_assert_eq(kaiku_calendar_window(calendar, &five, 1700000400000).start, 1700000400000);
    kaiku_calendar_destroy(calendar);
}

/* At +5:30 an hour holds parts of two days. */
Test(calendar, a_piece_straddles_no_bound)
{
    struct kaiku_calendar *calendar = calendar_of("Asia/Kolkata");
    struct kaiku_view view = {.n_windows = 3};
    const int64_t midnight = 1704047400000; /* 2024-01-01T00:00+05:30 = 18:30 UTC */
    const int64_t half_hour = 1800000;
    struct kaiku_span before, after, later;

    view.windows[0] = (struct kaiku_window){.unit = KAIKU_FIXED, .length_ms = 2 * half_hour};
    view.windows[1] = (struct kaiku_window){.unit = KAIKU_DAY};
    view.windows[2] = (struct kaiku_window){.unit = KAIKU_YEAR};
    before = kaiku_calendar_piece(calendar, &view, midnight - 1);
    after = kaiku_calendar_piece(calendar, &view, midnight);
    later = kaiku_calendar_piece(calendar, &view, midnight + half_hour);
    cr_assert_eq(before.start, midnight - half_hour);
    cr_assert_eq(before.end, midnight);
    cr_assert_eq(after.start, midnight);
    cr_assert_eq(after.end, midnight + half_hour);
    cr_assert_eq(later.start, midnight + half_hour);
    cr_assert_eq(later.end, midnight + 3 * half_hour);
    kaiku_calendar_destroy(calendar);
}

Test(calendar, times_out_of_range_do_no_harm)
{
    struct kaiku_calendar *calendar = calendar_of("America/New_York");

    for (size_t unit = 0; unit < 5; unit++) {
        cr_assert_leq(window_of(calendar, units[unit], INT64_MIN).start, 18000000);
        cr_assert_geq(window_of(calendar, units[unit], INT64_MAX).end, 7289600400000);
    }
    kaiku_calendar_destroy(calendar);
}

Test(calendar, an_unknown_zone_is_missing)
{
    static const char *const names[] = {
        "", "Nowhere/City", "Europe", "zone.tab", "tzdata.zi", "../zoneinfo/UTC",
        "Europe/../Europe/Helsinki", "/usr/share/zoneinfo/Europe/Helsinki", "EET-2EEST",
        ":Europe/Helsinki", "Europe/Helsinki ",
    };
    struct kaiku_calendar *calendar = NULL;
    char *long_name = malloc(2 * PATH_MAX);

    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
        cr_assert_eq(kaiku_calendar_create(names[i], &calendar), KAIKU_MISSING, "%s", names[i]);
    memset(long_name, 'a', 2 * PATH_MAX - 1);
    long_name[2 * PATH_MAX - 1] = '\0';
    cr_assert_eq(kaiku_calendar_create(long_name, &calendar), KAIKU_MISSING);
    cr_assert_null(calendar);
    free(long_name);
}

/* A file of a good name that is no zone. */
Test(calendar, only_zone_files_are_zones)
{
    char folder[] = "/tmp/kaiku-zones-XXXXXX", path[64];
    struct kaiku_calendar *calendar = NULL;
    FILE *file;

    cr_assert_not_null(mkdtemp(folder));
    snprintf(path, sizeof(path), "%s/leapseconds", folder);
    file = fopen(path, "w");
    cr_assert_not_null(file);
    fputs("# no zone\n", file);
    fclose(file);
    setenv("TZDIR", folder, 1);
    cr_expect_eq(kaiku_calendar_create("leapseconds", &calendar), KAIKU_MISSING);
    unlink(path);
    rmdir(folder);
}

Test(calendar, utc_needs_no_zone_files)
{
    struct kaiku_calendar *calendar = NULL;

    setenv("TZDIR", "/nonexistent", 1);
    cr_assert_eq(kaiku_calendar_create("Europe/Helsinki", &calendar), KAIKU_MISSING);
    calendar = calendar_of("UTC");
    cr_assert_eq(window_of(calendar, KAIKU_DAY, 86400000).start, 86400000);
    kaiku_calendar_destroy(calendar);
}

static int local_hour(time_t instant)
{
    struct tm local;

    localtime_r(&instant, &local);
    return local.tm_hour;
}

Test(calendar, the_zone_of_the_process_stays)
{
    setenv("TZ", "Asia/Tokyo", 1);
    tzset();
    kaiku_calendar_destroy(calendar_of("America/New_York"));
    cr_assert_str_eq(getenv("TZ"), "Asia/Tokyo");
    cr_assert_eq(local_hour(0), 9);

    unsetenv("TZ");
    kaiku_calendar_destroy(calendar_of("America/New_York"));
    cr_assert_null(getenv("TZ"));
}
