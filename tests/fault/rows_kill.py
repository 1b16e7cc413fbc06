"""Rows 1 to 3: kill -9 at every named place; the run that follows makes it exact."""
from harness import test
from rig import COMMIT, behind_proxy, file, killed, lines, replay

KILLS = {                                       # failpoint: passes at which it kills
    "poll": (1, 1), "decode": (1, 3), "apply": (1, 1), "handover": (1, 1),
    "encode": (1,), "send": (1, 40), "reply": (1, 20, 64),
    "head": (1, 30), "begin": (1,), "assign": (1,), "opened": (1,), "trust": (2,), "now": (3,), "rows": (3,), "shown": (1, 5), "lines": (2, 9),
}


def each_place(t, names, is_new=False):
    """One Redis for all of them, and a log that grows: each finds something new. Every second kill meets a log that was read to
    its end before; where the prefix is to be new, all find what the kill before them left."""
    redis = t.redis()
    path, config = file(t, redis)
    kills = [f"{name}=kill@{n}" for name in names for n in KILLS[name]]
    parts = t.log("file").slices(len(kills) + 1)
    for i, chosen in enumerate(kills):
        t.write("log.ndjson", lines(sum(parts[:i + 1], [])))
        killed(t.start("replay", config, path, KAIKU_FAILPOINTS=chosen))
        if i % 2 == 0 and not is_new: t.run("replay", config, path)
    replay(t, redis, path, config)


@test(seconds=100)
def row_01_killed_after_poll_decode_apply(t): each_place(t, ("poll", "decode", "apply", "handover"))


@test(seconds=100)
def row_02_killed_around_a_commit(t): each_place(t, ("encode", "send", "reply"))


@test(seconds=100)
def row_02_killed_while_views_are_written(t): each_place(t, ("trust", "now", "rows", "shown", "lines"))


@test(seconds=100)
def row_02_killed_while_asking_what_became_of_a_commit(t):
    redis = t.redis()
    proxy, url = behind_proxy(redis)
    path, config = file(t, redis, url=url)
    parts = t.log("file").slices(3)
    for i, chosen in enumerate(("resolve=kill@1", "resolved=kill@1")):
        t.write("log.ndjson", lines(sum(parts[:i + 1], [])))
        proxy.drop_reply(COMMIT)
        killed(t.start("replay", config, path, KAIKU_FAILPOINTS=chosen))
    replay(t, redis, path, config)


@test(seconds=100)
def row_03_killed_while_opening(t): each_place(t, ("head", "begin", "assign", "opened"), is_new=True)
