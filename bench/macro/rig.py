"""What the benchmarks of the whole program share: servers, topics full of events, configurations, measured runs."""
import contextlib
import dataclasses
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time

import yaml

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, f"{ROOT}/tests/support")
import servers  # noqa: E402
from servers import until  # noqa: E402

METRICS = [
    {"name": "nps", "kind": "nps", "field": "/nps"},
    {"name": "csat", "kind": "top_box", "field": "/csat", "scale": "1..5", "top": "4..5"},
    {"name": "wait_s", "kind": "quantiles", "field": "/wait_s", "unit": "s"},
    {"name": "in_time", "kind": "rate", "field": "/wait_s", "when": "<= 20"},
    {"name": "pleased", "kind": "rate", "field": "/csat", "when": ">= 4"},
    {"name": "german", "kind": "rate", "field": "/lang", "in": ["de"]},
    {"name": "satisfaction", "kind": "mean", "field": "/csat", "scale": "1..5"},
    {"name": "score", "kind": "mean", "field": "/nps", "scale": "0..10"},
    {"name": "waited", "kind": "sum", "field": "/wait_s", "unit": "s"},
    {"name": "answered", "kind": "count"},
]
CUBE = {"name": "contact", "by": ["channel", "touchpoint"], "grouping": "cube", "windows": ["1m"]}
# For runs that are stopped before the minute is over, and so before its entry in `ts` is written.
LIVE = CUBE | {"windows": ["1m", "year"]}
# As in production, a new group waits for its members: else the first to come reads alone until the second does.
GATHER = "group.initial.rebalance.delay.ms=1000"
FIRST = 8  # events that show that a run has begun to read; what is sent then skips these
LOG_APPEND = {"message_timestamp_type": "LogAppendTime"}


@dataclasses.dataclass
class Live:
    """A run beside its load: how it is configured, what is sent, and where the total of all events is read."""
    config: object  # (rig, redis, topic) -> path
    load: dict = dataclasses.field(default_factory=dict)  # options of bench_load
    window: str = "year"
    member: str = "_all|_all"
    fields: tuple = ("n",)  # in which each event counts once

    def readable(self, redis):
        """What a reader of the total sees."""
        found = redis.client.hmget(f"kaiku:now:contact:{self.window}:{self.member}", self.fields)
        return sum(int(n or 0) for n in found)

    def check_exact(self, redis, events):
        check_exact(redis, events, window=self.window, member=self.member, fields=self.fields)


class Job:
    """A run of kaiku, with what it took of the machine."""

    def __init__(self, program, arguments, directory):
        self.log = tempfile.mktemp(prefix="kaiku-", suffix=".log", dir=directory)
        self.begin, self.usage = time.monotonic(), None
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen([program, *arguments], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                            preexec_fn=servers.die_with_parent)

    @property
    def said(self):
        with open(self.log, "rb") as f: return f.read().decode(errors="replace")

    def ended(self):
        """Whether it did; by wait4, which alone tells what a child took."""
        if self.usage is None:
            pid, status, usage = os.wait4(self.process.pid, os.WNOHANG)
            if pid:
                self.seconds, self.usage = time.monotonic() - self.begin, usage
                self.process.returncode = os.waitstatus_to_exitcode(status)
        return self.usage is not None

    def commit_cells(self):
        """How many cells the commits held, of those that the log tells of: one each ten seconds, and the slow ones."""
        return sorted(int(n) for n in re.findall(r"(\d+) cells(?: in it|: committing)", self.said))

    def memory_mib(self):
        with open(f"/proc/{self.process.pid}/status") as f:
            for line in f:
                if line.startswith("VmRSS:"): return int(line.split()[1]) / 1024
        return 0.0

    def wait(self, seconds):
        """Its end, which must be a good one, within so many seconds."""
        until(self.ended, seconds, f"kaiku: {self.said[-1000:]}")
        if self.process.returncode: raise RuntimeError(f"kaiku: exit code {self.process.returncode}\n{self.said[-2000:]}")
        return self

    def terminate(self, seconds=60):
        self.process.send_signal(signal.SIGTERM)
        return self.wait(seconds)

    def close(self):
        if not self.ended():
            self.process.kill()
            until(self.ended, 20, "a killed kaiku")

    @property
    def cpu_s(self):
        return self.usage.ru_utime + self.usage.ru_stime

    @property
    def peak_mib(self):
        return self.usage.ru_maxrss / 1024


class Rig:
    """One broker for all, a Redis for each run; everything ends with the rig."""

    def __init__(self, build, short):
        self.build, self.short, self.topics, self.kafka = build, short, {}, None
        self.stack = contextlib.ExitStack()
        self.directory = self.stack.enter_context(tempfile.TemporaryDirectory(prefix="kaiku-bench-"))

    def __enter__(self):
        self.kafka = servers.Kafka(f"{self.directory}/broker", f"{self.build}/bench/macro/bench_load", GATHER)
        self.stack.callback(self.kafka.stop)
        return self

    def __exit__(self, *why):
        self.stack.close()

    # -- topics

    def create(self, name, partitions=8, **settings):
        self.kafka.run("create", name, partitions, *(f"{k.replace('_', '.')}={v}" for k, v in settings.items()))
        return name

    def send(self, topic, count, **options):
        """Starts the sending; what it sent is known by `sent`."""
        words = [w for k, v in options.items() for w in ([f"--{k.replace('_', '-')}"] + ([] if v is True else [str(v)]))]
        process = subprocess.Popen([self.kafka.topic, "send", self.kafka.brokers, topic, str(count), *words],
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, preexec_fn=servers.die_with_parent)
        self.stack.callback(servers.end, process, 5)
        return process

    def sent(self, process, seconds):
        out, _ = process.communicate(timeout=seconds)
        if process.returncode: raise RuntimeError("the load ended with an error")
        return json.loads(out)

    def topic(self, count, partitions=8, **options):
        """A topic that holds so many events, made when first asked for: its name, and what was sent."""
        key = (count, partitions, *sorted(options.items()))
        if key not in self.topics:
            name = self.create(f"events-{len(self.topics)}", partitions)
            self.topics[key] = name, self.sent(self.send(name, count, **options), 300)
        return self.topics[key]

    def drain(self, *arguments):
        return subprocess.run([f"{self.build}/bench/macro/bench_drain", *map(str, arguments)], check=True, timeout=300,
                              stdout=subprocess.PIPE, stdin=subprocess.DEVNULL).stdout

    # -- what is run

    @contextlib.contextmanager
    def redis(self):
        with tempfile.TemporaryDirectory(prefix="redis-", dir=self.directory) as directory:
            server = servers.Redis(directory)
            try: yield server
            finally: server.stop()

    def config(self, redis, topic, workers=1, metrics=3, view=CUBE, live=False, **more):
        """live: an event's time is its record's timestamp."""
        config = {
            "kafka": {"topics": [topic], "properties": {"bootstrap.servers": self.kafka.brokers, "group.id": "kaiku"}},
            "workers": workers,
            "redis": {"url": redis.url},
            "event": {"id": "/event_id", "time": "/at" if live else "/ts",
                      "dimensions": {"channel": "/channel", "touchpoint": {"field": "/touchpoint", "max_values": 2000000}}},
            "metrics": METRICS[:metrics],
            "views": [view],
        }
        return self.write(config | more)

    def contact_center(self, redis, topic, **more):
        """deploy/kaiku.yaml as it is, but for the servers and the topic's name."""
        with open(f"{ROOT}/deploy/kaiku.yaml") as f: config = yaml.safe_load(f)
        config["kafka"]["topics"] = [topic]
        config["kafka"]["properties"]["bootstrap.servers"] = self.kafka.brokers
        config["redis"]["url"] = redis.url
        return self.write(config | more)

    def write(self, config):
        path = tempfile.mktemp(prefix="config-", suffix=".yaml", dir=self.directory)
        with open(path, "w") as f: yaml.safe_dump(config, f, sort_keys=False)
        return path

    @contextlib.contextmanager
    def job(self, *arguments):
        job = Job(f"{self.build}/kaiku", arguments, self.directory)
        try: yield job
        finally: job.close()

    def to_the_end(self, config, redis, seconds=600):
        """A run over all that the topics hold, by now ended; with the CPU time that Redis took for it, and the rate
        between the first commit and the one that covered the last event."""
        before, commits = redis_cpu_s(redis), []
        with self.job("run", config, "--until-end") as job:
            while not job.ended():
                held = committed(redis)
                if held and (not commits or held != commits[-1][1]): commits.append((time.monotonic(), held))
                if time.monotonic() - job.begin > seconds: raise TimeoutError(f"kaiku: {job.said[-1000:]}")
                time.sleep(.01)
            job.wait(1)
        job.redis_cpu_s = redis_cpu_s(redis) - before
        (begin, first), (end, last) = commits[0], commits[-1]
        job.rate = (last - first) / (end - begin) if last > first else last / job.seconds
        return job

    def settle(self, job, redis, topic, **options):
        """Sends the first events, and waits until they are counted: from then on kaiku reads."""
        until(lambda: job.ended() or redis.client.exists("kaiku:{0}:starts"), 20, "kaiku")
        if job.ended(): raise RuntimeError(f"kaiku ended: {job.said[-1000:]}")
        self.sent(self.send(topic, FIRST, **options), 20)
        self.await_counted(job, redis, FIRST, 20)

    def await_counted(self, job, redis, events, seconds):
        """Until so many events are counted; more of them would be an error."""
        end = time.monotonic() + seconds
        while counted(redis) != events:
            if job.ended(): raise RuntimeError(f"kaiku ended: {job.said[-1000:]}")
            if counted(redis) > events or time.monotonic() > end:
                raise TimeoutError(f"{events} events were sent, trust says {redis.client.hgetall('kaiku:trust')}\n{job.said[-1000:]}")
            time.sleep(.02)


def redis_cpu_s(redis):
    info = redis.client.info("cpu")
    return info["used_cpu_user"] + info["used_cpu_sys"]


def committed(redis):
    """The events that shard 0's positions cover: what kaiku itself goes by."""
    return sum(int(position.split(":")[0]) for position in redis.client.hvals("kaiku:{0}:pos"))


def counted(redis):
    """Events that Redis holds, by its own figures; 0 while it is away."""
    try: return int(redis.client.hget("kaiku:trust", "counted") or 0)
    except servers.redis.exceptions.RedisError: return 0


def trust_of(redis):
    return {k: int(v) for k, v in redis.client.hgetall("kaiku:trust").items() if v.isdigit()}


def total(redis, view="contact", window="1m", member="_all|_all", fields=("n",)):
    """The sum of these fields over all windows of a member."""
    series = redis.client.xrange(f"kaiku:ts:{view}:{window}:{member}")
    windows = {at.split("-")[0]: sum(int(entry[f]) for f in fields) for at, entry in series}
    now = redis.client.hgetall(f"kaiku:now:{view}:{window}:{member}")
    windows[now["from"]] = sum(int(now[f]) for f in fields)
    return sum(windows.values())


def check_exact(redis, events, **where):
    """Every event is counted once: by the figures of trust, and by the cells of a total over all windows."""
    trust, stand = trust_of(redis), total(redis, **where)
    if not trust["consumed"] == trust["counted"] == stand == events:
        raise AssertionError(f"{events} events were sent, {stand} stand in the windows, trust says {trust}")


def cells(redis):
    """How many (member, window) cells Redis holds, and the bytes that these take."""
    found = size = 0
    client = redis.client
    for key in client.scan_iter("kaiku:{*}:c:*", count=1000):
        found += client.hlen(key)
        size += client.memory_usage(key, samples=0)
    return found, size


def figures(job, events):
    """What a run over so many events says in every benchmark."""
    return {"events": events, "seconds": round(job.seconds, 2), "events_per_s": round(job.rate),
            "cpu_us": round(job.cpu_s / events * 1e6, 4), "redis_cpu_us": round(job.redis_cpu_s / events * 1e6, 4),
            "peak_mib": round(job.peak_mib, 1)}
