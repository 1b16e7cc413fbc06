"""Every query of every panel, run as the data sources would against a Redis that kaiku filled, and transformed by
Grafana's own library. No panel comes out empty, whatever is chosen, and each shows the columns that it should."""
import math
import re

import expected
import node
import users
from dashboards import read
from filled import filled
from harness import test
from sources import Redis
from variables import references, selections, substituted

LONG_AGO = {"h": 3600000, "d": 86400000}


def clients(full):
    return Redis(
        {uid: users.connect(full.server, user)
         for uid, user in (("kaiku", "grafana"), ("kaiku-feeds", "feeds"))})


def since_ms(dashboard):
    amount, unit = re.fullmatch(r"now-(\d+)(\w)", dashboard["time"]["from"]).groups()
    return int(amount) * LONG_AGO[unit]


def uses(panel, name):
    return any(name == found for found, _ in references(str(panel)))


def asked(dashboard, sources, end):
    """(selection, panel) of what is different from the first selection, and the frames that the queries give."""
    first, begin = None, end - since_ms(dashboard)
    for selection in selections(dashboard, sources):
        first = first or selection
        changed = [name for name in selection if selection[name] != first[name]]
        for panel in dashboard["panels"]:
            if selection is not first and not any(uses(panel, name) for name in changed): continue
            filled_in = substituted(panel, selection | {"__from": str(begin), "__to": str(end)})
            frames = [sources[q["datasource"]["type"]].query(q, begin, end) for q in filled_in["targets"]]
            yield selection, filled_in, frames


def shown(dashboard, sources, end):
    """(selection, panel, frames) as the panel gets them."""
    told = list(asked(dashboard, sources, end))
    results = node.transformed([(frames, panel["transformations"]) for _, panel, frames in told])
    return [(selection, panel, result) for (selection, panel, _), result in zip(told, results)]


def columns(frames):
    return [f for frame in frames for f in frame["fields"]]


def values_of(frames, name):
    return [v for f in columns(frames) if f["name"] == name for v in f["values"]]


def type_faults(panel, frames):
    """Texts are texts, times are times, and everything else is a number."""
    for f in columns(frames):
        if f["name"] in expected.TEXTS: wanted = {"string"}
        elif f["name"] == "Time": wanted = {"time", "number"}
        else: wanted = {"number"}
        if f["type"] not in wanted: yield f"'{f['name']}' is a {f['type']}: {f['values'][:3]}"
    if panel["type"] == "timeseries" and any(frame["fields"][0]["type"] != "time" for frame in frames): yield "no time"


def empty_faults(frames, is_first):
    """Rows, and a number among them; with what is chosen at first, in every column."""
    numbers = {f["name"]: any(v not in ("NaN", None) for v in f["values"]) for f in columns(frames)
               if f["type"] == "number" and f["name"] not in expected.UNKNOWN}
    if not any(f["values"] for f in columns(frames)): yield "no rows"
    elif numbers and not any(numbers.values()): yield "no value"
    elif is_first and not all(numbers.values()): yield f"no value in {[n for n in numbers if not numbers[n]]}"


def look_faults(panel, there):
    """Every look is of a column that is there, and so is every line that a band goes down to."""
    for look in panel["fieldConfig"]["overrides"]:
        lower = {o["value"] for o in look["properties"] if o["id"] == "custom.fillBelowTo"}
        wanted = {look["matcher"]["options"]} | lower
        if wanted - there: yield f"{panel['title']}: looks of {wanted - there}, which are not among {there}"


def check(name, sources, end):
    """All panels of a dashboard; returns what they show at first, by id."""
    dashboard, first, faults = read(name), {}, []
    there = {p["id"]: set() for p in dashboard["panels"]}
    for selection, panel, frames in shown(dashboard, sources, end):
        faults += [f"{panel['title']} with {selection}: {fault}"
                   for fault in [*type_faults(panel, frames), *empty_faults(frames, panel["id"] not in first)]]
        there[panel["id"]] |= {f["name"] for f in columns(frames)}
        first.setdefault(panel["id"], frames)
    for panel, wanted in zip(dashboard["panels"], expected.COLUMNS[name], strict=True):
        got = [f["name"] for f in first[panel["id"]][0]["fields"]]
        if wanted and got != wanted: faults.append(f"{panel['title']}: columns {got}, not {wanted}")
        faults += look_faults(panel, there[panel["id"]])
    assert not faults, "\n".join([f"{len(faults)} faults", *faults[:12]])
    return first


def begin(t):
    node.needed()
    full = filled(t)
    return full, {"redis-datasource": clients(full)}


# ---------------------------------------------------------------- the dashboards


def line(frames, channel):
    """(time, value) of the line of a channel."""
    found, = (frame for frame in frames if frame["fields"][1]["labels"] == {"channel": channel})
    return list(zip(*(f["values"] for f in found["fields"])))


@test(seconds=600, quick=True, group="filled")
def service(t):
    """Tables, lines and matrix show what stands under the members' own keys."""
    full, sources = begin(t)
    first, client = check("service", sources, full.end), full.server.client
    channels = client.smembers("kaiku:values:channel") - {"_all"}
    assert set(values_of(first[5], "Channel")) == channels and len(first[7]) == len(channels)
    entries = client.xrange("kaiku:ts:contact:1h:phone|_all", full.end - LONG_AGO["d"], full.end)
    own = [(int(i.split("-")[0]), node.plain(float(e["nps"]))) for i, e in entries]
    assert line(first[7], "phone") == own, (line(first[7], "phone"), own)
    row = values_of(first[10], "touchpoint\\channel").index("billing")
    for channel in channels:
        n, nps = client.hmget(f"kaiku:now:contact:day:{channel}|billing", "n", "nps")
        if int(n) >= 30: assert math.isclose(values_of(first[10], channel)[row], float(nps)), channel
    scores = values_of(first[6], "Score")
    assert len(scores) == 20 and max(scores) <= 6, scores


@test(seconds=600, quick=True, group="filled")
def team(t):
    """Each agent's row is the agent's own figures."""
    full, sources = begin(t)
    first = check("team", sources, full.end)
    client = full.server.client
    agents = values_of(first[3], "Agent")
    of_team = client.smembers("kaiku:values:people:agent:north") - {"_all"}
    assert agents == sorted(agents) and set(agents) == of_team, agents
    for row, agent in enumerate(agents):
        for column, window, name in (("NPS today", "day", "nps"), ("NPS", "month", "nps"), ("Answers", "month", "n")):
            stored = float(client.hget(f"kaiku:now:people:{window}:north|{agent}|_all", name))
            assert values_of(first[3], column)[row] == stored, (agent, column, stored)
    for row, agent in enumerate(values_of(first[4], "Agent")):
        stored = client.hmget(f"kaiku:now:people:month:_all|{agent}|phone", "nps_needed", "nps_target", "nps_status")
        got = [values_of(first[4], column)[row] for column in ("Still needed", "Target", "Status")]
        assert got == [float(stored[0]), float(stored[1]), stored[2]], (agent, got, stored)
    assert "a-1001" in values_of(first[4], "Agent")


@test(seconds=600, quick=True, group="filled")
def trust(t):
    """Everything that was replayed is accounted for, by its reasons too."""
    full, sources = begin(t)
    first = check("trust", sources, full.end)
    assert values_of(first[1], "unaccounted for") == [0]
    assert values_of(first[1], "records") == [full.records]
    assert sum(v for f in columns(first[11]) for v in f["values"]) >= values_of(first[6], "rejected")[0] > 0


@test(seconds=600, quick=True, group="filled")
def feeds(t):
    full, sources = begin(t)
    first = check("feeds", sources, full.end)
    assert len(values_of(first[1], "Score")) == 100 and max(values_of(first[1], "Score")) <= 6
    assert len(values_of(first[2], "Score")) == 100 and min(values_of(first[2], "Score")) >= 9
    for panel, alert in ((1, "detractor"), (2, "promoter")):
        (_, newest), = full.server.client.xrevrange(f"kaiku:{{0}}:feed:{alert}", count=1)
        assert values_of(first[panel], "Id")[0] == newest["id"], alert
    counts = values_of(first[3], "value (count)")
    assert sum(counts) == 1000 and counts == sorted(counts, reverse=True), counts
