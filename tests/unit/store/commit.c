#include "world.h"

#include <kaiku/cell.h>
#include <kaiku/hyperloglog.h>

#include <signal.h>

enum { VIEW = 0, MINUTE = 0, HOUR = 1, TIP = 60000 };

static struct kaiku_commit *commit;

static void set_up(void)
{
    const char *const names[] = {"t:0", "t:1"};
    int64_t offsets[] = {0, 0};

    world_set_up();
    assert_ok(kaiku_store_begin(world.store, names, offsets, 2));
    assert_ok(kaiku_commit_create(world.store, 0, &commit));
}

static void tear_down(void)
{
    kaiku_commit_destroy(commit);
    world_tear_down();
}

TestSuite(commit, .init = set_up, .fini = tear_down, .timeout = 60);

static const char *position(int next)
{
    static char texts[4][KAIKU_POSITION_MAX];
    static unsigned turn;
    char *text = texts[turn++ % 4];

    kaiku_position_format(&(struct kaiku_position){.next = next}, text);
    return text;
}

static void move(const char *field, int base, int next)
{
    kaiku_commit_move(commit, field, position(base), position(next));
}

/* A cell that adds n to counter 0. */
static void add_cell(const char *member, int64_t n)
{
    int64_t counters[KAIKU_BLOCK] = {n};
    char cell[KAIKU_CHUNK_MAX];
    size_t size = kaiku_cell_put_block(0, counters, cell);

    kaiku_commit_cell(commit, kaiku_text_of(member), (struct kaiku_text){cell, size});
}

/* Counter 0 of a stored cell, 0 where there is none. */
static int64_t stored(int64_t start, const char *member)
{
    redisReply *reply = redis_fixture_command(
        &world.redis, "HGET k:{0}:c:1:contact:1m:%lld %s", (long long)start, member);
    struct kaiku_cell_chunk chunk = {0};
    size_t place = 0;

    if (reply->type == REDIS_REPLY_STRING && reply->len > 0)
        cr_assert_eq(kaiku_cell_next(reply->str, (size_t)reply->len, &place, &chunk), KAIKU_OK);
    freeReplyObject(reply);
    return chunk.counters[0];
}

static enum kaiku_outcome send(void)
{
    assert_ok(kaiku_commit_finish(commit, TIP));
    assert_ok(kaiku_store_commit(world.store, &commit, 1));
    return kaiku_commit_outcome(commit);
}

/* One delta of t:0 with one cell. */
static void build(int base, int next, const char *member, int64_t n)
{
    kaiku_commit_clear(commit);
    move("t:0", base, next);
    kaiku_commit_window(commit, VIEW, MINUTE, 60000);
    add_cell(member, n);
}

/* A digest of all that Redis holds: did anything change? */
static const char *snapshot(void)
{
    static char digest[64];

    cr_assert_eq(strlen(redis("DEBUG DIGEST")), 40);
    return strcpy(digest, redis("DEBUG DIGEST"));
}

/* ---- adding ---- */

Test(commit, adds_and_moves)
{
    build(0, 3, "phone|_all", 3);
    add_cell("_all|_all", 3);
    move("t:1", 0, 0);
    cr_assert_eq(send(), KAIKU_APPLIED);
    cr_assert_eq(stored(60000, "phone|_all"), 3);
    cr_assert_str_eq(redis("HGET k:{0}:pos t:0"), position(3));
    cr_assert_str_eq(redis("HGET k:{0}:pos t:1"), position(0));
    cr_assert_str_eq(redis("ZRANGE k:{0}:windows:contact:1m 0 -1 WITHSCORES"), "60000 60000");
    cr_assert_str_eq(redis("ZRANGE k:{0}:live:contact:1m 0 -1 WITHSCORES"),
                     "_all|_all 60000 phone|_all 60000");
    cr_assert_str_eq(redis("ZRANGE k:{0}:dirty 0 -1 WITHSCORES"),
                     "contact:1m:60000:_all|_all 3 contact:1m:60000:phone|_all 3");
    cr_assert_str_eq(redis("HGETALL k:{0}:totals"), "commits 1");

    /* The score is the sum over all positions, not only those that moved. */
    kaiku_commit_clear(commit);
    move("t:1", 0, 5);
    kaiku_commit_window(commit, VIEW, MINUTE, 60000);
    add_cell("phone|_all", -1);
    cr_assert_eq(send(), KAIKU_APPLIED);
    cr_assert_eq(stored(60000, "phone|_all"), 2);
    cr_assert_str_eq(redis("ZRANGE k:{0}:dirty 0 -1 WITHSCORES"),
                     "contact:1m:60000:_all|_all 3 contact:1m:60000:phone|_all 8");
    cr_assert_str_eq(redis("HGETALL k:{0}:totals"), "commits 2");
}

Test(commit, keeps_large_offsets_exact)
{
    redis("HSET k:{0}:pos t:0 4503599627370495:0:0000000000000000");
    kaiku_commit_move(commit, "t:0", "4503599627370495:0:0000000000000000",
                      "4503599627370497:0:0000000000000000");
    kaiku_commit_window(commit, VIEW, MINUTE, 60000);
    add_cell("a|_all", 1);
    cr_assert_eq(send(), KAIKU_APPLIED);
    cr_assert_str_eq(redis("ZSCORE k:{0}:dirty contact:1m:60000:a|_all"), "4503599627370497");
}

Test(commit, groups_the_cells_of_a_window)
{
    enum { WINDOWS = 200 };

    move("t:0", 0, 1);
    for (int round = 0; round < 3; round++)
        for (int i = 0; i < WINDOWS; i++) {
            char member[32];
            snprintf(member, sizeof member, "m%d|_all", round);
            kaiku_commit_window(commit, VIEW, i % 2 ? MINUTE : HOUR, i * 60000);
            add_cell(member, i + 1);
        }
    cr_assert_eq(send(), KAIKU_APPLIED);
    cr_assert_eq(stored(61 * 60000, "m2|_all"), 62);
    cr_assert_str_eq(redis("ZCARD k:{0}:windows:contact:1m"), "100");
    cr_assert_str_eq(redis("ZCARD k:{0}:dirty"), "600");
    cr_assert_str_eq(redis("HLEN k:{0}:c:1:contact:1h:7200000"), "3");

    /* Cleared, it is as new. */
    build(1, 2, "m2|_all", 1);
    cr_assert_eq(send(), KAIKU_APPLIED);
    cr_assert_eq(stored(61 * 60000, "m2|_all"), 62);
    cr_assert_eq(stored(60000, "m2|_all"), 3);
}

Test(commit, takes_thousands_of_cells)
{
    enum { CELLS = 10000 };
    char member[32];

    for (int round = 0; round < 2; round++) {
        kaiku_commit_clear(commit);
        move("t:0", round, round + 1);
        kaiku_commit_window(commit, VIEW, MINUTE, 60000);
        for (int i = 0; i < CELLS; i++) {
            snprintf(member, sizeof member, "m%d|_all", i);
            add_cell(member, i + 1);
        }
        cr_assert_eq(send(), KAIKU_APPLIED);
    }
    cr_assert_eq(stored(60000, "m9999|_all"), 20000);
    cr_assert_eq(stored(60000, "m0|_all"), 2);
    cr_assert_str_eq(redis("ZCARD k:{0}:dirty"), "10000");
    cr_assert_str_eq(redis("ZCARD k:{0}:live:contact:1m"), "10000");
}

Test(commit, takes_thousands_of_positions)
{
    enum { PARTITIONS = 9000 };
    char field[16];

    for (int i = 0; i < PARTITIONS; i++) {
        snprintf(field, sizeof field, "u:%d", i);
        kaiku_commit_move(commit, field, "", position(2));
    }
    kaiku_commit_window(commit, VIEW, MINUTE, 60000);
    add_cell("a|_all", 1);
    cr_assert_eq(send(), KAIKU_APPLIED);
    cr_assert_str_eq(redis("HGET k:{0}:pos u:8999"), position(2));
    cr_assert_str_eq(redis("ZSCORE k:{0}:dirty contact:1m:60000:a|_all"), "18000");
}

Test(commit, parts_live_cells_from_those_of_the_future)
{
    move("t:0", 0, 1);
    kaiku_commit_window(commit, VIEW, MINUTE, 120000);
    add_cell("a|_all", 1);
    kaiku_commit_window(commit, VIEW, MINUTE, 60000);
    add_cell("a|_all", 1);
    kaiku_commit_window(commit, VIEW, MINUTE, 0);
    add_cell("a|_all", 1);
    cr_assert_eq(send(), KAIKU_APPLIED);
    cr_assert_str_eq(redis("ZRANGE k:{0}:future:contact:1m 0 -1 WITHSCORES"),
                     "120000:a|_all 120000");
    /* An older window does not make a member older. */
    cr_assert_str_eq(redis("ZRANGE k:{0}:live:contact:1m 0 -1 WITHSCORES"), "a|_all 60000");
    cr_assert_str_eq(redis("ZRANGE k:{0}:windows:contact:1m 0 -1"), "0 60000 120000");
}

Test(commit, revives_a_dead_member)
{
    redis("ZADD k:{0}:live:contact:1m -30000 a|_all");
    build(0, 1, "a|_all", 1);
    cr_assert_eq(send(), KAIKU_APPLIED);
    cr_assert_str_eq(redis("ZSCORE k:{0}:live:contact:1m a|_all"), "60000");
}

Test(commit, adds_nothing_below_the_floor)
{
    static const uint64_t element = 7;

    redis("HSET k:{0}:floor contact:1m 60000");
    build(0, 1, "a|_all", 1);
    kaiku_commit_window(commit, VIEW, MINUTE, 59999);
    add_cell("a|_all", 1);
    kaiku_commit_unique(commit, kaiku_fixture_metric(world.model, "people"), &element, 1);
    kaiku_commit_window(commit, VIEW, HOUR, 0);
    add_cell("a|_all", 1);
    cr_assert_eq(send(), KAIKU_APPLIED);
    cr_assert_str_eq(redis("EXISTS k:{0}:c:1:contact:1m:59999 k:{0}:c:1:contact:1m:60000"), "1");
    cr_assert_str_eq(redis("EXISTS k:{0}:c:1:contact:1h:0"), "1");
    cr_assert_str_eq(redis("KEYS k:{0}:u:*"), "");
    cr_assert_str_eq(redis("ZRANGE k:{0}:windows:contact:1m 0 -1"), "60000");
    cr_assert_str_eq(redis("ZCARD k:{0}:dirty"), "2");
    cr_assert_str_eq(redis("HGET k:{0}:pos t:0"), position(1));
}

/* ---- uniques ---- */

Test(commit, counts_unique_values)
{
    enum { ELEMENTS = 5000 };
    static uint64_t elements[ELEMENTS];
    uint32_t people = kaiku_fixture_metric(world.model, "people");
    char text[16];
    long long count;

    for (int i = 0; i < ELEMENTS; i++) {
        int size = snprintf(text, sizeof text, "p%d", i);
        struct kaiku_hyperloglog_register place =
            kaiku_hyperloglog_place(kaiku_hyperloglog_hash(text, (size_t)size));
        elements[i] = kaiku_hyperloglog_element(place.index, place.rank);
        redis("PFADD expected %s", text);
    }
    move("t:0", 0, 1);
    kaiku_commit_window(commit, VIEW, MINUTE, 60000);
    add_cell("a|_all", 1);
    add_cell("b|_all", 1);
    kaiku_commit_unique(commit, people, elements, ELEMENTS);
    add_cell("c|_all", 1);
    kaiku_commit_unique(commit, people, elements, 1);
    kaiku_commit_window(commit, VIEW, MINUTE, 0);
    add_cell("d|_all", 1);
    kaiku_commit_unique(commit, people, elements, 2);
    cr_assert_eq(send(), KAIKU_APPLIED);
    count = redis_fixture_integer(&world.redis, "PFCOUNT expected");
    cr_assert_eq(redis_fixture_integer(&world.redis,
                                       "PFCOUNT k:{0}:u:1:contact:1m:60000:people:b|_all"), count);
    cr_assert_str_eq(redis("PFCOUNT k:{0}:u:1:contact:1m:60000:people:c|_all"), "1");
    cr_assert_str_eq(redis("PFCOUNT k:{0}:u:1:contact:1m:0:people:d|_all"), "2");
    cr_assert_str_eq(redis("EXISTS k:{0}:u:1:contact:1m:60000:people:a|_all"), "0");
}

/* With uniques in the model the removal of a window must still find the member. */
Test(commit, lists_an_emptied_cell_that_may_have_uniques)
{
    build(0, 1, "a|_all", 1);
    cr_assert_eq(send(), KAIKU_APPLIED);
    redis("ZADD k:{0}:live:contact:1m -1 a|_all");
    build(1, 2, "a|_all", -1);
    cr_assert_eq(send(), KAIKU_APPLIED);
    cr_assert_str_eq(redis("HGETALL k:{0}:c:1:contact:1m:60000"), "a|_all ");
    cr_assert_str_eq(redis("ZSCORE k:{0}:dirty contact:1m:60000:a|_all"), "2");
    cr_assert_str_eq(redis("ZSCORE k:{0}:live:contact:1m a|_all"), "-1");
    /* Filled again, it is a cell as any new one. */
    build(2, 3, "a|_all", 4);
    cr_assert_eq(send(), KAIKU_APPLIED);
    cr_assert_eq(stored(60000, "a|_all"), 4);
    cr_assert_str_eq(redis("ZSCORE k:{0}:live:contact:1m a|_all"), "60000");
}

Test(commit, removes_an_emptied_cell)
{
    world.model->n_unique = 0;
    build(0, 1, "a|_all", 1);
    cr_assert_eq(send(), KAIKU_APPLIED);
    build(1, 2, "a|_all", -1);
    add_cell("b|_all", 0);
    cr_assert_eq(send(), KAIKU_APPLIED);
    cr_assert_str_eq(redis("EXISTS k:{0}:c:1:contact:1m:60000"), "0");
    cr_assert_str_eq(redis("ZRANGE k:{0}:dirty 0 -1"),
                     "contact:1m:60000:a|_all contact:1m:60000:b|_all");
}

/* ---- shard 0 ---- */

Test(commit, counts_totals_and_reasons)
{
    for (int i = 0; i < 2; i++) {
        build(i, i + 1, "a|_all", 1);
        kaiku_commit_total(commit, "counted", 5);
        kaiku_commit_total(commit, "gap", INT64_C(1) << 60);
        kaiku_commit_reason(commit, KAIKU_BAD_TIME, 2);
        kaiku_commit_reason(commit, KAIKU_OUT_OF_SCALE, 1);
        cr_assert_eq(send(), KAIKU_APPLIED);
    }
    cr_assert_str_eq(redis("HMGET k:{0}:totals counted gap commits"), "10 2305843009213693952 2");
    cr_assert_str_eq(redis("HMGET k:{0}:reasons bad_time out_of_scale"), "4 2");
}

Test(commit, trims_feeds_exactly)
{
    struct kaiku_text entry[] = {KAIKU_TEXT("at"), KAIKU_TEXT(""), KAIKU_TEXT("topic"),
                                 KAIKU_TEXT("t")};
    char at[16];

    world.model->alerts[0].keep = 3;
    for (int round = 0; round < 2; round++) {
        build(round, round + 1, "a|_all", 1);
        for (int i = 0; i < 4; i++) {
            snprintf(at, sizeof at, "%d", round * 4 + i);
            entry[1] = kaiku_text_of(at);
            kaiku_commit_feed(commit, 0, entry, 4);
            kaiku_commit_feed(commit, 1, entry, 2);
            kaiku_commit_rejected(commit, entry, 4);
        }
        cr_assert_eq(send(), KAIKU_APPLIED);
    }
    cr_assert_str_eq(redis("XLEN k:{0}:feed:detractor"), "3");
    cr_assert_str_eq(redis("XLEN k:{0}:feed:promoter"), "8");
    cr_assert_str_eq(redis("XLEN k:{0}:rejected"), "8");
    cr_assert(strstr(redis("XREVRANGE k:{0}:feed:detractor + - COUNT 1"), " at 7 topic t"));
    cr_assert(strstr(redis("XRANGE k:{0}:feed:detractor - + COUNT 1"), " at 5 topic t"));
}

/* ---- refusing ---- */

Test(commit, changes_nothing_where_a_position_differs)
{
    static const uint64_t element = 7;
    char before[64];

    build(0, 3, "a|_all", 3);
    cr_assert_eq(send(), KAIKU_APPLIED);
    strcpy(before, snapshot());

    build(3, 4, "a|_all", 1);
    move("t:1", 1, 2);
    kaiku_commit_unique(commit, kaiku_fixture_metric(world.model, "people"), &element, 1);
    kaiku_commit_total(commit, "counted", 1);
    kaiku_commit_reason(commit, KAIKU_BAD_ID, 1);
    cr_assert_eq(send(), KAIKU_DIFFERENT);
    cr_assert(strstr(kaiku_store_error(world.store), "'t:1'"));
    cr_assert_str_eq(snapshot(), before);
    /* Compared as text: the same offset with another record before it is another position. */
    kaiku_commit_clear(commit);
    kaiku_commit_move(commit, "t:0", "3:0:0000000000000001", "4:0:0000000000000001");
    cr_assert_eq(send(), KAIKU_DIFFERENT);
    /* One that is not there at all differs from any but "". */
    kaiku_commit_clear(commit);
    move("v:0", 0, 1);
    cr_assert_eq(send(), KAIKU_DIFFERENT);
    cr_assert_str_eq(snapshot(), before);
}

Test(commit, compares_the_positions_that_stay)
{
    kaiku_commit_clear(commit);
    move("t:0", 0, 0);
    move("t:1", 0, 0);
    cr_assert_eq(send(), KAIKU_APPLIED);
    cr_assert_str_eq(redis("EXISTS k:{0}:totals"), "0");
    redis("HSET k:{0}:pos t:1 %s", position(1));
    kaiku_commit_clear(commit);
    move("t:0", 0, 0);
    move("t:1", 0, 0);
    cr_assert_eq(send(), KAIKU_DIFFERENT);
    cr_assert(strstr(kaiku_store_error(world.store), "'t:1'"));
}

Test(commit, is_fenced_by_another_head)
{
    static const char *const generations[] = {"2", "11", "1:", ""};
    char before[64];

    for (size_t i = 0; i < sizeof generations / sizeof generations[0]; i++) {
        redis("SET k:{0}:head %s:%s", generations[i], world.model->digest);
        strcpy(before, snapshot());
        build(0, 3, "a|_all", 3);
        cr_assert_eq(send(), KAIKU_FENCED);
        cr_assert_str_eq(snapshot(), before);
    }
    redis("SET k:{0}:head 1:");
    cr_assert_eq(send(), KAIKU_FENCED);
    redis("FLUSHALL");
    build(0, 3, "a|_all", 3);
    cr_assert_eq(send(), KAIKU_FENCED);
    cr_assert_str_eq(redis("DBSIZE"), "0");
}

/* Whether it was applied could not be told after a lost reply. */
Test(commit, adds_only_where_it_moves)
{
    build(0, 0, "a|_all", 1);
    cr_assert_eq(kaiku_commit_finish(commit, TIP), KAIKU_INVALID);
    kaiku_commit_clear(commit);
    move("t:0", 0, 0);
    kaiku_commit_total(commit, "counted", 1);
    cr_assert_eq(kaiku_commit_finish(commit, TIP), KAIKU_INVALID);
}

/* Every key that a commit writes, of a wrong type: refused by name before anything is written. */
Test(commit, refuses_wrong_types_before_it_writes)
{
    static const char *const keys[] = {
        "pos", "floor", "dirty", "windows:contact:1m", "live:contact:1m", "future:contact:1m",
        "c:1:contact:1m:60000", "u:1:contact:1m:60000:people:a|_all", "totals", "reasons",
        "feed:detractor", "rejected"};
    static const uint64_t element = 7;
    struct kaiku_text entry[] = {KAIKU_TEXT("at"), KAIKU_TEXT("1")};
    char before[64];

    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        redis("RENAME k:{0}:%s aside", keys[i]);
        redis("LPUSH k:{0}:%s x", keys[i]);
        strcpy(before, snapshot());
        build(0, 1, "b|_all", 1);
        add_cell("a|_all", 1);
        kaiku_commit_unique(commit, kaiku_fixture_metric(world.model, "people"), &element, 1);
        kaiku_commit_total(commit, "counted", 1);
        kaiku_commit_reason(commit, KAIKU_BAD_ID, 1);
        kaiku_commit_feed(commit, 0, entry, 2);
        kaiku_commit_rejected(commit, entry, 2);
        assert_ok(kaiku_commit_finish(commit, TIP));
        cr_assert_eq(kaiku_store_commit(world.store, &commit, 1), KAIKU_REFUSED, "%s", keys[i]);
        cr_assert_eq(kaiku_commit_outcome(commit), KAIKU_PENDING);
        cr_assert(strstr(kaiku_store_error(world.store), keys[i]), "%s: %s", keys[i],
                  kaiku_store_error(world.store));
        cr_assert_str_eq(snapshot(), before, "%s", keys[i]);
        redis("DEL k:{0}:%s", keys[i]);
        redis("RENAME aside k:{0}:%s", keys[i]);
    }
    assert_ok(kaiku_store_commit(world.store, &commit, 1));
    cr_assert_eq(kaiku_commit_outcome(commit), KAIKU_APPLIED);
}

Test(commit, refuses_foreign_content_before_it_writes)
{
    static const uint64_t element = 7;
    char before[64];

    redis("SET k:{0}:u:1:contact:1m:60000:people:a|_all text");
    strcpy(before, snapshot());
    build(0, 1, "a|_all", 1);
    kaiku_commit_unique(commit, kaiku_fixture_metric(world.model, "people"), &element, 1);
    assert_ok(kaiku_commit_finish(commit, TIP));
    cr_assert_eq(kaiku_store_commit(world.store, &commit, 1), KAIKU_REFUSED);
    cr_assert(strstr(kaiku_store_error(world.store), "not a HyperLogLog"));
    cr_assert_str_eq(snapshot(), before);

    redis("HSET k:{0}:totals counted many");
    strcpy(before, snapshot());
    build(0, 1, "a|_all", 1);
    kaiku_commit_total(commit, "counted", 1);
    assert_ok(kaiku_commit_finish(commit, TIP));
    cr_assert_eq(kaiku_store_commit(world.store, &commit, 1), KAIKU_REFUSED);
    cr_assert(strstr(kaiku_store_error(world.store), "holds no number at counted"));
    cr_assert_str_eq(snapshot(), before);
}

Test(commit, writes_nothing_where_redis_lacks_memory)
{
    char before[64];

    build(0, 1, "a|_all", 1);
    cr_assert_eq(send(), KAIKU_APPLIED);
    strcpy(before, snapshot());
    redis("CONFIG SET maxmemory 1");
    build(1, 2, "a|_all", -1); /* HDEL is never refused for memory */
    add_cell("b|_all", 1);
    assert_ok(kaiku_commit_finish(commit, TIP));
    cr_assert_eq(kaiku_store_commit(world.store, &commit, 1), KAIKU_AGAIN);
    cr_assert_eq(kaiku_commit_outcome(commit), KAIKU_PENDING);
    cr_assert_str_eq(snapshot(), before);
    redis("CONFIG SET maxmemory 0");
    assert_ok(kaiku_store_commit(world.store, &commit, 1));
    cr_assert_eq(kaiku_commit_outcome(commit), KAIKU_APPLIED);
    cr_assert_eq(stored(60000, "b|_all"), 1);
}

Test(commit, waits_while_redis_is_read_only)
{
    build(0, 1, "a|_all", 1);
    assert_ok(kaiku_commit_finish(commit, TIP));
    redis("REPLICAOF 127.0.0.1 1");
    cr_assert_eq(kaiku_store_commit(world.store, &commit, 1), KAIKU_AGAIN);
    cr_assert_eq(kaiku_commit_outcome(commit), KAIKU_PENDING);
    redis("REPLICAOF NO ONE");
    assert_ok(kaiku_store_commit(world.store, &commit, 1));
    cr_assert_eq(kaiku_commit_outcome(commit), KAIKU_APPLIED);
}

/* ---- values beside others ---- */

Test(commit, values_come_with_it_or_not_at_all)
{
    uint32_t people = kaiku_fixture_view(world.model, "people");

    build(0, 3, "phone|_all", 3);
    kaiku_commit_value(commit, people, 1, KAIKU_TEXT("north"), KAIKU_TEXT("ann"));
    kaiku_commit_value(commit, people, 1, KAIKU_TEXT("_all"), KAIKU_TEXT("ann"));
    kaiku_commit_value(commit, people, 1, KAIKU_TEXT("north"), KAIKU_TEXT("b%7C"));
    cr_assert_eq(send(), KAIKU_APPLIED);
    cr_assert_str_eq(redis("SORT k:values:people:agent:north ALPHA"), "ann b%7C");
    cr_assert_str_eq(redis("SORT k:values:people:agent:_all ALPHA"), "_all ann");
    cr_assert_str_eq(redis("HGETALL k:{0}:totals"), "commits 1");

    build(0, 4, "phone|_all", 1);
    kaiku_commit_value(commit, people, 1, KAIKU_TEXT("south"), KAIKU_TEXT("ann"));
    cr_assert_eq(send(), KAIKU_DIFFERENT);
    cr_assert_str_eq(redis("EXISTS k:values:people:agent:south"), "0");
}

Test(commit, a_foreign_type_among_sets_changes_nothing)
{
    char before[64];

    redis("SET k:values:people:agent:north what");
    strcpy(before, snapshot());
    build(0, 3, "phone|_all", 3);
    kaiku_commit_value(commit, kaiku_fixture_view(world.model, "people"), 1, KAIKU_TEXT("north"), KAIKU_TEXT("ann"));
    assert_ok(kaiku_commit_finish(commit, TIP));
    cr_assert_eq(kaiku_store_commit(world.store, &commit, 1), KAIKU_REFUSED);
    cr_assert(strstr(kaiku_store_error(world.store), "k:values:people:agent:north"));
    cr_assert_str_eq(snapshot(), before);
}
