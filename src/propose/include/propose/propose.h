/* A configuration proposed after a look at some records: pure analysis, no Kafka, no files.
 *
 * What is written is a commented YAML file that kaiku_config_parse takes as it is. Comments say what was seen, in
 * numbers. Of records it shows the keys of objects, in pointers and names; types of events; texts like 'yes' that a
 * metric has to name; and the least and the greatest number of a metric's field. No other value shows anywhere. */
#ifndef PROPOSE_PROPOSE_H
#define PROPOSE_PROPOSE_H

#include <base/text.h>

#include <stdint.h>

/* Records to look at. Zero-initialised is a valid empty one. */
struct kaiku_sample {
    struct kaiku_sample_record {
        char *value;          /* NULL: a tombstone, or too large to be looked into */
        uint32_t size;        /* true size */
        int64_t timestamp_ms; /* since 1970; INT64_MIN: it has none */
    } *records;
    uint32_t n, capacity;
    uint64_t bytes; /* of all values kept */
};

enum { KAIKU_SAMPLE_RECORD_MAX = 1 << 20 }; /* bytes: of a larger one only its size is kept */

/* Adds a copy; data NULL: a tombstone. */
int kaiku_sample_add(struct kaiku_sample *sample, struct kaiku_text value, int64_t timestamp_ms) KAIKU_MUST_CHECK;
void kaiku_sample_release(struct kaiku_sample *sample);

struct kaiku_proposal_options {
    const char *topic;
    const char *brokers;
    const char *const *properties; /* name, value, name, value ...; what may be secret in them is not written */
    uint32_t n_properties;         /* pairs */
    uint32_t partitions;           /* that were looked at */
};

/* Appends the configuration to out. MISSING: there is no JSON object among the records, *why says what there is
 * instead (a constant). */
int kaiku_propose(const struct kaiku_sample *sample, const struct kaiku_proposal_options *options,
                  struct kaiku_buffer *out, const char **why) KAIKU_MUST_CHECK;

/* Appends the least configuration with which these options reach Kafka, secrets included. */
void kaiku_proposal_connection(const struct kaiku_proposal_options *options, struct kaiku_buffer *out);

#endif
