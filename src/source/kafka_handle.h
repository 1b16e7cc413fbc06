/* librdkafka handles from their configuration to their end: kaiku's defaults under the user's
 * properties, log lines that go where the others go, and an end that does not hang. */
#ifndef SOURCE_KAFKA_HANDLE_H
#define SOURCE_KAFKA_HANDLE_H

#include <librdkafka/rdkafka.h>

#include <source/kafka.h>

/* group: for a handle that joins one. Otherwise group.id is left out, so that a handle that only
 * asks does not look for a coordinator. The caller owns *out. error: at least 256 bytes. */
int kaiku_kafka_conf_create(const struct kaiku_kafka_options *options, bool group,
                            rd_kafka_conf_t **out, char *error) KAIKU_MUST_CHECK;

/* A consumer; conf is transferred, also where it fails. */
int kaiku_kafka_handle_create(rd_kafka_conf_t *conf, rd_kafka_t **out, char *error)
    KAIKU_MUST_CHECK;
/* Takes a few seconds at most. Everything it lent has to be given back before; it does not leave its
 * group. NULL is fine. */
void kaiku_kafka_handle_destroy(rd_kafka_t *handle);

#endif
