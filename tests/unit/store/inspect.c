#include "world.h"

#include <store/inspect.h>

static struct kaiku_buffer seen;

static void set_up(void)
{
    world_set_up();
    redis("HSET k:{0}:pos t:0 7:5:00000000000000aa");
}

static void tear_down(void)
{
    kaiku_buffer_release(&seen);
    world_tear_down();
}

TestSuite(inspect, .init = set_up, .fini = tear_down, .timeout = 60);

static void note(struct kaiku_text text)
{
    kaiku_buffer_text(&seen, text);
    kaiku_buffer_char(&seen, ' ');
}

static void note_pair(void *context, struct kaiku_text name, struct kaiku_text value)
{
    (void)context;
    note(name);
    note(value);
}

static void note_start(void *context, int64_t start_ms)
{
    (void)context;
    kaiku_buffer_format(&seen, "%lld ", (long long)start_ms);
}

static void note_cell(void *context, struct kaiku_text member, struct kaiku_text cell,
                      const struct kaiku_text *uniques)
{
    note_pair(context, member, cell);
    kaiku_buffer_format(&seen, "%.4s ", uniques[0].size ? uniques[0].data : "-");
}

static void note_entry(void *context, const struct kaiku_text *texts, uint32_t n)
{
    (void)context;
    for (uint32_t i = 0; i < n; i++)
        note(texts[i]);
}

static void assert_seen(const char *expected)
{
    cr_assert_str_eq(kaiku_buffer_cstring(&seen), expected);
    kaiku_buffer_clear(&seen);
}

Test(inspect, windows_come_with_positions_and_floor)
{
    int64_t floor_ms;

    redis("ZADD k:{0}:windows:contact:day 1000 1000 2000 2000");
    redis("HSET k:{0}:floor contact:day 2000");
    assert_ok(kaiku_store_inspect_windows(world.store, 0, 0, 2, note_pair, note_start, NULL, &floor_ms));
    assert_seen("t:0 7:5:00000000000000aa 1000 2000 ");
    cr_assert_eq(floor_ms, 2000);
    assert_ok(kaiku_store_inspect_windows(world.store, 0, 0, 1, note_pair, note_start, NULL, &floor_ms));
    assert_seen("t:0 7:5:00000000000000aa ");
    cr_assert_eq(floor_ms, 0);
}

Test(inspect, cells_come_with_their_hyperloglogs)
{
    int64_t floor_ms;

    redis("HSET k:{0}:c:1:contact:day:1000 a|_all one b|_all two");
    redis("PFADD k:{0}:u:1:contact:day:1000:people:b|_all u1");
    assert_ok(kaiku_store_inspect_cells(world.store, 0, 0, 2, 1000, note_pair, note_cell, NULL,
                                        &floor_ms));
    assert_seen("t:0 7:5:00000000000000aa a|_all one - b|_all two HYLL ");
}

Test(inspect, shard_0_has_totals_reasons_and_streams)
{
    redis("HSET k:{0}:totals counted 3");
    redis("HSET k:{0}:reasons not_json 2");
    redis("XADD k:{0}:rejected * at 1 offset 2");
    redis("XADD k:{0}:rejected * at 3 offset 4");
    redis("HSET k:{0}:starts t:0 5:0:0000000000000000");
    assert_ok(kaiku_store_inspect_totals(world.store, note_pair, note_pair, note_pair, NULL));
    assert_seen("t:0 7:5:00000000000000aa counted 3 not_json 2 ");
    assert_ok(kaiku_store_inspect_stream(world.store, "rejected", note_pair, note_entry, NULL));
    assert_seen("t:0 7:5:00000000000000aa at 1 offset 2 at 3 offset 4 ");
    assert_ok(kaiku_store_inspect_starts(world.store, note_pair, NULL));
    assert_seen("t:0 5:0:0000000000000000 ");
}

Test(inspect, opening_for_reading_writes_nothing)
{
    kaiku_store_close(world.store);
    redis("FLUSHALL");
    cr_assert_eq(kaiku_store_open_reading(world.store), KAIKU_REFUSED);
    cr_assert(strstr(kaiku_store_error(world.store), "empty"));
    cr_assert_str_eq(redis("DBSIZE"), "0");
    redis("SET k:{0}:head 1:another");
    cr_assert_eq(kaiku_store_open_reading(world.store), KAIKU_REFUSED);
    redis("SET k:{0}:head 3:%s", world.model->digest);
    assert_ok(kaiku_store_open_reading(world.store));
    cr_assert_eq(kaiku_store_generation(world.store), 3);
    cr_assert_str_eq(redis("DBSIZE"), "1");
}

Test(inspect, nothing_is_read_under_another_head)
{
    redis("SET k:{0}:head 2:");
    cr_assert_eq(kaiku_store_inspect_totals(world.store, note_pair, note_pair, note_pair, NULL),
                 KAIKU_AWAY);
}
