#include <store/reader.h>

#include <criterion/criterion.h>
#include <math.h>
#include <support/redis_fixture.h>

static struct redis_fixture redis;
static struct kaiku_view_reader *reader;

static void set_up(void)
{
    struct kaiku_store_options options;

    redis_fixture_start(&redis, NULL);
    options = redis_fixture_options(&redis, "k");
    cr_assert_eq(kaiku_view_reader_create(&options, &reader), KAIKU_OK);
}

static void tear_down(void)
{
    kaiku_view_reader_destroy(reader);
    redis_fixture_stop(&redis);
}

TestSuite(reader, .init = set_up, .fini = tear_down, .timeout = 60);

Test(reader, gives_a_hash_as_pairs)
{
    struct kaiku_pairs pairs;

    redis_fixture_integer(&redis, "HSET h n 12 nps nan text 1x");
    cr_assert_eq(kaiku_view_reader_hash(reader, "h", &pairs), KAIKU_OK);
    cr_assert_eq(pairs.n, 3);
    cr_expect_eq(kaiku_pairs_number(pairs, "n"), 12);
    cr_expect(isnan(kaiku_pairs_number(pairs, "nps")));
    cr_expect(isnan(kaiku_pairs_number(pairs, "text")));
    cr_expect(isnan(kaiku_pairs_number(pairs, "absent")));
    cr_expect(kaiku_text_equal(kaiku_pairs_text(pairs, "text"), KAIKU_TEXT("1x")));
    cr_expect_eq(kaiku_pairs_text(pairs, "absent").size, 0);

    cr_assert_eq(kaiku_view_reader_hash(reader, "missing", &pairs), KAIKU_OK);
    cr_assert_eq(pairs.n, 0);
}

static void append(void *context, struct kaiku_pairs pairs)
{
    kaiku_buffer_text(context, kaiku_pairs_text(pairs, "f"));
}

Test(reader, gives_the_newest_entries_first)
{
    struct kaiku_buffer seen = {0};
    char id[32];

    for (int i = 1; i <= 3; i++)
        redis_fixture_text(&redis, id, sizeof id, "XADD s %d-0 f %d", i, i);
    cr_assert_eq(kaiku_view_reader_newest(reader, "s", 2, append, &seen), KAIKU_OK);
    cr_assert_str_eq(kaiku_buffer_cstring(&seen), "32");
    kaiku_buffer_release(&seen);
}

static void append_entry(void *context, struct kaiku_pairs pairs)
{
    kaiku_buffer_text(context, pairs.id);
    kaiku_buffer_format(context, "=%.0f ", kaiku_pairs_number(pairs, "f"));
}

Test(reader, gives_a_range_of_entries)
{
    static const struct {
        struct kaiku_id_range range;
        const char *expected;
    } cases[] = {
        {{"-", "+", 9, false}, "1-0=1 2-0=2 3-0=3 4-0=4 "},
        {{"-", "+", 3, true}, "4-0=4 3-0=3 2-0=2 "},
        {{"2", "3", 9, false}, "2-0=2 3-0=3 "},
        {{"2", "(4-0", 9, true}, "3-0=3 2-0=2 "},
        {{"5", "+", 9, false}, ""},
    };
    char id[32];

    for (int i = 1; i <= 4; i++)
        redis_fixture_text(&redis, id, sizeof id, "XADD s %d-0 f %d", i, i);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct kaiku_buffer seen = {0};

        cr_assert_eq(kaiku_view_reader_range(reader, "s", &cases[i].range, append_entry, &seen), KAIKU_OK);
        cr_expect_str_eq(kaiku_buffer_cstring(&seen), cases[i].expected);
        kaiku_buffer_release(&seen);
    }
}

static void append_id(void *context, struct kaiku_pairs pairs)
{
    kaiku_buffer_text(context, pairs.id);
    kaiku_buffer_char(context, ' ');
}

Test(reader, asks_for_many_streams_at_once)
{
    const char *keys[] = {"a", "none", "text", "b"};
    struct kaiku_buffer seen[4] = {0};
    void *contexts[] = {&seen[0], &seen[1], &seen[2], &seen[3]};
    struct kaiku_pairs pairs;
    char id[32];

    redis_fixture_text(&redis, id, sizeof id, "XADD a 1-0 f 1");
    redis_fixture_text(&redis, id, sizeof id, "XADD a 2-7 f 1");
    redis_fixture_text(&redis, id, sizeof id, "XADD b 3-1 f 1");
    redis_fixture_text(&redis, id, sizeof id, "SET text x");
    cr_expect_eq(kaiku_view_reader_newest_of(reader, keys, 4, 9, append_id, contexts), KAIKU_REFUSED);
    cr_expect_str_eq(kaiku_buffer_cstring(&seen[0]), "2-7 1-0 ");
    cr_expect_str_eq(kaiku_buffer_cstring(&seen[1]), "");
    cr_expect_str_eq(kaiku_buffer_cstring(&seen[3]), "3-1 ");
    cr_expect_eq(kaiku_view_reader_hash(reader, "none", &pairs), KAIKU_OK, "no answer is left behind");
    for (int i = 0; i < 4; i++)
        kaiku_buffer_release(&seen[i]);

}

static void append_text(void *context, struct kaiku_text text)
{
    kaiku_buffer_text(context, text);
}

Test(reader, gives_the_members_of_a_set)
{
    struct kaiku_buffer seen = {0};

    redis_fixture_integer(&redis, "SADD values only");
    cr_assert_eq(kaiku_view_reader_set(reader, "values", append_text, &seen), KAIKU_OK);
    cr_assert_str_eq(kaiku_buffer_cstring(&seen), "only");
    kaiku_buffer_release(&seen);
}

Test(reader, connects_again_after_a_failure)
{
    struct kaiku_pairs pairs;

    cr_assert_eq(kaiku_view_reader_hash(reader, "h", &pairs), KAIKU_OK);
    redis_fixture_integer(&redis, "CLIENT KILL TYPE normal SKIPME yes");
    cr_assert_eq(kaiku_view_reader_hash(reader, "h", &pairs), KAIKU_AWAY);
    cr_assert_gt(strlen(kaiku_view_reader_error(reader)), 0);
    cr_assert_eq(kaiku_view_reader_hash(reader, "h", &pairs), KAIKU_OK);
}

Test(reader, refuses_a_key_of_another_type)
{
    struct kaiku_pairs pairs;

    redis_fixture_integer(&redis, "SADD values only");
    cr_assert_eq(kaiku_view_reader_hash(reader, "values", &pairs), KAIKU_REFUSED);
    cr_assert_not_null(strstr(kaiku_view_reader_error(reader), "WRONGTYPE"));
}
