"""Redis goes away for a while, under a load that goes on."""
import time

from rig import FIRST, LIVE, LOG_APPEND, check_exact, counted

STEP_S = .1


class Watch:
    """Memory of the process over time, step by step."""

    def __init__(self, job):
        self.job, self.begin, self.series = job, time.monotonic(), []

    @property
    def now(self):
        return time.monotonic() - self.begin

    def step(self):
        if self.job.ended(): raise RuntimeError(f"kaiku ended: {self.job.said[-1000:]}")
        self.series.append((round(self.now, 2), round(self.job.memory_mib(), 1)))
        time.sleep(STEP_S)

    def until(self, condition, seconds, what):
        end = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > end: raise TimeoutError(f"waited {seconds} s for {what}")
            self.step()

    def peak(self, begin, end):
        return max(mib for at, mib in self.series if begin <= at <= end)


def outage(rig):
    rate, away, around = (20000, 10, 3) if rig.short else (50000, 60, 15)
    events = rate * (away + 2 * around)
    topic = rig.create("outage", **LOG_APPEND)
    with rig.redis() as redis, rig.job("run", rig.config(redis, topic, workers=2, view=LIVE, live=True)) as job:
        rig.settle(job, redis, topic)
        load, watch = rig.send(topic, events, rate=rate, skip=FIRST), Watch(job)
        watch.until(lambda: watch.now >= around, around + 5, "the time before")
        redis.stop()
        left = watch.now
        watch.until(lambda: watch.now >= left + away, away + 5, "the time without Redis")
        redis.start()
        back = watch.now
        # Caught up: all that was sent until Redis was back can be read.
        watch.until(lambda: counted(redis) >= rate * back, 120, "catching up")
        caught_up = watch.now
        watch.until(lambda: counted(redis) == events + FIRST, 120, "all events")
        rig.sent(load, 20)
        end = watch.now
        job.terminate()
        check_exact(redis, events + FIRST, window="year")
    yield {"bench": "outage", "rate": rate, "away_s": round(back - left, 1), "events": events, "exact": True,
           "before_mib": watch.peak(0, left), "during_mib": watch.peak(left, back), "after_mib": watch.peak(back, end),
           "catch_up_s": round(caught_up - back, 2), "left_s": round(left, 2), "back_s": round(back, 2),
           "caught_up_s": round(caught_up, 2), "memory": watch.series}


BENCHMARKS = [outage]
