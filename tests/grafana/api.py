"""The dashboard that reads kaiku's HTTP API."""
import json
import math

import node
from filled import filled
from harness import test
from panels import check, values_of
from sources import NUMBER, Infinity


def typed(text):
    """As the API writes it: numbers as numbers, what has no value as null, texts without their guard."""
    if not NUMBER.fullmatch(text): return text.removeprefix("\u00a0")
    return None if math.isnan(float(text)) else float(text)


def typed_row(row, **more):
    return more | {k: typed(v) for k, v in row.items()}


class FromRedis:
    """Answers of the API made from what stands in Redis, by the description of the interface."""

    def __init__(self, client):
        self.client = client

    def __call__(self, path, asked):
        return json.dumps(
            getattr(self, path.removeprefix("/api/v1/"))(**{"from_" if k == "from" else k: v
                                                            for k, v in asked.items()}))

    def now(self, view, window, member):
        return typed_row(self.client.hgetall(f"kaiku:now:{view}:{window}:{member}"), member=member)

    def rows(self, view, window, set):  # noqa: A002
        entries = self.client.xrange(f"kaiku:rows:{view}:{window}:{set}")
        return [typed_row(row, rank=int(i.split("-")[1])) for i, row in entries]

    def series(self, view, window, member, from_, to):
        entries = self.client.xrange(f"kaiku:ts:{view}:{window}:{member}", from_, to)
        return [typed_row(row, time=int(i.split("-")[0])) for i, row in entries]

    def feed(self, alert, limit):
        return [typed_row(e) for _, e in self.client.xrevrange(f"kaiku:{{0}}:feed:{alert}", count=int(limit))]

    def trust(self):
        return typed_row(self.client.hgetall("kaiku:trust"))

    def views(self):
        keys = sorted(self.client.keys("kaiku:metric:*"))
        return {"metrics": [self.client.hgetall(k) | {"name": k.split(":")[2]} for k in keys]}


@test(seconds=300, quick=True, group="filled")
def dashboard(t):
    node.needed()
    full = filled(t)
    first = check("api", {"yesoreyeram-infinity-datasource": Infinity(FromRedis(full.server.client))}, full.end)
    assert len(values_of(first[2], "Channel")) == 8 and len(values_of(first[4], "Score")) == 20
    assert set(values_of(first[6], "Metric")) >= {"nps", "response_rate", "wait_s"}
