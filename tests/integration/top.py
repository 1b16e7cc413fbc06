"""kaiku top: in a terminal of tmux, against a Redis that kaiku replay has filled, and as plain text."""
import os
import re
import signal

import configs
from harness import test
from security import PASSWORDS, as_writer, assert_nothing_denied, guarded
from servers import until
from terminal import Terminal

CONFIG = {
    "event": {"dimensions": {"channel": "/channel", "team": "/team"}},
    "metrics": configs.metrics("nps", "csat", "ces", "resolved", "wait_s", "answered"),
    "views": [{"name": "contact", "by": ["channel", "team"], "grouping": "cube", "windows": ["1h", "day"]},
              {"name": "teams", "by": ["team"], "windows": ["day"]}],
    "targets": [{"view": "contact", "member": "*|_all", "metric": "nps", "window": "day", "goal": -9}],
}
CHANNELS = ["phone", "chat", "電話", "42", "a%b"]
TEAMS = ["north", "south", "an unusually long name of a team"]


def log(first=0, n=1500):
    """Events of one morning; channels differ in how many they are and how they score."""
    events = []
    for i in range(first, first + n):
        c = [0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 3, 4, 4][i % 16]
        events.append('{"id":%d,"time":%d,"channel":"%s","team":"%s","nps":%d,"csat":%d,"ces":%d,"resolved":%d,"wait_s":%d}\n' % (
            i, 1741500000000 + i * 9000, CHANNELS[c], TEAMS[i % 3], 5 + i % 6 if c == 1 else min(10, i * 7 % 11 + c), i % 5 + 1, i % 7 + 1, i % 3 > 0, i % 300))
    return "".join(events)


def filled(t, server=None, **more):
    """A Redis with the log, and the configuration."""
    redis = server or t.redis()
    config = t.config(CONFIG, redis, **more)
    t.run("replay", config, t.write("log.ndjson", log()))
    return redis, config


def terminal(t, *arguments, **more):
    made = Terminal(t.directory, " ".join([t.kaiku, *map(str, arguments)]), **t.environment | more)
    t.stack.callback(made.close)
    return made


def rows(redis, key):
    """Entries of a table, by rank, as dicts; the guard of numbers taken off."""
    return [{name: value.lstrip("\u00a0") for name, value in fields.items()} for _, fields in redis.client.xrange(f"kaiku:rows:{key}")]


def score(row, metric, value="%+.1f", bound="%+.0f"):
    """As it is written in a row: the value and its interval."""
    return [value % float(row[metric]), f"{bound}..{bound}" % (float(row[f"{metric}_lo"]), float(row[f"{metric}_hi"]))]


def expected(row, *dimensions):
    return [*(row[d] for d in dimensions), f"{int(row['n']):,}", *score(row, "nps")]


def shown(lines, n):
    """The first n words of each line of the table, which is below the line of its headings and ends with the total."""
    at = next(i for i, line in enumerate(lines) if re.match(r" (channel|team|n)\W", line + " "))
    words = [line.split() for line in lines[at + 1:]]
    return [w[:n] for w in words[:next(i for i, w in enumerate(words) if not w or w[0] in ("all", "trust"))]]


def first_words(screen):
    return [words[0] for words in shown(screen.lines(), 1)]


# ---------------------------------------------------------------- a terminal

@test(quick=True, sanitized=True)
def shows_what_stands_in_redis(t):
    redis, config = filled(t)
    screen = terminal(t, "top", config, columns=150)
    screen.shows("電話", "adds up", "q quit")
    lines, table = screen.lines(), rows(redis, "contact:day:channel")
    assert [r["channel"] for r in table[:3]] == ["phone", "chat", "電話"], table
    assert shown(lines, 4) == [expected(row, "channel") for row in table], lines
    for row, line in zip(table, lines[4:]):
        assert score(row, "csat", "%.1f %%", "%.0f")[0] in line and score(row, "ces", "%.2f", "%.2f")[1] in line, line
        sign, goal = {"met": ("✓", "-9"), "below": ("▼", f"-9, needs {int(float(row['nps_needed']))}")}[row["nps_status"]]
        assert f" {sign}  " in line and f"  {goal}" in line, (row, line)
    assert {row["nps_status"] for row in table} == {"met", "below"}, "one of them was not tried"
    total, = (line.split() for line in lines if line.startswith(" all "))
    assert total[:4] == expected({"channel": "all"} | redis.client.hgetall("kaiku:now:contact:day:_all|_all"), "channel"), total
    trust = redis.client.hgetall("kaiku:trust")
    assert any(f"trust  {trust['lag']} behind the log" in line and f"{trust['rejected']} rejected" in line for line in lines), lines
    assert "   day of Sun 09 Mar 2025" in lines[0] and "promoters 9..10 minus detractors 0..6" in lines[1], lines[:2]


@test(quick=True)
def courses_are_those_of_the_series(t):
    redis, config = filled(t)
    screen = terminal(t, "top", config, columns=100).shows("電話", "by 1h")
    for channel in ("phone", "chat"):
        values = [float(fields["nps"]) for _, fields in redis.client.xrange(f"kaiku:ts:contact:1h:{channel}|_all")]
        low, high = min(values), max(max(values), min(values) + 10)
        marks = "".join("▁▂▃▄▅▆▇█"[int((v - low) / (high - low) * 7.999)] for v in values)
        assert len(marks) >= 4 and any(f" {marks} " in line + " " for line in screen.splitlines() if line.startswith(f" {channel} ")), marks


@test(quick=True, sanitized=True)
def keys_choose(t):
    redis, config = filled(t)
    screen = terminal(t, "top", config, columns=150)
    screen.shows("電話")
    by_nps = [r["channel"] for r in sorted(rows(redis, "contact:day:channel"), key=lambda r: -float(r["nps"]))]
    screen.keys("Right")
    screen.shows("nps↓")
    assert first_words(screen) == by_nps, (first_words(screen), by_nps)
    screen.keys("r")
    screen.shows("nps↑")
    assert first_words(screen) == by_nps[::-1]
    screen.keys("/")
    screen.shows(" filter: ")
    screen.type("話")
    screen.shows("1 of 5")
    assert first_words(screen) == ["電話"]
    screen.keys("BSpace")
    screen.type("H")
    screen.keys("Enter")
    screen.shows("2 of 5", "q quit")
    assert sorted(first_words(screen)) == ["chat", "phone"]
    screen.keys("Escape")
    screen.shows("電話")
    screen.keys("g")
    screen.shows("by team", "south")
    screen.keys("g")
    screen.shows("by channel+team")
    screen.keys("Left", "Left")
    screen.shows("team↑")
    assert [r[:2] for r in shown(screen.lines(), 2)][0] == [sorted(CHANNELS)[0], "an"]
    screen.keys("w")
    screen.shows("   1h from 09 Mar ")
    screen.keys("m")
    screen.shows("csat: per cent of answers within 4..5")
    screen.keys("v")
    screen.shows(" teams by team ")
    table = rows(redis, "teams:day:team")
    assert shown(screen.lines(), 1) == [[r["team"].split()[0]] for r in table]
    screen.keys("?")
    screen.shows("the column that sorts")
    screen.keys("x", "q")
    screen.shows("ended with 0", "modes kept", "before")
    assert screen.is_given_back()


@test(quick=True)
def pages_through_many_members(t):
    redis = t.redis()
    config = t.config(CONFIG, redis)
    t.run("replay", config, t.write("log.ndjson", "".join(
        f'{{"id":{i},"time":1741500000000,"channel":"c{i % 90:02}","nps":9}}\n' for i in range(90 * 89) if i % 90 <= i // 90)))
    names = [r["channel"] for r in rows(redis, "contact:day:channel")]
    assert len(names) == 89, len(names)
    screen = terminal(t, "top", config, columns=80, lines=17)
    screen.shows("1–9 of 89")
    assert first_words(screen) == names[:9]
    screen.keys("NPage", "Down")
    screen.shows("11–19 of 89")
    assert first_words(screen) == names[10:19]
    screen.keys("End")
    screen.shows("81–89 of 89")
    assert first_words(screen) == names[80:]
    screen.keys("Home")
    screen.shows("1–9 of 89")


@test(quick=True)
def any_size(t):
    redis, config = filled(t)
    screen = terminal(t, "top", config, columns=200, lines=40)
    screen.shows("95 % interval", "answered")
    for columns, lines in ((80, 24), (60, 12), (40, 8), (20, 4), (8, 2), (120, 30)):
        screen.resize(columns, lines)
        until(lambda: screen.lines()[0].startswith(" kaiku top"[:columns - 1].rstrip()), 20, (columns, lines))
        if lines > 6:
            screen.shows("phone", " q quit")
            table = shown(screen.lines(), 2)
            assert table[0] == ["phone", f"{int(rows(redis, 'contact:day:channel')[0]['n']):,}"], table
    screen.shows("●", "by 1h")


@test(quick=True)
def redis_away_and_back(t):
    redis, config = filled(t)
    screen = terminal(t, "top", config)
    before = screen.shows("電話", "adds up")
    redis.stop()
    screen.shows("these figures are", "redis")
    assert shown(screen.lines(), 4) == shown(before.splitlines(), 4)
    screen.keys("m")
    screen.shows("no figures yet")
    screen.keys("M")
    redis.start()
    t.run("replay", config, t.write("log.ndjson", log(n=2000)))
    now = rows(redis, "contact:day:channel")
    screen.shows(f" {int(now[0]['n']):,} ", "promoters")
    assert shown(screen.lines(), 4) == [expected(row, "channel") for row in now]


@test(quick=True)
def pauses(t):
    redis, config = filled(t)
    screen = terminal(t, "top", config)
    before = screen.shows("電話")
    screen.keys("Space")
    screen.shows("paused")
    t.run("replay", config, t.write("log.ndjson", log(n=2000)))
    screen.keys("Right")
    screen.shows("nps↓")
    assert sorted(shown(screen.lines(), 4)) == sorted(shown(before.splitlines(), 4))
    screen.keys("Space")
    screen.shows(f" {int(rows(redis, 'contact:day:channel')[0]['n']):,} ")


@test(quick=True, sanitized=True)
def gives_the_terminal_back(t):
    """Whatever ends it; and while it is stopped."""
    _, config = filled(t)
    for number, code in ((signal.SIGINT, 0), (signal.SIGTERM, 0), (signal.SIGHUP, 129), (signal.SIGQUIT, 131), (signal.SIGABRT, 134)):
        screen = Terminal(t.directory, f"{t.kaiku} top {config}", **t.environment)
        try:
            screen.shows("電話")
            assert screen.is_taken()
            os.kill(screen.program(), signal.SIGTSTP)
            until(screen.is_given_back, 20, "the screen while it is stopped")
            os.kill(screen.program(), signal.SIGCONT)
            screen.shows("電話")
            assert screen.is_taken()
            os.kill(screen.program(), number)
            screen.shows("before", f"ended with {code}", "modes kept")
            assert screen.is_given_back(), number
        finally: screen.close()


@test(quick=True)
def needs_no_more_than_a_reader(t):
    server = guarded(t)
    filled(t, server, **as_writer(server))
    reader = t.config(CONFIG, server, redis={"url": server.url, "user": "grafana", "password": PASSWORDS["grafana"]})
    screen = terminal(t, "top", reader)
    screen.shows("電話", "promoters", "adds up", "by 1h")
    assert_nothing_denied(server)
    refused = t.run("top", t.config(CONFIG, server, redis={"url": server.url, "user": "grafana", "password": "wr0ng"}), code=3)
    assert "password" in refused.err and "wr0ng" not in refused.said, refused.err


# ---------------------------------------------------------------- no terminal

@test(quick=True, sanitized=True)
def plain_text(t):
    redis, config = filled(t)
    program = t.run("top", config)
    lines = program.out.splitlines()
    assert "\x1b" not in program.out and "q quit" not in program.out and not program.err
    assert shown(lines, 4) == [expected(row, "channel") for row in rows(redis, "contact:day:channel")]
    assert all(name in program.out for name in ("nps", "csat", "ces", "resolved", "wait_s", "answered"))
    lines = t.run("top", config, "--view", "contact", "--window=1h", "--set", "channel+team", "--metric", "ces").out.splitlines()
    table = rows(redis, "contact:1h:channel+team")
    assert [line.replace("  ", "\n").split("\n")[0].strip() for line in lines[4:4 + len(table)]] == [r["channel"] for r in table]
    assert "ces: mean of answers 1..7" in lines[1] and TEAMS[2] in "\n".join(lines)
    lines = t.run("top", config, "--set", "").out.splitlines()
    assert any(line.split()[:1] == [f"{int(redis.client.hget('kaiku:now:contact:day:_all|_all', 'n')):,}"] for line in lines), lines


@test(quick=True)
def plain_text_says_what_is_wrong(t):
    redis = t.redis()
    config = t.config(CONFIG, redis)
    assert "nothing stands in this table yet" in t.run("top", config).out
    for option, name in (("--view", "view"), ("--window", "window"), ("--set", "set"), ("--metric", "metric")):
        assert f"no {name} 'x'" in t.run("top", config, option, "x", code=2).err
    assert "--view" in t.run("top", config, "--view", code=2).err
    redis.stop()
    assert "redis" in t.run("top", config, code=1).err
