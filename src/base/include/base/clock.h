/* Clocks. The wall clock never decides anything about an event: see principle 1 in docs/. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>

int64_t kaiku_clock_wall_ms(void);       /* since 1970 */
int64_t kaiku_clock_monotonic_ms(void);  /* since some moment before the process began */
int64_t kaiku_clock_monotonic_us(void);

#endif
