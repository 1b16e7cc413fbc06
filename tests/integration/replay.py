"""`kaiku replay`: files in every form, once and again."""
import copy
import gzip
import random
import signal
import subprocess
import time
from fractions import Fraction

import configs
import logs
import oracle
from harness import consumed, test
from servers import until


def prepare(t, **more):
    log, redis = t.log("file"), t.redis()
    return log, redis, t.config(log.config, redis, **more)


def trust(redis):
    """What must not change between replays."""
    return {k: v for k, v in redis.client.hgetall("kaiku:trust").items() if k not in ("commits", "updated", "lag")}


@test(seconds=300, quick=True, sanitized=True)
def twice(t):
    log, redis, config = prepare(t)
    path = t.write("log.ndjson", log.lines())
    t.run("replay", config, path)
    t.compare("file", redis, config)
    before = trust(redis)
    t.run("replay", config, path)
    assert trust(redis) == before
    t.compare("file", redis, config)


@test(seconds=200)
def gz_over_a_unix_socket(t):
    log, redis = t.log("file"), t.redis()
    config = t.config(log.config, redis.socket_url)
    t.run("replay", config, t.write("log.ndjson.gz", gzip.compress(log.lines(), 1)))
    t.compare("file", redis, config)


@test(seconds=200)
def zst(t):
    log, redis, config = prepare(t)
    path = t.write("log.ndjson", log.lines())
    subprocess.run(["zstd", "-q", path], check=True)
    t.run("replay", config, f"{path}.zst")
    t.compare("file", redis, config)


@test(seconds=200)
def standard_input(t):
    log, redis, config = prepare(t)
    with open(t.write("log.ndjson", log.lines()), "rb") as f:
        t.run("replay", config, "--name", "piped", "-", stdin=f)
    t.compare("file", redis, config)
    assert "file:piped:0" in redis.client.hkeys("kaiku:{0}:pos"), redis.client.hkeys("kaiku:{0}:pos")
    t.run("replay", config, "-", code=2)


@test(seconds=200, sanitized=True)
def a_file_that_grew(t):
    """The rest of a longer file is read from where the shorter one ended."""
    log, redis, config = prepare(t)
    lines = log.lines()
    half = lines.index(b"\n", len(lines) // 2) + 1
    t.run("replay", config, t.write("log.ndjson", lines[:half]))
    t.run("replay", config, t.write("log.ndjson", lines))
    t.compare("file", redis, config)


@test(seconds=200)
def last_line_without_an_end(t):
    log, redis, config = prepare(t)
    t.run("replay", config, t.write("log.ndjson", log.lines().rstrip(b"\n")))
    t.compare("file", redis, config)


@test(seconds=300, sanitized=True, quick=True)
def killed(t):
    """kill -9 at random moments, started anew each time; a signal in the middle ends with 0."""
    log, redis, config = prepare(t, publish={"commit_every": "20ms"})
    path, rng = t.write("log.ndjson", log.lines()), random.Random(1)
    for number in (signal.SIGKILL, signal.SIGKILL, signal.SIGTERM, signal.SIGKILL, signal.SIGINT, signal.SIGKILL):
        program = t.start("replay", config, path)
        before = consumed(redis)
        until(lambda: consumed(redis) > before or not program.running, 60, "progress")
        time.sleep(rng.uniform(0, .05))
        if number == signal.SIGKILL: program.kill()
        elif program.running: program.terminate(30, number)
    t.run("replay", config, path)
    t.compare("file", redis, config)


@test(seconds=200, sanitized=True)
def few_cells(t):
    """A full cell table makes the worker hand over or wait; no member changes for it."""
    log, redis, config = prepare(t, limits={"cells": 300})
    t.run("replay", config, t.write("log.ndjson", log.lines()))
    t.compare("file", redis, config)


@test(seconds=200, quick=True)
def several_files(t):
    """Each file is a partition of its own, read by as many workers as there are."""
    redis = t.redis()
    log = logs.generate(logs.arguments("plain", 8000, 4, 2, ndjson=True))
    config = t.config({**configs.ALL["everything"]["config"], "alerts": []}, redis, workers=3)
    paths = [t.write(f"{p}.ndjson", b"".join(raw + b"\n" for q, _, _, raw in log if q == p)) for p in range(4)]
    t.run("replay", config, *paths)
    logs.write(f"{t.directory}/log", log)
    expected = oracle.expected(oracle.Config(config), f"{t.directory}/log", False)
    expected["rejected"] = [(0, *entry[1:]) for entry in expected["rejected"]]        # each file is its partition 0
    t.compare(None, redis, config, expected)


@test(quick=True)
def files_that_cannot_be_read(t):
    log, redis, config = prepare(t)
    t.run("replay", config, f"{t.directory}/missing.ndjson", code=1)
    whole = gzip.compress(log.lines())
    assert t.run("replay", config, t.write("torn.gz", whole[:len(whole) // 2]), code=1).err
    t.run("replay", config, code=2)


@test(seconds=300, quick=True)
def full_dimension(t):
    """Beyond max_values a value is `_other`: decided once, the same after kills and in every replay.

    What was admitted is read back; the log with all other values made too long must then give the same."""
    made = copy.deepcopy(configs.SMALL)
    made["event"]["dimensions"]["team"] = {"field": "/agent", "max_values": 6}
    made["event"]["dimensions"]["channel"] = {"field": "/channel", "max_values": 12}
    redis = t.redis()
    config = t.config(made, redis, publish={"commit_every": "20ms"})
    log = logs.generate(logs.arguments("plain", 12000, 1, ndjson=True))
    path, rng = t.write("log.ndjson", b"".join(raw + b"\n" for _, _, _, raw in log)), random.Random(2)
    for _ in range(3):
        program = t.start("replay", config, path)
        until(lambda: consumed(redis) or not program.running, 60, "progress")
        time.sleep(rng.uniform(0, .05))
        program.kill()
    t.run("replay", config, path)
    before = trust(redis), {d: redis.client.smembers(f"kaiku:values:{d}") for d in ("team", "channel")}
    for d, most in (("team", 6), ("channel", 12)):
        own = before[1][d] - {"_all", "_none", "_other"}
        assert len(own) == most and "_other" in before[1][d], f"{d}: {sorted(own)}"
    t.run("replay", config, path)
    assert before == (trust(redis), {d: redis.client.smembers(f"kaiku:values:{d}") for d in ("team", "channel")})
    for d in made["event"]["dimensions"].values(): d["max_values"] = 10000
    plain = configs.write(f"{t.directory}/plain.yaml", made, redis.url)
    t.compare(None, redis, plain, admitted_only(plain, path, before[1]))


def admitted_only(config, path, admitted):
    """What is expected where only these values (as they stand in members) are taken."""
    usual = oracle.decode

    def decode(cfg, raw, ts):
        event = usual(cfg, raw, ts)
        for d, value in (event or {}).get("values", {}).items():
            if value not in admitted[d]: event["values"][d] = event["raw"][d] = "_other"
        return event

    oracle.decode = decode
    try: return oracle.expected(oracle.Config(config), path, True)
    finally: oracle.decode = usual


@test(quick=True)
def sums_of_any_size(t):
    """Magnitudes up to 1e12 with six digits, many of them: exact to the fourth digit, where doubles are not."""
    rng, redis = random.Random(12), t.redis()
    metric = {"name": "weight", "kind": "sum", "field": "/w", "decimals": 6}
    config = t.config({**configs.SMALL, "metrics": [metric], "views": [{"name": "all", "by": [], "windows": ["1h"]}]}, redis)
    sums, lines = {}, []
    for i in range(20000):
        hour, w = rng.randrange(40), rng.choice([10**18, -10**18, rng.randrange(-10**18, 10**18 + 1), rng.randrange(10**9)])
        if hour < 5: w = 10**18 - hour
        total = sums.setdefault(hour, [0, 0])
        total[0] += w
        total[1] += 1
        lines.append(f'{{"time":{1741500000000 // 3600000 * 3600000 + hour * 3600000 + i},"w":{w}e-6}}\n')
    t.run("replay", config, t.write("sums.ndjson", "".join(lines)))
    for start, fields in redis.client.xrange("kaiku:ts:all:1h:_all"):
        total, n = sums.pop((int(start[:-2]) - 1741500000000 // 3600000 * 3600000) // 3600000)
        assert fields["n"] == fields["weight_n"] == str(n)
        for field, exact in (("weight", Fraction(total, 10**6)), ("weight_mean", Fraction(total, n * 10**6))):
            assert abs(Fraction(fields[field]) - exact) <= Fraction(1, 20000), f"{field} = {fields[field]}, expected {float(exact)}"
    assert not sums, sums


@test(quick=True, sanitized=True)
def old_windows_leave(t):
    """Removed windows leave their series too, also where late data had rewritten its tail: XTRIM MINID ends at the
    first deleted entry that is not below, and a rewritten tail stands behind its deleted former self."""
    redis, hour, first = t.redis(), 3600000, 1741269600000
    config = t.config({**configs.SMALL, "views": [{"name": "all", "by": ["team"], "windows": ["1h"]}]}, redis)
    parts = [[first + k * hour for k in range(6)], [first + hour + 1],
             [first + k * hour for k in range(6, 3 + 30 * 24)] + [first + (2 + 30 * 24) * hour + hour // 2]]
    lines = []
    for part in parts:
        lines += [f'{{"time":{at},"nps":9,"team":"a"}}\n' for at in part]
        t.run("replay", config, t.write("log.ndjson", "".join(lines)))
    expected = oracle.expected(oracle.Config(config), t.write("log.ndjson", "".join(lines)), True)
    t.compare(None, redis, config, expected)
    starts = [int(i[:-2]) for i, _ in redis.client.xrange("kaiku:ts:all:1h:a")]
    assert starts[:2] == [first + 2 * hour, first + 3 * hour], [(s - first) // hour for s in starts[:4]]
    assert len(starts) == 30 * 24 + 1, len(starts)
