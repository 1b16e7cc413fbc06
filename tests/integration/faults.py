"""Kills, rebalances and a Redis that goes away: afterwards everything is exact, and nothing is counted twice."""
import random
import shutil
import signal
import time

import configs
import oracle
from harness import consumed, test
from proxy import Proxy
from servers import until


def prepare(t, slices, **more):
    """A topic, a server and a configuration for a log that is written in slices while it is consumed."""
    log = t.log("everything")
    topic, redis = t.topic(log.partitions), t.redis()
    more = {"publish": {"commit_every": "20ms"}, "workers": 2} | more
    return topic, redis, t.config(log.config, redis, topic, **more), log.slices(slices)


def finish(t, redis, config):
    t.run("run", config, "--until-end", seconds=120)
    t.compare("everything", redis, config)


@test("kafka", seconds=420)
def killed_20_times(t):
    """kill -9: anywhere in the start, and while it consumes. As a static member it is back at once."""
    topic, redis, config, slices = prepare(t, 21, properties={"group.instance.id": "killed"})
    rng = random.Random(20)
    for part in slices[:20]:
        before = consumed(redis)
        t.kafka.write(topic, part)
        program = t.start("run", config)
        if rng.random() < .25: time.sleep(rng.uniform(0, .7))
        else:
            until(lambda: consumed(redis) > before, 60, "progress after a kill")
            time.sleep(rng.uniform(0, rng.choice([.02, .1, .5])))
        assert program.running, program.err[-2000:]
        program.kill()
    t.kafka.write(topic, slices[20])
    finish(t, redis, config)


@test("kafka", seconds=180, quick=True, sanitized=True)
def killed_3_times(t):
    topic, redis, config, slices = prepare(t, 4)
    rng = random.Random(3)
    for part in slices[:3]:
        before = consumed(redis)
        t.kafka.write(topic, part)
        program = t.start("run", config)
        until(lambda: consumed(redis) > before, 60, "progress after a kill")
        time.sleep(rng.uniform(0, .3))
        program.kill()
    t.kafka.write(topic, slices[3])
    finish(t, redis, config)


@test("kafka", seconds=300, sanitized=True)
def two_processes_join_and_leave(t):
    topic, redis, config, slices = prepare(t, 12)
    total, running = 0, {}

    def leave(name):
        running.pop(name).terminate()

    def killed(name):
        running.pop(name).kill()

    def join(name):
        running[name] = t.start("run", config)

    moves = [(join, "a"), (join, "b"), None, (leave, "a"), (join, "a"), (leave, "b"), None, (join, "b"), (killed, "a"), (join, "a"), (leave, "b")]
    for i, (part, move) in enumerate(zip(slices, moves)):
        if move: move[0](move[1])
        t.kafka.write(topic, part)
        total += len(part)
        # Every second move waits for the group to settle; the others come while it is rebalancing.
        if i % 2: until(lambda: consumed(redis) == total, 60, f"{total} records")
    for part in slices[len(moves):]: t.kafka.write(topic, part)
    total = sum(map(len, slices))
    until(lambda: consumed(redis) == total, 60, "all records")
    for name in list(running): leave(name)
    finish(t, redis, config)


@test("kafka", seconds=240, sanitized=True)
def redis_away_for_10_seconds(t):
    """Workers go on accumulating; when it is back, it is caught up with and the process is the same one."""
    topic, redis, config, slices = prepare(t, 12)
    program = t.start("run", config)
    total = len(slices[0])
    t.kafka.write(topic, slices[0])
    until(lambda: consumed(redis) == total, 60, "the first slice")
    redis.stop()
    away = time.monotonic()
    for part in slices[1:]:
        t.kafka.write(topic, part)
        total += len(part)
        time.sleep(.8)
    time.sleep(max(0, 10 - (time.monotonic() - away)))
    assert program.running, program.err[-2000:]
    redis.start()
    until(lambda: consumed(redis) == total, 60, "everything")
    program.terminate()
    finish(t, redis, config)


@test("kafka", seconds=240)
def redis_killed(t):
    """kill -9 of redis-server, at random moments and without a pause."""
    topic, redis, config, slices = prepare(t, 8)
    rng = random.Random(8)
    program = t.start("run", config)
    for part in slices:
        t.kafka.write(topic, part)
        time.sleep(rng.uniform(.1, .6))
        redis.kill()
        redis.start()
    until(lambda: consumed(redis) == sum(map(len, slices)), 60, "everything")
    program.terminate()
    finish(t, redis, config)


@test("kafka", seconds=240)
def redis_fell_back(t):
    """A server that comes back with what it held some commits ago: seen by the compare, and read again."""
    topic, redis, config, slices = prepare(t, 3)
    program = t.start("run", config)
    t.kafka.write(topic, slices[0])
    until(lambda: consumed(redis) == len(slices[0]), 60, "the first slice")
    redis.stop()
    shutil.copytree(f"{redis.directory}/appendonlydir", f"{t.directory}/saved")
    redis.start()
    t.kafka.write(topic, slices[1])
    until(lambda: consumed(redis) == len(slices[0] + slices[1]), 60, "the second slice")
    redis.kill()
    shutil.rmtree(f"{redis.directory}/appendonlydir")
    shutil.copytree(f"{t.directory}/saved", f"{redis.directory}/appendonlydir")
    redis.start()
    until(lambda: consumed(redis) == len(slices[0] + slices[1]), 60, "the second slice again")
    t.kafka.write(topic, slices[2])
    until(lambda: consumed(redis) == sum(map(len, slices)), 60, "everything")
    program.terminate()
    finish(t, redis, config)


@test("kafka", seconds=240)
def stopped_past_its_session(t):
    """SIGSTOP: another owner takes over; what the first still had is refused when it wakes."""
    topic, redis, config, slices = prepare(t, 4)
    first = t.start("run", config)
    t.kafka.write(topic, slices[0])
    until(lambda: consumed(redis) == len(slices[0]), 60, "the first slice")
    t.kafka.write(topic, slices[1])
    time.sleep(.03)
    first.process.send_signal(signal.SIGSTOP)
    second = t.start("run", config)
    t.kafka.write(topic, slices[2])
    until(lambda: consumed(redis) == sum(map(len, slices[:3])), 60, "the second owner")
    first.process.send_signal(signal.SIGCONT)
    t.kafka.write(topic, slices[3])
    until(lambda: consumed(redis) == sum(map(len, slices)), 60, "everything")
    first.terminate()
    second.terminate()
    finish(t, redis, config)


@test(seconds=120, quick=True, sanitized=True)
def promoted_between_admission_and_commit(t):
    """Positions do not tell that a replica has missed which values were admitted: these must not get lost."""
    redis, replica = t.redis(), t.redis()
    old, new = (b'{"id":%d,"time":"2025-03-09T06:00:0%dZ","nps":9,"channel":"%s"}\n' % x for x in ((1, 1, b"old"), (2, 2, b"new")))
    path = t.write("log.ndjson", old)
    t.run("replay", t.config(configs.SMALL, redis), path)
    replica.client.replicaof("127.0.0.1", redis.port)
    until(lambda: replica.client.info("replication")["master_link_status"] == "up" and consumed(replica), 60, "the replica")
    replica.client.replicaof("NO", "ONE")
    proxy = Proxy(redis.port)
    proxy.move_before(b"new|_all", replica.port)    # a member: it stands in the commit, the value itself in the admission
    t.write("log.ndjson", old + new)
    config = t.config(configs.SMALL, f"redis://127.0.0.1:{proxy.port}/0")
    t.run("replay", config, path)
    assert proxy.fired == 1 and redis.client.sismember("kaiku:values:channel", "new")
    t.compare(None, replica, config, oracle.expected(oracle.Config(config), path, True))
