#include "signals.h"

#include <signal.h>

static volatile sig_atomic_t stop_requested, reload_requested;

static void request_stop(int signal_number)
{
    (void)signal_number;
    stop_requested = 1;
}

static void request_reload(int signal_number)
{
    (void)signal_number;
    reload_requested = 1;
}

void app_signals_install(void)
{
    /* No SA_RESTART: a sleeping main thread wakes up and looks. */
    struct sigaction stop = {.sa_handler = request_stop};
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    sigemptyset(&stop.sa_mask);
    sigemptyset(&ignore.sa_mask);
    sigaction(SIGINT, &stop, NULL);
    sigaction(SIGTERM, &stop, NULL);
    /* A dead Redis answers a write with it; the write's own error is handled. */
    sigaction(SIGPIPE, &ignore, NULL);
}

bool app_signals_stop(void)
{
    return stop_requested != 0;
}

void app_signals_install_reload(void)
{
    struct sigaction reload = {.sa_handler = request_reload}, former;
    sigemptyset(&reload.sa_mask);
    /* Who started it with nohup(1) meant its terminal's end. */
    if (sigaction(SIGHUP, NULL, &former) == 0 && former.sa_handler != SIG_IGN)
        sigaction(SIGHUP, &reload, NULL);
}

bool app_signals_take_reload(void)
{
    if (!reload_requested)
        return false;
    reload_requested = 0; /* before the file is read: another signal means another reading */
    return true;
}

bool app_signals_any(void)
{
    return stop_requested != 0 || reload_requested != 0;
}
