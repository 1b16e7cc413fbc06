"""SIGHUP: the configuration is read again. What may change does so between two commits, and nothing else changes: each log is
compared with the oracle."""
import copy
import json
import random
import re
import signal
import socket
import urllib.error
import urllib.request

import configs
import servers
from harness import consumed, test
from servers import until

IN_FORCE, AS_IT_WAS = "the configuration was read again and is in force", "the configuration stays as it was: "
LOW = {"name": "low", "when": "nps <= 6", "keep": 50000, "carry": ["id"]}


def reload(program, line=IN_FORCE, seconds=60):
    """Signals, and waits for a line that was not there before."""
    before = program.err.count(line)
    program.process.send_signal(signal.SIGHUP)
    try: until(lambda: program.err.count(line) > before or not program.running, seconds, line)
    except TimeoutError: raise AssertionError(f"no '{line}'\n{program.err[-3000:]}") from None
    assert program.running, program.err[-3000:]


def ask(port, path):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer: return answer.read().decode()


def is_ready(port):
    try: return bool(ask(port, "/readyz"))
    except OSError: return False


def figures(port, name):
    """Of each worker of an instance."""
    return re.findall(r"^kaiku_%s\{.*\} (\d+)" % name, ask(port, "/metrics"), re.M)


def rebalances(port):
    """How often the group was dealt out anew, as each worker knows it; librdkafka tells now and then, so what it told twice since
    is awaited."""
    for _ in range(2):
        told = figures(port, "kafka_requests_total")
        until(lambda: all(a != b for a, b in zip(told, figures(port, "kafka_requests_total"), strict=True)), 20, "librdkafka's figures")
    return figures(port, "kafka_rebalances_total")


@test("kafka", seconds=300, quick=True, sanitized=True)
def while_streaming(t):
    """Again and again, with two instances: the last configuration's targets, rows and alerts are in force, and nothing is lost or
    counted twice."""
    log, random_ = t.log("everything"), random.Random(7)
    topic, redis = t.topic(log.partitions), t.redis()
    former = copy.deepcopy(log.config)
    former["targets"] = former["targets"][:3] + [{"view": "people", "member": "*|_all|_all", "metric": "nps", "window": "day", "goal": 1}]
    for view in former["views"]: view["min_n"], view["rows"] = 1, 3
    ports = servers.free_port(), servers.free_port()
    def config(port, made, **more):
        return t.config(made, redis, topic, name=f"{port}.yaml", workers=2, http={"listen": f"127.0.0.1:{port}"}, **more)
    instances = [t.start("run", config(port, former)) for port in ports]
    for port, program in zip(ports, instances):
        until(lambda: is_ready(port), 60, "an instance")
        path = config(port, log.config, publish={"commit_every": "100ms"}, limits={"cells": 50000})
        reload(program)
    slices, total = log.slices(8), 0
    for part in slices:
        t.kafka.write(topic, part)
        total += len(part)
        reload(random_.choice(instances))
        if random_.random() < .5: until(lambda: consumed(redis) == total, 60, "a slice")
    until(lambda: consumed(redis) == total, 60, "all records")
    for program in instances: program.terminate()
    t.run("run", path, "--until-end")
    t.compare("everything", redis, path)


@test("kafka", seconds=120, quick=True)
def another_alert(t):
    """Its feed begins with the records behind the signal; the page and the API know it, and the other feed has all."""
    log, port = t.log("everything"), servers.free_port()
    topic, redis = t.topic(log.partitions), t.redis()
    def config(*alerts, **more):
        return t.config(log.config | {"alerts": list(alerts)}, redis, topic, workers=2,
                        http={"listen": f"127.0.0.1:{port}"} | more, properties={"statistics.interval.ms": 200})
    program = t.start("run", config(LOW))
    first, second = log.slices(2)
    t.kafka.write(topic, first)
    until(lambda: consumed(redis) == len(first), 60, "the first half")
    until(lambda: figures(port, "partitions") == ["2", "2"], 20, "both workers in the group")
    before = rebalances(port)
    assert all(map(int, before)), before
    config(LOW, LOW | {"name": "late"}, token="a-token-of-some-length")
    reload(program)
    stood = redis.client.xlen("kaiku:{0}:feed:low")
    t.kafka.write(topic, second)
    until(lambda: consumed(redis) == len(log.records), 60, "the second half")
    try: raise AssertionError(ask(port, "/api/v1/views"))
    except urllib.error.HTTPError as error: assert error.code == 401, error.code
    views = urllib.request.Request(f"http://127.0.0.1:{port}/api/v1/views", headers={"Authorization": "Bearer a-token-of-some-length"})
    with urllib.request.urlopen(views, timeout=5) as answer: assert json.load(answer)["alerts"] == ["low", "late"]
    config(LOW, LOW | {"name": "late"})
    reload(program)
    assert rebalances(port) == before, "the group was dealt out anew"
    program.terminate()
    feeds = {name: [entry["id"] for _, entry in redis.client.xrange(f"kaiku:{{0}}:feed:{name}")] for name in ("low", "late")}
    assert feeds["late"] and sorted(feeds["low"][stood:]) == sorted(feeds["late"]), feeds


CHANGES = {
    "'kafka.topics' is another": {"kafka": {"topics": ["elsewhere"]}},
    "'kafka.start' is another": {"kafka": {"start": "end"}},
    "'workers' is another": {"workers": 3},
    "'redis.prefix' is another": {"redis": {"prefix": "other"}},
    "'redis.url' is another": {"redis": {"url": "redis://127.0.0.1:1/0"}},
    "'http.listen' is another": {"http": {"listen": "127.0.0.1:1"}},
    "metric 'ces' was added": {"metrics": configs.SMALL["metrics"] + configs.metrics("ces")},
    "metric 'wait_s' was removed": {"metrics": configs.SMALL["metrics"][:-1]},
    "view 'contact' has other windows": {"views": [configs.SMALL["views"][0] | {"windows": ["day"]}]},
    "there are mistakes in it": {"views": "none"},
}


@test("kafka", seconds=120, quick=True, sanitized=True)
def refused(t):
    """Each with its reason; what was in force stays so."""
    topic, redis = t.topic(1), t.redis()
    path = t.config(configs.SMALL, redis, topic)
    with open(path) as f: right = f.read()
    program = t.start("run", path)
    records = [(0, n, 1767225600000 + n, b'{"id":%d,"nps":9,"channel":"phone","team":"north"}' % n) for n in range(20)]
    t.kafka.write(topic, records[:10])
    until(lambda: consumed(redis) == 10, 60, "the first records")
    for why, change in CHANGES.items():
        made = configs.yaml.safe_load(right)
        for key, value in change.items():
            made[key] = made.get(key, {}) | value if isinstance(value, dict) else value
        t.write("kaiku.yaml", configs.yaml.safe_dump(made, sort_keys=False))
        reload(program, AS_IT_WAS + why)
    t.write("kaiku.yaml", "views: [")
    reload(program, AS_IT_WAS + "there are mistakes in it")
    assert re.search(r"^\S+kaiku.yaml:\d+:\d+: ", program.err, re.M), program.err
    assert IN_FORCE not in program.err and "secret" not in program.err
    t.kafka.write(topic, records[10:])
    until(lambda: consumed(redis) == 20, 60, "the others")
    program.terminate()


@test("kafka", seconds=120, quick=True)
def without_redis(t):
    """Put off until it is back: what waits in memory stays there, and the outage is counted."""
    log = t.log("everything")
    topic, redis = t.topic(log.partitions), t.redis()
    config = t.config(log.config, redis, topic, workers=2)
    program = t.start("run", config)
    first, second, third = log.slices(3)
    t.kafka.write(topic, first)
    until(lambda: consumed(redis) == len(first), 60, "the first third")
    redis.stop()
    t.kafka.write(topic, second)
    until(lambda: "redis is away" in program.err, 60, "the outage")
    reload(program, "the configuration is read again when redis is back")
    for _ in range(3): program.process.send_signal(signal.SIGHUP)
    redis.start()
    until(lambda: IN_FORCE in program.err, 60, "the change")
    assert program.err.count("when redis is back") == 1, program.err
    t.kafka.write(topic, third)
    until(lambda: consumed(redis) == len(log.records), 60, "all records")
    until(lambda: redis.client.hget("kaiku:trust", "outages") == "1", 20, "the outage to be counted")
    program.terminate()
    t.run("run", config, "--until-end")
    t.compare("everything", redis, config)


@test("kafka", seconds=120, sanitized=True)
def a_last_commit_that_is_refused(t):
    """It ends as without a signal, and leaves the group: another instance need not wait for its session."""
    topic, redis = t.topic(1), t.redis()
    path = t.config(configs.SMALL, redis, topic, properties={"session.timeout.ms": 60000}, publish={"commit_every": "1h", "views_every": "1h"})
    program = t.start("run", path)
    records = [(0, n, 1767225600000 + n, b'{"id":%d,"nps":9,"channel":"phone","team":"north"}' % n) for n in range(20)]
    t.kafka.write(topic, records)
    until(lambda: redis.client.exists("kaiku:{0}:starts"), 60, "the instance")
    redis.client.set("kaiku:{0}:pos", "no hash")
    program.process.send_signal(signal.SIGHUP)
    program.wait(60, None)
    assert program.process.returncode in (1, 3) and IN_FORCE not in program.err, (program.process.returncode, program.err)
    redis.client.delete("kaiku:{0}:pos")
    t.run("run", path, "--until-end", seconds=40)


@test("kafka", seconds=60, quick=True)
def systemd_is_told(t):
    """That it reloads, and that it is ready again."""
    topic, redis = t.topic(1), t.redis()
    address = f"{t.directory}/notify"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notified:
        notified.bind(address)
        notified.settimeout(30)
        said = lambda text: next(m for m in iter(lambda: notified.recv(4096).decode(), None) if text in m)
        program = t.start("run", t.config(configs.SMALL, redis, topic), NOTIFY_SOCKET=address, WATCHDOG_USEC="2000000")
        said("READY=1")
        program.process.send_signal(signal.SIGHUP)
        assert re.search(r"^MONOTONIC_USEC=\d+$", said("RELOADING=1"), re.M)
        said("WATCHDOG_USEC=120000000")
        said("WATCHDOG_USEC=2000000")
        said("READY=1")
    program.terminate()
