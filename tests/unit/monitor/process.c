#include <monitor/monitor.h>

#include <criterion/criterion.h>

#include <base/clock.h>

#include <stdio.h>
#include <stdlib.h>

/* The number behind a name at the begin of a line. */
static double number_of(const struct kaiku_buffer *text, const char *name)
{
    char line[64];
    const char *found;

    snprintf(line, sizeof(line), "\n%s ", name);
    found = strstr(text->data, line);
    cr_assert_not_null(found, "%s lacks %s", text->data, name);
    return strtod(found + strlen(line), NULL);
}

Test(process, tells_of_itself)
{
    struct kaiku_monitor *monitor;
    struct kaiku_buffer text = {0};
    double now_s = (double)kaiku_clock_wall_ms() / 1000, start_s, memory;

    cr_assert_eq(kaiku_monitor_create(KAIKU_MONITOR_PATIENCE_MS, &monitor), KAIKU_OK);
    kaiku_monitor_metrics(monitor, &text);
    kaiku_buffer_cstring(&text);
    start_s = number_of(&text, "process_start_time_seconds");
    cr_assert(start_s >= now_s && start_s < now_s + 60, "%f", start_s - now_s);
    memory = number_of(&text, "process_resident_memory_bytes");
    cr_assert(memory > 1e5 && memory < 1e9, "%f", memory);
    cr_assert_geq(number_of(&text, "process_cpu_seconds_total"), 0);
    kaiku_buffer_release(&text);
    kaiku_monitor_destroy(monitor);
}
