"""A changed configuration: what it adds counts from where the former one stood, an instance with the former one ends, and
everything else is refused. Each log is compared with the oracle, which is told who counted what, and by `kaiku verify`."""
import copy
import json
import re
import time

import configs
import logs
import oracle
from harness import consumed, test
from servers import until


def changed(config, *, metrics=(), behind=(), before=(), most=None, **more):
    """A copy with metrics of configs.METRICS by name, views behind and before the others, and dimensions' most values."""
    made = copy.deepcopy(config)
    made["metrics"] += configs.metrics(*metrics)
    made["views"] = [*copy.deepcopy(list(before)), *made["views"], *copy.deepcopy(list(behind))]
    for dimension, n in (most or {}).items(): made["event"]["dimensions"][dimension] = {"field": f"/{dimension}", "max_values": n}
    return made | more


def event(ident, n, **fields):
    """A line; n is the minute that it happened in."""
    at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(1767225600 + 60 * n))
    return json.dumps({"id": ident, "time": at, "channel": "phone", "team": "north"} | fields).encode()


def plain(records=4000, **more):
    return [raw for _, _, _, raw in logs.generate(logs.arguments("plain", records, 1, ndjson=True, **more))]


TOUCHPOINTS = {"name": "teams", "by": ["team"], "grouping": "rollup", "windows": ["day", "5m"], "retention": {"5m": "3d"}}
PHONE = {"name": "phone", "by": [], "windows": ["1h", "week"], "where": {"channel": "phone"}, "min_n": 3}


class Story:
    """A file that grows, counted by one configuration after the other."""

    def __init__(self, t):
        self.t, self.redis, self.lines, self.stages = t, t.redis(), [], []
        self.path = f"{t.directory}/log.ndjson"

    def config(self, made):
        path = self.t.config(made, self.redis, name=f"config-{len(self.stages)}.yaml")
        self.stages.append((path, len(self.lines)))
        return path

    def count(self, made, lines, **more):
        """Another configuration counts these lines."""
        self.config(made)
        self.go_on(lines, **more)

    def go_on(self, lines, **more):
        """The same in a new process."""
        self.lines += lines
        self.t.write("log.ndjson", b"".join(line + b"\n" for line in self.lines))
        return self.t.run("replay", self.stages[-1][0], self.path, **more)

    def check(self):
        """Against the oracle, and by verify."""
        t, path = self.t, self.stages[-1][0]
        befores = zip(self.stages, self.stages[1:])
        # Before the first one, one that counted nothing: the oracle looks after full dimensions then.
        changes = [({}, None)] + [({0: upto}, oracle.Config(former)) for (former, _), (_, upto) in befores]
        t.compare("a story", self.redis, path, oracle.expected(oracle.Config(path), self.path, True, changes=changes))
        program = t.run("verify", path, self.path)
        assert program.out.startswith(f"0 differences: {len(self.lines)} records read"), program.said
        return self

    def refused(self, made, says):
        """Refused with exit 3, and nothing is changed."""
        path = self.t.config(made, self.redis, name="refused.yaml")
        held = state(self.redis)
        program = self.t.run("replay", path, self.path, code=3, seconds=30)
        assert says in program.err and "new prefix or 'kaiku reset'" in program.err, program.err
        assert state(self.redis) == held
        assert says in self.t.run("verify", path, self.path, code=3).err


def state(redis):
    """All but the count of refusals."""
    return {k: redis.client.dump(k) for k in redis.client.keys("*") if k not in ("kaiku:{0}:incidents", "kaiku:trust")}


def heads(redis):
    return {redis.client.get(f"kaiku:{{{s}}}:head") for s in range(64)}


# ---------------------------------------------------------------- additions

@test(seconds=120, quick=True, sanitized=True)
def metrics(t):
    """Of every kind, so that counters move beyond the first block, with a type that was ignored before."""
    story, lines = Story(t), plain()
    story.count(configs.SMALL, lines[:1500])
    more = changed(configs.SMALL, metrics=["csat", "ces", "mood", "upset", "handle_s", "invited", "answered", "response_rate", "cost",
                                           "customers", "pulse"])
    story.count(more, lines[1500:2500])
    story.check()
    story.go_on(lines[2500:])
    story.check()
    assert int(story.redis.client.hget("kaiku:trust", "ignored")) > 0
    assert story.redis.client.hget("kaiku:metric:pulse", "kind") == "nps"


@test(seconds=60, quick=True, sanitized=True)
def memory_of_duplicates(t):
    """What is read again at a start is what counted: not what was ignored, nor was it rejected for a field that nobody named."""
    story = Story(t)
    story.count(configs.SMALL, [
        event("pulse-1", 0, type="pulse", nps=9), event("pulse-2", 1, type="pulse", nps=3),
        event("a", 2, nps=9), event("b", 3, nps=1)[:-1] + b',"emotion":fea}', event("c", 4, nps=2)[:-1] + b',"emotion":1,"emotion":2}'])
    more = changed(configs.SMALL, metrics=["upset", "pulse"])
    # The first of each is new, though its id stood there before; the others are duplicates.
    story.count(more, [event("pulse-1", 5, type="pulse", nps=9), event("a", 6, nps=8), event("b", 7, nps=8)])
    story.go_on([event("pulse-2", 8, type="pulse", nps=4), event("c", 9, nps=4), event("b", 10, nps=4), event("pulse-1", 11, type="pulse", nps=1)])
    story.go_on([event("pulse-2", 12, type="pulse", nps=4), event("d", 13, nps=4, emotion="fear")])
    story.check()
    trust = story.redis.client.hgetall("kaiku:trust")
    assert (trust["ignored"], trust["duplicate"], trust["counted"], trust["rejected"]) == ("2", "6", "6", "0"), trust


@test(seconds=120, quick=True)
def views(t):
    """Before and behind the others, with windows and a filter of their own; retractions of what they never counted."""
    story, lines = Story(t), plain(seed=7)
    story.count(configs.SMALL, lines[:2000])
    story.count(changed(configs.SMALL, before=[PHONE], behind=[TOUCHPOINTS]), lines[2000:3000])
    story.check()
    story.go_on(lines[3000:])
    story.check()


@test(seconds=120, quick=True)
def values(t):
    """A dimension that was full takes more in; what was _other before stays so."""
    story = Story(t)
    few = changed(configs.SMALL, most={"team": 3})

    def of(teams, first):
        return [event(f"{team}-{first + i}", first + i, team=team, nps=i % 11) for i, team in enumerate(teams)]

    story.count(few, of("abcdeadbf", 0))
    assert story.redis.client.smembers("kaiku:values:team") == {"_all", "_other", "a", "b", "c"}
    story.count(changed(configs.SMALL, most={"team": 5}), of("dgabchgde", 20))
    story.check()
    story.go_on(of("dcehz", 40))
    story.check()
    assert story.redis.client.smembers("kaiku:values:team") == {"_all", "_other", "a", "b", "c", "d", "g"}
    story.count(changed(configs.SMALL, most={"team": 50}, behind=[TOUCHPOINTS]), of("hzabd", 60))
    story.check()
    assert story.redis.client.hget("kaiku:trust", "other") == "9"


@test(seconds=120, quick=True)
def one_after_the_other(t):
    """Each addition has a beginning of its own, and retractions go where their original was counted."""
    story, lines = Story(t), plain(5000, seed=3)
    first = changed(configs.SMALL, most={"channel": 4})
    second = changed(first, metrics=["csat", "invited"], most={"channel": 8})
    third = changed(second, metrics=["answered", "response_rate", "handle_s"], before=[TOUCHPOINTS])
    fourth = changed(third, metrics=["pulse", "customers"], behind=[PHONE], most={"team": 20000})
    for i, made in enumerate((first, second, third, fourth)):
        story.count(made, lines[1000 * i:1000 * (i + 1)])
        story.check()
    story.go_on(lines[4000:])
    story.check()
    since = story.redis.client.hgetall("kaiku:{0}:since")
    assert since["1:metric:csat"] == "0" and since["1:dimension:channel"] == "4" and "2:view:teams" in since and "3:metric:pulse" in since, since


@test(seconds=60, quick=True)
def alerts_and_targets(t):
    """They decide nothing, and may name what was added."""
    story, lines = Story(t), plain(seed=5)
    story.count(configs.SMALL, lines[:1500])
    story.count(changed(configs.SMALL, metrics=["csat", "pulse"],
                        targets=[{"view": "contact", "member": "*|_all", "metric": "csat", "window": "day", "goal": 80}],
                        alerts=[{"name": "unhappy", "when": "csat <= 2", "carry": ["id", {"comment": "/comment"}]},
                                {"name": "pulse", "when": "pulse <= 6"}]), lines[1500:])
    story.check()
    assert story.redis.client.xlen("kaiku:{0}:feed:unhappy") > 0


# ---------------------------------------------------------------- refusals

@test(seconds=180, quick=True)
def refusals(t):
    story = Story(t)
    ruling = changed(configs.SMALL, metrics=["csat"], most={"team": 100}, behind=[PHONE])
    story.count(ruling, plain(600))

    def with_metrics(edit):
        made = copy.deepcopy(ruling)
        made["metrics"] = edit(made["metrics"])
        return made

    extra = configs.metrics("ces")
    story.refused(with_metrics(lambda m: m[:1] + extra + m[1:]), "metric 'ces' was added before others: new ones go behind all")
    story.refused(with_metrics(lambda m: m[:-1]), "metric 'csat' was removed")
    story.refused(with_metrics(lambda m: [x | {"top": "5..5"} if x["name"] == "csat" else x for x in m]), "metric 'csat' has another top")
    story.refused({**ruling, "views": ruling["views"][:1]}, "view 'phone' was removed")
    story.refused({**ruling, "views": [ruling["views"][0], PHONE | {"where": {"channel": "chat"}}]}, "view 'phone' has another 'where'")
    story.refused({**ruling, "views": [ruling["views"][0] | {"retention": {"1h": "9d"}}, PHONE]}, "view 'contact' has another retention of '1h'")
    story.refused(changed(ruling, most={"team": 99}), "dimension 'team' has a max_values of 99, less than the 100 before")
    story.refused(changed(ruling, time_zone="Europe/Helsinki"), "time_zone differs")
    story.refused(changed(ruling, dedup={"span": 5}), "dedup.span differs")
    story.go_on(plain(50, seed=2))
    story.check()


@test(seconds=60, quick=True)
def the_former_one_comes_back(t):
    """It lacks what rules by now; and who only reads takes nothing over."""
    story = Story(t)
    story.count(configs.SMALL, plain(600))
    more = changed(configs.SMALL, metrics=["csat"])
    held = state(story.redis)
    path = t.config(more, story.redis, name="more.yaml")
    assert "to which it adds: let 'kaiku run' take over first" in t.run("verify", path, story.path, code=3).err
    assert state(story.redis) == held
    story.count(more, plain(100, seed=2))
    story.refused(configs.SMALL, "metric 'csat' was removed")
    story.check()


# ---------------------------------------------------------------- instances, crashes

class Stream:
    """A topic that grows, counted by instances of one configuration after the other."""

    def __init__(self, t, *configurations, partitions=3, views_every="300ms"):
        self.t, self.redis, self.topic = t, t.redis(), t.topic(partitions)
        self.records, self.changes, self.written = [], [], 0
        self.configs = [t.config(made, self.redis, self.topic, name=f"{i}.yaml", workers=2,
                                 publish={"commit_every": "20ms", "views_every": views_every})
                        for i, made in enumerate(configurations)]
        self.log = logs.generate(logs.arguments("plain", 8000, partitions))

    def write(self, n):
        part = self.log[self.written:self.written + n]
        self.written += n
        self.t.kafka.write(self.topic, part)

    def counted(self):
        until(lambda: consumed(self.redis) == self.written, 60, f"{self.written} records")

    def taken(self, i):
        """Configuration i has taken over: from where, Redis says."""
        client = self.redis.client
        until(lambda: client.hget("kaiku:meta", "digest") and client.exists(f"kaiku:{{0}}:since:{i}"), 60, "the take-over")
        stood = {int(f.split(":")[1]): int(v.split(":")[0]) for f, v in client.hgetall(f"kaiku:{{0}}:since:{i}").items()}
        self.changes.append((stood, oracle.Config(self.configs[i - 1])))

    def check(self, i):
        t, path = self.t, self.configs[i]
        t.run("run", path, "--until-end")
        logs.write(f"{t.directory}/log", self.log[:self.written])
        expected = oracle.expected(oracle.Config(path), f"{t.directory}/log", False, changes=self.changes)
        t.compare("a stream", self.redis, path, expected)
        assert t.run("verify", path).out.startswith(f"0 differences: {self.written} records"), "verify"


MORE = changed(configs.SMALL, metrics=["csat", "handle_s", "pulse", "customers"], behind=[TOUCHPOINTS])


@test("kafka", seconds=180, quick=True, sanitized=True)
def an_instance_with_the_former_one_ends(t):
    """Amid its commits it is fenced, ends with 3 and says why; the new one goes on from there with its partitions."""
    stream = Stream(t, configs.SMALL, MORE)
    former = t.start("run", stream.configs[0])
    stream.write(1000)
    stream.counted()
    stream.write(3000)
    later = t.start("run", stream.configs[1])
    former.wait(30, 3)
    assert "was changed under this process: metric 'csat' was removed: start it again with the one that rules there now" in former.err, former.err
    stream.taken(1)
    stream.write(1000)
    stream.counted()
    assert "metric 'csat', metric 'handle_s'" in later.err and "view 'teams'" in later.err, later.err
    stream.write(2000)
    stream.counted()
    later.terminate()
    stream.check(1)
    assert stream.redis.client.hget("kaiku:trust", "stops") == "1"


@test("kafka", seconds=120, quick=True)
def an_idle_instance_ends_too(t):
    stream = Stream(t, configs.SMALL, MORE, partitions=1)
    stream.write(500)
    former = [t.start("run", stream.configs[0]) for _ in range(2)]     # one of them has no partition
    stream.counted()
    later = t.start("run", stream.configs[1])
    for program in former: program.wait(30, 3)
    stream.taken(1)
    stream.write(500)
    stream.counted()
    later.terminate()
    stream.check(1)


def unlevel(t, stream, n):
    """An instance that ends amid its commit: one shard refuses its part. Views, which look at that key too, are rare."""
    client, program = stream.redis.client, t.start("run", stream.configs[0])
    stream.counted()
    client.rename("kaiku:{7}:dirty", "aside")
    client.set("kaiku:{7}:dirty", "in the way")
    stream.write(n)
    program.wait(30, 3)
    client.delete("kaiku:{7}:dirty")
    client.rename("aside", "kaiku:{7}:dirty")
    assert client.hgetall("kaiku:{7}:pos") != client.hgetall("kaiku:{0}:pos")


@test("kafka", seconds=180, quick=True)
def shards_that_are_not_level(t):
    """Refused, also by who is killed while it waits, until the former configuration has committed."""
    stream = Stream(t, configs.SMALL, MORE, views_every="30s")
    stream.write(1000)
    unlevel(t, stream, 800)
    held, ruling = state(stream.redis), heads(stream.redis)
    program = t.run("run", stream.configs[1], code=3, seconds=30)
    assert "stand at different positions (shard and partition '7 " in program.err, program.err
    assert "run the former configuration until it has committed once" in program.err
    program = t.start("run", stream.configs[1])
    time.sleep(.5)      # it waits for five seconds
    program.kill()
    assert state(stream.redis) == held and heads(stream.redis) == ruling and len(ruling) == 1
    t.run("run", stream.configs[0], "--until-end")
    stream.write(500)
    program = t.start("run", stream.configs[1])
    stream.taken(1)
    stream.counted()
    program.terminate()
    assert heads(stream.redis) != ruling and len(heads(stream.redis)) == 1
    stream.check(1)


@test("kafka", seconds=180, quick=True)
def killed_behind_its_take_over(t):
    """Heads and rules change in one step: whoever comes next finds them changed."""
    stream = Stream(t, configs.SMALL, MORE)
    former = t.start("run", stream.configs[0])
    stream.write(1000)
    stream.counted()
    former.terminate()
    ruling = heads(stream.redis)
    later = t.start("run", stream.configs[1])
    until(lambda: heads(stream.redis) != ruling, 30, "the take-over")
    later.kill()
    assert len(heads(stream.redis)) == 1
    stream.taken(1)
    stream.write(1000)
    stream.check(1)
    assert re.fullmatch(r"[0-9a-f]{32}", stream.redis.client.hget("kaiku:meta", "digest"))


@test("kafka", seconds=180, quick=True)
def redis_fell_back_behind_it(t):
    """To a state under the former configuration: the instance takes over again, from where that state stands."""
    stream = Stream(t, configs.SMALL, MORE)
    former = t.start("run", stream.configs[0])
    stream.write(1000)
    stream.counted()
    former.terminate()
    client = stream.redis.client
    saved = {k: client.dump(k) for k in client.keys("*")}
    later = t.start("run", stream.configs[1])
    stream.write(1000)
    stream.counted()
    pipe = client.pipeline()
    pipe.flushall()
    for k, v in saved.items(): pipe.restore(k, 0, v)
    pipe.execute()
    stream.write(1000)
    stream.counted()
    stream.taken(1)
    later.terminate()
    stream.check(1)
