"""What a run costs as one thing grows and all else stays."""
from rig import CUBE, METRICS, check_exact, figures


def one(rig, by, value, topic, events, member="_all|_all", window="1m", **config):
    with rig.redis() as redis:
        job = rig.to_the_end(rig.config(redis, topic, **config), redis)
        check_exact(redis, events, window=window, member=member)
    return {"bench": "growth", "by": by, "value": value, **figures(job, events), "exact": True}


def partitions(rig):
    events = 100000 if rig.short else 2000000
    for n in (1, 8, 64):
        yield one(rig, "partitions", n, rig.topic(events, partitions=n)[0], events)


def members(rig):
    events = 100000 if rig.short else 4000000
    view = CUBE | {"by": ["touchpoint"], "windows": ["day"]}
    for n in (10, 1000, 20000) if rig.short else (10, 1000, 100000, 1000000):
        yield one(rig, "members", n, rig.topic(events, touchpoints=n)[0], events, view=view, member="_all", window="day")


def sizes(rig):
    events = 100000 if rig.short else 2000000
    for n in (150, 316, 1000):
        topic, sent = rig.topic(events, **({} if n == 316 else {"size": n}))
        yield one(rig, "bytes", sent["bytes"] // events, topic, events)


def metrics(rig):
    events = 100000 if rig.short else 2000000
    for n in (1, 3, len(METRICS)):
        yield one(rig, "metrics", n, rig.topic(events)[0], events, metrics=n)


BENCHMARKS = [partitions, members, sizes, metrics]
