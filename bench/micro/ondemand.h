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

/* What is missing stays as it was. Texts are borrowed from the reader until the next record. */
struct ondemand_event {
    struct ondemand_text id, channel, touchpoint, reason;
    uint64_t ts, nps, csat;
    double wait_s;
};

struct ondemand_build {
    void *(*create)(void); /* a reader, for one thread */
    void (*destroy)(void *reader);
    /* Behind the record, 64 more bytes must be readable. */
    bool (*read)(void *reader, const char *record, size_t size, struct ondemand_event *out);
};

extern const struct ondemand_build ondemand_plain, ondemand_avx2;

#ifdef __cplusplus
}
#endif

#endif
