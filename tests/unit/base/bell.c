#include <criterion/criterion.h>

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <base/bell.h>
#include <base/clock.h>

static struct kaiku_bell bell;

static void begin(void)
{
    cr_assert_eq(kaiku_bell_init(&bell), KAIKU_OK);
}

static void end(void)
{
    kaiku_bell_release(&bell);
}

TestSuite(bell, .init = begin, .fini = end, .timeout = 20);

Test(bell, is_silent_at_first)
{
    int64_t before_ms = kaiku_clock_monotonic_ms();

    cr_assert_not(kaiku_bell_wait(&bell, 0));
    cr_assert_not(kaiku_bell_wait(&bell, 30));
    cr_assert_geq(kaiku_clock_monotonic_ms() - before_ms, 30);
}

Test(bell, remembers_rings_without_counting)
{
    kaiku_bell_ring(&bell);
    kaiku_bell_ring(&bell);
    cr_assert(kaiku_bell_wait(&bell, 0));
    cr_assert_not(kaiku_bell_wait(&bell, 0));
}

static void *ring_later(void *unused)
{
    (void)unused;
    usleep(20000);
    kaiku_bell_ring(&bell);
    return NULL;
}

Test(bell, wakes_a_sleeper)
{
    pthread_t thread;

    pthread_create(&thread, NULL, ring_later, NULL);
    cr_assert(kaiku_bell_wait(&bell, INT64_C(1) << 40));
    pthread_join(thread, NULL);
}

static void on_signal(int number)
{
    (void)number;
    kaiku_bell_ring(&bell);
}

static void *signal_later(void *thread)
{
    usleep(20000);
    pthread_kill(*(pthread_t *)thread, SIGUSR1);
    return NULL;
}

Test(bell, wakes_when_a_signal_handler_rings)
{
    pthread_t self = pthread_self(), thread;

    signal(SIGUSR1, on_signal);
    pthread_create(&thread, NULL, signal_later, &self);
    cr_assert(kaiku_bell_wait(&bell, 10000));
    pthread_join(thread, NULL);
}

static void ignore(int number)
{
    (void)number;
}

Test(bell, sleeps_on_when_a_signal_does_not_ring)
{
    pthread_t self = pthread_self(), thread;
    int64_t before_ms = kaiku_clock_monotonic_ms();

    signal(SIGUSR1, ignore);
    pthread_create(&thread, NULL, signal_later, &self);
    cr_assert_not(kaiku_bell_wait(&bell, 100));
    cr_assert_geq(kaiku_clock_monotonic_ms() - before_ms, 100);
    pthread_join(thread, NULL);
}

Test(bell, leaves_errno_alone)
{
    struct kaiku_bell broken = {.fd = -1};

    errno = ENOENT;
    kaiku_bell_ring(&broken);
    cr_assert_eq(errno, ENOENT);
}
