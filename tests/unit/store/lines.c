#include "world.h"

#define KEY "k:lines:contact:1m:channel"

static struct kaiku_lines lines;

static void set_up(void)
{
    world_set_up();
    lines = (struct kaiku_lines){.set = "channel"};
}

TestSuite(lines, .init = set_up, .fini = world_tear_down, .timeout = 60);

static void look(void)
{
    assert_ok(kaiku_store_look_at_lines(world.store, &lines));
    lines.next = (struct kaiku_lines_state){at(7), 120000, 0xabc, lines.seen.writes + 1};
    lines.mark[0] = '\0';
}

static struct kaiku_lines_entry entry(int64_t start_ms, uint32_t rank, const char *line)
{
    return (struct kaiku_lines_entry){start_ms, rank, fields(line)};
}

static bool put(const struct kaiku_lines_entry *entries, uint32_t n)
{
    bool done;

    assert_ok(kaiku_store_put_lines(world.store, &lines, entries, n, &done));
    return done;
}

static void put_three(void)
{
    const struct kaiku_lines_entry entries[] = {
        entry(60000, 1, "channel a n 3"), entry(60000, 2, "channel b n 2"), entry(120000, 1, "channel a n 1")};

    look();
    lines.is_whole = true;
    cr_assert(put(entries, 3));
    lines.is_whole = false;
}

Test(lines, are_put_as_a_whole)
{
    put_three();
    put_three();
    cr_assert_str_eq(redis("XRANGE " KEY " - +"),
                     "60000-1 channel a n 3 60000-2 channel b n 2 120000-1 channel a n 1");
    look();
    cr_assert_eq(lines.seen.writes, 2);
    cr_assert_eq(lines.seen.members, 0xabc);
    cr_assert_eq(lines.seen.newest_ms, 120000);
    cr_assert_eq(lines.seen.version.applied, 7);
    cr_assert_eq(lines.seen.version.generation, 1);
}

Test(lines, a_tail_is_replaced_and_the_front_cut_off)
{
    const struct kaiku_lines_entry entries[] = {entry(120000, 1, "channel b n 5"), entry(120000, 2, "channel a n 1"),
                                                entry(180000, 1, "channel b n 1")};
    put_three();
    look();
    lines.from_ms = 120000;
    cr_assert(put(entries, 3));
    cr_assert_str_eq(redis("XRANGE " KEY " - +"), "60000-1 channel a n 3 60000-2 channel b n 2 120000-1 channel b n 5 "
                                                  "120000-2 channel a n 1 180000-1 channel b n 1");
    look();
    lines.first_ms = 120000;
    lines.from_ms = 180000;
    cr_assert(put(NULL, 0));
    cr_assert_str_eq(redis("XRANGE " KEY " - +"), "120000-1 channel b n 5 120000-2 channel a n 1");
    look();
    lines.from_ms = 120000;
    cr_assert(put(NULL, 0));
    cr_assert_str_eq(redis("EXISTS " KEY), "0");
}

Test(lines, nobody_writes_who_looked_before_another_wrote)
{
    const struct kaiku_lines_entry late[] = {entry(60000, 1, "channel a n 9")};
    struct kaiku_lines mine;

    put_three();
    look();
    mine = lines;
    put_three();
    lines = mine;
    cr_assert_not(put(late, 1));
    cr_assert_eq(strncmp(redis("XRANGE " KEY " - +"), "60000-1 channel a n 3", 21), 0);
}

static bool gather(const struct kaiku_lines_entry *entries, uint32_t n)
{
    bool done;

    assert_ok(kaiku_store_gather_lines(world.store, &lines, entries, n, &done));
    return done;
}

Test(lines, many_are_gathered_and_put_at_once)
{
    struct kaiku_lines_entry entries[250];

    put_three();
    look();
    for (uint32_t i = 0; i < 250; i++)
        entries[i] = entry(60000 + 1000 * (int64_t)(i / 5), 1 + i % 5, "channel a n 1");
    cr_assert(gather(entries, 205));
    cr_assert(gather(entries + 205, 45));
    cr_assert_str_eq(redis("XLEN " KEY), "3");
    lines.is_whole = true;
    cr_assert(put(NULL, 0));
    cr_assert_str_eq(redis("XLEN " KEY), "250");
    cr_assert_str_eq(redis("EXISTS k:{0}:lines:contact:1m:channel"), "0");
}

Test(lines, of_two_that_gather_the_later_one_goes_on)
{
    const struct kaiku_lines_entry entries[] = {entry(60000, 1, "channel a n 1"), entry(60000, 2, "channel b n 1")};
    struct kaiku_lines mine;

    look();
    lines.is_whole = true;
    cr_assert(gather(entries, 1));
    mine = lines;
    lines.mark[0] = '\0';
    cr_assert(gather(entries, 1));
    cr_assert_not((lines = mine, gather(entries + 1, 1)));
    cr_assert_not(put(NULL, 0));
    cr_assert_str_eq(redis("EXISTS " KEY), "0");
}

Test(lines, a_foreign_state_or_stream_is_named)
{
    bool done;

    redis("SET " KEY " what");
    look();
    cr_assert_eq(kaiku_store_put_lines(world.store, &lines, NULL, 0, &done), KAIKU_REFUSED);
    cr_assert(strstr(kaiku_store_error(world.store), KEY), "%s", kaiku_store_error(world.store));
    redis("HSET k:{0}:lines contact:1m:channel what");
    cr_assert_eq(kaiku_store_look_at_lines(world.store, &lines), KAIKU_REFUSED);
}

/* ---- minutes ---- */

static bool put_minute(int64_t start_ms, int64_t applied, const char *line)
{
    bool done;

    assert_ok(kaiku_store_put_minute(world.store, "k:ts:trust", start_ms, 3, at(applied), fields(line), &done));
    return done;
}

Test(minutes, each_once_and_the_newest_ones)
{
    cr_assert(put_minute(60000, 5, "consumed 1"));
    cr_assert(put_minute(60000, 6, "consumed 2"));
    cr_assert(put_minute(180000, 6, "consumed 3"));
    cr_assert(put_minute(120000, 7, "consumed 4"));
    cr_assert_str_eq(redis("XRANGE k:ts:trust - +"), "60000-0 consumed 1 180000-0 consumed 3");
    cr_assert_not(put_minute(240000, 5, "consumed 0"), "an older state");
    cr_assert(put_minute(240000, 6, "consumed 3"));
    cr_assert(put_minute(300000, 8, "consumed 5"));
    cr_assert_str_eq(redis("XRANGE k:ts:trust - +"), "180000-0 consumed 3 240000-0 consumed 3 300000-0 consumed 5");
}

TestSuite(minutes, .init = set_up, .fini = world_tear_down, .timeout = 60);
