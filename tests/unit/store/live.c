#include "world.h"

TestSuite(live, .init = world_set_up, .fini = world_tear_down, .timeout = 60);

#define LIVE "k:{0}:live:contact:day"
#define FUTURE "k:{0}:future:contact:day"
#define CELLS "k:{0}:c:1:contact:day:"

static struct kaiku_buffer notes;

static void note(void *context, struct kaiku_text member, int64_t newest_start_ms)
{
    (void)context;
    kaiku_buffer_format(&notes, "%.*s@%lld ", (int)member.size, member.data, (long long)newest_start_ms);
}

static const char *take_notes(void)
{
    static char line[1024];

    snprintf(line, sizeof line, "%s", kaiku_buffer_cstring(&notes));
    kaiku_buffer_release(&notes);
    notes = (struct kaiku_buffer){0};
    return line;
}

static const char *visit_live(int64_t from_ms)
{
    assert_ok(kaiku_store_live(world.store, 0, 0, 2, from_ms, note, NULL));
    return take_notes();
}

static const char *visit_dead(int64_t before_ms)
{
    assert_ok(kaiku_store_dead(world.store, 0, 0, 2, before_ms, note, NULL));
    return take_notes();
}

Test(live, members_with_data_late_enough_live)
{
    redis("ZADD " LIVE " 1699999999999 a 1700000000000 b 1700000060000 c -1700000000001 d 0 e");
    cr_assert_str_eq(visit_live(1700000000000), "b@1700000000000 c@1700000060000 ");
    cr_assert_str_eq(visit_live(0), "a@1699999999999 b@1700000000000 c@1700000060000 ");
}

Test(live, the_dead_are_forgotten_at_the_second_visit)
{
    redis("ZADD " LIVE " 1700000000000 a|_all 1700000060000 b|_all");
    redis("HSET k:now:contact:day:a|_all n 1");
    redis("HSET k:now:contact:day:b|_all n 1");
    cr_assert_str_eq(visit_dead(1700000060000), "a|_all@1700000000000 ");
    cr_assert_str_eq(redis("EXISTS k:now:contact:day:a|_all k:now:contact:day:b|_all"), "1");
    cr_assert_str_eq(visit_live(1), "b|_all@1700000060000 ");

    redis("HSET k:now:contact:day:a|_all n 1"); /* a late writer's */
    cr_assert_str_eq(visit_dead(1700000060000), "a|_all@1700000000000 ");
    cr_assert_str_eq(redis("EXISTS k:now:contact:day:a|_all"), "0");
    cr_assert_str_eq(redis("ZRANGE " LIVE " 0 -1"), "b|_all");
    cr_assert_str_eq(visit_dead(1700000060000), "");
}

Test(live, the_dead_come_to_life_by_a_commit)
{
    redis("ZADD " LIVE " 1000 a|_all");
    visit_dead(2000);
    redis("ZADD " LIVE " GT 2000 a|_all");
    cr_assert_str_eq(visit_live(2000), "a|_all@2000 ");
    cr_assert_str_eq(visit_dead(2000), "");
}

Test(live, who_came_to_life_meanwhile_keeps_its_key)
{
    struct kaiku_buffer *command = store_scratch(world.store);
    redisReply *reply;

    redis("ZADD " LIVE " 2000 a|_all");
    redis("HSET k:now:contact:day:a|_all n 1");
    store_command_shard(world.store, command, STORE_SCRIPT_dead, 0, 4);
    store_command_string(command, "contact:day");
    store_command_string(command, "a|_all");
    store_command_string(command, "1000");
    store_command_string(command, "k:now:contact:day:a|_all");
    assert_ok(store_shard_call(world.store, "[i*]", &reply));
    cr_assert_eq(reply->element[0]->integer, 0);
    freeReplyObject(reply);
    cr_assert_str_eq(redis("EXISTS k:now:contact:day:a|_all"), "1");
    cr_assert_str_eq(redis("ZSCORE " LIVE " a|_all"), "2000");
}

Test(live, many_die_at_once)
{
    for (int i = 0; i < 250; i++)
        redis("ZADD " LIVE " 1000 m%d|_all", i);
    kaiku_buffer_clear(&notes);
    assert_ok(kaiku_store_dead(world.store, 0, 0, 2, 2000, note, NULL));
    cr_assert_str_eq(redis("ZCOUNT " LIVE " -1001 -1001"), "250");
    assert_ok(kaiku_store_dead(world.store, 0, 0, 2, 2000, note, NULL));
    cr_assert_str_eq(redis("EXISTS " LIVE), "0");
    take_notes();
}

Test(live, cells_ripen_when_the_tip_reaches_them)
{
    redis("HSET " CELLS "1000 a:1|_all x");
    redis("HSET " CELLS "2000 a:1|_all x b|_all x");
    redis("HSET " CELLS "3000 a:1|_all x");
    redis("ZADD " FUTURE " 1000 1000:a:1|_all 2000 2000:a:1|_all 2000 2000:b|_all 2000 2000:gone|_all "
          "3000 3000:a:1|_all");
    redis("ZADD " LIVE " 2500 b|_all");
    assert_ok(kaiku_store_ripen(world.store, 0, 0, 2, 2000));
    cr_assert_str_eq(redis("ZRANGE " FUTURE " 0 -1"), "3000:a:1|_all");
    cr_assert_str_eq(visit_live(1), "a:1|_all@2000 b|_all@2500 ");
}

Test(live, what_was_emptied_does_not_ripen_but_what_was_removed_does)
{
    redis("HSET k:{0}:floor contact:day 2000");
    redis("HSET " CELLS "1000 a|_all x");
    redis("HSET " CELLS "2000 b|_all "); /* kept empty */
    redis("ZADD " FUTURE " 1000 1000:a|_all 2000 2000:b|_all");
    assert_ok(kaiku_store_ripen(world.store, 0, 0, 2, 5000));
    cr_assert_str_eq(redis("EXISTS " FUTURE), "0");
    cr_assert_str_eq(visit_live(1), "a|_all@1000 ");
}

Test(live, many_cells_ripen)
{
    for (int i = 0; i < 2500; i++) {
        redis("HSET " CELLS "1000 m%d|_all x", i);
        redis("ZADD " FUTURE " 1000 1000:m%d|_all", i);
    }
    assert_ok(kaiku_store_ripen(world.store, 0, 0, 2, 1000));
    cr_assert_str_eq(redis("ZCARD " LIVE), "2500");
    cr_assert_str_eq(redis("EXISTS " FUTURE), "0");
}

static const char *relive(const int64_t *starts_ms, uint32_t n)
{
    assert_ok(kaiku_store_relive(world.store, 0, 0, 2, KAIKU_TEXT("a|_all"), starts_ms, n));
    return redis("ZSCORE " LIVE " a|_all");
}

Test(live, a_member_falls_back_to_its_newest_window_with_data)
{
    const int64_t starts[] = {5000, 4000, 3000, 2000};

    redis("ZADD " LIVE " 5000 a|_all");
    redis("HSET " CELLS "4000 a|_all "); /* kept empty */
    redis("HSET " CELLS "3000 a|_all x");
    redis("HSET " CELLS "2000 a|_all x");
    cr_assert_str_eq(relive(starts, 4), "3000");
    redis("HSET k:{0}:floor contact:day 3001");
    cr_assert_str_eq(relive(starts, 4), "0");
    cr_assert_str_eq(visit_dead(1000), "a|_all@0 ");
    cr_assert_str_eq(visit_dead(1000), "a|_all@0 ");
    cr_assert_str_eq(redis("EXISTS " LIVE), "0");
}

Test(live, only_what_was_looked_at_is_corrected)
{
    const int64_t starts[] = {5000, 4000};

    cr_assert_str_eq(relive(starts, 2), "nil");
    redis("ZADD " LIVE " 6000 a|_all");
    cr_assert_str_eq(relive(starts, 2), "6000");
    redis("ZADD " LIVE " 3000 a|_all");
    cr_assert_str_eq(relive(starts, 2), "3000");
    redis("ZADD " LIVE " -5001 a|_all");
    cr_assert_str_eq(relive(starts, 2), "-5001");
    cr_assert_str_eq(relive(starts, 0), "-5001");
}
