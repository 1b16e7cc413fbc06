/* The configuration as a file, and what becomes of changes to it while a process runs. */
#ifndef APP_RELOAD_H
#define APP_RELOAD_H

#include <config/config.h>

#include <stdbool.h>

/* Reads and sets up logging; on mistakes prints them to standard error. An exit code. */
int app_settings_read(const char *path, struct kaiku_settings **out);

/* Reads it once more, beside running threads, and sets up logging. True: *out may follow `now`. Otherwise all stays as it
 * was, and it has been said why. */
bool app_settings_reread(const char *path, const struct kaiku_settings *now, struct kaiku_settings **out);

#endif
