#include <propose/propose.h>

#include <config/config.h>
#include <criterion/criterion.h>
#include <stdio.h>

static const int64_t NOW_MS = INT64_C(1795253400000); /* 2026-11-21T09:30:00Z */

static struct kaiku_sample sample;
static struct kaiku_buffer out;
static const char *why;
static struct kaiku_settings *settings;

static void finish(void)
{
    kaiku_settings_destroy(settings);
    kaiku_buffer_release(&out);
    kaiku_sample_release(&sample);
}

TestSuite(propose, .fini = finish);

/* printf's arguments: the number of the record, six times. */
static void add(uint32_t n, const char *format)
{
    for (uint32_t i = 0; i < n; i++) {
        char record[2048];
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
        int size = snprintf(record, sizeof(record), format, i, i % 11, i % 5, i % 7, i % 3, i % 2);
#pragma GCC diagnostic pop
        cr_assert_eq(kaiku_sample_add(&sample, (struct kaiku_text){record, (size_t)size}, NOW_MS + i), KAIKU_OK);
    }
}

static int propose(void)
{
    const struct kaiku_proposal_options options = {.topic = "feedback", .brokers = "localhost:9092", .partitions = 3};

    return kaiku_propose(&sample, &options, &out, &why);
}

/* Proposes, and reads what came out. */
static const struct kaiku_model *proposed(void)
{
    struct kaiku_mistakes mistakes;

    cr_assert_eq(propose(), KAIKU_OK, "%s", why);
    cr_assert_eq(kaiku_config_parse(kaiku_buffer_as_text(&out), &settings, &mistakes), KAIKU_OK, "%s",
                 kaiku_buffer_cstring(&out));
    kaiku_mistakes_release(&mistakes);
    return &settings->model;
}

static void expect(const char *fragment)
{
    cr_expect_not_null(strstr(kaiku_buffer_cstring(&out), fragment), "no '%s' in\n%s", fragment,
                       kaiku_buffer_cstring(&out));
}

static void expect_not(const char *fragment)
{
    cr_expect_null(strstr(kaiku_buffer_cstring(&out), fragment), "'%s' in\n%s", fragment, kaiku_buffer_cstring(&out));
}

Test(propose, flat_records)
{
    add(200, "{\"id\":\"e-%u\",\"time\":\"2026-11-21T09:30:00Z\",\"nps\":%u,\"team\":\"t%u\",\"ces\":%u,"
             "\"channel\":\"c%u\",\"resolved\":true}");
    const struct kaiku_model *model = proposed();
    expect("#   200 of them count.");
    expect("  id: /id  # in 200 of 200 records, 200 different ones");
    expect("  time: /time  # in 200 of 200 records, RFC 3339");
    expect("{name: nps, kind: nps, field: /nps}  # in 200 of 200 records, 0..10");
    expect("name: resolved, kind: rate");
    expect("by: [channel, team]");
    expect("grouping: cube");
    expect("windows: [1m, 1h, day, month]");
    expect("  - name: detractor\n    when: nps <= 6\n    carry: [id, channel, team]");
    cr_expect_eq(model->n_alerts, 1);
    cr_expect_eq(model->n_dimensions, 2);
}

Test(propose, cloudevents)
{
    add(100, "{\"specversion\":\"1.0\",\"id\":\"%u\",\"source\":\"/survey\","
             "\"type\":\"com.example.survey.completed.v2\",\"time\":\"2026-11-21T09:30:00Z\","
             "\"data\":{\"answers\":{\"nps\":{\"value\":%u}},\"queue\":{\"name\":\"q%u\"}}}");
    add(50, "{\"specversion\":\"1.0\",\"id\":\"i%u\",\"source\":\"/survey\",\"type\":\"com.example.survey.sent\","
            "\"time\":\"2026-11-21T09:30:00Z\",\"data\":{}}");
    const struct kaiku_model *model = proposed();
    expect("  id: [/source, /id]");
    expect("{name: completed, kind: count, type: \"com.example.survey.completed.v2\"}  # 100 of 150 records");
    expect("{name: sent, kind: count, type: \"com.example.survey.sent\"}");
    expect("{name: response_rate, kind: ratio, of: completed, over: sent}");
    expect("name: nps, kind: nps, field: /data/answers/nps/value, type: "
           "\"com.example.survey.completed.v2\"}  # in 100 of 100 events of its type, 0..10");
    expect("    queue: /data/queue/name");
    expect("/specversion: always the same");
    cr_expect_eq(model->n_id, 2);
}

Test(propose, what_default_places_hold_otherwise)
{
    /* Left to the defaults, each of these would reject the record. */
    add(60, "{\"id\":{\"a\":%u},\"type\":%u,\"op\":\"c%u\",\"time\":\"21.11.2026\",\"none\":1,\"score\":%u}");
    proposed();
    expect("#   60 of them count.");
    expect("id: /none_2");
    expect("time: /none_2");
    expect("/time: ");
}

Test(propose, kinds_and_scales)
{
    add(300, "{\"id\":%u,\"likelihoodToRecommend\":%u,\"csat\":1%u,\"x\":{\"effort\":%u},\"stars\":%u,\"flag\":%u}");
    add(1, "{\"csat\":11}");
    proposed();
    expect("name: likelihood_to_recommend, kind: nps");
    expect("field: /x/effort, scale: 0..10}");
    expect("kind: top_box, field: /stars, scale: 0..5, top: 4..5}");
    expect("name: flag, kind: rate, field: /flag}");
    expect("csat, scale: 0..100, top: 80..100");
}

Test(propose, measurements)
{
    add(200, "{\"id\":\"x%u\",\"wait_s\":%u,\"handleTimeMs\":1%u.5,\"refund_eur\":%u.%u5,"
             "\"items\":%u,\"customerId\":\"c\"}");
    proposed();
    expect("name: wait_s, kind: quantiles, field: /wait_s, unit: s}");
    expect("name: handle_time_ms, kind: quantiles, field: /handleTimeMs, unit: ms}");
    expect("name: refund_eur, kind: sum, field: /refund_eur, decimals: 2, unit: EUR}");
    expect("name: items, kind: sum, field: /items, decimals: 0}");
    expect("/customerId: may say who somebody is");
}

Test(propose, some_that_do_not_fit)
{
    add(196, "{\"id\":\"x%u\",\"nps\":%u,\"channel\":\"c%u\"}");
    add(2, "{\"id\":\"y%u\",\"nps\":\"nine\"}");
    add(2, "{\"id\":\"z%u\",\"nps\":99}");
    add(3, "{\"id\":\"broken");
    proposed();
    expect("newest 203 records of");
    expect("#   200 of them count,\n#   3 are rejected (3 not_json),\n"
           "#   4 answers are dropped (2 bad_metric, 2 out_of_scale).");
    expect("4 that do not fit are dropped");
}

Test(propose, numbers_as_text)
{
    add(50, "{\"id\":\"x%u\",\"nps\":\"%u\",\"channel\":\"c%u\"}");
    proposed();
    expect("/nps: numbers written as text: a metric takes numbers only");
    expect_not("kind: nps");
    expect_not("alerts:");
}

Test(propose, texts_that_mean_yes)
{
    add(50, "{\"id\":\"x%u\",\"solved\":\"yes\",\"mood\":\"calm\"}");
    add(50, "{\"id\":\"y%u\",\"solved\":\"no\",\"mood\":\"anger\"}");
    proposed();
    expect("name: solved, kind: rate, field: /solved, in: [\"yes\"]}");
    expect("name: mood, kind: rate, field: /mood, in: [\"anger\"]}");
}

Test(propose, nothing_personal)
{
    add(100, "{\"id\":\"secret-%u\",\"email\":\"who%u@example.com\",\"phone\":\"+358 40 123 456%u\","
             "\"note\":\"private %u\",\"first_name\":\"n%u\",\"agent\":\"smith%u\","
             "\"contact\":\"me%u@example.com\",\"nps\":9}");
    proposed();
    expect_not("secret-");
    expect_not("example.com");
    expect_not("358");
    expect_not("private");
    expect_not("smith");
    expect("agent: /agent  # 2 different values, in 100 of 100 records; may name persons, and so does "
           "every result then");
    expect("/email: may say who somebody is");
    expect("/contact: may say who somebody is");
    expect("/first_name: may say who somebody is");
}

Test(propose, times_as_numbers_and_old_ones)
{
    add(50, "{\"id\":\"x%u\",\"nps\":%u,\"occurred_at\":1690000000%u00,\"order\":1795253400}");
    proposed();
    expect("time: /occurred_at  # in 50 of 50 records, milliseconds since 1970");
    expect("max_age: 2000d");
    expect("#   50 of them count");
}

Test(propose, fields_that_share_a_name)
{
    add(80, "{\"id\":\"x%u\",\"a\":{\"score\":%u},\"b\":{\"score\":%u},\"score_n\":%u,"
            "\"n\":{\"channel\":\"x%u\"},\"m\":{\"channel\":\"y%u\"}}");
    const struct kaiku_model *model = proposed();
    expect("name: a_score");
    expect("name: b_score");
    expect("    channel: ");
    cr_expect_eq(model->n_dimensions, 2);
}

Test(propose, metrics_that_share_a_name)
{
    add(60, "{\"a\":{\"wait_s\":%u},\"b\":{\"wait_s\":%u},\"nps\":%u,\"x\":{\"y\":{\"nps_n\":{\"score\":%u}}}}");
    proposed();
    expect("{name: wait_s, kind: quantiles, field: /a/wait_s,");
    expect("{name: b_wait_s, kind: quantiles, field: /b/wait_s,");
    expect("{name: nps, kind: nps, field: /nps}");
    expect("{name: nps_n_score, ");
}

Test(propose, large_records)
{
    char *large = malloc(600000);

    memset(large, 'x', 600000);
    memcpy(large, "{\"nps\":9,\"blob\":\"", 17);
    memcpy(large + 599998, "\"}", 2);
    cr_assert_eq(kaiku_sample_add(&sample, (struct kaiku_text){large, 600000}, NOW_MS), KAIKU_OK);
    free(large);
    add(1, "{\"id\":%u}");
    const struct kaiku_model *model = proposed();
    cr_expect_eq(model->max_bytes, 2 << 20);
    expect("#   2 of them count");
}

static void expect_refusal(const char *word)
{
    cr_expect_eq(propose(), KAIKU_MISSING);
    cr_expect_not_null(strstr(why, word), "%s", why);
    cr_expect_eq(out.size, 0);
}

Test(propose, refuses_nothing)
{
    expect_refusal("no records");
}

Test(propose, refuses_what_is_no_json)
{
    add(3, "hello %u");
    add(1, "[%u]");
    expect_refusal("JSON object");
}

Test(propose, refuses_binary_records)
{
    cr_assert_eq(kaiku_sample_add(&sample, (struct kaiku_text){"\0\0\0\0\1abc", 8}, NOW_MS), KAIKU_OK);
    expect_refusal("Avro");
}

Test(propose, refuses_tombstones)
{
    cr_assert_eq(kaiku_sample_add(&sample, (struct kaiku_text){NULL, 0}, NOW_MS), KAIKU_OK);
    expect_refusal("has a value");
}
