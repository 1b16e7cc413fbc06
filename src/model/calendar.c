#include <model/calendar.h>

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define DAY_S INT64_C(86400)
#define DAY_MS (DAY_S * 1000)

/* Days since 1970-01-01. */
enum {
    LAST_DAY = 84370, /* 2200-12-31: the last one that is looked up */
    TABLE_FIRST = -7, /* where the week of 1970-01-01 begins is asked for, too */
    TABLE_END = LAST_DAY + 8,
};

struct kaiku_calendar {
    int64_t starts_ms[TABLE_END - TABLE_FIRST];
};

/* Months count from 1. */
struct civil {
    int32_t year, month;
};

/* Both after Hinnant, "chrono-compatible low-level date algorithms": years begin in March, so that
 * a leap day is the last of its year. Month 13 is the next January. */
static int32_t day_of(int32_t year, int32_t month, int32_t day_of_month)
{
    int32_t march_year = month <= 2 ? year - 1 : year;
    int32_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day_of_month - 1;

    return march_year * 365 + march_year / 4 - march_year / 100 + march_year / 400 + day_of_year -
           719468;
}

static struct civil civil_of(int32_t day)
{
    int32_t since_march_0 = day + 719468;
    int32_t era = since_march_0 / 146097;
    int32_t in_era = since_march_0 - era * 146097;
    int32_t year_of_era = (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
    int32_t day_of_year = in_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int32_t month = (5 * day_of_year + 2) / 153;

    month += month < 10 ? 3 : -9;
    return (struct civil){year_of_era + era * 400 + (month <= 2), month};
}

static int32_t local_day(time_t instant, struct tm *local)
{
    localtime_r(&instant, local);
    return day_of(local->tm_year + 1900, local->tm_mon + 1, local->tm_mday);
}

static bool is_midnight(time_t instant, int32_t day)
{
    struct tm local;

    return local_day(instant, &local) == day && local.tm_hour == 0 && local.tm_min == 0 &&
           local.tm_sec == 0;
}

/* The first second of the day, also where its midnight does not exist. */
static time_t search_start(int32_t day)
{
    time_t low = (day - 1) * DAY_S;
    time_t high = (day + 1) * DAY_S;
    struct tm local;

    while (low < high) {
        time_t middle = low + (high - low) / 2;
        if (local_day(middle, &local) < day)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Fills the table in the zone of the process. Most days begin 24 hours after the one before. libc
 * is slow, so one look tells it of five days (the shortest time for which a zone has ever changed
 * its offset is seven: Brazil's north in October 2000); starts are searched only near a change. */
static void fill(struct kaiku_calendar *calendar)
{
    time_t start = search_start(TABLE_FIRST);
    int32_t sure = TABLE_FIRST; /* up to this day each begins 24 hours after the one before */

    calendar->starts_ms[0] = start * 1000;
    for (int32_t day = TABLE_FIRST + 1; day < TABLE_END; day++) {
        start += DAY_S;
        if (day > sure && is_midnight(start + 4 * DAY_S, day + 4))
            sure = day + 4;
        if (day > sure && !is_midnight(start, day))
            start = search_start(day);
        calendar->starts_ms[day - TABLE_FIRST] = start * 1000;
    }
}

/* The system's file for the zone is looked at before libc is: it takes an unknown name for UTC. No
 * zone's name holds a dot, so no name leads out of the folder. */
bool kaiku_calendar_knows(const char *name)
{
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-/";
    const char *folder = getenv("TZDIR");
    char path[PATH_MAX], magic[4];
    bool known = false;
    FILE *file;
    int length;

    if (strcmp(name, "UTC") == 0)
        return true;
    if (name[0] == '/' || name[strspn(name, alphabet)] != '\0')
        return false;
    length = snprintf(path, sizeof(path), "%s/%s", folder ? folder : "/usr/share/zoneinfo", name);
    if (length < 0 || (size_t)length >= sizeof(path))
        return false;
    file = fopen(path, "rbe");
    if (file) {
        known = fread(magic, sizeof(magic), 1, file) == 1 && memcmp(magic, "TZif", 4) == 0;
        fclose(file);
    }
    return known;
}

static int set_zone(const char *name)
{
    if ((name ? setenv("TZ", name, 1) : unsetenv("TZ")) != 0)
        return KAIKU_NOMEM;
    tzset();
    return KAIKU_OK;
}

int kaiku_calendar_create(const char *time_zone, struct kaiku_calendar **out)
{
    const char *current = getenv("TZ");
    struct kaiku_calendar *calendar = NULL;
    char *before = NULL;
    int status = KAIKU_NOMEM;

    if (!kaiku_calendar_knows(time_zone))
        return KAIKU_MISSING;
    if (current && !(before = strdup(current)))
        goto done;
    calendar = malloc(sizeof(*calendar));
    if (!calendar)
        goto done;
    status = set_zone(time_zone);
    if (status != KAIKU_OK)
        goto done;
    fill(calendar);
    status = set_zone(before);
done:
    free(before);
    if (status == KAIKU_OK)
        *out = calendar;
    else
        free(calendar);
    return status;
}

void kaiku_calendar_destroy(struct kaiku_calendar *calendar)
{
    free(calendar);
}

static int64_t start_of(const struct kaiku_calendar *calendar, int32_t day)
{
    return calendar->starts_ms[day - TABLE_FIRST];
}

/* The local day at an instant. A zone is at most a day away from UTC, so few steps correct the
 * guess; going up first passes a day that the zone has skipped, as the next one begins with it. */
static int32_t day_at(const struct kaiku_calendar *calendar, int64_t time_ms)
{
    int64_t guess = time_ms / DAY_MS;
    int32_t day = guess < 0 ? 0 : guess > LAST_DAY ? LAST_DAY : (int32_t)guess;

    while (day < LAST_DAY && start_of(calendar, day + 1) <= time_ms)
        day++;
    while (day > 0 && start_of(calendar, day) > time_ms)
        day--;
    return day;
}

static int32_t months_of(enum kaiku_window_unit unit)
{
    return unit == KAIKU_MONTH ? 1 : unit == KAIKU_QUARTER ? 3 : 12;
}

static struct kaiku_span span_of_days(const struct kaiku_calendar *calendar, int32_t first,
                                      int32_t end)
{
    return (struct kaiku_span){start_of(calendar, first), start_of(calendar, end)};
}

struct kaiku_span kaiku_calendar_window(const struct kaiku_calendar *calendar,
                                        const struct kaiku_window *window, int64_t time_ms)
{
    int32_t day, months, month;
    struct civil civil;

    if (window->unit == KAIKU_FIXED) {
        int64_t start_ms = time_ms / window->length_ms * window->length_ms;
        return (struct kaiku_span){start_ms, start_ms + window->length_ms};
    }
    day = day_at(calendar, time_ms);
    if (window->unit == KAIKU_DAY)
        return span_of_days(calendar, day, day + 1);
    if (window->unit == KAIKU_WEEK) {
        int32_t monday = day - (day + 3) % 7; /* 1970-01-01 was a Thursday */
        return span_of_days(calendar, monday, monday + 7);
    }
    civil = civil_of(day);
    months = months_of(window->unit);
    month = (civil.month - 1) / months * months + 1;
    return span_of_days(calendar, day_of(civil.year, month, 1),
                        day_of(civil.year, month + months, 1));
}

struct kaiku_span kaiku_calendar_piece(const struct kaiku_calendar *calendar,
                                       const struct kaiku_view *view, int64_t time_ms)
{
    struct kaiku_span piece = {INT64_MIN, INT64_MAX};

    for (uint32_t i = 0; i < view->n_windows; i++) {
        struct kaiku_span span = kaiku_calendar_window(calendar, &view->windows[i], time_ms);
        if (span.start > piece.start)
            piece.start = span.start;
        if (span.end < piece.end)
            piece.end = span.end;
    }
    return piece;
}
