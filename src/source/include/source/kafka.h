/* Kafka through librdkafka: one consumer, one group member, eager assignment only. */
#ifndef SOURCE_KAFKA_H
#define SOURCE_KAFKA_H

#include <monitor/monitor.h>
#include <source/source.h>

struct kaiku_kafka_options {
    const char *const *topics;
    uint32_t n_topics;
    /* Handed to librdkafka: name, value, name, value ... over kaiku's own defaults. */
    const char *const *properties;
    uint32_t n_properties; /* pairs */
    uint32_t batch;        /* records a poll at most */
    uint32_t member;       /* of this process: static members of a group need an id each */
    struct kaiku_monitor *monitor; /* borrowed: it is told what librdkafka tells; NULL: nobody is */
    bool alone; /* a source that joins no group and has no listener: assign says what it reads */
};

/* Borrows nothing but the monitor after it returns. error: text of a failure, at least 256 bytes. */
int kaiku_kafka_source_create(const struct kaiku_kafka_options *options, struct kaiku_source **out,
                              char *error) KAIKU_MUST_CHECK;
int kaiku_kafka_catalog_create(const struct kaiku_kafka_options *options, struct kaiku_catalog **out,
                               char *error) KAIKU_MUST_CHECK;

/* Does librdkafka know this property and take this value? For `kaiku check`. CONFIG with text. */
int kaiku_kafka_property_check(const char *name, const char *value, char *error) KAIKU_MUST_CHECK;

#endif
