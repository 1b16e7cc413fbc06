#include "world.h"

TestSuite(views, .init = world_set_up, .fini = world_tear_down, .timeout = 60);

#define NOW "k:now:contact:day:web|_all"
#define ROWS "k:rows:contact:day:channel"

static void put_now(int64_t start_ms, struct kaiku_version version, const char *line)
{
    kaiku_store_put_now(world.store, NOW, start_ms, version, fields(line));
}

static void put_rows(int64_t start_ms, struct kaiku_version version, uint32_t n)
{
    struct kaiku_fields rows[2] = {fields("channel web n 7"), fields("channel mail n 3")};

    assert_ok(kaiku_store_put_rows(world.store, ROWS, start_ms, version, rows, n));
}

Test(views, now_keeps_the_order_of_its_fields)
{
    put_now(1000, at(7), "to 2 from 1 n 5 nps 40 updated 9");
    assert_ok(kaiku_store_flush(world.store));
    cr_assert_str_eq(redis("HGETALL " NOW), "to 2 from 1 n 5 nps 40 _v 1:1000:7 updated 9");

    put_now(1000, at(8), "from 1 ces 2 updated 9");
    assert_ok(kaiku_store_flush(world.store));
    cr_assert_str_eq(redis("HGETALL " NOW), "from 1 ces 2 _v 1:1000:8 updated 9");
}

Test(views, now_never_goes_back)
{
    put_now(1000, at(10), "n 10 updated 0");
    put_now(1000, at(9), "n 9 updated 0");
    put_now(999, at(11), "n 11 updated 0");
    assert_ok(kaiku_store_flush(world.store));
    cr_assert_str_eq(redis("HGET " NOW " n"), "10");

    put_now(1000, at(10), "n equal updated 0");
    assert_ok(kaiku_store_flush(world.store));
    cr_assert_str_eq(redis("HGET " NOW " n"), "equal");

    put_now(10000, at(1), "n later updated 0");
    assert_ok(kaiku_store_flush(world.store));
    cr_assert_str_eq(redis("HGET " NOW " n"), "later");

    put_now(1, (struct kaiku_version){2, 1}, "n anew updated 0");
    put_now(20000, at(99), "n old updated 0");
    assert_ok(kaiku_store_flush(world.store));
    cr_assert_str_eq(redis("HGET " NOW " n"), "anew");
}

Test(views, trust_never_goes_back)
{
    kaiku_store_put_hash(world.store, "k:trust", at(100), fields("counted 1 updated 5"));
    kaiku_store_put_hash(world.store, "k:trust", at(99), fields("counted 2 updated 6"));
    assert_ok(kaiku_store_flush(world.store));
    cr_assert_str_eq(redis("HGETALL k:trust"), "counted 1 _v 1:100 updated 5");
    kaiku_store_put_hash(world.store, "k:trust", at(100), fields("counted 3 updated 7"));
    assert_ok(kaiku_store_flush(world.store));
    cr_assert_str_eq(redis("HGETALL k:trust"), "counted 3 _v 1:100 updated 7");
}

Test(views, writes_wait_for_the_flush_beside_other_calls)
{
    put_now(1000, at(1), "n 1 updated 0");
    kaiku_store_put_hash(world.store, "k:trust", at(1), fields("counted 1 updated 0"));
    put_rows(1000, at(1), 1);
    cr_assert_str_eq(redis("EXISTS k:trust"), "0");
    assert_ok(kaiku_store_flush(world.store));
    cr_assert_str_eq(redis("EXISTS " NOW " k:trust " ROWS), "3");
    assert_ok(kaiku_store_flush(world.store));
}

Test(views, forgotten_scripts_are_loaded_again)
{
    redis("SCRIPT FLUSH");
    put_now(1000, at(1), "n 1 updated 0");
    cr_assert_eq(kaiku_store_flush(world.store), KAIKU_AGAIN);
    put_now(1000, at(1), "n 1 updated 0");
    assert_ok(kaiku_store_flush(world.store));
    cr_assert_str_eq(redis("HGET " NOW " n"), "1");
}

Test(views, a_foreign_key_is_refused_and_the_others_are_written)
{
    redis("SET " NOW " text");
    put_now(1000, at(1), "n 1 updated 0");
    kaiku_store_put_hash(world.store, "k:trust", at(1), fields("counted 1 updated 0"));
    cr_assert_eq(kaiku_store_flush(world.store), KAIKU_REFUSED);
    cr_assert(strstr(kaiku_store_error(world.store), "WRONGTYPE"));
    cr_assert_str_eq(redis("EXISTS k:trust"), "1");
    put_now(1000, at(1), "n 1 updated 0");
    redis("DEL " NOW);
    assert_ok(kaiku_store_flush(world.store));
}

Test(views, a_server_that_takes_no_writes_may_be_asked_again)
{
    redis("REPLICAOF 127.0.0.1 1");
    put_now(1000, at(1), "n 1 updated 0");
    cr_assert_eq(kaiku_store_flush(world.store), KAIKU_AGAIN);
    redis("REPLICAOF NO ONE");
    put_now(1000, at(1), "n 1 updated 0");
    assert_ok(kaiku_store_flush(world.store));
    cr_assert_str_eq(redis("HGET " NOW " n"), "1");
}

/* Scripts that delete before they write must not be stopped in between. */
Test(views, a_server_without_memory_loses_no_view)
{
    put_now(1000, at(1), "n 1 updated 0");
    put_rows(1000, at(1), 2);
    assert_ok(kaiku_store_flush(world.store));
    redis("CONFIG SET maxmemory 1");
    put_now(1000, at(2), "n 2 updated 0");
    cr_assert_neq(kaiku_store_flush(world.store), KAIKU_AWAY);
    put_rows(1000, at(2), 1);
    cr_assert_str_eq(redis("EXISTS " NOW " " ROWS), "2");
}

Test(views, nothing_is_written_under_another_head)
{
    put_now(1000, at(1), "n 1 updated 0");
    assert_ok(kaiku_store_flush(world.store));
    redis("SET k:{0}:head 2:");
    put_now(1000, at(2), "n 2 updated 0");
    cr_assert_eq(kaiku_store_flush(world.store), KAIKU_AWAY);
    cr_assert_not(kaiku_store_is_open(world.store));
    cr_assert_str_eq(redis("HGET " NOW " n"), "1");
    cr_assert_eq(kaiku_store_put_rows(world.store, ROWS, 1000, at(1), NULL, 0), KAIKU_AWAY);
}

Test(views, a_lost_connection_forgets_what_was_queued)
{
    put_now(1000, at(1), "n 1 updated 0");
    kaiku_store_close(world.store);
    assert_ok(kaiku_store_flush(world.store));
    put_now(1000, at(1), "n 1 updated 0");
    cr_assert_eq(kaiku_store_flush(world.store), KAIKU_AWAY);
    open_store();
    assert_ok(kaiku_store_flush(world.store));
    cr_assert_str_eq(redis("EXISTS " NOW), "0");
}

Test(views, rows_are_ranked_by_their_ids)
{
    put_rows(1000, at(50), 2);
    cr_assert_str_eq(redis("XRANGE " ROWS " - +"), "1000-1 channel web n 7 1000-2 channel mail n 3");
    put_rows(1000, at(50), 1);
    cr_assert_str_eq(redis("XRANGE " ROWS " - +"), "1000-1 channel web n 7");
    put_rows(2000, at(50), 1);
    cr_assert_str_eq(redis("XRANGE " ROWS " - +"), "2000-1 channel web n 7");
    put_rows(2000, at(50), 0);
    cr_assert_str_eq(redis("EXISTS " ROWS), "0");
}

Test(views, rows_never_go_back)
{
    put_rows(1000, at(50), 2);
    put_rows(1000, at(49), 1);
    put_rows(999, at(51), 1);
    put_rows(999, at(51), 0);
    cr_assert_str_eq(redis("XLEN " ROWS), "2");
    put_rows(2000, at(10), 1);
    cr_assert_str_eq(redis("XLEN " ROWS), "1");
    put_rows(500, (struct kaiku_version){2, 1}, 2);
    put_rows(3000, at(99), 1);
    cr_assert_str_eq(redis("XRANGE " ROWS " - + COUNT 1"), "500-1 channel web n 7");
}

Test(views, rows_must_be_alike)
{
    struct kaiku_fields rows[2] = {fields("channel web n 7"), fields("channel mail")};

    cr_assert_eq(kaiku_store_put_rows(world.store, ROWS, 1000, at(1), rows, 2), KAIKU_INVALID);
    cr_assert_str_eq(redis("EXISTS " ROWS), "0");
}
