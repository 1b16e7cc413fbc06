#include <monitor/monitor.h>

#include <stdatomic.h>
#include <stdlib.h>

enum { CONDITIONS_MAX = 8 };

struct kaiku_monitor_condition {
    const char *why;
    atomic_bool is_met;
};

struct kaiku_monitor {
    struct kaiku_monitor_condition conditions[CONDITIONS_MAX];
    atomic_uint n;
};

int kaiku_monitor_create(int64_t patience_ms, struct kaiku_monitor **out)
{
    (void)patience_ms;
    *out = calloc(1, sizeof(**out));
    return *out ? KAIKU_OK : KAIKU_NOMEM;
}

void kaiku_monitor_destroy(struct kaiku_monitor *monitor)
{
    free(monitor);
}

void kaiku_monitor_metrics(const struct kaiku_monitor *monitor, struct kaiku_buffer *out)
{
    const char *why;

    kaiku_buffer_format(out, "# TYPE kaiku_ready gauge\nkaiku_ready %d\n", kaiku_monitor_is_ready(monitor, &why));
}

bool kaiku_monitor_is_alive(const struct kaiku_monitor *monitor, const char **why)
{
    (void)monitor, (void)why;
    return true;
}

struct kaiku_monitor_condition *kaiku_monitor_condition(struct kaiku_monitor *monitor, const char *why)
{
    unsigned n = atomic_load(&monitor->n);

    if (n == CONDITIONS_MAX)
        return NULL;
    monitor->conditions[n].why = why;
    atomic_store(&monitor->n, n + 1);
    return &monitor->conditions[n];
}

void kaiku_monitor_meet(struct kaiku_monitor_condition *condition, bool is_met)
{
    if (condition)
        atomic_store(&condition->is_met, is_met);
}

bool kaiku_monitor_is_ready(const struct kaiku_monitor *monitor, const char **why)
{
    unsigned n = atomic_load(&monitor->n);

    for (unsigned i = 0; i < n; i++) {
        if (!atomic_load(&monitor->conditions[i].is_met)) {
            *why = monitor->conditions[i].why;
            return false;
        }
    }
    *why = "nothing has begun yet";
    return n > 0;
}
