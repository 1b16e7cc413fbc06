"""What the integration tests share: registration, a context for each test, the program under test, expectations."""
import contextlib
import glob
import hashlib
import os
import pickle
import re
import signal
import subprocess
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor

import configs
import logs
import oracle
import servers
from servers import until

TESTS = []
HERE = os.path.dirname(os.path.abspath(__file__))


class Skip(Exception):
    """Why a test cannot run here."""


def test(*needs, seconds=120, sanitized=False, quick=False, group=None):
    """Registers a test under MODULE.FUNCTION. needs: "kafka". seconds: its time limit. sanitized: also run with the
    sanitizers' programs. quick: part of a quick run. group: tests of one share what they put into Context.shared, and
    never run beside each other."""
    def register(function):
        name = f"{function.__module__}.{function.__name__}"
        TESTS.append(dict(name=name, run=function, needs=needs, seconds=seconds, sanitized=sanitized, quick=quick, group=group or name))
        return function
    return register


# ---------------------------------------------------------------- logs with what is expected of them

# name: configuration, partitions, season, as files for `kaiku replay`?
LOGS = {
    "everything": ("everything", 4, "spring", False),
    "uneven": ("uneven", 16, "autumn", False),
    "cloud": ("cloud", 4, "spring", False),
    "nested": ("nested", 16, "autumn", False),
    "file": ("everything", 1, "spring", True),
}


class Log:
    """Records, the configuration they were made for, and what Redis must hold in the end."""

    def __init__(self, name, records):
        self.name = name
        config, self.partitions, season, self.ndjson = LOGS[name]
        self.setup = configs.ALL[config]
        self.config = self.setup["config"]
        self.arguments = logs.arguments(self.setup["shape"], records, self.partitions, 1, season,
                                        self.setup.get("span", 100000), self.ndjson)
        self.records = logs.generate(self.arguments)

    def slices(self, n):
        """The records in n runs, in order."""
        size = -(-len(self.records) // n)
        return [self.records[i:i + size] for i in range(0, len(self.records), size)]

    def lines(self, partition=0):
        """The records as lines of an NDJSON file."""
        return b"".join(raw + b"\n" for p, _, _, raw in self.records if p == partition)


def expectation(name, records):
    """Computes what is expected of a log, or takes it from the cache; run in a process of its own."""
    log = Log(name, records)
    sources = b"".join(open(f"{HERE}/{f}.py", "rb").read() for f in ("oracle", "logs", "configs"))
    digest = hashlib.sha256(sources + repr((name, records, LOGS[name])).encode()).hexdigest()[:16]
    path = f"{servers.CACHE}/expected/{name}-{digest}"
    if not os.path.exists(path):
        os.makedirs(os.path.dirname(path), exist_ok=True)
        for old in glob.glob(f"{servers.CACHE}/expected/{name}-*"):
            if time.time() - os.path.getmtime(old) > 86400: os.remove(old)
        with tempfile.TemporaryDirectory() as d:
            with open(f"{d}/log", "wb") as f:
                if log.ndjson: f.write(log.lines())
            if not log.ndjson: logs.write(f"{d}/log", log.records)
            config = oracle.Config(configs.write(f"{d}/config.yaml", log.config, "redis://unused"))
            made = oracle.expected(config, f"{d}/log", log.ndjson)
        with open(f"{path}.{os.getpid()}", "wb") as f: pickle.dump(made, f)
        os.rename(f"{path}.{os.getpid()}", path)
    return path


class Expectations:
    """Computes expectations beside the tests, in the order of first use."""

    def __init__(self, records):
        self.records, self.made, self.paths = records, {}, {}
        self.pool = ProcessPoolExecutor(2, initializer=servers.die_with_parent)

    def prepare(self, names):
        for name in names:
            if name not in self.paths: self.paths[name] = self.pool.submit(expectation, name, self.records)

    def log(self, name):
        if name not in self.made: self.made[name] = Log(name, self.records)
        return self.made[name]

    def expected(self, name):
        self.prepare([name])
        with open(self.paths[name].result(), "rb") as f: return pickle.load(f)

    def finish(self):
        """Waits for all that were begun: a forked process has no pool."""
        for name, path in self.paths.items():
            path.result()
            self.log(name)

    def close(self):
        self.pool.shutdown(wait=True, cancel_futures=True)


# ---------------------------------------------------------------- the program under test

def as_from_a_shell():
    """Also where these tests were begun with nohup."""
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    servers.die_with_parent()


class Program:
    """A run of kaiku, its output in files."""

    def __init__(self, context, arguments, stdin, environment):
        self.arguments = arguments
        stem = tempfile.mktemp(prefix=f"{arguments[0] if arguments else 'kaiku'}-", dir=context.directory)
        self.out_path, self.err_path = stem + ".out", stem + ".err"
        with open(self.out_path, "wb") as out, open(self.err_path, "wb") as err:
            self.process = subprocess.Popen([context.kaiku, *map(str, arguments)], stdin=stdin or subprocess.DEVNULL, stdout=out, stderr=err,
                                            cwd=context.directory, env=os.environ | context.environment | environment,
                                            preexec_fn=as_from_a_shell)

    @property
    def out(self):
        with open(self.out_path, "rb") as f: return f.read().decode(errors="replace")

    @property
    def err(self):
        with open(self.err_path, "rb") as f: return f.read().decode(errors="replace")

    @property
    def said(self):
        return self.out + self.err

    @property
    def running(self):
        return self.process.poll() is None

    def wait(self, seconds, code=0):
        """Its end within so many seconds, with this exit code (None: any)."""
        try: self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.send_signal(signal.SIGABRT)
            raise AssertionError(f"{self}: still running after {seconds} s\n{self.err[-2000:]}") from None
        got = self.process.returncode
        assert code is None or got == code, f"{self}: exit {got}, expected {code}\n{self.err[-3000:]}"
        return self

    def terminate(self, seconds=20, number=signal.SIGTERM):
        """A signal that asks it to end; it must do so with 0."""
        assert self.running, f"{self}: ended by itself with {self.process.returncode}\n{self.err[-3000:]}"
        self.process.send_signal(number)
        return self.wait(seconds)

    def kill(self):
        self.process.kill()
        self.process.wait()

    def __str__(self):
        return "kaiku " + " ".join(map(str, self.arguments))


class Context:
    """What one test works with; everything it starts is ended with it."""

    def __init__(self, options, shared):
        self.kaiku, self.options, self.shared = options.kaiku, options, shared
        self.expectations = shared["expectations"]
        self.stack = contextlib.ExitStack()
        self.directory = self.stack.enter_context(tempfile.TemporaryDirectory(prefix="kaiku-test-"))
        # Leaks and races are reported in files: exit codes alone do not show them all.
        report = f"log_path={self.directory}/sanitizer"
        self.environment = {"ASAN_OPTIONS": f"detect_leaks=1:{report}", "UBSAN_OPTIONS": f"print_stacktrace=1:{report}",
                            "TSAN_OPTIONS": f"halt_on_error=1:second_deadlock_stack=1:{report}"}

    def close(self):
        self.stack.close()

    def check_sanitizer(self):
        for path in glob.glob(f"{self.directory}/sanitizer*"):
            with open(path) as f: raise AssertionError(f.read()[:6000])

    # -- servers

    def redis(self, *options, **credentials):
        server = servers.Redis(tempfile.mkdtemp(prefix="redis-", dir=self.directory), *options, **credentials)
        self.stack.callback(server.stop)
        return server

    @property
    def kafka(self):
        """The broker, started by the first test that needs it; topics belong to one test each."""
        why = servers.java_missing()
        if why and os.environ.get("CI") == "true": raise RuntimeError(why)
        if why: raise Skip(why)
        if self.shared.get("kafka") is None:
            directory = os.path.join(self.shared["stack"].enter_context(tempfile.TemporaryDirectory(prefix="kaiku-kafka-")), "broker")
            self.shared["kafka"] = servers.Kafka(directory, self.options.topic)
            self.shared["stack"].callback(self.shared["kafka"].stop)
        return self.shared["kafka"]

    def topic(self, partitions, broker=None):
        """A new topic of the broker, or of one that a test has for itself, by name."""
        self.shared["topics"] = self.shared.get("topics", 0) + 1
        name = f"feedback-{os.getpid()}-{self.shared['topics']}"
        (broker or self.kafka).create(name, partitions)
        return name

    # -- configurations and programs

    def write(self, name, content):
        path = f"{self.directory}/{name}"
        with open(path, "wb") as f: f.write(content if isinstance(content, bytes) else content.encode())
        return path

    def config(self, config, server, topic=None, name="kaiku.yaml", properties=None, **more):
        """A configuration file; with a topic it joins a group of the topic's name, whose dead members are soon forgotten."""
        quick = {"group.id": topic, "session.timeout.ms": 2500, "heartbeat.interval.ms": 400, "fetch.wait.max.ms": 50,
                 "topic.metadata.refresh.interval.ms": 1000}
        brokers = self.kafka.brokers if topic else None
        return configs.write(f"{self.directory}/{name}", config, server if isinstance(server, str) else server.url, brokers,
                             [topic] if topic else ["unused"], (quick if topic else {}) | (properties or {}), **more)

    def start(self, *arguments, stdin=None, **environment):
        program = Program(self, arguments, stdin, environment)
        self.stack.callback(servers.end, program.process, 10)
        return program

    def run(self, *arguments, seconds=90, code=0, **more):
        return self.start(*arguments, **more).wait(seconds, code)

    # -- results

    def log(self, name):
        return self.expectations.log(name)

    def compare(self, log, redis, config, expected=None):
        """0 differences between Redis and what the oracle expects of a log (by name), or of an expectation given."""
        differences = oracle.compare(oracle.Config(config), expected or self.expectations.expected(log), redis.client)
        # One of each sort tells more than many of one.
        kinds = {}
        for d in differences: kinds.setdefault(sort_of(d), []).append(d)
        shown = [f"{len(ds)} x {kind}\n" + "\n".join("    " + d[:300] for d in ds[:3]) for kind, ds in kinds.items()]
        assert not differences, f"{len(differences)} differences\n" + "\n".join(shown[:20])


def sort_of(difference):
    """Where it is, without member and window, and whether a value differs or a whole key."""
    key, _, what = difference.partition(": ")
    return ":".join(key.split(":")[:4]) + (": values" if " = " in what else ": " + re.sub(r"\S*\d\S*", "#", what)[:60])


def consumed(redis):
    """Records that shard 0 has taken: the sum of its positions; 0 while Redis is away."""
    try: return sum(int(v.split(":")[0]) for v in redis.client.hvals("kaiku:{0}:pos"))
    except servers.redis.exceptions.RedisError: return 0
