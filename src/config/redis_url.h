/* redis.url */
#ifndef CONFIG_REDIS_URL_H
#define CONFIG_REDIS_URL_H

#include "reader.h"

enum { KAIKU_REDIS_PORT = 6379 };

/* redis://[user:password@]host[:port][/database], the same with rediss:// for TLS, or unix:///path.
 * No message quotes it: it may hold a password. */
void kaiku_read_redis_url(struct kaiku_reader *reader, const struct kaiku_yaml *node,
                          struct kaiku_redis_settings *redis);

#endif
