"""`/metrics` as a real Prometheus reads it, the alert rules, and what supervisors ask."""
import json
import os
import re
import subprocess
import urllib.error
import urllib.parse
import urllib.request

import yaml

import servers
from harness import consumed, test
from servers import until

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
DEPLOY = f"{ROOT}/deploy/prometheus"


def promtool(*arguments, data=None):
    """What it says; it must be content."""
    done = subprocess.run(["promtool", *arguments], input=data, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60)
    assert done.returncode == 0, done.stdout
    return done.stdout


def get(port, path):
    """Status and body."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer: return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error: return error.code, error.read().decode()
    except OSError as error: return 0, str(error)


def names(text):
    """Of the metrics that a page of docs or an expression names."""
    return set(re.findall(r"\b(?:kaiku|process)_[a-z_]+\b", text))


def documented():
    """Names in the first column of the tables."""
    with open(f"{ROOT}/docs/metrics.md") as page: return names("".join(line.split(" | ")[0] for line in page if line.startswith("| `")))


def shown(port):
    return set(re.findall(r"^# TYPE (\S+)", get(port, "/metrics")[1], re.M))


def rules():
    with open(f"{DEPLOY}/rules.yml") as f: return [rule for group in yaml.safe_load(f)["groups"] for rule in group["rules"]]


@test(quick=True)
def alert_rules(t):
    """Each fires where it should, says what to do, and rests on figures that there are."""
    promtool("check", "rules", f"{DEPLOY}/rules.yml")
    promtool("test", "rules", f"{DEPLOY}/rules_test.yml")
    promtool("check", "config", f"{DEPLOY}/prometheus.yml")
    with open(f"{DEPLOY}/rules_test.yml") as f: tested = f.read()
    for rule in rules():
        assert len(rule["annotations"]["action"]) > 40, rule
        assert {"summary", "action"} == set(rule["annotations"]), rule
        assert f'"{rule["alert"]}"' in tested or f": {rule['alert']}," in tested, rule["alert"]
        used = {re.sub("_(bucket|sum|count)$", "", name) for name in names(rule["expr"])}
        assert used <= documented(), used - documented()


# ---------------------------------------------------------------- a Prometheus


class Prometheus:
    """Scrapes instances of kaiku every half a second, with the alert rules."""

    def __init__(self, t, ports):
        self.port = servers.free_port()
        config = {"global": {"scrape_interval": "500ms", "evaluation_interval": "500ms"}, "rule_files": [f"{DEPLOY}/rules.yml"],
                  "scrape_configs": [{"job_name": "kaiku", "static_configs": [{"targets": [f"127.0.0.1:{port}" for port in ports]}]}]}
        path = t.write("prometheus.yml", yaml.safe_dump(config))
        with open(f"{t.directory}/prometheus.log", "wb") as log:
            process = subprocess.Popen(["prometheus", f"--config.file={path}", f"--storage.tsdb.path={t.directory}/prometheus",
                                        f"--web.listen-address=127.0.0.1:{self.port}"],
                                       stdin=subprocess.DEVNULL, stdout=log, stderr=log, preexec_fn=servers.die_with_parent)
        t.stack.callback(servers.end, process)
        until(lambda: get(self.port, "/-/ready")[0] == 200, 30, "Prometheus")

    def ask(self, path, **parameters):
        status, body = get(self.port, f"/api/v1/{path}?{urllib.parse.urlencode(parameters)}")
        return json.loads(body)["data"] if status == 200 else None

    def value(self, query):
        """Of an expression with one result; None where there is none."""
        result = (self.ask("query", query=query) or {"result": []})["result"]
        return float(result[0]["value"][1]) if len(result) == 1 else None

    def alerts(self):
        """Names of those that are pending or fire, but for the one that every new topic has pending. None: no answer."""
        told = self.ask("alerts")
        return told and sorted({alert["labels"]["alertname"] for alert in told["alerts"]} - {"KaikuReplayMarginShort"})

    def health(self):
        """Of all rules. None: no answer."""
        told = self.ask("rules")
        return told and [rule["health"] for group in told["groups"] for rule in group["rules"]]


def prepare(t, partitions=4):
    """A topic for what `kaiku gen` makes; instances with these ports."""
    with open(f"{ROOT}/deploy/kaiku.yaml") as f: shape = yaml.safe_load(f)
    topic, redis = t.topic(partitions), t.redis()
    ports = [servers.free_port() for _ in range(2)]
    configs = [t.config(shape, redis, topic, name=f"{port}.yaml", workers=2, http={"listen": f"127.0.0.1:{port}"},
                        properties={"statistics.interval.ms": 500}) for port in ports]
    return topic, redis, ports, configs


def send(t, topic, count, seed, broken=0):
    """broken: per cent."""
    t.run("gen", "--now", "--to", topic, "--brokers", t.kafka.brokers, "--rate", "4000", "--count", str(count), "--seed", str(seed),
          "--broken", str(broken))


@test("kafka", seconds=180, quick=True)
def scraped(t):
    """Two instances add up to what Redis has; what is shown is what docs/metrics.md lists."""
    topic, redis, ports, configs = prepare(t)
    programs = [t.start("run", config) for config in configs]
    prometheus = Prometheus(t, ports)
    until(lambda: prometheus.value("sum(kaiku_partitions)") == 4 and prometheus.value("min(sum by (instance) (kaiku_partitions))") == 2, 60,
          "two partitions each")
    send(t, topic, 2000, 1, broken=5)
    send(t, topic, 1000, 2)
    until(lambda: prometheus.value("sum(kaiku_events_total)") == 3000, 60, "all records")
    until(lambda: prometheus.value("sum(kaiku_publish_delay_seconds_count)") == 3000, 20, "all records to be readable")
    trust = redis.client.hgetall("kaiku:trust")
    for result in "counted", "retracted", "duplicate", "rejected", "ignored":
        assert prometheus.value(f'sum(kaiku_events_total{{result="{result}"}})') == int(trust[result]), (result, trust)
    assert int(trust["rejected"]) > 0 and prometheus.value("count(sum by (instance) (kaiku_events_total) > 0)") == 2, trust
    reasons = redis.client.hgetall("kaiku:{0}:reasons")
    for reason, n in reasons.items(): assert prometheus.value(f'sum(kaiku_rejected_total{{reason="{reason}"}})') == int(n), reasons
    assert prometheus.value('sum(kaiku_publish_delay_seconds_bucket{le="60"})') == 3000
    assert prometheus.value("max(kaiku_commit_seconds_sum)") > 0
    until(lambda: prometheus.value("max(kaiku_lag)") == 0, 20, "no lag")
    until(lambda: prometheus.value("sum(kaiku_kafka_received_messages_total)") >= 3000, 20, "librdkafka's figures")
    until(lambda: prometheus.value("max(kaiku_kafka_queued_messages)") == 0, 20, "an empty queue")
    assert prometheus.value("min(kaiku_kafka_brokers_up)") == 1
    assert shown(ports[0]) == documented(), shown(ports[0]) ^ documented()
    assert promtool("check", "metrics", data=get(ports[0], "/metrics")[1]) == ""
    until(lambda: prometheus.health() == ["ok"] * len(rules()), 20, "all rules")
    until(lambda: prometheus.alerts() == ["KaikuRejected"], 20, "the alert about broken records")
    for program in programs: program.terminate()


@test("kafka", seconds=180, quick=True)
def redis_is_away(t):
    """Alive and not ready, and the alert that says so is pending; all of it passes."""
    topic, redis, (port, _), (config, _) = prepare(t, 1)
    program = t.start("run", config)
    prometheus = Prometheus(t, [port])
    until(lambda: get(port, "/readyz")[0] == 200, 60, "an assignment")
    send(t, topic, 200, 1)
    until(lambda: consumed(redis) == 200, 60, "the first records")
    redis.stop()
    until(lambda: prometheus.value("kaiku_redis_up") == 0, 30, "the outage")
    assert get(port, "/healthz")[0] == 200
    status, why = get(port, "/readyz")
    assert status == 503 and "redis does not answer" in why, (status, why)
    send(t, topic, 200, 2)
    until(lambda: prometheus.alerts() == ["KaikuRedisDown"], 20, "the alert")
    redis.start()
    until(lambda: prometheus.value("sum(kaiku_events_total)") == 400, 30, "all records")
    until(lambda: prometheus.value("kaiku_redis_up") == 1 and get(port, "/readyz")[0] == 200, 20, "its end")
    until(lambda: prometheus.alerts() == [], 20, "the end of the alert")
    assert prometheus.value('kaiku_outages_total{server="redis"}') == 1
    program.terminate()
