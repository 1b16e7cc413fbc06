#include "model_fixture.h"

#include <model/member.h>

#include <criterion/criterion.h>

#include <stdio.h>

static struct kaiku_buffer buffer;

static void expect(const char *expected)
{
    cr_assert_not(buffer.failed);
    cr_assert_str_eq(kaiku_buffer_cstring(&buffer), expected);
    kaiku_buffer_release(&buffer);
}

Test(member, escape_takes_what_would_confuse_readers)
{
    static const char *const cases[][2] = {
        {"phone", "phone"},
        {"a|b", "a%7Cb"},
        {"100%", "100%25"},
        {"{x}", "%7Bx%7D"},
        {"a\x01\n\x1f\x7f z", "a%01%0A%1F%7F z"},
        {"_all", "%5Fall"},
        {"_", "%5F"},
        {"__|", "%5F_%7C"},
        {"a_b", "a_b"},
        {"\xc3\xa4:\xe2\x82\xac\xf0\x9f\x98\x80", "\xc3\xa4:\xe2\x82\xac\xf0\x9f\x98\x80"},
        {"~!\"\\*", "~!\"\\*"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        kaiku_member_escape(&buffer, kaiku_text_of(cases[i][0]));
        expect(cases[i][1]);
    }
}

Test(member, escape_appends)
{
    kaiku_buffer_string(&buffer, "phone|");
    kaiku_member_escape(&buffer, KAIKU_TEXT("_x"));
    kaiku_member_escape(&buffer, (struct kaiku_text){NULL, 0});
    expect("phone|%5Fx");
}

Test(member, grouping_tells_what_is_kept)
{
    cr_assert_eq(kaiku_member_grouping(KAIKU_TEXT("_all")), 0);
    cr_assert_eq(kaiku_member_grouping(KAIKU_TEXT("_all|_all")), 0);
    cr_assert_eq(kaiku_member_grouping(KAIKU_TEXT("phone|_all")), 1);
    cr_assert_eq(kaiku_member_grouping(KAIKU_TEXT("_all|_none|_other")), 6);
    cr_assert_eq(kaiku_member_grouping(KAIKU_TEXT("%5Fall|_al|_allx")), 7);
    cr_assert_eq(kaiku_member_grouping(KAIKU_TEXT("a|b|c|d|e|f|g|_all")), 127);
}

Test(member, split_gives_the_parts)
{
    struct kaiku_text parts[KAIKU_MAX_BY];

    cr_assert_eq(kaiku_member_split(KAIKU_TEXT("phone"), parts), 1);
    cr_assert(kaiku_text_equal(parts[0], KAIKU_TEXT("phone")));
    cr_assert_eq(kaiku_member_split(KAIKU_TEXT("phone||x"), parts), 3);
    cr_assert(kaiku_text_equal(parts[0], KAIKU_TEXT("phone")));
    cr_assert_eq(parts[1].size, 0);
    cr_assert(kaiku_text_equal(parts[2], KAIKU_TEXT("x")));
    cr_assert_eq(kaiku_member_split(KAIKU_TEXT("1|2|3|4|5|6|7|8"), parts), 8);
    cr_assert(kaiku_text_equal(parts[7], KAIKU_TEXT("8")));
    cr_assert_eq(kaiku_member_split(KAIKU_TEXT("1|2|3|4|5|6|7|8|9"), parts), 8);
    cr_assert(kaiku_text_equal(parts[7], KAIKU_TEXT("8|9")));
    cr_assert_eq(kaiku_member_split((struct kaiku_text){NULL, 0}, parts), 1);
}

Test(member, numbers_as_grafana_reads_them)
{
    static const char *const numeric[] = {
        "0", "12", "007", "1.", ".5", "1.5", "-1", "+1", "-.5", "+1.", "1e5", "1E5", "1.e5",
        ".5e-3", "1e+05", "0x1f", "0X1F", "0x1.", "0x.8", "0x1p3", "0x1P-3", "0xa.bp+10", "-0x1",
        "inf", "Inf", "INF", "-inf", "+infinity", "InFiNiTy", "nan", "NaN", "-nan", "0e0",
        "0x1e5",
    };
    static const char *const other[] = {
        "", "+", "-", ".", "+.", "e5", ".e5", "1e", "1e+", "1e5.", "1e5x", "1.2.3", "--1", "+-1",
        "1 ", " 1", "1,5", "1_000", "0x", "0x.", "0xg", "0x1p", "0x1p+", "0x1pa", "0x1.2.3", "x1",
        "1x", "1p3", "00x1", "0x-1", "in", "infi", "infinit", "infinityx", "nan1", "na", "n/a",
        "phone", "1a", "a1", "\xd9\xa1", "1\n", "0x1 ", "+ 1", "0x1p3.", "nan(1)",
    };

    for (size_t i = 0; i < sizeof(numeric) / sizeof(*numeric); i++)
        cr_assert(kaiku_member_looks_numeric(kaiku_text_of(numeric[i])), "'%s'", numeric[i]);
    for (size_t i = 0; i < sizeof(other) / sizeof(*other); i++)
        cr_assert_not(kaiku_member_looks_numeric(kaiku_text_of(other[i])), "'%s'", other[i]);
    cr_assert_not(kaiku_member_looks_numeric((struct kaiku_text){"1\0", 2}));
}

Test(member, column_sets_a_space_before_numbers)
{
    kaiku_member_column(&buffer, KAIKU_TEXT("42"));
    kaiku_buffer_char(&buffer, ',');
    kaiku_member_column(&buffer, KAIKU_TEXT("phone"));
    kaiku_buffer_char(&buffer, ',');
    kaiku_member_column(&buffer, KAIKU_TEXT(""));
    expect("\xc2\xa0" "42,phone,");
}

/* Stored data depends on it: these may never change. */
Test(member, shard_is_the_same_in_every_version)
{
    struct kaiku_model model = {.shards = 64};
    struct kaiku_view contact = {.name = "contact"}, people = {.name = "people"};

    cr_assert_eq(kaiku_member_shard(&model, &contact, KAIKU_TEXT("_all|_all")), 46);
    cr_assert_eq(kaiku_member_shard(&model, &contact, KAIKU_TEXT("phone|billing")), 21);
    cr_assert_eq(kaiku_member_shard(&model, &people, KAIKU_TEXT("_all|_all")), 48);
    model.shards = 1;
    cr_assert_eq(kaiku_member_shard(&model, &people, KAIKU_TEXT("_all|_all")), 0);
}

Test(member, shard_spreads_members_evenly)
{
    struct kaiku_model model = {.shards = 16};
    struct kaiku_view view = {.name = "people"};
    uint32_t counts[16] = {0};
    char member[32];

    for (int i = 0; i < 16000; i++) {
        int size = snprintf(member, sizeof(member), "north|a-%d|_all", i);
        counts[kaiku_member_shard(&model, &view, (struct kaiku_text){member, (size_t)size})]++;
    }
    for (int i = 0; i < 16; i++)
        cr_assert(counts[i] > 850 && counts[i] < 1150, "%u in shard %d", counts[i], i);
}

Test(member, shard_takes_members_of_any_size)
{
    struct kaiku_model model = {.shards = 64};
    struct kaiku_view view = {.name = "abcdefghijklmnopqrstuvwxyz012345"};
    static char bytes[10000];
    struct kaiku_text member = {bytes, sizeof(bytes)}, none = {NULL, 0};

    cr_assert_lt(kaiku_member_shard(&model, &view, member), 64);
    cr_assert_lt(kaiku_member_shard(&model, &view, none), 64);
}

Test(member, set_names_the_dimensions_kept)
{
    struct kaiku_model *model = kaiku_fixture_contact();
    const struct kaiku_view *people = &model->views[kaiku_fixture_view(model, "people")];

    kaiku_member_set(&buffer, model, people, 3);
    expect("team+agent");
    kaiku_member_set(&buffer, model, people, 6);
    expect("agent+channel");
    kaiku_member_set(&buffer, model, people, 4);
    expect("channel");
    kaiku_member_set(&buffer, model, people, 0);
    expect("");
    kaiku_fixture_destroy(model);
}

Test(member, the_first_target_that_matches_counts)
{
    struct kaiku_model *model = kaiku_fixture_contact();
    struct kaiku_view *people = &model->views[kaiku_fixture_view(model, "people")];
    const struct kaiku_target *phone = &people->targets[0], *chat = &people->targets[1];
    uint32_t nps = kaiku_fixture_metric(model, "nps"), csat = kaiku_fixture_metric(model, "csat");

    cr_assert_eq(kaiku_member_target(people, 1, nps, KAIKU_TEXT("_all|a-1|phone")), phone);
    cr_assert_eq(kaiku_member_target(people, 1, nps, KAIKU_TEXT("_all|_none|chat")), chat);
    cr_assert_null(kaiku_member_target(people, 1, nps, KAIKU_TEXT("_all|_all|chat")));
    cr_assert_null(kaiku_member_target(people, 1, nps, KAIKU_TEXT("north|a-1|chat")));
    cr_assert_null(kaiku_member_target(people, 1, nps, KAIKU_TEXT("_all|a-1|mail")));
    cr_assert_null(kaiku_member_target(people, 1, csat, KAIKU_TEXT("_all|a-1|phone")));
    cr_assert_null(kaiku_member_target(people, 0, nps, KAIKU_TEXT("_all|a-1|phone")));
    cr_assert_null(kaiku_member_target(people, 1, nps, KAIKU_TEXT("_all|a-1")));

    memcpy((char *)people->targets[1].parts[2].data, "*   ", 4);
    people->targets[1].parts[2].size = 1;
    cr_assert_eq(kaiku_member_target(people, 1, nps, KAIKU_TEXT("_all|a-1|phone")), phone);
    cr_assert_eq(kaiku_member_target(people, 1, nps, KAIKU_TEXT("_all|a-1|mail")), chat);
    kaiku_fixture_destroy(model);
}
