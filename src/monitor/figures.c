/* The registry of figures, and how they are written. */
#include "monitor_private.h"

#include <base/clock.h>

#include <math.h>
#include <stdlib.h>

int kaiku_monitor_create(int64_t patience_ms, struct kaiku_monitor **out)
{
    struct kaiku_monitor *monitor = calloc(1, sizeof(*monitor));

    if (!monitor)
        return KAIKU_NOMEM;
    pthread_mutex_init(&monitor->lock, NULL);
    monitor->patience_ms = patience_ms;
    monitor->start_ms = kaiku_clock_wall_ms();
    *out = monitor;
    return KAIKU_OK;
}

static void destroy_family(struct monitor_family *family)
{
    struct kaiku_monitor_value *value, *next;

    for (value = family->values; value; value = next) {
        next = value->next;
        free(value->label);
        free(value);
    }
    free(family->histogram);
    free(family);
}

void kaiku_monitor_destroy(struct kaiku_monitor *monitor)
{
    if (!monitor)
        return;
    for (struct monitor_family *family = monitor->families, *next; family; family = next) {
        next = family->next;
        destroy_family(family);
    }
    for (struct kaiku_monitor_thread *thread = monitor->threads, *next; thread; thread = next) {
        next = thread->next;
        free(thread);
    }
    for (struct kaiku_monitor_condition *condition = monitor->conditions, *next; condition; condition = next) {
        next = condition->next;
        free(condition);
    }
    pthread_mutex_destroy(&monitor->lock);
    free(monitor);
}

/* ---- the registry; under the lock ---- */

/* The family of this name, added behind the others where it is new. */
static struct monitor_family *find_family(struct kaiku_monitor *monitor, const struct kaiku_monitor_family *of)
{
    struct monitor_family **place = &monitor->families;

    while (*place && strcmp((*place)->of->name, of->name) != 0)
        place = &(*place)->next;
    if (!*place && (*place = calloc(1, sizeof(**place))))
        (*place)->of = of;
    return *place;
}

static struct kaiku_monitor_value *make_value(const struct kaiku_monitor_family *of, const char *label)
{
    struct kaiku_monitor_value *value = calloc(1, sizeof(*value));

    if (!value)
        return NULL;
    atomic_init(&value->number, of->is_counter ? 0 : NAN);
    if (!label)
        return value;
    value->label = strdup(label);
    if (value->label)
        return value;
    free(value);
    return NULL;
}

static bool is_label(const struct kaiku_monitor_value *value, const char *label)
{
    return label && value->label ? strcmp(value->label, label) == 0 : label == value->label;
}

static struct kaiku_monitor_value *find_value(struct monitor_family *family, const char *label)
{
    struct kaiku_monitor_value **place = &family->values;

    while (*place && !is_label(*place, label))
        place = &(*place)->next;
    if (!*place)
        *place = make_value(family->of, label);
    return *place;
}

static struct kaiku_monitor_histogram *make_histogram(const double *bounds, uint32_t n)
{
    struct kaiku_monitor_histogram *histogram =
        calloc(1, sizeof(*histogram) + (n + 1) * sizeof(*histogram->counts));

    if (!histogram)
        return NULL;
    histogram->bounds = bounds;
    histogram->n = n;
    return histogram;
}

struct kaiku_monitor_value *kaiku_monitor_value(struct kaiku_monitor *monitor,
                                                const struct kaiku_monitor_family *of, const char *label)
{
    struct kaiku_monitor_value *value = NULL;
    struct monitor_family *family;

    if (!monitor)
        return NULL;
    pthread_mutex_lock(&monitor->lock);
    family = find_family(monitor, of);
    if (family)
        value = find_value(family, label);
    pthread_mutex_unlock(&monitor->lock);
    return value;
}

struct kaiku_monitor_histogram *kaiku_monitor_histogram(struct kaiku_monitor *monitor,
                                                        const struct kaiku_monitor_family *of,
                                                        const double *bounds, uint32_t n)
{
    struct kaiku_monitor_histogram *histogram = NULL;
    struct monitor_family *family;

    if (!monitor)
        return NULL;
    pthread_mutex_lock(&monitor->lock);
    family = find_family(monitor, of);
    if (family && !family->histogram)
        family->histogram = make_histogram(bounds, n);
    if (family)
        histogram = family->histogram;
    pthread_mutex_unlock(&monitor->lock);
    return histogram;
}

/* ---- writing ---- */

void kaiku_monitor_set(struct kaiku_monitor_value *value, double number)
{
    if (value)
        atomic_store_explicit(&value->number, number, memory_order_relaxed);
}

void kaiku_monitor_set_first(struct kaiku_monitor_value *value, double number)
{
    if (value && isnan(atomic_load_explicit(&value->number, memory_order_relaxed)))
        kaiku_monitor_set(value, number);
}

/* A place has one writer, so nothing comes between. */
static void add(_Atomic(double) *place, double number)
{
    atomic_store_explicit(place, atomic_load_explicit(place, memory_order_relaxed) + number, memory_order_relaxed);
}

void kaiku_monitor_add(struct kaiku_monitor_value *value, double number)
{
    if (value)
        add(&value->number, number);
}

void kaiku_monitor_observe(struct kaiku_monitor_histogram *histogram, double number, uint64_t n)
{
    uint32_t bucket = 0;

    if (!histogram)
        return;
    while (bucket < histogram->n && number > histogram->bounds[bucket])
        bucket++;
    atomic_fetch_add_explicit(&histogram->counts[bucket], n, memory_order_relaxed);
    add(&histogram->sum, number * (double)n);
}
