#include <config/reference.h>

#include <stdbool.h>
#include <string.h>

#define NEEDED "required"
#define CORES "online cores"

struct key {
    const char *name;
    const char *takes;
    const char *standard; /* default as it would be written; NEEDED, CORES; "" where there is none */
    const char *least, *most; /* "" where there is no bound */
    const char *meaning;
};

struct section {
    const char *name;
    const char *about;
    const struct key *keys;
    size_t n;
};

static const struct key root_keys[] = {
    {"kafka", "mapping", NEEDED, "", "", "what is read"},
    {"workers", "whole number", CORES, "1", "256", "consumer threads of an instance"},
    {"redis", "mapping", "", "", "", "where results are kept"},
    {"publish", "mapping", "", "", "", "how often results are written"},
    {"time_zone", "IANA name", "UTC", "", "", "where days, weeks, months, quarters and years begin"},
    {"event", "mapping", "", "", "", "where things stand in a record"},
    {"metrics", "list of 1 to 64", NEEDED, "", "", "what is counted"},
    {"views", "list of 1 to 32", NEEDED, "", "", "by which dimensions and windows"},
    {"targets", "list of up to 10000", "", "", "", "what members should reach"},
    {"alerts", "list of up to 32", "", "", "", "events that are listed one by one"},
    {"dedup", "mapping", "", "", "", "how repeated events are noticed"},
    {"limits", "mapping", "", "", "", "memory of a worker"},
    {"log", "mapping", "", "", "", "lines on standard error"},
    {"reject", "mapping", "", "", "", "not supported yet"},
    {"http", "mapping", "", "", "", "the page, the JSON API, metrics and probes"},
};

static const struct key kafka_keys[] = {
    {"topics", "list of 1 to 1000 names", NEEDED, "", "", "topics to read"},
    {"properties", "mapping", "", "", "", "handed to librdkafka; `bootstrap.servers` and `group.id` are needed"},
    {"start", "`earliest` or `end`", "earliest", "", "", "where a new prefix begins to read"},
};

static const struct key redis_keys[] = {
    {"url", "URL", "redis://localhost:6379/0", "", "", "`redis://`, `rediss://` or `unix:///path`"},
    {"user", "text", "", "", "", "wins over the url's"},
    {"password", "text", "", "", "", "wins over the url's"},
    {"tls", "mapping", "", "", "", "only with `rediss://`"},
    {"prefix", "text of up to 64 bytes", "kaiku", "", "", "first part of each key: one prefix, one set of results"},
    {"shards", "whole number", "64", "1", "1024", "parts of the state; fixed for the life of a prefix"},
    {"timeout", "duration", "2s", "1ms", "1h", "for connecting, and for each reply"},
};

static const struct key tls_keys[] = {
    {"ca", "path", "", "", "", "certificates of authorities; default: the system's"},
    {"cert", "path", "", "", "", "own certificate"},
    {"key", "path", "", "", "", "and its key"},
    {"server_name", "text", "", "", "", "name that the server's certificate must be for; default: that of the url"},
};

static const struct key publish_keys[] = {
    {"commit_every", "duration", "500ms", "1ms", "1h", "how often what was counted is committed, at most"},
    {"views_every", "duration", "1s", "1ms", "1h", "how often views that changed are rewritten, at most"},
};

static const struct key event_keys[] = {
    {"id", "pointer, or list of up to 8", "/id", "", "", "what tells an event from others; a list is a compound id"},
    {"type", "pointer", "/type", "", "", "kind of event; missing: `response`"},
    {"op", "pointer", "/op", "", "", "`add` or `retract`; missing: `add`"},
    {"time", "pointer", "/time", "", "", "when it happened; missing: the record's timestamp"},
    {"dimensions", "mapping of up to 32", "", "", "", "name: pointer, or name: mapping, see below"},
    {"max_bytes", "size", "64KiB", "1", "64MiB", "larger records are rejected"},
    {"max_ahead", "duration", "10s", "0ms", "100000d", "further ahead of the record's timestamp: that one is taken"},
    {"max_age", "duration", "400d", "0ms", "100000d", "further behind the record's timestamp: rejected"},
    {"late_after", "duration", "1m", "0ms", "100000d", "further behind its partition: counted as late, too"},
};

static const struct key dimension_keys[] = {
    {"field", "pointer", NEEDED, "", "", "where it stands"},
    {"max_values", "whole number", "10000", "1", "10000000", 
     "what comes later is counted under `_other`; may be raised"},
};

static const struct key metric_keys[] = {
    {"name", "name", NEEDED, "", "", "first part of the published fields"},
    {"kind", "`nps`, `top_box`, `mean`, `rate`, `count`, `sum`, `quantiles`, `unique` or `ratio`", NEEDED, "", "",
     "what is an answer, and what comes out"},
    {"field", "pointer", "", "", "", "where the answer stands; required but for count and ratio"},
    {"type", "text of up to 128 bytes", "response", "", "", "type of the events that carry it; not for ratio"},
    {"unit", "text of up to 64 bytes", "", "", "", "published beside the metric"},
    {"scale", "LOW..HIGH of up to 101 steps", "", "", "", "answers that are accepted; required for top_box and mean"},
    {"top", "LOW..HIGH within the scale", "", "", "", "answers that count as top; required for top_box"},
    {"when", "`<`, `<=`, `>`, `>=` or `==` and a number", "", "", "", "rate: true where this holds"},
    {"in", "list of texts", "", "", "", "rate: true where the answer is one of these"},
    {"decimals", "whole number", "2", "0", "6", "sum: digits after the point that are accepted"},
    {"of", "name of a count", "", "", "", "ratio: the part; required there"},
    {"over", "name of a count", "", "", "", "ratio: the whole; required there"},
};

static const struct key view_keys[] = {
    {"name", "name", NEEDED, "", "", "part of keys in Redis"},
    {"by", "list of up to 8 dimensions", NEEDED, "", "", "in the order of a member's parts; `[]`: the total only"},
    {"windows", "list of 1 to 16", NEEDED, "", "",
     "lengths that divide a day, `day`, `week`, `month`, `quarter`, `year`"},
    {"grouping", "`exact`, `rollup`, `cube` or `sets`", "exact", "", "", "which combinations get members"},
    {"sets", "list of up to 256 lists", "", "", "", "with `grouping: sets`, and required there"},
    {"retention", "mapping from windows to durations", "", "", "",
     "how long a window is kept after its end, at least `1d`; default: windows under an hour `1d`, from an hour `30d`, "
     "`day` `800d`, longer ones `3700d`"},
    {"min_n", "whole number", "0", "0", "2147483647", "with fewer answers values are `nan`"},
    {"where", "mapping from dimensions to values", "", "", "", "only events whose values are among these"},
    {"rows", "whole number", "500", "1", "100000", "of a table, largest first"},
    {"rolling", "", "", "", "", "not supported yet"},
};

static const struct key target_keys[] = {
    {"view", "name of a view", NEEDED, "", "", ""},
    {"window", "one of its windows", NEEDED, "", "", ""},
    {"metric", "name of a metric", NEEDED, "", "", "of kind nps, top_box, mean, rate or ratio"},
    {"member", "member", NEEDED, "", "", "as in Redis keys; `*`: any one value but `_all`"},
    {"goal", "number, or `{at_most: NUMBER}`", NEEDED, "", "",
     "to be reached, or not to be exceeded; within 1,000,000"},
};

static const struct key goal_keys[] = {
    {"at_most", "number", NEEDED, "", "", "not to be exceeded"},
};

static const struct key alert_keys[] = {
    {"name", "name", NEEDED, "", "", "part of the feed's key"},
    {"per", "`event`", "event", "", "", "`window` is not supported yet"},
    {"when", "METRIC, relation, number", NEEDED, "", "", "such as `nps <= 6`; every kind but unique and ratio"},
    {"where", "mapping from dimensions to values", "", "", "", "only events whose values are among these"},
    {"carry", "list of up to 64", "", "", "", "a dimension, `id`, or `NAME: /pointer`; each cut at 1 KiB"},
    {"keep", "whole number", "10000", "1", "10000000", "entries kept, the newest"},
};

static const struct key dedup_keys[] = {
    {"span", "whole number", "100000", "0", "100000000",
     "offsets of a partition in which a repeated event is noticed; 0: off"},
};

static const struct key limits_keys[] = {
    {"cells", "whole number", "1000000", "64", "100000000", "that a worker holds between two commits"},
};

static const struct key log_keys[] = {
    {"level", "`debug`, `info`, `warning` or `error`", "info", "", "", "the least that is written"},
    {"format", "`text` or `json`", "text", "", "", "for people, or for collectors"},
};

static const struct key reject_keys[] = {
    {"topic", "", "", "", "", "not supported yet"},
};

static const struct key http_keys[] = {
    {"listen", "address:port", "", "", "", "where `kaiku run` listens; beyond loopback a token is needed"},
    {"token", "text", "", "", "", "what clients must send as `Authorization: Bearer TOKEN`"},
};

#define SECTION(name, about, keys) {name, about, keys, sizeof(keys) / sizeof(*(keys))}

static const struct section sections[] = {
    SECTION("The file", "", root_keys),
    SECTION("kafka", "", kafka_keys),
    SECTION("redis", "", redis_keys),
    SECTION("redis.tls", "", tls_keys),
    SECTION("publish", "", publish_keys),
    SECTION("event", "", event_keys),
    SECTION("event.dimensions", "Each is a name and a pointer, or a name and", dimension_keys),
    SECTION("metrics", "Of each:", metric_keys),
    SECTION("views", "Of each:", view_keys),
    SECTION("targets", "Of each; the first one that matches a member counts for it.", target_keys),
    SECTION("targets.goal", "A number, or", goal_keys),
    SECTION("alerts", "Of each:", alert_keys),
    SECTION("dedup", "", dedup_keys),
    SECTION("limits", "", limits_keys),
    SECTION("log", "", log_keys),
    SECTION("reject", "", reject_keys),
    SECTION("http", "", http_keys),
};

static void print_key(const struct key *key, FILE *out)
{
    const char *standard = key->standard;
    bool is_value = *standard && strcmp(standard, NEEDED) != 0 && strcmp(standard, CORES) != 0;

    fprintf(out, "| `%s` | %s | %s%s%s | ", key->name, *key->takes ? key->takes : "-", is_value ? "`" : "",
            *standard ? standard : "-", is_value ? "`" : "");
    if (*key->least)
        fprintf(out, "`%s` to `%s` | ", key->least, key->most);
    else
        fputs("- | ", out);
    fprintf(out, "%s |\n", *key->meaning ? key->meaning : "-");
}

void kaiku_config_reference(FILE *out)
{
    fputs("# Every key of the configuration\n"
          "\n"
          "Written by `kaiku check --reference`, and tested key by key; [configuration.md](configuration.md) explains\n"
          "how they work together, and how names, durations, sizes, numbers and pointers are written.\n", out);
    for (size_t i = 0; i < sizeof(sections) / sizeof(*sections); i++) {
        const struct section *section = &sections[i];
        fprintf(out, "\n## %s\n\n", section->name);
        if (*section->about)
            fprintf(out, "%s\n\n", section->about);
        fputs("| key | takes | default | bounds | meaning |\n|---|---|---|---|---|\n", out);
        for (size_t k = 0; k < section->n; k++)
            print_key(&section->keys[k], out);
    }
}
