"""gen, reset, demo, usage, and what is refused at start."""
import json
import re
import signal
import time
from collections import Counter

import configs
import oracle
from harness import test
from servers import until
from terminal import Terminal

COMMANDS = ("run", "replay", "demo", "gen", "init", "check", "top", "reset", "bench")


@test(quick=True, sanitized=True)
def usage(t):
    assert t.run(code=2).err
    assert "rnu" in t.run("rnu", code=2).err
    assert "run" in t.run("--help").out
    for command in COMMANDS:
        assert f"kaiku {command}" in t.run(command, "--help").out, command
        assert t.run(command, "--no-such-option", code=2).err
    for command in ("run", "replay", "check", "top", "reset"):
        assert t.run(command, code=2).err
        more = {"replay": ["x"], "reset": ["--yes"]}.get(command, [])
        assert "missing.yaml" in t.run(command, "missing.yaml", *more, code=2).said


# ---------------------------------------------------------------- gen

@test(quick=True, sanitized=True)
def gen_same_seed_same_bytes(t):
    made = [t.run("gen", "--count", 5000, "--seed", seed).out for seed in (7, 7, 8)]
    assert made[0] == made[1] and made[0] != made[2]
    assert made[0].count("\n") == 5000


@test(seconds=200)
def gen_is_realistic(t):
    """The score distribution of notes/domain.md gives NPS 45; every kind of trouble has its share."""
    redis = t.redis()
    config = t.config(configs.ALL["everything"]["config"], redis)
    path = t.write("gen.ndjson", t.run("gen", "--count", 20000, "--seed", 3).out)
    t.run("replay", config, path)
    expected = oracle.expected(oracle.Config(config), path, True)
    t.compare(None, redis, config, expected)
    totals = expected["totals"]
    for kind in ("duplicate", "retracted", "rejected", "late"):
        assert 0 < totals[kind] < 0.2 * totals["consumed"], dict(totals)
    scores = Counter()
    with open(path) as f:
        for line in f:
            score = re.search(r'"nps":(\d+)', line)
            if score: scores[int(score[1])] += 1
    n = sum(scores.values())
    nps = 100 * (sum(c for s, c in scores.items() if s >= 9) - sum(c for s, c in scores.items() if s <= 6)) / n
    assert n > 5000 and 30 < nps < 60, (n, nps)


# ---------------------------------------------------------------- bench

@test(seconds=120)
def bench(t):
    figures = json.loads(t.run("bench", "--events", 5000, "--json").out)
    assert figures["decode"]["events"] == figures["replay"]["events"] == 5000
    assert figures["decode"]["bytes_per_event"] > 150
    for part in ("decode", "replay", "delay"):
        assert all(figure > 0 for figure in figures[part].values()), figures
    assert figures["delay"]["median_ms"] <= figures["delay"]["most_ms"]


# ---------------------------------------------------------------- reset

@test(quick=True, sanitized=True)
def reset(t):
    redis = t.redis()
    config = t.config(configs.SMALL, redis)
    path = t.write("log.ndjson", "".join(f'{{"id":{i},"time":{1741500000000 + i * 1000},"nps":{i % 11},"channel":"c{i % 5}"}}\n'
                                         for i in range(2000)))
    expected = oracle.expected(oracle.Config(config), path, True)
    redis.client.set("other:key", "stays")
    redis.client.set("kaiku2:key", "stays")
    t.run("replay", config, path)
    keys = set(redis.client.keys("kaiku:*"))
    t.run("reset", config, code=2)
    assert set(redis.client.keys("kaiku:*")) == keys, "a reset without --yes"
    assert re.search(r"\d+", t.run("reset", config, "--yes").out)
    left = redis.client.keys("kaiku:*")
    assert all(re.fullmatch(r"kaiku:\{\d+\}:head", k) for k in left), left
    assert redis.client.get("other:key") == redis.client.get("kaiku2:key") == "stays"
    t.run("replay", config, path)
    t.compare(None, redis, config, expected)
    t.run("reset", config, "--yes")
    t.run("reset", config, "--yes")
    t.run("replay", config, path)
    t.compare(None, redis, config, expected)


# ---------------------------------------------------------------- demo

@test(seconds=90, quick=True)
def demo_without_a_terminal(t):
    """Prints lines, ends by itself with the final table."""
    program = t.run("demo", "--seconds", 6, seconds=60)
    lines = [line for line in program.out.splitlines() if line.strip()]
    assert len(lines) >= 8, program.out
    assert "\x1b" not in program.out, "escape sequences without a terminal"
    assert re.match(r"the page: http://127.0.0.1:\d+/$", lines[0]), lines[0]
    assert "phone" in program.out and "nps" in program.out.lower(), program.out


@test(seconds=90)
def demo_ends_on_a_signal(t):
    program = t.start("demo", "--seconds", 60)
    until(lambda: program.out.strip() or not program.running, 40, "its first line")
    program.terminate(20, signal.SIGINT)


@test(seconds=90)
def demo_on_a_terminal(t):
    """A table that lives, until q; the terminal is given back, with the last table on it."""
    screen = Terminal(t.directory, f"{t.kaiku} demo", columns=110, lines=60, **t.environment)
    t.stack.callback(screen.close)
    first = screen.shows("adds up", "detractor", "phone", "highest", seconds=60)
    assert screen.is_taken() and "●" in first and "━" in first, first
    until(lambda: screen.screen() != first, 20, "other figures")
    screen.keys("q")
    screen.shows("ended with 0", "modes kept", "adds up", "Next, with Kafka and Redis of your own", seconds=40)
    assert screen.is_given_back()


# ---------------------------------------------------------------- refusals: exit 3, saying what to change

LINE = '{"id":"1","time":"2025-03-09T10:00:00Z","nps":9}\n'


def refused(t, config, *words):
    program = t.run("replay", config, t.write("one.ndjson", LINE), code=3, seconds=30)
    assert any(w in program.err for w in words), program.err


@test(quick=True, sanitized=True)
def refuses_eviction(t):
    redis = t.redis("--maxmemory-policy", "allkeys-lru")
    refused(t, t.config(configs.SMALL, redis), "noeviction")
    assert redis.client.keys("*") == []


@test(quick=True)
def refuses_a_replica(t):
    first, redis = t.redis(), t.redis()
    redis.client.replicaof("127.0.0.1", first.port)
    refused(t, t.config(configs.SMALL, redis), "replica")


@test(quick=True)
def refuses_other_types(t):
    """A key of its own that holds another type."""
    for key in ("kaiku:{0}:pos", "kaiku:{0}:head", "kaiku:trust", "kaiku:meta", "kaiku:{0}:rejected", "kaiku:values:channel"):
        redis = t.redis()
        if key.endswith("head"): redis.client.hset(key, "a", "b")
        else: redis.client.set(key, "x")
        refused(t, t.config(configs.SMALL, redis), key)
        redis.stop()


@test(quick=True)
def refuses_other_shards_and_rules(t):
    redis = t.redis()
    t.run("replay", t.config(configs.SMALL, redis, redis={"url": redis.url, "shards": 8}), t.write("one.ndjson", LINE))
    before = sorted(redis.client.keys("*"))
    refused(t, t.config(configs.SMALL, redis, redis={"url": redis.url, "shards": 16}), "shards")
    same = {"redis": {"url": redis.url, "shards": 8}}
    for other in ({"time_zone": "Europe/Helsinki"}, {"metrics": configs.metrics("nps", "resolved")}, {"dedup": {"span": 5}},
                  {"views": [{"name": "contact", "by": ["channel"], "windows": ["1h", "day"]}]}):
        refused(t, t.config(configs.SMALL, redis, **same, **other), "prefix")
    assert sorted(redis.client.keys("*")) == sorted([*before, "kaiku:{0}:incidents"])  # counts what was refused
    harmless = {"targets": [{"view": "contact", "member": "*|*", "metric": "nps", "window": "day", "goal": 1}],
                "publish": {"commit_every": "250ms"}}
    t.run("replay", t.config(configs.SMALL, redis, **same, **harmless), t.write("one.ndjson", LINE))


@test(quick=True, sanitized=True)
def broken_state(t):
    """Nonsense where state should stand: no crash, no hang, no half counting."""
    for key, field, value in (("kaiku:{0}:pos", "file:one.ndjson:0", "nonsense"), ("kaiku:{3}:pos", "file:one.ndjson:0", "1:2"),
                              ("kaiku:{0}:pos", "file:one.ndjson:0", "-5:0:0000000000000000"),
                              ("kaiku:{0}:pos", "file:one.ndjson:0", "99999999999999999999:0:0000000000000000")):
        redis = t.redis()
        config = t.config(configs.SMALL, redis)
        t.write("one.ndjson", LINE)
        t.run("replay", config, "one.ndjson")
        redis.client.hset(key, field, value)
        program = t.run("replay", config, "one.ndjson", code=None, seconds=30)
        assert program.process.returncode in (0, 1, 3), f"{value}: {program.process.returncode} {program.err}"
        assert program.process.returncode == 0 or program.err, value
        redis.stop()


@test(quick=True)
def no_redis(t):
    """A server that is not there when a replay starts: a message and 1, or patience until it comes; never a crash."""
    config = t.config(configs.SMALL, "redis://127.0.0.1:1/0")
    program = t.start("replay", config, t.write("one.ndjson", LINE))
    time.sleep(3)
    if program.running: program.terminate(20)
    else: program.wait(1, 1)
    assert "127.0.0.1:1" in program.err or "redis" in program.err.lower(), program.err
