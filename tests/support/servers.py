"""redis-server and the Kafka broker, each on 127.0.0.1 in a directory of its own, ended by process id."""
import ctypes
import os
import random
import shutil
import signal
import socket
import subprocess
import time

import redis

# Below the ports that the kernel gives to outgoing connections, so that a free one stays free.
PORTS = [int(x) for x in os.environ.get("KAIKU_TEST_PORTS", "20000-30000").split("-")]


def free_port():
    for _ in range(1000):
        port = random.randint(*PORTS)
        with socket.socket() as s:
            try: s.bind(("127.0.0.1", port))
            except OSError: continue
            return port
    raise RuntimeError("no free port")


def until(condition, seconds, what):
    """Waits for the condition to hold and returns its value; an error after so many seconds."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value: return value
        if time.monotonic() > end: raise TimeoutError(f"waited {seconds} s for {what}")
        time.sleep(.02)


def die_with_parent():
    """In a child: a runner that is killed leaves nothing behind."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)


def end(process, seconds=20):
    """SIGTERM, then SIGKILL."""
    if process is None or process.poll() is not None: return
    process.terminate()
    try: process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


class Redis:
    """A private redis-server. What it holds survives stop and start (append-only file). credentials: who the tests'
    own client is, where the options forbid the default user."""

    def __init__(self, directory, *options, **credentials):
        self.directory, self.options, self.process = directory, options, None
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.socket_url = f"unix://{directory}/redis.sock"
        os.makedirs(directory, exist_ok=True)
        self.client = redis.Redis(port=self.port, decode_responses=True, **credentials)
        self.start()

    def start(self):
        with open(f"{self.directory}/log", "ab") as log:
            self.process = subprocess.Popen(
                ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--dir", self.directory, "--save", "",
                 "--unixsocket", f"{self.directory}/redis.sock", "--appendonly", "yes", *self.options],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, preexec_fn=die_with_parent)
        until(self.answers, 60, "redis-server")

    def answers(self):
        if self.process.poll() is not None:
            with open(f"{self.directory}/log") as f: raise RuntimeError(f"redis-server ended: {f.read()[-1000:]}")
        try: return self.client.ping()
        except redis.exceptions.RedisError: return False

    def stop(self):
        end(self.process)

    def kill(self):
        self.process.kill()
        self.process.wait()


# ---------------------------------------------------------------- Kafka

POM = os.path.join(os.path.dirname(os.path.abspath(__file__)), "pom.xml")
CACHE = os.path.join(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "kaiku-tests")

PROPERTIES = """process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller}
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://127.0.0.1:{told}
controller.listener.names=CONTROLLER
log.dirs={directory}/data
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=4
share.coordinator.state.topic.replication.factor=1
auto.create.topics.enable=false
message.max.bytes=4194304
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=500
log.retention.ms=-1
log.roll.ms=31536000000000
log.index.size.max.bytes=65536
num.io.threads=2
num.network.threads=2
"""


def java_missing():
    """Why the Kafka tests cannot run, or None."""
    for program in ("java", "mvn"):
        if not shutil.which(program): return f"no {program}"
    return None


def kafka_libraries():
    """The broker's jar files, fetched once into the cache."""
    directory = os.path.join(CACHE, "kafka-3.9.1")
    if not os.path.isdir(directory):
        os.makedirs(CACHE, exist_ok=True)
        partly = f"{directory}.{os.getpid()}"
        subprocess.run(["mvn", "-q", "-B", "-f", POM, "dependency:copy-dependencies", f"-DoutputDirectory={partly}"],
                       check=True, timeout=600, stdin=subprocess.DEVNULL)
        os.rename(partly, directory)
    return directory


class Kafka:
    """One broker in KRaft mode. topic: path of the helper program built from topic.c; settings: lines of its properties, in which
    the fields of PROPERTIES are filled in; front: given the broker's port, answers the one that clients shall use."""

    def __init__(self, directory, topic, *settings, front=lambda port: port):
        self.directory, self.topic, self.process, self.starts = directory, topic, None, 0
        port, controller = free_port(), free_port()
        told = front(port)
        self.brokers = f"127.0.0.1:{told}"
        self.java = ["java", "-Xmx640m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                     "-cp", f"{kafka_libraries()}/*"]
        os.makedirs(directory)
        self.properties = f"{directory}/server.properties"
        with open(self.properties, "w") as f:
            text = PROPERTIES + "".join(f"{setting}\n" for setting in settings)
            f.write(text.format(port=port, told=told, controller=controller, directory=directory))
        with open(f"{directory}/log", "ab") as log:
            # A cluster id must not begin with a dash: this one is fixed.
            subprocess.run([*self.java, "kafka.tools.StorageTool", "format", "-t", "kaikuTestsAAAAAAAAAAAA", "-c", self.properties],
                           check=True, timeout=60, stdout=log, stderr=log)
        self.start()

    def start(self):
        with open(f"{self.directory}/log", "ab") as log:
            self.process = subprocess.Popen([*self.java, "kafka.Kafka", self.properties], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                            preexec_fn=die_with_parent)
        self.starts += 1
        self.create(f"ready-{self.starts}", 1, attempts=30)

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        end(self.process, 30)

    def run(self, command, *arguments, data=None, check=True):
        return subprocess.run([self.topic, command, self.brokers, *map(str, arguments)], input=data, stdout=subprocess.PIPE,
                              stderr=None if check else subprocess.DEVNULL, check=check, timeout=120).stdout

    def create(self, name, partitions, attempts=1):
        """Waits until the broker takes it: the way to know that it is up."""
        while attempts > 1:
            attempts -= 1
            try: return self.run("create", name, partitions, check=True)
            except subprocess.CalledProcessError:
                if self.process.poll() is not None: raise RuntimeError(f"the broker ended: see {self.directory}/log")
                time.sleep(.5)
        return self.run("create", name, partitions)

    def write(self, name, records, codec="none", ending=None):
        """records: (partition, offset, timestamp, payload or None); fails where an offset would be another."""
        data = b"".join(b"%d %d %d %d\n%s\n" % (p, off, ts, -1 if raw is None else len(raw), raw or b"") for p, off, ts, raw in records)
        self.run("write", name, codec, *([ending] if ending else []), data=data)

    def read(self, name):
        data, at, records = self.run("read", name), 0, []
        while at < len(data):
            line = data.index(b"\n", at)
            p, off, ts, size = map(int, data[at:line].split())
            at = line + 1
            records.append((p, off, ts, None if size < 0 else data[at:at + size]))
            at += max(size, 0) + 1
        return records

    def committed(self, name, group, partitions):
        return [int(line.split()[1]) for line in self.run("committed", name, group, partitions).decode().splitlines()]
