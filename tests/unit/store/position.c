#include "world.h"

TestSuite(position, .init = world_set_up, .fini = world_tear_down, .timeout = 60);

enum { N = 3 };
static const char *const names[N] = {"t:0", "t:1", "u:0"};

Test(position, is_written_as_it_is_read)
{
    struct kaiku_position position = {.next = INT64_MAX, .high_ms = 1700000000000, .check = 0xabc};
    char text[KAIKU_POSITION_MAX];

    kaiku_position_format(&position, text);
    cr_assert_str_eq(text, "9223372036854775807:1700000000000:0000000000000abc");
    position = (struct kaiku_position){0};
    cr_assert_eq(kaiku_position_parse(text, &position), KAIKU_OK);
    cr_assert_eq(position.next, INT64_MAX);
    cr_assert_eq(position.high_ms, 1700000000000);
    cr_assert_eq(position.check, 0xabc);

    kaiku_position_format(&(struct kaiku_position){.check = UINT64_MAX}, text);
    cr_assert_str_eq(text, "0:0:ffffffffffffffff");
    cr_assert_eq(kaiku_position_parse(text, &position), KAIKU_OK);
    cr_assert_eq(position.check, UINT64_MAX);
}

Test(position, is_nothing_else)
{
    static const char *const wrong[] = {
        "", ":", "1", "1:2", "1:2:", ":2:0000000000000abc", "1::0000000000000abc",
        "-1:2:0000000000000abc", "1:2:0000000000000ab", "1:2:00000000000000abc",
        "1:2:0000000000000ABC", "1:2:0000000000000abc ", "1 :2:0000000000000abc",
        "9223372036854775808:2:0000000000000abc", "1:2:0x00000000000abc"};
    struct kaiku_position position;

    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        cr_assert_eq(kaiku_position_parse(wrong[i], &position), KAIKU_INVALID, "'%s'", wrong[i]);
}

/* The world with more shards. */
static void open_shards(uint32_t shards)
{
    redis("FLUSHALL");
    world.model->shards = shards;
    assert_ok(kaiku_digest_model(world.model));
    open_store();
}

Test(position, begins_in_all_shards)
{
    int64_t offsets[N] = {5, 0, INT64_MAX}, found[N + 1];
    const char *asked[N + 1] = {"t:0", "t:1", "u:0", "v:0"};
    bool has;

    open_shards(3);
    assert_ok(kaiku_store_has_starts(world.store, &has));
    cr_assert(!has);
    assert_ok(kaiku_store_begin(world.store, names, offsets, N));
    assert_ok(kaiku_store_has_starts(world.store, &has));
    cr_assert(has);
    assert_ok(kaiku_store_starts(world.store, asked, N + 1, found));
    cr_assert_eq(found[0], 5);
    cr_assert_eq(found[1], 0);
    cr_assert_eq(found[2], INT64_MAX);
    cr_assert_eq(found[3], -1);
    for (int shard = 0; shard < 3; shard++)
        cr_assert_str_eq(redis("HMGET k:{%d}:pos t:0 t:1 u:0", shard),
                         "5:0:0000000000000000 0:0:0000000000000000 "
                         "9223372036854775807:0:0000000000000000");
}

Test(position, begins_once)
{
    int64_t offset = 5, later = 9;

    open_shards(2);
    assert_ok(kaiku_store_begin(world.store, names, &offset, 1));
    redis("HSET k:{1}:pos t:0 7:1:0000000000000001");
    assert_ok(kaiku_store_begin(world.store, names, &later, 1));
    cr_assert_str_eq(redis("HGET k:{0}:starts t:0"), "5:0:0000000000000000");
    cr_assert_str_eq(redis("HGET k:{0}:pos t:0"), "5:0:0000000000000000");
    cr_assert_str_eq(redis("HGET k:{1}:pos t:0"), "7:1:0000000000000001");
}

Test(position, is_read_from_each_shard)
{
    char texts[N][2][KAIKU_POSITION_MAX];
    struct kaiku_stored stored[N] = {{texts[0]}, {texts[1]}, {texts[2]}};
    int64_t offsets[2] = {5, 6};

    open_shards(2);
    assert_ok(kaiku_store_begin(world.store, names, offsets, 2));
    redis("HSET k:{0}:pos t:0 8:3:00000000000000ff");
    /* A shard that lost one takes the start, not what another shard has. */
    redis("HDEL k:{1}:pos t:0");
    assert_ok(kaiku_store_positions(world.store, names, N, stored));
    cr_assert_str_eq(texts[0][0], "8:3:00000000000000ff");
    cr_assert_str_eq(texts[0][1], "5:0:0000000000000000");
    cr_assert_str_eq(texts[1][0], "6:0:0000000000000000");
    cr_assert_str_eq(texts[1][1], "6:0:0000000000000000");
    cr_assert_str_eq(texts[2][0], "");
    cr_assert_str_eq(texts[2][1], "");
    cr_assert_str_eq(redis("HGET k:{1}:pos t:0"), "5:0:0000000000000000");
    cr_assert_str_eq(redis("HLEN k:{1}:pos"), "2");
}

Test(position, of_thousands_of_partitions)
{
    enum { MANY = 9000 };
    static char fields[MANY][16], texts[MANY][1][KAIKU_POSITION_MAX];
    static const char *all[MANY];
    static int64_t offsets[MANY];
    static struct kaiku_stored stored[MANY];

    for (int i = 0; i < MANY; i++) {
        snprintf(fields[i], sizeof fields[i], "t:%d", i);
        all[i] = fields[i];
        offsets[i] = i;
        stored[i].by_shard = texts[i];
    }
    assert_ok(kaiku_store_begin(world.store, all, offsets, MANY));
    assert_ok(kaiku_store_positions(world.store, all, MANY, stored));
    cr_assert_str_eq(texts[MANY - 1][0], "8999:0:0000000000000000");
}

Test(position, is_not_touched_under_another_head)
{
    char texts[2][KAIKU_POSITION_MAX];
    struct kaiku_stored stored = {texts};
    int64_t offset = 5;

    open_shards(2);
    redis("SET k:{1}:head 2:");
    cr_assert_eq(kaiku_store_begin(world.store, names, &offset, 1), KAIKU_AWAY);
    cr_assert(!kaiku_store_is_open(world.store));
    cr_assert_str_eq(redis("EXISTS k:{1}:pos"), "0");
    cr_assert_eq(kaiku_store_open(world.store), KAIKU_AGAIN);

    redis("DEL k:{0}:starts");
    redis("SET k:{0}:head 2:");
    redis("COPY k:{0}:head k:{1}:head REPLACE");
    cr_assert_eq(kaiku_store_positions(world.store, names, 1, &stored), KAIKU_AWAY);
    cr_assert_str_eq(redis("EXISTS k:{0}:starts"), "0");
}

Test(position, that_is_none_is_refused)
{
    char texts[1][KAIKU_POSITION_MAX];
    struct kaiku_stored stored = {texts};
    int64_t start;

    redis("HSET k:{0}:starts t:0 nonsense");
    cr_assert_eq(kaiku_store_starts(world.store, names, 1, &start), KAIKU_REFUSED);
    cr_assert_str_eq(kaiku_store_error(world.store), "start of 't:0' is 'nonsense', no position");
    redis("HSET k:{0}:pos t:0 1111111111111111111111111111111111111111111111111111111111111111");
    cr_assert_eq(kaiku_store_positions(world.store, names, 1, &stored), KAIKU_REFUSED);
}

Test(position, needs_no_memory_that_redis_lacks)
{
    int64_t offset = 5;
    bool has;

    redis("CONFIG SET maxmemory 1");
    cr_assert_eq(kaiku_store_begin(world.store, names, &offset, 1), KAIKU_AGAIN);
    assert_ok(kaiku_store_has_starts(world.store, &has));
    cr_assert(!has);
}
