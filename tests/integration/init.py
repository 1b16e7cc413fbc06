"""`kaiku init`: from a topic of a foreign shape to the first correct number, and never a file that `check` refuses."""
import json
import os
import random
import re

import foreign
import logs
import oracle
from harness import test
import yaml

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
NOW = foreign.NOW
SEED = int(os.environ.get("KAIKU_SEED") or 0)


def fill(t, topic, partitions, events):
    """Writes (timestamp, payload) round the partitions; the records as logs.py knows them."""
    records = [(i % partitions, i // partitions, at, raw) for i, (at, raw) in enumerate(events)]
    t.kafka.write(topic, records)
    return records


def init(t, topic, name="kaiku.yaml", **more):
    return t.run("init", f"{t.directory}/{name}", "--from-topic", topic, "--brokers", t.kafka.brokers, **more)


def read(t, name="kaiku.yaml"):
    with open(f"{t.directory}/{name}") as f: return f.read()


@test("kafka", seconds=200, quick=True, sanitized=True)
def first_number(t):
    """From a foreign topic to Redis, all of it as the oracle computes it from the same file."""
    topic, redis = t.topic(3), t.redis()
    records = foreign.records(1500, 3)
    t.kafka.write(topic, records)
    said = init(t, topic).err
    text = read(t)
    assert "looked at 1000 records of 3 partitions" in said, said
    assert "example.com" not in text and "private" not in text and "agent-" not in text and "c-" not in text, text
    for wanted in ("id: [/source, /id]", "#   1,000 of them count.", "field: /data/answers/likelihood_to_recommend/value",
                   "kind: nps", "scale: 1..5, top: 4..5", "unit: ms", "response_rate", "queue: /data/case/queue/name"):
        assert wanted in text, text
    config = t.write("mine.yaml", text.replace("redis://localhost:6379/0", redis.url))
    t.run("check", config)
    t.run("run", config, "--until-end")
    path = f"{t.directory}/log"
    logs.write(path, records)
    t.compare(None, redis, config, oracle.expected(oracle.Config(config), path, False))
    total = "|".join("_all" for _ in yaml.safe_load(text)["views"][0]["by"])
    shown = redis.client.hgetall(f"kaiku:now:feedback:month:{total}")
    assert abs(float(shown[foreign.SCORE]) - foreign.nps(records)) < .001, shown


@test(quick=True, sanitized=True)
def without_a_topic(t):
    """The example as it stands, which is a configuration; to standard output, or to a file that was not there."""
    with open(f"{ROOT}/deploy/kaiku.yaml") as f: example = f.read()
    assert t.run("init").out == example
    path = f"{t.directory}/new.yaml"
    t.run("init", path)
    t.run("check", path)
    with open(path) as f: assert f.read() == example
    t.write("new.yaml", "mine")
    assert "exists" in t.run("init", path, code=3).err
    with open(path) as f: assert f.read() == "mine"
    assert t.run("init", f"{t.directory}/no/such/folder.yaml", code=1).err
    for wrong in (["--brokers", "x"], ["a", "b"], ["--from-topic"], ["--from-topic", "x", "--property", "y"],
                  ["--from-topic", "no topic!"], ["--from-topic", "x", "--property", "bootstrap.servers=y"],
                  ["--from-topic", "x", "--property", "enable.auto.commit=true"], ["--from-topic", "x", "--property", "no.such=1"]):
        assert t.run("init", *wrong, code=2).err, wrong


@test("kafka", quick=True)
def topics_that_say_nothing(t):
    """Each is refused with a reason, and no file is left."""
    empty, text, dead = t.topic(2), t.topic(1), t.topic(1)
    fill(t, text, 1, [(NOW, b"hello"), (NOW, b"[1]")])
    fill(t, dead, 1, [(NOW, None)])
    assert "is empty" in init(t, empty, code=3).err
    assert "JSON object" in init(t, text, code=3).err
    assert "value" in init(t, dead, code=3).err
    assert "does not exist" in init(t, "no-such-topic", code=1).err
    assert not os.path.exists(f"{t.directory}/kaiku.yaml")


@test("kafka", quick=True)
def newest_of_uneven_partitions(t):
    """As many of each as there are, at most 1,000, the newest: what changed long ago is not seen."""
    topic = t.topic(3)
    records = [(0, i, NOW + i, b'{"old":1}' if i < 3000 else b'{"nps":%d}' % (i % 11)) for i in range(4000)]
    records += [(1, i, NOW + i, b'{"channel":"c%d"}' % (i % 3)) for i in range(5)]
    t.kafka.write(topic, records)
    assert "looked at 1000 records of 3 partitions" in init(t, topic).err
    text = read(t)
    assert "in 995 of 1,000 records, 0..10" in text and "/old" not in text, text


@test("kafka", quick=True)
def properties_and_secrets(t):
    """They are used, and written, but for secrets."""
    topic = t.topic(1)
    fill(t, topic, 1, [(NOW, b'{"nps":9}')])
    t.write("user", "somebody\n")
    t.run("init", f"{t.directory}/kaiku.yaml", "--from-topic", topic, "--brokers", t.kafka.brokers, "--property", "group.id=mine",
          "--property", "client.id=${KAIKU_TEST_CLIENT}", "--property=sasl.username=${file:%s/user}" % t.directory,
          "--property", "sasl.password=hunter2", KAIKU_TEST_CLIENT="tester")
    text = read(t)
    assert "hunter2" not in text and "tester" not in text and "somebody" not in text, text
    assert '"group.id": "mine"' in text and "${KAIKU_TEST_CLIENT}" in text and "# sasl.password" in text, text
    t.run("check", f"{t.directory}/kaiku.yaml", KAIKU_TEST_CLIENT="tester")


# ---------------------------------------------------------------- random shapes

KEYS = ["id", "type", "op", "time", "nps", "csat", "channel", "team", "agent", "wait_s", "amount", "ok", "a/b", "m~n", "", "ä", "日本",
        'q"', "#", ": ", "null", "data", "value", "n", "sent at", "createdAt", "${X}", "items", "customer", "email", "x" * 200]


def value(rng, make, i):
    makes = [lambda: rng.randrange(11), lambda: rng.randrange(1, 6), lambda: rng.random() * 100, lambda: f"v{rng.randrange(6)}",
             lambda: f"zzz-{i}", lambda: bool(rng.randrange(2)), lambda: None, lambda: str(rng.randrange(11)), lambda: [1, {"a": 2}],
             lambda: {rng.choice(KEYS): rng.randrange(5)}, lambda: NOW + i, lambda: "2026-11-21T09:00:00+02:00", lambda: "9.9.2026",
             lambda: f"zzz{i}@example.com", lambda: -rng.randrange(10 ** 12), lambda: rng.choice(["add", "retract"]), lambda: i]
    return makes[make % len(makes)]()


def shape(seed):
    """Records of one random shape: keys with the same sort of values, nearly always, some left out, some broken."""
    rng = random.Random(seed)
    makes = {key: rng.randrange(100) for key in rng.sample(KEYS, rng.randrange(1, 20))}
    for i in range(200):
        keys = [k for k in makes if rng.random() > .1]
        rng.shuffle(keys)
        event = {k: value(rng, makes[k] if rng.random() > .02 else rng.randrange(100), i) for k in keys}
        raw = json.dumps(event, ensure_ascii=bool(rng.randrange(2))).encode()
        flaw = rng.randrange(50)
        if flaw == 0: raw = raw[:len(raw) // 2]
        if flaw == 1: raw = raw.replace(b":", b":\"\xff\",", 1)
        if flaw == 2: raw = None
        if flaw == 3: raw = b'{"pad":"' + b"x" * 70000 + b'"}'
        yield NOW + i, raw


@test("kafka", seconds=240)
def random_shapes(t):
    """Of each shape `check` takes what was proposed, and `run` counts all of it. KAIKU_SEED=N: shape N only."""
    for seed in [SEED] if SEED else range(1, 6):
        topic, redis = t.topic(2), t.redis()
        records = fill(t, topic, 2, shape(seed))
        name = f"{seed}.yaml"
        init(t, topic, name)
        text = read(t, name)
        assert "zzz" not in text, (seed, text)
        config = t.write(name, text.replace("redis://localhost:6379/0", redis.url).replace(
            "group.id: kaiku", f"group.id: {topic}\n    fetch.wait.max.ms: 50"))
        t.run("check", config)
        t.run("run", config, "--until-end")
        trust = {k: int(v) for k, v in redis.client.hgetall("kaiku:trust").items() if re.fullmatch(r"-?\d+", v)}
        assert trust["consumed"] == len(records) and trust["counted"] > len(records) / 2, (seed, trust, text)
        counted = int(re.search(r"^#   ([\d,]+) of them count", text, re.M)[1].replace(",", ""))
        assert counted == trust["counted"] + trust["retracted"] + trust["duplicate"], (seed, counted, trust, text)
        redis.stop()
