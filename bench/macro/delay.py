"""How old an event is when a reader of Redis can see it, under a load that waits for nobody."""
import time

from rig import FIRST, LIVE, LOG_APPEND, Live, cells

PUBLISH_MS = 1000  # publish.views_every, its default
CUBE = Live(lambda rig, redis, topic: rig.config(redis, topic, workers=2, view=LIVE, live=True))


def top_rate(rig, live, name, events):
    """Events a second with the load beside it on the same machine, as fast as both can."""
    topic = rig.create(f"{name}-top", **LOG_APPEND)
    with rig.redis() as redis, rig.job("run", live.config(rig, redis, topic)) as job:
        rig.settle(job, redis, topic, **live.load)
        begin = time.monotonic()
        load = rig.send(topic, events, skip=FIRST, **live.load)
        rig.await_counted(job, redis, events + FIRST, 120)
        rate = events / (time.monotonic() - begin)
        rig.sent(load, 10)
        job.terminate()
        live.check_exact(redis, events + FIRST)
    return rate


def watch(redis, live, total, load, seconds):
    """What a reader saw: (ms since 1970, events) at each change, until all are there."""
    seen, end = [(0, FIRST)], time.monotonic() + seconds
    while seen[-1][1] < total:
        n = live.readable(redis)
        if n > seen[-1][1]: seen.append((time.time() * 1000, n))
        if time.monotonic() > end: raise TimeoutError(f"{seen[-1][1]} of {total} events could be read after {seconds} s")
        if load.poll(): raise RuntimeError("the load ended with an error")
        time.sleep(.004)
    return seen


def without(times, first):
    """The (timestamp, events) but for the first so many events."""
    while times and times[0][1] <= first:
        first -= times[0][1]
        times = times[1:]
    return [(times[0][0], times[0][1] - first), *times[1:]]


def delays(times, seen):
    """Delay in ms -> events. The k-th event by the broker's clock can be read where the total reaches k."""
    found, steps = {}, iter(seen[1:])
    when, readable = next(steps)
    reached = seen[0][1]
    for timestamp, n in times:
        while n > 0:
            while readable == reached: when, readable = next(steps)
            taken = min(n, readable - reached)
            found[when - timestamp] = found.get(when - timestamp, 0) + taken
            n, reached = n - taken, reached + taken
    return sorted(found.items())


def quantile(found, share):
    rank, so_far = share * sum(n for _, n in found), 0
    for delay, n in found:
        so_far += n
        if so_far >= rank: return round(delay)


def delay_at(rig, live, name, share, top, seconds):
    rate = top * share
    events = int(rate * seconds)
    topic = rig.create(f"{name}-{round(share * 100)}", **LOG_APPEND)
    with rig.redis() as redis, rig.job("run", live.config(rig, redis, topic)) as job:
        rig.settle(job, redis, topic, **live.load)
        load = rig.send(topic, events, rate=round(rate), skip=FIRST, **live.load)
        seen = watch(redis, live, events + FIRST, load, seconds + 60)
        sent = rig.sent(load, 20)
        job.terminate()
        live.check_exact(redis, events + FIRST)
        held, _ = cells(redis)
    times = [tuple(map(int, line.split())) for line in rig.drain("times", rig.kafka.brokers, topic).splitlines()]
    found = delays(without(times, FIRST), seen)
    return {"bench": name, "share": share, "rate": round(rate), "top_rate": round(top), "publish_ms": PUBLISH_MS,
            "p50_ms": quantile(found, .5), "p90_ms": quantile(found, .9), "p99_ms": quantile(found, .99),
            "max_ms": round(found[-1][0]), "load_behind_ms": sent["behind_ms"], "cpu_us": round(job.cpu_s / events * 1e6, 4),
            "cells": held, "cells_in_a_commit": max(job.commit_cells(), default=None), "exact": True}


def delay(rig):
    top = top_rate(rig, CUBE, "delay", 200000 if rig.short else 4000000)
    for share in (.1, .2, .5, .8):
        yield delay_at(rig, CUBE, "delay", share, top, 4 if rig.short else 30)


BENCHMARKS = [delay]
