/* kafka, redis, publish, limits, log ... */
#include "check.h"

#include <base/log.h>

#define REST EVENT METRICS VIEWS

Test(settings, kafka)
{
    static const struct mistake_case cases[] = {
        {"kafka: {}\n", "x:1:8: missing key 'topics'\n"},
        {"kafka: {topics: feedback}\n", "x:1:17: expects a list of topics, not 'feedback'\n"},
        {"kafka: {topics: []}\n", "x:1:17: expects a list of topics, not an empty list\n"},
        {"kafka: {topics: [a, b, a]}\n", "x:1:24: topic 'a' stands twice\n"},
        {"kafka: {topics: ['^a.*', [b]]}\n",
         "x:1:18: expects a topic: at most 249 of a-z, A-Z, 0-9, '.', '_' and '-', not '^a.*'\n"
         "x:1:26: expects a topic, not a list\n"},
        {"kafka: {topics: [a], strat: end}\n",
         "x:1:22: unknown key 'strat', did you mean 'start'?\n"},
        {"kafka: {topics: [a], start: latest}\n",
         "x:1:29: expects 'earliest' or 'end', not 'latest'\n"},
        {"kafka: {topics: [a], properties: {enable.auto.commit: false}}\n",
         "x:1:35: property 'enable.auto.commit' is set by kaiku itself\n"},
        {"kafka: {topics: [a], properties: {enable.auto.offset.store: false}}\n",
         "x:1:35: property 'enable.auto.offset.store' is set by kaiku itself\n"},
        {"kafka: {topics: [a], properties: {auto.offset.reset: earliest}}\n",
         "x:1:35: property 'auto.offset.reset' is set by kaiku itself\n"},
        {"kafka: {topics: [a], properties: {enable.partition.eof: true}}\n",
         "x:1:35: property 'enable.partition.eof' is set by kaiku itself\n"},
        {"kafka: {topics: [a], properties: {a: [b], c: , d: ''}}\n",
         "x:1:38: expects a value, not a list\n"
         "x:1:43: expects a value, not nothing\n"},
        {"kafka: {topics: [a], properties: {partition.assignment.strategy: "
         "'range,cooperative-sticky'}}\n",
         "x:1:66: a cooperative strategy cannot be used: kaiku hands over all partitions at a "
         "rebalance, which needs an eager one such as range or roundrobin\n"},
    };

    EXPECT_EACH("", REST, cases);
}

Test(settings, kafka_values)
{
    struct kaiku_settings *s = settings_of("kafka: {topics: [b, a.B-c_1], start: end, properties: "
                                           "{check.crcs: true, partition.assignment.strategy: "
                                           "range, "
                                           "sasl.username: ''}}\n" REST);

    cr_expect_eq(s->n_topics, 2);
    cr_expect_str_eq(s->topics[1], "a.B-c_1");
    cr_expect(s->start_at_end);
    cr_expect_eq(s->n_properties, 3);
    cr_expect_str_eq(s->properties[1], "true");
    cr_expect_str_eq(s->properties[5], "");
    kaiku_settings_destroy(s);
}

Test(settings, mistakes)
{
    static const struct mistake_case cases[] = {
        {"workers: 0\n", "x:5:10: expects a whole number from 1 to 256, not '0'\n"},
        {"workers: 257\n", "x:5:10: expects a whole number from 1 to 256, not '257'\n"},
        {"workers: [2]\n", "x:5:10: expects a whole number, not a list\n"},
        {"redis: {prefix: 'a b'}\n",
         "x:5:17: expects a prefix without blanks and { } * ? [ ] ^ \\, not 'a b'\n"},
        {"redis: {prefix: 'a{b'}\n",
         "x:5:17: expects a prefix without blanks and { } * ? [ ] ^ \\, not 'a{b'\n"},
        {"redis: {prefix: ''}\n",
         "x:5:17: expects the first part of each key, not an empty text\n"},
        {"redis: {prefix: a12345678901234567890123456789012345678901234567890123456789012345}\n",
         "x:5:17: longer than 64 bytes\n"},
        {"redis: {shards: 0}\n", "x:5:17: expects a whole number from 1 to 1024, not '0'\n"},
        {"redis: {timeout: 0s}\n", "x:5:18: expects a duration from 1ms to 1h, not '0s'\n"},
        {"redis: {timeout: 2}\n",
         "x:5:18: expects a duration such as 250ms, 30s, 5m, 1h or 7d, not '2'\n"},
        {"redis: {tls: {ca: /ca.pem}}\n",
         "x:5:9: 'tls' needs a url that begins with rediss://\n"},
        {"redis: {url: 'rediss://h', tls: {cacert: /ca.pem, key: ''}}\n",
         "x:5:34: unknown key 'cacert', did you mean 'cert'?\n"
         "x:5:56: expects a path, not an empty text\n"},
        {"publish: {commit_every: 2h, views_every: 0ms}\n",
         "x:5:25: expects a duration from 1ms to 1h, not '2h'\n"
         "x:5:42: expects a duration from 1ms to 1h, not '0ms'\n"},
        {"time_zone: Europe/Helsingfors\n",
         "x:5:12: unknown time zone 'Europe/Helsingfors': expects an IANA name such as "
         "Europe/Helsinki\n"},
        {"time_zone: ''\n",
         "x:5:12: expects an IANA time zone such as Europe/Helsinki, not an empty text\n"},
        {"limits: {cells: 63}\n",
         "x:5:17: expects a whole number from 64 to 100000000, not '63'\n"},
        {"dedup: {span: -1}\n",
         "x:5:15: expects a whole number from 0 to 100000000, not '-1'\n"},
        {"log: {level: warn, format: yaml}\n",
         "x:5:14: expects 'debug', 'info', 'warning' or 'error', not 'warn'\n"
         "x:5:28: expects 'text' or 'json', not 'yaml'\n"},
        {"reject: {topic: bad}\n", "x:5:10: 'reject.topic' is not supported yet\n"},
        {"http: {listen: 9600}\n",
         "x:5:16: expects an address and a port such as 127.0.0.1:9600 or [::1]:9600, not '9600'\n"},
        {"http: {listen: 'cache.example:9600', token: abc}\n",
         "x:5:16: expects an address and a port such as 127.0.0.1:9600 or [::1]:9600, not "
         "'cache.example:9600'\n"},
        {"http: {listen: '::1:9600'}\n",
         "x:5:16: expects an address and a port such as 127.0.0.1:9600 or [::1]:9600, not "
         "'::1:9600'\n"},
        {"http: {listen: '127.0.0.1:65536'}\n",
         "x:5:16: expects an address and a port such as 127.0.0.1:9600 or [::1]:9600, not "
         "'127.0.0.1:65536'\n"},
        {"http: {listen: '0.0.0.0:9600'}\n",
         "x:5:16: other machines can reach '0.0.0.0:9600', so 'http.token' is needed\n"},
        {"http: {listen: '[::]:9600'}\n",
         "x:5:16: other machines can reach '[::]:9600', so 'http.token' is needed\n"},
        {"http: {listen: '127.0.0.1:9600', token: 'top secret'}\n",
         "x:5:41: a token is made of a-z, A-Z, 0-9 and - . _ ~ + /\n"},
        {"http: {token: ''}\n", "x:5:15: expects a token, not an empty text\n"},
        {"http: {port: 9600}\n", "x:5:8: unknown key 'port', did you mean 'token'?\n"},
    };

    EXPECT_EACH(BEFORE_LINE_5, "", cases);
}

Test(settings, values)
{
    struct kaiku_settings *s = settings_of(
        BEFORE_LINE_5 "workers: 3\n"
                      "redis: {url: 'rediss://u:p@h:1/2', user: root, password: 's:@/%', prefix: "
                      "'shop:eu', shards: 16, timeout: 750ms, tls: {ca: /ca, cert: /cert, key: "
                      "/key, server_name: cache}}\n"
                      "publish: {commit_every: 200ms, views_every: 5s}\n"
                      "time_zone: Asia/Kolkata\n"
                      "limits: {cells: 64}\n"
                      "dedup: {span: 0}\n"
                      "log: {level: error, format: json}\n");

    cr_expect_eq(s->workers, 3);
    cr_expect_str_eq(s->redis.user, "root", "it wins over the url's");
    cr_expect_str_eq(s->redis.password, "s:@/%");
    cr_expect_str_eq(s->redis.prefix, "shop:eu");
    cr_expect_eq(s->model.shards, 16);
    cr_expect_eq(s->redis.timeout_ms, 750);
    cr_expect(s->redis.tls);
    cr_expect_str_eq(s->redis.tls_ca, "/ca");
    cr_expect_str_eq(s->redis.tls_cert, "/cert");
    cr_expect_str_eq(s->redis.tls_key, "/key");
    cr_expect_str_eq(s->redis.tls_server_name, "cache");
    cr_expect_eq(s->commit_every_ms, 200);
    cr_expect_eq(s->views_every_ms, 5000);
    cr_expect_str_eq(s->model.time_zone, "Asia/Kolkata");
    cr_expect_eq(s->limit_cells, 64);
    cr_expect_eq(s->model.dedup_span, 0);
    cr_expect_eq(s->log_level, KAIKU_LOG_ERROR);
    cr_expect(s->log_json);
    kaiku_settings_destroy(s);
}

Test(settings, http)
{
    static const struct {
        const char *text, *host, *token;
        int port;
    } cases[] = {
        {"http: {listen: '127.0.0.1:9600'}\n", "127.0.0.1", NULL, 9600},
        {"http: {listen: '127.1.2.3:1'}\n", "127.1.2.3", NULL, 1},
        {"http: {listen: 'localhost:65535'}\n", "127.0.0.1", NULL, 65535},
        {"http: {listen: '[::1]:9600'}\n", "::1", NULL, 9600},
        {"http: {listen: '[2001:db8::1]:9600', token: aZ0-._~+/==}\n", "2001:db8::1", "aZ0-._~+/==",
         9600},
        {"http: {listen: '0.0.0.0:80', token: t}\n", "0.0.0.0", "t", 80},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        char text[1024];
        snprintf(text, sizeof(text), "%s%s", BEFORE_LINE_5, cases[i].text);
        struct kaiku_settings *s = settings_of(text);
        cr_expect_str_eq(s->http_host, cases[i].host);
        cr_expect_eq(s->http_port, cases[i].port);
        if (cases[i].token)
            cr_expect_str_eq(s->http_token, cases[i].token);
        else
            cr_expect_null(s->http_token);
        kaiku_settings_destroy(s);
    }
}
