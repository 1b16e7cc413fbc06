/* The HTTP server as the commands start it. */
#ifndef APP_SERVE_H
#define APP_SERVE_H

#include <config/config.h>
#include <http/http.h>

/* Listens where the configuration says; *http stays NULL where it is off. Logs where it listens, or why it cannot.
 * Borrows the settings and the monitor. */
int app_serve_start(const struct kaiku_settings *settings, const struct kaiku_monitor *monitor,
                    struct kaiku_http **http) KAIKU_MUST_CHECK;
/* The same place and other settings: *http is replaced by one that shares its socket, and stays where it fails. */
int app_serve_renew(const struct kaiku_settings *settings, const struct kaiku_monitor *monitor,
                    struct kaiku_http **http) KAIKU_MUST_CHECK;

/* On this machine only: at the usual port, or at another one where that is taken. */
int app_serve_locally(const struct kaiku_settings *settings, const struct kaiku_monitor *monitor,
                      struct kaiku_http **out, char *error) KAIKU_MUST_CHECK;

#endif
