"""What stands still is seen: each stop, refusal, rewind, outage and gap is counted in `trust` and told in a log line."""
import os
import signal

import logs
import oracle
import servers
from harness import Skip, consumed, test
from servers import until


def trust(redis, name):
    """A figure; -1 while there is none."""
    try: value = redis.client.hget("kaiku:trust", name)
    except servers.redis.exceptions.RedisError: return -1
    return int(value) if value and value != "nan" else -1


def prepare(t, **more):
    """A topic that holds a whole log, a server, a configuration, and how many records there are."""
    log = t.log("everything")
    topic, redis = t.topic(log.partitions), t.redis()
    t.kafka.write(topic, log.records)
    return redis, t.config(log.config, redis, topic, **more), len(log.records)


def stays(t, redis, config, name, value):
    """Another process shows what the one before it had counted."""
    t.run("run", config, "--until-end")
    assert trust(redis, name) == value, redis.client.hgetall("kaiku:trust")


@test("kafka", seconds=180, quick=True)
def rewind(t):
    redis, config, total = prepare(t)
    program = t.start("run", config)
    until(lambda: consumed(redis) == total, 60, "all records")
    redis.client.flushall()
    until(lambda: consumed(redis) == total, 60, "all records again")
    until(lambda: trust(redis, "rewinds") > 0, 20, "a counted rewind")
    program.terminate()
    assert "reading again from the stored positions" in program.err, program.err
    stays(t, redis, config, "rewinds", trust(redis, "rewinds"))
    t.compare("everything", redis, config)


@test("kafka", seconds=180, quick=True)
def outage_of_redis(t):
    """Counted though nothing is committed after it."""
    redis, config, total = prepare(t)
    program = t.start("run", config)
    until(lambda: consumed(redis) == total, 60, "all records")
    before = trust(redis, "outages")
    redis.stop()
    until(lambda: "redis is away, workers go on and wait for it" in program.err, 20, "a line about the outage")
    redis.start()
    until(lambda: trust(redis, "outages") == before + 1, 20, "a counted outage")
    program.terminate()
    assert before == 0 and "redis is back" in program.err, program.err
    stays(t, redis, config, "outages", 1)


@test("kafka", seconds=240, quick=True)
def outage_of_kafka(t):
    """A broker of its own, which goes and comes back."""
    t.kafka  # skips the test where there is no Java
    broker = servers.Kafka(f"{t.directory}/broker", t.options.topic)
    t.stack.callback(broker.stop)
    log, redis = t.log("everything"), t.redis()
    broker.create("own", log.partitions)
    first, second = log.slices(2)
    broker.write("own", first)
    config = t.config(log.config, redis, "own", properties={"bootstrap.servers": broker.brokers})
    program = t.start("run", config)
    until(lambda: consumed(redis) == len(first), 60, "the first half")
    broker.stop()
    until(lambda: trust(redis, "outages") == 1, 60, "a counted outage")
    assert "kafka is away, workers wait for it: " in program.err, program.err
    broker.start()
    broker.write("own", second)
    until(lambda: consumed(redis) == len(log.records), 60, "the second half")
    until(lambda: "kafka is back" in program.err, 20, "a line about its return")
    program.terminate()
    stays(t, redis, config, "outages", 1)
    t.compare("everything", redis, config)


@test("kafka", quick=True)
def refusal(t):
    """Seen in Redis though no instance runs."""
    redis, config, _ = prepare(t)
    t.run("run", config, "--until-end")
    redis.client.config_set("maxmemory-policy", "allkeys-lru")
    program = t.run("run", config, code=3)
    assert "cannot start" in program.err and "noeviction" in program.err, program.err
    assert trust(redis, "refusals") == 1, redis.client.hgetall("kaiku:trust")
    redis.client.config_set("maxmemory-policy", "noeviction")
    stays(t, redis, config, "refusals", 1)
    t.compare("everything", redis, config)


@test("kafka", quick=True)
def stop(t):
    """A key that became something else ends the process; what it was is in the log, that it was in `trust`."""
    redis, config, total = prepare(t)
    program = t.start("run", config)
    until(lambda: consumed(redis) == total, 60, "all records")
    redis.client.rename("kaiku:{0}:pos", "kept")
    redis.client.set("kaiku:{0}:pos", "something else")
    program.wait(30, code=3)
    assert "the publisher ended" in program.err and "WRONGTYPE" in program.err, program.err
    assert trust(redis, "stops") == 1, redis.client.hgetall("kaiku:trust")
    redis.client.rename("kept", "kaiku:{0}:pos")
    stays(t, redis, config, "stops", 1)
    t.compare("everything", redis, config)


@test("kafka", seconds=180, quick=True)
def gap_while_it_runs(t):
    """Kafka deletes what a running process was about to read."""
    topic, redis = t.topic(1), t.redis()
    config = t.config(t.log("everything").config, redis, topic, workers=1, properties={"session.timeout.ms": 45000})
    records = [(0, off, 1741500000000 + off, b'{"id":%d,"nps":%d,"comment":"%s"}' % (off, off % 11, b"x" * 2000)) for off in range(3000)]
    program = t.start("run", config)
    t.kafka.write(topic, records[:10])
    until(lambda: consumed(redis) == 10, 60, "the first records")
    program.process.send_signal(signal.SIGSTOP)
    t.kafka.write(topic, records[10:])
    t.kafka.run("trim", topic, 0, 2900)
    program.process.send_signal(signal.SIGCONT)
    until(lambda: trust(redis, "consumed") + trust(redis, "gap") == len(records), 60, "the records that are left, and the gap")
    program.terminate()
    gap = trust(redis, "gap")
    assert 0 < gap <= 2890, gap
    assert program.err.count(f"{gap} records, counted as gap") == 1, program.err
    assert trust(redis, "rewinds") == 0, redis.client.hgetall("kaiku:trust")


@test("kafka", seconds=180, quick=True)
def replay_margin(t):
    """From the oldest record's time to that of the one before the position, in the partition where that is least; nothing
    is left of it where all was deleted. Markers of transactions have no time."""
    topic, redis = t.topic(3), t.redis()
    config = t.config(t.log("everything").config, redis, topic)
    start, step = 1741500000000, 7000
    for p, n in ((0, 100), (1, 60)):
        t.kafka.write(topic, [(p, off, start + step * off, b'{"id":%d,"nps":%d}' % (off, off % 11)) for off in range(n)], ending="commit")

    def shows(seconds, what):
        program = t.start("run", config)
        until(lambda: trust(redis, "replay_margin_s") == seconds, 30, what)
        program.terminate()

    t.run("run", config, "--until-end")
    shows(59 * 7, "the margin")
    t.kafka.run("trim", topic, 0, 70)
    shows(29 * 7, "the margin of what is left")
    t.kafka.run("trim", topic, 1, 61)
    shows(0, "no margin")


def unique(records):
    """Index of a record like most, whose text stands in no other."""
    for i in range(len(records) // 2, len(records)):
        raw = records[i][3]
        if raw and 50 < len(raw) < 1000 and b"\0" not in raw and sum(raw in r[3] for r in records if r[3]) == 1: return i
    raise RuntimeError("no record stands once")


def without(t, log, i):
    """What is expected where record i is set aside unread."""
    p, offset, timestamp, raw = log.records[i]
    logs.write(f"{t.directory}/log", log.records[:i] + [(p, offset, timestamp, b"?" * len(raw))] + log.records[i + 1:])
    expected = oracle.expected(oracle.Config(t.config(log.config, "redis://unused", name="oracle.yaml")), f"{t.directory}/log", False)
    expected["reasons"]["not_json"] -= 1
    expected["reasons"]["crashed"] = 1
    entry = (p, offset, "not_json", "", len(raw))
    expected["rejected"][expected["rejected"].index(entry)] = (p, offset, "crashed", "", len(raw))
    return expected


@test("kafka", seconds=400, sanitized=True, quick=True)
def crashing_record(t):
    """Three processes are ended by it; the fourth sets it aside, and all else is exact."""
    with open(t.kaiku, "rb") as f:
        if b"KAIKU_CRASH_ON" not in f.read(): raise Skip("built without failpoints")
    redis, config, total = prepare(t, workers=2)
    log = t.log("everything")
    i = unique(log.records)
    notes = f"{t.directory}/notes"
    os.mkdir(notes)
    poison = {"KAIKU_CRASH_ON": os.fsdecode(log.records[i][3]), "TMPDIR": notes}
    for times in range(3):
        t.start("run", config, "--until-end", **poison).wait(90, code=-signal.SIGABRT)
        assert len(os.listdir(notes)) == 1, os.listdir(notes)
    last = t.run("run", config, "--until-end", seconds=120, **poison)
    assert "setting that record aside from now on" in last.err, last.err
    assert last.err.count("it is set aside unread and counted as 'crashed'") == 1, last.err
    assert os.listdir(notes) == [], os.listdir(notes)
    assert [trust(redis, name) for name in ("consumed", "crashed", "crashes")] == [total, 1, 3], redis.client.hgetall("kaiku:trust")
    t.compare(None, redis, config, without(t, log, i))
    t.run("verify", config)
    # The memory of duplicates is rebuilt from the records before the position, and that is one of them.
    t.run("run", config, "--until-end", **poison)
    stays(t, redis, config, "crashes", 3)
