/* simdjson On-Demand, reading the fields that kaiku's decoder reads. */
#ifndef ONDEMAND_H
#define ONDEMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct ondemand_text {
    const char *data;
    size_t size;
};

/* Of both headlines; what is missing or null stays as it was. Texts are borrowed from the reader
 * until the next record. */
struct ondemand_event {
    struct ondemand_text id, type, op, time, channel, touchpoint, team, agent, reason, comment_ref;
    uint64_t ts, nps, csat, ces;
    int resolved;
    double wait_s, handle_s;
};

/* Behind the record, 64 more bytes must be readable. */
typedef bool ondemand_read(void *reader, const char *record, size_t size,
                           struct ondemand_event *out);

struct ondemand_build {
    void *(*create)(void); /* a reader, for one thread */
    void (*destroy)(void *reader);
    ondemand_read *read;         /* the first headline's records */
    ondemand_read *read_contact; /* the second's */
};

extern const struct ondemand_build ondemand_plain, ondemand_avx2;

#ifdef __cplusplus
}
#endif

#endif
