/* What systemd is told, by its datagrams (sd_notify(3)): a few lines of text that are promised to stay, so it needs no
 * library. Nothing happens where nobody asked for it. For the main thread. */
#ifndef APP_NOTIFY_H
#define APP_NOTIFY_H

#include <stdbool.h>
#include <stdint.h>

/* Lines such as "READY=1\nSTATUS=running". What cannot be told is left out: the work goes on without. */
void app_notify(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The watchdog: says in time that the process is alive, as long as it is. */
struct app_watchdog {
    int64_t limit_ms; /* 0: nobody watches */
    int64_t next_ms;  /* of the monotonic clock; never, where nobody watches */
};
void app_watchdog_init(struct app_watchdog *watchdog, int64_t now_ms);
void app_watchdog_beat(struct app_watchdog *watchdog, int64_t now_ms, bool alive);

/* That the configuration is taken up, for which the watchdog gets patience; and that it is done with, whatever came of it. */
void app_notify_reloading(const struct app_watchdog *watchdog);
void app_notify_reloaded(const struct app_watchdog *watchdog);

#endif
