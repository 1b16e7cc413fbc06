"""Serves the page and the API of docs/commands.md from what stands in a Redis: a second implementation, for tests."""
import json
import math
import os
import threading
import urllib.parse
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import oracle
import redis

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
TYPES = {"html": "text/html", "css": "text/css", "js": "text/javascript", "svg": "image/svg+xml", "txt": "text/plain"}
FROM_DEBIAN = {"/chart.js": "/usr/share/javascript/chart.js/chart.min.js", "/chart.txt": "/usr/share/doc/libjs-chart.js/copyright"}
NUMBERS = {"at", "partition", "offset", "value"}  # of a feed's entry; the rest is text


class Problem(Exception):
    def __init__(self, status, detail):
        self.status, self.detail = status, detail


def asset(path):
    """Content and type of a file of the page, or None."""
    path = "/index.html" if path == "/" else path
    file = FROM_DEBIAN.get(path) or f"{ROOT}/src/page{path}"
    kind = TYPES.get(path.rpartition(".")[2])
    if kind is None or path.count("/") > 1 or not os.path.exists(file): return None
    with open(file, "rb") as f: return f.read(), f"{kind}; charset=utf-8"


def typed(fields, texts=()):
    """Numbers as numbers, nan as null; what is no number, or named a text, without its guard."""
    def convert(name, text):
        if name in texts: return text.removeprefix(oracle.NBSP)
        try: number = float(text)
        except ValueError: return text.removeprefix(oracle.NBSP)
        return None if math.isnan(number) else int(number) if number.is_integer() else number
    return {name: convert(name, text) for name, text in fields.items()}


class Api:
    def __init__(self, client, config_path):
        self.redis, self.config = client, oracle.Config(config_path)

    def views(self):
        def sets(view): return ["+".join(d for d, on in zip(view["by"], mask) if on) for mask in oracle.groupings(view)]
        meta = self.redis.hgetall("kaiku:meta")
        metrics = [{"name": m.name} | self.redis.hgetall(f"kaiku:metric:{m.name}") | {"fields": []} for m in self.config.metrics]
        return {"version": meta.get("version"), "time_zone": meta.get("time_zone"), "metrics": metrics,
                "views": [{"name": v["name"], "by": v["by"], "windows": v["windows"], "sets": sets(v)} for v in self.config.views.values()],
                "alerts": [a["name"] for a in self.config.alerts]}

    def now(self, view, window, member):
        fields = self.redis.hgetall(f"kaiku:now:{view}:{window}:{member}")
        if not fields: raise Problem(404, f"no member '{member}'")
        return {"member": member} | typed({k: v for k, v in fields.items() if not k.startswith("_")})

    def series(self, view, window, member, **bounds):
        entries = self.redis.xrange(f"kaiku:ts:{view}:{window}:{member}", bounds.get("from", "-"), bounds.get("to", "+"))
        return [{"time": int(i.split("-")[0])} | typed(fields) for i, fields in entries]

    def rows(self, view, window, set=""):
        dimensions = set.replace(" ", "+").split("+")
        entries = self.redis.xrange(f"kaiku:rows:{view}:{window}:{'+'.join(dimensions)}")
        return [{"rank": int(i.split("-")[1])} | typed(fields, dimensions) for i, fields in entries]

    def feed(self, alert, limit=100):
        entries = self.redis.xrevrange(f"kaiku:{{0}}:feed:{alert}", count=int(limit))
        return [typed(fields, fields.keys() - NUMBERS) for _, fields in entries]

    def trust(self):
        return typed({k: v for k, v in self.redis.hgetall("kaiku:trust").items() if not k.startswith("_")})


class Handler(BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def answer(self, status, content, kind):
        self.send_response_only(status)
        for name, value in (("Date", formatdate(usegmt=True)), ("Content-Type", kind), ("Content-Length", len(content)),
                            ("Content-Security-Policy", "default-src 'self'"), ("X-Content-Type-Options", "nosniff")):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def do_GET(self):
        url = urllib.parse.urlsplit(self.path)
        if not url.path.startswith("/api/"):
            found = asset(url.path)
            return self.answer(200, *found) if found else self.answer(404, b"", "text/plain")
        try: self.answer(200, json.dumps(self.call(url)).encode(), "application/json")
        except Problem as p: self.problem(p.status, p.detail)
        except redis.exceptions.RedisError: self.problem(503, "Redis does not answer")

    def call(self, url):
        self.server.asked.append(self.path)
        if self.server.token and self.headers["Authorization"] != f"Bearer {self.server.token}": raise Problem(401, "a token is needed")
        name = url.path.removeprefix("/api/v1/")
        if name not in ("views", "now", "series", "rows", "feed", "trust"): raise Problem(404, "no such path")
        return getattr(self.server.api, name)(**dict(urllib.parse.parse_qsl(url.query)))

    def problem(self, status, detail):
        self.answer(status, json.dumps({"title": "Problem", "status": status, "detail": detail}).encode(), "application/problem+json")


class StandIn:
    """A server that can be stopped and started again at its port."""

    def __init__(self, client, config_path, port, token=None):
        self.api, self.port, self.token, self.asked = Api(client, config_path), port, token, []
        self.base = f"http://127.0.0.1:{port}"
        self.start()

    def start(self):
        self.server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        self.server.daemon_threads = True
        self.server.api, self.server.token, self.server.asked = self.api, self.token, self.asked
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": .05}, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
