"""Rows 22 to 31: what Redis, and the way to it, can do."""
import contextlib
import glob
import os
import random
import re
import shutil
import threading

import configs
import servers
from harness import consumed, test
from rig import (COMMIT, MARCH, QUICK, behind_proxy, finish_simple, file, finish, killed, lines, replay, simple, stopped, stored, stream,
                 until_consumed)
from servers import until


def rss_mib(program):
    with open(f"/proc/{program.process.pid}/status") as f: return int(re.search(r"VmRSS:\s+(\d+)", f.read())[1]) >> 10


@test("kafka", seconds=110)
def row_22_redis_down_under_load(t):
    """A full table of cells pauses the workers, whatever else comes; one catch-up when it is back."""
    times = [MARCH + i // 120 * 3600000 for i in range(12000)]      # a cell of its own for each
    made = [(0, i, at, b'{"id":%d,"time":%d,"nps":%d,"team":"t%d"}' % (i, at, i % 11, i % 120)) for i, at in enumerate(times)]
    topic, redis = t.topic(1), t.redis()
    config = t.config(configs.SMALL, redis, topic, limits={"cells": 4096}, **QUICK)
    t.kafka.write(topic, made[:100])
    program = t.start("run", config)
    until_consumed(redis, 100)
    redis.stop()
    t.kafka.write(topic, made[100:9000])
    until(lambda: "paused: cells full, redis away" in program.err, 40, "the pause")
    before = rss_mib(program)
    t.kafka.write(topic, made[9000:])
    pauses = program.err.count("paused: cells full, redis away")
    until(lambda: program.err.count("paused: cells full, redis away") > pauses, 30, "the next summary")
    assert rss_mib(program) < before + 64, (before, rss_mib(program))
    redis.start()
    until_consumed(redis, 12000)
    program.terminate()
    finish_simple(t, redis, config, made)


@test("kafka", seconds=90)
def row_23_redis_half_open(t):
    """Nothing arrives any more, on connections that stand."""
    redis = t.redis()
    proxy, url = behind_proxy(redis)
    topic, parts, config = stream(t, redis, 3, url=url, redis={"timeout": "500ms"})
    program = t.start("run", config)
    t.kafka.write(topic, parts[0])
    until_consumed(redis, len(parts[0]))
    proxy.swallow()
    t.kafka.write(topic, parts[1])
    until(lambda: "redis is away" in program.err, 20, "the time-out")
    proxy.swallow(False)
    t.kafka.write(topic, parts[2])
    until_consumed(redis, sum(map(len, parts)))
    program.terminate()
    finish(t, redis, config)


@test("kafka", seconds=80)
def row_23_redis_asleep(t):
    """What was sent before the time-out runs late: beside or behind the question what became of it."""
    redis = t.redis("--enable-debug-command", "yes")
    topic, (first, *parts), config = stream(t, redis, 5, redis={"timeout": "300ms"})
    program = t.start("run", config)
    t.kafka.write(topic, first)
    until_consumed(redis, len(first))
    for part in parts:
        sleep = threading.Thread(target=redis.client.execute_command, args=("DEBUG", "SLEEP", "1"))
        sleep.start()
        t.kafka.write(topic, part)
        sleep.join()
    until_consumed(redis, len(first) + sum(map(len, parts)))
    assert "did not answer within 300 ms" in program.err, program.err[-2000:]
    program.terminate()
    finish(t, redis, config)


@test(seconds=90)
def row_23_redis_slow(t):
    redis = t.redis()
    proxy, url = behind_proxy(redis)
    path, config = file(t, redis, url=url)
    proxy.delay("down", .001)
    replay(t, redis, path, config)


@test("kafka", seconds=60)
def row_24_reply_lost(t):
    """The commit was applied, and nobody said so."""
    redis = t.redis()
    proxy, url = behind_proxy(redis)
    topic, parts, config = stream(t, redis, 5, url=url)
    program, total = t.start("run", config), 0
    for i, part in enumerate(parts):
        proxy.drop_reply(COMMIT)
        t.kafka.write(topic, part)
        total += len(part)
        until(lambda: proxy.fired == i + 1, 30, "a lost reply")
        until_consumed(redis, total)
    assert "dropping what is not committed" not in program.err, program.err     # resolved by the positions alone
    program.terminate()
    finish(t, redis, config)


@test("kafka", seconds=90)
def row_24_cut_anywhere(t):
    """In the middle of commands and of replies: some shards took the commit, others did not."""
    redis = t.redis()
    proxy, url = behind_proxy(redis)
    topic, (first, *parts), config = stream(t, redis, 9, url=url)
    program, total, rng = t.start("run", config), len(first), random.Random(24)
    t.kafka.write(topic, first)
    until_consumed(redis, total)
    for i, part in enumerate(parts):
        if i % 2: proxy.cut("up", rng.randrange(1, 40000))
        else: proxy.cut("down", rng.randrange(1, 400))
        t.kafka.write(topic, part)
        total += len(part)
        until(lambda: proxy.fired == i + 1, 30, "a cut")
        until_consumed(redis, total)
    program.terminate()
    finish(t, redis, config)


# ---------------------------------------------------------------- row 25: errors that pass

def as_replica(redis, stale):
    redis.client.config_set("replica-serve-stale-data", stale)
    redis.client.replicaof("127.0.0.1", 1)


def as_master(redis):
    redis.client.replicaof("NO", "ONE")


def fail_to_save(redis):
    os.mkdir(f"{redis.directory}/dump.rdb")
    redis.client.config_set("save", "3600 1000000")
    redis.client.bgsave()
    until(lambda: redis.client.info("persistence")["rdb_last_bgsave_status"] == "err", 20, "a save that fails")


def save(redis):
    os.rmdir(f"{redis.directory}/dump.rdb")
    redis.client.bgsave()
    until(lambda: redis.client.info("persistence")["rdb_last_bgsave_status"] == "ok", 20, "a save")


def keep_busy(redis):
    redis.client.config_set("busy-reply-threshold", 50)
    threading.Thread(target=lambda: spin(redis), daemon=True).start()


def spin(redis):
    with contextlib.suppress(servers.redis.exceptions.ResponseError): redis.client.eval("while true do end", 0)   # killed


TROUBLES = {    # error: how it comes, how it goes
    "READONLY": (lambda r: as_replica(r, "yes"), as_master),
    "MASTERDOWN": (lambda r: as_replica(r, "no"), as_master),
    "MISCONF": (fail_to_save, save),
    "NOREPLICAS": (lambda r: r.client.config_set("min-replicas-to-write", 1), lambda r: r.client.config_set("min-replicas-to-write", 0)),
    "BUSY": (keep_busy, lambda r: r.client.script_kill()),
}


def trouble(t, code):
    redis = t.redis()
    proxy, url = behind_proxy(redis)
    topic, parts, config = stream(t, redis, 2, url=url)
    program = t.start("run", config)
    t.kafka.write(topic, parts[0])
    until_consumed(redis, len(parts[0]))
    come, go = TROUBLES[code]
    come(redis)
    t.kafka.write(topic, parts[1])
    until(lambda: proxy.errors[code], 20, code)
    go(redis)
    until_consumed(redis, sum(map(len, parts)))
    program.terminate()
    finish(t, redis, config)


@test("kafka", seconds=60)
def row_25_readonly(t): trouble(t, "READONLY")


@test("kafka", seconds=60)
def row_25_masterdown(t): trouble(t, "MASTERDOWN")


@test("kafka", seconds=60)
def row_25_misconf(t): trouble(t, "MISCONF")


@test("kafka", seconds=60)
def row_25_noreplicas(t): trouble(t, "NOREPLICAS")


@test("kafka", seconds=60)
def row_25_busy(t): trouble(t, "BUSY")


@test("kafka", seconds=60)
def row_25_loading_and_noscript(t):
    """A server that starts again knows no scripts, and at first answers nothing but LOADING."""
    redis = t.redis("--aof-use-rdb-preamble", "no")
    proxy, url = behind_proxy(redis)
    topic, parts, config = stream(t, redis, 3, url=url)
    program = t.start("run", config)
    t.kafka.write(topic, parts[0])
    until_consumed(redis, len(parts[0]))
    redis.client.script_flush()
    t.kafka.write(topic, parts[1])
    until_consumed(redis, sum(map(len, parts[:2])))
    assert proxy.errors["NOSCRIPT"], proxy.errors
    redis.kill()
    redis.options += ("--key-load-delay", "200", "--loading-process-events-interval-bytes", "1024")
    redis.start()
    t.kafka.write(topic, parts[2])
    until_consumed(redis, sum(map(len, parts)))
    assert proxy.errors["LOADING"], proxy.errors
    program.terminate()
    finish(t, redis, config)


@test("kafka", seconds=100)
def row_25_away_in_the_start(t):
    """Redis comes up later, loads slowly, and is lost amid the opening; a signal ends the wait, and so does what must be changed."""
    redis = t.redis("--aof-use-rdb-preamble", "no")
    proxy, url = behind_proxy(redis)
    topic, parts, config = stream(t, redis, 4, url=url)
    t.kafka.write(topic, parts[0])
    t.run("run", config, "--until-end")
    redis.stop()
    waiting = t.start("run", config)
    until(lambda: "cannot start yet" in waiting.err, 20, "a line about it")
    waiting.terminate()
    program = t.start("run", config)
    until(lambda: "cannot start yet" in program.err, 20, "a line about it")
    redis.options += ("--key-load-delay", "200", "--loading-process-events-interval-bytes", "1024")
    proxy.cut("down", 3000)
    redis.start()
    for part in parts[1:]: t.kafka.write(topic, part)
    until_consumed(redis, sum(map(len, parts)))
    assert proxy.errors["LOADING"] and proxy.fired, proxy.errors
    program.terminate()
    redis.client.config_set("maxmemory-policy", "allkeys-lru")
    stopped(t.start("run", config), "noeviction")
    redis.client.config_set("maxmemory-policy", "noeviction")
    finish(t, redis, config)


# ---------------------------------------------------------------- memory, policy, time that runs backwards

@test("kafka", seconds=60)
def row_26_redis_out_of_memory(t):
    """Nothing of a commit is written, and all of it once there is memory again. No new values: these would be refused first."""
    redis, records, topic = t.redis(), simple(400), t.topic(1)
    proxy, url = behind_proxy(redis)
    config = t.config(configs.SMALL, url, topic, **QUICK)
    program = t.start("run", config)
    t.kafka.write(topic, records[:200])
    until_consumed(redis, 200)
    redis.client.config_set("maxmemory", 1)
    before = stored(redis)
    t.kafka.write(topic, records[200:])
    until(lambda: proxy.errors["OOM"] > 200, 30, "commits that are refused")
    assert stored(redis) == before
    redis.client.config_set("maxmemory", 0)
    until_consumed(redis, 400)
    program.terminate()
    finish_simple(t, redis, config, records)


def is_level(redis, records):
    """All shards have taken them: no commit is under way."""
    return all(sum(int(v.split(":")[0]) for v in redis.client.hvals(key)) == records for key in redis.client.keys("kaiku:{*}:pos"))


@test("kafka", seconds=110)
def row_28_failover_to_a_stale_replica(t):
    """Three times what was acknowledged last is gone from the server that takes over, cut at any place."""
    no_delay = "--repl-diskless-sync-delay", "0"
    redis = t.redis(*no_delay)
    proxy, url = behind_proxy(redis)
    topic, parts, config = stream(t, redis, 6, url=url)
    program, total, fell = t.start("run", config), 0, 0
    for first, second in zip(parts[::2], parts[1::2]):
        spare = t.redis(*no_delay)
        spare.client.replicaof("127.0.0.1", redis.port)
        until(lambda: spare.client.info("replication")["master_link_status"] == "up", 30, "the replica")
        before = consumed(redis)
        t.kafka.write(topic, first)
        until(lambda: consumed(spare) > before, 30, "replicated records")
        spare.client.replicaof("NO", "ONE")
        t.kafka.write(topic, second)
        total += len(first) + len(second)
        until_consumed(redis, total)
        if first is not parts[2]: until(lambda: is_level(redis, total), 30, "the last shard")   # else amid a commit
        fell += total - consumed(spare)
        redis.kill()
        redis = spare
        proxy.move(redis.port)
        until_consumed(redis, total)
    assert fell > 0 and "dropping what is not committed" in program.err, (fell, program.err[-2000:])
    program.terminate()
    finish(t, redis, config)


@test("kafka", seconds=60)
def row_29_flushall(t):
    redis = t.redis()
    topic, parts, config = stream(t, redis, 3)
    program = t.start("run", config)
    for i, part in enumerate(parts):
        t.kafka.write(topic, part)
        until_consumed(redis, sum(map(len, parts[:i + 1])))
        if i < 2: redis.client.flushall()
    program.terminate()
    finish(t, redis, config)


@test("kafka", seconds=60)
def row_29_old_state_and_a_gap(t):
    """What was restored stands before what Kafka still holds: the difference is counted and said."""
    records, redis, topic = simple(300), t.redis(), t.topic(1)
    config = t.config(configs.SMALL, redis, topic, **QUICK)
    t.kafka.write(topic, records[:100])
    t.run("run", config, "--until-end")
    redis.stop()
    shutil.copytree(f"{redis.directory}/appendonlydir", f"{t.directory}/saved")
    redis.start()
    t.kafka.write(topic, records[100:])
    t.run("run", config, "--until-end")
    redis.kill()
    shutil.rmtree(f"{redis.directory}/appendonlydir")
    shutil.copytree(f"{t.directory}/saved", f"{redis.directory}/appendonlydir")
    redis.start()
    t.kafka.run("trim", topic, 0, 250)
    program = t.run("run", config, "--until-end")
    assert "offsets 100 to 249" in program.err and "150 records" in program.err, program.err
    finish_simple(t, redis, config, records[:100] + records[250:], gap=150)


@test(seconds=110)
def row_30_torn_aof(t):
    """Cut at any byte: what is left is consistent, and the rest is read again."""
    redis, rng, fell = t.redis(), random.Random(30), 0
    path, config = file(t, redis)
    parts = t.log("file").slices(6)
    for i in range(5):
        t.write("log.ndjson", lines(sum(parts[:i + 1], [])))
        t.run("replay", config, path)
        redis.kill()
        newest = sorted(glob.glob(f"{redis.directory}/appendonlydir/*.incr.aof"))[-1]
        size = os.path.getsize(newest)
        os.truncate(newest, rng.randrange(20000) if i == 0 else rng.randrange(size))    # the first amid the opening
        redis.start()
        fell += sum(map(len, parts[:i + 1])) - consumed(redis)
    assert fell > 0
    replay(t, redis, path, config)


@test(seconds=60)
def row_30_torn_amid_a_commit(t):
    """Redis leaves the beginning of a torn transaction in its file, and carries it out with the next one at its second start:
    unless kaiku had the file rewritten, there are cells that no position knows of."""
    redis = t.redis()
    path, config = file(t, redis)
    t.write("log.ndjson", lines(t.log("file").slices(2)[0]))
    t.run("replay", config, path)
    redis.kill()
    newest = sorted(glob.glob(f"{redis.directory}/appendonlydir/*.incr.aof"))[-1]
    with open(newest, "rb") as f: end = f.read().rindex(b"}:pos")
    os.truncate(newest, end)    # cells of the last shard's commit are in the file, its positions are not
    redis.start()
    killed(t.start("replay", config, path, KAIKU_FAILPOINTS="head=kill@1"))
    redis.client.pipeline().set("somebody", 1).set("else", 1).execute()
    until(lambda: redis.client.info("persistence")["aof_rewrite_in_progress"] == 0, 20, "the rewritten file")
    redis.kill()
    redis.start()
    replay(t, redis, path, config)


@test(seconds=60)
def row_31_a_cell_key_of_another_type(t):
    """A text where a commit is to write, then where a view is to read: refused as a whole, and no position moves."""
    redis, whole = t.redis(), t.redis()
    path, config = file(t, whole, redis={"shards": 1})
    t.run("replay", config, path)
    config = t.config(t.log("file").config, redis, **QUICK, redis={"shards": 1})
    parts = t.log("file").slices(2)
    t.write("log.ndjson", lines(parts[0]))
    t.run("replay", config, path)
    t.write("log.ndjson", lines(parts[0] + parts[1]))
    cells = redis.client.keys("kaiku:{0}:c:*")
    for keys in (set(whole.client.keys("kaiku:{0}:c:*")) - set(cells), cells):
        for key in keys:
            redis.client.delete(key)
            redis.client.set(key, "foreign")
        before = stored(redis)
        stopped(t.start("replay", config, path), "WRONGTYPE", "kaiku:{0}:c:1:")
        assert stored(redis) == before


@test(seconds=60)
def row_31_a_view_of_another_type(t):
    """Named, so that it can be removed."""
    parts = t.log("file").slices(2)
    for prefix in ("kaiku:now:", "kaiku:ts:", "kaiku:rows:", "kaiku:lines:", "kaiku:values:people:agent:"):
        redis = t.redis()
        path, config = file(t, redis, redis={"shards": 1})
        t.write("log.ndjson", lines(parts[0]))
        t.run("replay", config, path)
        for key in redis.client.keys(prefix + "*"):
            redis.client.delete(key)
            redis.client.set(key, "foreign")
        t.write("log.ndjson", lines(parts[0] + parts[1]))
        stopped(t.start("replay", config, path), "WRONGTYPE", prefix)
