"""What the page shows is what stands in Redis, for any configuration, and it goes on by itself."""
import json
import re
import time
from decimal import ROUND_HALF_UP, Decimal

import configs
import oracle
import place
from harness import test
from servers import until

MINUS = "\u2212"
GROUP = "page"


# ---------------------------------------------------------------- what should be shown

def number(text, digits=0, signed=False):
    """A number of Redis as the page writes it."""
    if text == "nan": return "no data"
    x = Decimal(text).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    if x == 0: x = abs(x)
    return f"{x:{'+' if signed and x else ''},}".replace("-", MINUS)


def duration(text):
    if text == "nan": return "no data"
    x = Decimal(text)
    if x < Decimal("9.95"): return f"{number(text, 1)} s"
    if x < 600: return f"{number(text)} s"
    if x < 7200: return f"{number(str(x / 60))} min"
    return f"{number(str(x / 3600))} h" if x < 172800 else f"{number(str(x / 86400))} days"


def value(metric, fields):
    name, kind = metric["name"], metric["kind"]
    if kind == "quantiles": return duration(fields[name + "_p50"])
    if kind == "nps": return number(fields[name], 1, True)
    if kind == "mean": return number(fields[name], 2)
    if kind in ("count", "unique"): return number(fields[name])
    if kind == "sum": return number(fields[name]) + (f" {metric['unit']}" if "unit" in metric and fields[name] != "nan" else "")
    return number(fields[name], 1) + (" %" if fields[name] != "nan" else "")


def answers(metric, fields):
    return number(fields["n"] if metric["kind"] in ("count", "unique") else fields[metric["name"] + "_n"])


def rows_in_redis(redis, view, window, names):
    return [fields for _, fields in redis.client.xrange(f"kaiku:rows:{view}:{window}:{'+'.join(names)}")]


def table(browser, id):
    """Name, value and n of each row."""
    return browser.run("""return [...document.querySelectorAll(`#${arguments[0]} tbody tr`)].map(row =>
        [row.querySelector("button").innerText, row.querySelector(".value").innerText, row.querySelector(".n").innerText])""", id)


def check_table(b, id, rows, names, metric):
    got = table(b, id)
    want = sorted(([" · ".join(row[name] for name in names), value(metric, row), answers(metric, row)] for row in rows))
    assert sorted(got) == want, (sorted(got), want)
    n = [int(row[2].replace(",", "")) for row in got]
    assert n == sorted(n, reverse=True), got


# ---------------------------------------------------------------- figures

@test(group=GROUP, quick=True)
def figures_are_those_of_redis(t):
    """Every metric in two windows: score, metrics and both tables."""
    p = place.usual(t)
    b, redis, metrics = p.browser, p.redis, p.config["metrics"]
    p.open()
    b.run("for (const id of ['first', 'second']) document.querySelector(`#${id} .plain:not([hidden])`)?.click()")
    for window in ("day", "month"):
        total = redis.client.hgetall(f"kaiku:now:contact:{window}:_all|_all")
        for metric in metrics:
            b.choose(f"window={window}&metric={metric['name']}")
            assert b.text("#score .value") == value(metric, total), metric
            check_table(b, "first", rows_in_redis(redis, "contact", window, ["channel"]), ["channel"], metric)
            check_table(b, "second", rows_in_redis(redis, "contact", window, ["touchpoint"]), ["touchpoint"], metric)
        shown = b.texts("#metrics .value")
        assert shown == [value(metric, total) for metric in metrics], shown
    b.choose("window=month&metric=nps")
    spread = f"{number(total['nps_lo'], 1, True)} to {number(total['nps_hi'], 1, True)}"
    assert b.text("#score .spread") == f"95 % interval {spread}"
    phone = redis.client.hgetall("kaiku:now:contact:month:phone|_all")
    assert phone["nps_status"] in ("met", "below")
    assert {"met": "✓", "below": "✗"}[phone["nps_status"]] + " +40" in b.texts("#first td.target"), b.texts("#first td.target")
    p.check_console()


@test(group=GROUP)
def trend_trust_and_feed_are_those_of_redis(t):
    p = place.usual(t)
    b, redis = p.browser, p.redis.client
    p.open("window=day&metric=nps&member=phone|_all")
    b.run("document.querySelector('#trend details').open = true")
    entries = redis.xrange("kaiku:ts:contact:day:phone|_all")
    shown = until(lambda: b.run("""return [...document.querySelectorAll("#trend tbody tr")].map(row =>
        [...row.querySelectorAll("td")].map(cell => cell.innerText))"""), 5, "the table")
    want = [[number(f["nps"], 1, True), f"{number(f['nps_lo'], 1, True)} to {number(f['nps_hi'], 1, True)}", number(f["nps_n"])]
            for _, f in reversed(entries)]
    assert len(want) > 5 and shown == want, (shown, want)

    trust = redis.hgetall("kaiku:trust")
    parts = ["counted", "retracted", "duplicate", "rejected", "ignored"]
    sum_of = " + ".join(f"{number(trust[name])} {name}" for name in parts)
    assert b.text("#sum") == f"✓ It adds up: {number(trust['consumed'])} records read = {sum_of}"
    figures = dict(zip(b.texts("#trust dt"), b.texts("#trust dd")))
    for name in ("late", "duplicate", "rejected"): assert figures[name.capitalize()].split(" ")[0] == number(trust[name]), figures
    assert figures["Behind the log"] == "0 records"

    newest = redis.xrevrange("kaiku:{0}:feed:detractor", count=6)
    got = b.texts("#feed li")
    assert len(got) == 6
    for (_, entry), text in zip(newest, got):
        for name in ("value", "channel", "touchpoint", "agent", "comment_ref"):
            assert entry[name] == "_none" or entry[name] in text, (entry, text)
        assert "_none" not in text, text
    b.choose("window=day&metric=nps&alert=promoter")
    newest = redis.xrevrange("kaiku:{0}:feed:promoter", count=6)
    assert all(entry["id"] in text for (_, entry), text in zip(newest, b.texts("#feed li")))
    p.check_console()


@test(group=GROUP)
def a_row_narrows_the_other_table(t):
    p = place.usual(t)
    b, redis, nps = p.browser, p.redis, p.config["metrics"][0]
    p.open("window=month")
    b.run("document.querySelector('#second .plain:not([hidden])')?.click()")
    b.run("[...document.querySelectorAll('#first tbody button')].find(b => b.innerText === 'chat').click()")
    until(lambda: "member=chat%7C_all" in b.driver.current_url, 5, "the address")
    b.settle()
    chat = redis.client.hgetall("kaiku:now:contact:month:chat|_all")
    assert b.text("#score h2").startswith("chat") and b.text("#score .value") == value(nps, chat)
    rows = [row for row in rows_in_redis(redis, "contact", "month", ["channel", "touchpoint"]) if row["channel"] == "chat"]
    check_table(b, "second", rows, ["touchpoint"], nps)
    check_table(b, "first", rows_in_redis(redis, "contact", "month", ["channel"]), ["channel"], nps)
    b.driver.back()
    until(lambda: b.text("#score h2").startswith("All"), 5, "the way back")
    b.settle()
    check_table(b, "second", rows_in_redis(redis, "contact", "month", ["touchpoint"]), ["touchpoint"], nps)
    p.check_console()


@test(group=GROUP)
def choices_stand_in_the_address(t):
    p = place.usual(t)
    b = p.browser
    p.open()
    for script in ("const s = document.getElementById('view'); s.value = 'people'; s.dispatchEvent(new Event('change'))",
                   "const s = document.getElementById('window'); s.value = 'month'; s.dispatchEvent(new Event('change'))",
                   "[...document.querySelectorAll('#metrics button')].find(b => b.innerText.startsWith('CES')).click()",
                   "document.querySelector('#first th.name button').click()",
                   "const s = document.querySelector('#first select'); s.value = 'team+agent'; s.dispatchEvent(new Event('change'))"):
        b.run("document.querySelector('main').ariaBusy = 'true';" + script)
        b.settle()
    def seen(): return [b.text("#score"), table(b, "first"), table(b, "second"), b.run("return document.title")]
    before, address = seen(), b.driver.current_url
    p.browser.open(address)
    assert seen() == before
    assert [name for name, _, _ in before[1]] == sorted(name for name, _, _ in before[1])
    chosen = b.run("return [...document.querySelectorAll('select')].map(s => s.value)")
    assert chosen[:4] == ["people", "month", "team+agent", "team"], (address, chosen)
    p.open("view=nothing&window=never&metric=none&member=a|b|c&by=x,y&alert=z&sort=w")
    assert b.text("#score h2").startswith("All")
    p.check_console()


# ---------------------------------------------------------------- it goes on

@test(group=GROUP)
def figures_change_without_reload(t):
    log = place.generated(t).splitlines(keepends=True)
    p = place.Place(t, place.example(), b"".join(log[:3000]))
    b = p.browser
    p.open()
    b.run("window.isSamePage = true; document.querySelector('#first tbody button').focus()")
    focused = b.run("return document.activeElement.innerText")
    before = b.text("#trust")
    p.replay(b"".join(log[3000:]), "second")
    total = p.redis.client.hgetall("kaiku:now:contact:day:_all|_all")
    until(lambda: b.text("#trust") != before and b.text("#score .value") == value(p.config["metrics"][0], total), 15, "new figures")
    check_table(b, "first", rows_in_redis(p.redis, "contact", "day", ["channel"]), ["channel"], p.config["metrics"][0])
    assert b.run("return window.isSamePage && document.activeElement.innerText") == focused
    p.check_console()


@test(group=GROUP)
def a_server_that_was_away(t):
    p = place.Place(t, place.example(), place.generated(t, 4000))
    b = p.browser
    p.open()
    b.run("window.isSamePage = true")
    before = table(b, "first")
    p.server.stop()
    b.hurry()
    until(lambda: "No new figures: the server does not answer" in b.text("#state"), 15, "that the page says so")
    assert "the figures are of" in b.text("#read") and table(b, "first") == before
    p.server.start()
    until(lambda: b.text("#state") == "Live", 15, "the way back")
    p.redis.kill()
    b.hurry()
    until(lambda: "No new figures: redis gives no answer" in b.text("#state"), 15, "what the server says")
    p.redis.start()
    until(lambda: b.text("#state") == "Live", 15, "the way back")
    updated = int(time.time() * 1000) - 180000
    def stands_still():
        p.redis.client.hset("kaiku:trust", mapping={"lag": 1200, "updated": updated})  # the server may have written it again
        return re.match(r"Records wait, but none are being counted\s+for (18|19|2\d)\d s", b.text(".state"))
    stands_still()
    b.hurry()
    until(stands_still, 30, "that nothing goes on")
    assert b.run("return window.isSamePage")
    p.check_console("Failed to load resource")


@test(group=GROUP)
def a_log_that_grows_uncounted(t):
    """Trust is written again whenever the log grows: that is no progress. Records that wait after a quiet time are no halt."""
    p = place.Place(t, place.example(), place.generated(t, 4000))
    b, trust = p.browser, p.redis.client.hgetall("kaiku:trust")
    consumed, long_ago = int(trust["consumed"]), int(time.time() * 1000) - 180000
    def shows(lag, state, **fields):
        """What the page says of a trust that it has not seen yet."""
        p.redis.client.hset("kaiku:trust", mapping={"lag": lag, "updated": int(time.time() * 1000)} | fields)
        b.hurry()
        until(lambda: b.run(SHOWN, f"{number(str(lag))} records"), 15, f"a lag of {lag}")
        assert b.text("#state") == state, (lag, b.text(".state"))
    SHOWN = """return document.querySelector("main").ariaBusy !== "true" &&
        [...document.querySelectorAll("#trust dd")].some(e => e.innerText.trim() === arguments[0])"""
    waits = "Records wait, but none are being counted"
    p.open()
    shows(0, "Live", updated=long_ago)
    shows(1100, "Live")
    shows(1200, waits, updated=long_ago)
    shows(1300, waits)
    shows(1400, waits)
    shows(1390, "Live", consumed=consumed + 10)
    shows(1450, "Live", consumed=consumed + 10)
    p.check_console()


@test(group=GROUP)
def nothing_counted_yet(t):
    p = place.Place(t, place.example())
    b = p.browser
    p.open()
    assert b.text("#score .value") == "no data" and b.text("#sum") == "✓ It adds up: 0 records read = " + " + ".join(
        f"0 {name}" for name in ("counted", "retracted", "duplicate", "rejected", "ignored"))
    p.replay(place.generated(t, 4000), "more")
    b.hurry()
    until(lambda: len(table(b, "first")) == 8, 15, "the first figures")
    p.check_console("404")


@test(group=GROUP)
def many_rows(t):
    """Tables have a limit, courses are asked for a few at a time, and one that fails costs a row its trend and nothing else."""
    p = place.usual(t)
    b = p.browser
    p.open("window=day&by=touchpoint,channel")
    b.run("""const fetchIt = window.fetch;
        Object.assign(window, {now: 0, most: 0, asked: 0});
        window.fetch = async (address, ...more) => {
            if (!address.includes("/series?")) return fetchIt(address, ...more);
            most = Math.max(most, ++now);
            const isFirst = asked++ === 0;
            await new Promise(resolve => setTimeout(resolve, 50));
            now--;
            return isFirst ? Response.json({detail: "not this one"}, {status: 503}) : fetchIt(address, ...more);
        };
        document.querySelector("main").ariaBusy = "true";
        [...document.querySelectorAll("#first .plain")].find(e => e.innerText.startsWith("Show all")).click()""")
    b.settle()
    most, asked, drawn = b.run("""return [most, asked,
        [...document.querySelectorAll("#first tbody .course path:first-child")].map(e => Boolean(e.getAttribute("d")))]""")
    assert asked >= 10 and 2 <= most <= 6, (asked, most)
    assert len(drawn) > 16 and drawn.count(False) == 1, drawn
    tables = [url for url in p.check_console() if "/rows?" in url]
    assert tables and all("limit=500" in url for url in tables), tables


# ---------------------------------------------------------------- any configuration

@test(group=GROUP, seconds=240)
def any_configuration(t):
    """All views and windows, and kinds of metrics: nothing breaks, no value shows as a word of a programmer."""
    for name in configs.ALL:
        p = place.Place(t, configs.ALL[name]["config"], b"".join(raw + b"\n" for _, _, _, raw in t.log(name).records[:1500] if raw))
        b = p.browser
        p.open()
        kinds = list({m["kind"]: m["name"] for m in p.config["metrics"]}.values())
        places = [(view["name"], window) for view in p.config["views"] for window in view["windows"]]
        for i in range(max(len(kinds), len(places))):
            (view, window), metric = places[i % len(places)], kinds[i % len(kinds)]
            b.choose(f"view={view}&window={window}&metric={metric}")
            text = " ".join(b.texts("#score, #metrics, #trend, #trust, td"))
            assert not any(word in text for word in ("undefined", "NaN", "null", "[object", "Infinity")), (name, view, window, metric, text)
        p.check_console("404")


@test(group=GROUP)
def a_dimension_called_constructor(t):
    """Every object inherits something of that name: it is no choice."""
    names = ["constructor", "team"]
    lines = [dict(id=i, time="2026-03-10T12:00:00Z", nps=9, a="phone" if i % 3 else "chat", b="north" if i % 2 else "south") for i in range(60)]
    config = configs.SMALL | {"event": {"dimensions": dict(zip(names, ("/a", "/b")))},
                              "views": [{"name": "contact", "by": names, "grouping": "cube", "windows": ["day"]}]}
    p = place.Place(t, config, b"".join(json.dumps(line).encode() + b"\n" for line in lines))
    b = p.browser
    p.open()
    assert b.text("#score h2").startswith("All") and b.text("#score .answers") == "60 answers"
    assert table(b, "first") == [["phone", "+100.0", "40"], ["chat", "+100.0", "20"]]
    b.choose("member=phone|_all")
    assert b.text("#score .answers") == "40 answers" and [row[2] for row in table(b, "second")] == ["20", "20"]
    p.check_console()


@test(group=GROUP)
def few_answers_and_none(t):
    """Below min_n: no data, but the count; below 30: marked. A view without dimensions, and neither alerts nor targets."""
    lines = [dict(id=i, time="2026-03-10T12:00:00Z", nps=9, channel=channel, team="north")
             for i, channel in enumerate(["phone"] * 40 + ["chat"] * 12 + ["web"] * 3)]
    config = configs.SMALL | {"views": [{"name": "some", "by": ["channel"], "grouping": "cube", "windows": ["day"], "min_n": 5},
                                        {"name": "total", "by": [], "windows": ["day"]}]}
    p = place.Place(t, config, b"".join(json.dumps(line).encode() + b"\n" for line in lines))
    b = p.browser
    p.open()
    assert table(b, "first") == [["phone", "+100.0", "40"], ["chat", "+100.0", "12"], ["web", "no data", "3"]]
    assert b.run("return [...document.querySelectorAll('#first td.n')].map(cell => cell.classList.contains('few'))") == [False, True, False]
    assert b.run("return getComputedStyle(document.querySelector('td.few'), '::before').content") == '"few "'
    assert not b.run("return ['second', 'feed'].some(id => document.getElementById(id).checkVisibility())")
    assert not b.run("return document.querySelector('#first td.target').checkVisibility()")
    assert b.run("""const chart = Chart.getChart("chart"), {left, right} = chart.chartArea, {x} = chart.getDatasetMeta(0).data[0];
        return left < x && x < right"""), "the only point of the trend"
    b.choose("view=total")
    assert b.text("#score .value") == "+100.0" and b.text("#score .answers") == "55 answers"
    assert not b.run("return document.getElementById('first').checkVisibility()")
    p.check_console()


@test(group=GROUP)
def values_are_text(t):
    """What stands in events is never read as markup, and shown without the escapes and guards of keys."""
    nasty = ['<img src=x onerror="document.title=1">', "a|b%c{d}", "12", "_all", "&lt;b&gt;", "'\"`", "\u202eabc"]
    lines = [dict(id=i, time="2026-03-10T12:00:00Z", nps=3, channel=channel, team=nasty[0], comment=nasty[0])
             for i, channel in enumerate(nasty)]
    config = configs.SMALL | {"alerts": [{"name": "low", "when": "nps < 5", "carry": ["channel", {"comment": "/comment"}]}]}
    p = place.Place(t, config, b"".join(json.dumps(line).encode() + b"\n" for line in lines))
    b = p.browser
    p.open()
    assert sorted(b.run("return [...document.querySelectorAll('#first tbody button')].map(b => b.textContent)")) == sorted(nasty)
    carried = " ".join(b.run("return [...document.querySelectorAll('#feed li')].map(b => b.textContent)"))
    assert all(text in carried for text in nasty), carried
    assert b.run("return document.querySelectorAll('main img, main b').length") == 0
    for i in range(len(nasty)):
        b.run(f"document.querySelector('main').ariaBusy = 'true'; document.querySelectorAll('#first tbody button')[{i}].click()")
        b.settle()
        assert b.text("#score .answers").startswith("1 answer"), nasty[i]
    p.check_console()


TOKEN = "ab+c/d=="     # Base64, as tokens often are


@test(group=GROUP)
def a_token_is_asked_for(t):
    p = place.Place(t, configs.SMALL, token=TOKEN)
    b = p.browser
    b.driver.get(p.server.base + "/")
    until(lambda: b.text("#state") == "A token is needed", 10, "the question")
    b.driver.find_element("id", "token").send_keys(TOKEN + "\n")
    until(lambda: b.text("#state") == "Live", 10, "the figures")
    for written in (TOKEN, TOKEN.replace("+", "%2B")):
        b.run("sessionStorage.clear()")
        p.open(f"metric=nps&token={written}")
        assert b.driver.current_url == p.server.base + "/#metric=nps"
    assert not any("ab+c" in url or "ab%2B" in url for url in p.check_console("401", "404"))


@test(group=GROUP)
def a_wrong_token_is_refused(t):
    """Said in words, beside the field, which is marked and has the focus once: WCAG 3.3.1. The console has a 401 for each attempt."""
    p = place.Place(t, configs.SMALL, token=TOKEN)
    b = p.browser
    def field(): return b.run("const e = document.getElementById('token'); return [document.activeElement === e, e.ariaInvalid]")
    def refused(): return b.text("#state") == "This token was not accepted"
    b.driver.get(p.server.base + "/")
    until(lambda: b.text("#state") == "A token is needed", 10, "the question")
    assert field() == [False, None]
    b.driver.find_element("id", "token").send_keys("guess\n")
    until(refused, 10, "that the page says so")
    assert field() == [True, "true"]
    assert b.run("return document.getElementById(document.getElementById('token').getAttribute('aria-describedby')).innerText") == b.text("#state")
    b.run("""document.getElementById("theme").focus(); window.told = [];
        new MutationObserver(all => all.forEach(one => told.push(one.target.innerText))).observe(document.getElementById("state"), {childList: true})""")
    b.logs()
    until(lambda: sum("/api/" in url for url in b.logs()[1]), 10, "another attempt of the page")
    assert refused() and field() == [False, "true"], "the focus stays where it was moved to"
    b.driver.find_element("id", "token").send_keys("another\n")
    until(lambda: refused() and b.run("return told.length > 1"), 10, "that a second refusal is told, too")
    assert field() == [True, "true"]
    p.browser.driver.refresh()
    until(refused, 10, "that the remembered token is refused")
    assert field() == [True, "true"]
    b.driver.find_element("id", "token").send_keys(TOKEN + "\n")
    until(lambda: b.text("#state") == "Live", 10, "the figures")
    assert field() == [False, None] and not b.run("return document.getElementById('ask').checkVisibility()")
    p.check_console("401", "404")
