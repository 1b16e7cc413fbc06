#include "world.h"

TestSuite(remove, .init = world_set_up, .fini = world_tear_down, .timeout = 60);

#define FLOOR "k:{0}:floor"
#define WINDOWS "k:{0}:windows:contact:day"
#define CELLS "k:{0}:c:1:contact:day:"
#define UNIQUES "k:{0}:u:1:contact:day:"
#define TS "k:ts:contact:day:"

/* A window's cell of a member, and all that it leads to. */
static void add(int64_t start_ms, const char *member)
{
    char key[256];
    struct kaiku_entry entry = {start_ms, fields("n 1")};
    bool done;

    redis("HSET " CELLS "%lld %s x", (long long)start_ms, member);
    redis("ZADD " WINDOWS " %lld %lld", (long long)start_ms, (long long)start_ms);
    redis("PFADD " UNIQUES "%lld:people:%s u", (long long)start_ms, member);
    snprintf(key, sizeof key, TS "%s", member);
    assert_ok(put_series(world.store, key, at(1000), &entry, 1, &done));
    cr_assert(done);
}

static uint64_t remove_below(int64_t floor_ms)
{
    uint64_t removed;

    assert_ok(kaiku_store_remove(world.store, 0, 0, 2, floor_ms, &removed));
    return removed;
}

static void add_three(void)
{
    add(1000, "a|_all");
    add(1000, "b|_all");
    add(2000, "a|_all");
    add(3000, "a|_all");
}

static void assert_only_3000_is_left(void)
{
    cr_assert_str_eq(redis("KEYS k:ts:*"), TS "a|_all");
    cr_assert_str_eq(redis("XRANGE " TS "a|_all - +"), "3000-0 n 1");
    cr_assert_str_eq(redis("KEYS k:{0}:c:*"), CELLS "3000");
    cr_assert_str_eq(redis("KEYS k:{0}:u:*"), UNIQUES "3000:people:a|_all");
    cr_assert_str_eq(redis("ZRANGE " WINDOWS " 0 -1"), "3000");
    cr_assert_str_eq(redis("HGETALL " FLOOR), "contact:day 3000");
}

Test(remove, windows_below_the_floor_go_with_all_they_led_to)
{
    add_three();
    cr_assert_eq(remove_below(3000), 2);
    assert_only_3000_is_left();
    cr_assert_eq(remove_below(3000), 0);
    assert_only_3000_is_left();
}

Test(remove, a_series_keeps_its_version)
{
    struct kaiku_entry entry = {4000, fields("n 1")};
    const char *info;
    bool done;

    add_three();
    redis("XSETID " TS "a|_all 3000-0 MAXDELETEDID 1-77"); /* a rewrite is on its way */
    remove_below(3000);
    info = redis("XINFO STREAM " TS "a|_all");
    cr_assert(strstr(info, "last-generated-id 3000-0 "));
    cr_assert(strstr(info, "max-deleted-entry-id 1-0 "));
    cr_assert(strstr(info, "entries-added 1000 "));
    assert_ok(put_series(world.store, TS "a|_all", at(999), &entry, 1, &done));
    cr_assert_not(done);
}

/* Entries that came in between leave deleted ones in front of others, which XTRIM stumbles over. */
Test(remove, a_series_whose_tail_was_rewritten)
{
    enum { ENTRIES = 61 };
    bool done;

    for (int i = 0; i < ENTRIES; i++) {
        struct kaiku_entry entry = {1000 * (1 + i * 37 % ENTRIES), fields("n 1")};
        assert_ok(put_series(world.store, TS "b|_all", at(100 + i), &entry, 1, &done));
        cr_assert(done);
    }
    redis("HSET " CELLS "1000 b|_all x");
    redis("ZADD " WINDOWS " 1000 1000");
    remove_below(50000);
    cr_assert_str_eq(redis("XLEN " TS "b|_all"), "12");
    cr_assert(strstr(redis("XRANGE " TS "b|_all - + COUNT 1"), "50000-0"));
}

Test(remove, a_floor_never_falls)
{
    remove_below(3000);
    remove_below(2000);
    cr_assert_str_eq(redis("HGETALL " FLOOR), "contact:day 3000");
    remove_below(10000);
    cr_assert_str_eq(redis("HGETALL " FLOOR), "contact:day 10000");
}

Test(remove, other_windows_stay)
{
    uint64_t removed;

    redis("HSET k:{0}:c:1:contact:month:1000 a|_all x");
    redis("ZADD k:{0}:windows:contact:month 1000 1000");
    redis("HSET k:{0}:c:1:people:day:1000 a|_all|_all x");
    redis("ZADD k:{0}:windows:people:day 1000 1000");
    cr_assert_eq(remove_below(3000), 0);
    cr_assert_str_eq(redis("EXISTS k:{0}:c:1:contact:month:1000 k:{0}:c:1:people:day:1000"), "2");
    assert_ok(kaiku_store_remove(world.store, 0, 0, 3, 3000, &removed));
    cr_assert_eq(removed, 1);
    cr_assert_str_eq(redis("EXISTS k:{0}:c:1:contact:month:1000 k:{0}:c:1:people:day:1000"), "1");
}

/* Of 3 to 250 members, cleared side by side: some at once, some page by page. */
Test(remove, windows_of_all_sizes)
{
    for (int window = 1; window <= 20; window++) {
        redis("ZADD " WINDOWS " %d %d", 1000 * window, 1000 * window);
        for (int member = 0; member < 250 - 13 * (window - 1); member++) {
            redis("HSET " CELLS "%d m%d|_all x", 1000 * window, member);
            redis("PFADD " UNIQUES "%d:people:m%d|_all u", 1000 * window, member);
            redis("XADD " TS "m%d|_all %d-0 n 1", member, 1000 * window);
            redis("COPY " TS "m%d|_all " TS "m%d|_all" STORE_REWRITTEN, member, member);
        }
    }
    cr_assert_str_eq(redis("OBJECT ENCODING " CELLS "1000"), "listpack");
    cr_assert_eq(remove_below(20000), 19);
    cr_assert_str_eq(redis("KEYS k:{0}:c:*"), CELLS "20000");
    cr_assert_str_eq(redis("ZRANGE " WINDOWS " 0 -1"), "20000");
    cr_assert_str_eq(redis("EVAL return(#redis.call('KEYS','k:{0}:u:*')) 0"), "3");
    cr_assert_str_eq(redis("EVAL return(#redis.call('KEYS','k:ts:*')) 0"), "3");
    cr_assert_str_eq(redis("XLEN " TS "m0|_all"), "1");
    cr_assert_eq(remove_below(20001), 1);
    cr_assert_str_eq(redis("KEYS k:ts:*"), "");
    cr_assert_str_eq(redis("KEYS k:{0}:u:*"), "");
}

Test(remove, a_large_window)
{
    for (int member = 0; member < 1000; member++) {
        redis("HSET " CELLS "1000 m%d|_all %0200d", member, 0);
        redis("XADD " TS "m%d|_all 1000-0 n 1", member);
    }
    redis("ZADD " WINDOWS " 1000 1000");
    cr_assert_str_eq(redis("OBJECT ENCODING " CELLS "1000"), "hashtable");
    cr_assert_eq(remove_below(3000), 1);
    cr_assert_str_eq(redis("KEYS k:ts:*"), "");
    cr_assert_str_eq(redis("KEYS k:{0}:c:*"), "");
    cr_assert_str_eq(redis("EXISTS " WINDOWS), "0");
}

Test(remove, more_windows_than_are_listed_at_once)
{
    for (int start_ms = 1; start_ms <= 500; start_ms++) {
        redis("HSET " CELLS "%d a|_all x", start_ms);
        redis("ZADD " WINDOWS " %d %d", start_ms, start_ms);
        redis("XADD " TS "a|_all %d-0 n 1", start_ms);
    }
    cr_assert_eq(remove_below(500), 499);
    cr_assert_str_eq(redis("KEYS k:{0}:c:*"), CELLS "500");
    cr_assert_str_eq(redis("XRANGE " TS "a|_all - +"), "500-0 n 1");
}

Test(remove, an_error_that_passes_leaves_no_answer_behind)
{
    uint64_t removed;

    add_three();
    redis("HSET " FLOOR " contact:day 3000"); /* or nothing but that would fail */
    redis("REPLICAOF 127.0.0.1 1");
    cr_assert_eq(kaiku_store_remove(world.store, 0, 0, 2, 3000, &removed), KAIKU_AGAIN);
    cr_assert_eq(removed, 0);
    redis("REPLICAOF NO ONE");
    cr_assert_eq(remove_below(3000), 2);
    assert_only_3000_is_left();
}

Test(remove, scripts_that_were_flushed_are_loaded_again)
{
    add_three();
    redis("SCRIPT FLUSH");
    cr_assert_eq(remove_below(3000), 2);
    assert_only_3000_is_left();
}

/* A removal cut short, wherever, is finished by the next one. */

Test(remove, cut_short_after_the_floor)
{
    add_three();
    redis("HSET " FLOOR " contact:day 3000");
    cr_assert_eq(remove_below(3000), 2);
    assert_only_3000_is_left();
}

/* The next removal may know of a lower floor: then too what stands below the one that was raised goes. */
Test(remove, cut_short_and_finished_by_one_with_a_lower_floor)
{
    add_three();
    redis("HSET " FLOOR " contact:day 3000");
    cr_assert_eq(remove_below(0), 2);
    assert_only_3000_is_left();
}

Test(remove, cut_short_among_the_series)
{
    add_three();
    redis("HSET " FLOOR " contact:day 3000");
    redis("XTRIM " TS "a|_all MINID 3000-0");
    redis("DEL " UNIQUES "1000:people:a|_all");
    cr_assert_eq(remove_below(3000), 2);
    assert_only_3000_is_left();
}

Test(remove, cut_short_before_the_list)
{
    add_three();
    redis("HSET " FLOOR " contact:day 3000");
    redis("DEL " CELLS "1000 " TS "b|_all " UNIQUES "1000:people:a|_all " UNIQUES "1000:people:b|_all");
    cr_assert_eq(remove_below(3000), 2);
    assert_only_3000_is_left();
}

Test(remove, cut_short_between_the_pages)
{
    for (int member = 0; member < 1000; member++)
        redis("HSET " CELLS "1000 m%d|_all x", member);
    redis("ZADD " WINDOWS " 1000 1000");
    redis("HSET " FLOOR " contact:day 3000");
    redis("XADD " TS "m999|_all 1000-0 n 1"); /* the others are trimmed */
    cr_assert_eq(remove_below(3000), 1);
    cr_assert_str_eq(redis("KEYS k:ts:*"), "");
    cr_assert_str_eq(redis("KEYS k:{0}:c:*"), "");
}

Test(remove, a_rewrite_cut_short_leaves_with_its_series)
{
    add(1000, "a|_all");
    redis("COPY " TS "a|_all " TS "a|_all" STORE_REWRITTEN);
    remove_below(3000);
    cr_assert_str_eq(redis("KEYS k:ts:*"), "");
}

Test(remove, nothing_is_removed_under_another_head)
{
    uint64_t removed;

    add_three();
    redis("SET k:{0}:head 2:");
    cr_assert_eq(kaiku_store_remove(world.store, 0, 0, 2, 3000, &removed), KAIKU_AWAY);
    cr_assert_eq(removed, 0);
    cr_assert_str_eq(redis("EXISTS " FLOOR), "0");
    cr_assert_str_eq(redis("XLEN " TS "a|_all"), "3");
}
