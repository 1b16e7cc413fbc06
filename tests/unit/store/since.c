#include "world.h"

static struct kaiku_buffer seen;

static void set_up(void)
{
    world_set_up();
    redis("HSET k:{0}:since 1:metric:nps 0 2:view:people 0 2:dimension:agent 500 10:dimension:agent 1000");
    redis("HSET k:{0}:since:1 f:a:0 7:5:00000000000000aa");
    redis("HSET k:{0}:since:2 f:a:0 8:5:00000000000000aa f:b:1 3:5:00000000000000aa");
    redis("HSET k:{0}:since:10 f:b:1 12:5:00000000000000aa");
}

static void tear_down(void)
{
    kaiku_buffer_release(&seen);
    world_tear_down();
}

TestSuite(since, .init = set_up, .fini = tear_down, .timeout = 60);

static void note(void *context, const struct kaiku_since *since)
{
    (void)context;
    kaiku_buffer_format(&seen, "%s %.*s of %u from %lld, %u;", kaiku_part_text(since->part),
                        (int)since->name.size, since->name.data, since->epoch,
                        (long long)since->offset, since->max_values);
}

static void note_value(void *context, struct kaiku_text value)
{
    (void)context;
    kaiku_buffer_text(&seen, value);
    kaiku_buffer_char(&seen, ';');
}

static void assert_seen(const char *expected)
{
    cr_assert_str_eq(kaiku_buffer_cstring(&seen), expected);
    kaiku_buffer_clear(&seen);
}

Test(since, each_partition_has_its_offsets)
{
    assert_ok(kaiku_store_since(world.store, "f:a:0", note, NULL));
    assert_seen("metric nps of 1 from 7, 0;view people of 2 from 8, 0;dimension agent of 2 from 8, 500;");
    assert_ok(kaiku_store_since(world.store, "f:b:1", note, NULL));
    assert_seen("view people of 2 from 3, 0;dimension agent of 2 from 3, 500;"
                "dimension agent of 10 from 12, 1000;");
    assert_ok(kaiku_store_since(world.store, "new:0", note, NULL));
    assert_seen("");
}

Test(since, values_are_kept_as_they_were)
{
    redis("SADD k:{0}:since:2:agent anna");
    assert_ok(kaiku_store_former_values(world.store, 3, 2, note_value, NULL));
    assert_seen("anna;");
    assert_ok(kaiku_store_former_values(world.store, 3, 10, note_value, NULL));
    assert_seen("");
}

Test(since, is_of_the_own_prefix_only)
{
    redis("SET k:{0}:head 2:other");
    cr_assert_eq(kaiku_store_since(world.store, "f:a:0", note, NULL), KAIKU_AWAY);
    assert_seen("");
}
