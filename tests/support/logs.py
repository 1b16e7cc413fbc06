#!/usr/bin/env python3
"""Logs for the tests: feedback events with everything that events.md speaks of, from a seed.

    logs.py SHAPE OUT [--records N] [--partitions N] [--seed N] [--season spring|autumn] [--ndjson]

A log is JSON lines as oracle.py reads them. A season holds the clock changes of New York, Helsinki and Lord Howe
with dense hours around each, a trickle with gaps of hours between, and a dense end. With --ndjson records stand as
`kaiku replay` can read them: no tombstones, no newline inside, timestamps null (the event's own time)."""
import argparse
import base64
import itertools
import json
import math
import random
from datetime import datetime, timedelta, timezone

HOUR, MINUTE, SECOND, DAY = 3600000, 60000, 1000, 86400000


def utc(*fields):
    return int(datetime(*fields, tzinfo=timezone.utc).timestamp() * 1000)


# (from, to) of the dense hours; the first ends each before, the last ends the log.
SEASONS = {
    "spring": [(utc(2025, 3, 9, 4), utc(2025, 3, 9, 8, 30)), (utc(2025, 3, 29, 21, 30), utc(2025, 3, 30, 2)),
               (utc(2025, 4, 5, 12, 30), utc(2025, 4, 5, 16)), (utc(2025, 4, 6, 2), utc(2025, 4, 6, 5))],
    "autumn": [(utc(2025, 10, 4, 13), utc(2025, 10, 4, 16, 30)), (utc(2025, 10, 25, 20, 30), utc(2025, 10, 26, 2)),
               (utc(2025, 11, 2, 3, 30), utc(2025, 11, 2, 7)), (utc(2025, 11, 3, 1), utc(2025, 11, 3, 4))],
}

ODD = ["a|b", "50%", "{x}", "tab\there", "\x7f", "_all", "_none", "_other", "_x", "__", "_", "%5Fall", "%", "a:b", "*",
       "12", "+7", "1e5", "0x1F", "0x.8p3", "0x1p-3", "0x", "inf", "-INF", "Infinity", "NaN", "-.5", "1.", ".", "1e", "e5",
       "١٢", "日本語", "😀", "é", "e\u0301", "\u00a012", " ", " lead", 'q"uote', "back\\slash", "line\nbreak", "\x01\x1f",
       "a" * 127, "a" * 128, "a" * 129, "ä" * 64, "ä" * 65, "x" * 127 + "é", "x" * 300, "true", "\u2028", "\ufeff", "\U0010ffff"]
BARE = ["true", "false", "7", "7.50", "-0", "1e3", "1E+2", "1e400", "0.1e-7", "123456789012345678901234567890"]

BROKEN = [                                              # no events, whatever the mapping
    b"", b" ", b"{", b"}", b"[]", b"null", b'"x"', b"1", b"{}x", b"{}{}", b"{} ,", b"\xef\xbb\xbf{}", b'{"a":1,}', b"{,}",
    b'{"a"}', b'{"a":}', b'{"a" 1}', b"{'a':1}", b'{"a":[}]}', b'{"a":{]}', b'{"a":"x}', b'{"a":"\x01"}', b'{"a\tb":1}',
    b'{"a":"\xff"}', b'{"\xc0\xaf":1}', b'{"a":"\xed\xa0\x80"}', b'{"a":"\xf5\x80\x80\x80"}', b'{"a":[1,2}', b'{"a":1]',
    b'{"a":1 "b":2}', b'{"a":"\\"}', b"{\x00}", b"\xfe\xff", b'{"a":1}\x00', b"[" * 20000, b'{"a":' * 5000,
]
UNUSED = [                                              # only walked over: such records count
    '"x":1', '"x":01', '"x":nonsense', '"x":[1 2 :,,]', r'"x":"\q\ud800\u0000"', '"x":{"nps":11,"nps":12}', '"x":1,"x":2',
    '"x":tru', '"x":+1', '"x":"😀"', '"x":{"a":{"b":[{},[],null]}}', '"x":-', '"x":1e999999999', '"x":NaN', '"x":"{[\\"]}"',
    '"x":' + "[" * 10000 + "]" * 10000,
]


# ---------------------------------------------------------------- spelling

def rfc3339(rng, t):
    """One of the spellings of an instant."""
    off = rng.choice([0, 0, 0, 120, 180, -300, 330, 345, 630, -720, 840])
    d = datetime(1970, 1, 1) + timedelta(milliseconds=t) + timedelta(minutes=off)
    text = d.strftime("%Y-%m-%d") + rng.choice("TTTt ") + d.strftime("%H:%M:%S")
    ms = t % 1000
    if ms or rng.random() < .2: text += f".{ms:03d}" + rng.choice(["", "", "", "9", "999999", "000000000001"])
    if off == 0: return text + rng.choice(["Z", "Z", "z", "+00:00", "-00:00"])
    return text + f"{'+' if off > 0 else '-'}{abs(off) // 60:02d}:{abs(off) % 60:02d}"


def time_value(rng, t):
    kind = rng.random()
    if kind < .7: return json.dumps(rfc3339(rng, t))
    if kind < .8: return str(t)
    if kind < .85: return str(t // 1000)
    if kind < .88: return f"{t // 1000}.{t % 1000:03d}" + rng.choice(["", "9", "0001"])
    if kind < .92: return str(t * 1000 + rng.randrange(1000))
    if kind < .96: return str(t * 10**6 + rng.randrange(10**6))
    if kind < .98: return f"{t}.75"
    return f"{t // 1000}e3" if rng.random() < .5 else f"{t}0E-1"


def leap_second(rng, t):
    d = datetime(1970, 1, 1) + timedelta(milliseconds=t // MINUTE * MINUTE)
    return json.dumps(d.strftime("%Y-%m-%dT%H:%M:60") + rng.choice(["Z", ".5Z", ".999999Z"]))


BAD_TIMES = ['"2025-02-30T10:00:00Z"', '"2025-02-29T10:00:00Z"', '"2025-04-31T10:00:00Z"', '"2025-03-30T24:00:00Z"',
             '"2025-03-30T10:60:00Z"', '"2025-03-30T10:00:61Z"', '"2025-03-30T10:00:00"', '"2025-03-30T10:00:00+24:00"',
             '"2025-03-30T10:00:00+02:60"', '"2025-03-30T10:00:00+0200"', '"2025-03-30T10:00:00,5Z"', '"2025-03-30T10:00:00.Z"',
             '"2025-03-30"', '""', '" 2025-03-30T10:00:00Z"', '"2025-03-30T10:00:00Z "', '"٢٠٢٥-03-30T10:00:00Z"',
             '"1741500000"', "true", "{}", "[1]", "-1", "-5000000000", "86400", "31535999.999", "1e20", "100000000000000000000",
             "1e401", '"1970-12-31T23:59:59.999Z"', '"2200-01-01T00:00:00Z"', "7258118400000", '"0000-01-01T00:00:00Z"',
             '"2025-13-01T00:00:00Z"', '"2025-00-10T00:00:00Z"', '"2025-03-00T00:00:00Z"', '"+2025-03-30T10:00:00Z"']


def integer(rng, n):
    """An integer in one of its spellings."""
    return rng.choice([f"{n}"] * 12 + [f"{n}.0", f"{n}.000000000000000000000", f"{n}0e-1", f"{n}e0", f"{n}00E-2", f"{n}e+0",
                                       f"{n * 10}E-1", f"{n}.0e0", "-0" if n == 0 else f"{n}", "0e400" if n == 0 else f"{n}"])


def decimal(rng, n, digits):
    """n / 10**digits, exactly, in one of its spellings."""
    sign, n = ("-" if n < 0 else ""), abs(n)
    whole = f"{sign}{n // 10**digits}" + (f".{n % 10**digits:0{digits}d}" if digits else "")
    return rng.choice([whole] * 6 + [f"{sign}{n}e-{digits}", f"{sign}{n}0E-{digits + 1}", whole + ("0" if digits else ".0")])


def unlike_one(rng, n, digits):
    """Never 1: below zero, that answer makes the oracle hide a quantile or a sum whatever else its bin holds."""
    return decimal(rng, n + (n == 10**digits), digits)


def text(rng, s):
    return json.dumps(s, ensure_ascii=rng.random() < .3)


def key(rng, s):
    """A key, sometimes with an escape in it."""
    if rng.random() < .97: return json.dumps(s)
    i = rng.randrange(len(s))
    return f'"{s[:i]}\\u{ord(s[i]):04x}{s[i + 1:]}"'


# ---------------------------------------------------------------- answers

SCORES = [.02, .01, .01, .01, .01, .03, .03, .09, .22, .22, .35]


def bad_answer(rng):
    """What no metric takes as it stands, or only some."""
    return rng.choice(['"9"', "true", "[]", "{}", "9.5", "11", "-1", "2", "9.00000000000000000001", "1e400", "1e401", "1e-401",
                       "-1e400", "1e-400", '"yes"', '""', "1000000000000.01", "-1000000000001", "0.0000001", "1e9",
                       "1000000000", "123456789012345678901234567890"])


def cost(rng, digits):
    """A sum's part. Sums stay below 1e11: beyond it the oracle's doubles no longer hold four digits after the point."""
    n = rng.randrange(10**5) if rng.random() < .8 else rng.choice([0, rng.randrange(-10**4, 10**4), rng.randrange(-10**(7 + digits), 10**(7 + digits))])
    return unlike_one(rng, n, rng.randrange(digits + 1) if abs(n) < 10**5 else digits)


def duration(rng):
    r = rng.random()
    if r < .8: return unlike_one(rng, int(rng.lognormvariate(9, 1.5)), 3)
    return rng.choice(["0", "0.0", "0.00009999", "0.0001", "1e-300", "1e-400", "2", "4", "1024", "0.5", "0.0009765625",
                       "999999999.999", "536870912", "20", "20.0", "20.00000000000000000001", "19.9999999999999999999", "0.5000"])


def answers(rng):
    """Answers of a response, each present with its own share; now and then a bad one among them."""
    made = {
        "nps": integer(rng, rng.choices(range(11), SCORES)[0]), "csat": integer(rng, rng.choices((1, 2, 3, 4, 5), (1, 1, 2, 5, 6))[0]),
        "ces": integer(rng, rng.randrange(1, 8)), "mood": integer(rng, rng.choice([-50, 50, rng.randrange(-50, 51)])),
        "resolved": rng.choice(["true", "true", "false", "1", "0", "1.0", "0e5"]), "wait_s": duration(rng), "handle_s": duration(rng),
        "emotion": text(rng, rng.choice(["fear", "anger", "joy", "1", "yes", "Fear", "fear "])),
        "units": cost(rng, 0), "cost": cost(rng, 2), "weight": cost(rng, 6),
        "customer": rng.choice([text(rng, f"c-{rng.randrange(3000)}"), str(rng.randrange(500)), text(rng, str(rng.randrange(500))), "1e3"]),
        "comment": rng.choice(['"fine"', '"ä' + "ö😀" * 400 + '"', "12", "true", "null", "{}", '["a"]', '"0x1F"', '"12"', '"nan"', '""',
                               r'"a|b\n%"', '"' + "x" * 1023 + 'é"']),
    }
    chosen = {k: v for k, v in made.items() if rng.random() < .6}
    if rng.random() < .03: chosen[rng.choice(list(made)[:-1])] = "null"
    if rng.random() < .04: chosen[rng.choice(list(made)[:-1])] = bad_answer(rng)
    return chosen


def dimensions(rng):
    made = {"channel": text(rng, rng.choices(["phone", "chat", "email"], (6, 3, 1))[0]),
            "touchpoint": text(rng, rng.choice(["billing", "support", "delivery"])),
            "team": text(rng, rng.choice(["north", "south"])), "agent": text(rng, f"a-{rng.randrange(8)}"),
            "reason": text(rng, rng.choice(["refund", "question", "complaint"]))}
    if rng.random() < .08: made[rng.choice(list(made))] = text(rng, rng.choice(ODD))
    if rng.random() < .03: made[rng.choice(list(made))] = rng.choice(BARE)
    if rng.random() < .04: made[rng.choice(list(made))] = rng.choice(['""', "null"])
    if rng.random() < .04: del made[rng.choice(list(made))]
    return made


# ---------------------------------------------------------------- shapes: the same parts, placed as a configuration's pointers say

def join(rng, parts):
    """Members of an object from already spelled values, in any order and spacing."""
    if rng.random() < .3: rng.shuffle(parts)
    gap, colon = rng.choice([("", ":"), ("", ":"), (" ", ": "), ("\t", " :"), ("\r ", ":\t ")])
    return "{" + f",{gap}".join(f"{key(rng, k)}{colon}{v}" if k else v for k, v in parts) + "}"


def plain(rng, head, dims, values, extra):
    return join(rng, [*head.items(), *dims.items(), *values.items(), *extra])


def cloud(rng, head, dims, values, extra):
    dims = dict(dims)
    op, subject = head.pop("op", None), dims.pop("team", None)
    data = join(rng, [*([("op", op)] if op else []), *dims.items(), *values.items(), *extra])
    return join(rng, [("specversion", '"1.0"'), *head.items(), *([("subject", subject)] if subject else []), ("data", data)])


def nested(rng, head, dims, values, extra):
    dims = dict(dims)
    channel, team, agent = (dims.pop(d, None) for d in ("channel", "team", "agent"))
    people = f"[{join(rng, [('team', team)] if team else [])}, {join(rng, [('name', agent)] if agent else [])} , 17]"
    return join(rng, [("meta", join(rng, list(head.items()))), ("people", people), *extra,
                      ("answers", f"[{join(rng, list(values.items()))},[]]"),
                      ("a/b", join(rng, [("m~n", channel)] if channel else []))])


SHAPES = {"plain": plain, "cloud": cloud, "nested": nested}


# ---------------------------------------------------------------- one partition

class Partition:
    """Emits the records of one partition."""

    def __init__(self, number, args):
        self.number, self.args = number, args
        self.rng = random.Random(f"{args.seed}/{number}")
        self.records, self.sent, self.serial = [], [], 0
        self.top = 0

    # -- spelling an event

    def ident(self):
        self.serial += 1
        return text(self.rng, f"{self.number}-{self.serial}") if self.rng.random() < .9 else str(self.number * 10**7 + self.serial)

    def head(self, t, **other):
        """id, type, op and time as spelled values; None leaves one out."""
        rng = self.rng
        made = {"id": self.ident(), "time": time_value(rng, t)}
        if self.args.shape == "cloud": made["source"] = text(rng, rng.choice(["/crm", "/ivr", "x|y"]))
        kind = rng.random()
        if kind < .12: made["type"] = '"invitation"'
        elif kind < .15: made["type"] = '"pulse"'
        elif kind < .5: made["type"] = '"response"'
        elif kind < .52: made["type"] = "null"
        if rng.random() < .1: made["op"] = rng.choice(['"add"', "null", r'"\u0061dd"'])
        made.update(other)
        return {k: v for k, v in made.items() if v is not None}

    def render(self, head, dims, values, extra=None):
        rng = self.rng
        if extra is None: extra = [("", rng.choice(UNUSED[:-1]))] if rng.random() < .05 else []
        raw = SHAPES[self.args.shape](rng, dict(head), dims, values, extra).encode()
        if rng.random() < .02: raw = b" \t" + raw + rng.choice([b" ", b"\r", b"\t\t"])
        return raw

    # -- the log

    def append(self, raw, t):
        """One record at a time of arrival; the record's timestamp never helps a replay, which has none."""
        if self.args.ndjson and (raw is None or b"\n" in raw): raw = b""
        self.records.append((None if self.args.ndjson else t, raw))

    def arrival(self, t):
        """When the record of an event at t reaches the log: mostly soon."""
        self.top = max(self.top, t + int(self.rng.expovariate(1 / 3000)))
        return self.top

    def event(self, t, arrival=None, **other):
        """An event in good order; remembered, so that it can be repeated or taken back."""
        rng = self.rng
        parts = self.head(t, **other), dimensions(rng), answers(rng)
        raw = self.render(*parts)
        self.append(raw, self.arrival(t) if arrival is None else arrival)
        self.sent.append((len(self.records) - 1, raw, parts))
        del self.sent[:-2000]

    def retract(self, parts, arrival):
        head, dims, values = parts
        self.append(self.render(head | {"op": '"retract"'}, dims, values), arrival)

    def step(self, t):
        """One event of the stream at t, or one of the things that go wrong."""
        rng, kinds = self.rng, self.KINDS
        if not self.sent: return self.event(t)
        name = rng.choices(list(kinds), list(kinds.values()))[0]
        getattr(self, name)(t)

    KINDS = {"event": 75, "late": 5, "duplicate": 3, "retraction": 3, "pair": 1.2, "stray": .7, "clamped": 1.2, "old": 1.5, "far": .4,
             "untimed": 1, "leap": .4, "nameless": 1, "renamed": .6, "ignored": .8, "tombstone": .4, "broken": .9, "wrong": 1.8,
             "repeated_key": .3, "used_text": .3, "sized": .1, "bounds": .4, "stamped": .15, "deep": .02, "empty_object": .1,
             "accepted_late": .3}

    def late(self, t):
        rng = self.rng
        back = rng.choice([rng.randrange(50 * SECOND, 70 * SECOND), rng.randrange(MINUTE), rng.randrange(3 * HOUR), rng.randrange(30 * HOUR)])
        self.event(t - back, self.arrival(t))

    def duplicate(self, t):
        """At a chosen distance where there is a span, else of any earlier record; repeated, and beyond it."""
        rng, span, here = self.rng, self.args.span, len(self.records)
        near = {off: raw for off, raw, _ in self.sent[-3 * span:]} if span else {}
        for distance in rng.sample([span, span + 1, span - 1, 2 * span, 1], 5) if near else []:
            if here - distance in near:
                return self.append(near[here - distance], self.arrival(t))
        off, raw, parts = rng.choice(self.sent[-500:])
        self.append(raw if rng.random() < .7 else self.render(*parts), self.arrival(t))
        if rng.random() < .3: self.append(raw, self.arrival(t))

    def retraction(self, t):
        """Of something sent: sometimes twice, sometimes of what had been refused, repeated or taken back already."""
        parts = self.rng.choice(self.sent[-400:])[2]
        for _ in range(self.rng.choice([1, 1, 1, 2])): self.retract(parts, self.arrival(t))

    def pair(self, t):
        """Added and taken back under values of its own: cells that come to nothing again."""
        rng = self.rng
        own = text(rng, f"gone-{rng.randrange(20)}")
        values = answers(rng)
        parts = self.head(t), {d: own for d in ("channel", "touchpoint", "team", "agent", "reason")}, values
        self.append(self.render(*parts), self.arrival(t))
        self.retract(parts, self.arrival(t))
        if rng.random() < .2: self.append(self.render(self.head(t), parts[1], {"customer": '"again"'}), self.arrival(t))

    def stray(self, t):
        """Takes back what was never there: counters below zero."""
        rng = self.rng
        dims = dimensions(rng) | ({"touchpoint": text(rng, f"stray-{rng.randrange(6)}")} if rng.random() < .6 else {})
        self.retract((self.head(t), dims, answers(rng)), self.arrival(t))

    def clamped(self, t):
        ahead = self.rng.choice([11 * SECOND, 10 * SECOND + 1, 3 * MINUTE, 5 * HOUR, 400 * DAY, 30000 * DAY])
        self.event(min(t + ahead, utc(2199, 12, 1)), self.arrival(t))

    def old(self, t):
        """Before the end of short retentions, still within max_age of most configurations."""
        rng = self.rng
        self.event(t - rng.choice([rng.randrange(DAY, 5 * DAY), rng.randrange(5 * DAY, 29 * DAY), rng.randrange(29 * DAY, 50 * DAY)]),
                   self.arrival(t))

    def far(self, t):
        """Older than max_age, and just not."""
        at = self.arrival(t)
        for age in (400 * DAY, 30 * DAY):
            for more in self.rng.sample([0, 1, DAY], 2): self.event(at - age - more, at)

    def bounds(self, t):
        """Around the bounds of max_ahead, late_after and of windows, to the millisecond."""
        rng, at = self.rng, self.arrival(t)
        edge = t // HOUR * HOUR + rng.choice([0, 15, 16, 30, 45, 48]) * MINUTE
        exact = lambda ms: f'"{datetime.utcfromtimestamp(ms // 1000):%Y-%m-%dT%H:%M:%S}.{ms % 1000:03d}Z"'
        for ms in (at + 10 * SECOND, at + 2 * MINUTE, edge - 1, edge, edge + 1): self.event(ms, at, time=exact(ms))

    def untimed(self, t):
        self.event(t, time=self.rng.choice([None, "null"]))

    def leap(self, t):
        self.event(t, time=leap_second(self.rng, t))

    def nameless(self, t):
        """No id: never a duplicate."""
        self.event(t, id=self.rng.choice([None, "null"]))
        if self.rng.random() < .5: self.append(self.sent[-1][1], self.arrival(t))

    def renamed(self, t):
        """5 and "5" are the same id; a | in a part is not the joint of a compound one."""
        number = str(10**9 + self.number * 10**6 + self.serial)
        for ident, source in ((number, '"s"'), (f'"{number}"', '"s"'), (f'"y|{number}"', '"x"'), (number, '"x|y"')):
            more = {"source": source} if self.args.shape == "cloud" else {}
            self.event(t, id=ident, **more)

    def accepted_late(self, t):
        """Refused under an id that is then used well: no duplicate. And one that nobody listens to."""
        ident = self.ident()
        spoilt = self.rng.choice([{"time": '"never"'}, {"op": '"drop"'}, {"type": '"unheard"'}])
        self.event(t, id=ident, **spoilt)
        self.event(t, id=ident)

    def ignored(self, t):
        self.event(t, type=self.rng.choice(['"unheard"', '""', '"Response"', '"response "']))

    def tombstone(self, t):
        self.append(None, self.arrival(t))

    def broken(self, t):
        self.append(self.rng.choice(BROKEN), self.arrival(t))

    def wrong(self, t):
        """One or two parts of the wrong type: the reason is the first in the contract's order."""
        rng = self.rng
        faults = {"id": ["true", "{}", "[]", "1.5", "1e3", "1.0"], "type": ["5", "true", "{}", "[]"],
                  "op": ['"Add"', "1", "true", '"RETRACT"', "{}"], "time": BAD_TIMES}
        other, dims = {}, dimensions(rng)
        for part in rng.sample([*faults, "dimension"], rng.choice([1, 1, 1, 2])):
            if part == "dimension": dims[rng.choice(["channel", "team"])] = rng.choice(["{}", "[1]", '{"a":1}'])
            else: other[part] = rng.choice(faults[part])
        self.append(self.render(self.head(t, **other), dims, answers(rng)), self.arrival(t))

    def repeated_key(self, t):
        rng = self.rng
        again = rng.choice([r'"npS":1', '"n\\u0070s":1', '"nps":null', '"channel":"phone"', r'"chann\u0065l":"phone"', '"x":1,"x":2'])
        self.append(self.render(self.head(t), dimensions(rng), answers(rng) | {"nps": "9"}, [("", again)]), self.arrival(t))

    def used_text(self, t):
        """Texts and words that only a used value must not be."""
        rng = self.rng
        dims = dimensions(rng) | {"channel": rng.choice([r'"a\u0000b"', r'"\ud800"', r'"\udc00\ud800"', r'"\q"', r'"\u12"', "nonsense", "01", "+1",
                                                         "tru", "1.", ".5", "NaN", r'"\ud83d\ude00"'])}
        self.append(self.render(self.head(t), dims, answers(rng)), self.arrival(t))

    def sized(self, t):
        """At the limit of bytes and one beyond; rarely a record of 1 MiB or more."""
        rng = self.rng
        sizes = [3072, 3073, 65536, 65537] + [1 << 20] * (rng.random() < .5)
        if self.args.shape == "nested": sizes += [2 << 20, (2 << 20) + 1]
        size = rng.choice(sizes)
        raw = self.render(self.head(t), dimensions(rng), {"nps": "8"})
        self.append(raw + b" " * (size - len(raw)), self.arrival(t))

    def stamped(self, t):
        """Record timestamps outside of the accepted instants."""
        self.event(t, self.rng.choice([1000, EARLIEST - 1, LATEST, LATEST + DAY]))

    def deep(self, t):
        rng = self.rng
        depth = rng.choice([10000, 30000] + [500000] * (self.args.shape == "nested"))
        self.append(self.render(self.head(t), dimensions(rng), answers(rng), [("deep", "[" * depth + "]" * depth)]), self.arrival(t))

    def empty_object(self, t):
        self.append(self.rng.choice([b"{}", b" { } ", b'{"time":null}']), self.arrival(t))


EARLIEST, LATEST = 31536000000, 7258118400000


def fill(partition, season, wanted):
    """Steps through the season: a trickle between the dense hours, all that is left in them."""
    rng, dense = partition.rng, SEASONS[season]
    gaps = sum((b[0] - a[1]) // HOUR for a, b in zip(dense, dense[1:]))
    trickle = min(1.0, wanted * .3 / gaps)
    before = None
    for i, (start, end) in enumerate(dense):
        t = start if before is None else before
        while before is not None and t < start:
            t += int(HOUR * rng.choice([1, 1, 1, 1, 6]) / trickle * rng.uniform(.5, 1.1))
            if t < start: partition.step(t)
        # The hour at the end of each is met by several events even where the partition is small.
        share = max(1, (wanted - len(partition.records)) // (len(dense) - i))
        until = len(partition.records) + share
        while len(partition.records) < until:
            done = 1 - (until - len(partition.records)) / share
            partition.step(start + int((end - start) * done) + rng.randrange(-20000, 1000))
        before = end


def shares(n, partitions, rng):
    """Records of each partition: uneven, from eight partitions on one empty and one all but empty."""
    weights = [rng.uniform(.6, 1.4) for _ in range(partitions)]
    if partitions >= 8: weights[partitions // 2] = 0; weights[partitions // 2 + 1] = .002
    return [math.ceil(n * w / sum(weights)) for w in weights]


def generate(args):
    """[(partition, offset, timestamp or None, payload or None)] in order of arrival."""
    made = []
    for p, wanted in enumerate(shares(args.records, args.partitions, random.Random(args.seed))):
        one = Partition(p, args)
        if wanted: fill(one, args.season, wanted)
        made.append([(p, off, ts, raw) for off, (ts, raw) in enumerate(one.records)])
    # Interleaved in proportion, so that a prefix of the log is a prefix of every partition.
    order = [((off + .5) / len(part), p, off) for p, part in enumerate(made) for off in range(len(part))]
    return [made[p][off] for _, p, off in sorted(order)]


def oracle_line(p, off, ts, raw):
    r = {"p": p, "o": off, "ts": ts}
    if raw is not None:
        try: r["s"] = raw.decode()
        except UnicodeDecodeError: r["b"] = base64.b64encode(raw).decode()
    return json.dumps(r) + "\n"


def write(path, records):
    with open(path, "w") as f: f.writelines(itertools.starmap(oracle_line, records))


def arguments(shape, records=50000, partitions=4, seed=1, season="spring", span=100000, ndjson=False):
    return argparse.Namespace(shape=shape, records=records, partitions=partitions, seed=seed, season=season, span=span, ndjson=ndjson)


# ---------------------------------------------------------------- does it hold what it promises?

REASONS = {"too_large", "not_json", "bad_id", "bad_type", "bad_op", "bad_dimension", "bad_time", "time_too_old", "bad_metric", "out_of_scale"}


def missing(config, expected, ndjson=False):
    """What a log of 50,000 records should hold under a configuration and does not."""
    t, lacks = expected["totals"], []
    need = dict(counted=30000, retracted=500, duplicate=500 if config.span else 0, rejected=1500, ignored=200, late=1000, expired=200,
                clamped=300, other=50, bad_answers=300, alerts=200)
    if ndjson: need |= dict(clamped=0, expired=100)     # without a record's timestamp nothing is ahead or too old
    lacks += [f"{k} = {t[k]}, at least {n} wanted" for k, n in need.items() if t[k] < n]
    lacks += [f"reason {r}" for r in REASONS if expected["reasons"].get(r, 0) < 3 and not (ndjson and r == "time_too_old")]
    if len(expected["rejected"]) > 10000: lacks.append("rejected: over 10,000 entries, no longer compared")
    fields = [f for entries in expected["ts"].values() for f in entries.values()]
    if not any(f["n"] < 0 for f in fields): lacks.append("negative n")
    if not any(f["n"] == 0 for f in fields): lacks.append("n = 0 with data")
    if not any(f["n"] == 0 for f in expected["now"].values()): lacks.append("a live member without data")
    members = {k.split(":", 4)[4] for k in expected["ts"]}
    for part in ("%7C", "%25", "%5Fall", "_none", "_other", "日本語"):
        if not any(part in m for m in members): lacks.append(f"a member with {part}")
    return lacks


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("shape", choices=SHAPES)
    parser.add_argument("out")
    for name, default in (("records", 50000), ("partitions", 4), ("seed", 1), ("span", 100000)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--season", choices=SEASONS, default="spring")
    parser.add_argument("--ndjson", action="store_true")
    args = parser.parse_args()
    write(args.out, generate(args))


if __name__ == "__main__":
    main()
