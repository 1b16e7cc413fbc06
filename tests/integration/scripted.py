"""The whole pipeline but for Kafka: workers on a scripted source, a real Redis; runs under ThreadSanitizer too."""
import os
import re
import subprocess
import tempfile

from harness import test


def framed(records):
    """Records as tests/support/topic.c frames them."""
    out = []
    for p, offset, timestamp, raw in records:
        out.append(b"%d %d %d %d\n" % (p, offset, timestamp, -1 if raw is None else len(raw)))
        out.append((raw or b"") + b"\n")
    return b"".join(out)


def check_figures(redis, figures):
    """One process did all, so what it counted is what Redis has, however often it read again."""
    for metric, key in ("events", "kaiku:trust"), ("rejected", "kaiku:{0}:reasons"):
        shown = {k: int(n) for k, n in re.findall(r'^kaiku_%s_total{\w+="(\w+)"} (\d+)$' % metric, figures, re.M)}
        stored = {k: int(n) for k, n in redis.client.hgetall(key).items() if k in shown}
        assert any(shown.values()) and shown == {k: stored.get(k, 0) for k in shown}, (shown, stored)


def run(t, name, workers, rebalances, seed, **more):
    redis = t.redis()
    config = t.config(t.log(name).config, redis, **more)
    program = os.path.join(os.path.dirname(t.kaiku), "tests", "stress", "scripted")
    with tempfile.TemporaryFile() as records:
        records.write(framed(t.log(name).records))
        records.seek(0)
        done = subprocess.run([program, config, str(workers), str(rebalances), str(seed)], stdin=records, timeout=280,
                              capture_output=True, env=os.environ | t.environment)
    t.check_sanitizer()
    assert done.returncode == 0, done.stderr.decode(errors="replace")[-4000:]
    t.compare(name, redis, config)
    check_figures(redis, done.stdout.decode())
    return done.stderr.decode(errors="replace")


@test(seconds=300, sanitized=True, quick=True)
def in_one_go(t): run(t, "everything", 2, 0, 1)


@test(seconds=300, sanitized=True)
def partitions_move_between_workers(t):
    """Also as lost ones: then two workers hold a partition for a moment, and positions tell whose events count."""
    run(t, "uneven", 3, 12, 2, publish={"commit_every": "20ms", "views_every": "50ms"})


@test(seconds=300)
def many_small_deltas(t): run(t, "nested", 2, 3, 3, publish={"commit_every": "5ms"}, limits={"cells": 500})
