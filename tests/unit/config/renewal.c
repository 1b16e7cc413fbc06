#include "check.h"

#include <config/renewal.h>

#define REST EVENT METRICS VIEWS

/* OK where why is NULL. */
static void expect(const char *former, const char *now, const char *why)
{
    struct kaiku_settings *a = settings_of(former), *b = settings_of(now);
    char said[KAIKU_RENEWAL_WHY] = "";

    int status = kaiku_settings_may_follow(a, b, said);
    cr_expect_eq(status, why ? KAIKU_REFUSED : KAIKU_OK, "%s\n%s", said, now);
    cr_expect_str_eq(said, why ? why : "", "%s", now);
    kaiku_settings_destroy(a);
    kaiku_settings_destroy(b);
}

Test(renewal, what_is_shown_and_when_may_change)
{
    static const char *const changes[] = {
        "",
        "targets: [{view: teams, member: '*|_all', metric: nps, window: day, goal: 40}]\n",
        "alerts: [{name: low, when: 'nps <= 6', carry: [id, {said: /said}]}]\n",
        "publish: {commit_every: 5s, views_every: 250ms}\n",
        "limits: {cells: 12345}\n",
        "log: {level: debug, format: json}\n",
    };

    for (size_t i = 0; i < sizeof(changes) / sizeof(*changes); i++) {
        char *text;
        cr_assert(asprintf(&text, "%s%s", BEFORE_LINE_5, changes[i]) >= 0);
        expect(BEFORE_LINE_5, text, NULL);
        expect(text, BEFORE_LINE_5, NULL);
        free(text);
    }
    expect(BEFORE_LINE_5,
           KAFKA EVENT METRICS "views: [{name: teams, by: [team, agent], windows: [1m, day], min_n: 3, rows: 5}]\n", NULL);
    expect("kafka: {topics: [feedback], properties: {client.id: x, group.id: y}}\n" REST,
           "kafka: {topics: [feedback], properties: {group.id: y, client.id: x}}\n" REST, NULL);
    expect(KAFKA REST "http: {listen: '127.0.0.1:9600'}\n",
           KAFKA REST "http: {listen: '127.0.0.1:9600', token: something-long-enough}\n", NULL);
}

Test(renewal, where_events_come_from_and_go_to_may_not)
{
    static const struct {
        const char *now, *why;
    } cases[] = {
        {"kafka: {topics: [feedback, more]}\n" REST, "'kafka.topics' is another"},
        {"kafka: {topics: [other]}\n" REST, "'kafka.topics' is another"},
        {"kafka: {topics: [feedback], start: end}\n" REST, "'kafka.start' is another"},
        {"kafka: {topics: [feedback], properties: {client.id: x}}\n" REST, "'kafka.properties' is another"},
        {"kafka: {topics: [feedback], properties: {group.id: y}}\n" REST, "'kafka.properties' is another"},
        {KAFKA REST "workers: 7\n", "'workers' is another"},
        {KAFKA REST "redis: {url: 'redis://elsewhere:6379/0'}\n", "'redis.url' is another"},
        {KAFKA REST "redis: {url: 'redis://localhost:6380/0'}\n", "'redis.url' is another"},
        {KAFKA REST "redis: {url: 'redis://localhost:6379/1'}\n", "'redis.url' is another"},
        {KAFKA REST "redis: {url: 'unix:///run/redis'}\n", "'redis.url' is another"},
        {KAFKA REST "redis: {user: somebody, password: secret}\n", "'redis.user' is another"},
        {KAFKA REST "redis: {password: secret}\n", "'redis.password' is another"},
        {KAFKA REST "redis: {prefix: other}\n", "'redis.prefix' is another"},
        {KAFKA REST "redis: {timeout: 9s}\n", "'redis.timeout' is another"},
        {KAFKA REST "http: {listen: '127.0.0.1:9601'}\n", "'http.listen' is another"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
        expect(BEFORE_LINE_5, cases[i].now, cases[i].why);
}

Test(renewal, what_is_counted_may_not)
{
    expect(BEFORE_LINE_5, BEFORE_LINE_5 "time_zone: Europe/Helsinki\n", "time_zone differs");
    expect(BEFORE_LINE_5, BEFORE_LINE_5 "dedup: {span: 5}\n", "dedup.span differs");
    expect(BEFORE_LINE_5, KAFKA EVENT METRICS "views: [{name: teams, by: [team, agent], windows: [1m]}]\n",
           "view 'teams' has other windows");
    expect(BEFORE_LINE_5, KAFKA EVENT METRICS
           "views: [{name: teams, by: [team, agent], windows: [1m, day]}, {name: all, by: [], windows: [day]}]\n",
           "view 'all' was added");
    expect(BEFORE_LINE_5, KAFKA
           "event: {dimensions: {channel: /channel, team: {field: /team, max_values: 1000000}, agent: /agent}}\n"
           METRICS VIEWS, "dimension 'team' has a larger max_values");
}
