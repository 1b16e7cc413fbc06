"""What can be said of the dashboards without data: what they are made of, and that nothing in them is in vain."""
import collections
import glob
import json
import os
import re
import subprocess
import sys

import users
import yaml
from harness import test
from variables import BUILT_IN, FORMATS, references

ROOT = users.ROOT
GRAFANA = f"{ROOT}/deploy/grafana"
COMMANDS = {"hgetall", "hmget", "hget", "get", "xlen", "scard", "xrange", "xrevrange"}
PANELS = {"stat", "bargauge", "table", "timeseries", "barchart"}

# Where Grafana, or a plugin in its query, fills in variables. Not in start, end and count of a command.
INTERPOLATED = [
    re.compile(p)
    for p in (r"panels/\d+/(title|description)", r"panels/\d+/links/\d+/url",
              r"panels/\d+/fieldConfig/.*/(url|title|displayName)", r"panels/\d+/fieldConfig/defaults/displayName",
              r"panels/\d+/transformations/\d+/options/filters/\d+/config/options/value",
              r"panels/\d+/targets/\d+/(keyName|field|expr|url|url_options/params/\d+/value)",
              r"templating/list/\d+/query")
]


def read(name):
    with open(f"{GRAFANA}/dashboards/{name}.json") as f: return json.load(f)


def every():
    paths = sorted(glob.glob(f"{GRAFANA}/dashboards/*.json"))
    assert len(paths) == 6, paths
    return [read(os.path.basename(p)[:-len(".json")]) for p in paths]


def panels():
    return [(d, p) for d in every() for p in d["panels"]]


def targets():
    return [(d, p, q) for d, p in panels() for q in p["targets"]]


def sources():
    with open(f"{GRAFANA}/provisioning/datasources/kaiku.yaml") as f:
        return {s["uid"]: s for s in yaml.safe_load(f)["datasources"]}


def texts(value, path=""):
    """(path, text) of everything in a piece of a dashboard."""
    if isinstance(value, str): yield path.lstrip("/"), value
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for k, v in pairs: yield from texts(v, f"{path}/{k}")


def twice(values):
    return [v for v, n in collections.Counter(values).items() if n > 1]


@test(quick=True)
def files_are_generated(t):
    """deploy/grafana/dashboards holds what deploy/grafana/source describes."""
    made = subprocess.run([sys.executable, "-B", "-c", "import json, generate; print(json.dumps(generate.texts()))"],
                          check=True,
                          capture_output=True,
                          cwd=f"{GRAFANA}/source",
                          timeout=30).stdout
    stored = {}
    for path in glob.glob(f"{GRAFANA}/dashboards/*"):
        with open(path) as f: stored[os.path.basename(path)] = f.read()
    different = {n for n in stored.keys() | json.loads(made).keys() if stored.get(n) != json.loads(made).get(n)}
    assert not different, f"run deploy/grafana/source/generate.py: {different}"


@test(quick=True)
def nothing_is_named_twice(t):
    assert not twice(d["uid"] for d in every()) and not twice(d["title"] for d in every())
    for d in every():
        assert not twice(p["id"] for p in d["panels"]), d["title"]
        assert not twice(p["title"] for p in d["panels"]), twice(p["title"] for p in d["panels"])
        for p in d["panels"]: assert not twice(q["refId"] for q in p["targets"]), p["title"]


@test(quick=True)
def panels_have_their_place(t):
    """Each is told by a question and a description, and none covers another."""
    for d in every():
        taken = set()
        for p in d["panels"]:
            at = p["gridPos"]
            cells = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
            assert at["x"] + at["w"] <= 24 and not cells & taken, p["title"]
            taken |= cells
            assert p["type"] in PANELS and p["title"] and p["description"], p
        assert len(taken) == 24 * (1 + max(y for _, y in taken)), f"{d['title']}: a hole"


@test(quick=True)
def sources_are_provisioned(t):
    known = sources()
    for d in every():
        for place in [q for p in d["panels"] for q in [p, *p["targets"]]] + d["templating"]["list"]:
            if "datasource" not in place: continue
            assert known[place["datasource"]["uid"]]["type"] == place["datasource"]["type"], place


@test(quick=True)
def users_may_run_the_commands(t):
    """Commands that the plugin knows, granted to the user of the data source, under keys that the user reads."""
    for user in ("grafana", "feeds"):
        with open(f"{ROOT}/deploy/users.acl") as f:
            words, = (line.split() for line in f if line.startswith(f"user {user} "))
        uids = [uid for uid, s in sources().items() if s["jsonData"].get("user") == user]
        used = [(q["command"], q["keyName"]) for _, _, q in targets() if q["datasource"]["uid"] in uids]
        assert used, user
        for name, key in used:
            assert name in COMMANDS and f"+{name}" in words, name
            patterns = [w[w.index("~") + 1:] for w in words if "~" in w]
            assert any(key.startswith(p.rstrip("*")) for p in patterns), key


@test(quick=True)
def variables_stand_where_they_are_filled_in(t):
    for d in every():
        declared = {v["name"] for v in d["templating"]["list"]}
        used = set()
        for path, text in texts(d):
            if re.fullmatch(r"templating/list/\d+/(current/value|definition|regex)", path): continue
            names = references(text)
            assert set(re.findall(r"\$([A-Za-z]\w*)", text)) <= {"time",
                                                                 "streamId"}, f"written without braces: {path}: {text}"
            assert not names or any(p.fullmatch(path) for p in INTERPOLATED), (d["title"], path, text)
            for name, form in names:
                assert name in declared | set(BUILT_IN) and form in FORMATS, (d["title"], path, text)
            used |= {name for name, _ in names}
        assert declared <= used, f"{d['title']}: nobody uses {declared - used}"


@test(quick=True)
def links_lead_somewhere(t):
    by_uid, found = {d["uid"]: d for d in every()}, 0
    for d in every():
        assert [(link["type"], link["tags"])
                for link in d["links"]] == [("dashboards", ["kaiku"])] and "kaiku" in d["tags"], d["title"]
        for path, text in texts(d):
            if not path.endswith("/url") or not text.startswith("/d/"): continue
            other = by_uid[text.split("/")[2]]
            slug = re.sub(r"\W+", "-", other["title"].lower())
            assert text.split("?")[0] == f"/d/{other['uid']}/{slug}", text
            assert set(re.findall(r"var-(\w+)=", text)) <= {v["name"] for v in other["templating"]["list"]}, text
            found += 1
    assert found


@test(quick=True)
def rules_are_those_of_the_configuration(t):
    """Days begin where those of deploy/kaiku.yaml do, and waits are judged by its rule."""
    with open(f"{ROOT}/deploy/kaiku.yaml") as f: settings = yaml.safe_load(f)
    assert {d["timezone"] for d in every() if d["uid"] != "kaiku-operations"} == {settings["time_zone"]}
    goal, = (m["when"] for m in settings["metrics"] if m["name"] == "in_time")
    waits = [look for _, p in panels() for look in p["fieldConfig"]["overrides"]
             if look["matcher"]["options"] in ("Wait, 90 %", "nine of ten", "half")]
    bounds = {
        s["value"]
        for look in waits
        for o in look["properties"] if o["id"] == "thresholds" for s in o["value"]["steps"][1:2]
    }
    assert goal.split() == ["<=", *map(str, bounds)], (goal, bounds)
    keep = max(a.get("keep", 10000) for a in settings["alerts"])
    assert all(f"{keep:,}" in p["description"] for _, p in panels() if p["title"].endswith("in the list"))
