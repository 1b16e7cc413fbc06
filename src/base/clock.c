#include <base/clock.h>

#include <base/failpoint.h>

#include <time.h>

#define YEAR_MS INT64_C(31536000000) /* that a test moves it by */

static int64_t read_us(clockid_t clock)
{
    struct timespec now;

    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t kaiku_clock_wall_ms(void)
{
    int64_t now_ms = read_us(CLOCK_REALTIME) / 1000;

    if (KAIKU_FAILS("clock.ahead"))
        now_ms += YEAR_MS;
    if (KAIKU_FAILS("clock.behind"))
        now_ms -= YEAR_MS;
    return now_ms;
}

int64_t kaiku_clock_monotonic_ms(void)
{
    return read_us(CLOCK_MONOTONIC) / 1000;
}

int64_t kaiku_clock_monotonic_us(void)
{
    return read_us(CLOCK_MONOTONIC);
}
