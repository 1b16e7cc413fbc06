#include <base/failpoint.h>

#include <base/log.h>

#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { POINTS = 8 };

enum action { KILL, SLEEP, FAIL };

struct point {
    char name[32];
    enum action action;
    int sleep_ms;
    unsigned long first, last; /* passes at which it happens */
    atomic_ulong passes;
};

static struct point points[POINTS];
static size_t n_points;
static pthread_once_t once = PTHREAD_ONCE_INIT;

/* A test whose fault never happens would pass. */
static void refuse(const char *what)
{
    kaiku_error("'%s' is no failpoint: NAME=kill, NAME=sleep:MS or NAME=fail, with @N, @N+ or neither", what);
    _Exit(2);
}

static void read_point(const char *text)
{
    struct point *point = &points[n_points];
    char action[32] = "", end = '\0', beyond;

    if (n_points++ == POINTS)
        refuse(text);
    int n = sscanf(text, "%31[^=]=%31[^@]@%lu%c%c", point->name, action, &point->first, &end, &beyond);
    if (n > 4 || (n == 4 && end != '+'))
        refuse(text);
    point->last = n == 3 ? point->first : ULONG_MAX;
    if (strcmp(action, "kill") == 0)
        point->action = KILL;
    else if (strcmp(action, "fail") == 0)
        point->action = FAIL;
    else if (sscanf(action, "sleep:%d%c", &point->sleep_ms, &end) == 1)
        point->action = SLEEP;
    else
        refuse(text);
}

static void read_points(void)
{
    const char *chosen = getenv("KAIKU_FAILPOINTS");
    char *copy = strdup(chosen ? chosen : ""), *rest = NULL;

    for (char *at = copy ? strtok_r(copy, ";", &rest) : NULL; at; at = strtok_r(NULL, ";", &rest))
        read_point(at);
    free(copy);
}

static bool act(const struct point *point, bool is_first)
{
    if (point->action == KILL)
        raise(SIGKILL);
    if (is_first)
        kaiku_warn("failpoint '%s': %s", point->name, point->action == FAIL ? "fails" : "sleeps");
    if (point->action == SLEEP)
        poll(NULL, 0, point->sleep_ms);
    return point->action == FAIL;
}

bool kaiku_failpoint_pass(const char *name)
{
    bool fails = false;

    pthread_once(&once, read_points);
    for (size_t i = 0; i < n_points; i++) {
        struct point *point = &points[i];

        if (strcmp(point->name, name) != 0)
            continue;
        unsigned long pass = atomic_fetch_add(&point->passes, 1) + 1;
        if (pass >= point->first && pass <= point->last)
            fails |= act(point, pass == (point->first ? point->first : 1));
    }
    return fails;
}
