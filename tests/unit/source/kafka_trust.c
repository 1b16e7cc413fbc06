#include "kafka_trust.h"

#include <criterion/criterion.h>

static void expect(int err, const char *reason, const char *expected)
{
    char why[400];

    kaiku_kafka_trust_explain(err, reason, why, sizeof(why));
    cr_expect_str_eq(why, expected);
}

Test(kafka_trust, says_what_to_look_at)
{
    expect(RD_KAFKA_RESP_ERR__AUTHENTICATION,
           "sasl_ssl://h:9/1: SASL authentication error: no (after 3ms in state AUTH_REQ)",
           "sasl_ssl://h:9/1: SASL authentication error: no: see 'sasl.*' in 'kafka.properties'");
}

Test(kafka_trust, other_errors_keep_their_words)
{
    expect(RD_KAFKA_RESP_ERR__TRANSPORT, "h:1/1: Disconnected (after 5ms in state UP)",
           "h:1/1: Disconnected");
    expect(RD_KAFKA_RESP_ERR__RESOLVE, "no such host", "no such host");
    /* Nothing was said of a certificate. */
    expect(RD_KAFKA_RESP_ERR__SSL, "ssl://h:1/1: SSL handshake failed: Disconnected",
           "ssl://h:1/1: SSL handshake failed: Disconnected");
}

Test(kafka_trust, a_long_reason_is_cut)
{
    char why[8];

    kaiku_kafka_trust_explain(RD_KAFKA_RESP_ERR__AUTHENTICATION, "long enough", why, sizeof(why));
    cr_expect_str_eq(why, "long en");
}

Test(kafka_trust, refusals)
{
    cr_expect(kaiku_kafka_trust_is_refusal(RD_KAFKA_RESP_ERR__SSL));
    cr_expect(kaiku_kafka_trust_is_refusal(RD_KAFKA_RESP_ERR__AUTHENTICATION));
    cr_expect_not(kaiku_kafka_trust_is_refusal(RD_KAFKA_RESP_ERR__TRANSPORT));
    cr_expect_not(kaiku_kafka_trust_is_refusal(RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN));
}
