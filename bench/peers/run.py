#!/usr/bin/python3
"""Compares kaiku with programs that people would write or run instead: the same topic, the same sums in Redis.

    python3 bench/peers/run.py --build DIR [--events N] [--partitions 8] [--codec none|lz4] [--only NAME]... [--json FILE]

DIR is a build with -DKAIKU_BENCH=ON. Fetches what the other programs need into build/bench-peers, starts a broker, fills
a topic, lets each program read it from the first event to the last with a Redis of its own, and compares what Redis
holds with what was produced. Exit: 0 all right, 1 a program failed or its sums differ.
"""
import argparse
import collections
import contextlib
import json
import os
import platform
import select
import signal
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
WORK = f"{ROOT}/build/bench-peers"
JAR_CACHE = f"{WORK}/streams-lib"
sys.path.insert(0, f"{ROOT}/tests/support")
import servers  # noqa: E402

TOPIC = "feedback"
# As in production, a new group waits for its members.
GATHER = "group.initial.rebalance.delay.ms=1000"
TICKS_PER_S = os.sysconf("SC_CLK_TCK")

# ---------------------------------------------------------------- programs


def run(*command, **more):
    return subprocess.run(command, check=True, stdin=subprocess.DEVNULL, timeout=600, **more)


def output(*command, **more):
    return run(*command, stdout=subprocess.PIPE, text=True, **more).stdout


def prepare_drain(build):
    return "librdkafka " + output("pkg-config", "--modversion", "rdkafka").strip()


def prepare_kaiku(build):
    return output(f"{build}/kaiku", "--version").split()[-1]


def prepare_go(build):
    run("go", "build", "-o", f"{WORK}/go-peer", ".", cwd=f"{HERE}/go")
    modules = dict(line.split() for line in output("go", "list", "-m", "-f", "{{.Path}} {{.Version}}", "all", cwd=f"{HERE}/go").splitlines()
                   if " v" in line)
    return "franz-go " + modules["github.com/twmb/franz-go"].lstrip("v") + ", " + output("go", "env", "GOVERSION").strip()


def prepare_streams(build):
    if not os.path.isdir(JAR_CACHE):
        partly = f"{JAR_CACHE}.{os.getpid()}"
        run("mvn", "-q", "-B", "-f", f"{HERE}/streams/pom.xml", "dependency:copy-dependencies", f"-DoutputDirectory={partly}",
            f"-DbuildDirectory={WORK}")
        os.rename(partly, JAR_CACHE)
    run("javac", "-d", f"{WORK}/streams", "-cp", f"{JAR_CACHE}/*", f"{HERE}/streams/Peer.java")
    jar = next(name for name in os.listdir(JAR_CACHE) if name.startswith("kafka-streams-"))
    return jar[len("kafka-streams-"):-len(".jar")] + ", Java " + output("java", "--version").split()[1]


def prepare_python(build):
    if not os.path.exists(f"{WORK}/venv/installed"):
        run("/usr/bin/python3", "-m", "venv", "--clear", f"{WORK}/venv")
        run(f"{WORK}/venv/bin/pip", "install", "-q", "-r", f"{HERE}/python/requirements.txt")
        open(f"{WORK}/venv/installed", "w").close()
    installed = dict(line.split("==") for line in output(f"{WORK}/venv/bin/pip", "freeze").splitlines() if "==" in line)
    return f"confluent-kafka {installed['confluent-kafka']}, Python {platform.python_version()}"


def peer_command(*program):
    return lambda run: [*program, run.brokers, TOPIC, str(run.partitions), str(run.events), str(run.redis.port)]


def streams_command(run):
    java = ["java", "-Xmx1g", "-XX:+UseParallelGC", f"-Djava.io.tmpdir={run.directory}", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
            "-cp", f"{WORK}/streams:{JAR_CACHE}/*", "Peer"]
    return peer_command(*java)(run)


def drain_command(run):
    return [f"{run.build}/bench/macro/bench_drain", "read", run.brokers, TOPIC, str(run.events)]


def kaiku_command(run):
    config = {
        "kafka": {"topics": [TOPIC], "properties": {"bootstrap.servers": run.brokers, "group.id": "kaiku"}},
        "workers": 2,
        "redis": {"url": run.redis.url},
        "event": {"id": "/event_id", "time": "/ts", "dimensions": {"channel": "/channel", "touchpoint": "/touchpoint"}},
        "metrics": [
            {"name": "nps", "kind": "nps", "field": "/nps"},
            {"name": "csat", "kind": "top_box", "field": "/csat", "scale": "1..5", "top": "4..5"},
            {"name": "wait_s", "kind": "quantiles", "field": "/wait_s"},
        ],
        "views": [{"name": "cube", "by": ["channel", "touchpoint"], "grouping": "cube", "windows": ["1m"]}],
    }
    with open(f"{run.directory}/kaiku.yaml", "w") as f: json.dump(config, f)  # JSON is YAML
    return [f"{run.build}/kaiku", "run", f"{run.directory}/kaiku.yaml", "--until-end"]


# ---------------------------------------------------------------- what Redis holds

# HGETALL of two hundred thousand hashes takes redis-py longer than the script needs for their sum.
SUM_CELLS = """
local sums, keys = {cells = 0}, redis.call('KEYS', 'cell:*')
for _, key in ipairs(keys) do
    local fields = redis.call('HGETALL', key)
    for i = 1, #fields, 2 do sums[fields[i]] = (sums[fields[i]] or 0) + fields[i + 1] end
end
sums.cells = #keys
return cjson.encode(sums)
"""


def cells_differ(client, produced):
    sums = json.loads(client.eval(SUM_CELLS, 0))
    return [f"{name}: {sums.get(name)} instead of {value}" for name, value in produced.items() if sums.get(name) != value]


def kaiku_differs(client, produced):
    """`counted`, and the sums over the series of the total: counts exactly, sums as far as the four digits of means say."""
    windows = [fields for _, fields in client.xrange("kaiku:ts:cube:1m:_all|_all")]

    def count(field):
        return sum(int(w[field]) for w in windows)

    def total(name):
        return sum(float(w[f"{name}_mean"]) * int(w[f"{name}_n"]) for w in windows)

    n = produced["n"]
    found = [
        ("counted", int(client.hget("kaiku:trust", "counted") or 0), n, 0),
        ("pro", count("nps_promoters"), produced["pro"], 0), ("pas", count("nps_passives"), produced["pas"], 0),
        ("det", count("nps_detractors"), produced["det"], 0), ("csat_n", count("csat_n"), produced["csat_n"], 0),
        ("csat_sum", total("csat"), produced["csat_sum"], .0001 * n), ("wait_s", total("wait_s"), produced["wait_cs"] / 100, .0001 * n),
    ]
    return [f"{name}: {value} instead of {right}" for name, value, right, tolerance in found if abs(value - right) > tolerance]


Program = collections.namedtuple("Program", "prepare command differ")
PROGRAMS = {
    "drain": Program(prepare_drain, drain_command, None),
    "kaiku": Program(prepare_kaiku, kaiku_command, kaiku_differs),
    "go": Program(prepare_go, peer_command(f"{WORK}/go-peer"), cells_differ),
    "streams": Program(prepare_streams, streams_command, cells_differ),
    "python": Program(prepare_python, peer_command(f"{WORK}/venv/bin/python", f"{HERE}/python/peer.py"), cells_differ),
}

# ---------------------------------------------------------------- measuring


def tree(pid):
    """The process and those that it started."""
    pids = [pid]
    for at in pids:
        with contextlib.suppress(OSError):
            for task in os.listdir(f"/proc/{at}/task"):
                with open(f"/proc/{at}/task/{task}/children") as f: pids += map(int, f.read().split())
    return pids


def tree_cpu_s(pid):
    ticks = 0
    for at in tree(pid):
        with contextlib.suppress(OSError), open(f"/proc/{at}/stat") as f:
            ticks += sum(map(int, f.read().rpartition(")")[2].split()[11:15]))  # with children already waited for
    return ticks / TICKS_PER_S


def tree_rss_bytes(pid):
    pages = 0
    for at in tree(pid):
        with contextlib.suppress(OSError), open(f"/proc/{at}/statm") as f: pages += int(f.read().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


class Measured:
    """A program from its start to its end. It may print the lines first, half and done, one of each per worker: the
    first event arrived, half the events are counted, all is in Redis."""

    def __init__(self, command, log, timeout):
        self.marks, self.peak_bytes = {}, 0
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log,
                                        start_new_session=True, preexec_fn=servers.die_with_parent)
        self.start = time.monotonic()
        try: self.follow(self.start + timeout)
        finally:
            if self.process.returncode is None: os.killpg(self.process.pid, signal.SIGKILL)
            self.process.stdout.close()

    def follow(self, deadline):
        output = self.process.stdout.fileno()
        text = b""
        while True:
            readable, _, _ = select.select([output], [], [], .1)
            chunk = os.read(output, 4096) if readable else None
            if chunk:
                *lines, text = (text + chunk).split(b"\n")
                for line in lines: self.mark(line.decode())
            self.peak_bytes = max(self.peak_bytes, tree_rss_bytes(self.process.pid))
            if chunk == b"" and self.reap(wait=True): return
            if not readable and self.reap(wait=False): return
            if time.monotonic() > deadline: os.killpg(self.process.pid, signal.SIGKILL)

    def mark(self, line):
        """The first of the first, the last of the others."""
        if line not in ("first", "half", "done") or (line == "first" and line in self.marks): return
        self.marks[line] = time.monotonic(), tree_cpu_s(self.process.pid)

    def reap(self, wait):
        pid, status, usage = os.wait4(self.process.pid, 0 if wait else os.WNOHANG)
        if pid == 0: return False
        self.end, self.cpu_s = time.monotonic(), usage.ru_utime + usage.ru_stime
        self.peak_bytes = max(self.peak_bytes, usage.ru_maxrss * 1024)
        self.process.returncode = os.waitstatus_to_exitcode(status)
        return True

    def figures(self, events):
        end = self.marks.get("done", (self.end,))[0]
        figures = {"wall_s": end - self.start, "cpu_s": self.cpu_s, "events_per_s": events / (end - self.start),
                   "cpu_s_per_million": self.cpu_s / events * 1e6, "peak_mb": self.peak_bytes / 1e6}
        if "first" in self.marks: figures["events_per_s_from_first"] = events / (end - self.marks["first"][0])
        if "half" in self.marks and "done" in self.marks:
            (half, half_cpu_s), (_, done_cpu_s) = self.marks["half"], self.marks["done"]
            rest = events - events // 2
            figures["events_per_s_second_half"] = rest / (end - half)
            figures["cpu_s_per_million_second_half"] = (done_cpu_s - half_cpu_s) / rest * 1e6
        return figures


def redis_cpu_s(client):
    info = client.info("cpu")
    return info["used_cpu_user"] + info["used_cpu_sys"]


class Run:
    """What the programs read: a broker with a filled topic."""

    def __init__(self, options, directory, stack):
        self.build, self.directory, self.timeout = options.build, directory, options.timeout
        self.events, self.partitions = options.events, options.partitions
        load = f"{self.build}/bench/macro/bench_load"
        kafka = servers.Kafka(f"{directory}/kafka", load, GATHER)
        stack.callback(kafka.stop)
        self.brokers = kafka.brokers
        kafka.create(TOPIC, self.partitions)
        sent = json.loads(output(load, "send", self.brokers, TOPIC, str(self.events), "--codec", options.codec, "--totals"))
        self.produced, self.bytes = sent["totals"], sent["bytes"]
        say(f"{self.events:,} events of {self.bytes / self.events:.0f} bytes produced in {sent['seconds']:.1f} s")

    def measure(self, name, program):
        self.redis = servers.Redis(f"{self.directory}/redis-{name}", "--appendonly", "no")
        try:
            before = redis_cpu_s(self.redis.client)
            with open(f"{self.directory}/{name}.log", "w+") as log:
                measured = Measured(program.command(self), log, self.timeout)
                figures = measured.figures(self.events)
                if program.differ:
                    figures["redis_cpu_s_per_million"] = (redis_cpu_s(self.redis.client) - before) / self.events * 1e6
                wrong = program.differ(self.redis.client, self.produced) if program.differ else []
                if measured.process.returncode:
                    log.seek(0)
                    wrong.insert(0, f"exit {measured.process.returncode}: {log.read()[-2000:]}")
        finally:
            self.redis.stop()
        for what in wrong: say(f"{name}: {what}")
        return figures | {"right": not wrong}


# ---------------------------------------------------------------- results


def say(text):
    print(text, file=sys.stderr, flush=True)


COLUMNS = [  # title, figure, format
    ("events/s", "events_per_s", "{:,.0f}"), ("second half", "events_per_s_second_half", "{:,.0f}"),
    ("CPU-s/M", "cpu_s_per_million", "{:.2f}"), ("second half", "cpu_s_per_million_second_half", "{:.2f}"),
    ("Redis CPU-s/M", "redis_cpu_s_per_million", "{:.2f}"), ("peak MB", "peak_mb", "{:,.0f}"),
]


def print_table(results):
    rows = [["program", "version", *(title for title, _, _ in COLUMNS), "totals right"]]
    for name, figures in results.items():
        values = [form.format(figures[key]) if key in figures else "-" for _, key, form in COLUMNS]
        rows.append([name, figures["version"], *values, "yes" if figures["right"] else "NO"])
    widths = [max(map(len, column)) for column in zip(*rows)]
    for row in rows:
        print("  ".join(cell.ljust(width) if i < 2 else cell.rjust(width) for i, (cell, width) in enumerate(zip(row, widths))))


def parse_options():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--build", required=True, metavar="DIR", type=os.path.abspath, help="a build with -DKAIKU_BENCH=ON")
    parser.add_argument("--events", type=int, default=4_000_000)
    parser.add_argument("--partitions", type=int, default=8)
    parser.add_argument("--codec", choices=["none", "lz4"], default="none")
    parser.add_argument("--only", action="append", choices=PROGRAMS, help="may be repeated")
    parser.add_argument("--timeout", type=float, default=600, metavar="SECONDS", help="of each program")
    parser.add_argument("--json", metavar="FILE")
    return parser.parse_args()


def main():
    options = parse_options()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the topic is removed
    chosen = {name: program for name, program in PROGRAMS.items() if name in (options.only or PROGRAMS)}
    os.makedirs(WORK, exist_ok=True)
    versions = {name: program.prepare(options.build) for name, program in chosen.items()}
    results = {}
    with tempfile.TemporaryDirectory(prefix="kaiku-peers-") as directory, contextlib.ExitStack() as stack:
        run = Run(options, directory, stack)
        for name, program in chosen.items():
            say(f"{name} ...")
            results[name] = {"version": versions[name]} | run.measure(name, program)
        what = {"events": run.events, "bytes": run.bytes, "partitions": run.partitions, "codec": options.codec, "cores": os.cpu_count()}
    print_table(results)
    if options.json:
        with open(options.json, "w") as f: json.dump(what | {"programs": results}, f, indent=2)
    sys.exit(not all(figures["right"] for figures in results.values()))


if __name__ == "__main__":
    main()
