/* Failpoints: named places where a test makes the program fail. They are in builds with KAIKU_FAILPOINTS only; in all
 * others they are nothing.
 *
 * The environment variable KAIKU_FAILPOINTS chooses, as NAME=ACTION[@N[+]] joined by ';': what happens at the
 * N-th pass, counted over all threads, with + at all that follow too (without @N: at every pass). ACTION is
 * `kill` (as by kill -9), `sleep:MS`, or `fail` (what stands there reports that it failed). Thread-safe; one
 * comparison of words where nothing is chosen. */
#ifndef BASE_FAILPOINT_H
#define BASE_FAILPOINT_H

#include <stdbool.h>

#ifdef KAIKU_FAILPOINTS

/* Passes a place. True: fail here. */
bool kaiku_failpoint_pass(const char *name);

#define KAIKU_FAILPOINT(name) ((void)kaiku_failpoint_pass(name))
#define KAIKU_FAILS(name) kaiku_failpoint_pass(name)

#else

#define KAIKU_FAILPOINT(name) ((void)0)
#define KAIKU_FAILS(name) false

#endif

#endif
