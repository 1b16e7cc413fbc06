#include "world.h"

TestSuite(incidents, .init = world_set_up, .fini = world_tear_down, .timeout = 60);

static struct kaiku_incidents some(int64_t outages, int64_t stops)
{
    return (struct kaiku_incidents){
        .n = {[KAIKU_INCIDENT_outages] = outages, [KAIKU_INCIDENT_stops] = stops}};
}

Test(incidents, are_added_up)
{
    struct kaiku_incidents none = {0}, two = some(2, 0), more = some(1, 3);

    cr_assert_not(kaiku_incidents_any(&none));
    cr_assert(kaiku_incidents_any(&two));
    assert_ok(kaiku_store_count(world.store, &two));
    assert_ok(kaiku_store_count(world.store, &more));
    cr_assert_str_eq(redis("HGETALL k:{0}:incidents"), "outages 3 stops 3");
}

Test(incidents, are_shown_where_trust_has_them)
{
    struct kaiku_incidents more = some(1, 3);

    assert_ok(kaiku_store_count(world.store, &more));
    cr_assert_str_eq(redis("EXISTS k:trust"), "0");
    redis("HSET k:trust outages 1 _v 1:5 updated 9");
    assert_ok(kaiku_store_count(world.store, &more));
    cr_assert_str_eq(redis("HGETALL k:trust"), "outages 2 _v 1:5 updated 9");
}

Test(incidents, the_last_word_needs_no_open_store)
{
    struct kaiku_incidents stop = some(0, 1);

    assert_ok(kaiku_store_count_last(world.store, &stop));
    cr_assert_not(kaiku_store_is_open(world.store));
    assert_ok(kaiku_store_count_last(world.store, &stop));
    cr_assert_str_eq(redis("HGETALL k:{0}:incidents"), "stops 2");
}

Test(incidents, belong_to_the_prefix_that_stands_there)
{
    struct kaiku_incidents stop = some(0, 1);

    redis("SET k:{0}:head 2:other");
    cr_assert_eq(kaiku_store_count(world.store, &stop), KAIKU_AWAY);
    cr_assert_str_eq(redis("EXISTS k:{0}:incidents"), "0");
    assert_ok(kaiku_store_count_last(world.store, &stop));
    cr_assert_str_eq(redis("HGETALL k:{0}:incidents"), "stops 1", "one that is refused says so");
    redis("SET k:{0}:head 3:");
    assert_ok(kaiku_store_count_last(world.store, &stop));
    redis("DEL k:{0}:head");
    assert_ok(kaiku_store_count_last(world.store, &stop));
    cr_assert_str_eq(redis("HGETALL k:{0}:incidents"), "stops 1");
}
