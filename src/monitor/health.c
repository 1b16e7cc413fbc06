/* Alive and ready: what a supervisor asks. */
#include "monitor_private.h"

#include <base/clock.h>

#include <stdio.h>
#include <stdlib.h>

/* ---- threads ---- */

static struct kaiku_monitor_thread *find_thread(struct kaiku_monitor *monitor, const char *why)
{
    struct kaiku_monitor_thread **place = &monitor->threads;

    while (*place && strcmp((*place)->why, why) != 0)
        place = &(*place)->next;
    /* One that is there may be read just now. */
    if (!*place && (*place = calloc(1, sizeof(**place))))
        snprintf((*place)->why, sizeof((*place)->why), "%s", why);
    return *place;
}

struct kaiku_monitor_thread *kaiku_monitor_thread(struct kaiku_monitor *monitor, const char *name)
{
    struct kaiku_monitor_thread *thread;
    char why[sizeof(thread->why)];

    if (!monitor)
        return NULL;
    snprintf(why, sizeof(why), "%s makes no progress", name);
    pthread_mutex_lock(&monitor->lock);
    thread = find_thread(monitor, why);
    pthread_mutex_unlock(&monitor->lock);
    return thread;
}

void kaiku_monitor_beat(struct kaiku_monitor_thread *thread)
{
    if (thread)
        atomic_store_explicit(&thread->beat_ms, kaiku_clock_monotonic_ms(), memory_order_relaxed);
}

void kaiku_monitor_rest(struct kaiku_monitor_thread *thread)
{
    if (thread)
        atomic_store_explicit(&thread->beat_ms, 0, memory_order_relaxed);
}

static bool is_stuck(struct kaiku_monitor_thread *thread, int64_t since_ms)
{
    int64_t beat_ms = atomic_load_explicit(&thread->beat_ms, memory_order_relaxed);

    return beat_ms != 0 && beat_ms < since_ms;
}

bool kaiku_monitor_is_alive(const struct kaiku_monitor *monitor, const char **why)
{
    int64_t since_ms = kaiku_clock_monotonic_ms() - monitor->patience_ms;
    struct kaiku_monitor_thread *thread;

    pthread_mutex_lock(monitor_lock(monitor));
    thread = monitor->threads;
    while (thread && !is_stuck(thread, since_ms))
        thread = thread->next;
    pthread_mutex_unlock(monitor_lock(monitor));
    if (thread)
        *why = thread->why;
    return !thread;
}

/* ---- readiness ---- */

static struct kaiku_monitor_condition *find_condition(struct kaiku_monitor *monitor, const char *why)
{
    struct kaiku_monitor_condition **place = &monitor->conditions;

    while (*place && strcmp((*place)->why, why) != 0)
        place = &(*place)->next;
    /* One that is there may be read just now. */
    if (!*place && (*place = calloc(1, sizeof(**place))))
        (*place)->why = why;
    return *place;
}

struct kaiku_monitor_condition *kaiku_monitor_condition(struct kaiku_monitor *monitor, const char *why)
{
    struct kaiku_monitor_condition *condition;

    if (!monitor)
        return NULL;
    pthread_mutex_lock(&monitor->lock);
    condition = find_condition(monitor, why);
    pthread_mutex_unlock(&monitor->lock);
    return condition;
}

void kaiku_monitor_meet(struct kaiku_monitor_condition *condition, bool is_met)
{
    if (condition)
        atomic_store_explicit(&condition->is_met, is_met, memory_order_relaxed);
}

bool kaiku_monitor_is_ready(const struct kaiku_monitor *monitor, const char **why)
{
    struct kaiku_monitor_condition *condition;
    bool is_known;

    pthread_mutex_lock(monitor_lock(monitor));
    is_known = monitor->conditions != NULL;
    condition = monitor->conditions;
    while (condition && atomic_load_explicit(&condition->is_met, memory_order_relaxed))
        condition = condition->next;
    pthread_mutex_unlock(monitor_lock(monitor));
    if (condition)
        *why = condition->why;
    else if (!is_known)
        *why = "still starting";
    return is_known && !condition;
}
