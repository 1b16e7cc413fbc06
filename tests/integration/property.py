"""What holds for any log and any way to read it, tried with random ones.

The seed is printed where a test fails; KAIKU_SEED=N runs with that one again."""
import copy
import json
import os
import random
import signal
import subprocess
import tempfile
import time

import configs
import logs
import oracle
import redis as redis_client
from harness import consumed, test
from scripted import framed
from servers import until

# Where two Redis that hold the same may differ, and why. All else must be equal, byte for byte: texts, fields and
# their values, members and scores, entries with their ids. (Not their DUMPs: these show in which order fields came.)
VOLATILE = {
    "now: updated, trust: updated": "when it was written",
    "now: _v, trust: _v": "the state when it was last written; what changed afterwards left the member as it was",
    "trust: commits, totals: commits": "the cut itself",
    "trust: lag": "the end of the log when it was looked up",
    "trust: rewinds, incidents": "what happened to the processes; one that stalls is thrown out of its group",
    "run": "the process of Redis itself",
    "ts:trust": "an entry a minute, while a process runs",
    "lines, of kaiku's own": "which state each stream shows, and how often it was written",
    "rejected, feed: ids, order between partitions": "an entry's id is of Redis; one partition's entries keep their order",
    "future: cells that were emptied again": "where one batch adds and retracts, there was nothing to list",
    "live": "who died is found out, and forgotten, when kaiku looks; the `now` keys tell who lives",
    "floor, and all of windows whose retention has passed": "windows are removed when kaiku looks, not when they are due",
    "u: encoding": "Redis widens a HyperLogLog when it likes, and remembers its count; the registers are equal",
}


def seeded(function):
    """Runs a test with a random seed, and names it where it fails."""
    def run(t):
        seed = int(os.environ.get("KAIKU_SEED") or random.SystemRandom().randrange(10**6))
        try: function(t, random.Random(seed))
        except AssertionError as e: raise AssertionError(f"seed {seed}: {e}") from None
    run.__name__, run.__doc__, run.__module__ = function.__name__, function.__doc__, function.__module__
    return run


# ---------------------------------------------------------------- what Redis holds

def registers(hll):
    """Of a HyperLogLog as Redis keeps it: see hyperloglog.c there."""
    body = hll[16:]
    if hll[4] == 0:
        bits = int.from_bytes(body, "little")
        return bytes(bits >> 6 * i & 63 for i in range(16384))
    out, i = bytearray(), 0
    while i < len(body):
        if body[i] & 0xC0 == 0: n, value, size = (body[i] & 0x3F) + 1, 0, 1
        elif body[i] & 0xC0 == 0x40: n, value, size = ((body[i] & 0x3F) << 8 | body[i + 1]) + 1, 0, 2
        else: n, value, size = (body[i] & 3) + 1, (body[i] >> 2 & 0x1F) + 1, 1
        out += bytes([value]) * n
        i += size
    return bytes(out)


class Hll:
    """Equal to another with the same registers."""

    def __init__(self, raw): self.raw = raw
    def __eq__(self, other): return self.raw[16:] == other.raw[16:] or registers(self.raw) == registers(other.raw)


def without(fields, *names):
    return {k: v for k, v in fields.items() if k not in names}


def by_partition(entries):
    """Entries of a stream in the order of each partition, without their ids."""
    out = {}
    for _, fields in entries: out.setdefault((fields[b"topic"], fields[b"partition"]), []).append(fields)
    return out


def words_of(name):
    return name.decode(errors="replace").split(":")


class Content:
    """All that must be equal, as a dictionary."""

    def __init__(self, server, config):
        self.client = redis_client.Redis(port=server.port)
        self.config = oracle.Config(config)
        self.trust = {k.decode(): v for k, v in self.client.hgetall("kaiku:trust").items()}
        self.high = int(self.trust["high_time"])
        self.prefix = self.config.prefix.encode() + b":"
        self.held = {}
        keys = sorted(self.client.scan_iter(count=1000))
        for i in range(0, len(keys), 1000):
            for key, value in zip(keys[i:i + 1000], self.read(keys[i:i + 1000])):
                value = self.of(key[len(self.prefix):], value)
                if value: self.held[key] = value
        for key in [k for k in self.held if b"}:future:" in k]: self.drop_emptied(key)

    def read(self, keys):
        pipe = self.client.pipeline(transaction=False)
        for key in keys: pipe.type(key)
        calls = {b"string": pipe.get, b"hash": pipe.hgetall, b"set": pipe.smembers, b"stream": pipe.xrange,
                 b"zset": lambda k: pipe.zrange(k, 0, -1, withscores=True)}
        for key, kind in zip(keys, pipe.execute()): calls[kind](key)
        return pipe.execute()

    def is_kept(self, view, window, start):
        end = oracle.window_bounds(window, start, self.config.zone)[1]
        return end + self.config.retention_ms(self.config.views[view], window) >= self.high

    def drop_emptied(self, future):
        shard, window = future.split(b":future:")
        generation = self.held[shard + b":head"].split(b":")[0]

        def is_filled(listed):
            start, member = listed.split(b":", 1)
            return self.held.get(shard + b":c:" + generation + b":" + window + b":" + start, {}).get(member)
        listed = [v for v in self.held.pop(future) if is_filled(v[0])]
        if listed: self.held[future] = listed

    def of(self, name, value):
        """What must be equal of a key's value; nothing where all of it may differ."""
        words = words_of(name)
        if words[0] == "now": return without(value, b"updated", b"_v")
        if words[0] == "trust": return without(value, b"updated", b"_v", b"commits", b"lag", b"rewinds")
        if words[:2] == ["ts", "trust"]: return None
        if words[0] in ("ts", "lines"): return [e for e in value if self.is_kept(*words[1:3], int(e[0].split(b"-")[0]))]
        if not words[0].startswith("{"): return value
        return self.of_state(words[1], words[2:], value)

    def of_state(self, kind, words, value):
        if kind in ("live", "floor", "run", "incidents", "lines"): return None
        if kind == "totals": return without(value, b"commits")
        if kind in ("rejected", "feed"): return by_partition(value)
        if kind == "c": return {m: c for m, c in value.items() if self.is_kept(*words[1:3], int(words[3]))}
        if kind == "u": return Hll(value) if self.is_kept(*words[1:3], int(words[3])) else None
        if kind == "windows": return [v for v in value if self.is_kept(*words[:2], int(v[0]))]
        if kind == "dirty": return [v for v in value if self.is_kept(*words_of(v[0])[:2], int(words_of(v[0])[2]))]
        return value

    def cells(self):
        """Those with something in them."""
        cells = {k: {m: c for m, c in v.items() if c} for k, v in self.held.items() if b"}:c:" in k}
        return {k: v for k, v in cells.items() if v}


def differences(want, got):
    out = [f"{k}: only in one of them" for k in sorted(want.keys() ^ got.keys())]
    for k in sorted(want.keys() & got.keys()):
        if want[k] == got[k]: continue
        if isinstance(want[k], dict):
            out += [f"{k} {f}: {want[k].get(f)!r:.200} and {got[k].get(f)!r:.200}" for f in want[k].keys() | got[k].keys()
                    if want[k].get(f) != got[k].get(f)]
        else: out.append(f"{k}: {want[k]!r:.300} and {got[k]!r:.300}")
    return out


def assert_equal(want, got, how):
    found = differences(want, got)
    assert not found, f"{how}: {len(found)} differences\n" + "\n".join(found[:12])


def assert_of_use(held):
    """Something of every kind is compared."""
    for kind in (b":now:", b":ts:", b":rows:", b":lines:", b":values:people:agent:", b"}:c:", b"}:u:", b"}:pos", b"}:totals", b"}:rejected", b"}:reasons", b"}:feed:",
                 b":values:", b"}:windows:", b"}:future:", b"}:head", b"}:starts"):
        assert any(kind in k for k in held), f"nothing is compared of '{kind.decode()}'"


# ---------------------------------------------------------------- any cut of a log

def rounds(t, few, many):
    return few if t.options.quick or t.options.sanitized else many


def any_settings(rng):
    every = rng.choice(["1ms", "5ms", "20ms", "100ms", "2s"])
    settings = {"workers": rng.randint(1, 4), "publish": {"commit_every": every, "views_every": rng.choice(["50ms", "300ms", "5s"])}}
    if rng.random() < .4: settings["limits"] = {"cells": rng.choice([300, 1000, 5000])}
    return settings


def replay(t, rng, redis, config, paths):
    """Some kills and polite ends at random moments, then to the end; says what it did."""
    did = []
    for _ in range(rng.choice([0, 1, 2, 4])):
        before, patience, number = consumed(redis), rng.uniform(0, .15), rng.choice([signal.SIGKILL, signal.SIGKILL, signal.SIGTERM])
        program = t.start("replay", config, *paths)
        if number == signal.SIGTERM or rng.random() < .8: until(lambda: consumed(redis) > before or not program.running, 60, "progress")
        time.sleep(patience)
        program.process.send_signal(number)
        program.wait(30, 0 if number == signal.SIGTERM else None)
        did.append(f"{number.name} at {consumed(redis)}")
    t.run("replay", config, *paths)
    return ", ".join(did) or "in one go"


@test(seconds=300, sanitized=True, quick=True)
@seeded
def any_cut_gives_the_same(t, rng):
    """Workers, commits, full tables, kills: what Redis holds in the end does not tell of them."""
    made = logs.generate(logs.arguments("plain", 6000, 4, rng.randrange(10**6), ndjson=True))
    paths = [t.write(f"{p}.ndjson", b"".join(raw + b"\n" for q, _, _, raw in made if q == p)) for p in range(4)]
    first = None
    for i in range(1 + rounds(t, 3, 8)):
        settings = any_settings(rng) if i else {"workers": 1, "publish": {"commit_every": "100ms", "views_every": "1s"}}
        redis = t.redis("--appendonly", "no")
        config = t.config(configs.ALL["everything"]["config"], redis, name=f"{i}.yaml", **settings)
        how = replay(t, rng, redis, config, paths) if i else t.run("replay", config, *paths) and "in one go"
        held = Content(redis, config).held
        if first is None: assert_of_use(held)
        else: assert_equal(first, held, f"{settings}, {how}")
        first = first or held
        redis.stop()


def scripted(t, redis, config, records, workers, rebalances, seed):
    program = os.path.join(os.path.dirname(t.kaiku), "tests", "stress", "scripted")
    with tempfile.TemporaryFile() as lines:
        lines.write(records)
        lines.seek(0)
        done = subprocess.run([program, config, str(workers), str(rebalances), str(seed)], stdin=lines, timeout=200,
                              capture_output=True, env=os.environ | t.environment)
    assert done.returncode == 0, done.stderr.decode(errors="replace")[-4000:]


@test(seconds=300, sanitized=True)
@seeded
def any_batches_give_the_same(t, rng):
    """Batches of any size, partitions that go from worker to worker."""
    records = framed(logs.generate(logs.arguments("plain", 6000, 6, rng.randrange(10**6))))
    first = None
    for i in range(1 + rounds(t, 2, 5)):
        settings, moves, seed = any_settings(rng), rng.choice([0, 2, 6]) if i else 0, rng.randrange(10**6)
        redis = t.redis("--appendonly", "no")
        config = t.config(configs.ALL["everything"]["config"], redis, name=f"{i}.yaml", publish=settings["publish"])
        scripted(t, redis, config, records, settings["workers"], moves, seed)
        held = Content(redis, config).held
        if first is not None: assert_equal(first, held, f"{settings}, {moves} rebalances, seed {seed}")
        first = first or held
        redis.stop()


# ---------------------------------------------------------------- retraction undoes addition

def any_event(rng, number, tip):
    """As a mapping; every kind of metric, sometimes with an answer that is dropped."""
    chance = lambda p, value: {} if rng.random() > p else value
    return ({"id": f"x{number}", "time": tip - rng.randrange(3 * logs.HOUR), "channel": rng.choice(["phone", "chat", "12", "_x", "a|b", None])}
            | chance(.9, {"touchpoint": rng.choice(["billing", "delivery", "é"])}) | chance(.9, {"team": rng.choice(["north", "south"])})
            | chance(.8, {"agent": f"a{rng.randrange(20)}"}) | chance(.3, {"type": rng.choice(["invitation", "pulse"])})
            | chance(.8, {"nps": rng.choice([*range(11), 11, 9.5])}) | chance(.7, {"csat": rng.randint(0, 5)})
            | chance(.7, {"mood": rng.randint(-50, 50)}) | chance(.7, {"resolved": rng.choice([True, False, 1, 0, "no"])})
            | chance(.8, {"wait_s": round(rng.lognormvariate(3, 2), rng.randrange(6))}) | chance(.5, {"handle_s": rng.choice([0, 0.00001, 1e8])})
            | chance(.6, {"cost": rng.randrange(-10**8, 10**8) / 100}) | chance(.4, {"weight": rng.randrange(-10**12, 10**12) / 10**6})
            | chance(.4, {"units": rng.randrange(-10**12, 10**12)}) | chance(.3, {"emotion": rng.choice(["fear", "joy"])}))


def added_and_retracted(rng, n, tip):
    """n events and their retractions, each behind its event, in any order otherwise."""
    events = [any_event(rng, i, tip) for i in range(n)]
    places = [(rng.random(), event) for event in events]
    places += [(at + (1 - at) * rng.random(), event | {"op": "retract"}) for at, event in places]
    return b"".join(json.dumps(event).encode() + b"\n" for _, event in sorted(places, key=lambda p: p[0]))


@test(seconds=200, sanitized=True, quick=True)
@seeded
def retraction_undoes_addition(t, rng):
    """A log, and behind it events that are all taken back: every cell is what it was. Where only such events stand, all
    cells are empty."""
    tip = 1743908400000
    base = b"".join(raw + b"\n" for _, _, _, raw in logs.generate(logs.arguments("plain", 2500, 1, rng.randrange(10**6), ndjson=True)))
    base += json.dumps({"id": "tip", "time": tip, "channel": "phone", "nps": 1}).encode() + b"\n"
    more = added_and_retracted(rng, rounds(t, 600, 2000), tip)
    redis, made = t.redis("--appendonly", "no"), copy.deepcopy(configs.ALL["everything"]["config"])
    config = t.config(made, redis, **any_settings(rng))
    t.run("replay", config, t.write("log.ndjson", base))
    before = Content(redis, config)
    t.run("replay", config, t.write("log.ndjson", base + more))
    after = Content(redis, config)
    counted, retracted = (int(after.trust[f]) - int(before.trust[f]) for f in ("counted", "retracted"))
    assert counted == retracted == more.count(b"\n") // 2, f"{counted} counted, {retracted} retracted of {more.count(10)} records"
    assert before.cells() and before.high == after.high
    assert_equal(before.cells(), after.cells(), "cells before and after")

    alone = t.redis("--appendonly", "no")
    config = t.config(made, alone, **any_settings(rng))
    t.run("replay", config, t.write("alone.ndjson", more))
    left = Content(alone, config)
    assert not left.cells(), f"{len(left.cells())} windows are not empty: {list(left.cells().items())[:3]}"
    assert int(left.trust["counted"]) == more.count(b"\n") // 2
