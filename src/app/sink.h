/* Where generated events go: lines to a file descriptor, or records to a Kafka topic. */
#ifndef APP_SINK_H
#define APP_SINK_H

#include <source/producer.h>

#include "generator.h"

struct app_sink {
    int fd;
    struct kaiku_buffer lines;       /* not yet written to fd */
    struct kaiku_producer *producer; /* NULL: fd is used */
    char error[256];
};

void app_sink_init_lines(struct app_sink *sink, int fd);
/* Text of a failure in sink->error. */
int app_sink_init_topic(struct app_sink *sink, const char *brokers, const char *topic)
    KAIKU_MUST_CHECK;
void app_sink_release(struct app_sink *sink);

/* STOPPED: a signal asked to stop, or nobody reads any more; IO, AWAY: text in sink->error. */
int app_sink_send(struct app_sink *sink, const struct app_generated *event) KAIKU_MUST_CHECK;
/* Hands over what is buffered. */
int app_sink_flush(struct app_sink *sink) KAIKU_MUST_CHECK;

#endif
