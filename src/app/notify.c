#include "notify.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <base/clock.h>

enum {
    MESSAGE_MAX = 1024,
    SEND_S = 1,
    RELOAD_MS = 120000, /* a last commit, last views, and opening the store: each has bounds of its own, none beats */
};

/* A path, or a name in the abstract namespace behind an '@'; the size of the address, 0: neither. */
static socklen_t read_address(struct sockaddr_un *out)
{
    const char *name = getenv("NOTIFY_SOCKET");
    size_t size = name ? strlen(name) : 0;
    if (size < 2 || size >= sizeof out->sun_path || (name[0] != '/' && name[0] != '@'))
        return 0;
    *out = (struct sockaddr_un){.sun_family = AF_UNIX};
    memcpy(out->sun_path, name, size);
    if (name[0] == '@')
        out->sun_path[0] = '\0';
    return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + size);
}

void app_notify(const char *format, ...)
{
    struct sockaddr_un address;
    struct timeval bound = {.tv_sec = SEND_S};
    char message[MESSAGE_MAX];
    va_list arguments;
    socklen_t address_size = read_address(&address);
    if (address_size == 0)
        return;
    va_start(arguments, format);
    int size = vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return;
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &bound, sizeof bound);
    sendto(fd, message, size < MESSAGE_MAX ? (size_t)size : MESSAGE_MAX - 1, MSG_NOSIGNAL, (struct sockaddr *)&address,
           address_size);
    close(fd);
}

static int64_t environment_number(const char *name, int64_t otherwise)
{
    const char *text = getenv(name);
    return text ? strtoll(text, NULL, 10) : otherwise;
}

void app_watchdog_init(struct app_watchdog *watchdog, int64_t now_ms)
{
    bool mine = environment_number("WATCHDOG_PID", getpid()) == getpid();
    int64_t limit_ms = mine ? environment_number("WATCHDOG_USEC", 0) / 1000 : 0;
    watchdog->limit_ms = limit_ms > 0 ? limit_ms : 0;
    watchdog->next_ms = limit_ms > 0 ? now_ms : INT64_MAX;
}

void app_watchdog_beat(struct app_watchdog *watchdog, int64_t now_ms, bool alive)
{
    if (now_ms < watchdog->next_ms)
        return;
    watchdog->next_ms = now_ms + watchdog->limit_ms / 2; /* as sd_watchdog_enabled(3) advises */
    if (alive)
        app_notify("WATCHDOG=1");
}

static void set_limit(const struct app_watchdog *watchdog, int64_t limit_ms)
{
    if (watchdog->limit_ms > 0)
        app_notify("WATCHDOG=1\nWATCHDOG_USEC=%" PRId64, limit_ms * 1000);
}

void app_notify_reloading(const struct app_watchdog *watchdog)
{
    /* The time lets systemd tell the READY=1 of this reload from that of an earlier one. */
    app_notify("RELOADING=1\nMONOTONIC_USEC=%" PRId64, kaiku_clock_monotonic_us());
    set_limit(watchdog, watchdog->limit_ms > RELOAD_MS ? watchdog->limit_ms : RELOAD_MS);
}

void app_notify_reloaded(const struct app_watchdog *watchdog)
{
    set_limit(watchdog, watchdog->limit_ms);
    app_notify("READY=1\nSTATUS=running");
}
