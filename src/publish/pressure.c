#include "pressure.h"

#define GOAL 0.45 /* below half a core: the loop swings around it */
#define MOST 8.0  /* a Redis that is busy with others must not keep views old for ever */
#define STEP 1.2  /* at a time: intervals act with a delay */
#define NEW 0.25  /* weight of what was seen last: commits come in bursts */

static double clamp(double x, double low, double high)
{
    return x < low ? low : x > high ? high : x;
}

void pressure_init(struct pressure *pressure)
{
    *pressure = (struct pressure){.factor = 1};
}

static void see(struct pressure *pressure, double share)
{
    pressure->share += NEW * (share - pressure->share);
    pressure->factor = clamp(pressure->factor * clamp(pressure->share / GOAL, 1 / STEP, STEP), 1, MOST);
}

void pressure_note(struct pressure *pressure, int64_t now_us, int64_t cpu_us)
{
    /* A Redis that was started anew counts from 0. */
    if (pressure->at_us != 0 && now_us > pressure->at_us && cpu_us >= pressure->cpu_us)
        see(pressure, (double)(cpu_us - pressure->cpu_us) / (double)(now_us - pressure->at_us));
    pressure->at_us = now_us;
    pressure->cpu_us = cpu_us;
}
