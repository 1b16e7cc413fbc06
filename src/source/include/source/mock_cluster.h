/* A Kafka cluster inside the process, of one broker with one topic, for demonstrations:
 * librdkafka's mock cluster. It listens on a port of 127.0.0.1, and its partitions forget their
 * oldest records beyond 100,000 or 5 MB. */
#ifndef SOURCE_MOCK_CLUSTER_H
#define SOURCE_MOCK_CLUSTER_H

#include <kaiku/status.h>

struct kaiku_mock_cluster;

/* error: text of a failure, at least 256 bytes. */
int kaiku_mock_cluster_create(const char *topic, int partitions, struct kaiku_mock_cluster **out,
                              char *error) KAIKU_MUST_CHECK;
/* After everything that is connected to it was destroyed. */
void kaiku_mock_cluster_destroy(struct kaiku_mock_cluster *cluster);
/* For bootstrap.servers; borrowed. */
const char *kaiku_mock_cluster_brokers(const struct kaiku_mock_cluster *cluster);

#endif
