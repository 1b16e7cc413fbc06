/* Log lines to standard error: `text` for people, `json` for collectors.
 *
 * Thread-safe: each line is written by one write(2). Never called per event. */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdbool.h>

enum kaiku_log_level { KAIKU_LOG_DEBUG, KAIKU_LOG_INFO, KAIKU_LOG_WARNING, KAIKU_LOG_ERROR };

/* Lines from here on; the default is info as text. */
void kaiku_log_configure(enum kaiku_log_level least, bool json);

/* Style of git: lower case, no full stop, subjects quoted. */
void kaiku_log(enum kaiku_log_level level, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#define kaiku_debug(...) kaiku_log(KAIKU_LOG_DEBUG, __VA_ARGS__)
#define kaiku_info(...) kaiku_log(KAIKU_LOG_INFO, __VA_ARGS__)
#define kaiku_warn(...) kaiku_log(KAIKU_LOG_WARNING, __VA_ARGS__)
#define kaiku_error(...) kaiku_log(KAIKU_LOG_ERROR, __VA_ARGS__)

#endif
