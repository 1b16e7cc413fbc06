"""HTTP: every endpoint against what stands in Redis, what is refused and what is bounded. No Kafka is needed: a `run`
that waits for it serves all the same. Those that run with sanitizers are marked with it, because librdkafka crashes under
ThreadSanitizer; tests/stress/http.c runs there instead."""
import contextlib
import http.client
import json
import random
import re
import select
import socket
import subprocess
import urllib.parse

import configs
import servers
import tools
from harness import test
from servers import until

GUARD = "\u00a0"
FIGURES = ("at", "partition", "offset", "value")  # of a feed; all else there is text


class Client:
    """One connection, kept open; a new one where the server closed it."""

    def __init__(self, port, token=None):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}

    def ask(self, path, method="GET", **headers):
        """(status, headers, body as it came)"""
        self.connection.request(method, path, headers=self.headers | headers)
        answer = self.connection.getresponse()
        return answer.status, answer.headers, answer.read()

    def get(self, endpoint, **parameters):
        """An answer's JSON."""
        status, headers, body = self.ask(f"/api/v1/{endpoint}?{urllib.parse.urlencode(parameters)}")
        assert status == 200 and headers["Content-Type"] == "application/json", (endpoint, parameters, status, body[:500])
        return json.loads(body)

    def problem(self, path, status, *words, method="GET", **headers):
        """It is refused with this status, as problem details whose text has these words."""
        got, head, body = self.ask(path, method, **headers)
        assert got == status and head["Content-Type"] == "application/problem+json", (path[:200], got, body[:500])
        if method != "GET": return head
        problem = json.loads(body)
        assert set(problem) == {"type", "title", "status", "detail"} and problem["status"] == status, problem
        for word in words: assert word in problem["detail"], (path[:200], problem)
        return head


def answers(port):
    try: return Client(port).ask("/healthz")[0] == 200
    except OSError: return False


def serve(t, config, server, token=None, **more):
    """A `run` that waits for Kafka, and a client of it. It is killed in the end: to end by itself, it would first wait
    for Kafka's time-out."""
    port = servers.free_port()
    settings = {"listen": f"127.0.0.1:{port}"} | ({"token": token} if token else {})
    program = t.start("run", t.config(config, server, name="served.yaml", http=settings, **more))
    t.stack.callback(program.kill)
    until(lambda: answers(port) or not program.running, 30, "the port")
    assert program.running, program.err
    return program, Client(port, token)


def few(t, server):
    """Some events in a small configuration with an alert."""
    config = configs.SMALL | {"alerts": [{"name": "low", "when": "nps <= 6", "carry": ["id", "channel", {"note": "/note"}]}]}
    lines = [json.dumps({"id": str(i), "time": f"2025-03-09T{10 + i // 100}:{i % 60:02}:00Z", "nps": i % 11, "wait_s": i, "note": ["12", "x"][i % 2],
                         "channel": ["phone", "42", "a|b+c"][i % 3], "team": ["north", "south"][i % 2]}) for i in range(300)]
    t.run("replay", t.config(config, server), t.write("few.ndjson", "\n".join(lines) + "\n"))
    return config


# ---------------------------------------------------------------- what is answered

def figure(text):
    """A value of Redis as JSON has it."""
    if text == "nan": return None
    return json.loads(text) if re.fullmatch(r"-?\d+(\.\d+)?", text) else text


def figures(pairs):
    return {name: figure(value) for name, value in pairs.items() if not name.startswith("_")}


def column(text):
    return text[1:] if text.startswith(GUARD) else text


def keys(server, kind):
    """[(view, window, rest, key)] of one kind, at most 60, the same ones for the same Redis."""
    found = sorted(server.client.scan_iter(f"kaiku:{kind}:*", count=10000))
    found = random.Random(1).sample(found, min(60, len(found)))
    return [(*(key.split(":", 4) + [""])[2:5], key) for key in found]


def configured(got, config, read):
    """/views says what is configured, and every field and table of Redis is among what it names."""
    assert (got["time_zone"], got["alerts"]) == (config["time_zone"], [a["name"] for a in config["alerts"]]), got
    assert [(v["name"], v["by"], v["windows"]) for v in got["views"]] == [(v["name"], v["by"], v["windows"]) for v in config["views"]], got
    for metric in got["metrics"]:
        expected = read.hgetall(f"kaiku:metric:{metric['name']}")
        assert {name: metric[name] or "" for name in expected} == expected, (metric, expected)
    named = {"n"} | {field for metric in got["metrics"] for field in metric["fields"]}
    seen = {field for key in read.scan_iter("kaiku:ts:*", count=10000) for field in read.xrange(key, count=1)[0][1]}
    assert seen == named, seen ^ named
    sets = {(v["name"], s) for v in got["views"] for s in v["sets"] if s}
    tables = {(key.split(":")[2], key.split(":")[4]) for key in read.scan_iter("kaiku:rows:*", count=10000)}
    assert len(tables) > 5 and tables <= sets, tables - sets  # a view without live members has no table


@test("kafka", quick=True, sanitized=True, seconds=200)
def all_that_stands_in_redis(t):
    """now, series, rows, feed and trust, of a log with odd values."""
    log, server = t.log("file"), t.redis()
    t.run("replay", t.config(log.config, server), t.write("log.ndjson", log.lines()))
    program, client = serve(t, log.config, server)
    read = server.client
    now, ts, rows = keys(server, "now"), keys(server, "ts"), keys(server, "rows")
    assert len(now) == len(ts) == 60 and len(rows) > 5, (len(now), len(ts), len(rows))
    for view, window, member, key in now:
        assert client.get("now", view=view, window=window, member=member) == {"member": member} | figures(read.hgetall(key)), key
    for view, window, member, key in ts:
        expected = [{"time": int(i.split("-")[0])} | figures(pairs) for i, pairs in read.xrange(key)]
        assert client.get("series", view=view, window=window, member=member) == expected[-1000:], key
    for view, window, name, key in rows:
        dimensions = name.split("+")
        expected = [{"rank": int(i.split("-")[1])} | {d: column(pairs.pop(d)) for d in dimensions} | figures(pairs) for i, pairs in read.xrange(key)]
        assert expected and client.get("rows", view=view, window=window, set=name) == expected, key
    for alert in log.config["alerts"]:
        expected = [{k: figure(v) if k in FIGURES else column(v) for k, v in pairs.items()}
                    for _, pairs in read.xrevrange(f"kaiku:{{0}}:feed:{alert['name']}", count=700)]
        assert expected and client.get("feed", alert=alert["name"], limit=700) == expected, alert
        assert client.get("feed", alert=alert["name"]) == expected[:100], alert
    assert client.get("trust") == figures(read.hgetall("kaiku:trust"))
    configured(client.get("views"), log.config, read)
    program.terminate()



@test(quick=True)
def ranges_and_totals(t):
    server = t.redis()
    config = few(t, server)
    _, client = serve(t, config, server)
    place = {"view": "contact", "window": "1h", "member": "phone|_all"}
    series = client.get("series", **place)
    hours = [entry["time"] for entry in series]
    assert len(hours) == 3 and hours == sorted(hours), series
    for more, expected in (({"limit": 2}, series[1:]), ({"from": hours[1]}, series[1:]), ({"from": hours[1] + 1}, series[2:]),
                           ({"to": hours[1]}, series[:2]), ({"from": hours[1], "to": hours[1]}, series[1:2]),
                           ({"from": hours[0], "limit": 1}, series[2:]), ({"from": hours[2] + 1}, []), ({"from": 5, "to": 4}, [])):
        assert client.get("series", **place, **more) == expected, (more, expected)
    assert client.get("series", **place | {"member": "nobody|_all"}) == []
    # A member with what addresses escape, and a table's name as it comes out of a link.
    assert client.get("series", **place | {"member": "a%7Cb+c|_all"}), "an escaped member"
    status, _, body = client.ask("/api/v1/rows?view=contact&window=1h&set=channel+team")
    assert status == 200 and json.loads(body) == client.get("rows", view="contact", window="1h", set="channel+team"), body
    rows = client.get("rows", view="contact", window="1h", set="channel")
    assert {"42", "a%7Cb+c"} < {row["channel"] for row in rows} and client.get("rows", view="contact", window="1h", set="channel", limit=1) == rows[:1]
    # The total has no table: its row is the member of nothing but _all.
    now = client.get("now", view="contact", window="1h", member="_all|_all")
    for name in ("member", "from", "to", "updated"): del now[name]
    assert client.get("rows", view="contact", window="1h") == client.get("rows", view="contact", window="1h", set="") == [{"rank": 1} | now]
    assert {"12", "x"} == {event["note"] for event in client.get("feed", alert="low")}


@test(quick=True)
def files_and_probes(t):
    _, client = serve(t, configs.SMALL, t.redis())
    for path, kind, begin in (("/", "text/html", b"<!doctype html>"), ("/healthz", "text/plain", b"alive"),
                              ("/metrics", "text/plain; version=0.0.4", b"#"), ("/api/v1/openapi.json", "application/json", b"{")):
        status, headers, body = client.ask(path)
        assert status == 200 and headers["Content-Type"].startswith(kind) and body.lower().startswith(begin), (path, status, body[:200])
        for name, value in (("Content-Security-Policy", "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"),
                            ("X-Content-Type-Options", "nosniff"), ("Referrer-Policy", "no-referrer")):
            assert headers[name] == value, (path, name, headers[name])
        assert client.ask(path, "HEAD")[::2] == (200, b""), path
    until(lambda: b"has assigned no partitions" in client.ask("/readyz")[2], 20, "Redis, though there is no Kafka")
    client.problem("/readyz", 503)
    assert b"\nkaiku_redis_up 1\n" in client.ask("/metrics")[2] and b"\nkaiku_kafka_up 0\n" in client.ask("/metrics")[2]


# ---------------------------------------------------------------- what is refused

REFUSED = [
    ("/nothing", 404, "/api/v1/openapi.json"),
    ("/api/v1", 404), ("/api/v1/", 404), ("/api/v1/report/scorecard", 404), ("/healthz/", 404), ("//", 404), ("/../", 404),
    ("/api/v1/now?view=contacts&window=day&member=x", 404, "no view 'contacts'", "'contact'"),
    ("/api/v1/now?view=contact&window=week&member=x", 404, "no window 'week'", "'1h', 'day'"),
    ("/api/v1/now?view=contact&window=day&member=phone", 404, "no members like 'phone'", "channel|team"),
    ("/api/v1/now?view=contact&window=day&member=nobody|_all", 404, "'nobody|_all'"),
    ("/api/v1/now?view=contact&window=day&member=" + "x|" + "y" * 4000, 404, "as long as"),
    ("/api/v1/series?view=contact&window=day&member=a|b|c", 404, "no members like"),
    ("/api/v1/rows?view=contact&window=day&set=agent", 404, "no set 'agent'", "'channel', "),
    ("/api/v1/feed?alert=high", 404, "no alert 'high'; there are 'low'"),
    ("/api/v1/now", 400, "missing parameter 'view'"),
    ("/api/v1/now?view=contact&window=day&member=", 400, "missing parameter 'member'"),
    ("/api/v1/now?view=contact&window=day", 400, "missing parameter 'member'"),
    ("/api/v1/feed?alert=low&limit=0", 400, "from 1 to 10000, not '0'"),
    ("/api/v1/feed?alert=low&limit=10001", 400, "'10001'"),
    ("/api/v1/feed?alert=low&limit=ten", 400, "'ten'"),
    ("/api/v1/feed?alert=low&limit", 400, "'limit'"),
    ("/api/v1/feed?alert=low&alert=low", 400, "'alert' stands twice"),
    ("/api/v1/trust?now", 400, "unknown parameter 'now'; known are none"),
    ("/api/v1/series?view=contact&window=day&member=_all|_all&form=1", 400, "unknown parameter 'form'"),
    ("/api/v1/series?view=contact&window=day&member=_all|_all&from=-1", 400, "'from'"),
    ("/api/v1/now?view=contact&window=day&member=%ff|x", 400, "UTF-8"),
    ("/api/v1/now?view=contact%00&window=day&member=x|x", 400, "UTF-8"),
    ("/api/v1/trust?" + "&".join(f"p{i}" for i in range(17)), 400, "more than 16"),
    ("/api/v1/trust?x=" + "y" * 9000, 414, "8192 bytes"),
    ("/" + "y" * 9000, 414),
]


@test("kafka", quick=True, sanitized=True)
def requests_that_are_refused(t):
    server = t.redis()
    config = few(t, server)
    program, client = serve(t, config, server)
    for path, status, *words in REFUSED: client.problem(path, status, *words)
    for method in ("POST", "PUT", "DELETE", "OPTIONS", "BREW"):
        assert client.problem("/api/v1/trust", 405, method=method)["Allow"] == "GET, HEAD", method
    client.problem("/", 413, "body", **{"Content-Length": "5"})
    client.problem("/", 413, "body", **{"Transfer-Encoding": "chunked"})
    client.problem("/", 431, "16384 bytes", **{f"X-{i}": "x" * 1000 for i in range(17)})
    for request, status in ((b"GET /" + b"y" * 200000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", b"414"),
                            (b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"y" * 200000 + b"\r\n\r\n", b"431"),
                            (b"GET / HTTP/1.1\r\n\r\n", b"400"), (b"GET /\r\n\r\n", b""), (b"\x16\x03\x01\x02\0" * 100 + b"\r\n\r\n", b"")):
        assert raw(client, request).startswith(b"HTTP/1.1 " + status if status else b""), (request[:50], status)
    assert client.ask("/healthz")[0] == 200
    program.terminate()


def raw(client, request):
    """What comes until the server closes."""
    with socket.create_connection(("127.0.0.1", client.connection.port), timeout=30) as s:
        got = b""
        with contextlib.suppress(ConnectionError):
            s.sendall(request)
            while piece := s.recv(65536): got += piece
        return got


@test(quick=True)
def token(t):
    server = t.redis()
    config = few(t, server)
    program, client = serve(t, config, server, token="s3cret-Token.1")
    assert client.get("trust")["consumed"] == 300
    for header in (None, "Bearer", "Bearer s3cret-Token.2", "Basic s3cret-Token.1", "Bearer s3cret-Token.1x", "Bearer s3cret-Token."):
        stranger = Client(client.connection.port)
        for path in ("/api/v1/trust", "/api/v1/views", "/api/v1/openapi.json", "/metrics", "/nothing"):
            head = stranger.problem(path, 401, "Authorization", **({"Authorization": header} if header else {}))
            assert head["WWW-Authenticate"] == "Bearer", head
        for path in ("/", "/healthz"): assert stranger.ask(path)[0] == 200, path
        assert stranger.ask("/readyz")[0] == 503
    assert "s3cret" not in program.said, program.said


@test(quick=True)
def without_a_token_only_this_machine(t):
    """A mistake of the configuration: exit 2, with its place."""
    for listen in ("0.0.0.0:9600", "[::]:9600", "192.0.2.1:9600"):
        config = t.config(configs.SMALL, "redis://localhost", http={"listen": listen})
        for command in ("check", "run"):
            program = t.run(command, config, code=2)
            assert re.search(r":\d+:\d+: other machines can reach .*http.token", program.said), program.said
        program = t.run("check", t.config(configs.SMALL, "redis://localhost", http={"listen": listen, "token": "top-s3cret"}))
        assert listen in program.out and "top-s3cret" not in program.said, program.said


@test(quick=True)
def a_port_that_is_taken(t):
    server = t.redis()
    _, client = serve(t, configs.SMALL, server)
    config = t.config(configs.SMALL, server, http={"listen": f"127.0.0.1:{client.connection.port}"})
    program = t.run("run", config, code=3)
    assert f"cannot listen on 127.0.0.1, port {client.connection.port}" in program.err, program.err


# ---------------------------------------------------------------- what happens

@test(quick=True)
def redis_comes_goes_and_comes_back(t):
    server = t.redis()
    config = few(t, server)
    server.stop()
    _, client = serve(t, config, server)      # serves before Redis is reached
    client.problem("/api/v1/trust", 503, "redis gives no answer: cannot connect to redis")
    assert client.get("views")["alerts"] == ["low"] and client.ask("/healthz")[0] == 200
    server.start()
    until(lambda: client.ask("/api/v1/trust")[0] == 200, 20, "Redis")
    server.kill()
    assert client.problem("/api/v1/trust", 503)["Retry-After"] == "1"
    until(lambda: b"redis does not answer" in client.ask("/readyz")[2], 20, "the outage")
    server.start()
    until(lambda: client.ask("/api/v1/trust")[0] == 200, 20, "Redis again")


@test(quick=True, seconds=180)
def many_and_slow_clients(t):
    """128 connections at a time; who sends nothing, or a byte now and then, is cut after 10 seconds, and others get in."""
    _, client = serve(t, configs.SMALL, t.redis())
    client.connection.close()
    with contextlib.ExitStack() as stack:
        idle = [stack.enter_context(socket.create_connection(("127.0.0.1", client.connection.port), timeout=30)) for _ in range(128)]
        for s in idle[:64]: s.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nX: ")
        late = stack.enter_context(socket.create_connection(("127.0.0.1", client.connection.port), timeout=.2))
        late.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        got = b""
        while not got:
            with contextlib.suppress(ConnectionError): idle[0].send(b"x")
            with contextlib.suppress(socket.timeout):
                got = late.recv(4096)
                assert got, "closed without an answer"
        assert got.startswith(b"HTTP/1.1 200"), got
        assert any(closed(s) for s in idle), "answered beside 128 others"
        until(lambda: all(closed(s) for s in idle), 30, "the end of all the others")


def closed(s):
    """Has the server closed it?"""
    readable = select.select([s], [], [], 0)[0]
    try: return bool(readable) and s.recv(4096) == b""
    except ConnectionError: return True


# ---------------------------------------------------------------- the description

def with_known(description, client):
    """The description, in which parameters are often what is configured: random names find nothing."""
    views = client.get("views")
    known = {"view": [v["name"] for v in views["views"]], "window": views["views"][0]["windows"], "set": views["views"][0]["sets"],
             "alert": views["alerts"], "member": ["phone|_all", "_all|_all", "42|north", "a%7Cb+c|_all"]}
    for name, values in known.items():
        parameter = description["components"]["parameters"][name]
        parameter["schema"] = {"anyOf": [{"type": "string", "enum": values}, parameter["schema"]]}
    return json.dumps(description)


@test(quick=True, seconds=400)
def description(t):
    """The running server answers as openapi.json says, whatever is asked."""
    schemathesis, server = tools.schemathesis(), t.redis()
    config = few(t, server)
    program, client = serve(t, config, server, token="s3cret")
    path = t.write("openapi.json", with_known(json.loads(client.ask("/api/v1/openapi.json")[2]), client))
    done = subprocess.run([*schemathesis, "run", path, "--url", f"http://127.0.0.1:{client.connection.port}", "--header", "Authorization: Bearer s3cret",
                           "--phases", "coverage,fuzzing", "--max-examples", "40", "--max-time", "15", "--seed", "1", "--checks", "all",
                           "--generation-allow-x00", "false", "--generation-database", "none", "--no-color", "--exclude-path", "/readyz"],
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=120, cwd=t.directory)
    assert done.returncode == 0, done.stdout[-6000:]
    assert program.running, program.err
