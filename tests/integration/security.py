"""What users of Redis may do, where passwords show, and what of an event reaches Redis."""
import glob
import hashlib
import os
import re
import subprocess

import configs
import redis
from harness import consumed, test
from servers import until

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
USERS = f"{ROOT}/deploy/users.acl"
PASSWORDS = {name: f"{name}-s3cret" for name in ("admin", "kaiku", "grafana", "feeds")}

# ---------------------------------------------------------------- users of Redis


def users_filled(t):
    """deploy/users.acl with passwords, put in by the commands that stand in docs/security.md; a path."""
    path = f"{t.directory}/users.acl"
    with open(f"{ROOT}/docs/security.md") as f: commands = re.search(r"(?ms)^    sum\(\).*?/etc/redis/users\.acl$", f.read())[0]
    subprocess.run(["sh", "-euc", commands.replace("/etc/redis/users.acl", path)], cwd=ROOT, check=True, timeout=30,
                   env=os.environ | {name.upper(): password for name, password in PASSWORDS.items()})
    return path


def guarded(t):
    """A Redis with the users of deploy/users.acl; the tests' own client is its admin."""
    return t.redis("--aclfile", users_filled(t), username="admin", password=PASSWORDS["admin"])


def as_writer(server, **more):
    return {"redis": {"url": server.url, "user": "kaiku", "password": PASSWORDS["kaiku"]} | more}


def connect(server, name):
    return redis.Redis(port=server.port, username=name, password=PASSWORDS[name], decode_responses=True)


def denied(client, *command):
    """True where Redis forbids it; the command would be right otherwise."""
    try: client.execute_command(*command)
    except redis.exceptions.NoPermissionError: return True
    except redis.exceptions.ResponseError as e: assert "permissions" in str(e), (command, e); return True
    return False


def granted(name):
    """The commands that a user of deploy/users.acl may call, subcommands as CONTAINER|NAME."""
    line, = (line for line in open(USERS) if line.startswith(f"user {name} "))
    return {word[1:] for word in line.split() if word.startswith("+")}


def assert_nothing_denied(server):
    log = server.client.acl_log()
    assert log == [], log[:5]


@test(quick=True)
def users_without_passwords_are_refused(t):
    """A copy of the file in which a placeholder was left does not let anybody in: Redis does not start."""
    for name in PASSWORDS:
        with open(users_filled(t)) as f: text = f.read()
        text = text.replace(hashlib.sha256(PASSWORDS[name].encode()).hexdigest(), f"{name.upper()}_SHA256")
        assert f"#{name.upper()}_SHA256" in text, text
        try: t.redis("--aclfile", t.write("users.acl", text), username="admin", password=PASSWORDS["admin"])
        except RuntimeError: continue
        raise AssertionError(f"Redis started without a password for {name}")


@test(quick=True)
def writer_is_granted_what_is_called(t):
    """Exactly the commands that stand in the sources: rare ones, too, that no run of the tests may reach."""
    called = set()
    for path in glob.glob(f"{ROOT}/src/store/*.c"):
        with open(path) as f: text = f.read()
        called |= {c.lower() for c in re.findall(r'(?:store_command_string|append_heads)\([^,]*, "([A-Z]+)"', text)}
    for path in glob.glob(f"{ROOT}/src/store/lua/*.lua"):
        with open(path) as f: text = f.read()
        called |= {c.lower() for c in re.findall(r"""\bp?call\(['"]([A-Z]+)""", text)}
        called |= {c.lower() for c in re.findall(r"""call_in_pieces\([^'\n]*'([A-Z]+)'""", text)}
    words = {"match", "count", "withscores", "load"}     # of commands, and AUTH needs no grant
    assert called - words - {"auth"} == {c.split("|")[0] for c in granted("kaiku")}, called ^ granted("kaiku")


@test("kafka", seconds=300, quick=True, sanitized=True)
def writer_does_everything(t):
    """run, kill, restart, FLUSHALL, verify, reset and replay as the writer: the log is counted, nothing is denied."""
    log, server = t.log("everything"), guarded(t)
    slices, topic = log.slices(4), t.topic(log.partitions)
    config = t.config(log.config, server, topic, workers=2, **as_writer(server))
    server.client.config_resetstat()
    t.kafka.write(topic, slices[0])
    program = t.start("run", config)
    until(lambda: consumed(server) == len(slices[0]), 60, "the first slice")
    program.kill()
    program = t.start("run", config)
    t.kafka.write(topic, slices[1])
    until(lambda: consumed(server) == len(slices[0] + slices[1]), 60, "the second slice")
    server.client.flushall()
    t.kafka.write(topic, slices[2])
    until(lambda: consumed(server) == sum(map(len, slices[:3])), 90, "everything again")
    program.terminate()
    t.kafka.write(topic, slices[3])
    t.run("run", config, "--until-end")
    t.compare("everything", server, config)
    t.run("verify", config)
    t.run("check", config)
    t.run("reset", config, "--yes")
    t.run("run", config, "--until-end")
    t.compare("everything", server, config)
    assert_nothing_denied(server)
    stats = server.client.info("commandstats")
    assert {"cmdstat_evalsha", "cmdstat_hset", "cmdstat_xadd", "cmdstat_unlink"} <= set(stats), stats.keys()


@test(seconds=200, quick=True)
def writer_replays_files(t):
    log, server = t.log("file"), guarded(t)
    config = t.config(log.config, server, **as_writer(server))
    path = t.write("log.ndjson", log.lines())
    t.run("replay", config, path)
    t.run("replay", config, path)
    t.compare("file", server, config)
    t.run("verify", config, path)
    assert_nothing_denied(server)


@test(quick=True)
def writer_stays_within_its_prefix(t):
    server = guarded(t)
    server.client.set("other", "stays")
    writer = connect(server, "kaiku")
    for command in (("SET", "other", 1), ("GET", "other"), ("SET", "kaiku2:x", 1), ("DEL", "other"), ("FLUSHALL",), ("FLUSHDB",),
                    ("CONFIG", "GET", "*"), ("KEYS", "*"), ("EVAL", "return 1", 0), ("ACL", "LIST"), ("SHUTDOWN",), ("MONITOR",),
                    ("SCRIPT", "FLUSH"), ("PUBLISH", "kaiku:x", 1), ("REPLICAOF", "NO", "ONE"), ("SAVE",)):
        assert denied(writer, *command), command
    program = t.run("replay", t.config(configs.SMALL, server, **as_writer(server, prefix="kaiku2")), t.write("one.ndjson", LINE), code=3)
    assert "NOPERM" in program.err or "permission" in program.err, program.err
    assert set(server.client.keys("*")) == {"other"}


LINE = '{"id":"1","time":"2025-03-09T10:00:00Z","nps":3,"channel":"phone","team":"north"}\n'
ALERT = {"alerts": [{"name": "detractor", "when": "nps <= 6", "carry": ["id", "channel"]}]}


def filled(t):
    """A guarded Redis with results, a feed and a rejected record."""
    server = guarded(t)
    t.run("replay", t.config(configs.SMALL, server, **as_writer(server), **ALERT), t.write("one.ndjson", LINE + "broken\n"))
    return server


@test(quick=True)
def dashboards_read_results_alone(t):
    server = filled(t)
    reader = connect(server, "grafana")
    assert reader.hget("kaiku:now:contact:day:phone|_all", "nps") == "-100"
    assert reader.hmget("kaiku:now:contact:day:phone|_all", "nps", "n") == ["-100", "1"]
    assert reader.hgetall("kaiku:now:contact:day:_all|_all")["n"] == "1"
    assert len(reader.xrange("kaiku:ts:contact:1h:phone|north")) == len(reader.xrevrange("kaiku:ts:contact:1h:phone|north")) == 1
    assert len(reader.xrange("kaiku:rows:contact:day:channel+team")) == 1
    assert len(reader.xrange("kaiku:lines:contact:day:channel+team")) == 1
    assert reader.smembers("kaiku:values:channel") == {"phone", "_all"}
    assert reader.smembers("kaiku:values:contact:team:phone") == {"north", "_all"}
    assert reader.hgetall("kaiku:metric:nps")["kind"] == "nps"
    assert reader.hgetall("kaiku:trust")["consumed"] == "2" and reader.hgetall("kaiku:meta")
    state = [key for key in server.client.keys("*") if key.startswith("kaiku:{")]
    assert any(":feed:" in key for key in state) and "kaiku:{0}:rejected" in state and "kaiku:{0}:pos" in state, state
    for key in state:
        for command in (("TYPE",), ("GET",), ("HGETALL",), ("XRANGE", "-", "+"), ("SMEMBERS",), ("ZRANGE", 0, -1)):
            assert denied(reader, command[0], key, *command[1:]), (command, key)
    assert_cannot_change(server, reader)


def assert_cannot_change(server, client):
    before = {key: server.client.dump(key) for key in server.client.keys("*")}
    for key in ("kaiku:now:contact:day:phone|_all", "kaiku:trust", "kaiku:values:channel", "kaiku:ts:contact:1h:phone|north",
                "kaiku:{0}:feed:detractor", "kaiku:new"):
        for command in (("SET", key, 1), ("HSET", key, "n", 5), ("DEL", key), ("UNLINK", key), ("SADD", key, "x"), ("EXPIRE", key, 1),
                        ("XADD", key, "*", "a", "b"), ("XDEL", key, "1-1"), ("XTRIM", key, "MAXLEN", 0), ("RENAME", key, "x"),
                        ("COPY", key, "kaiku:copy")):
            assert denied(client, *command), command
    for command in (("KEYS", "*"), ("SCAN", "0"), ("CONFIG", "GET", "*"), ("EVAL", "return 1", 0), ("EVALSHA", "0" * 40, 0), ("FLUSHALL",),
                    ("ACL", "LIST"), ("INFO",), ("MONITOR",), ("SUBSCRIBE", "x"), ("SCRIPT", "LOAD", "return 1"), ("SHUTDOWN",),
                    ("CLIENT", "LIST"), ("RANDOMKEY",), ("DBSIZE",)):
        assert denied(client, *command), command
    assert {key: server.client.dump(key) for key in server.client.keys("*")} == before


@test(quick=True)
def feeds_have_a_reader_of_their_own(t):
    """It reads feeds and what was set aside, also in a group of its own, and can change neither."""
    server = filled(t)
    reader, feed = connect(server, "feeds"), "kaiku:{0}:feed:detractor"
    (_, entry), = reader.xrevrange(feed)
    assert entry["id"] == "\u00a01" and entry["channel"] == "phone", entry
    assert len(reader.xrange("kaiku:{0}:rejected")) == 1 and reader.hgetall("kaiku:{0}:reasons") == {"not_json": "1"}
    assert_cannot_change(server, reader)
    reader.xgroup_create(feed, "cases", "0")
    ((_, ((entry_id, _),)),) = reader.xreadgroup("cases", "desk", {feed: ">"})
    assert reader.xack(feed, "cases", entry_id) == 1
    for key in ("kaiku:now:contact:day:phone|_all", "kaiku:trust", "kaiku:{0}:pos", "kaiku:{0}:head", "kaiku:{0}:totals"):
        assert denied(reader, "TYPE", key) and denied(reader, "HGETALL", key), key


@test(quick=True)
def the_default_user_is_off(t):
    server = filled(t)
    try: redis.Redis(port=server.port).get("kaiku:trust")
    except redis.exceptions.AuthenticationError: return
    raise AssertionError("anybody can read")


# ---------------------------------------------------------------- passwords of Redis

def redis_config(t, server, password, **more):
    return t.config(configs.SMALL, server, redis={"url": server.url, "user": "kaiku", "password": password} | more)


@test(quick=True, sanitized=True)
def wrong_password(t):
    server, path = guarded(t), t.write("one.ndjson", LINE)
    for credentials in ({"user": "kaiku", "password": "wr0ng"}, {"user": "nobody", "password": "wr0ng"}, {"password": "wr0ng"}, {}):
        config = t.config(configs.SMALL, server, redis={"url": server.url} | credentials)
        for command in (("replay", config, path), ("verify", config, path), ("reset", config, "--yes")):
            program = t.run(*command, code=3, seconds=30)
            assert "WRONGPASS" in program.err or "NOAUTH" in program.err, program.err
            assert "wr0ng" not in program.said and len(program.err.splitlines()) <= 3, program.err


@test("kafka", seconds=120, quick=True)
def password_changed_while_running(t):
    """The connection ends; kaiku cannot come back with what it knows, says so and ends with 3. With the new one it goes on."""
    log, server = t.log("everything"), guarded(t)
    first, second = log.slices(2)
    topic = t.topic(log.partitions)
    config = t.config(log.config, server, topic, workers=2, **as_writer(server))
    t.kafka.write(topic, first)
    program = t.start("run", config)
    until(lambda: consumed(server) == len(first), 60, "the first half")
    server.client.acl_setuser("kaiku", enabled=True, reset_passwords=True, passwords=["+n3w"])
    server.client.execute_command("CLIENT", "KILL", "USER", "kaiku")
    program.wait(30, 3)
    assert "WRONGPASS" in program.err and "password" in program.err, program.err
    assert PASSWORDS["kaiku"] not in program.said
    t.kafka.write(topic, second)
    t.run("run", t.config(log.config, server, topic, workers=2, **as_writer(server, password="n3w")), "--until-end")
    t.compare("everything", server, config)


# ---------------------------------------------------------------- where passwords show

def shown_by(program):
    """What others on the machine can read about a process: what ps shows, and what is kept beside its core dumps."""
    parts = []
    for name in ("cmdline", "environ"):
        with open(f"/proc/{program.process.pid}/{name}", "rb") as f: parts.append(f.read().decode(errors="replace"))
    return "".join(parts)


@test("kafka", seconds=180, quick=True, sanitized=True)
def secrets_show_nowhere(t):
    """From the environment, from a file and from the configuration itself, with every message that there is."""
    server, topic = guarded(t), t.topic(1)
    t.kafka.write(topic, [(0, 0, 1741500000000, LINE.encode())])
    secrets = {"KAIKU_REDIS": PASSWORDS["kaiku"], "KAIKU_SASL": "sasl-s3cret"}
    path = t.write("key", "key-s3cret\n")
    config = t.config(configs.SMALL, server, topic, log={"level": "debug"},
                      redis={"url": server.url, "user": "kaiku", "password": "${KAIKU_REDIS}"},
                      properties={"sasl.password": "${KAIKU_SASL}", "sasl.username": "kaiku", "ssl.key.password": "${file:%s}" % path,
                                  "debug": "all"})
    program = t.start("run", config, **secrets)
    until(lambda: consumed(server) == 1 or not program.running, 60, "the record")
    seen = shown_by(program)
    assert "KAIKU_REDIS=" in seen and "run" in seen, "not what was looked for"
    program.terminate()
    seen += program.said + t.run("check", config, **secrets).said + t.run("verify", config, **secrets).said
    assert "s3cret" not in seen, [line for line in seen.splitlines() if "s3cret" in line][:3]


@test(quick=True, sanitized=True)
def secrets_do_not_show_in_mistakes(t):
    """A secret in the wrong place, or one that makes a value wrong, is named as it is written."""
    for key, value in (("workers", "${SECRET}"), ("time_zone", "${SECRET}"), ("redis", {"url": "http://kaiku:${SECRET}@127.0.0.1"}),
                       ("redis", {"url": "redis://kaiku:%zz${SECRET}@127.0.0.1"}), ("redis", {"timeout": "${SECRET}"}),
                       ("redis", {"shards": "${SECRET}"}), ("publish", {"commit_every": "${SECRET}"}), ("log", {"level": "${SECRET}"}),
                       ("kafka", {"start": "${SECRET}"}), ("workers", "${SECRET"), ("workers", "${file:/none/SECRET}")):
        config = t.config(configs.SMALL, "redis://127.0.0.1:1", **{key: value})
        for command in (("check", config), ("replay", config, "x"), ("run", config)):
            program = t.run(*command, code=2, SECRET="topsecret")
            assert program.err and "topsecret" not in program.said, program.said
    config = t.config(configs.SMALL, "redis://kaiku:topsecret@127.0.0.1:1")
    assert "topsecret" not in t.run("check", config).said + t.run("replay", config, t.write("x", LINE), code=None).said


@test(quick=True)
def no_tls_to_redis_without_a_library(t):
    """Asked for TLS, a build whose hiredis cannot refuses: it never falls back to plain text."""
    program = t.run("replay", t.config(configs.SMALL, "rediss://127.0.0.1:1"), t.write("one.ndjson", LINE), code=3)
    assert "TLS" in program.err and "stunnel" in program.err, program.err


# ---------------------------------------------------------------- what of an event reaches Redis

CARRYING = {
    "event": {"dimensions": {"channel": "/channel", "team": "/team"}},
    "metrics": configs.metrics("nps", "resolved", "customers"),
    "alerts": [{"name": "with_id", "when": "nps <= 2", "carry": ["id", "channel", {"note": "/note"}]},
               {"name": "without", "when": "nps <= 6", "carry": ["channel"]}],
}

# Where a mark may stand: nowhere, or in the feed that carries its field.
MARKED = """{"id":"MARK-id-1","time":"2025-03-09T10:00:00Z","nps":1,"channel":"phone","note":"NOTE-1","email":"MARK-mail","MARK-key":1}
{"id":"MARK-id-2","time":"2025-03-09T10:00:01Z","nps":5,"channel":"phone","note":"MARK-note","customer":"MARK-customer"}
{"id":"MARK-id-3","time":"2025-03-09T10:00:02Z","nps":9,"channel":"phone","note":"MARK-note","who":{"name":["MARK-name"]}}
{"id":"MARK-id-4","time":"2025-03-09T10:00:03Z","nps":"MARK-score","channel":"phone"}
{"id":"MARK-id-4","time":"2025-03-09T10:00:03Z","nps":2,"channel":"MARK-of-a-duplicate"}
{"id":"MARK-id-3","op":"retract","time":"2025-03-09T10:00:02Z","nps":9,"channel":"phone","note":"MARK-note"}
{"id":"MARK-id-5","time":"MARK-time","nps":2,"channel":"MARK-of-a-rejected"}
{"id":"MARK-id-6","type":"MARK-type","time":"2025-03-09T10:00:03Z","nps":2,"channel":"MARK-of-an-ignored"}
{"id":["MARK-id"],"time":"2025-03-09T10:00:03Z","nps":2,"channel":"MARK-of-a-bad-id"}
{"id":"MARK-id-7","time":"2025-03-09T10:00:03Z","nps":2,"channel":"MARK-of-a-cut
MARK-no-json
{"id":"MARK-id-8","time":"2025-03-09T10:00:04Z","nps":2,"channel":{"MARK-object":1},"team":["MARK-list"]}
"""


def texts(client, key):
    """All that a key holds, and its name."""
    read = {"string": lambda: [client.get(key)], "hash": lambda: client.hgetall(key).items(), "set": lambda: client.smembers(key),
            "zset": lambda: client.zrange(key, 0, -1), "stream": lambda: client.xrange(key)}
    return repr((key, list(read[client.type(key).decode()]())))


@test(quick=True)
def nothing_of_an_event_but_what_is_configured(t):
    """Fields, keys and ids that no dimension, metric or feed was told to carry stand nowhere in Redis, nor in its
    append-only file, nor in messages; of what was rejected or a duplicate, nothing does."""
    server = t.redis("--appendfsync", "always", "--aof-use-rdb-preamble", "no")
    program = t.run("replay", t.config(CARRYING | {"views": configs.SMALL["views"]}, server), t.write("marked.ndjson", MARKED))
    trust = server.client.hgetall("kaiku:trust")
    got = [int(trust[name]) for name in ("counted", "retracted", "duplicate", "rejected", "ignored")]
    assert got == [4, 1, 1, 5, 1], got
    client = redis.Redis(port=server.port)
    held = {key: texts(client, key) for key in client.keys("*")}
    carried = held.pop(b"kaiku:{0}:feed:with_id")
    assert "MARK-id-1" in carried and "NOTE-1" in carried, carried
    assert "MARK" not in carried.replace("MARK-id-1", ""), carried
    assert len(held) > 20 and b"kaiku:{0}:rejected" in held and b"kaiku:{0}:feed:without" in held, held.keys()
    for key, text in held.items(): assert "MARK" not in text and "NOTE" not in text, text
    written = b"".join(open(path, "rb").read() for path in glob.glob(f"{server.directory}/appendonlydir/*.aof"))
    assert b"XADD" in written and set(re.findall(rb"MARK-[a-z0-9-]*", written)) == {b"MARK-id-1"}, re.findall(rb"MARK-[a-z0-9-]*", written)
    assert "MARK" not in program.said.replace("marked", ""), program.said


# ---------------------------------------------------------------- the program itself

def readelf(t, option):
    return subprocess.run(["readelf", "-W", option, t.kaiku], check=True, capture_output=True, text=True, timeout=60).stdout


@test(quick=True)
def hardened(t):
    """The release program: position-independent, relocations read-only from the start, no executable stack, canaries
    and checked copies."""
    segments, dynamic, symbols = (readelf(t, option) for option in ("-hl", "-d", "--dyn-syms"))
    assert re.search(r"Type: +DYN", segments), "not position-independent"
    assert "GNU_RELRO" in segments and re.search(r"BIND_NOW|\bNOW\b", dynamic), "relocations stay writable"
    stack, = re.findall(r"GNU_STACK.*", segments)
    assert "RWE" not in stack and "RW" in stack, stack
    assert not re.search(r"LOAD.* RWE ", segments), "memory that is written and executed"
    assert "__stack_chk_fail" in symbols, "no canaries"
    assert {"__snprintf_chk", "__vsnprintf_chk"} & set(re.findall(r"__\w+_chk", symbols)), "copies are not checked"
    assert "RPATH" not in dynamic and "RUNPATH" not in dynamic, dynamic
