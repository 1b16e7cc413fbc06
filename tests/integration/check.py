"""`kaiku check`: every mistake with its line and column, and what it understood."""
import re

import configs
from harness import test

GOOD = """kafka:
  topics: [feedback]
  properties: {bootstrap.servers: "localhost:9092", group.id: kaiku}
redis:
  url: redis://localhost:6379/0
time_zone: Europe/Helsinki
event:
  id: /id
  max_age: 400d
  dimensions:
    channel: /channel
    team: {field: /team, max_values: 100}
metrics:
  - {name: nps, kind: nps, field: /nps}
  - {name: csat, kind: top_box, field: /csat, scale: 1..5, top: 4..5}
  - {name: ces, kind: mean, field: /ces, scale: 1..7}
  - {name: fast, kind: rate, field: /wait, when: "<= 20"}
  - {name: cost, kind: sum, field: /cost, decimals: 2}
  - {name: answered, kind: count}
views:
  - name: contact
    by: [channel, team]
    grouping: cube
    windows: [1m, 1h, day]
    retention: {1m: 7d}
  - name: sets
    by: [channel, team]
    grouping: sets
    sets: [[channel], []]
    windows: [day]
targets:
  - {view: contact, member: "phone|_all", metric: nps, window: day, goal: 40}
alerts:
  - {name: detractor, when: nps <= 6, carry: [id, channel, comment: /comment]}
"""

# (what stands there, what shall stand there, with @ before the place that the message must name)
MISTAKES = [
    ("time_zone: Europe/Helsinki", "time_zone: @Europe/Helsingfors"),
    ("time_zone:", "@time_zome:"),
    ("url: redis://localhost:6379/0", "url: @http://localhost"),
    ("url: redis://localhost:6379/0", "url: redis://localhost:6379/0\n  shards: @0"),
    ("url: redis://localhost:6379/0", "url: redis://localhost:6379/0\n  timeout: @2 seconds"),
    ("topics: [feedback]", "topics: [feedback]\n  start: @latest"),
    ("topics: [feedback]", "topics: [feedback]\nworkers: @many"),
    ("bootstrap.servers", "@enable.auto.commit: true, bootstrap.servers"),
    ("bootstrap.servers", "@bootstrap.severs"),
    ("id: /id", "id: @id"),
    ("max_age: 400d", "max_age: @400"),
    ("max_age: 400d", "max_bytes: @64 GiB"),
    ("max_values: 100", "max_values: @-1"),
    ("max_values: 100", "@max_value: 100"),
    ("channel: /channel", "@Channel: /channel"),
    ("team: {field", "@channel: {field"),
    ("kind: nps,", "kind: @nsp,"),
    ("field: /nps", "@feild: /nps"),
    ("name: ces", "name: @csat"),
    ("name: ces", "name: @c" + "e" * 32),
    ("scale: 1..5", "scale: @5..1"),
    ("scale: 1..7", "scale: @1..200"),
    ("scale: 1..7", "scale: @one"),
    ("top: 4..5", "top: @4..6"),
    ('when: "<= 20"', 'when: @"=< 20"'),
    ("decimals: 2", "decimals: @7"),
    ("kind: count", "kind: count, @scale: 1..2"),
    ("kind: count", "kind: ratio, of: @nps, over: answered"),
    ("kind: count", "kind: ratio, of: @nothing, over: answered"),
    ("by: [channel, team]\n    grouping: cube", "by: [channel, @tema]\n    grouping: cube"),
    ("grouping: cube", "grouping: @cubes"),
    ("windows: [1m, 1h, day]", "windows: [1m, @7m, day]"),
    ("windows: [1m, 1h, day]", "windows: [1m, @25h, day]"),
    ("windows: [1m, 1h, day]", "windows: [1m, @1m]"),
    ("windows: [1m, 1h, day]", "windows: [1m, @fortnight]"),
    ("retention: {1m: 7d}", "retention: {1m: @1h}"),
    ("retention: {1m: 7d}", "retention: {@5m: 7d}"),
    ("sets: [[channel], []]", "sets: [[channel], @[channel]]"),
    ("sets: [[channel], []]", "sets: [[channel], [@agent]]"),
    ("grouping: cube", "grouping: cube\n    where: {@agent: a}"),
    ("grouping: cube", "grouping: cube\n    min_n: @few"),
    ("grouping: cube", "grouping: cube\n    rows: @-3"),
    ("name: sets", "name: @contact"),
    ("view: contact", "view: @contacts"),
    ("metric: nps", "metric: @npx"),
    ("metric: nps", "metric: @cost"),
    ("window: day", "window: @week"),
    ('member: "phone|_all"', 'member: @"phone"'),
    ("goal: 40", "goal: @high"),
    ("goal: 40", "goal: {@at_least: 5}"),
    ("when: nps <= 6", "when: @npx <= 6"),
    ("when: nps <= 6", "when: @nps =< 6"),
    ("carry: [id, channel,", "carry: [id, @chanel,"),
    ("comment: /comment", "comment: @comment"),
    ("when: nps <= 6", "when: nps <= 6, keep: @-1"),
    ("metrics:\n", "metrics: @[]\nmetrics_:\n"),
    ("redis:\n", "kafka: {}\nredis:\n"),
    ("alerts:\n", "alerts: [\n"),
    ("time_zone: Europe/Helsinki", "time_zone: ${KAIKU_NO_SUCH_NAME}"),
    ("time_zone: Europe/Helsinki", "time_zone: ${file:/no/such/file}"),
    ("alerts:\n", "---\nalerts:\n"),
    ("name: nps,", "name: channel,"),
    ("views:\n", "viewz:\n"),
    ("    by: [channel, team]\n    grouping: cube\n", "    grouping: cube\n"),
    ("    windows: [day]\n", ""),
    (", field: /nps", ""),
]


def mistakes(t, text):
    """[(line, column, message)]"""
    program = t.run("check", t.write("kaiku.yaml", text), code=2)
    found = re.findall(r"^(.*)kaiku\.yaml:(\d+):(\d+): (.+)$", program.out + program.err, re.M)
    assert found, f"no FILE:LINE:COLUMN in\n{program.out}{program.err}"
    return [(int(line), int(column), message) for _, line, column, message in found]


@test(quick=True, sanitized=True, seconds=200)
def every_mistake_has_its_place(t):
    wrong = []
    for old, new in MISTAKES:
        assert GOOD.count(old) >= 1, old
        text = GOOD.replace(old, new, 1)
        at = text.find("@")
        text = text.replace("@", "", 1)
        try: found = mistakes(t, text)
        except AssertionError as e:
            wrong.append(f"{new!r}: {e}")
            continue
        if at >= 0:
            place = text.count("\n", 0, at) + 1, at - (text.rfind("\n", 0, at) + 1) + 1
            if place not in [f[:2] for f in found]: wrong.append(f"{new!r}: expected at {place}, found {found}")
    assert not wrong, "\n".join(wrong)


@test(quick=True)
def all_of_them_at_once(t):
    text = GOOD.replace("kind: nps,", "kind: nsp,").replace("decimals: 2", "decimals: 7").replace("Europe/Helsinki", "Nowhere")
    text = text.replace("view: contact", "view: contcat")
    found = mistakes(t, text)
    assert len({f[0] for f in found}) >= 4, found
    assert "contact" in " ".join(f[2] for f in found if "contcat" in f[2]), found


@test(quick=True)
def suggestions(t):
    found = mistakes(t, GOOD.replace("time_zone", "time_zome").replace("field: /csat", "feild: /csat"))
    text = " ".join(f[2] for f in found)
    assert "time_zone" in text and "field" in text.replace("feild", ""), found


@test(quick=True, sanitized=True)
def files_that_are_none(t):
    for content in (b"", b"\n", b"# nothing\n", b"[]", b"text", b"\xff\xfe", b"a: \xff\n", b"kafka: *nowhere\n", b"\x00", b"[" * 200):
        program = t.run("check", t.write("odd.yaml", content), code=2)
        assert program.out + program.err, content
    t.run("check", t.directory, code=2)


@test(quick=True, sanitized=True)
def what_it_understood(t):
    """Bounds of memory and the size to expect in Redis are stated; nothing is connected to."""
    path = t.write("kaiku.yaml", GOOD)
    program = t.run("check", path)
    for word in ("contact", "channel", "nps", "Redis", "Europe/Helsinki"): assert word in program.out, program.out
    assert len(re.findall(r"\d+(\.\d+)? ?[KMG]i?B", program.out)) >= 2, program.out
    for setup in configs.ALL.values(): t.run("check", t.config(setup["config"], "redis://localhost"))


@test(quick=True)
def secrets_stay_secret(t):
    t.write("secret", "from-a-file-42\nsecond line\n")
    text = GOOD.replace("url: redis", f"password: ${{file:{t.directory}/secret}}\n  url: redis").replace(
        "group.id: kaiku", 'group.id: kaiku, sasl.password: "${KAIKU_TEST_SECRET}"')
    program = t.run("check", t.write("kaiku.yaml", text), KAIKU_TEST_SECRET="from-environment-43")
    assert "from-a-file-42" not in program.out + program.err and "from-environment-43" not in program.out + program.err
    # Nor where something else is wrong.
    program = t.run("check", t.write("kaiku.yaml", text.replace("kind: nps", "kind: nsp")), code=2, KAIKU_TEST_SECRET="from-environment-43")
    assert "from-a-file-42" not in program.out + program.err and "from-environment-43" not in program.out + program.err
