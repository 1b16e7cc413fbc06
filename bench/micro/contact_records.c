#include "contact_records.h"

#include <common/random.h>
#include <generator.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MEMBERS = 32 };

struct contact_records {
    struct app_generator *generator;
    bool shuffled;
    uint64_t random;
};

struct contact_records *contact_records_create(bool shuffled)
{
    struct contact_records *records = calloc(1, sizeof *records);
    struct app_generator_options options;

    app_generator_defaults(&options);
    options.duplicates = options.retractions = options.broken = 0;
    if (!records || app_generator_create(&options, &records->generator) != KAIKU_OK) {
        fprintf(stderr, "bench: out of memory\n");
        exit(1);
    }
    records->shuffled = shuffled;
    records->random = options.seed;
    return records;
}

void contact_records_destroy(struct contact_records *records)
{
    if (records)
        app_generator_destroy(records->generator);
    free(records);
}

/* The members of an object that holds no others, and in no text a comma before a quote. */
static uint32_t split(struct kaiku_text object, struct kaiku_text members[MEMBERS])
{
    const char *at = object.data + 1, *end = object.data + object.size - 1;
    uint32_t n = 0;

    while (at < end && n < MEMBERS) {
        const char *next = memmem(at, (size_t)(end - at), ",\"", 2);
        members[n++] = (struct kaiku_text){at, (size_t)((next ? next : end) - at)};
        at = next ? next + 1 : end;
    }
    return n;
}

static char *put(char *at, const char *bytes, size_t size)
{
    return (char *)memcpy(at, bytes, size) + size;
}

/* "key": value */
static char *put_spaced(char *at, struct kaiku_text member)
{
    const char *colon = memchr(member.data, ':', member.size);
    size_t key = (size_t)(colon + 1 - member.data);

    at = put(put(at, member.data, key), " ", 1);
    return put(at, member.data + key, member.size - key);
}

static size_t write_shuffled(struct contact_records *records, struct kaiku_text object, char *out)
{
    struct kaiku_text members[MEMBERS];
    char *at = put(out, "{", 1);

    for (uint32_t n = split(object, members); n > 0; n--) {
        uint32_t k = (uint32_t)(bench_random(&records->random) % n);
        at = put_spaced(at, members[k]);
        at = n > 1 ? put(at, ", ", 2) : put(at, "}", 1);
        members[k] = members[n - 1];
    }
    return (size_t)(at - out);
}

size_t contact_records_next(struct contact_records *records, char *out, int64_t *stamp_ms)
{
    struct app_generated event;

    app_generator_next(records->generator, &event);
    *stamp_ms = event.written_ms;
    if (records->shuffled)
        return write_shuffled(records, event.value, out);
    memcpy(out, event.value.data, event.value.size);
    return event.value.size;
}
