/* The demo's configuration: deploy/kaiku.yaml as it stands, with the two servers of the demo in
 * it. */
#ifndef APP_DEMO_SETTINGS_H
#define APP_DEMO_SETTINGS_H

#include <config/config.h>

/* Before threads of kaiku start (see kaiku_config_parse); those of librdkafka do not look at TZ.
 * CONFIG: the built-in text does not hold the two servers exactly once, or is wrong; told on
 * standard error. */
int app_demo_settings_read(const char *brokers, const char *redis_socket,
                           struct kaiku_settings **out)
    KAIKU_MUST_CHECK;

#endif
