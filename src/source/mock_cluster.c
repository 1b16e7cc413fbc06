#include <source/mock_cluster.h>

#include <stdio.h>
#include <stdlib.h>

#include <librdkafka/rdkafka.h>

#include <librdkafka/rdkafka_mock.h>

enum { ERROR_SIZE = 256 };

struct kaiku_mock_cluster {
    rd_kafka_t *handle; /* owns the cluster */
    rd_kafka_mock_cluster_t *cluster;
};

static int create_handle(struct kaiku_mock_cluster *cluster, char *error)
{
    rd_kafka_conf_t *conf = rd_kafka_conf_new();

    if (rd_kafka_conf_set(conf, "test.mock.num.brokers", "1", error, ERROR_SIZE) ||
        rd_kafka_conf_set(conf, "log_level", "0", error, ERROR_SIZE)) {
        rd_kafka_conf_destroy(conf);
        return KAIKU_CONFIG;
    }
    cluster->handle = rd_kafka_new(RD_KAFKA_PRODUCER, conf, error, ERROR_SIZE);
    if (cluster->handle)
        return KAIKU_OK;
    rd_kafka_conf_destroy(conf);
    return KAIKU_IO;
}

int kaiku_mock_cluster_create(const char *topic, int partitions, struct kaiku_mock_cluster **out,
                              char *error)
{
    struct kaiku_mock_cluster *cluster = calloc(1, sizeof(*cluster));
    rd_kafka_resp_err_t err;
    int status;

    if (!cluster) {
        snprintf(error, ERROR_SIZE, "%s", kaiku_status_text(KAIKU_NOMEM));
        return KAIKU_NOMEM;
    }
    status = create_handle(cluster, error);
    if (status != KAIKU_OK)
        goto done;
    cluster->cluster = rd_kafka_handle_mock_cluster(cluster->handle);
    err = rd_kafka_mock_topic_create(cluster->cluster, topic, partitions, 1);
    if (err != RD_KAFKA_RESP_ERR_NO_ERROR) {
        snprintf(error, ERROR_SIZE, "topic '%.80s': %s", topic, rd_kafka_err2str(err));
        status = KAIKU_INVALID;
    }

done:
    if (status == KAIKU_OK)
        *out = cluster;
    else
        kaiku_mock_cluster_destroy(cluster);
    return status;
}

void kaiku_mock_cluster_destroy(struct kaiku_mock_cluster *cluster)
{
    if (!cluster)
        return;
    if (cluster->handle)
        rd_kafka_destroy(cluster->handle);
    free(cluster);
}

const char *kaiku_mock_cluster_brokers(const struct kaiku_mock_cluster *cluster)
{
    return rd_kafka_mock_cluster_bootstraps(cluster->cluster);
}
