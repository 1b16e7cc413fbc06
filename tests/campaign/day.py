"""A day of a contact center in minutes: `kaiku gen` sends 24 hours of events, their times with them, and the memory of
kaiku must not grow behind the warm-up. `--rounds N`: the day takes N minutes (29: fifty times its speed)."""
import json
import os
import re
import signal
import time

import yaml
from harness import test

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
EVENTS_A_DAY = 2000000  # as `kaiku gen` has them
SHORT_EVENTS = 200000
SPAN = 100000           # of duplicates, as by default: with 4 partitions full after a fifth of the day
# Of the day. Memory is that of the largest commits, and these come where kaiku has to catch up: so it does, first.
BACKLOG = .1
WARM_UP = .25
MOST_GROWTH = .05
SHORT_GROWTH = .12      # in a minute no lines are written yet: what waits for them grows to its end


def resident_mib(program):
    with open(f"/proc/{program.process.pid}/status") as f: return int(re.search(r"VmRSS:\s+(\d+) kB", f.read())[1]) / 1024


def sample(t, redis, program, gen, begin):
    """Once a second while events come."""
    samples = []
    while gen.running:
        trust = redis.client.hmget("kaiku:trust", "high_time", "lag", "consumed")
        samples.append({"s": round(time.monotonic() - begin, 1), "kaiku_mib": round(resident_mib(program), 2),
                        "redis_mib": round(redis.client.info("memory")["used_memory"] / 2 ** 20, 2),
                        "high_time": int(trust[0] or 0), "lag": int(trust[1] or 0), "consumed": int(trust[2] or 0)})
        assert program.running, program.err[-2000:]
        time.sleep(1)
    return samples


def judge(samples):
    rest = [s["kaiku_mib"] for s in samples if s["s"] >= WARM_UP * samples[-1]["s"]]
    growth = max(rest) / rest[0] - 1
    print(f"    behind the warm-up {rest[0]:.1f} MiB, at most {max(rest):.1f} ({100 * growth:.1f} % more), "
          f"Redis {samples[-1]['redis_mib']:.0f} MiB in the end", flush=True)
    return growth


@test("kafka", seconds=120, quick=True)
def day(t):
    minutes = t.options.rounds or 1
    events = EVENTS_A_DAY if t.options.rounds else SHORT_EVENTS
    signal.alarm(minutes * 60 + 600)
    redis, topic = t.redis(), t.topic(4)
    with open(f"{ROOT}/deploy/kaiku.yaml") as f: setup = yaml.safe_load(f)
    setup["dedup"] = {"span": SPAN * events // EVENTS_A_DAY}    # full within the warm-up
    setup = {k: v for k, v in setup.items() if k not in ("kafka", "redis")}
    config = t.config(setup, redis, topic)
    begin = time.monotonic()
    gen = t.start("gen", "--count", events, "--days", 1, "--rate", events // (60 * minutes), "--to", topic, "--brokers", t.kafka.brokers)
    time.sleep(BACKLOG * 60 * minutes)
    program = t.start("run", config)
    samples = sample(t, redis, program, gen, begin)
    gen.wait(0)
    os.makedirs(f"{ROOT}/build/campaign", exist_ok=True)
    with open(f"{ROOT}/build/campaign/day.json", "w") as f: json.dump({"events": events, "minutes": minutes, "samples": samples}, f)
    program.terminate(60)
    t.run("run", config, "--until-end", seconds=600)
    growth = judge(samples)
    t.run("verify", t.config(setup, redis, topic, name="verify.yaml", redis={"timeout": "30s"}), seconds=600)
    assert growth <= (MOST_GROWTH if t.options.rounds else SHORT_GROWTH), f"{100 * growth:.1f} % more memory"
