#ifndef BENCH_TOPIC_H
#define BENCH_TOPIC_H

/* Makes a topic and waits until each of its partitions can be asked. properties: n times
 * NAME=VALUE. */
void topic_create(const char *brokers, const char *name, int partitions, char **properties, int n);

#endif
