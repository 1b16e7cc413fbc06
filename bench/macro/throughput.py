"""How fast a full topic is read, what that costs, and what could not cost less."""
import json

from rig import cells, check_exact, figures


def drained(rig, topic, events):
    """The topic through librdkafka alone: the better of two."""
    cost = min((json.loads(rig.drain("read", rig.kafka.brokers, topic)) for _ in range(2)), key=lambda c: c["cpu_s"])
    if cost["events"] != events: raise AssertionError(f"drain: {cost['events']} of {events} events")
    return floor("drain", cost)


def copied(rig, events, size):
    """As many bytes through memcpy alone."""
    return floor("copy", min((json.loads(rig.drain("copy", events, size)) for _ in range(2)), key=lambda c: c["cpu_s"]))


def floor(what, cost):
    events = cost["events"]
    return {"bench": "floor", "what": what, "events": events, "bytes_per_event": cost["bytes"] // events,
            "events_per_s": round(events / cost["seconds"]), "cpu_us": round(cost["cpu_s"] / events * 1e6, 4)}


def throughput(rig):
    """8 channels x 400 touchpoints as a cube in minutes: first headline. The best of the runs, and all of them."""
    events, times = (400000, 1) if rig.short else (4000000, 3)
    topic, sent = rig.topic(events)
    yield drained(rig, topic, events)
    yield copied(rig, events, sent["bytes"] // events)
    for workers in (1, 2):
        runs = []
        for _ in range(times):
            with rig.redis() as redis:
                job = rig.to_the_end(rig.config(redis, topic, workers=workers), redis)
                check_exact(redis, events)
                runs.append(figures(job, events))
                held, size = cells(redis)
        best = min(runs, key=lambda r: r["cpu_us"])
        yield {"bench": "throughput", "workers": workers, "bytes_per_event": sent["bytes"] // events, "exact": True, **best,
               "cells": held, "cell_bytes": round(size / held, 1), "runs": runs}


BENCHMARKS = [throughput]
