#include "progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include <base/clock.h>
#include <base/log.h>

enum { TERMINAL_MS = 200, LOG_MS = 1000, QUIET_MS = 1000 };

void app_progress_init(struct app_progress *progress, const char *unit, uint64_t total)
{
    int64_t now_ms = kaiku_clock_monotonic_ms();

    *progress = (struct app_progress){
        .unit = unit,
        .total = total,
        .began_ms = now_ms,
        .shown_ms = now_ms,
        .is_terminal = isatty(STDERR_FILENO),
    };
}

static void describe(const struct app_progress *progress, uint64_t done, int64_t now_ms, char *out,
                     size_t size)
{
    double rate = (double)done * 1000 / (double)(now_ms - progress->began_ms);
    double percent = (double)done * 100 / (double)progress->total;

    if (progress->total == 0 || done == 0 || done > progress->total)
        snprintf(out, size, "%" PRIu64 " %s, %.0f/s", done, progress->unit, rate);
    else
        snprintf(out, size, "%" PRIu64 " of %" PRIu64 " %s (%.0f %%), %.0f/s, %.0f s left", done,
                 progress->total, progress->unit, percent, rate,
                 (double)(progress->total - done) / rate);
}

void app_progress_show(struct app_progress *progress, uint64_t done)
{
    int64_t now_ms = kaiku_clock_monotonic_ms();
    char line[160];

    if (now_ms - progress->began_ms < QUIET_MS ||
        now_ms - progress->shown_ms < (progress->is_terminal ? TERMINAL_MS : LOG_MS))
        return;
    progress->shown_ms = now_ms;
    progress->is_shown = true;
    describe(progress, done, now_ms, line, sizeof(line));
    if (progress->is_terminal)
        fprintf(stderr, "\r%s\033[K", line);
    else
        kaiku_info("%s", line);
}

void app_progress_end(struct app_progress *progress)
{
    if (progress->is_terminal && progress->is_shown)
        fprintf(stderr, "\r\033[K");
    progress->is_shown = false;
}
