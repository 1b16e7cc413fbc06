#include "desk.h"

#include <model_fixture.h>
#include <support/redis_fixture.h>

#include <base/clock.h>

#include <criterion/criterion.h>
#include <signal.h>

static struct kaiku_model *model;
static struct redis_fixture redis;
static struct kaiku_bell bell;
static struct http_desk *desk;

static void begin(void)
{
    model = kaiku_fixture_contact();
    redis_fixture_start(&redis, NULL);
    struct kaiku_store_options options = redis_fixture_options(&redis, "k");
    cr_assert_eq(kaiku_bell_init(&bell), KAIKU_OK);
    cr_assert_eq(http_desk_create(model, &options, &bell, &desk), KAIKU_OK);
    cr_assert_eq(http_desk_start(desk), KAIKU_OK);
}

static void release(void)
{
    http_desk_stop(desk);
    http_desk_destroy(desk);
    kaiku_bell_release(&bell);
    redis_fixture_stop(&redis);
    kaiku_fixture_destroy(model);
}

TestSuite(desk, .init = begin, .fini = release, .timeout = 60);

static struct http_task *next_answer(void)
{
    struct http_task *task;

    while (!(task = http_desk_take(desk)))
        kaiku_bell_wait(&bell, 10000);
    return task;
}

static void expect_trust(unsigned status, const char *text)
{
    struct http_task task = {.route = http_route_find("/api/v1/trust")};

    http_desk_give(desk, &task);
    cr_assert_eq(next_answer(), &task);
    cr_expect_eq(task.answer.status, status, "%s", kaiku_buffer_cstring(&task.answer.body));
    cr_expect_not_null(strstr(kaiku_buffer_cstring(&task.answer.body), text), "no '%s' in %s", text,
                       task.answer.body.data);
    http_answer_release(&task.answer);
}

Test(desk, answers_in_turn)
{
    struct http_task tasks[3] = {0};

    redis_fixture_integer(&redis, "HSET k:trust consumed 12 _v 1:2 lag nan");
    for (int i = 0; i < 3; i++) {
        tasks[i].route = http_route_find("/api/v1/trust");
        http_desk_give(desk, &tasks[i]);
    }
    for (int i = 0; i < 3; i++) {
        cr_assert_eq(next_answer(), &tasks[i]);
        cr_expect_str_eq(kaiku_buffer_cstring(&tasks[i].answer.body), "{\"consumed\":12,\"lag\":null}");
        http_answer_release(&tasks[i].answer);
    }
    cr_expect_null(http_desk_take(desk));
}

Test(desk, a_connection_that_redis_closed_is_made_again)
{
    redis_fixture_integer(&redis, "HSET k:trust consumed 12");
    expect_trust(200, "12");
    redis_fixture_integer(&redis, "CLIENT KILL TYPE normal SKIPME yes");
    expect_trust(200, "12");
}

Test(desk, what_redis_refuses_is_told)
{
    redis_fixture_integer(&redis, "SADD k:trust x");
    expect_trust(503, "redis gives no answer: redis: WRONGTYPE");
    redis_fixture_integer(&redis, "DEL k:trust");
    expect_trust(404, "nothing has been published yet");
}

static unsigned status_of_trust(void)
{
    struct http_task task = {.route = http_route_find("/api/v1/trust")};

    http_desk_give(desk, &task);
    cr_assert_eq(next_answer(), &task);
    http_answer_release(&task.answer);
    return task.answer.status;
}

Test(desk, nobody_waits_for_a_redis_that_just_failed)
{
    redis_fixture_integer(&redis, "HSET k:trust consumed 12");
    expect_trust(200, "12");
    kill(redis.pid, SIGSTOP);
    expect_trust(503, "redis did not answer within 2000 ms");
    int64_t began_ms = kaiku_clock_monotonic_ms();
    expect_trust(503, "redis did not answer within 2000 ms");
    cr_expect_lt(kaiku_clock_monotonic_ms() - began_ms, 1000, "asked again at once");
    kill(redis.pid, SIGCONT);
    while (status_of_trust() != 200)
        ;
}

Test(desk, what_was_given_is_answered_at_the_end)
{
    struct http_task task = {.route = http_route_find("/api/v1/trust")};

    http_desk_give(desk, &task);
    http_desk_stop(desk);
    cr_assert_eq(http_desk_take(desk), &task);
    cr_expect_eq(task.answer.status, 404);
    http_answer_release(&task.answer);
}
