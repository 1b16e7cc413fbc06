/* How far a command is, on standard error: done/total, rate and time left, on a terminal in one
 * line that is rewritten, in a log one line a second. Nothing in the first second. */
#ifndef APP_PROGRESS_H
#define APP_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct app_progress {
    const char *unit; /* "events" */
    uint64_t total;   /* 0: unknown */
    int64_t began_ms, shown_ms;
    bool is_terminal;
    bool is_shown;
};

void app_progress_init(struct app_progress *progress, const char *unit, uint64_t total);
/* Call it as often as you like. */
void app_progress_show(struct app_progress *progress, uint64_t done);
/* Takes the line away. */
void app_progress_end(struct app_progress *progress);

#endif
