#include "survey.h"

#include <criterion/criterion.h>

static struct kaiku_sample sample;
static struct survey *survey;

static void take(const char *const *records, size_t n)
{
    for (size_t i = 0; i < n; i++)
        cr_assert_eq(kaiku_sample_add(&sample, kaiku_text_of(records[i]), INT64_C(1795253400000)), KAIKU_OK);
    survey = calloc(1, sizeof(*survey));
    cr_assert_eq(survey_take(survey, &sample), KAIKU_OK);
}

#define TAKE(...)                                                                                                      \
    do {                                                                                                               \
        const char *const records[] = {__VA_ARGS__};                                                                   \
        take(records, sizeof(records) / sizeof(*records));                                                             \
    } while (0)

static void finish(void)
{
    survey_release(survey);
    free(survey);
    kaiku_sample_release(&sample);
}

TestSuite(survey, .fini = finish);

static const struct survey_field *at(const char *pointer)
{
    const struct survey_field *field = survey_field_find(survey, pointer);

    cr_assert_not_null(field, "nothing at %s", pointer);
    return field;
}

Test(survey, counts_kinds_at_places)
{
    TAKE("{\"a\":1,\"b\":{\"c\":\"x\",\"d\":[{\"e\":1},[2]]}}", "{\"b\":{\"c\":null},\"a\":\"1\"}", "{\"a\":true}");
    cr_expect_eq(survey->objects, 3);
    cr_expect_eq(at("/a")->n[SURVEY_NUMBER], 1);
    cr_expect_eq(at("/a")->n[SURVEY_TEXT], 1);
    cr_expect_eq(at("/a")->n[SURVEY_TRUE], 1);
    cr_expect_eq(at("/b")->n[SURVEY_OBJECT], 2);
    cr_expect_eq(at("/b/c")->n[SURVEY_NULL], 1);
    cr_expect_eq(survey_field_valued(at("/b/c")), 1);
    cr_expect_eq(at("/b/d")->n[SURVEY_ARRAY], 1);
    cr_expect_null(survey_field_find(survey, "/b/d/e"), "what stands in an array has no place");
    cr_expect_eq(survey->n_fields, 4);
}

Test(survey, sets_aside_what_is_no_object)
{
    TAKE("{\"a\":1}", "{\"a\":1", "[1]", "9", "", "{\"a\":1}{", "{\"a\":\"\xff\"}",
         "\xef\xbb\xbf{\"a\":1}", "{\"a\":nul}");
    cr_expect_eq(survey->objects, 1);
    cr_expect_eq(survey->broken, 8);
    cr_expect_eq(at("/a")->n[SURVEY_NUMBER], 1, "nothing of a broken record is counted");
}

Test(survey, escapes_pointers)
{
    TAKE("{\"a/b\":1,\"m~n\":1,\"\":{\"\":1},\"\\u00e4\":1,\"${x}\":{\"y\":1},\"\\u0000\":1}");
    at("/a~1b");
    at("/m~0n");
    at("//");
    at("/ä");
    cr_expect_eq(survey->n_fields, 8);
    uint32_t nameless = 0;
    for (uint32_t i = 0; i < survey->n_fields; i++)
        nameless += !survey->fields[i]->pointer;
    cr_expect_eq(nameless, 3, "no pointer holds a NUL or begins a secret");
}

Test(survey, counts_a_key_that_stands_twice_once)
{
    TAKE("{\"a\":1,\"a\":2}");
    cr_expect_eq(at("/a")->n[SURVEY_NUMBER], 1);
}

Test(survey, measures_numbers)
{
    TAKE("{\"a\":9}", "{\"a\":9.0}", "{\"a\":-1.25}", "{\"a\":1e400}", "{\"a\":1e999999}",
         "{\"a\":12345678901234567890}");
    cr_expect_eq(at("/a")->n[SURVEY_NUMBER], 6);
    cr_expect_eq(survey_field_within(at("/a"), 9, 9), 2);
    cr_expect_eq(at("/a")->decimals, 2);
    cr_expect_eq(at("/a")->negative, 1);
    cr_expect_eq(at("/a")->integers, 2);
    cr_expect_float_eq(at("/a")->least, -1.25, 0);
}

Test(survey, counts_different_values)
{
    TAKE("{\"a\":\"x\"}", "{\"a\":\"y\"}", "{\"a\":\"x\"}", "{\"a\":\"\"}", "{\"a\":null}");
    cr_expect_eq(at("/a")->distinct, 2);
    cr_expect_eq(at("/a")->empty, 1);
    cr_expect_eq(at("/a")->n_values, 2);
    cr_expect_eq(at("/a")->values[0].n, 2);
}

Test(survey, knows_times)
{
    TAKE("{\"a\":\"2026-11-21T09:30:00Z\",\"b\":1795253400,\"c\":\"2026-11-21\",\"d\":7,"
         "\"e\":\"2020-01-01T00:00:00+02:00\"}");
    cr_expect_eq(at("/a")->times, 1);
    cr_expect_eq(at("/b")->times, 1);
    cr_expect_eq(at("/c")->times, 0);
    cr_expect_eq(at("/c")->local_times, 1);
    cr_expect_eq(at("/d")->times, 0);
    cr_expect_eq(at("/e")->old, 1);
}

Test(survey, counts_by_type)
{
    TAKE("{\"type\":\"a\",\"x\":1}", "{\"x\":1,\"type\":\"b\"}", "{\"type\":\"a\",\"x\":null}", "{\"x\":1}");
    cr_assert_eq(survey_take_types(survey, at("/type")), KAIKU_OK);
    cr_assert_eq(survey->n_types, 3);
    cr_expect_eq(survey->types[0].n, 2);
    cr_expect_eq(at("/x")->of_type[0], 1);
    cr_expect_eq(at("/x")->of_type[1], 1);
    cr_expect(kaiku_text_equal(survey->types[2].name, KAIKU_TEXT("response")), "without a type");
}

Test(survey, is_bounded)
{
    struct kaiku_buffer wide = {0}, deep = {0};
    const char *record;

    kaiku_buffer_char(&wide, '{');
    for (int i = 0; i < 3 * SURVEY_FIELDS; i++)
        kaiku_buffer_format(&wide, "%s\"k%d\":1", i ? "," : "", i);
    kaiku_buffer_char(&wide, '}');
    for (int i = 0; i < 1000; i++)
        kaiku_buffer_string(&deep, "{\"a\":");
    kaiku_buffer_string(&deep, "1");
    for (int i = 0; i < 1000; i++)
        kaiku_buffer_char(&deep, '}');
    record = kaiku_buffer_cstring(&deep);
    TAKE(record, kaiku_buffer_cstring(&wide));
    cr_expect_eq(survey->objects, 2);
    cr_expect_eq(survey->n_fields, SURVEY_FIELDS);
    kaiku_buffer_release(&wide);
    kaiku_buffer_release(&deep);
}
