"""The configurations that the logs are run with; between them every metric kind, grouping, window unit and rule.

Each is made for a shape of event (see logs.py) and says so; `write` adds what belongs to one run."""
import copy
import yaml

METRICS = [
    {"name": "nps", "kind": "nps", "field": "/nps"},
    {"name": "csat", "kind": "top_box", "field": "/csat", "scale": "1..5", "top": "4..5"},
    {"name": "ces", "kind": "mean", "field": "/ces", "scale": "1..7"},
    {"name": "mood", "kind": "mean", "field": "/mood", "scale": "-50..50"},
    {"name": "resolved", "kind": "rate", "field": "/resolved"},
    {"name": "in_time", "kind": "rate", "field": "/wait_s", "when": "<= 20"},
    {"name": "above_half", "kind": "rate", "field": "/handle_s", "when": "> 0.5"},
    {"name": "upset", "kind": "rate", "field": "/emotion", "in": ["fear", "anger", "1", "yes"]},
    {"name": "wait_s", "kind": "quantiles", "field": "/wait_s", "unit": "s"},
    {"name": "handle_s", "kind": "quantiles", "field": "/handle_s", "unit": "s"},
    {"name": "invited", "kind": "count", "type": "invitation"},
    {"name": "answered", "kind": "count"},
    {"name": "response_rate", "kind": "ratio", "of": "answered", "over": "invited"},
    {"name": "units", "kind": "sum", "field": "/units", "decimals": 0},
    {"name": "cost", "kind": "sum", "field": "/cost", "unit": "EUR"},
    {"name": "weight", "kind": "sum", "field": "/weight", "decimals": 6},
    {"name": "customers", "kind": "unique", "field": "/customer"},
    {"name": "pulse", "kind": "nps", "field": "/nps", "type": "pulse"},
]


def metrics(*names, under=""):
    """Those metrics, their fields below a pointer."""
    chosen = [copy.deepcopy(m) for m in METRICS if m["name"] in names]
    for m in chosen:
        if "field" in m: m["field"] = under + m["field"]
    return chosen


# Every metric kind and grouping, calendar windows in Helsinki, targets of every sort.
EVERYTHING = {
    "shape": "plain",
    "config": {
        "time_zone": "Europe/Helsinki",
        "event": {"dimensions": {"channel": "/channel", "touchpoint": "/touchpoint", "team": "/team", "agent": "/agent",
                                 "reason": {"field": "/reason", "max_values": 5000}}},
        "metrics": METRICS,
        "views": [
            {"name": "contact", "by": ["channel", "touchpoint"], "grouping": "cube", "windows": ["1h", "day", "month"]},
            {"name": "people", "by": ["team", "agent", "channel"], "grouping": "sets", "min_n": 5, "rows": 7,
             "sets": [["team"], ["team", "agent"], ["agent", "channel"], []], "windows": ["day", "week"]},
            {"name": "reasons", "by": ["channel", "reason"], "grouping": "rollup", "min_n": 2, "windows": ["month", "year"]},
            {"name": "live", "by": ["channel"], "windows": ["1m"], "where": {"channel": ["phone", "12", "true"]}},
            {"name": "total", "by": [], "windows": ["10s", "quarter"], "where": {"team": "north", "channel": ["chat", "phone"]}},
        ],
        "targets": [
            {"view": "contact", "member": "phone|_all", "metric": "nps", "window": "month", "goal": 40},
            {"view": "contact", "member": "*|*", "metric": "nps", "window": "month", "goal": 100},
            {"view": "contact", "member": "*|_all", "metric": "csat", "window": "day", "goal": 82.5},
            {"view": "contact", "member": "_all|_all", "metric": "response_rate", "window": "day", "goal": 30.25},
            {"view": "people", "member": "_all|*|phone", "metric": "ces", "window": "week", "goal": 5},
            {"view": "people", "member": "_all|*|*", "metric": "ces", "window": "week", "goal": {"at_most": 3.5}},
            {"view": "people", "member": "*|_all|_all", "metric": "resolved", "window": "day", "goal": 100},
            {"view": "reasons", "member": "*|*", "metric": "upset", "window": "month", "goal": {"at_most": 5}},
            {"view": "reasons", "member": "_all|_all", "metric": "mood", "window": "year", "goal": -50},
            {"view": "reasons", "member": "*|_all", "metric": "mood", "window": "year", "goal": {"at_most": -50}},
            {"view": "total", "member": "_all", "metric": "nps", "window": "quarter", "goal": -12.5},
        ],
        "alerts": [
            {"name": "detractor", "when": "nps <= 6", "keep": 50000,
             "carry": ["id", "channel", "touchpoint", "agent", {"comment": "/comment"}]},
            {"name": "promoter", "per": "event", "when": "nps >= 9", "where": {"channel": ["phone", "chat", "12"]},
             "keep": 50000, "carry": ["id", "channel"]},
            {"name": "slow", "when": "wait_s > 600", "carry": ["id", {"comment": "/comment"}]},
            {"name": "unresolved", "when": "resolved == 0", "where": {"team": "north"}, "carry": ["reason"]},
        ],
    },
}

# New York; windows that do not nest, short memory of duplicates, short retention.
UNEVEN = {
    "shape": "plain", "span": 40,
    "config": {
        "time_zone": "America/New_York",
        "dedup": {"span": 40},
        "event": {"max_ahead": "2m", "max_age": "30d", "late_after": "5m", "max_bytes": "3KiB",
                  "dimensions": {"channel": "/channel", "touchpoint": "/touchpoint", "team": "/team"}},
        "metrics": metrics("nps", "ces", "resolved", "upset", "wait_s", "invited", "answered", "response_rate", "cost",
                           "customers"),
        "views": [
            {"name": "uneven", "by": ["team"], "windows": ["16m", "1h", "day"], "grouping": "rollup",
             "retention": {"16m": "2d", "1h": "3d"}},
            {"name": "fine", "by": ["channel", "team"], "windows": ["10s", "1m", "5m", "15m"], "grouping": "sets",
             "sets": [["channel"], []], "where": {"channel": ["phone", "chat"]}, "retention": {"5m": "1d"}},
            {"name": "long", "by": ["channel", "touchpoint"], "grouping": "cube", "min_n": 3,
             "windows": ["week", "month", "quarter", "year"]},
            {"name": "short", "by": ["channel"], "windows": ["day", "week"], "retention": {"day": "2d", "week": "8d"}},
        ],
        "targets": [{"view": "long", "member": "*|_all", "metric": "response_rate", "window": "month", "goal": 120},
                    {"view": "uneven", "member": "*", "metric": "nps", "window": "16m", "goal": 30}],
        "alerts": [{"name": "low", "when": "nps < 3", "where": {"touchpoint": "billing"}, "carry": ["id", "touchpoint"]}],
    },
}

# Lord Howe moves its clocks by half an hour; CloudEvents in structured mode.
CLOUD = {
    "shape": "cloud",
    "config": {
        "time_zone": "Australia/Lord_Howe",
        "event": {"id": ["/source", "/id"], "type": "/type", "op": "/data/op", "time": "/time",
                  "dimensions": {"channel": "/data/channel", "touchpoint": "/data/touchpoint", "survey": "/subject"}},
        "metrics": metrics("nps", "csat", "mood", "resolved", "handle_s", "above_half", "invited", "answered",
                           "response_rate", "units", "weight", under="/data"),
        "views": [
            {"name": "contact", "by": ["channel", "touchpoint"], "grouping": "cube", "windows": ["15m", "1h", "day", "week"]},
            {"name": "all", "by": [], "windows": ["1h", "day", "month", "year"]},
        ],
        "targets": [{"view": "all", "member": "_all", "metric": "csat", "window": "month", "goal": {"at_most": 70}}],
        "alerts": [{"name": "any", "when": "nps >= 0", "keep": 200, "carry": ["id", "survey", {"kind": "/type"}]},
                   {"name": "bad", "when": "csat == 1", "keep": 20000, "carry": ["id", "survey", {"source": "/source"}]}],
    },
}

# Kolkata: windows of an hour straddle its midnight; keys that need escapes, arrays, big records, no duplicates.
NESTED = {
    "shape": "nested", "span": 0,
    "config": {
        "time_zone": "Asia/Kolkata",
        "dedup": {"span": 0},
        "event": {"id": "/meta/id", "type": "/meta/type", "op": "/meta/op", "time": "/meta/time", "max_bytes": "2MiB",
                  "dimensions": {"channel": "/a~1b/m~0n", "team": "/people/0/team", "agent": "/people/1/name"}},
        "metrics": metrics("nps", "ces", "resolved", "in_time", "wait_s", "handle_s", "answered", "cost", "customers",
                           under="/answers/0"),
        "views": [
            {"name": "team", "by": ["team", "agent"], "grouping": "rollup", "windows": ["1h", "day"], "min_n": 4},
            {"name": "channel", "by": ["channel"], "windows": ["2h", "week", "month"]},
        ],
        "alerts": [{"name": "low", "when": "nps <= 2", "keep": 20000,
                    "carry": ["agent", {"note": "/answers/0/comment"}]}],
    },
}

ALL = {"everything": EVERYTHING, "uneven": UNEVEN, "cloud": CLOUD, "nested": NESTED}

# Small and quick, for tests whose subject is elsewhere.
SMALL = {
    "metrics": metrics("nps", "resolved", "wait_s"),
    "event": {"dimensions": {"channel": "/channel", "team": "/team"}},
    "views": [{"name": "contact", "by": ["channel", "team"], "grouping": "cube", "windows": ["1h", "day"]}],
}


def write(path, config, redis_url, brokers=None, topics=("unused",), properties=None, **more):
    """Writes a configuration for one run and returns its path. more: top-level keys that replace or are merged in."""
    c = copy.deepcopy(config)
    c["kafka"] = {"topics": list(topics),
                  "properties": {"bootstrap.servers": brokers or "127.0.0.1:1", "group.id": "kaiku"} | (properties or {})}
    c["redis"] = {"url": redis_url}
    c["publish"] = {"commit_every": "100ms", "views_every": "300ms"}
    for key, value in more.items():
        if isinstance(c.get(key), dict): c[key].update(value)
        else: c[key] = value
    with open(path, "w") as f: yaml.safe_dump(c, f, sort_keys=False, allow_unicode=True)
    return path
