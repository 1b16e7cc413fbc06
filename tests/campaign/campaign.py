"""The same fault again and again, at random moments and under a random load. Afterwards Redis is what the log says: by
the oracle, and by `kaiku verify`. `--rounds N` says how often (CI: a few), `--seed` which moments."""
import contextlib
import os
import random
import signal
import threading
import time

from harness import consumed, test
from proxy import Proxy
from servers import until

ROUND_S = 300  # one that takes longer is stuck
AT_ONCE = ("--repl-diskless-sync-delay", "0")


class Campaign:
    """A log in as many slices as there are rounds, and what is to hold in the end."""

    def __init__(self, t, rounds, url=None):
        self.t, self.rounds = t, t.options.rounds or rounds
        self.rng = random.Random(t.options.seed)
        log = t.log("everything")
        t.expectations.prepare(["everything"])
        self.slices, self.written, self.began = log.slices(self.rounds + 1), 0, time.monotonic()
        self.topic, self.redis = t.topic(log.partitions), t.redis(*AT_ONCE)
        self.setup, self.server = log.config, url or self.redis
        self.config = self.configure()

    def configure(self, **more):
        """Redis is killed, never silent: a loaded machine shall not look as if it were."""
        return self.t.config(self.setup, self.server, self.topic, workers=2, publish={"commit_every": "20ms"},
                             redis={"timeout": "30s"}, **more)

    def write(self, part):
        self.t.kafka.write(self.topic, part)
        self.written += len(part)

    @contextlib.contextmanager
    def writing(self, part):
        """Records come while what is inside happens."""
        thread = threading.Thread(target=self.write, args=(part,))
        thread.start()
        try: yield
        finally: thread.join()

    def each(self):
        """The slices, one a round."""
        for part in self.slices[:self.rounds]:
            signal.alarm(ROUND_S)
            yield part

    def pause(self, *most):
        time.sleep(self.rng.uniform(0, self.rng.choice(most)))

    def start(self):
        return self.t.start("run", self.config)

    def start_and_wait(self):
        """A Redis that goes away before kaiku is up would end it."""
        program = self.start()
        until(lambda: self.redis.client.exists("kaiku:trust") or not program.running, ROUND_S, "the start")
        return program

    def until_all(self, redis=None, program=None):
        """program: the one that is to take it all."""
        redis = redis or self.redis
        until(lambda: consumed(redis) == self.written or (program and not program.running), ROUND_S, f"{self.written} records")
        assert consumed(redis) == self.written, program.err[-3000:]

    def finish(self, redis=None):
        redis = redis or self.redis
        for part in self.slices[self.rounds:]: self.write(part)
        signal.alarm(10 * ROUND_S)
        self.t.run("run", self.config, "--until-end", seconds=5 * ROUND_S)
        self.t.compare("everything", redis, self.config)
        self.t.run("verify", self.config, seconds=5 * ROUND_S)
        trust = redis.client.hgetall("kaiku:trust")
        print(f"    {self.rounds} rounds, {self.written} records, {trust.get('rewinds', 0)} rewinds, {trust.get('outages', 0)} outages, "
              f"{time.monotonic() - self.began:.0f} s", flush=True)


@test("kafka", seconds=ROUND_S, quick=True)
def kill9(t):
    """kaiku is killed: a quarter of the times anywhere in its start, otherwise while it consumes. Mostly it is a static
    member of its group, which is taken back at once; the others wait until the session of the killed one has passed."""
    c = Campaign(t, 10)
    static = c.configure(name="static.yaml", properties={"group.instance.id": "killed"})
    for part in c.each():
        before, half = consumed(c.redis), len(part) // 2
        c.write(part[:half])
        program = t.start("run", c.config if c.rng.random() < .05 else static)
        if c.rng.random() < .25: c.pause(.5)
        else:
            until(lambda: consumed(c.redis) > before, ROUND_S, "progress after a kill")
            c.pause(.02, .1, .3)
        with c.writing(part[half:]):
            c.pause(.02, .1, .3)
            assert program.running, program.err[-2000:]
            program.kill()
    c.finish()


def tear(rng, redis):
    """The append-only file loses its last bytes, as it may where a machine loses its power."""
    directory = f"{redis.directory}/appendonlydir"
    last = max((name for name in os.listdir(directory) if name.endswith(".incr.aof")), key=lambda name: int(name.split(".")[2]))
    path = f"{directory}/{last}"
    size = os.path.getsize(path)
    os.truncate(path, max(0, size - rng.randint(1, 20000)))


def start_again(redis):
    """One that is killed while it rewrites a torn file takes two starts: the first cuts the end off, and ends."""
    try: redis.start()
    except RuntimeError: redis.start()


@test("kafka", seconds=ROUND_S, quick=True)
def redis(t):
    """redis-server is killed under one kaiku, and comes back with all it had or with a torn file."""
    c = Campaign(t, 5)
    program = c.start_and_wait()
    for part in c.each():
        before = consumed(c.redis)
        c.write(part)
        if c.rng.random() < .5: until(lambda: consumed(c.redis) > before, ROUND_S, "progress")
        c.pause(.1, .6)
        c.redis.kill()
        if c.rng.random() < .4: tear(c.rng, c.redis)
        start_again(c.redis)
    c.until_all(program=program)
    program.terminate(60)
    c.finish()


@test("kafka", seconds=ROUND_S, quick=True)
def rebalance(t):
    """Members of the group join, leave, are killed, or sleep past their session."""
    c = Campaign(t, 5)
    c.config = c.configure(properties={"session.timeout.ms": 1500})
    running, asleep = [c.start()], []

    def join(): running.append(c.start())
    def leave():
        program = running.pop(c.rng.randrange(len(running)))
        program.process.terminate()
        program.wait(60, None)
        # The other: before it had come to listen to signals.
        assert program.process.returncode in (0, -signal.SIGTERM), program.err[-2000:]

    def killed(): running.pop(c.rng.randrange(len(running))).kill()

    def sleep():
        asleep.append(running.pop(c.rng.randrange(len(running))))
        asleep[-1].process.send_signal(signal.SIGSTOP)

    def wake():
        running.append(asleep.pop())
        running[-1].process.send_signal(signal.SIGCONT)

    for part in c.each():
        moves = [join] * (len(running) < 3) + [leave, killed, sleep] * (len(running) > 1) + [wake] * len(asleep)
        with c.writing(part):
            c.pause(.05, .5)
            c.rng.choice(moves)()
        c.pause(.3, 2)
        # Sometimes the group settles; the other moves come while it does.
        if c.rng.random() < .3: c.until_all()
    while asleep: wake()
    c.until_all()
    for program in running: program.terminate(60)
    c.finish()


@test("kafka", seconds=ROUND_S, quick=True)
def failover(t):
    """A replica that has lagged behind is promoted: Redis falls back in time, and kaiku has to notice."""
    spare = t.redis(*AT_ONCE)
    proxy = Proxy(spare.port)
    c = Campaign(t, 5, f"redis://127.0.0.1:{proxy.port}/0")
    master = c.redis
    proxy.target = master.port
    program = c.start_and_wait()
    for part in c.each():
        spare.client.replicaof("127.0.0.1", master.port)
        until(lambda: spare.client.info("replication").get("master_link_status") == "up", ROUND_S, "a replica")
        half = len(part) // 2
        c.write(part[:half])
        c.pause(.05, .3)
        spare.client.replicaof("NO", "ONE")  # from here on it misses what the master gets
        c.write(part[half:])
        if c.rng.random() < .8: until(lambda: consumed(master) > consumed(spare), ROUND_S, "something to be lost")
        c.pause(.1, .6)
        proxy.move(spare.port)
        master, spare = spare, master
        if c.rng.random() < .5: c.until_all(master, program)
    c.until_all(master, program)
    program.terminate(60)
    c.finish(master)
