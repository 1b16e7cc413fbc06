#include "pressure.h"

#include <criterion/criterion.h>

static struct pressure pressure;
static int64_t now_us, cpu_us;

static void set_up(void)
{
    pressure_init(&pressure);
    now_us = 5000000;
    cpu_us = 700000;
    pressure_note(&pressure, now_us, cpu_us);
}

TestSuite(pressure, .init = set_up);

/* Seconds in which Redis would use `load` of a core if nothing were slowed down. */
static void pass(int seconds, double load)
{
    while (seconds-- > 0) {
        now_us += 1000000;
        cpu_us += (int64_t)(1e6 * load / pressure.factor);
        pressure_note(&pressure, now_us, cpu_us);
    }
}

Test(pressure, is_none_where_redis_has_time)
{
    cr_assert_eq(pressure.factor, 1);
    pass(30, 0.3);
    cr_assert_eq(pressure.factor, 1);
    cr_assert_float_eq(pressure.share, 0.3, 1e-3);
}

/* A commit falls into one second and not into the next. */
Test(pressure, does_not_mind_bursts)
{
    for (int i = 0; i < 100; i++)
        pass(1, i % 2 ? 0.2 : 0.6);
    cr_assert_lt(pressure.factor, 1.1);
}

Test(pressure, settles_below_half_a_core)
{
    pass(60, 0.9);
    for (int i = 0; i < 30; i++) {
        pass(1, 0.9);
        cr_assert_lt(pressure.share, 0.5);
        cr_assert_gt(pressure.share, 0.4);
    }
}

Test(pressure, goes_when_the_load_does)
{
    pass(30, 2);
    cr_assert_gt(pressure.factor, 3);
    pass(30, 0.1);
    cr_assert_eq(pressure.factor, 1);
}

Test(pressure, has_an_end)
{
    for (int i = 0; i < 40; i++) {
        now_us += 1000000;
        cpu_us += 1000000;
        pressure_note(&pressure, now_us, cpu_us);
    }
    cr_assert_eq(pressure.factor, 8);
}

Test(pressure, bears_a_redis_that_started_anew)
{
    pass(5, 0.9);
    double factor = pressure.factor;
    cpu_us = 0;
    pass(1, 0);
    cr_assert_eq(pressure.factor, factor);
}
