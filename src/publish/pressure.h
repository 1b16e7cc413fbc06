/* How much longer the intervals of commits and views must be for Redis to keep half a core for its readers.
 *
 * Redis says itself how much CPU time it has used, so the cost of everything counts, and waiting for a processor
 * does not. A control loop: called about once a second, it moves the factor towards where Redis uses GOAL of a
 * core. No thread-safety. */
#ifndef PUBLISH_PRESSURE_H
#define PUBLISH_PRESSURE_H

#include <stdint.h>

struct pressure {
    double share;  /* of a core, smoothed over some looks */
    double factor; /* 1: none; intervals are to be so many times as long */
    int64_t at_us, cpu_us; /* of the last look; at_us 0: none yet */
};

void pressure_init(struct pressure *pressure);

/* At monotonic time now_us Redis has used cpu_us of CPU time since it started. */
void pressure_note(struct pressure *pressure, int64_t now_us, int64_t cpu_us);

#endif
