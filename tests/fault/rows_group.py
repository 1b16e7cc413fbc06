"""Rows 3 to 8: what happens to members of the group."""
import random
import re
import signal
import time

from harness import consumed, test
from rig import finish, killed, stopped, stream, until_consumed
from servers import until


@test("kafka", seconds=110)
def row_03_killed_in_a_rebalance(t):
    """Another member joins, and the first is killed in its own rebalance."""
    redis = t.redis()
    kills = ("revoke=kill@1", "revoked=kill@1", "assign=kill@2", "opened=kill@2")
    topic, parts, config = stream(t, redis, 2 * len(kills))
    total = 0
    for i, chosen in enumerate(kills):
        first = t.start("run", config, KAIKU_FAILPOINTS=chosen)
        t.kafka.write(topic, parts[2 * i])
        until_consumed(redis, total + len(parts[2 * i]))
        second = t.start("run", config)
        killed(first)
        t.kafka.write(topic, parts[2 * i + 1])
        total += len(parts[2 * i]) + len(parts[2 * i + 1])
        until_consumed(redis, total)
        second.kill()
    finish(t, redis, config)


@test("kafka", seconds=60)
def row_04_stopped_past_its_session(t):
    """SIGSTOP with records that are counted and not committed: another member takes them; when it wakes it drops its own."""
    redis = t.redis()
    topic, parts, config = stream(t, redis, 2)
    # What stands there already comes before the news that a partition ends, which would make a commit of its own.
    t.kafka.write(topic, parts[0])
    first = t.start("run", config, KAIKU_FAILPOINTS="encode=sleep:4000@1")  # longer than it takes to stop it
    until(lambda: "failpoint" in first.err, 20, "a commit that is ready to be sent")
    first.process.send_signal(signal.SIGSTOP)
    second = t.start("run", config)
    until_consumed(redis, len(parts[0]))
    first.process.send_signal(signal.SIGCONT)
    until(lambda: "stored positions differ" in first.err, 20, "the refusal")
    t.kafka.write(topic, parts[1])
    until_consumed(redis, sum(map(len, parts)))
    first.terminate()
    second.terminate()
    finish(t, redis, config)


@test("kafka", seconds=60)
def row_05_stuck_past_the_poll_interval(t):
    """Thrown out by its own client, it joins again."""
    redis = t.redis()
    topic, parts, config = stream(t, redis, 3, properties={"max.poll.interval.ms": 3000})
    program = t.start("run", config, KAIKU_FAILPOINTS="poll=sleep:6000@2")
    for part in parts[:2]: t.kafka.write(topic, part)
    until(lambda: "poll interval" in program.err, 30, "the client's complaint")
    t.kafka.write(topic, parts[2])
    until_consumed(redis, sum(map(len, parts)))
    program.terminate()
    finish(t, redis, config)


@test("kafka", seconds=60)
def row_06_terminated_under_load(t):
    """A last commit and 0, within the ten seconds that a supervisor waits."""
    redis = t.redis()
    topic, parts, config = stream(t, redis, 6)
    program = t.start("run", config)
    for i, part in enumerate(parts):
        t.kafka.write(topic, part)
        if i == 2: until(lambda: consumed(redis), 30, "progress")
    program.terminate(10)
    read = int(re.search(r"(\d+) records in", program.err)[1])
    assert consumed(redis) == read, f"{consumed(redis)} of {read} records that were read"
    finish(t, redis, config)


@test("kafka", seconds=60)
def row_07_two_with_one_id(t):
    """The older one is fenced: it stops and says so; the other goes on. Workers of one process are no such two."""
    redis = t.redis()
    topic, parts, config = stream(t, redis, 2, properties={"group.instance.id": "one"}, workers=2)
    first = t.start("run", config)
    t.kafka.write(topic, parts[0])
    until_consumed(redis, len(parts[0]))
    second = t.start("run", config)
    stopped(first, "fenced")
    t.kafka.write(topic, parts[1])
    until_consumed(redis, sum(map(len, parts)))
    second.terminate()
    finish(t, redis, config)


def catches(program, number):
    """It has come so far that it ends by this signal as it should, and not as any program."""
    with open(f"/proc/{program.process.pid}/status") as f: caught = int(re.search(r"SigCgt:\s+(\w+)", f.read())[1], 16)
    return caught >> (number - 1) & 1


@test("kafka", seconds=110)
def row_08_rebalance_storm(t):
    """A member that comes and goes, by all the ways there are, faster than the group settles."""
    redis, rng = t.redis(), random.Random(8)
    topic, parts, config = stream(t, redis, 8)
    steady, total = t.start("run", config), 0
    for i, part in enumerate(parts):
        guest = t.start("run", config)
        t.kafka.write(topic, part)
        total += len(part)
        time.sleep(rng.uniform(.2, 2))
        if i % 3: until(lambda: catches(guest, signal.SIGTERM), 30, "the guest")
        if i % 3 == 0: guest.kill()
        else: guest.terminate(number=(signal.SIGTERM, signal.SIGINT)[i % 2])
    until_consumed(redis, total)
    steady.terminate()
    finish(t, redis, config)
