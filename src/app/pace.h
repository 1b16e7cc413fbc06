/* Keeps something at a rate: how many of it are due by now. */
#ifndef APP_PACE_H
#define APP_PACE_H

#include <base/clock.h>

struct app_pace {
    int64_t began_us;
    uint64_t rate; /* per second; 0: as fast as possible */
    uint64_t done;
};

static inline void app_pace_init(struct app_pace *pace, uint64_t rate)
{
    *pace = (struct app_pace){.began_us = kaiku_clock_monotonic_us(), .rate = rate};
}

/* No more than most at once. */
static inline uint64_t app_pace_due(const struct app_pace *pace, uint64_t most)
{
    uint64_t elapsed_us, due;

    if (pace->rate == 0)
        return most;
    elapsed_us = (uint64_t)(kaiku_clock_monotonic_us() - pace->began_us);
    due = (uint64_t)((unsigned __int128)elapsed_us * pace->rate / 1000000);
    due = due > pace->done ? due - pace->done : 0;
    return due < most ? due : most;
}

#endif
