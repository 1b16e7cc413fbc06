#include "kafka_handle.h"
#include "kafka_trust.h"

#include <pthread.h>
#include <stdio.h>
#include <time.h>

#include <base/log.h>

enum { ERROR_SIZE = 256, DESTROY_WAIT_S = 3 };

#define STATISTICS_MS "10000" /* Prometheus seldom asks more often */

struct property {
    const char *name, *value;
};

/* The user's own come over these. Small fetches keep what was fetched in the caches until it is
 * decoded; the metadata interval is how long added partitions go unseen. */
static const struct property defaults[] = {
    {"client.id", "kaiku"},
    {"check.crcs", "true"},
    {"queued.min.messages", "20000"},
    {"fetch.message.max.bytes", "262144"},
    {"fetch.max.bytes", "2097152"},
    {"topic.metadata.refresh.interval.ms", "30000"},
};

/* What exactness rests on: positions come from Redis alone, and nothing is skipped silently. */
static const struct property owned[] = {
    {"enable.auto.commit", "false"},
    {"enable.auto.offset.store", "false"},
    {"auto.offset.reset", "error"},
    {"enable.partition.eof", "true"},
};

static int set(rd_kafka_conf_t *conf, const char *name, const char *value, char *error)
{
    char why[160];

    if (rd_kafka_conf_set(conf, name, value, why, sizeof(why)) == RD_KAFKA_CONF_OK)
        return KAIKU_OK;
    snprintf(error, ERROR_SIZE, "cannot set '%.60s': %s", name, why);
    return KAIKU_CONFIG;
}

static int set_all(rd_kafka_conf_t *conf, const struct property *properties, size_t n, char *error)
{
    int status = KAIKU_OK;

    for (size_t i = 0; i < n && !status; i++)
        status = set(conf, properties[i].name, properties[i].value, error);
    return status;
}

/* These come a second time, as errors: there they are explained, and not more often than need be. */
static bool comes_as_error(const char *facility)
{
    return strcmp(facility, "FAIL") == 0 || strcmp(facility, "SSLCERTVRFY") == 0;
}

/* Called by any thread of librdkafka. It reports as an error what it goes on trying. */
static void on_log(const rd_kafka_t *rk, int level, const char *facility, const char *text)
{
    enum kaiku_log_level ours = comes_as_error(facility) ? KAIKU_LOG_DEBUG
                                : level <= 2   ? KAIKU_LOG_ERROR
                                : level <= 4 ? KAIKU_LOG_WARNING
                                : level <= 6 ? KAIKU_LOG_INFO
                                             : KAIKU_LOG_DEBUG;

    (void)rk;
    kaiku_log(ours, "kafka: %s: %s", facility, text);
}

static bool is_of_group(const char *property)
{
    return strcmp(property, "group.id") == 0 || strcmp(property, "group.instance.id") == 0;
}

/* A static member's id is followed by its number: members with the same one would end each other. */
static int set_users(rd_kafka_conf_t *conf, const char *name, const char *value, uint32_t member, char *error)
{
    char instance[256];

    if (strcmp(name, "group.instance.id") != 0)
        return set(conf, name, value, error);
    if (snprintf(instance, sizeof(instance), "%s-%u", value, member) >= (int)sizeof(instance)) {
        snprintf(error, ERROR_SIZE, "'group.instance.id' is too long");
        return KAIKU_CONFIG;
    }
    return set(conf, name, instance, error);
}

int kaiku_kafka_conf_create(const struct kaiku_kafka_options *options, bool group,
                            rd_kafka_conf_t **out, char *error)
{
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    int status = set_all(conf, defaults, sizeof(defaults) / sizeof(defaults[0]), error);

    if (options->monitor && !status)
        status = set(conf, "statistics.interval.ms", STATISTICS_MS, error);
    for (uint32_t i = 0; i < options->n_properties && !status; i++) {
        const char *name = options->properties[2 * i];

        if (group || !is_of_group(name))
            status = set_users(conf, name, options->properties[2 * i + 1], options->member, error);
    }
    if (!status)
        status = set_all(conf, owned, sizeof(owned) / sizeof(owned[0]), error);
    if (status) {
        rd_kafka_conf_destroy(conf);
        return status;
    }
    rd_kafka_conf_set_log_cb(conf, on_log);
    kaiku_kafka_trust_note(conf);
    *out = conf;
    return KAIKU_OK;
}

int kaiku_kafka_property_check(const char *name, const char *value, char *error)
{
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    int status = set(conf, name, value, error);

    rd_kafka_conf_destroy(conf);
    return status;
}

int kaiku_kafka_handle_create(rd_kafka_conf_t *conf, rd_kafka_t **out, char *error)
{
    char why[200];

    *out = rd_kafka_new(RD_KAFKA_CONSUMER, conf, why, sizeof(why));
    if (*out)
        return KAIKU_OK;
    rd_kafka_conf_destroy(conf);
    snprintf(error, ERROR_SIZE, "cannot set up Kafka: %s", why);
    return KAIKU_CONFIG;
}

/* A consumer not closed before is not closed here either: that would wait for its group, and call
 * its listener. */
static void *destroy(void *handle)
{
    rd_kafka_destroy_flags(handle, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
    return NULL;
}

/* librdkafka (2.0.2) never ends a handle that has seen partitions of its go, as with a deleted
 * topic. Better to leave its threads behind than to hang: the process is about to end. */
void kaiku_kafka_handle_destroy(rd_kafka_t *handle)
{
    struct timespec until;
    pthread_t thread;

    if (!handle)
        return;
    if (pthread_create(&thread, NULL, destroy, handle)) {
        destroy(handle);
        return;
    }
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += DESTROY_WAIT_S;
    if (pthread_timedjoin_np(thread, NULL, &until)) {
        kaiku_warn("kafka: a client does not end, it is left behind");
        pthread_detach(thread);
    }
}
