#ifndef BENCH_CLIENT_H
#define BENCH_CLIENT_H

#include <librdkafka/rdkafka.h>
#include <stddef.h>
#include <stdint.h>

/* Every mistake ends the program: a benchmark has nothing to recover. */
_Noreturn void client_die(const char *what, const char *why);

/* settings: pairs of name and value. */
rd_kafka_t *client_create(rd_kafka_type_t type, const char *brokers,
                          const char *const (*settings)[2], size_t n);

int client_partitions(rd_kafka_t *rk, const char *topic);

double client_seconds(void);

/* Of this process, user and system. */
double client_cpu_seconds(void);

#endif
