/* Names of the keys that kaiku writes; docs/redis.md says what they hold.
 *
 * Each function writes a NUL-terminated name into out (size bytes) and returns its length, or a
 * negative status where it does not fit. Thread-safe. Members come escaped, as they stand in Redis. */
#ifndef KAIKU_KEYS_H
#define KAIKU_KEYS_H

#include <kaiku/status.h>

#include <stddef.h>
#include <stdint.h>

enum {
    /* prefix, tag, names, start and a member of eight values of 128 bytes, each escaped threefold */
    KAIKU_KEY_MAX = 4096,
};

int kaiku_key_now(char *out, size_t size, const char *prefix, const char *view, const char *window,
                  const char *member);
int kaiku_key_series(char *out, size_t size, const char *prefix, const char *view, const char *window,
                     const char *member); /* ts */
int kaiku_key_rows(char *out, size_t size, const char *prefix, const char *view, const char *window,
                   const char *set); /* without the last part where set is "" */
int kaiku_key_values(char *out, size_t size, const char *prefix, const char *dimension);
/* Values of a dimension that occur beside a value of the one before it in the view: `values:VIEW:DIMENSION:PARENT`. */
int kaiku_key_values_beside(char *out, size_t size, const char *prefix, const char *view, const char *dimension,
                            const char *parent);
int kaiku_key_lines(char *out, size_t size, const char *prefix, const char *view, const char *window,
                    const char *set);
int kaiku_key_metric(char *out, size_t size, const char *prefix, const char *metric);
int kaiku_key_trust(char *out, size_t size, const char *prefix);
int kaiku_key_trust_series(char *out, size_t size, const char *prefix); /* ts:trust */
int kaiku_key_meta(char *out, size_t size, const char *prefix);
int kaiku_key_feed(char *out, size_t size, const char *prefix, const char *alert);
/* State of one shard, `PREFIX:{SHARD}:NAME`: head, pos, dirty, floor ... */
int kaiku_key_state(char *out, size_t size, const char *prefix, uint32_t shard, const char *name);
/* `PREFIX:{SHARD}:c:GENERATION:VIEW:WINDOW:START`: the cells of one window. */
int kaiku_key_cells(char *out, size_t size, const char *prefix, uint32_t shard, uint32_t generation,
                    const char *view, const char *window, int64_t start_ms);
/* `PREFIX:{SHARD}:u:GENERATION:VIEW:WINDOW:START:METRIC:MEMBER`: a HyperLogLog. */
int kaiku_key_unique(char *out, size_t size, const char *prefix, uint32_t shard, uint32_t generation,
                     const char *view, const char *window, int64_t start_ms, const char *metric,
                     const char *member);

#endif
