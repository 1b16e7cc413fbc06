/* What librdkafka tells of itself every `statistics.interval.ms`, as figures of the monitor. */
#ifndef SOURCE_KAFKA_STATISTICS_H
#define SOURCE_KAFKA_STATISTICS_H

#include <librdkafka/rdkafka.h>

#include <source/kafka.h>

enum kafka_statistic {
    KAFKA_RECEIVED_BYTES,
    KAFKA_RECEIVED_MESSAGES,
    KAFKA_REQUESTS,
    KAFKA_ERRORS,
    KAFKA_DISCONNECTS,
    KAFKA_BROKERS,
    KAFKA_BROKERS_UP,
    KAFKA_ROUND_TRIP,
    KAFKA_THROTTLE,
    KAFKA_QUEUED_MESSAGES,
    KAFKA_QUEUED_BYTES,
    KAFKA_REBALANCES,
    KAFKA_STATISTICS,
};

struct kaiku_kafka_statistics {
    struct kaiku_monitor_value *values[KAFKA_STATISTICS];
};

/* Of this member of the process. */
void kaiku_kafka_statistics_init(struct kaiku_kafka_statistics *statistics, struct kaiku_monitor *monitor,
                                 uint32_t member);
/* Takes librdkafka's JSON, with its NUL; what is none is left out. */
void kaiku_kafka_statistics_read(struct kaiku_kafka_statistics *statistics, const char *json);

#endif
