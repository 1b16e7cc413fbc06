#include <decode/event_time.h>

static const int64_t EARLIEST_MS = INT64_C(31536000000); /* 1971-01-01 */
static const int64_t END_MS = INT64_C(7258118400000);    /* 2200-01-01 */

bool kaiku_time_is_accepted(int64_t time_ms)
{
    return time_ms >= EARLIEST_MS && time_ms < END_MS;
}

/* Two digits at p; *wrong becomes 1 where they are none. */
static inline unsigned two_digits(const char *p, unsigned *wrong)
{
    unsigned tens = (unsigned char)p[0] - (unsigned)'0';
    unsigned ones = (unsigned char)p[1] - (unsigned)'0';

    *wrong |= (tens > 9) | (ones > 9);
    return tens * 10 + ones;
}

static bool is_leap(unsigned year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static unsigned days_of_month(unsigned year, unsigned month)
{
    static const uint8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

/* Days from 1970-01-01. Years are taken to begin in March, so that a leap day is their last. */
static int64_t days_from_civil(unsigned year, unsigned month, unsigned day)
{
    unsigned y = year - (month <= 2);
    unsigned day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;

    return (int64_t)y * 365 + y / 4 - y / 100 + y / 400 + day_of_year - 719468;
}

/* The offset at p up to end, in ms: Z or +hh:mm. */
static bool read_offset(const char *p, const char *end, int64_t *out_ms)
{
    unsigned wrong = 0, hours, minutes;

    if (end - p == 1 && (*p == 'Z' || *p == 'z')) {
        *out_ms = 0;
        return true;
    }
    if (end - p != 6 || (*p != '+' && *p != '-') || p[3] != ':')
        return false;
    hours = two_digits(p + 1, &wrong);
    minutes = two_digits(p + 4, &wrong);
    if (wrong || hours > 23 || minutes > 59)
        return false;
    *out_ms = (int64_t)(hours * 60 + minutes) * 60000;
    if (*p == '-')
        *out_ms = -*out_ms;
    return true;
}

/* The fraction at p, if any, cut to ms; returns what follows it, NULL where it is bad. */
static const char *read_fraction(const char *p, const char *end, unsigned *out_ms)
{
    const char *digits = p + 1;
    unsigned weight = 100;

    *out_ms = 0;
    if (p == end || *p != '.')
        return p;
    for (p = digits; p < end && *p >= '0' && *p <= '9'; p++) {
        *out_ms += weight * (unsigned)(*p - '0');
        weight /= 10;
    }
    return p > digits ? p : NULL;
}

bool kaiku_time_from_text(struct kaiku_text text, int64_t *out_ms)
{
    enum { YYYY_MM_DDTHH_MM_SS = 19 };
    const char *p = text.data, *end = p + text.size;
    unsigned wrong = 0, year, month, day, hour, minute, second, ms;
    int64_t offset_ms;

    if (text.size <= YYYY_MM_DDTHH_MM_SS)
        return false;
    year = two_digits(p, &wrong) * 100 + two_digits(p + 2, &wrong);
    month = two_digits(p + 5, &wrong);
    day = two_digits(p + 8, &wrong);
    hour = two_digits(p + 11, &wrong);
    minute = two_digits(p + 14, &wrong);
    second = two_digits(p + 17, &wrong);
    if (wrong || p[4] != '-' || p[7] != '-' || p[13] != ':' || p[16] != ':' ||
        (p[10] != 'T' && p[10] != 't' && p[10] != ' '))
        return false;
    if (second == 60)
        second = 59; /* a leap second has no name of its own in ms since 1970 */
    if (year == 0 || month < 1 || month > 12 || day < 1 || day > days_of_month(year, month) ||
        hour > 23 || minute > 59 || second > 59)
        return false;
    p = read_fraction(p + YYYY_MM_DDTHH_MM_SS, end, &ms);
    if (!p || !read_offset(p, end, &offset_ms))
        return false;
    *out_ms = (days_from_civil(year, month, day) * 86400 + hour * 3600 + minute * 60 + second) *
                  1000 + ms - offset_ms;
    return kaiku_time_is_accepted(*out_ms);
}

bool kaiku_time_from_number(const struct kaiku_number *number, int64_t *out_ms)
{
    static const int64_t seconds_end = INT64_C(100000000000);
    static const int64_t ms_end = INT64_C(100000000000000);
    static const int64_t us_end = INT64_C(100000000000000000);
    int64_t whole;

    if (kaiku_number_floor(number, 0, &whole) != KAIKU_OK || whole < 0)
        return false;
    if (whole < seconds_end) {
        if (kaiku_number_floor(number, 3, out_ms) != KAIKU_OK)
            return false;
    } else if (whole < ms_end) {
        *out_ms = whole;
    } else if (whole < us_end) {
        *out_ms = whole / 1000;
    } else {
        *out_ms = whole / 1000000; /* saturated ones are beyond the last instant too */
    }
    return kaiku_time_is_accepted(*out_ms);
}
