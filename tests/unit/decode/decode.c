#include <decode/decode.h>

#include "model_fixture.h"

#include <base/hash.h>

#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>

static const int64_t STAMP_MS = INT64_C(1795253400123); /* 2026-11-21T09:30:00.123Z */

static struct kaiku_model *model;
static struct kaiku_decoder *decoder;
static struct kaiku_event event;
static enum kaiku_reason reason;

static void setup(void)
{
    kaiku_hash_seed();
    model = kaiku_fixture_contact();
    cr_assert_eq(kaiku_decoder_create(model, &decoder), KAIKU_OK);
}

static void teardown(void)
{
    kaiku_decoder_destroy(decoder);
    kaiku_fixture_destroy(model);
}

TestSuite(decode, .init = setup, .fini = teardown);

static enum kaiku_verdict decode_at(const char *record, int64_t timestamp_ms)
{
    return kaiku_decode(decoder, record, strlen(record), timestamp_ms, &event, &reason);
}

static void expect_event(const char *record)
{
    reason = KAIKU_REASONS;
    cr_assert_eq(decode_at(record, STAMP_MS), KAIKU_EVENT, "%s: %s", record,
                 reason < KAIKU_REASONS ? kaiku_reason_text(reason) : "ignored");
}

static void expect_rejected(const char *record, enum kaiku_reason expected)
{
    cr_expect_eq(decode_at(record, STAMP_MS), KAIKU_REJECTED, "%s", record);
    cr_expect_eq(reason, expected, "%s", record);
}

static bool is_answered(const char *metric)
{
    return event.answers >> kaiku_fixture_metric(model, metric) & 1;
}

static const struct kaiku_answer *answer_of(const char *metric)
{
    cr_assert(is_answered(metric), "%s", metric);
    return &event.answer[kaiku_fixture_metric(model, metric)];
}

static const struct kaiku_dimension_value *value_of(const char *dimension)
{
    return &event.dimensions[kaiku_fixture_dimension(model, dimension)];
}

static bool is_text(const char *dimension, const char *text)
{
    return value_of(dimension)->state == KAIKU_VALUE_TEXT &&
           kaiku_text_equal(value_of(dimension)->text, kaiku_text_of(text));
}

Test(decode, the_example)
{
    expect_event("{\"id\":\"9b1d\",\"type\":\"response\",\"time\":\"2026-11-21T09:29:58Z\","
                 "\"channel\":\"phone\",\"touchpoint\":\"billing\",\"team\":\"north\","
                 "\"agent\":\"a-1042\",\"reason\":\"refund\",\"survey\":\"post_call\",\"nps\":9,"
                 "\"csat\":5,\"ces\":6,\"resolved\":true,\"wait_s\":42.5,\"handle_s\":310,"
                 "\"customer\":\"c-77123\",\"comment_ref\":\"s3://voice/8812\"}");
    cr_expect_eq(event.time_ms, STAMP_MS - 2123);
    cr_expect_eq(event.stamp_ms, STAMP_MS);
    cr_expect(event.has_id);
    cr_expect_not(event.retract);
    cr_expect_not(event.clamped);
    cr_expect(event.answered);
    cr_expect_str_eq(model->types[event.type], "response");
    cr_expect(is_text("channel", "phone"));
    cr_expect(is_text("agent", "a-1042"));
    cr_expect_eq(answer_of("nps")->bin, 9);
    cr_expect_eq(answer_of("csat")->bin, 4);
    cr_expect_eq(answer_of("ces")->value, 6);
    cr_expect_eq(answer_of("resolved")->value, 1);
    cr_expect_eq(answer_of("in_time")->value, 0);
    cr_expect_eq(answer_of("wait_s")->value, 42500);
    cr_expect_eq(answer_of("answered")->value, 1);
    cr_expect_not(is_answered("invited"));
    cr_expect_not(is_answered("response_rate"));
    cr_expect_eq(event.n_bad, 0);
    cr_expect_eq(event.views, 3);
    cr_expect_eq(event.alerts, 2, "promoter");
}

Test(decode, an_empty_object_is_an_event_of_its_record)
{
    expect_event("{}");
    cr_expect_eq(event.time_ms, STAMP_MS);
    cr_expect_not(event.has_id);
    cr_expect_not(event.answered, "a count is no answer");
    cr_expect(is_answered("answered"));
    cr_expect_eq(value_of("channel")->state, KAIKU_VALUE_NONE);
    cr_expect_eq(event.alerts, 0);
}

Test(decode, verdicts_without_an_event)
{
    cr_expect_eq(kaiku_decode(decoder, NULL, 0, STAMP_MS, &event, &reason), KAIKU_IGNORED);
    cr_expect_eq(decode_at("{\"type\":\"pulse\"}", STAMP_MS), KAIKU_IGNORED);
    cr_expect_eq(decode_at("{\"type\":\"\"}", STAMP_MS), KAIKU_IGNORED);
    expect_rejected("", KAIKU_NOT_JSON);
    expect_rejected("{\"nps\":nine}", KAIKU_NOT_JSON);
    expect_rejected("{\"comment_ref\":\"\\u0000\"}", KAIKU_NOT_JSON);
    expect_rejected("{\"id\":{}}", KAIKU_BAD_ID);
    expect_rejected("{\"id\":true}", KAIKU_BAD_ID);
    expect_rejected("{\"id\":1.5}", KAIKU_BAD_ID);
    expect_rejected("{\"id\":1e3}", KAIKU_BAD_ID);
    expect_rejected("{\"id\":12345678901234567890.5}", KAIKU_BAD_ID);
    expect_rejected("{\"type\":1}", KAIKU_BAD_TYPE);
    expect_rejected("{\"op\":\"Add\"}", KAIKU_BAD_OP);
    expect_rejected("{\"op\":\"\"}", KAIKU_BAD_OP);
    expect_rejected("{\"op\":1}", KAIKU_BAD_OP);
    expect_rejected("{\"op\":[]}", KAIKU_BAD_OP);
    expect_rejected("{\"channel\":[]}", KAIKU_BAD_DIMENSION);
    expect_rejected("{\"reason\":{\"a\":1}}", KAIKU_BAD_DIMENSION);
    expect_rejected("{\"time\":\"today\"}", KAIKU_BAD_TIME);
    expect_rejected("{\"time\":true}", KAIKU_BAD_TIME);
    expect_rejected("{\"time\":{}}", KAIKU_BAD_TIME);
    expect_rejected("{\"time\":1700000000}", KAIKU_TIME_TOO_OLD);
}

Test(decode, the_first_reason_counts)
{
    static const struct {
        char member[24];
        enum kaiku_reason reason;
    } faults[] = {
        {"\"nps\":x", KAIKU_NOT_JSON},      {"\"id\":[]", KAIKU_BAD_ID},
        {"\"type\":0", KAIKU_BAD_TYPE},     {"\"op\":0", KAIKU_BAD_OP},
        {"\"agent\":[]", KAIKU_BAD_DIMENSION}, {"\"time\":[]", KAIKU_BAD_TIME},
    };
    enum { FAULTS = sizeof(faults) / sizeof(*faults) };
    char record[256];

    for (int first = 0; first < FAULTS; first++) {
        char *p = stpcpy(record, "{\"team\":1");

        for (int i = FAULTS - 1; i >= first; i--) {
            p = stpcpy(p, ",");
            p = stpcpy(p, faults[i].member);
        }
        strcpy(p, "}");
        expect_rejected(record, faults[first].reason);
    }
    expect_rejected("{\"type\":\"pulse\",\"time\":1700000000}", KAIKU_TIME_TOO_OLD);
    cr_expect_eq(decode_at("{\"type\":\"pulse\",\"nps\":11}", STAMP_MS), KAIKU_IGNORED);
}

Test(decode, size_limit)
{
    size_t size = model->max_bytes + 1;
    char *record = malloc(size);

    cr_assert_not_null(record);
    memset(record, ' ', size);
    record[0] = '{';
    record[size - 2] = '}';
    cr_expect_eq(kaiku_decode(decoder, record, size - 1, STAMP_MS, &event, &reason), KAIKU_EVENT);
    cr_expect_eq(kaiku_decode(decoder, record, size, STAMP_MS, &event, &reason), KAIKU_REJECTED);
    cr_expect_eq(reason, KAIKU_TOO_LARGE);
    free(record);
}

Test(decode, dimensions_are_texts)
{
    char record[1024], value[256];

    expect_event("{\"channel\":12,\"touchpoint\":true,\"team\":\"\",\"agent\":null,"
                 "\"reason\":1.50}");
    cr_expect(is_text("channel", "12"));
    cr_expect(is_text("touchpoint", "true"));
    cr_expect_eq(value_of("team")->state, KAIKU_VALUE_NONE);
    cr_expect_eq(value_of("agent")->state, KAIKU_VALUE_NONE);
    cr_expect(is_text("reason", "1.50"));

    memset(value, 'x', sizeof(value));
    value[KAIKU_MAX_VALUE] = '\0';
    snprintf(record, sizeof(record),
             "{\"channel\":\"%s\",\"team\":\"%sy\",\"agent\":\"_other\"}", value, value);
    expect_event(record);
    cr_expect(is_text("channel", value));
    cr_expect_eq(value_of("team")->state, KAIKU_VALUE_OTHER);
    cr_expect(is_text("agent", "_other"));
}

Test(decode, times)
{
    expect_event("{\"time\":\"2026-11-21T09:30:10.123Z\"}");
    cr_expect_not(event.clamped);
    cr_expect_eq(event.time_ms, STAMP_MS + 10000);
    expect_event("{\"time\":\"2026-11-21T09:30:10.124Z\"}");
    cr_expect(event.clamped);
    cr_expect_eq(event.time_ms, STAMP_MS);
    expect_event("{\"time\":null}");
    cr_expect_eq(event.time_ms, STAMP_MS);

    expect_event("{\"time\":\"2025-10-17T09:30:00.123Z\"}");
    expect_rejected("{\"time\":\"2025-10-17T09:30:00.122Z\"}", KAIKU_TIME_TOO_OLD);
}

Test(decode, a_file_has_no_timestamps)
{
    cr_assert_eq(decode_at("{\"time\":1000000000}", KAIKU_TIMESTAMP_OWN), KAIKU_EVENT);
    cr_expect_eq(event.time_ms, INT64_C(1000000000000));
    cr_expect_eq(event.stamp_ms, INT64_C(1000000000000));
    cr_assert_eq(decode_at("{}", KAIKU_TIMESTAMP_OWN), KAIKU_REJECTED);
    cr_expect_eq(reason, KAIKU_BAD_TIME);
}

Test(decode, a_bad_timestamp_is_a_bad_time)
{
    static const int64_t bad[] = {-1, 0, INT64_C(31535999999), INT64_C(7258118400000), INT64_MAX};

    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
        cr_expect_eq(decode_at("{\"time\":1795253400}", bad[i]), KAIKU_REJECTED);
        cr_expect_eq(reason, KAIKU_BAD_TIME);
    }
    cr_expect_eq(decode_at("{}", INT64_C(31536000000)), KAIKU_EVENT);
    cr_expect_eq(decode_at("{}", INT64_C(7258118399999)), KAIKU_EVENT);
}

Test(decode, a_bad_answer_costs_that_answer)
{
    expect_event("{\"nps\":11,\"csat\":\"5\",\"ces\":4,\"wait_s\":-1}");
    cr_expect_eq(answer_of("ces")->value, 4);
    cr_expect_not(is_answered("nps"));
    cr_expect_not(is_answered("csat"));
    cr_expect_eq(answer_of("in_time")->value, 1, "one value, two metrics");
    cr_assert_eq(event.n_bad, 3);
    cr_expect_eq(event.bad[0].metric, kaiku_fixture_metric(model, "nps"));
    cr_expect_eq(event.bad[0].reason, KAIKU_OUT_OF_SCALE);
    cr_expect_eq(event.bad[1].metric, kaiku_fixture_metric(model, "csat"));
    cr_expect_eq(event.bad[1].reason, KAIKU_BAD_METRIC);
    cr_expect_eq(event.bad[2].metric, kaiku_fixture_metric(model, "wait_s"));

    expect_event("{\"type\":\"invitation\",\"nps\":11,\"csat\":5}");
    cr_expect_eq(event.n_bad, 0, "only metrics of the event's type look at it");
    cr_expect(is_answered("invited"));
    cr_expect_not(is_answered("csat"));
    cr_expect_not(is_answered("answered"));
    cr_expect_not(event.answered);
}

struct id {
    uint64_t low, high;
};

static struct id id_of(const char *record)
{
    expect_event(record);
    cr_assert(event.has_id, "%s", record);
    return (struct id){event.id_low, event.id_high};
}

static bool same(const char *a, const char *b)
{
    struct id x = id_of(a), y = id_of(b);

    return x.low == y.low && x.high == y.high;
}

Test(decode, ids_compare_as_text_with_their_op)
{
    cr_expect(same("{\"id\":12}", "{\"id\":\"12\",\"op\":\"add\"}"));
    cr_expect(same("{\"id\":\"\\u0061\"}", "{\"nps\":1,\"id\":\"a\"}"));
    cr_expect(same("{\"id\":-0,\"op\":\"retract\"}", "{\"id\":\"-0\",\"op\":\"retract\"}"));
    cr_expect(same("{\"id\":123456789012345678901234567890}",
                   "{\"id\":\"123456789012345678901234567890\"}"));
    cr_expect_not(same("{\"id\":\"a\"}", "{\"id\":\"b\"}"));
    cr_expect_not(same("{\"id\":\"a\"}", "{\"id\":\"a\",\"op\":\"retract\"}"));
    cr_expect_not(same("{\"id\":\"\"}", "{\"id\":\" \"}"));
    expect_event("{\"id\":null}");
    cr_expect_not(event.has_id);
}

static void make_compound(void)
{
    kaiku_decoder_destroy(decoder);
    model->id[model->n_id++] = kaiku_fixture_pointer(model, "/source/name");
    model->id[model->n_id++] = kaiku_fixture_pointer(model, "/source/part");
    cr_assert_eq(kaiku_decoder_create(model, &decoder), KAIKU_OK);
}

Test(decode, compound_ids)
{
    make_compound();
    cr_expect(same("{\"id\":\"1\",\"source\":{\"name\":\"2\",\"part\":3}}",
                   "{\"source\":{\"part\":\"3\",\"name\":2},\"id\":1}"));
    cr_expect_not(same("{\"id\":\"ab\",\"source\":{\"name\":\"c\",\"part\":\"\"}}",
                       "{\"id\":\"a\",\"source\":{\"name\":\"bc\",\"part\":\"\"}}"));
    cr_expect_not(same("{\"id\":\"a\",\"source\":{\"name\":\"\",\"part\":\"b\"}}",
                       "{\"id\":\"a\",\"source\":{\"name\":\"b\",\"part\":\"\"}}"));
    cr_expect_not(same("{\"id\":1,\"source\":{\"name\":2,\"part\":3}}",
                       "{\"id\":1,\"source\":{\"name\":2,\"part\":3},\"op\":\"retract\"}"));
    expect_event("{\"id\":1,\"source\":{\"name\":2}}");
    cr_expect_not(event.has_id);
    expect_rejected("{\"source\":{\"name\":2,\"part\":[]}}", KAIKU_BAD_ID);
}

static void filter(struct kaiku_where *where, const char *dimension, struct kaiku_text *values,
                   uint32_t n)
{
    where->terms[where->n++] = (struct kaiku_where_term){
        kaiku_fixture_dimension(model, dimension), values, n};
}

Test(decode, filters_see_values_before_admission)
{
    struct kaiku_text channels[] = {KAIKU_TEXT("phone"), KAIKU_TEXT("_none"), KAIKU_TEXT("_other")};
    struct kaiku_text teams[] = {KAIKU_TEXT("12")};
    char record[256], value[160];

    kaiku_decoder_destroy(decoder);
    filter(&model->views[0].where, "channel", channels, 3);
    filter(&model->views[0].where, "team", teams, 1);
    filter(&model->alerts[0].where, "channel", channels, 1);
    cr_assert_eq(kaiku_decoder_create(model, &decoder), KAIKU_OK);

    expect_event("{\"channel\":\"phone\",\"team\":12,\"nps\":3}");
    cr_expect_eq(event.views, 3);
    cr_expect_eq(event.alerts, 1);
    expect_event("{\"channel\":\"chat\",\"team\":12,\"nps\":3}");
    cr_expect_eq(event.views, 2);
    cr_expect_eq(event.alerts, 0);
    expect_event("{\"team\":\"12\"}");
    cr_expect_eq(event.views, 3);
    expect_event("{\"channel\":\"phone\"}");
    cr_expect_eq(event.views, 2);
    memset(value, 'x', sizeof(value));
    value[KAIKU_MAX_VALUE + 1] = '\0';
    snprintf(record, sizeof(record), "{\"channel\":\"%s\",\"team\":12}", value);
    expect_event(record);
    cr_expect_eq(event.views, 3);
    model->views[0].where.n = 0;
    model->alerts[0].where.n = 0;
}

Test(decode, alerts_are_for_added_answers)
{
    expect_event("{\"nps\":6}");
    cr_expect_eq(event.alerts, 1);
    expect_event("{\"nps\":6.0,\"op\":\"add\"}");
    cr_expect_eq(event.alerts, 1);
    expect_event("{\"nps\":7}");
    cr_expect_eq(event.alerts, 0);
    expect_event("{\"nps\":6,\"op\":\"retract\"}");
    cr_expect(event.retract);
    cr_expect_eq(event.alerts, 0);
    expect_event("{\"nps\":12}");
    cr_expect_eq(event.alerts, 0);
    expect_event("{\"nps\":6,\"type\":\"invitation\"}");
    cr_expect_eq(event.alerts, 0);
}

Test(decode, alerts_on_rates_and_counts)
{
    kaiku_decoder_destroy(decoder);
    free(model->alerts[0].when.text);
    free(model->alerts[1].when.text);
    model->alerts[0].metric = kaiku_fixture_metric(model, "resolved");
    model->alerts[0].when = kaiku_fixture_condition("< 0.5");
    model->alerts[1].metric = kaiku_fixture_metric(model, "invited");
    model->alerts[1].when = kaiku_fixture_condition("== 1");
    cr_assert_eq(kaiku_decoder_create(model, &decoder), KAIKU_OK);

    expect_event("{\"resolved\":false}");
    cr_expect_eq(event.alerts, 1);
    expect_event("{\"resolved\":0}");
    cr_expect_eq(event.alerts, 1);
    expect_event("{\"resolved\":true}");
    cr_expect_eq(event.alerts, 0);
    expect_event("{}");
    cr_expect_eq(event.alerts, 0);
    expect_event("{\"type\":\"invitation\"}");
    cr_expect_eq(event.alerts, 2);
}

/* An event holds nothing of the one before. */
Test(decode, events_are_independent)
{
    expect_event("{\"id\":\"a\",\"nps\":11,\"csat\":5,\"channel\":\"phone\",\"op\":\"retract\","
                 "\"time\":\"2026-11-22T09:30:00Z\"}");
    cr_expect(event.clamped);
    expect_rejected("{\"nps\":9,\"op\":[]}", KAIKU_BAD_OP);
    expect_event("{\"ces\":3}");
    cr_expect_not(event.has_id);
    cr_expect_not(event.retract);
    cr_expect_not(event.clamped);
    cr_expect_eq(event.n_bad, 0);
    cr_expect_not(is_answered("nps"));
    cr_expect_not(is_answered("csat"));
    cr_expect_eq(value_of("channel")->state, KAIKU_VALUE_NONE);
}

/* ---- as it was before metrics were added ---- */

static void add_metric(const char *name, const char *pointer, const char *type)
{
    struct kaiku_metric *metric = &model->metrics[model->n_metrics++];

    *metric = (struct kaiku_metric){.kind = KAIKU_RATE, .high = 1};
    snprintf(metric->name, sizeof metric->name, "%s", name);
    metric->pointer = (int32_t)kaiku_fixture_pointer(model, pointer);
    metric->type = kaiku_fixture_type(model, type);
}

/* Two metrics behind the fixture's; what the second alert carries is of the first of them. */
static void create_former(uint32_t n_metrics)
{
    struct kaiku_alert *alert = &model->alerts[1];

    kaiku_decoder_destroy(decoder);
    if (model->n_metrics == 10) {
        add_metric("happy", "/deep/happy", "response");
        add_metric("pulse", "/beat", "pulse");
        alert->metric = 10;
        alert->carry[0] = (struct kaiku_carry){
            .from = KAIKU_CARRY_POINTER, .index = kaiku_fixture_pointer(model, "/note")};
    }
    cr_assert_eq(kaiku_decoder_create_former(model, n_metrics, &decoder), KAIKU_OK);
}

Test(decode, former_ones_know_no_later_types)
{
    static const char pulse[] = "{\"type\":\"pulse\",\"beat\":1}";

    for (uint32_t n = 10; n <= 11; n++) {
        create_former(n);
        cr_expect_eq(decode_at(pulse, STAMP_MS), KAIKU_IGNORED, "%u metrics", n);
    }
    create_former(12);
    expect_event(pulse);
    cr_expect(is_answered("pulse"));
    create_former(7); /* the first that listens to invitations is the eighth */
    cr_expect_eq(decode_at("{\"type\":\"invitation\"}", STAMP_MS), KAIKU_IGNORED);
}

/* What is named is checked, so naming more rejects more. */
Test(decode, former_ones_walk_over_what_is_named_later)
{
    static const char *const records[] = {
        "{\"nps\":9,\"deep\":{\"happy\":tru}}", "{\"nps\":9,\"deep\":{\"happy\":1,\"happy\":1}}",
        "{\"nps\":9,\"deep\":1,\"deep\":2}", "{\"nps\":9,\"note\":1,\"note\":2}"};

    for (size_t i = 0; i < sizeof records / sizeof records[0]; i++) {
        create_former(10);
        expect_event(records[i]);
        cr_expect(is_answered("nps"));
        cr_expect_eq(event.answers >> 10, 0);
        cr_expect_eq(event.alerts, 0);
        create_former(11);
        expect_rejected(records[i], KAIKU_NOT_JSON);
    }
}

Test(decode, former_ones_take_no_later_answers)
{
    create_former(10);
    expect_event("{\"nps\":3,\"deep\":{\"happy\":7},\"beat\":1}");
    cr_expect_eq(event.n_bad, 0);
    cr_expect_eq(event.alerts, 1);
    expect_event("{\"deep\":{\"happy\":true}}");
    cr_expect_not(event.answered);
    create_former(11);
    expect_event("{\"nps\":3,\"deep\":{\"happy\":7},\"beat\":1}");
    cr_expect_eq(event.n_bad, 1);
}
