"""What a cell takes: in the process, in Redis, and of Redis' time."""
import statistics
import time

from rig import CUBE, FIRST, LOG_APPEND, Live, cells, counted, figures, redis_cpu_s

VIEW = CUBE | {"by": ["touchpoint"], "grouping": "exact", "windows": ["day"]}


def live_cells(rig):
    """Peak of the process with so many base cells in every commit, against the same with ten."""
    events, peaks = 200000 if rig.short else 2000000, {}
    for n in (10, 100000):
        topic, _ = rig.topic(events, touchpoints=n, in_turn=True)
        with rig.redis() as redis:
            job = rig.to_the_end(rig.config(redis, topic, view=VIEW), redis)
            if counted(redis) != events: raise AssertionError(f"{counted(redis)} of {events} events")
            held, size = cells(redis)
        peaks[n] = job.peak_mib
        yield {"bench": "live_cells", "cells": n, **figures(job, events), "redis_cells": held,
               "redis_cell_bytes": round(size / held, 1), "process_cell_bytes": round((peaks[n] - peaks[10]) * 1048576 / n)}


def scripts(redis):
    """Those that took more than 0.1 ms: (ms, how the call began), longest first."""
    entries = [(e["duration"] / 1000, bytes(e["command"]).decode(errors="replace").split()) for e in redis.client.slowlog_get(100000)]
    return sorted(((ms, " ".join(words[:7])[:120]) for ms, words in entries if words[0].upper() in ("EVAL", "EVALSHA", "FCALL")),
                  reverse=True)


def script_p99_ms(redis):
    """The worst of the commands that run scripts."""
    found = redis.client.info("latencystats")
    return max((v["p99"] / 1000 for k, v in found.items() if k.startswith(("latency_percentiles_usec_eval", "latency_percentiles_usec_fcall"))),
               default=None)


def load_redis(rig, live, name, touched=None):
    """A Redis under a load that touches about as many cells in every commit; without touched, the log says how many."""
    rate, seconds = 50000, 5 if rig.short else 30
    events = rate * seconds
    topic = rig.create(name, **LOG_APPEND)
    with rig.redis() as redis, rig.job("run", live.config(rig, redis, topic)) as job:
        rig.settle(job, redis, topic, **live.load)
        redis.client.config_set("slowlog-max-len", 100000)
        redis.client.config_set("slowlog-log-slower-than", 100)
        begin, cpu = time.monotonic(), redis_cpu_s(redis)
        load = rig.send(topic, events, rate=rate, skip=FIRST, **live.load)
        rig.await_counted(job, redis, events + FIRST, seconds + 60)
        took, cpu = time.monotonic() - begin, redis_cpu_s(redis) - cpu
        rig.sent(load, 20)
        job.terminate()
        live.check_exact(redis, events + FIRST)
        slow, p99, (held, size) = scripts(redis), script_p99_ms(redis), cells(redis)
        calls = sum(v["calls"] for k, v in redis.client.info("commandstats").items() if k.startswith(("cmdstat_eval", "cmdstat_fcall")))
    if touched is None: touched = round(statistics.median(job.commit_cells() or [0])) or None
    return {"bench": name, "touched": touched, "rate": rate, "redis_cpu_share": round(cpu / took, 3), "scripts": calls,
            "scripts_over_1ms": sum(ms > 1 for ms, _ in slow), "longest_script_ms": slow[0][0] if slow else .1,
            "script_p99_ms": p99, "longest_scripts": slow[:20], "redis_cells": held,
            "redis_cell_bytes": round(size / held, 1), "exact": True}


def redis_load(rig):
    """A Redis with 20,000 cells, all of them touched by every commit."""
    view, n = VIEW | {"grouping": "cube"}, 20000
    live = Live(lambda rig, redis, topic: rig.config(redis, topic, view=view, live=True),
                {"touchpoints": n, "in_turn": True}, "day", "_all")
    yield load_redis(rig, live, "redis_load", n)


BENCHMARKS = [live_cells, redis_load]
