"""Second headline: deploy/kaiku.yaml as it is but for servers and topic, with events as `kaiku gen` makes them, into
topics that take the broker's time. Each figure says how many cells were touched, for cost follows these."""
import dataclasses
import subprocess

from delay import delay_at, top_rate
from memory import load_redis
from rig import LOG_APPEND, Live, Rig, cells, check_exact, figures, total, trust_of
from throughput import drained

CONTACTS = {"contacts": True, "touchpoints": 20}  # as many as kaiku gen names
EVERY = ("invited", "answered")  # of any event, one
LIVE = Live(Rig.contact_center, CONTACTS, "month", fields=EVERY)
# A minute is kept for a day, by the record's time, and an event is up to 12 hours late: so none is skipped or removed.
HOURS = 11


# ---------------------------------------------------------------- throughput


def verify(rig, config):
    """Is every cell as the log says? Too slow for many events."""
    done = subprocess.run([f"{rig.build}/kaiku", "verify", config], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, text=True, timeout=300)
    if done.returncode: raise AssertionError(f"kaiku verify: {done.stdout[-500:]}")


def check_parts(redis, events):
    """Every record became one thing, no window was skipped, and the total holds what was counted and not taken back."""
    trust, stand = trust_of(redis), total(redis, window="month", fields=EVERY)
    parts = sum(trust[k] for k in ("counted", "retracted", "duplicate", "rejected", "ignored"))
    wrong = not trust["consumed"] == parts == events or trust["expired"] or stand != trust["counted"] - trust["retracted"]
    if wrong: raise AssertionError(f"{events} events were sent, {stand} stand in the windows, trust says {trust}")
    return {k: v for k, v in trust.items() if k in ("counted", "retracted", "duplicate", "rejected")}


def contact_center(rig):
    """A full topic, long enough that a worker reads for a minute. Two workers must come to the same as one."""
    events, topic, before = 200000 if rig.short else 42000000, rig.create("feedback", **LOG_APPEND), None
    rig.sent(rig.send(topic, events, hours=HOURS, **CONTACTS), 300)
    yield drained(rig, topic, events) | {"bench": "contact_floor"}
    for workers in (1, 2):
        with rig.redis() as redis:
            config = rig.contact_center(redis, topic, workers=workers)
            job = rig.to_the_end(config, redis)
            parts, (held, size) = check_parts(redis, events), cells(redis)
            if rig.short: verify(rig, config)
        before = before or parts
        if parts != before: raise AssertionError(f"{before} by 1 worker, {parts} by {workers}")
        yield {"bench": "contact_center", "workers": workers, "exact": True, **figures(job, events), **parts,
               "cells": held, "cell_bytes": round(size / held, 1),
               "cells_in_a_commit": max(job.commit_cells(), default=None)}


# ---------------------------------------------------------------- delay


def contact_delay(rig):
    top = top_rate(rig, LIVE, "contact_delay", 200000 if rig.short else 3000000)
    for share in (.1, .2, .5):
        yield delay_at(rig, LIVE, "contact_delay", share, top, 4 if rig.short else 60)


# ---------------------------------------------------------------- memory, load on Redis

CHANNELS, MINUTES, PEOPLE = 8, 2, 8 * 210  # two hundred agents and none in each of ten teams, in each channel


def base_of_contact(redis):
    """How many (channel, touchpoint, minute) cells Redis holds."""
    keys = redis.client.scan_iter("kaiku:{*}:c:*:contact:1m:*", count=1000)
    return sum("_all" not in member for key in keys for member in redis.client.hkeys(key))


def contact_live_cells(rig):
    """Peak of the process with 100,000 base cells in every commit, by the values of the events."""
    n = 100000
    events, touchpoints = 200000 if rig.short else 400000, (n - PEOPLE) // (CHANNELS * MINUTES)
    topic = rig.create("contact-live", **LOG_APPEND)
    rig.sent(rig.send(topic, events, **CONTACTS | {"in_turn": True, "touchpoints": touchpoints}), 300)
    with rig.redis() as redis:
        job = rig.to_the_end(rig.contact_center(redis, topic), redis)
        check_exact(redis, events, window="month", fields=EVERY)
        base, (held, size) = base_of_contact(redis), cells(redis)
    if base != n - PEOPLE: raise AssertionError(f"{base} base cells of contact instead of {n - PEOPLE}")
    yield {"bench": "contact_live_cells", "cells": n, "exact": True, **figures(job, events), "redis_cells": held,
           "redis_cell_bytes": round(size / held, 1), "cells_in_a_commit": max(job.commit_cells(), default=None)}


def contact_redis_load(rig):
    """So many touchpoints that a commit touches about 20,000 cells."""
    live = dataclasses.replace(LIVE, load=CONTACTS | {"touchpoints": 460})
    yield load_redis(rig, live, "contact_redis_load")


BENCHMARKS = [contact_center, contact_delay, contact_live_cells, contact_redis_load]
