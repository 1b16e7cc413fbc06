#include <base/bell.h>

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <base/clock.h>

int kaiku_bell_init(struct kaiku_bell *bell)
{
    bell->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    return bell->fd < 0 ? KAIKU_IO : KAIKU_OK;
}

void kaiku_bell_release(struct kaiku_bell *bell)
{
    close(bell->fd);
    bell->fd = -1;
}

void kaiku_bell_ring(struct kaiku_bell *bell)
{
    int before = errno; /* a signal handler must leave it alone */

    /* Fails only where 2^64 - 2 rings wait to be heard: rung already. */
    eventfd_write(bell->fd, 1);
    errno = before;
}

static bool silence(struct kaiku_bell *bell)
{
    eventfd_t rings;

    return eventfd_read(bell->fd, &rings) == 0;
}

bool kaiku_bell_wait(struct kaiku_bell *bell, int64_t timeout_ms)
{
    struct pollfd one = {.fd = bell->fd, .events = POLLIN};
    int64_t end = kaiku_clock_monotonic_ms() + timeout_ms;

    for (;;) {
        /* Looked at first: the signal that ended poll() may have rung the bell. */
        if (silence(bell))
            return true;
        int64_t left = end - kaiku_clock_monotonic_ms();
        if (left <= 0)
            return false;
        poll(&one, 1, left < INT_MAX ? (int)left : INT_MAX);
    }
}
