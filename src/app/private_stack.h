/* Kafka, Redis and the pipeline between them, all of one's own: Kafka inside this process, Redis
 * beside it, settings from deploy/kaiku.yaml. Nothing is left behind. */
#ifndef APP_PRIVATE_STACK_H
#define APP_PRIVATE_STACK_H

#include <source/mock_cluster.h>
#include <store/reader.h>

#include "pipeline.h"
#include "private_redis.h"

#define APP_PRIVATE_STACK_TOPIC "feedback" /* as in deploy/kaiku.yaml */

/* Owns all of it, but for brokers. */
struct app_private_stack {
    struct app_private_redis redis;
    struct kaiku_mock_cluster *cluster;
    const char *brokers; /* the cluster's, for bootstrap.servers */
    struct kaiku_settings *settings;
    struct kaiku_view_reader *reader; /* of what the pipeline publishes */
    struct app_pipeline *pipeline;    /* NULL until start made it */
};

/* Starts the servers, the topic empty and of so many partitions; call it from the thread that
 * outlives them, before there are others. After a failure nothing is left, and stop and release do
 * nothing. error: its text, at least 512 bytes; untouched where the status says all. */
int app_private_stack_init(struct app_private_stack *stack, int partitions, char *error)
    KAIKU_MUST_CHECK;
/* Makes and starts the pipeline, which also reads what was sent before. Failures are logged; stop
 * and release as ever. monitor: as the pipeline's, may be NULL. */
int app_private_stack_start(struct app_private_stack *stack, struct kaiku_monitor *monitor)
    KAIKU_MUST_CHECK;
/* Ends the pipeline as app_pipeline_stop does, and gives why it ended; OK where there is none. */
int app_private_stack_stop(struct app_private_stack *stack);
/* After stop, and after whatever else is connected to the brokers was destroyed. */
void app_private_stack_release(struct app_private_stack *stack);

#endif
