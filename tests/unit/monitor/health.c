#include <monitor/monitor.h>

#include <criterion/criterion.h>

enum { LONG_MS = 1000000, NONE_MS = -1 /* a beat of this very moment is too old */ };

static struct kaiku_monitor *monitor;
static const char *why;

static struct kaiku_monitor *make(int64_t patience_ms)
{
    cr_assert_eq(kaiku_monitor_create(patience_ms, &monitor), KAIKU_OK);
    return monitor;
}

static void stop(void)
{
    kaiku_monitor_destroy(monitor);
}

TestSuite(health, .fini = stop);

Test(health, nothing_is_expected_of_threads_that_have_not_begun)
{
    make(NONE_MS);
    kaiku_monitor_thread(monitor, "worker 0");
    cr_assert(kaiku_monitor_is_alive(monitor, &why));
}

Test(health, a_thread_that_gets_on_is_alive)
{
    struct kaiku_monitor_thread *thread = kaiku_monitor_thread(make(LONG_MS), "worker 0");

    kaiku_monitor_beat(thread);
    cr_assert(kaiku_monitor_is_alive(monitor, &why));
}

Test(health, one_thread_that_stops_is_named)
{
    make(NONE_MS);
    kaiku_monitor_thread(monitor, "worker 0");
    kaiku_monitor_beat(kaiku_monitor_thread(monitor, "worker 1"));
    kaiku_monitor_thread(monitor, "publisher");
    cr_assert_not(kaiku_monitor_is_alive(monitor, &why));
    cr_assert_str_eq(why, "worker 1 makes no progress");
}

Test(health, who_waits_for_others_is_not_to_blame)
{
    struct kaiku_monitor_thread *thread = kaiku_monitor_thread(make(NONE_MS), "worker 0");

    kaiku_monitor_beat(thread);
    kaiku_monitor_rest(thread);
    cr_assert(kaiku_monitor_is_alive(monitor, &why));
    kaiku_monitor_beat(kaiku_monitor_thread(monitor, "worker 0")); /* the same one */
    cr_assert_not(kaiku_monitor_is_alive(monitor, &why));
    kaiku_monitor_rest(thread);
    cr_assert(kaiku_monitor_is_alive(monitor, &why));
}

Test(health, what_has_no_conditions_yet_is_not_ready)
{
    cr_assert_not(kaiku_monitor_is_ready(make(LONG_MS), &why));
    cr_assert_str_eq(why, "still starting");
}

Test(health, ready_is_who_meets_all_conditions)
{
    struct kaiku_monitor_condition *redis, *partitions;

    redis = kaiku_monitor_condition(make(LONG_MS), "redis does not answer");
    partitions = kaiku_monitor_condition(monitor, "no partitions");
    cr_assert_not(kaiku_monitor_is_ready(monitor, &why));
    kaiku_monitor_meet(partitions, true);
    cr_assert_not(kaiku_monitor_is_ready(monitor, &why));
    cr_assert_str_eq(why, "redis does not answer");
    kaiku_monitor_meet(redis, true);
    cr_assert(kaiku_monitor_is_ready(monitor, &why));
    kaiku_monitor_meet(kaiku_monitor_condition(monitor, "no partitions"), false);
    cr_assert_not(kaiku_monitor_is_ready(monitor, &why));
    cr_assert_str_eq(why, "no partitions");
}

Test(health, without_a_monitor_nothing_is_written)
{
    monitor = NULL;
    kaiku_monitor_beat(kaiku_monitor_thread(NULL, "worker 0"));
    kaiku_monitor_rest(kaiku_monitor_thread(NULL, "worker 0"));
    kaiku_monitor_meet(kaiku_monitor_condition(NULL, "x"), true);
}
