/* The commit script adds cells as the C codec would: same bytes, whatever is added to whatever. */
#include <store/store.h>

#include <support/model_fixture.h>
#include <support/redis_fixture.h>

#include <kaiku/cell.h>
#include <model/digest.h>

#include <criterion/criterion.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum {
    MEMBERS = 120,
    TIP = 1000,
    ROUNDS = 60,
    BLOCKS = 5,
    SUMS = 3,
    CELL_MAX = (BLOCKS + SUMS) * KAIKU_CHUNK_MAX,
};

static const uint16_t block_ids[BLOCKS] = {0, 1, 7, 255, 256};

struct content {
    int64_t counters[BLOCKS][KAIKU_BLOCK];
    __int128 sums[SUMS];
};

static struct redis_fixture redis;
static struct kaiku_store *store;
static struct kaiku_model *model;
static struct content contents[MEMBERS];
static uint64_t seed = 88172645463325252;

static uint64_t draw(uint64_t below)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return seed % below;
}

static void set_up(void)
{
    struct kaiku_store_options options;
    const char *field = "t:0";
    int64_t zero = 0;

    redis_fixture_start(&redis, NULL);
    model = kaiku_fixture_contact();
    model->shards = 1;
    cr_assert_eq(kaiku_digest_model(model), KAIKU_OK);
    options = redis_fixture_options(&redis, "k");
    cr_assert_eq(kaiku_store_create(&options, model, &store), KAIKU_OK);
    cr_assert_eq(kaiku_store_open(store), KAIKU_OK, "%s", kaiku_store_error(store));
    cr_assert_eq(kaiku_store_begin(store, &field, &zero, 1), KAIKU_OK);
}

static void tear_down(void)
{
    kaiku_store_destroy(store);
    kaiku_fixture_destroy(model);
    redis_fixture_stop(&redis);
}

TestSuite(merge, .init = set_up, .fini = tear_down, .timeout = 120);

/* Numbers at which an encoding changes, and small ones. Sums of ROUNDS of them stay below 2^53. */
static int64_t draw_number(void)
{
    static const int64_t edges[] = {1,      2,       100,        127,        128,        129,  255,
                                    32639,  32767,   32768,      65535,      2147483647, 2147483648,
                                    1 << 24, 1 << 30, 4294967295, 4294967296, INT64_C(1) << 46};
    int64_t number = edges[draw(draw(2) ? 3 : sizeof edges / sizeof edges[0])];

    return draw(3) ? number : -number;
}

static void draw_block(const int64_t now[KAIKU_BLOCK], int64_t delta[KAIKU_BLOCK])
{
    unsigned first = (unsigned)draw(KAIKU_BLOCK);
    unsigned last = first + (unsigned)draw(KAIKU_BLOCK - first);

    memset(delta, 0, KAIKU_BLOCK * sizeof *delta);
    if (draw(4) == 0)
        for (unsigned i = 0; i < KAIKU_BLOCK; i++) /* most or all of it is taken back */
            delta[i] = draw(8) ? -now[i] : 0;
    else
        for (unsigned i = first; i <= last; i++)
            delta[i] = draw(3) ? 0 : draw(6) ? draw_number() : -now[i];
}

static __int128 draw_sum(__int128 now)
{
    unsigned __int128 any = (unsigned __int128)draw(UINT64_MAX) << 64 | draw(UINT64_MAX);

    switch (draw(6)) {
    case 0:
        return (__int128)-(unsigned __int128)now;
    case 1:
        return (__int128)any; /* it wraps, as two's complement does */
    case 2:
        return draw_number() * ((__int128)1 << 32);
    case 3:
        return (__int128)(((unsigned __int128)1 << (31 + 32 * draw(4))) - draw(3) + 1);
    default:
        return draw_number();
    }
}

static size_t encode(const struct content *content, char *out)
{
    size_t size = 0;

    for (unsigned i = 0; i < BLOCKS; i++)
        size += kaiku_cell_put_block(block_ids[i], content->counters[i], out + size);
    for (unsigned i = 0; i < SUMS; i++)
        size += kaiku_cell_put_sum((uint16_t)(i * 300), content->sums[i], out + size);
    return size;
}

static void draw_delta(const struct content *now, struct content *delta)
{
    *delta = (struct content){0};
    for (unsigned i = 0; i < BLOCKS; i++)
        if (draw(2))
            draw_block(now->counters[i], delta->counters[i]);
    for (unsigned i = 0; i < SUMS; i++)
        if (draw(2))
            delta->sums[i] = draw_sum(now->sums[i]);
}

static void add(struct content *to, const struct content *delta)
{
    for (unsigned i = 0; i < BLOCKS; i++)
        for (unsigned k = 0; k < KAIKU_BLOCK; k++)
            to->counters[i][k] += delta->counters[i][k];
    for (unsigned i = 0; i < SUMS; i++)
        to->sums[i] = (__int128)((unsigned __int128)to->sums[i] +
                                 (unsigned __int128)delta->sums[i]);
}

/* The next one of a log that moves by one offset a commit. */
static void begin_commit(struct kaiku_commit *commit, int offset)
{
    struct kaiku_position base = {.next = offset}, next = {.next = offset + 1};
    char from[KAIKU_POSITION_MAX], to[KAIKU_POSITION_MAX];

    kaiku_position_format(&base, from);
    kaiku_position_format(&next, to);
    kaiku_commit_clear(commit);
    kaiku_commit_move(commit, "t:0", from, to);
    kaiku_commit_window(commit, 0, 0, 1000);
}

static void commit_round(struct kaiku_commit *commit, int round)
{
    char member[32], cell[CELL_MAX];

    begin_commit(commit, round);
    for (unsigned m = 0; m < MEMBERS; m++) {
        struct content delta;
        if (draw(4) == 0)
            continue;
        draw_delta(&contents[m], &delta);
        add(&contents[m], &delta);
        snprintf(member, sizeof member, "m%u", m);
        kaiku_commit_cell(commit, kaiku_text_of(member),
                          (struct kaiku_text){cell, encode(&delta, cell)});
    }
    cr_assert_eq(kaiku_commit_finish(commit, TIP), KAIKU_OK);
    cr_assert_eq(kaiku_store_commit(store, &commit, 1), KAIKU_OK, "%s", kaiku_store_error(store));
    cr_assert_eq(kaiku_commit_outcome(commit), KAIKU_APPLIED);
}

static void compare_all(int round)
{
    char expected[CELL_MAX];

    for (unsigned m = 0; m < MEMBERS; m++) {
        size_t size = encode(&contents[m], expected);
        redisReply *cell = redis_fixture_command(&redis, "HGET k:{0}:c:1:contact:1m:1000 m%d", m);
        if (size == 0)
            cr_assert_eq(cell->type, REDIS_REPLY_NIL, "round %d, member %u: zeros", round, m);
        else
            cr_assert(cell->type == REDIS_REPLY_STRING && (size_t)cell->len == size &&
                          memcmp(cell->str, expected, size) == 0,
                      "round %d, member %u: other bytes", round, m);
        freeReplyObject(cell);
    }
}

Test(merge, equals_the_codec)
{
    struct kaiku_commit *commit;

    cr_assert_eq(kaiku_commit_create(store, 0, &commit), KAIKU_OK);
    for (int round = 0; round < ROUNDS; round++) {
        commit_round(commit, round);
        compare_all(round);
    }
    kaiku_commit_destroy(commit);
}

/* ---- the order does not matter ---- */

enum { TRIPLES = 25 };

/* What is added to three members in the end is the same: a, b and c; c, b and a; a + b, then c. */
static const char *const ways[][3] = {{"a", "b", "c"}, {"c", "b", "a"}, {"ab", "c", ""}};

static struct kaiku_text delta_of(const struct content parts[3], const char *names, char *out)
{
    struct content sum = {0};

    for (; *names; names++)
        add(&sum, &parts[*names - 'a']);
    return (struct kaiku_text){out, encode(&sum, out)};
}

static void commit_step(struct kaiku_commit *commit, int step, const struct content (*parts)[3])
{
    char member[32], cell[CELL_MAX];

    begin_commit(commit, step);
    for (int triple = 0; triple < TRIPLES; triple++)
        for (int way = 0; way < 3; way++) {
            snprintf(member, sizeof member, "m%d-%d", triple, way);
            kaiku_commit_cell(commit, kaiku_text_of(member), delta_of(parts[triple], ways[way][step], cell));
        }
    cr_assert_eq(kaiku_commit_finish(commit, TIP), KAIKU_OK);
    cr_assert_eq(kaiku_store_commit(store, &commit, 1), KAIKU_OK, "%s", kaiku_store_error(store));
}

static void compare_ways(int triple, unsigned long long used)
{
    redisReply *cells[3];

    for (int way = 0; way < 3; way++)
        cells[way] = redis_fixture_command(&redis, "HGET k:{0}:c:1:contact:1m:1000 m%d-%d", triple, way);
    for (int way = 1; way < 3; way++)
        cr_assert(cells[way]->type == cells[0]->type && cells[way]->len == cells[0]->len &&
                      (cells[0]->len == 0 || memcmp(cells[way]->str, cells[0]->str, (size_t)cells[0]->len) == 0),
                  "seed %llu: triple %d differs when added in way %d", used, triple, way);
    for (int way = 0; way < 3; way++)
        freeReplyObject(cells[way]);
}

/* KAIKU_SEED=N in the environment runs with that seed again. */
Test(merge, is_commutative_and_associative)
{
    static struct content parts[TRIPLES][3], total;
    const char *given = getenv("KAIKU_SEED");
    unsigned long long used = given ? strtoull(given, NULL, 10) : (unsigned long long)time(NULL);
    struct kaiku_commit *commit;

    seed = used * 0x9e3779b97f4a7c15u | 1;
    for (int triple = 0; triple < TRIPLES; triple++) {
        total = (struct content){0};
        for (int i = 0; i < 3; i++) {
            draw_delta(&total, &parts[triple][i]);
            add(&total, &parts[triple][i]);
        }
    }
    cr_assert_eq(kaiku_commit_create(store, 0, &commit), KAIKU_OK);
    for (int step = 0; step < 3; step++)
        commit_step(commit, step, (const struct content (*)[3])parts);
    for (int triple = 0; triple < TRIPLES; triple++)
        compare_ways(triple, used);
    kaiku_commit_destroy(commit);
}

/* A cell that is none is refused before anything is written. */
Test(merge, leaves_all_as_it_was_where_a_cell_is_damaged)
{
    static const char *const damaged[] = {"\x01", "\x01\x01\x01", "x", "\x01\x01\x01\x05" "ab",
                                          "\x01\x01\xff\x01" "a"};
    struct kaiku_commit *commit;
    char cell[KAIKU_CHUNK_MAX], position[KAIKU_POSITION_MAX];
    int64_t counters[KAIKU_BLOCK] = {[3] = 1};
    size_t size = kaiku_cell_put_block(0x101, counters, cell);

    cr_assert_eq(kaiku_commit_create(store, 0, &commit), KAIKU_OK);
    for (size_t i = 0; i < sizeof damaged / sizeof damaged[0]; i++) {
        redis_fixture_integer(&redis, "HSET k:{0}:c:1:contact:1m:2000 m %s", damaged[i]);
        kaiku_commit_clear(commit);
        kaiku_commit_move(commit, "t:0", "0:0:0000000000000000", "5:0:0000000000000000");
        kaiku_commit_window(commit, 0, 0, 1000);
        kaiku_commit_cell(commit, KAIKU_TEXT("a"), (struct kaiku_text){cell, size});
        kaiku_commit_window(commit, 0, 0, 2000);
        kaiku_commit_cell(commit, KAIKU_TEXT("m"), (struct kaiku_text){cell, size});
        cr_assert_eq(kaiku_commit_finish(commit, TIP), KAIKU_OK);
        cr_assert_eq(kaiku_store_commit(store, &commit, 1), KAIKU_REFUSED, "%zu", i);
        cr_assert_eq(
            redis_fixture_integer(&redis, "EXISTS k:{0}:c:1:contact:1m:1000 k:{0}:dirty"), 0);
        redis_fixture_text(&redis, position, sizeof position, "HGET k:{0}:pos t:0");
        cr_assert_str_eq(position, "0:0:0000000000000000");
    }
    kaiku_commit_destroy(commit);
}
