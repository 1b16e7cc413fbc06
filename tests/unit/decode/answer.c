#include "answer.h"

#include "model_fixture.h"

#include <kaiku/histogram.h>
#include <kaiku/hyperloglog.h>

#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>

static struct kaiku_paths paths;
static struct kaiku_json json;
static struct kaiku_metric metric;
static struct kaiku_answer answer;

static void setup(void)
{
    static const char *const pointers[] = {"/a"};

    cr_assert_eq(kaiku_paths_init(&paths, (char *const *)pointers, 1), KAIKU_OK);
    cr_assert_eq(kaiku_json_init(&json, &paths, 1024), KAIKU_OK);
}

static void teardown(void)
{
    free(metric.when.text);
    kaiku_json_release(&json);
    kaiku_paths_release(&paths);
}

TestSuite(answer, .init = setup, .fini = teardown);

/* KAIKU_REASONS where the metric takes the value, which stands in answer then. */
static enum kaiku_reason read(const char *value)
{
    uint32_t node = paths.ends[0];
    struct kaiku_limit limit;
    char record[256];

    snprintf(record, sizeof(record), "{\"a\":%s}", value);
    cr_assert(kaiku_json_scan(&json, kaiku_text_of(record)), "%s", record);
    if (metric.has_when)
        kaiku_limit_init(&limit, &metric.when);
    answer = (struct kaiku_answer){-1, UINT32_MAX};
    return kaiku_answer_reader_of(&metric)(&metric, metric.has_when ? &limit : NULL,
                                           (enum kaiku_json_kind)json.kinds[node],
                                           &json.values[node], &answer);
}

static void expect(const char *value, int64_t number, uint32_t bin)
{
    cr_expect_eq(read(value), KAIKU_REASONS, "%s", value);
    cr_expect_eq(answer.value, number, "%s: %ld", value, (long)answer.value);
    cr_expect_eq(answer.bin, bin, "%s: %u", value, answer.bin);
}

static void expect_bad(enum kaiku_reason reason, const char *const *values)
{
    for (; *values; values++)
        cr_expect_eq(read(*values), reason, "%s", *values);
}

#define BAD(reason, ...) expect_bad(reason, (const char *const[]){__VA_ARGS__, NULL})

Test(answer, steps_of_a_scale)
{
    metric = (struct kaiku_metric){.kind = KAIKU_NPS, .low = 0, .high = 10};
    expect("0", 0, 0);
    expect("10", 10, 10);
    expect("9.0", 9, 9);
    expect("90e-1", 9, 9);
    expect("-0", 0, 0);
    BAD(KAIKU_OUT_OF_SCALE, "11", "-1", "1e30", "123456789012345678901");
    BAD(KAIKU_BAD_METRIC, "9.5", "9.00000000000000000001", "\"9\"", "true", "[9]", "{}", "1e401");

    metric = (struct kaiku_metric){.kind = KAIKU_TOP_BOX, .low = 1, .high = 5};
    expect("1", 1, 0);
    expect("5", 5, 4);
    BAD(KAIKU_OUT_OF_SCALE, "0", "6");

    metric = (struct kaiku_metric){.kind = KAIKU_MEAN, .low = -50, .high = 50};
    expect("-50", -50, 0);
    expect("50", 50, 100);
    BAD(KAIKU_OUT_OF_SCALE, "-51", "51");
}

Test(answer, rate)
{
    metric = (struct kaiku_metric){.kind = KAIKU_RATE};
    expect("true", 1, 1);
    expect("false", 0, 0);
    expect("1", 1, 1);
    expect("0.0", 0, 0);
    BAD(KAIKU_OUT_OF_SCALE, "2", "-1");
    BAD(KAIKU_BAD_METRIC, "0.5", "\"true\"", "\"1\"", "[]");
}

Test(answer, rate_with_a_condition)
{
    metric = (struct kaiku_metric){
        .kind = KAIKU_RATE, .has_when = true, .when = kaiku_fixture_condition("<= 20")};
    expect("20", 1, 1);
    expect("-1e300", 1, 1);
    expect("20.00000000000000000001", 0, 0);
    BAD(KAIKU_BAD_METRIC, "true", "\"5\"", "1e401", "{}");
}

Test(answer, rate_with_a_list)
{
    struct kaiku_text among[] = {KAIKU_TEXT("fear"), KAIKU_TEXT("1")};

    metric = (struct kaiku_metric){.kind = KAIKU_RATE, .among = among, .n_among = 2};
    expect("\"fear\"", 1, 1);
    expect("\"f\\u0065ar\"", 1, 1);
    expect("\"1\"", 1, 1);
    expect("\"joy\"", 0, 0);
    expect("\"\"", 0, 0);
    BAD(KAIKU_BAD_METRIC, "1", "true", "[\"fear\"]");
}

Test(answer, sum)
{
    metric = (struct kaiku_metric){.kind = KAIKU_SUM, .decimals = 2};
    expect("12.5", 1250, 0);
    expect("-0.01", -1, 0);
    expect("12.500", 1250, 0);
    expect("1e12", INT64_C(100000000000000), 0);
    expect("-1000000000000.00", -INT64_C(100000000000000), 0);
    BAD(KAIKU_OUT_OF_SCALE, "1000000000000.01", "-1000000000001", "1e300", "1e18");
    BAD(KAIKU_BAD_METRIC, "0.001", "1e-3", "\"1\"", "true", "1e401", "1e300000",
        "1000000000000.001");

    metric.decimals = 6;
    expect("1000000000000", INT64_C(1000000000000000000), 0);
    expect("-999999999999.999999", -INT64_C(999999999999999999), 0);
    expect("1e-6", 1, 0);
    BAD(KAIKU_OUT_OF_SCALE, "1000000000000.000001", "-1e13");

    metric.decimals = 0;
    expect("3.0", 3, 0);
    BAD(KAIKU_BAD_METRIC, "3.5");
}

Test(answer, quantiles)
{
    metric = (struct kaiku_metric){.kind = KAIKU_QUANTILES};
    expect("42.5", 42500, kaiku_histogram_index(42.5));
    expect("0", 0, 0);
    expect("-0.0", 0, 0);
    expect("0.0001", 0, kaiku_histogram_index(0.0001));
    expect("0.00009999", 0, 0);
    expect("0.0005", 1, kaiku_histogram_index(0.0005));
    expect("0.00049999999999999999999", 0, kaiku_histogram_index(0.0005));
    expect("1.0005", 1001, kaiku_histogram_index(1.0005));
    expect("4.25e1", 42500, kaiku_histogram_index(42.5));
    expect("999999999.9996", INT64_C(1000000000000), kaiku_histogram_index(999999999.9996));
    cr_assert(kaiku_histogram_index(42.5) > kaiku_histogram_index(0.0001));
    BAD(KAIKU_OUT_OF_SCALE, "1000000000", "1e9", "-0.00001", "-1e-300", "1e400");
    BAD(KAIKU_BAD_METRIC, "\"1\"", "false", "[1]", "1e401", "1e-401");
}

Test(answer, unique)
{
    metric = (struct kaiku_metric){.kind = KAIKU_UNIQUE};
    expect("\"c-77123\"", (int64_t)kaiku_hyperloglog_hash("c-77123", 7), 0);
    expect("12", (int64_t)kaiku_hyperloglog_hash("12", 2), 0);
    expect("\"12\"", (int64_t)kaiku_hyperloglog_hash("12", 2), 0);
    expect("12.0", (int64_t)kaiku_hyperloglog_hash("12.0", 4), 0);
    expect("1e3", (int64_t)kaiku_hyperloglog_hash("1e3", 3), 0);
    expect("\"\"", (int64_t)kaiku_hyperloglog_hash("", 0), 0);
    expect("\"\\u00e4\"", (int64_t)kaiku_hyperloglog_hash("\xc3\xa4", 2), 0);
    BAD(KAIKU_BAD_METRIC, "1.5", "true", "{}", "1e401");
}

Test(answer, some_metrics_take_no_value)
{
    metric = (struct kaiku_metric){.kind = KAIKU_COUNT};
    cr_expect_null(kaiku_answer_reader_of(&metric));
    metric = (struct kaiku_metric){.kind = KAIKU_RATIO};
    cr_expect_null(kaiku_answer_reader_of(&metric));
}
