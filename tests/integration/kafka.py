"""`kaiku run` against a real broker: whole logs, groups, and what topics can do."""
import os
import time

import configs
import logs
import oracle
from harness import consumed, test
from servers import until
import yaml

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def whole(t, name, codec, **more):
    log = t.log(name)
    topic, redis = t.topic(log.partitions), t.redis()
    t.kafka.write(topic, log.records, codec)
    config = t.config(log.config, redis, topic, workers=2, **more)
    t.run("run", config, "--until-end", seconds=150)
    t.compare(name, redis, config)


@test("kafka", seconds=400)
def everything_4_partitions_none(t): whole(t, "everything", "none")


@test("kafka", seconds=400, sanitized=True)
def everything_4_partitions_lz4(t): whole(t, "everything", "lz4", redis={"shards": 7})


@test("kafka", seconds=400)
def cloud_4_partitions_zstd(t): whole(t, "cloud", "zstd")


@test("kafka", seconds=400)
def uneven_16_partitions_lz4(t): whole(t, "uneven", "lz4")


@test("kafka", seconds=400)
def uneven_16_partitions_none(t): whole(t, "uneven", "none", redis={"shards": 1})


@test("kafka", seconds=400, sanitized=True)
def nested_16_partitions_zstd(t): whole(t, "nested", "zstd")


@test("kafka", quick=True)
def empty_topic(t):
    topic, redis = t.topic(3), t.redis()
    config = t.config(configs.EVERYTHING["config"], redis, topic)
    t.run("run", config, "--until-end", seconds=60)
    path = t.write("empty", "")
    t.compare(None, redis, config, oracle.expected(oracle.Config(config), path, False))


@test("kafka")
def start_at_the_end(t):
    """What stood there before is never read, and what comes later is, also when no instance runs."""
    log = t.log("everything")
    first, second = log.slices(2)
    topic, redis = t.topic(log.partitions), t.redis()
    t.kafka.write(topic, first)
    config = t.config(log.config, redis, topic, kafka={"start": "end"})
    t.run("run", config, "--until-end")
    assert redis.client.hget("kaiku:trust", "consumed") == "0"
    t.kafka.write(topic, second)
    t.run("run", config, "--until-end")
    assert redis.client.hget("kaiku:trust", "consumed") == str(len(second))


def written(t, topic, records):
    """Writes them and says up to which position they are then."""
    t.kafka.write(topic, records)
    return len(records)


@test("kafka", seconds=240)
def added_partition(t):
    """A partition that comes while an instance runs is read from its first record."""
    log = t.log("everything")
    topic, redis = t.topic(3), t.redis()
    config = t.config(log.config, redis, topic, workers=2)
    parts = [r for r in log.records if r[0] < 3], [r for r in log.records if r[0] == 3]
    half = len(parts[0]) // 2
    program = t.start("run", config)
    total = written(t, topic, parts[0][:half])
    until(lambda: consumed(redis) == total, 60, "the first half")
    t.kafka.run("grow", topic, 4)
    total += written(t, topic, parts[1] + parts[0][half:])
    until(lambda: consumed(redis) == total, 60, "the added partition")
    program.terminate()
    t.run("run", config, "--until-end")
    t.compare("everything", redis, config)


@test("kafka", quick=True)
def commits_keep_their_interval(t):
    """A worker that has answered is not asked again for the same commit."""
    with open(f"{ROOT}/deploy/kaiku.yaml") as f: shape = yaml.safe_load(f)
    topic, redis = t.topic(4), t.redis()
    config = t.config(shape, redis, topic, workers=2, publish={"commit_every": "200ms"})
    sent = ["gen", "--now", "--to", topic, "--brokers", t.kafka.brokers, "--rate", "2000"]
    program = t.start("run", config)
    t.run(*sent, "--count", "2000")
    until(lambda: consumed(redis) == 2000, 60, "the first records")
    begin, before = time.monotonic(), int(redis.client.hget("kaiku:trust", "commits"))
    t.run(*sent, "--count", "10000")
    until(lambda: consumed(redis) == 12000, 60, "all records")
    intervals, commits = (time.monotonic() - begin) / .2, int(redis.client.hget("kaiku:trust", "commits")) - before
    program.terminate()
    assert commits <= intervals + 2, f"{commits} commits in {intervals:.1f} intervals"


@test("kafka")
def trimmed(t):
    """Records that Kafka no longer holds are a counted gap."""
    log = t.log("everything")
    topic, redis = t.topic(log.partitions), t.redis()
    config = t.config(log.config, redis, topic)
    first, second, third = log.slices(3)
    t.kafka.write(topic, first)
    t.run("run", config, "--until-end")
    t.kafka.write(topic, second)
    upto = 7 + max(r[1] for r in second if r[0] == 1)
    t.kafka.write(topic, third)
    t.kafka.run("trim", topic, 1, upto)
    t.run("run", config, "--until-end")
    stored = max(r[1] for r in first if r[0] == 1) + 1
    trust = redis.client.hgetall("kaiku:trust")
    assert trust["gap"] == str(upto - stored), trust
    assert trust["consumed"] == str(len(log.records) - (upto - stored)), trust


@test("kafka", quick=True)
def transactions(t):
    """Aborted records never count; the markers' offsets are no gap and never waited for."""
    topic, redis = t.topic(1), t.redis()
    config = t.config(configs.EVERYTHING["config"], redis, topic)
    records = [(0, off, 1741500000000 + off, b'{"id":%d,"nps":%d}' % (off, off % 11)) for off in range(100)]
    t.kafka.write(topic, records[:30], ending="commit")                       # marker at 30
    t.kafka.write(topic, [(0, off + 1, ts, raw) for _, off, ts, raw in records[30:60]], ending="abort")
    last = [(0, off + 2, ts, raw) for _, off, ts, raw in records[60:]]
    t.kafka.write(topic, last, ending="commit")
    t.run("run", config, "--until-end", seconds=60)
    path = f"{t.directory}/log"
    logs.write(path, records[:30] + last)
    t.compare(None, redis, config, oracle.expected(oracle.Config(config), path, False))


@test("kafka", seconds=240, quick=True, sanitized=True)
def stopped_by_a_signal(t):
    """SIGTERM in the middle: a last commit, exit 0; before it the group's offsets stood in Kafka for lag monitors."""
    log = t.log("everything")
    topic, redis = t.topic(log.partitions), t.redis()
    config = t.config(log.config, redis, topic, workers=2)
    slices = log.slices(6)
    program = t.start("run", config)
    total = 0
    for part in slices[:2]: total += written(t, topic, part)
    until(lambda: consumed(redis) == total, 60, "two slices")
    ends = [sum(r[0] == p for part in slices[:2] for r in part) for p in range(log.partitions)]
    until(lambda: t.kafka.committed(topic, topic, log.partitions) == ends, 30, "the group's offsets")
    for part in slices[2:]: total += written(t, topic, part)
    time.sleep(.05)
    program.terminate(20)
    taken = consumed(redis)
    t.run("run", config, "--until-end")
    assert sum(ends) <= taken <= total, (ends, taken, total)
    t.compare("everything", redis, config)
