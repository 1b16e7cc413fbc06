#include "kafka_trust.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

/* OpenSSL's X509_V_ERR_...: it is librdkafka's library, not ours, but these numbers are public. */
static const struct {
    int number;
    const char *text;
} problems[] = {
    {9, "is not valid yet"},
    {10, "has expired"},
    {18, "is signed by itself and not trusted: set 'ssl.ca.location'"},
    {19, "comes from an authority that is not trusted: set 'ssl.ca.location'"},
    {20, "comes from an authority that is not trusted: set 'ssl.ca.location'"},
    {21, "comes from an authority that is not trusted: set 'ssl.ca.location'"},
    {23, "was revoked"},
    {62, "is for another host than 'bootstrap.servers' or the broker names"},
    {64, "is for another address than 'bootstrap.servers' or the broker names"},
};

/* Of whichever handle came last: all of them speak to one cluster, with one set of properties. */
static atomic_int last_problem;

static const char *text_of(int problem)
{
    for (size_t i = 0; i < sizeof(problems) / sizeof(problems[0]); i++)
        if (problems[i].number == problem)
            return problems[i].text;
    return "cannot be verified";
}

/* Called by any thread of librdkafka, for each certificate of the chain. */
static int on_certificate(rd_kafka_t *handle, const char *broker, int32_t broker_id,
                          int *x509_error, int depth, const char *data, size_t size, char *error,
                          size_t error_size, void *opaque)
{
    (void)handle, (void)broker, (void)broker_id, (void)depth, (void)data, (void)size, (void)opaque;
    if (*x509_error == 0)
        return 1;
    atomic_store(&last_problem, *x509_error);
    snprintf(error, error_size, "it %s", text_of(*x509_error));
    return 0;
}

void kaiku_kafka_trust_note(rd_kafka_conf_t *conf)
{
    char verifies[8] = "";
    size_t size = sizeof(verifies);

    /* Where the user wants none verified, none is refused. */
    rd_kafka_conf_get(conf, "enable.ssl.certificate.verification", verifies, &size);
    if (strcmp(verifies, "true") == 0)
        rd_kafka_conf_set_ssl_cert_verify_cb(conf, on_certificate);
}

bool kaiku_kafka_trust_is_refusal(int err)
{
    return err == RD_KAFKA_RESP_ERR__SSL || err == RD_KAFKA_RESP_ERR__AUTHENTICATION;
}

void kaiku_kafka_trust_explain(int err, const char *reason, char *why, size_t size)
{
    int problem = atomic_load(&last_problem);
    const char *end = strstr(reason, " (after "); /* so many ms in which state: for its makers */
    int length = (int)(end ? (size_t)(end - reason) : strlen(reason));

    if (err == RD_KAFKA_RESP_ERR__SSL && problem && strstr(reason, "certificate verify failed"))
        /* "ssl://HOST:PORT/ID: SSL handshake failed: ..." */
        snprintf(why, size, "%.*s the broker's certificate %s", (int)strcspn(reason, " "), reason,
                 text_of(problem));
    else if (err == RD_KAFKA_RESP_ERR__AUTHENTICATION)
        snprintf(why, size, "%.*s: see 'sasl.*' in 'kafka.properties'", length, reason);
    else
        snprintf(why, size, "%.*s", length, reason);
}
