"""`kaiku verify`: silent where all is right, also beside a running `kaiku run`; names what was tampered with."""
import os
import random
import re
import struct
import threading
import time

import configs
import logs
import servers
from harness import Log, consumed, test
from servers import until

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def raw(redis):
    """Cells are bytes."""
    return servers.redis.Redis(port=redis.port)


def content(redis):
    """Every key, as Redis dumps it."""
    client = raw(redis)
    return {key: client.dump(key) for key in client.keys("*")}


def right(t, *arguments):
    """Exit 0, no differences; answers how many records were read."""
    program = t.run("verify", *arguments, seconds=150)
    found = re.fullmatch(r"0 differences: (\d+) records read; (\d+) cells of \d+ windows, .*\n", program.out)
    assert found and int(found[2]) > 0, program.said[-2000:]
    return int(found[1])


def wrong(t, *arguments, names):
    """Exit 1, and each of the names in a line of its own before the last."""
    program = t.run("verify", *arguments, code=1, seconds=150)
    *lines, last = program.out.splitlines()
    assert int(last.split()[0]) == len(lines) > 0 and " differences: " in last, last
    for name in names: assert any(name in line for line in lines), f"{name}\n" + program.out[-3000:]
    return lines


def refused(t, *arguments, says):
    program = t.run("verify", *arguments, code=3, seconds=60)
    assert says in program.err, program.err
    return program.err


@test(quick=True, sanitized=True)
def usage(t):
    assert "kaiku verify" in t.run("verify", "--help").out
    assert t.run("verify", code=2).err and t.run("verify", "--no-such-option", code=2).err
    assert "missing.yaml" in t.run("verify", "missing.yaml", code=2).said
    config = t.config(configs.SMALL, t.redis())
    t.run("verify", config, "-", code=2)


# ---------------------------------------------------------------- files

def whole(t, name, **more):
    """A log as files, one a partition. That what stands in Redis is right is shown by the tests of `replay`."""
    log, redis = Log(name, 15000), t.redis()
    config = t.config(log.config, redis, **more)
    parts = sorted({r[0] for r in log.records})
    paths = [t.write(f"{p}.ndjson", b"".join((b"" if line is None else line.replace(b"\n", b" ")) + b"\n"
                                            for q, _, _, line in log.records if q == p)) for p in parts]
    t.run("replay", config, *paths, seconds=150)
    before = content(redis)
    assert right(t, config, *paths) == len(log.records)
    assert content(redis) == before, "verify has written"


@test(seconds=300, quick=True, sanitized=True)
def everything(t): whole(t, "everything", redis={"shards": 7})


@test(seconds=300)
def everything_in_one_shard(t): whole(t, "everything", redis={"shards": 1})


@test(seconds=300, quick=True)
def uneven(t): whole(t, "uneven")


@test(seconds=300)
def cloud(t): whole(t, "cloud")


@test(seconds=300)
def nested(t): whole(t, "nested")


@test(seconds=300, quick=True)
def as_the_oracle_has_it(t):
    log, redis = t.log("file"), t.redis()
    config = t.config(log.config, redis)
    path = t.write("log.ndjson", log.lines())
    t.run("replay", config, path)
    t.compare("file", redis, config)
    assert right(t, config, path) == len(log.records)


@test(seconds=300, quick=True, sanitized=True)
def after_kills(t):
    """Shards may stand at different positions then: each is right up to its own."""
    log, redis = t.log("file"), t.redis()
    config = t.config(log.config, redis, publish={"commit_every": "20ms"})
    path, rng, read = t.write("log.ndjson", log.lines()), random.Random(4), []
    for _ in range(6):
        before = consumed(redis)
        program = t.start("replay", config, path)
        until(lambda: consumed(redis) > before or not program.running, 60, "progress")
        time.sleep(rng.uniform(0, .03))
        program.kill()
        read.append(right(t, config, path))
    assert 0 < read[0] <= read[-1] <= len(log.records), read


@test(seconds=200, quick=True)
def the_example(t):
    """What `kaiku gen` makes, through deploy/kaiku.yaml but for its addresses; standard input too."""
    redis = t.redis()
    with open(f"{ROOT}/deploy/kaiku.yaml") as f: text = f.read()
    config = t.write("kaiku.yaml", text.replace("redis://localhost:6379/0", redis.url))
    path = t.write("gen.ndjson", t.run("gen", "--count", 20000, "--days", 2, "--late", 5, "--duplicates", 3).out)
    with open(path, "rb") as f: t.run("replay", config, "-", "--name", "piped", stdin=f)
    with open(path, "rb") as f:
        program = t.start("verify", config, "-", "--name", "piped", stdin=f)
        program.wait(60)
    assert program.out.startswith("0 differences: 20000 records"), program.said


@test(seconds=200, quick=True)
def full_dimensions_and_removed_windows(t):
    made = {**configs.SMALL, "views": [{"name": "all", "by": ["team"], "windows": ["1h", "day"], "retention": {"1h": "2d"}}],
            "event": {"dimensions": {"channel": {"field": "/channel", "max_values": 3}, "team": {"field": "/agent", "max_values": 5}}}}
    redis = t.redis()
    config = t.config(made, redis)
    log = logs.generate(logs.arguments("plain", 8000, 1, ndjson=True))
    path = t.write("log.ndjson", b"".join(line + b"\n" for _, _, _, line in log))
    t.run("replay", config, path)
    assert any(redis.client.hgetall(f"kaiku:{{{s}}}:floor") for s in range(64))
    assert "_other" in redis.client.smembers("kaiku:values:team")
    right(t, config, path)
    gone = next(v for v in redis.client.smembers("kaiku:values:team") if not v.startswith("_"))
    redis.client.srem("kaiku:values:team", gone)
    wrong(t, config, path, names=["kaiku:values:team "])


# ---------------------------------------------------------------- what was tampered with

def prepare(t):
    """A short log: whole ones are verified above, and these tests verify often."""
    setup, redis = configs.EVERYTHING, t.redis()
    records = logs.generate(logs.arguments(setup["shape"], 6000, 1, ndjson=True))
    config, path = t.config(setup["config"], redis), t.write("log.ndjson", b"".join(raw + b"\n" for _, _, _, raw in records))
    t.run("replay", config, path)
    return redis, config, path


def dense(counters):
    """A cell of one chunk with counters from n on, four bytes each."""
    return struct.pack("<HBB", 0, 2 * 32, len(counters)) + struct.pack(f"<{len(counters)}i", *counters)


@test(seconds=300, quick=True)
def tampered_cells(t):
    redis, config, path = prepare(t)
    client = raw(redis)
    key = sorted(client.keys("kaiku:{*}:c:1:contact:day:*"))[0]
    member, cell = max(client.hgetall(key).items(), key=lambda item: len(item[1]))
    name = f"{key.decode()} {member.decode()}"
    client.hset(key, member, dense([4711]))
    wrong(t, config, path, names=[f"{name} n: stored 4711, expected "])
    client.hset(key, member, "nonsense")
    wrong(t, config, path, names=[f"{name}: stored bytes that are no cell"])
    client.hdel(key, member)
    wrong(t, config, path, names=[f"{name}: stored nothing"])
    client.hset(key, member, cell)
    client.hset(key, "nobody|_all", dense([1]))
    wrong(t, config, path, names=[f"{key.decode()} nobody|_all n: stored 1, expected 0"])
    client.hdel(key, "nobody|_all")
    right(t, config, path)
    unique = sorted(client.keys("kaiku:{*}:u:1:*"))[0]
    client.pfadd(unique, *[f"x{i}" for i in range(100)])
    wrong(t, config, path, names=["customers[register "])


@test(seconds=300, quick=True)
def tampered_windows(t):
    """A window of cells that is gone as a whole, and one that is no more listed."""
    redis, config, path = prepare(t)
    key = sorted(redis.client.keys("kaiku:{*}:c:1:contact:month:*"))[0]
    raw(redis).delete(key)
    wrong(t, config, path, names=[key])
    shard, start = re.match(r"kaiku:\{(\d+)\}", key)[1], key.split(":")[-1]
    redis.client.zrem(f"kaiku:{{{shard}}}:windows:contact:month", start)
    wrong(t, config, path, names=[key])


@test(seconds=300, quick=True)
def tampered_counters_and_entries(t):
    redis, config, path = prepare(t)
    client = redis.client
    for key, field in (("kaiku:{0}:totals", "late"), ("kaiku:{0}:totals", "gap"), ("kaiku:{0}:reasons", "bad_metric")):
        client.hincrby(key, field, 1)
        assert len(wrong(t, config, path, names=[f"{key} {field}: stored "])) == 1
        client.hincrby(key, field, -1)
    right(t, config, path)
    for key in ("kaiku:{0}:feed:detractor", "kaiku:{0}:rejected"):
        entries = client.xrange(key)
        ident, fields = entries[len(entries) // 2]
        place = f"{key} {fields['topic']}:{fields['partition']}:{fields['offset']}:"
        client.xdel(key, ident)
        wrong(t, config, path, names=[place, f"{key} entries: stored {len(entries) - 1}, expected {len(entries)}"])
        client.delete(key)
        for i, (_, f) in enumerate(entries): client.xadd(key, f | {"at": "1"} if i == len(entries) // 2 else f)
        assert len(wrong(t, config, path, names=[f"{place}{fields.get('metric', '')} at: stored 1, expected {fields['at']}"])) == 1
        client.xadd(key, fields)
        wrong(t, config, path, names=[f"{place}{fields.get('metric', '')}: stored twice"])
        client.delete(key)
        for _, f in entries: client.xadd(key, f)
        right(t, config, path)


@test(seconds=300, quick=True)
def tampered_positions(t):
    redis, config, path = prepare(t)
    client, field = redis.client, f"file:{t.directory}/log.ndjson:0"
    stored = client.hget("kaiku:{5}:pos", field)
    following, high, check = stored.split(":")
    for other in (f"{following}:{int(high) + 1}:{check}", f"{following}:{high}:00000000000000aa", f"{int(following) + 5}:{high}:{check}",
                  f"{int(following) - 1000}:{high}:{check}"):
        client.hset("kaiku:{5}:pos", field, other)
        wrong(t, config, path, names=[f"kaiku:{{5}}:pos {field}: stored {other}"])
    client.hset("kaiku:{5}:pos", field, "nonsense")
    refused(t, config, path, says="no position")
    client.hset("kaiku:{5}:pos", field, stored)
    right(t, config, path)


@test(seconds=120, quick=True)
def another_file(t):
    """The same name, another content."""
    redis, config, path = prepare(t)
    with open(path, "rb") as f: lines = f.read().split(b"\n")
    t.write("log.ndjson", b"\n".join(lines[:-2]))
    wrong(t, config, path, names=["expected at most "])


@test(seconds=120, quick=True)
def refusals(t):
    redis = t.redis()
    config, path = t.config(configs.SMALL, redis), t.write("one.ndjson", '{"id":"1","time":"2025-03-09T10:00:00Z","nps":9}\n')
    refused(t, config, path, says="is empty")
    assert redis.client.keys("*") == []
    t.run("replay", config, path)
    refused(t, config, says="name that file")
    refused(t, t.config(configs.SMALL, redis, name="other.yaml", time_zone="Europe/Helsinki"), path, says="configuration differs")
    redis.client.delete("kaiku:{3}:head")
    refused(t, config, path, says="1 of the 64 shards")


# ---------------------------------------------------------------- Kafka

@test("kafka", seconds=300, quick=True, sanitized=True)
def beside_a_running_one(t):
    """Whatever is being committed: what was read in one step is compared with what stands before its positions."""
    log = t.log("everything")
    topic, redis = t.topic(log.partitions), t.redis()
    config = t.config(log.config, redis, topic, workers=2, publish={"commit_every": "20ms"})
    program, total, read = t.start("run", config), len(log.records), []

    def write():
        sent = 0
        for part in log.slices(20):
            t.kafka.write(topic, part)
            sent += len(part)
            until(lambda: consumed(redis) >= sent, 60, "a slice")

    writer = threading.Thread(target=write, daemon=True)
    writer.start()
    until(lambda: consumed(redis) > 0, 60, "the first commit")
    while writer.is_alive(): read.append(right(t, config))
    assert any(0 < n < total for n in read), read
    until(lambda: consumed(redis) == total, 60, "the whole log")
    assert right(t, config) == total
    program.terminate()
    t.run("run", config, "--until-end")
    assert right(t, config) == total
    t.compare("everything", redis, config)


@test("kafka", seconds=200, quick=True)
def deleted_beginnings(t):
    """What was counted and is gone cannot be verified; what was gone before it was counted is a gap, and need not be there."""
    log = t.log("everything")
    topic, redis = t.topic(log.partitions), t.redis()
    config = t.config(log.config, redis, topic)
    t.run("run", config, "--until-end")
    first, second = log.slices(2)
    t.kafka.write(topic, first)
    upto = 1 + max(r[1] for r in first if r[0] == 1) // 2
    t.kafka.run("trim", topic, 1, upto)
    t.run("run", config, "--until-end")
    assert redis.client.hget("kaiku:trust", "gap") == str(upto)
    right(t, config)
    t.kafka.write(topic, second)
    t.run("run", config, "--until-end")
    right(t, config)
    t.kafka.run("trim", topic, 1, upto + 5)
    refused(t, config, says=f"'{topic}:1' can be verified from offset {upto + 5} only")


@test("kafka", quick=True)
def transactions(t):
    """Markers and aborted records are holes in the log."""
    topic, redis = t.topic(1), t.redis()
    config = t.config(configs.EVERYTHING["config"], redis, topic)
    records = [(0, off, 1741500000000 + off, b'{"id":%d,"nps":%d}' % (off, off % 11)) for off in range(60)]
    t.kafka.write(topic, records[:30], ending="commit")
    t.kafka.write(topic, [(0, off + 1, ts, line) for _, off, ts, line in records[30:]], ending="abort")
    t.run("run", config, "--until-end", seconds=60)
    assert right(t, config) == 30
