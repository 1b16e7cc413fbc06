/* A bell: one thread sleeps on it, any thread rings it. Rings are remembered, not counted. */
#ifndef BASE_BELL_H
#define BASE_BELL_H

#include <kaiku/status.h>

#include <stdbool.h>
#include <stdint.h>

struct kaiku_bell {
    int fd; /* eventfd */
};

int kaiku_bell_init(struct kaiku_bell *bell) KAIKU_MUST_CHECK;
void kaiku_bell_release(struct kaiku_bell *bell);
/* Thread-safe and safe in signal handlers. */
void kaiku_bell_ring(struct kaiku_bell *bell);
/* Sleeps until rung or timeout_ms have passed (0: only looks); true if rung. */
bool kaiku_bell_wait(struct kaiku_bell *bell, int64_t timeout_ms);

#endif
