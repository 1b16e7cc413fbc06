#include "notify.h"

#include <base/clock.h>

#include <criterion/criterion.h>

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* A supervisor in the abstract namespace, named for this process: nothing is left behind. */
static int listen_as_supervisor(void)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    char name[64];
    int size = snprintf(name, sizeof name, "@kaiku-notify-%ld", (long)getpid());
    socklen_t address_size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + (size_t)size);
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    memcpy(address.sun_path + 1, name + 1, (size_t)size - 1);
    cr_assert_eq(bind(fd, (struct sockaddr *)&address, address_size), 0);
    setenv("NOTIFY_SOCKET", name, 1);
    return fd;
}

static const char *hear(int fd)
{
    static char text[2048];
    ssize_t size = recv(fd, text, sizeof text - 1, 0);
    text[size < 0 ? 0 : size] = '\0';
    return text;
}

Test(notify, tells_what_it_is_given)
{
    int fd = listen_as_supervisor();
    app_notify("READY=1\nSTATUS=lag %d", 7);
    cr_expect_str_eq(hear(fd), "READY=1\nSTATUS=lag 7");
    app_notify("STATUS=%2000d", 1);
    cr_expect_eq(strlen(hear(fd)), 1023, "cut, not lost");
    close(fd);
}

Test(notify, reaches_a_path)
{
    char directory[] = "/tmp/kaiku-notify-XXXXXX";
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    cr_assert(mkdtemp(directory));
    snprintf(address.sun_path, sizeof address.sun_path, "%s/socket", directory);
    cr_assert_eq(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
    setenv("NOTIFY_SOCKET", address.sun_path, 1);
    app_notify("READY=1");
    cr_expect_str_eq(hear(fd), "READY=1");
    close(fd);
    unlink(address.sun_path);
    rmdir(directory);
}

Test(notify, a_reload_has_its_time_and_patience)
{
    struct app_watchdog watchdog = {.limit_ms = 30000};
    int fd = listen_as_supervisor();
    int64_t time_us = 0;
    app_notify_reloading(&watchdog);
    cr_expect_eq(sscanf(hear(fd), "RELOADING=1\nMONOTONIC_USEC=%" SCNd64, &time_us), 1);
    cr_expect_leq(time_us, kaiku_clock_monotonic_us());
    cr_expect_str_eq(hear(fd), "WATCHDOG=1\nWATCHDOG_USEC=120000000");
    app_notify_reloaded(&watchdog);
    cr_expect_str_eq(hear(fd), "WATCHDOG=1\nWATCHDOG_USEC=30000000");
    cr_expect_str_eq(hear(fd), "READY=1\nSTATUS=running");
    watchdog.limit_ms = 0;
    app_notify_reloading(&watchdog);
    hear(fd);
    app_notify_reloaded(&watchdog);
    cr_expect_str_eq(hear(fd), "READY=1\nSTATUS=running", "nobody watches");
    close(fd);
}

Test(notify, without_a_supervisor_nothing_happens)
{
    char endless[200];
    memset(endless, '/', sizeof endless - 1);
    endless[sizeof endless - 1] = '\0';
    const char *const names[] = {"", "@", "relative", "/nowhere/at/all", endless};
    unsetenv("NOTIFY_SOCKET");
    app_notify("READY=1");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        setenv("NOTIFY_SOCKET", names[i], 1);
        app_notify("READY=1");
    }
}

Test(notify, the_watchdog_beats_at_half_its_limit)
{
    struct app_watchdog watchdog;
    int fd = listen_as_supervisor();
    setenv("WATCHDOG_USEC", "4000000", 1);
    app_watchdog_init(&watchdog, 1000);
    app_watchdog_beat(&watchdog, 1000, true);
    cr_expect_str_eq(hear(fd), "WATCHDOG=1");
    app_watchdog_beat(&watchdog, 2999, true);
    cr_expect_str_eq(hear(fd), "", "too early");
    app_watchdog_beat(&watchdog, 3000, true);
    cr_expect_str_eq(hear(fd), "WATCHDOG=1");
    app_watchdog_beat(&watchdog, 5000, false);
    cr_expect_str_eq(hear(fd), "", "not alive");
    cr_expect_eq(watchdog.next_ms, 7000, "asked again");
    close(fd);
}

Test(notify, the_watchdog_of_another_process_is_not_fed)
{
    struct app_watchdog watchdog;
    int fd = listen_as_supervisor();
    app_watchdog_init(&watchdog, 1000);
    cr_expect_eq(watchdog.next_ms, INT64_MAX, "nobody watches");
    setenv("WATCHDOG_USEC", "4000000", 1);
    setenv("WATCHDOG_PID", "1", 1);
    app_watchdog_init(&watchdog, 1000);
    app_watchdog_beat(&watchdog, 100000, true);
    cr_expect_str_eq(hear(fd), "");
    close(fd);
}
