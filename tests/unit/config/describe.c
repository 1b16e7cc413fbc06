/* What `kaiku check` prints. */
#include "check.h"

static char *description_of(const char *text)
{
    struct kaiku_settings *settings = settings_of(text);
    char *printed = NULL;
    size_t size;

    FILE *out = open_memstream(&printed, &size);
    kaiku_config_describe(settings, out);
    fclose(out);
    kaiku_settings_destroy(settings);
    return printed;
}

static void expect_lines(const char *text, const char *const *lines, size_t n)
{
    char *printed = description_of(text);

    for (size_t i = 0; i < n; i++)
        cr_expect_not_null(strstr(printed, lines[i]), "no '%s' in:\n%s", lines[i], printed);
    free(printed);
}

Test(describe, every_section)
{
    static const char *const lines[] = {
        "kafka\n  topics             feedback\n",
        "  start              a new prefix begins at each partition's first record\n",
        "redis\n  server             localhost, port 6379, database 0\n",
        "  user               default, no password\n",
        "  keys               begin with 'kaiku:', state in 64 shards\n",
        "events\n  id                 /id\n  type, op, time     /type, /op, /time\n",
        "channel: /channel, at most 10000 values\n",
        "  duplicates         found among the last 100000 offsets of a partition\n",
        "metrics\n  nps                nps of /nps of events of type 'response'\n"
        "  asked              count of events of type 'asked'\n",
        "  share              ratio of said over asked\n",
        "views\n  teams              by team, agent, 1 grouping; 500 rows\n",
        "    1m               kept 1d (1441 windows); about ",
        "    targets          north|*: nps at least 40.5 in a day\n"
        "                     *|*: share at most 5 in a 1m\n",
        "alerts\n  low                nps < 7; the newest 10000 are kept; only where team is 'a', "
        "'b'"
        "; with id, agent\n",
        "http\n  listen             off\n",
        "limits\n  cells              1000000 a worker, ",
        "and 6.0 MiB for the duplicates of each partition, ",
        "  log                from info, as text\n",
    };

    expect_lines(BEFORE_LINE_5
                 "targets: [{view: teams, member: 'north|*', metric: nps, window: day, goal: "
                 "40.5}, "
                 "{view: teams, member: '*|*', metric: share, window: 1m, goal: {at_most: 5}}]\n"
                 "alerts: [{name: low, when: nps < 7, where: {team: [a, b]}, carry: [id, "
                 "agent]}]\n",
                 lines, sizeof(lines) / sizeof(*lines));
}

Test(describe, rules)
{
    static const char *const lines[] = {
        "top_box of /a of events of type 'x', scale 1..5, top 4..5\n",
        "mean of /a of events of type 'response', scale -3..3\n",
        "rate of /a of events of type 'response', true where <= 20\n",
        "rate of /a of events of type 'response', true where one of 'fear', 'joy'\n",
        "sum of /a of events of type 'response', at most 3 decimals, in EUR\n",
        "the total, 1 grouping; 7 rows; no values below 30 answers\n",
    };

    expect_lines(KAFKA "metrics:\n"
                       "- {name: a, kind: top_box, field: /a, scale: 1..5, top: 4..5, type: x}\n"
                       "- {name: b, kind: mean, field: /a, scale: -3..3}\n"
                       "- {name: c, kind: rate, field: /a, when: '<= 20'}\n"
                       "- {name: d, kind: rate, field: /a, in: [fear, joy]}\n"
                       "- {name: e, kind: sum, field: /a, decimals: 3, unit: EUR}\n"
                       "views: [{name: all, by: [], windows: [day], min_n: 30, rows: 7}]\n",
                 lines, sizeof(lines) / sizeof(*lines));
}

/* One metric: n and 11 bins are 12 counters, 64 + 48 + 8 bytes a cell and 160 a value. */
Test(describe, memory)
{
    static const char *const small[] = {
        "1000 a worker, 120 bytes each;",
        "at most 984.4 KiB a worker, 1.9 MiB for all 2;",
        "and 96 bytes for the duplicates of each partition, 60.0 MiB for the publisher\n",
        /* 801 windows of 200 + 16 + 8 x 10 bytes, and 150 + 8 x 20; members: 3 + 2 */
        "kept 800d (801 windows); about 226.4 MiB in Redis for 1,000 members active in all of "
        "them, "
        "at most 1.1 MiB\n",
    };
    static const char *const none[] = {"and 0 bytes for the duplicates"};

    expect_lines("kafka: {topics: [a]}\nworkers: 2\nlimits: {cells: 1000}\ndedup: {span: 2}\n"
                 "event: {dimensions: {a: {field: /a, max_values: 3}}}\n"
                 "metrics: [{name: nps, kind: nps, field: /nps}]\n"
                 "views: [{name: a, by: [a], windows: [day]}]\n",
                 small, sizeof(small) / sizeof(*small));
    expect_lines(BEFORE_LINE_5 "dedup: {span: 0}\n", none, 1);
}

Test(describe, http)
{
    static const char *const open[] = {"http\n  listen             127.0.0.1:9600\n"
                                       "  token              none is asked for\n"};
    static const char *const guarded[] = {"http\n  listen             [::]:9600\n"
                                          "  token              (set, not shown)\n"};

    expect_lines(BEFORE_LINE_5 "http: {listen: 'localhost:9600'}\n", open, 1);
    expect_lines(BEFORE_LINE_5 "http: {listen: '[::]:9600', token: abc}\n", guarded, 1);
}

Test(describe, secrets_are_left_out)
{
    setenv("KAIKU_TEST", "hunter2", 1);
    char *printed = description_of(
        "kafka: {topics: [a], properties: {bootstrap.servers: 'h:1', sasl.username: hunter2, "
        "sasl.password: '${KAIKU_TEST}', ssl.key.pem: hunter2, sasl.oauthbearer.config: hunter2}}\n"
        "redis: {url: 'rediss://u:hunter2@h', tls: {key: /k}}\n" EVENT METRICS VIEWS);

    cr_expect_null(strstr(printed, "hunter2"), "%s", printed);
    cr_expect_not_null(strstr(printed, "bootstrap.servers: h:1\n"));
    cr_expect_not_null(strstr(printed, "sasl.password: (set, not shown)\n"));
    cr_expect_not_null(strstr(printed, "  user               u, with a password (not shown)\n"));
    cr_expect_not_null(strstr(printed, "h, port 6379, database 0, with TLS\n"));
    free(printed);
    printed = description_of(BEFORE_LINE_5 "redis: {password: '${KAIKU_TEST}', url: unix:///s}\n"
                                           "http: {listen: '[::1]:1', token: '${KAIKU_TEST}'}\n");
    cr_expect_null(strstr(printed, "hunter2"), "%s", printed);
    cr_expect_not_null(strstr(printed, "unix socket /s\n"));
    free(printed);
}
