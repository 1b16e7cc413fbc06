/* What every program tells Prometheus of its process, under the names that all use. Asked of the system when somebody
 * wants to know. */
#include "monitor_private.h"

#include <math.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

static const struct kaiku_monitor_family
    cpu = {"process_cpu_seconds_total", "Processor time of all threads, in seconds.", NULL, true},
    memory = {"process_resident_memory_bytes", "Memory in use, in bytes.", NULL, false},
    start = {"process_start_time_seconds", "When the process began, in seconds since 1970.", NULL, false};

static double seconds(struct timeval time)
{
    return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

static double cpu_seconds(void)
{
    struct rusage usage;

    return getrusage(RUSAGE_SELF, &usage) == 0 ? seconds(usage.ru_utime) + seconds(usage.ru_stime) : NAN;
}

static double resident_bytes(void)
{
    FILE *file = fopen("/proc/self/statm", "r");
    unsigned long long pages;
    bool is_known;

    if (!file)
        return NAN;
    is_known = fscanf(file, "%*u %llu", &pages) == 1;
    fclose(file);
    return is_known ? (double)pages * (double)sysconf(_SC_PAGESIZE) : NAN;
}

void monitor_put_process(const struct kaiku_monitor *monitor, struct kaiku_buffer *out)
{
    monitor_put_head(out, &cpu, "counter");
    monitor_put_value(out, &cpu, NULL, cpu_seconds());
    monitor_put_head(out, &memory, "gauge");
    monitor_put_value(out, &memory, NULL, resident_bytes());
    monitor_put_head(out, &start, "gauge");
    monitor_put_value(out, &start, NULL, (double)monitor->start_ms / 1000);
}
