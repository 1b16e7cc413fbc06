#include "world.h"

static struct kaiku_buffer seen;

static void set_up(void)
{
    world_set_up();
    redis("HSET k:{0}:pos f:a:0 7:5:00000000000000aa");
}

static void tear_down(void)
{
    kaiku_buffer_release(&seen);
    world_tear_down();
}

TestSuite(crashes, .init = set_up, .fini = tear_down, .timeout = 60);

static void note(void *context, struct kaiku_text field, int64_t offset, bool is_counted)
{
    (void)context;
    kaiku_buffer_format(&seen, "%.*s %lld %d;", (int)field.size, field.data, (long long)offset,
                        is_counted);
}

static int64_t crash(const char *field, int64_t offset)
{
    int64_t times = 0;

    assert_ok(kaiku_store_crash(world.store, field, offset, &times));
    return times;
}

static void assert_seen(const char *expected)
{
    kaiku_buffer_clear(&seen);
    assert_ok(kaiku_store_crashed(world.store, note, NULL));
    cr_assert_str_eq(kaiku_buffer_cstring(&seen), expected);
}

Test(crashes, three_set_a_record_aside)
{
    assert_seen("");
    cr_assert_eq(crash("f:a:0", 7), 1);
    cr_assert_eq(crash("f:a:0", 7), 2);
    cr_assert_eq(crash("f:a:0", 8), 1);
    assert_seen("");
    cr_assert_eq(crash("f:a:0", 7), 3);
    assert_seen("f:a:0 7 0;");
    cr_assert_eq(crash("f:a:0", 7), 4);
    assert_seen("f:a:0 7 0;");
    cr_assert_str_eq(redis("HGETALL k:{0}:incidents"), "crashes 5");
}

Test(crashes, a_record_that_was_counted_stays_so)
{
    for (int i = 0; i < 2; i++)
        crash("f:a:0", 6);
    redis("HSET k:{0}:pos f:a:0 6:5:00000000000000aa");
    cr_assert_eq(crash("f:a:0", 6), 1, "it is another matter now");
    redis("HSET k:{0}:pos f:a:0 7:5:00000000000000aa");
    crash("f:a:0", 6);
    assert_seen("f:a:0 6 1;");
}

Test(crashes, are_told_to_the_own_prefix_only)
{
    int64_t times;

    redis("SET k:{0}:head 2:other");
    cr_assert_eq(kaiku_store_crash(world.store, "f:a:0", 7, &times), KAIKU_AWAY);
    cr_assert_str_eq(redis("EXISTS k:{0}:crashes k:{0}:incidents"), "0");
}
