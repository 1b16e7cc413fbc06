/* Signals set flags, and wake whoever sleeps. */
#ifndef APP_SIGNALS_H
#define APP_SIGNALS_H

#include <stdbool.h>

/* SIGINT and SIGTERM ask to stop; SIGPIPE is ignored. */
void app_signals_install(void);
bool app_signals_stop(void);

/* SIGHUP asks to read the configuration again, from here on; true once for those that came since it was asked last. */
void app_signals_install_reload(void);
bool app_signals_take_reload(void);

/* Is there anything to take notice of? */
bool app_signals_any(void);

#endif
