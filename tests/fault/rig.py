"""What the rows share: configurations that are quick, endings that compare, and what stands before Redis and Kafka."""
import hashlib
import os
import signal
import subprocess

import configs
import logs
import oracle
import servers
from harness import consumed
from proxy import Proxy
from servers import die_with_parent, end, until

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
QUICK = {"publish": {"commit_every": "20ms", "views_every": "100ms"}, "workers": 1}
MARCH = 1741500000000   # 2025-03-09T06:00:00Z

# As EVALSHA names it.
with open(f"{ROOT}/src/store/lua/commit.lua", "rb") as f: COMMIT = hashlib.sha1(f.read()).hexdigest().encode()


# ---------------------------------------------------------------- the log as a file: no Kafka

def file(t, redis, /, *, url=None, **more):
    """(path, configuration) for `kaiku replay`."""
    log = t.log("file")
    return t.write("log.ndjson", log.lines()), t.config(log.config, url or redis, **(QUICK | more))


def lines(records):
    return b"".join(raw + b"\n" for _, _, _, raw in records)


def replay(t, redis, path, config):
    """To the end, without faults; then everything is as the oracle says."""
    t.write("log.ndjson", t.log("file").lines())
    t.run("replay", config, path, seconds=100)
    t.compare("file", redis, config)


# ---------------------------------------------------------------- the log in a topic

def stream(t, redis, slices, /, *, url=None, **more):
    """(topic, slices of the log, configuration) for `kaiku run`."""
    log = t.log("everything")
    topic = t.topic(log.partitions)
    return topic, log.slices(slices), t.config(log.config, url or redis, topic, **(QUICK | more))


def finish(t, redis, config):
    t.run("run", config, "--until-end", seconds=100)
    t.compare("everything", redis, config)


def until_consumed(redis, records, seconds=60):
    until(lambda: consumed(redis) == records, seconds, f"{records} records")


def simple(n, partitions=1):
    """Plain events, one a second."""
    return [(i % partitions, i // partitions, MARCH + i * 1000,
             b'{"id":%d,"time":%d,"nps":%d,"channel":"c%d","team":"t%d"}' % (i, MARCH + i * 1000, i % 11, i % 5, i % 3)) for i in range(n)]


def finish_simple(t, redis, config, records, **totals):
    """These records of configs.SMALL, and these totals beside."""
    t.run("run", config, "--until-end", seconds=100)
    logs.write(f"{t.directory}/expected", records)
    made = oracle.expected(oracle.Config(config), f"{t.directory}/expected", False)
    made["totals"] |= totals
    t.compare(None, redis, config, made)


# ---------------------------------------------------------------- faults

def killed(program, seconds=60):
    """Ended as by kill -9: a failpoint was reached."""
    program.wait(seconds, -signal.SIGKILL)


def stopped(program, *words, seconds=60):
    """Refused to go on, saying why."""
    program.wait(seconds, 3)
    for word in words: assert word in program.err, program.err[-2000:]


def behind_proxy(redis):
    """(proxy, URL)"""
    proxy = Proxy(redis.port)
    return proxy, f"redis://127.0.0.1:{proxy.port}/0"


def stored(redis):
    """What commits write: positions, cells, counters, feeds."""
    client = servers.redis.Redis(port=redis.port)
    names = ("pos", "c:*", "u:*", "totals", "reasons", "rejected", "feed:*")
    return {key: client.dump(key) for name in names for key in client.keys("kaiku:{*}:" + name)}


class Mock:
    """A mock cluster that misbehaves on demand: see mock.c."""

    def __init__(self, t, topic, partitions):
        self.topic = topic
        program = os.path.join(os.path.dirname(t.kaiku), "tests", "fault", "mock")
        self.process = subprocess.Popen([program, topic, str(partitions)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                        preexec_fn=die_with_parent)
        t.stack.callback(end, self.process)
        self.brokers = self.process.stdout.readline().strip()
        self.helper = t.options.topic

    def tell(self, *words):
        self.process.stdin.write(" ".join(map(str, words)) + "\n")
        self.process.stdin.flush()
        assert self.process.stdout.readline() == "ok\n", words

    def write(self, records):
        data = b"".join(b"%d %d %d %d\n%s\n" % (p, off, ts, len(raw), raw) for p, off, ts, raw in records)
        subprocess.run([self.helper, "write", self.brokers, self.topic, "none"], input=data, check=True, timeout=60)

    def config(self, t, redis):
        properties = {"group.id": "rows", "session.timeout.ms": 3500, "heartbeat.interval.ms": 400, "fetch.wait.max.ms": 50,
                      "reconnect.backoff.max.ms": 500}
        return configs.write(f"{t.directory}/kaiku.yaml", configs.SMALL, redis.url, self.brokers, [self.topic], properties, **QUICK)
