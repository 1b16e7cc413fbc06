/* Why kaiku does not trust a broker, or a broker does not trust kaiku: of a certificate librdkafka
 * (2.0.2) says only that it could not be verified. */
#ifndef SOURCE_KAFKA_TRUST_H
#define SOURCE_KAFKA_TRUST_H

#include <librdkafka/rdkafka.h>

#include <stdbool.h>

/* Handles made of conf note why certificates are refused. What is accepted stays as it was. */
void kaiku_kafka_trust_note(rd_kafka_conf_t *conf);

/* Does the error mean that a certificate or credentials were refused? No wait changes that. */
bool kaiku_kafka_trust_is_refusal(int err);

/* Writes what an error callback was told, with the reason for a refused certificate. */
void kaiku_kafka_trust_explain(int err, const char *reason, char *why, size_t size);

#endif
