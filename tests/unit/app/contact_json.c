#include "contact_json.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static struct app_contact contact;

/* The longest values that contact.c can draw. */
static void setup(void)
{
    contact = (struct app_contact){
        .id = {UINT64_MAX, UINT64_MAX},
        .time_ms = INT64_C(1767571200123), /* 2026-01-05T00:00:00.123Z */
        .channel = "branch",
        .reason = "invoice_question",
        .team = "partners",
        .touchpoint = APP_TOUCHPOINTS_MAX,
        .agent = 1200,
        .customer = 999999,
        .comment = 99999,
        .nps = 10,
        .csat = 5,
        .ces = 7,
        .resolved = 0,
        .wait_ds = UINT32_MAX,
        .handle_ds = UINT32_MAX,
    };
}

TestSuite(contact_json, .init = setup);

static char text[APP_EVENT_MAX + 1];

static uint32_t write_event(int utc_offset_min, enum app_flaw flaw)
{
    uint32_t op_at, size = app_contact_write(&contact, utc_offset_min, flaw, text, &op_at);

    text[size] = '\0';
    return size;
}

static void expect_time(int64_t time_ms, int utc_offset_min, const char *time)
{
    char wanted[64];

    contact.time_ms = time_ms;
    snprintf(wanted, sizeof(wanted), "\"time\":\"%s\"", time);
    write_event(utc_offset_min, APP_FLAW_NONE);
    cr_expect_not_null(strstr(text, wanted), "%s in %s", wanted, text);
}

Test(contact_json, writes_the_default_mapping)
{
    write_event(0, APP_FLAW_NONE);
    cr_assert_str_eq(
        text, "{\"id\":\"ffffffff-ffff-4fff-bfff-ffffffffffff\",\"type\":\"response\","
              "\"time\":\"2026-01-05T00:00:00.123Z\",\"channel\":\"branch\","
              "\"touchpoint\":\"touchpoint-9999\",\"team\":\"partners\",\"agent\":\"a-1200\","
              "\"reason\":\"invoice_question\",\"survey\":\"post_contact\",\"nps\":10,\"csat\":5,"
              "\"ces\":7,\"resolved\":false,\"wait_s\":429496729.5,\"handle_s\":429496729.5,"
              "\"customer\":\"c-999999\",\"comment_ref\":\"s3://voice/99999\"}");
}

Test(contact_json, has_room_for_the_longest_event)
{
    cr_assert_lt(write_event(-720, APP_FLAW_OP) + 40, APP_EVENT_MAX);
}

Test(contact_json, leaves_out_what_was_not_answered)
{
    contact.nps = contact.csat = contact.ces = contact.resolved = APP_NO_ANSWER;
    contact.wait_ds = contact.handle_ds = APP_NO_ANSWER;
    contact.comment = contact.agent = 0;
    contact.reason = NULL;
    contact.touchpoint = 1;
    write_event(0, APP_FLAW_NONE);
    cr_assert_not_null(strstr(text, "\"touchpoint\":\"billing\",\"team\":\"partners\",\"agent\":null,"
                                    "\"survey\":\"post_contact\",\"nps\":null,\"customer\":"));
}

Test(contact_json, asks_without_answers)
{
    contact.is_invitation = true;
    write_event(0, APP_FLAW_NONE);
    cr_assert_not_null(strstr(text, "\"type\":\"invitation\""));
    cr_assert_not_null(strstr(text, "\"survey\":\"post_contact\",\"customer\":\"c-999999\"}"));
}

Test(contact_json, writes_times_in_the_local_clock)
{
    expect_time(INT64_C(1767571200123), 330, "2026-01-05T05:30:00.123+05:30");
    expect_time(INT64_C(1767571200123), -90, "2026-01-04T22:30:00.123-01:30");
}

Test(contact_json, agrees_with_the_c_library_about_dates)
{
    for (int64_t day = 730; day < 84000; day += 7) {
        time_t second = day * 86400 + 86399;
        char wanted[32];
        struct tm tm;

        gmtime_r(&second, &tm);
        strftime(wanted, sizeof(wanted), "%Y-%m-%dT%H:%M:%S.000Z", &tm);
        expect_time(second * 1000, 0, wanted);
    }
}

Test(contact_json, puts_a_retraction_in_its_place)
{
    uint32_t op_at;

    app_contact_write(&contact, 0, APP_FLAW_NONE, text, &op_at);
    cr_assert_eq(memcmp(text + op_at, "\"type\":", 7), 0);
}

Test(contact_json, cuts_in_the_middle)
{
    uint32_t whole = write_event(0, APP_FLAW_NONE);

    cr_assert_eq(write_event(0, APP_FLAW_CUT), whole / 2);
}
