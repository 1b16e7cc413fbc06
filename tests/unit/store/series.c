#include "world.h"

#include <stdlib.h>

TestSuite(series, .init = world_set_up, .fini = world_tear_down, .timeout = 120);

#define TS "k:ts:contact:day:web|_all"
#define REWRITTEN TS STORE_REWRITTEN

/* Puts "START n VALUE" entries: values in the order of their starts, 0: the entry goes. */
static bool put_at(struct kaiku_version version, const int64_t *starts, const int *values, uint32_t n)
{
    static struct kaiku_entry entries[1024];
    static struct kaiku_text texts[1024][2];
    static char numbers[1024][16];
    bool done;

    for (uint32_t i = 0; i < n; i++) {
        int size = snprintf(numbers[i], sizeof numbers[i], "%d", values[i]);
        texts[i][0] = KAIKU_TEXT("n");
        texts[i][1] = (struct kaiku_text){numbers[i], (size_t)size};
        entries[i].start_ms = starts[i];
        entries[i].fields = (struct kaiku_fields){texts[i], values[i] ? 2 : 0};
    }
    assert_ok(put_series(world.store, TS, version, entries, n, &done));
    return done;
}

static bool put_one(int64_t applied, int64_t start_ms, int value)
{
    return put_at(at(applied), &start_ms, &value, 1);
}

/* Entries START 1000, 2000 ... n * 1000, each of n VALUE. */
static bool put_many(int64_t applied, uint32_t n, int value)
{
    int64_t starts[1024];
    int values[1024];

    for (uint32_t i = 0; i < n; i++) {
        starts[i] = 1000 * (i + 1);
        values[i] = value;
    }
    return put_at(at(applied), starts, values, n);
}

static const char *info(const char *name)
{
    const char *found = strstr(redis("XINFO STREAM " TS), name);
    static char value[64];

    cr_assert(found);
    snprintf(value, sizeof value, "%.*s", (int)strcspn(found + strlen(name) + 1, " "),
             found + strlen(name) + 1);
    return value;
}

Test(series, entries_are_appended)
{
    cr_assert(put_one(10, 1000, 1));
    cr_assert(put_one(11, 3000, 3));
    cr_assert_str_eq(redis("XRANGE " TS " - +"), "1000-0 n 1 3000-0 n 3");
    cr_assert_str_eq(info("entries-added"), "11");
    cr_assert_str_eq(info("max-deleted-entry-id"), "1-0");
    cr_assert_str_eq(info("last-generated-id"), "3000-0");
}

Test(series, an_older_state_does_not_come_back_where_a_newer_one_emptied_the_series)
{
    cr_assert(put_one(10, 1000, 1));
    redis("HSET k:{0}:pos t:0 12:0:0000000000000000");
    cr_assert(put_one(12, 1000, 0));
    cr_assert_str_eq(redis("EXISTS " TS), "0");
    cr_assert_not(put_one(11, 1000, 1));
    cr_assert_str_eq(redis("EXISTS " TS), "0");
    cr_assert(put_one(12, 2000, 1));
    cr_assert_str_eq(redis("XRANGE " TS " - +"), "2000-0 n 1");
}

Test(series, entries_change_in_their_place)
{
    const int64_t starts[] = {1000, 2000, 3000, 4000};
    const int values[] = {1, 2, 3, 4};

    put_at(at(10), (const int64_t[]){1000, 3000}, (const int[]){1, 3}, 2);
    cr_assert(put_one(11, 3000, 33));
    cr_assert_str_eq(redis("XRANGE " TS " - +"), "1000-0 n 1 3000-0 n 33");
    cr_assert(put_one(12, 2000, 2));
    cr_assert_str_eq(redis("XRANGE " TS " - +"), "1000-0 n 1 2000-0 n 2 3000-0 n 33");
    cr_assert(put_one(13, 2000, 0));
    cr_assert_str_eq(redis("XRANGE " TS " - +"), "1000-0 n 1 3000-0 n 33");
    cr_assert(put_one(14, 500, 5));
    cr_assert_str_eq(redis("XRANGE " TS " - +"), "500-0 n 5 1000-0 n 1 3000-0 n 33");
    cr_assert(put_at(at(15), starts, values, 4));
    cr_assert_str_eq(redis("XRANGE " TS " - +"),
                     "500-0 n 5 1000-0 n 1 2000-0 n 2 3000-0 n 3 4000-0 n 4");
    cr_assert_str_eq(info("max-deleted-entry-id"), "1-0");
}

Test(series, entries_of_a_call_have_the_same_names)
{
    struct kaiku_entry entries[] = {{1000, fields("n 1 mean 1.5")}, {2000, {0}}, {3000, fields("n 3 mean 3.5")}};
    bool done;

    assert_ok(put_series(world.store, TS, at(10), entries, 3, &done));
    cr_assert_str_eq(redis("XRANGE " TS " - +"), "1000-0 n 1 mean 1.5 3000-0 n 3 mean 3.5");
    assert_ok(put_series(world.store, TS, at(11), entries + 1, 2, &done));
    cr_assert_str_eq(redis("XRANGE " TS " - +"), "1000-0 n 1 mean 1.5 3000-0 n 3 mean 3.5");
    entries[2].fields.n = 2;
    cr_assert_eq(put_series(world.store, TS, at(12), entries, 3, &done), KAIKU_INVALID);
}

Test(series, the_last_entry_goes_and_comes_back)
{
    put_many(10, 2, 1);
    cr_assert(put_one(11, 2000, 0));
    cr_assert_str_eq(info("last-generated-id"), "1000-0");
    cr_assert(put_one(12, 1500, 1));
    cr_assert(put_one(13, 2000, 2));
    cr_assert_str_eq(redis("XRANGE " TS " - +"), "1000-0 n 1 1500-0 n 1 2000-0 n 2");
    cr_assert(put_at(at(14), (const int64_t[]){1000, 1500, 2000}, (const int[]){0, 0, 0}, 3));
    cr_assert_str_eq(redis("EXISTS " TS), "0");
    cr_assert(put_one(15, 1000, 0));
    cr_assert_str_eq(redis("EXISTS " TS), "0");
}

Test(series, a_series_never_goes_back)
{
    put_one(10, 1000, 10);
    cr_assert_not(put_one(9, 1000, 9));
    cr_assert_not(put_one(9, 2000, 9));
    cr_assert(put_one(10, 2000, 20));
    cr_assert_str_eq(redis("XRANGE " TS " - +"), "1000-0 n 10 2000-0 n 20");

    redis("XSETID " TS " 2000-0 MAXDELETEDID 2-0");
    cr_assert_not(put_one(99, 3000, 30));
    cr_assert_str_eq(redis("XLEN " TS), "2");
}

Test(series, a_series_of_an_older_generation_is_no_part_of_it)
{
    redis("XADD " TS " 1000-0 n 7");
    redis("XADD " TS " 3000-0 n 7");
    redis("XSETID " TS " 3000-0 ENTRIESADDED 500 MAXDELETEDID 0-1");
    cr_assert(put_one(10, 2000, 1));
    cr_assert_str_eq(redis("XRANGE " TS " - +"), "2000-0 n 1");
    cr_assert_str_eq(info("entries-added"), "10");
}

Test(series, what_was_removed_does_not_come_back)
{
    redis("HSET k:{0}:floor contact:day 2000");
    cr_assert(put_many(10, 3, 1));
    cr_assert_str_eq(redis("XRANGE " TS " - +"), "2000-0 n 1 3000-0 n 1");
    redis("HSET k:{0}:floor contact:day 3000");
    cr_assert(put_many(1000, 300, 1));
    cr_assert_str_eq(redis("XLEN " TS), "298");
}

Test(series, nothing_is_written_under_another_head)
{
    struct kaiku_entry entry = {1000, fields("n 1")};
    bool done = true;

    redis("SET k:{0}:head 2:");
    cr_assert_eq(put_series(world.store, TS, at(1), &entry, 1, &done), KAIKU_AWAY);
    cr_assert_not(done);
    cr_assert_str_eq(redis("EXISTS " TS), "0");
}

Test(series, keys_and_entries_are_checked)
{
    struct kaiku_entry entries[2] = {{1000, fields("n 1")}, {1000, fields("n 1")}};
    static const char *const keys[] = {"k:ts:contact:day", "k:ts:contact:year:a|b", "k:now:contact:day:a|b",
                                       "x:ts:contact:day:a|b", ""};
    bool done;

    cr_assert_eq(put_series(world.store, TS, at(1), entries, 2, &done), KAIKU_INVALID);
    entries[0].fields.n = 1;
    cr_assert_eq(put_series(world.store, TS, at(1), entries, 1, &done), KAIKU_INVALID);
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        cr_assert_eq(put_series(world.store, keys[i], at(1), entries + 1, 1, &done),
                     KAIKU_INVALID);
}

Test(series, many_entries_are_appended_piece_by_piece)
{
    cr_assert(put_many(1000, 350, 1));
    cr_assert_str_eq(redis("XLEN " TS), "350");
    cr_assert_str_eq(info("last-generated-id"), "350000-0");
}

Test(series, a_long_tail_is_rewritten)
{
    put_many(1000, 350, 1);
    cr_assert(put_one(1001, 100500, 5)); /* 250 behind it, 100 before */
    cr_assert_str_eq(redis("XLEN " TS), "351");
    cr_assert_str_eq(redis("XRANGE " TS " 100000 101000"), "100000-0 n 1 100500-0 n 5 101000-0 n 1");
    cr_assert_str_eq(info("entries-added"), "1001");
    cr_assert_str_eq(info("max-deleted-entry-id"), "1-0");
    cr_assert_str_eq(info("last-generated-id"), "350000-0");
    cr_assert_str_eq(redis("EXISTS " REWRITTEN), "0");
    cr_assert_not(put_one(1000, 100500, 6));
    cr_assert(put_many(1002, 351, 2)); /* all of it, and one more */
    cr_assert_str_eq(redis("XLEN " TS), "352");
    cr_assert_str_eq(redis("XRANGE " TS " 350000 +"), "350000-0 n 2 351000-0 n 2");
    cr_assert(put_many(1003, 351, 0));
    cr_assert_str_eq(redis("XRANGE " TS " - +"), "100500-0 n 5");
}

Test(series, a_long_tail_can_go_altogether)
{
    put_many(1000, 350, 1);
    cr_assert(put_many(1001, 350, 0));
    cr_assert_str_eq(redis("EXISTS " TS " " REWRITTEN), "0");
}

/* Whatever is put in whatever portions, the series reads like the last value of each entry. */
Test(series, a_random_walk_ends_as_the_sum_of_its_steps)
{
    enum { SLOTS = 450 };
    int expected[SLOTS] = {0};

    srand(17);
    for (int64_t applied = SLOTS + 1; applied < SLOTS + 60; applied++) {
        int64_t starts[SLOTS];
        int values[SLOTS];
        int first = rand() % SLOTS, stride = 1 + rand() % 5, count = 1 + rand() % 300;
        struct kaiku_buffer line = {0};
        uint32_t n = 0;

        for (int i = first; i < SLOTS && (int)n < count; i += stride, n++) {
            starts[n] = 1000 + i;
            values[n] = expected[i] = rand() % 4 ? rand() % 1000 + 1 : 0;
        }
        cr_assert(put_at(at(applied), starts, values, n));
        for (int i = 0; i < SLOTS; i++)
            if (expected[i])
                kaiku_buffer_format(&line, "%s%d-0 n %d", line.size ? " " : "", 1000 + i, expected[i]);
        cr_assert_str_eq(redis("XRANGE " TS " - +"), kaiku_buffer_cstring(&line), "at step %lld",
                         (long long)applied);
        kaiku_buffer_release(&line);
    }
}

/* ---- what may happen while a long tail is rewritten ---- */

/* The script's answer; -1 for a list: it went well. */
static long long call(void)
{
    redisReply *reply;
    long long answer;

    assert_ok(store_shard_call(world.store, "i|[i*]", &reply));
    answer = reply->type == REDIS_REPLY_INTEGER ? reply->integer : -1;
    freeReplyObject(reply);
    return answer;
}

static long long begin_rewrite(const char *nonce, int64_t applied, int64_t first_ms)
{
    struct kaiku_buffer *command = store_scratch(world.store);

    store_command_shard(world.store, command, STORE_SCRIPT_rewrite, 0, 7);
    store_command_string(command, "contact:day");
    store_command_string(command, TS);
    store_command_string(command, REWRITTEN);
    store_command_string(command, "1");
    store_command_integer(command, applied);
    store_command_string(command, nonce);
    store_command_integer(command, first_ms);
    return call();
}

static long long add_piece(const char *mark, int64_t start_ms)
{
    struct kaiku_buffer *command = store_scratch(world.store);

    store_command_shard(world.store, command, STORE_SCRIPT_piece, 0, 8);
    store_command_string(command, REWRITTEN);
    store_command_string(command, mark);
    store_command_string(command, "0");
    store_command_string(command, "0");
    store_command_integer(command, start_ms);
    store_command_string(command, "2");
    store_command_string(command, "n");
    store_command_string(command, "77");
    return call();
}

static long long end_rewrite(const char *nonce, int64_t applied)
{
    struct kaiku_buffer *command = store_scratch(world.store);

    store_command_shard(world.store, command, STORE_SCRIPT_rename, 0, 5);
    store_command_string(command, TS);
    store_command_string(command, REWRITTEN);
    store_command_string(command, "1");
    store_command_integer(command, applied);
    store_command_string(command, nonce);
    return call();
}

Test(series, a_rewrite_that_nobody_disturbs_takes_its_place)
{
    put_many(10, 2, 1);
    cr_assert_eq(begin_rewrite("5", 11, 1000), -1);
    cr_assert_str_eq(redis("XRANGE " REWRITTEN " - +"), "");
    cr_assert_eq(add_piece("1-5", 1000), -1);
    cr_assert_eq(end_rewrite("5", 11), 1);
    cr_assert_str_eq(redis("XRANGE " TS " - +"), "1000-0 n 77");
    cr_assert_str_eq(info("entries-added"), "11");
    cr_assert_str_eq(info("max-deleted-entry-id"), "1-0");
}

Test(series, a_rewrite_does_not_begin_where_a_newer_state_stands)
{
    cr_assert_eq(begin_rewrite("5", 11, 1000), 2);
    put_many(10, 2, 1);
    cr_assert_eq(begin_rewrite("5", 9, 1000), 2);
    cr_assert_str_eq(info("max-deleted-entry-id"), "1-0");
    redis("XSETID " TS " 2000-0 MAXDELETEDID 2-0");
    cr_assert_eq(begin_rewrite("5", 11, 1000), 2);
    cr_assert_str_eq(redis("EXISTS " REWRITTEN), "0");
}

Test(series, a_rewrite_gives_way_to_another_write)
{
    put_many(10, 2, 1);
    begin_rewrite("5", 11, 2000);
    cr_assert(put_one(11, 1000, 3)); /* the same version, the same length, the same end */
    cr_assert_str_eq(redis("EXISTS " REWRITTEN), "0");
    cr_assert_eq(add_piece("1-5", 3000), 2);
    cr_assert_eq(end_rewrite("5", 11), 2);
    cr_assert_str_eq(redis("XRANGE " TS " - +"), "1000-0 n 3 2000-0 n 1");
}

Test(series, a_rewrite_notices_that_its_original_was_written)
{
    put_many(10, 2, 1);
    begin_rewrite("5", 11, 2000);
    redis("XSETID " TS " 2000-0 MAXDELETEDID 1-0");
    cr_assert_eq(end_rewrite("5", 11), 2);
    cr_assert_str_eq(redis("XLEN " TS), "2");
}

Test(series, a_rewrite_that_was_lost_replaces_nothing)
{
    put_many(10, 2, 1);
    begin_rewrite("5", 11, 1000);
    redis("DEL " REWRITTEN);
    cr_assert_eq(add_piece("1-5", 3000), 2);
    cr_assert_eq(end_rewrite("5", 11), 2);
    cr_assert_str_eq(redis("XLEN " TS), "2");
}

Test(series, two_rewrites_do_not_mix)
{
    put_many(10, 2, 1);
    begin_rewrite("5", 11, 1000);
    begin_rewrite("6", 11, 1000);
    cr_assert_eq(add_piece("1-5", 3000), 2);
    cr_assert_eq(end_rewrite("5", 11), 2);
    cr_assert_eq(add_piece("1-6", 3000), -1);
    cr_assert_eq(end_rewrite("6", 11), 1);
    cr_assert_str_eq(redis("XRANGE " TS " - +"), "3000-0 n 77");
}

Test(series, a_rewrite_cut_short_leaves_nothing)
{
    put_many(1000, 350, 1);
    begin_rewrite("5", 1001, 2000);
    cr_assert_str_eq(redis("EXISTS " REWRITTEN), "1");
    cr_assert(put_one(1001, 2000, 2));
    cr_assert_str_eq(redis("EXISTS " REWRITTEN), "0");
    cr_assert_str_eq(redis("XLEN " TS), "350");
}

Test(series, no_member_is_taken_for_a_rewrite)
{
    struct kaiku_entry entry = {1000, fields("n 9")};
    bool done;

    assert_ok(put_series(world.store, TS ":tmp", at(1), &entry, 1, &done));
    put_many(1000, 350, 1);
    put_one(1001, 1000, 2);
    cr_assert_str_eq(redis("XRANGE " TS ":tmp - +"), "1000-0 n 9");
}
