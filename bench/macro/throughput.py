"""How fast a full topic is read, what that costs, and what could not cost less."""
import json
import re

import yaml

from rig import ROOT, cells, check_exact, figures


def floor(rig, events):
    """The same bytes through librdkafka alone, and through memcpy alone."""
    topic, sent = rig.topic(events)
    size = sent["bytes"] // sent["events"]
    for what, arguments in (("drain", ("read", rig.kafka.brokers, topic)), ("copy", ("copy", events, size))):
        cost = min((json.loads(rig.drain(*arguments)) for _ in range(2)), key=lambda c: c["cpu_s"])
        if cost["events"] != events: raise AssertionError(f"{what}: {cost['events']} of {events} events")
        yield {"bench": "floor", "what": what, "events": events, "bytes_per_event": size,
               "events_per_s": round(events / cost["seconds"]), "cpu_us": round(cost["cpu_s"] / events * 1e6, 4)}


def throughput(rig):
    """8 channels x 400 touchpoints as a cube in minutes: first headline. The best of the runs, and all of them."""
    events, times = (400000, 1) if rig.short else (4000000, 3)
    topic, sent = rig.topic(events)
    yield from floor(rig, events)
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
               "fastest_events_per_s": max(r["events_per_s"] for r in runs), "cells": held, "cell_bytes": round(size / held, 1),
               "runs": runs}


def contact_center(rig):
    """deploy/kaiku.yaml as it is but for the servers, with what `kaiku gen` makes: second headline."""
    events = 200000 if rig.short else 12000000
    with rig.redis() as redis:
        with open(f"{ROOT}/deploy/kaiku.yaml") as f: config = yaml.safe_load(f)
        config["kafka"]["properties"]["bootstrap.servers"] = rig.kafka.brokers
        config["redis"]["url"] = redis.url
        rig.create("feedback")
        with rig.job("gen", "--count", str(events), "--to", "feedback", "--brokers", rig.kafka.brokers) as gen: gen.wait(300)
        job = rig.to_the_end(rig.write(config), redis)
        trust = redis.client.hgetall("kaiku:trust")
        if int(trust["consumed"]) != events: raise AssertionError(f"{events} events were sent, trust says {trust}")
        held, size = cells(redis)
    touched = [int(n) for n in re.findall(r", (\d+) cells in it", job.said)]
    yield {"bench": "contact_center", **figures(job, events), "cells": held, "cell_bytes": round(size / held, 1),
           "cells_in_a_commit": max(touched, default=None)}


BENCHMARKS = [throughput, contact_center]
