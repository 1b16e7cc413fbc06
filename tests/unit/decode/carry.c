#include <decode/decode.h>

#include "model_fixture.h"

#include <base/hash.h>

#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>

#define NBSP "\xc2\xa0"

static struct kaiku_model *model;
static struct kaiku_decoder *decoder;
static struct kaiku_event event;
static struct kaiku_buffer out;

static void setup(void)
{
    kaiku_hash_seed();
    model = kaiku_fixture_contact();
    cr_assert_eq(kaiku_decoder_create(model, &decoder), KAIKU_OK);
}

static void teardown(void)
{
    kaiku_buffer_release(&out);
    kaiku_decoder_destroy(decoder);
    kaiku_fixture_destroy(model);
}

TestSuite(carry, .init = setup, .fini = teardown);

static void decode(const char *record)
{
    enum kaiku_reason reason;

    cr_assert_eq(kaiku_decode(decoder, record, strlen(record), INT64_C(1795253400000), &event,
                              &reason),
                 KAIKU_EVENT, "%s", record);
}

/* Gives the metric another kind, so that any can have an alert. */
static void expect_value(struct kaiku_metric change, const char *value, const char *expected)
{
    uint32_t m = kaiku_fixture_metric(model, "handle_s");
    struct kaiku_metric *metric = &model->metrics[m];
    struct kaiku_alert alert = {.metric = m};
    char record[128];

    kaiku_decoder_destroy(decoder);
    metric->kind = change.kind;
    metric->low = change.low;
    metric->high = change.high;
    metric->decimals = change.decimals;
    cr_assert_eq(kaiku_decoder_create(model, &decoder), KAIKU_OK);
    snprintf(record, sizeof(record), "{\"handle_s\":%s}", value);
    decode(record);
    cr_assert(event.answers >> m & 1, "%s", record);
    kaiku_buffer_clear(&out);
    kaiku_decoder_alert_value(decoder, &alert, &out);
    cr_expect_str_eq(kaiku_buffer_cstring(&out), expected);
}

Test(carry, values_have_at_most_four_places)
{
    struct kaiku_metric quantiles = {.kind = KAIKU_QUANTILES}, rate = {.kind = KAIKU_RATE};
    struct kaiku_metric sum = {.kind = KAIKU_SUM, .decimals = 6};
    struct kaiku_metric mean = {.kind = KAIKU_MEAN, .low = -50, .high = 50};

    expect_value(quantiles, "42.5", "42.5");
    expect_value(quantiles, "0.0001", "0.0001");
    expect_value(quantiles, "0.00005", "0.0001");
    expect_value(quantiles, "0.00004999999999999999999999", "0");
    expect_value(quantiles, "12.30006", "12.3001");
    expect_value(quantiles, "999999999.99995", "1000000000");
    expect_value(sum, "-0.00005", "-0.0001");
    expect_value(sum, "-0.000049", "0");
    expect_value(sum, "1000000000000", "1000000000000");
    expect_value(sum, "-12.345650", "-12.3457");
    expect_value(sum, "12.03", "12.03");
    sum.decimals = 2;
    expect_value(sum, "-12.03", "-12.03");
    expect_value(mean, "-7", "-7");
    expect_value(mean, "50", "50");
    expect_value(rate, "true", "1");
    expect_value(rate, "0", "0");
}

Test(carry, the_value_of_a_count_is_one)
{
    struct kaiku_alert alert = {.metric = kaiku_fixture_metric(model, "answered")};

    decode("{}");
    kaiku_decoder_alert_value(decoder, &alert, &out);
    cr_expect_str_eq(kaiku_buffer_cstring(&out), "1");
}

static void expect_carry(const struct kaiku_carry *carry, const char *record, const char *expected)
{
    decode(record);
    kaiku_buffer_clear(&out);
    kaiku_decoder_carry(decoder, &event, carry, &out);
    cr_assert_not(out.failed);
    cr_expect_str_eq(kaiku_buffer_cstring(&out), expected);
}

Test(carry, pointers)
{
    struct kaiku_carry carry = {
        .from = KAIKU_CARRY_POINTER, .index = kaiku_fixture_pointer(model, "/comment_ref")};

    expect_carry(&carry, "{\"comment_ref\":\"s3://x|y%\"}", "s3://x|y%");
    expect_carry(&carry, "{\"comment_ref\":\"\\u00e4\\n\"}", "\xc3\xa4\n");
    expect_carry(&carry, "{}", "");
    expect_carry(&carry, "{\"comment_ref\":null}", "");
    expect_carry(&carry, "{\"comment_ref\":{\"a\":1}}", "");
    expect_carry(&carry, "{\"comment_ref\":[1]}", "");
    expect_carry(&carry, "{\"comment_ref\":true}", "true");
    expect_carry(&carry, "{\"comment_ref\":1.50}", NBSP "1.50");
    expect_carry(&carry, "{\"comment_ref\":\"1e5\"}", NBSP "1e5");
    expect_carry(&carry, "{\"comment_ref\":\"inf\"}", NBSP "inf");
}

Test(carry, dimensions)
{
    struct kaiku_carry carry = {
        .from = KAIKU_CARRY_DIMENSION, .index = kaiku_fixture_dimension(model, "channel")};
    char record[256] = "{\"channel\":\"", *p = record + strlen(record);

    expect_carry(&carry, "{\"channel\":\"_a|b\"}", "_a|b");
    expect_carry(&carry, "{\"channel\":12}", NBSP "12");
    expect_carry(&carry, "{}", "_none");
    memset(p, 'x', 129);
    strcpy(p + 129, "\"}");
    expect_carry(&carry, record, "_other");
}

/* {"id":"TEXT", and then more; TEXT is count times piece. */
static void fill(char record[4096], const char *piece, size_t count, const char *more)
{
    char *p = stpcpy(record, "{\"id\":\"");

    for (size_t i = 0; i < count; i++)
        p = stpcpy(p, piece);
    stpcpy(stpcpy(p, "\""), more);
}

Test(carry, ids_are_cut_at_a_character)
{
    struct kaiku_carry carry = {.from = KAIKU_CARRY_ID};
    char record[4096], expected[4096];

    expect_carry(&carry, "{\"id\":\"9b1d\"}", "9b1d");
    expect_carry(&carry, "{\"id\":12}", NBSP "12");
    expect_carry(&carry, "{}", "");
    fill(record, "\xe2\x82\xac", 342, "}");
    memset(expected, 0, sizeof(expected));
    memcpy(expected, record + 7, 341 * 3);
    expect_carry(&carry, record, expected);
}

Test(carry, compound_ids_are_joined)
{
    struct kaiku_carry carry = {.from = KAIKU_CARRY_ID};
    char record[4096], expected[4096];

    kaiku_decoder_destroy(decoder);
    model->id[model->n_id++] = kaiku_fixture_pointer(model, "/part");
    cr_assert_eq(kaiku_decoder_create(model, &decoder), KAIKU_OK);

    expect_carry(&carry, "{\"id\":\"a\",\"part\":7}", "a|7");
    expect_carry(&carry, "{\"id\":1,\"part\":\"\"}", "1|");
    expect_carry(&carry, "{\"id\":1}", "");
    for (size_t size = 1020; size < 1030; size++) {
        size_t whole = size + 4 <= 1024 ? size + 4 : size + 1 <= 1024 ? size + 1 : 1024;

        fill(record, "x", size, ",\"part\":\"\xe2\x82\xac\"}");
        snprintf(expected, sizeof(expected), "%.*s|\xe2\x82\xac", (int)size, record + 7);
        expected[whole] = '\0';
        expect_carry(&carry, record, expected);
    }
}
