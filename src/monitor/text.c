/* The text format of Prometheus, version 0.0.4. */
#include "monitor_private.h"

#include <math.h>

/* Exactly, where it is a whole number that a double holds. */
#define WHOLE_MAX 9007199254740992.0

static void put_number(struct kaiku_buffer *out, double number)
{
    if (isnan(number))
        kaiku_buffer_string(out, "NaN");
    else if (isinf(number))
        kaiku_buffer_string(out, number > 0 ? "+Inf" : "-Inf");
    else if (number == floor(number) && fabs(number) <= WHOLE_MAX)
        kaiku_buffer_format(out, "%.0f", number);
    else
        kaiku_buffer_format(out, "%.15g", number);
}

/* quote: '"' is escaped too, as in labels. */
static void put_escaped(struct kaiku_buffer *out, const char *text, bool quote)
{
    for (; *text; text++) {
        if (*text == '\n') {
            kaiku_buffer_string(out, "\\n");
            continue;
        }
        if (*text == '\\' || (quote && *text == '"'))
            kaiku_buffer_char(out, '\\');
        kaiku_buffer_char(out, *text);
    }
}

static void put_label(struct kaiku_buffer *out, const char *name, const char *value)
{
    kaiku_buffer_format(out, "{%s=\"", name);
    put_escaped(out, value, true);
    kaiku_buffer_string(out, "\"}");
}

void monitor_put_head(struct kaiku_buffer *out, const struct kaiku_monitor_family *family, const char *type)
{
    kaiku_buffer_format(out, "# HELP %s ", family->name);
    put_escaped(out, family->help, false);
    kaiku_buffer_format(out, "\n# TYPE %s %s\n", family->name, type);
}

void monitor_put_value(struct kaiku_buffer *out, const struct kaiku_monitor_family *family, const char *label,
                       double number)
{
    kaiku_buffer_string(out, family->name);
    if (label)
        put_label(out, family->label, label);
    kaiku_buffer_char(out, ' ');
    put_number(out, number);
    kaiku_buffer_char(out, '\n');
}

static void put_values(struct kaiku_buffer *out, const struct monitor_family *family)
{
    for (struct kaiku_monitor_value *value = family->values; value; value = value->next)
        monitor_put_value(out, family->of, value->label,
                          atomic_load_explicit(&value->number, memory_order_relaxed));
}

/* Buckets hold what is in those before, too. The count is that of the last one as it was read here, so the lines agree
 * with each other while somebody writes. */
static void put_histogram(struct kaiku_buffer *out, const char *name, struct kaiku_monitor_histogram *histogram)
{
    unsigned long long below = 0;

    for (uint32_t bucket = 0; bucket <= histogram->n; bucket++) {
        below += atomic_load_explicit(&histogram->counts[bucket], memory_order_relaxed);
        kaiku_buffer_format(out, "%s_bucket{le=\"", name);
        put_number(out, bucket < histogram->n ? histogram->bounds[bucket] : INFINITY);
        kaiku_buffer_format(out, "\"} %llu\n", below);
    }
    kaiku_buffer_format(out, "%s_sum ", name);
    put_number(out, atomic_load_explicit(&histogram->sum, memory_order_relaxed));
    kaiku_buffer_format(out, "\n%s_count %llu\n", name, below);
}

static void put_family(struct kaiku_buffer *out, const struct monitor_family *family)
{
    if (family->histogram) {
        monitor_put_head(out, family->of, "histogram");
        put_histogram(out, family->of->name, family->histogram);
    } else {
        monitor_put_head(out, family->of, family->of->is_counter ? "counter" : "gauge");
        put_values(out, family);
    }
}

void kaiku_monitor_metrics(const struct kaiku_monitor *monitor, struct kaiku_buffer *out)
{
    pthread_mutex_lock(monitor_lock(monitor));
    for (const struct monitor_family *family = monitor->families; family; family = family->next)
        put_family(out, family);
    pthread_mutex_unlock(monitor_lock(monitor));
    monitor_put_process(monitor, out);
}
