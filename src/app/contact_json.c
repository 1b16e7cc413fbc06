#include "contact_json.h"

#include <string.h>

/* Each function writes at `at` and returns where it stopped. Lengths are bounded by the tables of
 * contact.c; the test writes the longest event there is. */

#define PUT(at, literal) put((at), (literal), sizeof(literal) - 1)

static char *put(char *at, const char *bytes, size_t size)
{
    memcpy(at, bytes, size);
    return at + size;
}

static char *put_string(char *at, const char *string)
{
    return put(at, string, strlen(string));
}

static char *put_digits(char *at, uint64_t number, int width)
{
    for (int i = width - 1; i >= 0; i--) {
        at[i] = (char)('0' + number % 10);
        number /= 10;
    }
    return at + width;
}

static char *put_number(char *at, uint64_t number)
{
    int width = 1;

    for (uint64_t rest = number; rest >= 10; rest /= 10)
        width++;
    return put_digits(at, number, width);
}

static char *put_hex(char *at, uint64_t bits, int digits)
{
    for (int i = digits - 1; i >= 0; i--) {
        at[i] = "0123456789abcdef"[bits & 15];
        bits >>= 4;
    }
    return at + digits;
}

/* In the form of a random UUID. */
static char *put_id(char *at, const uint64_t id[2])
{
    at = put_hex(at, id[0] >> 32, 8);
    *at++ = '-';
    at = put_hex(at, id[0] >> 16, 4);
    at = PUT(at, "-4");
    at = put_hex(at, id[0], 3);
    *at++ = '-';
    at = put_hex(at, (id[1] >> 48 & 0x3fff) | 0x8000, 4);
    *at++ = '-';
    return put_hex(at, id[1], 12);
}

/* Years are counted from March, so that a leap day is the last of its year; 400 of them have
 * 146,097 days. */
static char *put_date(char *at, int64_t days_since_1970)
{
    uint64_t days = (uint64_t)(days_since_1970 + 719468); /* since 0000-03-01 */
    uint64_t era = days / 146097, day_of_era = days % 146097;
    uint64_t year =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    uint64_t day_of_year = day_of_era - (365 * year + year / 4 - year / 100);
    uint64_t month = (5 * day_of_year + 2) / 153; /* from March = 0 */

    at = put_digits(at, year + era * 400 + (month >= 10), 4);
    *at++ = '-';
    at = put_digits(at, month < 10 ? month + 3 : month - 9, 2);
    *at++ = '-';
    return put_digits(at, day_of_year - (153 * month + 2) / 5 + 1, 2);
}

static char *put_offset(char *at, int utc_offset_min)
{
    uint64_t size = (uint64_t)(utc_offset_min < 0 ? -utc_offset_min : utc_offset_min);

    if (size == 0)
        return PUT(at, "Z");
    *at++ = utc_offset_min < 0 ? '-' : '+';
    at = put_digits(at, size / 60, 2);
    *at++ = ':';
    return put_digits(at, size % 60, 2);
}

static char *put_time(char *at, int64_t time_ms, int utc_offset_min)
{
    int64_t local_ms = time_ms + utc_offset_min * INT64_C(60000);
    uint64_t of_day = (uint64_t)(local_ms % 86400000);

    at = put_date(at, local_ms / 86400000);
    *at++ = 'T';
    at = put_digits(at, of_day / 3600000, 2);
    *at++ = ':';
    at = put_digits(at, of_day / 60000 % 60, 2);
    *at++ = ':';
    at = put_digits(at, of_day / 1000 % 60, 2);
    *at++ = '.';
    at = put_digits(at, of_day % 1000, 3);
    return put_offset(at, utc_offset_min);
}

static char *put_touchpoint(char *at, uint32_t touchpoint)
{
    const char *name = app_touchpoint_name(touchpoint);

    return name ? put_string(at, name) : put_number(PUT(at, "touchpoint-"), touchpoint);
}

static char *put_dimensions(char *at, const struct app_contact *contact, enum app_flaw flaw)
{
    at = PUT(at, "\",\"channel\":\"");
    at = put_string(at, contact->channel);
    at = PUT(at, "\",\"touchpoint\":\"");
    at = put_touchpoint(at, contact->touchpoint);
    at = flaw == APP_FLAW_DIMENSION ? PUT(at, "\",\"team\":[\"")
                                    : PUT(at, "\",\"team\":\"");
    at = put_string(at, contact->team);
    at = flaw == APP_FLAW_DIMENSION ? PUT(at, "\"]") : PUT(at, "\"");
    if (contact->agent) {
        at = put_number(PUT(at, ",\"agent\":\"a-"), contact->agent);
        *at++ = '"';
    } else {
        at = PUT(at, ",\"agent\":null");
    }
    if (contact->reason || flaw == APP_FLAW_BYTES) {
        at = PUT(at, ",\"reason\":\"");
        at = flaw == APP_FLAW_BYTES ? PUT(at, "\xe4\xff") : put_string(at, contact->reason);
        *at++ = '"';
    }
    return PUT(at, ",\"survey\":\"post_contact\"");
}

static char *put_seconds(char *at, int64_t tenths)
{
    at = put_number(at, (uint64_t)tenths / 10);
    *at++ = '.';
    return put_digits(at, (uint64_t)tenths % 10, 1);
}

static char *put_nps(char *at, int nps, enum app_flaw flaw)
{
    if (flaw == APP_FLAW_TYPE)
        return PUT(at, ",\"nps\":\"nine\"");
    if (flaw == APP_FLAW_SCALE)
        return PUT(at, ",\"nps\":11");
    if (nps == APP_NO_ANSWER)
        return PUT(at, ",\"nps\":null");
    return put_number(PUT(at, ",\"nps\":"), (uint64_t)nps);
}

static char *put_answers(char *at, const struct app_contact *contact, enum app_flaw flaw)
{
    at = put_nps(at, contact->nps, flaw);
    if (contact->csat != APP_NO_ANSWER)
        at = put_number(PUT(at, ",\"csat\":"), (uint64_t)contact->csat);
    if (contact->ces != APP_NO_ANSWER)
        at = put_number(PUT(at, ",\"ces\":"), (uint64_t)contact->ces);
    if (contact->resolved != APP_NO_ANSWER)
        at = contact->resolved ? PUT(at, ",\"resolved\":true") : PUT(at, ",\"resolved\":false");
    if (contact->wait_ds != APP_NO_ANSWER)
        at = put_seconds(PUT(at, ",\"wait_s\":"), contact->wait_ds);
    if (contact->handle_ds != APP_NO_ANSWER)
        at = put_seconds(PUT(at, ",\"handle_s\":"), contact->handle_ds);
    return at;
}

uint32_t app_contact_write(const struct app_contact *contact, int utc_offset_min,
                           enum app_flaw flaw, char *out, uint32_t *op_at)
{
    char *at = flaw == APP_FLAW_ID ? PUT(out, "{\"id\":{\"uuid\":\"") : PUT(out, "{\"id\":\"");

    at = put_id(at, contact->id);
    at = flaw == APP_FLAW_ID ? PUT(at, "\"},") : PUT(at, "\",");
    *op_at = (uint32_t)(at - out);
    if (flaw == APP_FLAW_OP)
        at = PUT(at, "\"op\":\"delete\",");
    at = contact->is_invitation ? PUT(at, "\"type\":\"invitation\",\"time\":\"")
                                : PUT(at, "\"type\":\"response\",\"time\":\"");
    at = flaw == APP_FLAW_TIME ? PUT(at, "2026-02-30T25:00:00Z")
                               : put_time(at, contact->time_ms, utc_offset_min);
    at = put_dimensions(at, contact, flaw);
    if (!contact->is_invitation)
        at = put_answers(at, contact, flaw);
    at = put_number(PUT(at, ",\"customer\":\"c-"), contact->customer);
    *at++ = '"';
    if (!contact->is_invitation && contact->comment) {
        at = put_number(PUT(at, ",\"comment_ref\":\"s3://voice/"), contact->comment);
        *at++ = '"';
    }
    *at++ = '}';
    if (flaw == APP_FLAW_CUT)
        at = out + (at - out) / 2;
    return (uint32_t)(at - out);
}
