/* The test is the publisher that asks the log. */
#include "world.h"

static struct world world;
static struct kaiku_views_question question;

static void start(void)
{
    world_start(&world, NULL);
}

static void stop(void)
{
    world_stop(&world);
}

TestSuite(margin, .init = start, .fini = stop);

#define TRUST "kaiku:trust"

static void hold(const char *field, int64_t first, int64_t end)
{
    struct kaiku_extent extent = {.first = first, .end = end, .high_watermark = end};

    kaiku_views_extent(world.views, field, &extent);
}

/* Ten records are counted of partition "t:0", and those below first are gone. */
static void count_ten(int64_t first)
{
    for (int i = 0; i < 10; i++)
        world_commit(&world, 0, NOON_MS, NULL, 0);
    hold("t:0", first, 10);
    hold("t:1", 0, 0); /* of which nothing was counted */
    world_tick(&world);
    world_check_now(&world, TRUST, "replay_margin_s", "nan");
}

static bool asks(void)
{
    return kaiku_views_ask(world.views, world.now_ms, &question);
}

static void expect_question(const char *field, int64_t offset)
{
    cr_assert(asks());
    cr_assert_str_eq(question.field, field);
    cr_assert_eq(question.offset, offset);
}

static void expect_margin(const char *seconds)
{
    world_tick(&world);
    world_check_now(&world, TRUST, "replay_margin_s", seconds);
}

/* Ten records, two of them gone: the oldest is asked for and known, then the one before the stored position. */
static void expect_stored_question(void)
{
    count_ten(2);
    expect_question("t:0", 2);
    kaiku_views_answer(world.views, KAIKU_OK, 5000);
    expect_question("t:0", 9);
}

Test(margin, lies_between_the_oldest_record_and_the_stored_one)
{
    expect_stored_question();
    kaiku_views_answer(world.views, KAIKU_OK, 65999);
    cr_assert_not(asks());
    expect_margin("60");
}

Test(margin, is_known_on_while_redis_is_away)
{
    struct kaiku_views_figures figures;

    expect_stored_question();
    kaiku_views_answer(world.views, KAIKU_OK, 65999);
    world_tick(&world);
    redis_fixture_integer(&world.redis, "CLIENT KILL TYPE normal SKIPME yes");
    world.now_ms += 1000;
    cr_assert_eq(kaiku_views_tick(world.views, world.now_ms, true), KAIKU_AWAY);
    kaiku_views_read_figures(world.views, &figures);
    cr_assert_eq(figures.margin_ms, 60999);
}

Test(margin, the_question_stays_while_positions_move)
{
    expect_stored_question();
    world_commit(&world, 0, NOON_MS, NULL, 0);
    world_tick(&world);
    expect_question("t:0", 9);
}

Test(margin, offsets_without_a_record_are_stepped_over)
{
    expect_stored_question();
    kaiku_views_answer(world.views, KAIKU_MISSING, 0);
    expect_question("t:0", 8);
    kaiku_views_answer(world.views, KAIKU_MISSING, 0);
    expect_question("t:0", 6);
    kaiku_views_answer(world.views, KAIKU_MISSING, 0);
    expect_question("t:0", 2);
    kaiku_views_answer(world.views, KAIKU_MISSING, 0);
    cr_assert_not(asks());
    expect_margin("0");
}

Test(margin, is_renewed_after_a_minute_where_something_moved)
{
    expect_stored_question();
    kaiku_views_answer(world.views, KAIKU_OK, 65000);
    cr_assert_not(asks());
    world_commit(&world, 0, NOON_MS, NULL, 0);
    world_tick(&world);
    cr_assert_not(asks());
    world.now_ms += MINUTE_MS;
    expect_question("t:0", 10);
    kaiku_views_answer(world.views, KAIKU_OK, 75000);
    cr_assert_not(asks());
    expect_margin("70");
}

Test(margin, an_answer_that_did_not_come_is_asked_for_soon)
{
    count_ten(2);
    expect_question("t:0", 2);
    kaiku_views_answer(world.views, KAIKU_AWAY, 0);
    cr_assert_not(asks());
    world.now_ms += 1000;
    expect_question("t:0", 2);
}

Test(margin, there_is_none_where_all_that_was_counted_is_gone)
{
    count_ten(9);
    hold("t:0", 10, 10);
    cr_assert_not(asks());
    expect_margin("0");
}
