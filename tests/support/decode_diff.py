#!/usr/bin/env python3
"""Does the decoder see what the oracle sees, whatever the bytes?

    decode_diff.py DECODE_DUMP [--records N] [--seed S]

Makes records from a grammar that knows the corners of docs/events.md, damages some of them, gives them to
decode_dump (see decode_dump.c) and to oracle.decode, and compares verdict, reason and every value.
Prints the first differences with their records, and exits 1 if there are any."""
import argparse, json, math, os, random, struct, subprocess, sys, tempfile
from fractions import Fraction

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import oracle
import yaml

NOW = 1795000000000
NO_TIMESTAMP = -(2**63)
TYPES = ["response", "invitation", "pulse"]

KINDS = [
    {"name": "nps", "kind": "nps", "field": "nps"},
    {"name": "csat", "kind": "top_box", "field": "csat", "scale": "1..5", "top": "4..5"},
    {"name": "mood", "kind": "mean", "field": "mood", "scale": "-50..50"},
    {"name": "resolved", "kind": "rate", "field": "resolved"},
    {"name": "in_time", "kind": "rate", "field": "wait", "when": "<= 20"},
    {"name": "exactly", "kind": "rate", "field": "wait", "when": "== 0.0001"},
    {"name": "upset", "kind": "rate", "field": "emotion", "in": ["fear", "anger", "1", "\u00e4rger"]},
    {"name": "wait", "kind": "quantiles", "field": "wait"},
    {"name": "invited", "kind": "count", "type": "invitation"},
    {"name": "answered", "kind": "count"},
    {"name": "response_rate", "kind": "ratio", "of": "answered", "over": "invited"},
    {"name": "units", "kind": "sum", "field": "cost", "decimals": 0},
    {"name": "cost", "kind": "sum", "field": "cost"},
    {"name": "weight", "kind": "sum", "field": "cost", "decimals": 6},
    {"name": "customers", "kind": "unique", "field": "customer"},
    {"name": "pulse", "kind": "nps", "field": "nps", "type": "pulse"},
]


def config(fields, event, carry, **more):
    """fields: pointer of each metric's field."""
    metrics = [dict(m, **({"field": fields[m["field"]]} if "field" in m else {})) for m in KINDS]
    first = sorted(event["dimensions"])[0]
    return {
        "metrics": metrics,
        "event": dict(event, **more),
        "views": [
            {"name": "all", "by": [], "windows": ["day"]},
            {"name": "phone", "by": [first], "windows": ["day"], "where": {first: ["phone", "12", "true", "_other"]}},
            {"name": "none", "by": [first], "windows": ["day"], "where": {first: "_none"}},
        ],
        "alerts": [
            {"name": "low", "when": "nps <= 6", "carry": ["id", first, {"note": carry}]},
            {"name": "waited", "when": "wait > 19.9999", "where": {first: ["phone", "_none"]}, "carry": [{"note": carry}]},
            {"name": "dear", "when": "weight >= -0.5", "carry": ["id", {"cost": fields["cost"]}]},
            {"name": "open", "when": "resolved == 0", "carry": [first]},
            {"name": "late", "when": "in_time < 1", "carry": []},
            {"name": "came", "when": "invited > 0", "carry": ["id"]},
            {"name": "huge", "when": "cost > 123456789012345678901.5", "carry": ["id"]},
            {"name": "fine", "when": "mood > 0.1234567890123456789", "carry": ["id"]},
        ],
    }


def under(prefix, names):
    return {n: f"{prefix}/{n}" for n in names}


FIELDS = ["nps", "csat", "mood", "resolved", "wait", "emotion", "cost", "customer"]

CONFIGS = {
    "flat": config(under("", FIELDS), {"dimensions": under("", ["channel", "touchpoint", "team"])}, "/comment"),
    "cloud": config(under("/data", FIELDS),
                    {"id": ["/source", "/id"], "type": "/type", "op": "/data/op", "time": "/time",
                     "dimensions": {"channel": "/data/channel", "survey": "/subject", "data": "/data/nps"}},
                    "/data/comment", max_bytes="3KiB", max_ahead="2m", max_age="30d"),
    # Prefixes of each other, array indexes, keys that need escapes, one pointer for several things.
    "nested": config({"nps": "/answers/0/nps", "csat": "/answers/0/csat", "mood": "/answers/1", "resolved": "/answers/2/0",
                      "wait": "/answers/0/wait", "emotion": "/a~1b/m~0n", "cost": "/0", "customer": "/meta/id"},
                     {"id": ["/meta/id", "/meta/0", "/answers/10"], "type": "/meta/type", "op": "/meta/op",
                      "time": "/meta/time", "dimensions": {"channel": "/a~1b/m~0n", "part": "/answers/1/x",
                                                           "empty": "//", "zero": "/0", "zeros": "/meta/00"}},
                     "/meta", max_bytes="2MiB"),
    # Long keys, and keys that differ only in the middle or at the end.
    "keys": config(under("/a_rather_long_key_that_holds_it_all", FIELDS),
                   {"id": "/identifier_of_the_event_a", "type": "/identifier_of_the_event_b",
                    "op": "/identifier_xf_the_event_a", "time": "/t", "dimensions": {
                        "channel": "/seventeen_bytes_1", "other": "/seventeen_bytes_2", "sixteen": "/sixteen_bytes_16",
                        "eight": "/eight__8", "nine": "/nine____9", "umlaut": "/\u00e4\u00f6\u00fc", "plain": "/au"}},
                   "/a_rather_long_key_that_holds_it_all"),
}

STRINGS = ["", "a", "phone", "chat", "12", "true", "_none", "_other", "_x", "response", "invitation", "pulse", "add",
           "retract", "fear", "anger", "1", "1e5", "0x1F", "-.5", "inf", "NaN", "a|b", "%{}", " ", "north west",
           "\u00e4rger", "\u00a0x", "\u65e5\u672c\u8a9e", "\U0001f600", "x" * 127, "x" * 128, "x" * 129, "\u00e4" * 64,
           "\u00e4" * 64 + "x", "\u65e5" * 341 + "ab", "9" * 1024, "9" * 1025, "y" * 1030, "\u65e5" * 400,
           "12345678901234567890", "-0", "007"]
ESCAPES = ["\\n", "\\t", "\\\"", "\\\\", "\\/", "\\b", "\\f", "\\r", "\\u0041", "\\u00e4", "\\u00E4", "\\u20ac", "\\ud83d\\ude00",
           "\\uD83D\\uDE00", "\\u0001"]
ODD_ESCAPES = ["\\u0000", "\\ud83d", "\\ude00", "\\ud83dx", "\\ud83d\\u0041", "\\ud83d\\ud83d\\ude00", "\\ude00\\ud83d",
               "\\ud83d\\n"]
BAD_ESCAPES = ["\\x", "\\u12", "\\u12G4", "\\u", "\\ud83d\\u12", "\\ud83d\\", "\\'", "\\\u00e4", "\\0", "\\\x01", "\\ ", "\\U0041"]
NUMBERS = ["0", "1", "2", "5", "6", "7", "9", "10", "11", "-1", "-50", "-51", "50", "51", "12", "20", "20.0001", "19.9999",
           "9.0", "90e-1", "0.9e1", "9.00000000000000000001", "1E0", "100e-2", "-0", "-0.0", "0e0", "0e400", "0e401", "0e-401",
           "1e400", "1e-400", "1e401", "1e00000000000000000000005", "1e99999999999999999999", "12.500", "12.505", "0.01",
           "0.001", "0.000001", "0.0000001", "1e-6", "1e-7", "1e12", "1000000000000", "1000000000000.01", "1000000000001",
           "-1e12", "-1000000000000.000001", "999999999999.999999", "999999999", "999999999.9994", "999999999.9999",
           "999999999.99999999999999999", "1e9", "1000000000", "0.0001", "0.00009999999", "0.00010000000000000000000001",
           "0.0005", "0.00049999999999999999999999", "0.00050000000000000000000001", "2.0005", "1.0", "1.5",
           "123456789012345678", "1234567890123456789", "0.123456789012345678", "0.1234567890123456789",
           "123456789012345678901.5", "99999999999999999999", "0.3333333333333333333333", "1e18", "1e19", "1e20", "31536000",
           "31535999", "31535999.9999", "31536000.0009", "7258118399.999", "7258118400", "99999999999", "1795000000",
           "1795000000.1239", "1795000000123", "1795000000123.9", "1795000000123999", "1795000000123999999",
           "1.795e9", "1795000000e0", "1.7950000001239e18", "99999999999999", "100000000000000", "1e17", "99999999999999999999"]
BAD_WORDS = ["01", "-", "+1", ".5", "5.", "1e", "1e+", "1.e5", "0x1F", "NaN", "Infinity", "-Infinity", "True", "nul", "nullx",
             "truefalse", "tru", "fals", "1 2", "--1", "1-", "1_000", "\u00e4", "a\x01b", "\x00", "1\x00", "true\x00", "1\x7f",
             "\\", "a\\b", "\x0b", "1\u00a0", "'x'", "\u0661", "//", "[1", "1}", "1]", "a\"b\"", "\"a\"b"]
WORDS = ["true", "false", "null"]
NESTED = ["{}", "[]", "[1,2]", "[ ]", "{ }", "[1 2 :,,]", "{\"a\":}", "{\"a\" 1}", "[,]", "[1,]", "{,}", "{:}", "[[[]]]",
          "{\"a\":{\"b\":[1,{\"c\":2}]}}", "[\"]\",\"\\\"]\"]", "{\"}\":\"{\"}", "[\"\\x\"]", "[\"\\\x01\"]", "[\x01]", "[nan]",
          "[{]}", "[", "{", "]", "}", "[}", "{]", "[\"]", "[\"\\\"]", "[\"\x01\"]", "{\"a\":1,\"a\":2}", "{1:2}", "[:]",
          "{\"nps\":7,\"nps\":8}", "{\"nps\":7,\"csat\":4}", "[{\"nps\":7},5,[true]]", "[{\"nps\":7,\"wait\":1},-3,[0],4,5,6,7,8,9,0,1]",
          "[1,2,3", "{\"a\":\"b\"", "[1}", "{\"\\ud83d\":1}", "{\"\\u0000\":1}", "{\"\\x\":1}", "{\"a\\", "[\"a\",\"b\" \"c\"]"]
TIMES = ["2026-11-21T09:30:00.123Z", "2026-11-21t09:30:00z", "2026-11-21 09:30:00+02:00", "2026-11-21T09:30:00.9999999-23:59",
         "2026-11-21T09:30:60Z", "2026-11-21T09:30:60.5Z", "2026-11-21T09:30:61Z", "2026-11-21T24:00:00Z", "2026-11-21T23:60:00Z",
         "2026-02-29T00:00:00Z", "2024-02-29T00:00:00Z", "2100-02-29T00:00:00Z", "2000-02-29T12:00:00Z", "2026-13-01T00:00:00Z",
         "2026-00-01T00:00:00Z", "2026-01-00T00:00:00Z", "2026-04-31T00:00:00Z", "0000-01-01T00:00:00Z", "0001-01-01T00:00:00Z",
         "9999-12-31T23:59:59Z", "1970-12-31T23:59:59.999Z", "1971-01-01T00:00:00Z", "1971-01-01T00:59:59+01:00",
         "1970-12-31T23:30:00-00:30", "2199-12-31T23:59:59.999Z", "2200-01-01T00:00:00Z", "2200-01-01T00:00:00+00:01",
         "2026-11-21T09:30:00", "2026-11-21", "2026-11-21T09:30Z", "2026-11-21T09:30:00.Z", "2026-11-21T09:30:00,5Z",
         "2026-11-21T09:30:00+24:00", "2026-11-21T09:30:00+00:60", "2026-11-21T09:30:00+0000", "2026-11-21T09:30:00+00",
         "2026-11-21T09:30:00Zx", " 2026-11-21T09:30:00Z", "2026-11-21T09:30:00 Z", "2026-11-21_09:30:00Z", "20261121T093000Z",
         "2026-11-21T09:30:00.1Z", "2026-11-21T09:30:00.12Z", "2026-11-21T09:30:00.0009Z", "-026-11-21T09:30:00Z",
         "2026-11-21T09:30:00\u2212" "01:00", "\u0662026-11-21T09:30:00Z", "2026-1/-21T09:30:00Z", "2026-11-21T0:30:00.0Z",
         "2026-11-21T09:30:00.123+05:30", "2026-11-18T11:06:40Z", "2026-11-18T11:06:50.000Z", "2026-11-18T11:06:50.001Z",
         "2026-11-18T11:08:40Z", "2026-11-18T11:08:40.001Z", "2026-10-19T11:06:40Z", "2026-10-19T11:06:39.999Z",
         "2025-10-14T11:06:40Z", "2025-10-14T11:06:39.999Z"]


class Maker:
    """Records for one configuration."""

    def __init__(self, rng, cfg):
        self.r, self.cfg = rng, cfg
        self.tree = {}
        paths = [*cfg.id, cfg.type, cfg.op, cfg.time, *cfg.dims.values(), *(m.field for m in cfg.metrics if m.field), *cfg.carried]
        self.paths = sorted(set(paths))
        for path in self.paths:
            node = self.tree
            for part in path.split("/")[1:]:
                node = node.setdefault(part.replace("~1", "/").replace("~0", "~"), {})
        self.kind = {cfg.type: "type", cfg.op: "op", cfg.time: "time"} | {m.field: m for m in cfg.metrics if m.field}
        self.kind |= {p: "id" for p in cfg.id} | {p: "text" for p in cfg.dims.values()}

    def chance(self, p):
        return self.r.random() < p

    def space(self):
        if self.wide: return self.r.choice([" ", "", "\n", "\t", "\r\n", "  ", " " * self.r.randrange(40)])
        return " " if self.spaced else ""

    def inside(self, text, used=True):
        """text as it may stand between quotes."""
        out = "".join(f"\\u{ord(c):04x}" if c in '"\\' or c < " " or (ord(c) < 0x10000 and self.chance(self.escaping)) else c for c in text)
        if self.chance(0.05): out = self.put(out, self.r.choice(ESCAPES))
        if self.chance(0.01 if used else 0.1): out = self.put(out, self.r.choice(ODD_ESCAPES))
        if self.chance(0.003 if used else 0.05): out = self.put(out, self.r.choice(BAD_ESCAPES))
        if self.chance(0.001): out = self.put(out, self.r.choice(["\x01", "\x00", "\n", "\x1f", "\x7f", "\\", '"']))
        return out

    def put(self, text, piece):
        if "\\" in text: return text + piece
        at = self.r.randint(0, len(text))
        return text[:at] + piece + text[at:]

    def string(self, pool=STRINGS, used=True):
        return '"' + self.inside(self.r.choice(pool), used) + '"'

    def anything(self):
        return self.r.choice([self.string, lambda: self.string(used=False), lambda: self.r.choice(NUMBERS), lambda: self.r.choice(WORDS),
                              lambda: self.r.choice(NESTED), lambda: self.r.choice(BAD_WORDS), self.deep])()

    def deep(self):
        n = self.r.choice([1, 2, 63, 64, 65, 127, 128, 129, 200])
        kinds = [self.r.choice("[{") for _ in range(n)]
        return "".join(kinds) + self.r.choice(["", "1", '"]"']) + "".join("]" if k == "[" else "}" for k in reversed(kinds))

    def fitting(self, path):
        """A value that is good for a pointer most of the time."""
        kind = self.kind.get(path, "text")
        if self.chance(0.03): return self.anything()
        if self.chance(0.03): return "null"
        if kind == "type": return self.string(TYPES + ["response"] * 5)
        if kind == "op": return self.string(["add", "add", "retract", "Add", ""] if self.chance(0.05) else ["add", "retract"])
        if kind == "time": return self.string(TIMES) if self.chance(0.15) else self.good_time()
        if kind == "id": return self.r.choice([self.string, lambda: str(self.r.randrange(-20, 10**6)), lambda: "9" * 30])()
        if kind == "text": return self.r.choice([self.string, self.string, lambda: self.r.choice(NUMBERS), lambda: self.r.choice(WORDS)])()
        if kind.kind == "unique" or kind.among is not None: return self.r.choice([self.string, lambda: self.r.choice(NUMBERS)])()
        if kind.kind == "rate" and self.chance(0.5): return self.r.choice(WORDS)
        if self.chance(0.6): return self.r.choice(["0", "1", "5", "7", "9.5", "20", "3.25", "-4", "0.0625", "12345.678"])
        return self.r.choice(NUMBERS)

    def good_time(self):
        ms = NOW + self.r.choice([0, -1000, 5000, -86400000, 9999, 10000, 10001, 120000, 120001, self.r.randrange(-10**9, 10**4)])
        if self.chance(0.3): return self.r.choice([str(ms), f"{ms // 1000}.{ms % 1000:03}", str(ms * 1000 + 7), str(ms * 10**6 + 999999)])
        t = oracle.datetime.fromtimestamp(ms // 1000, oracle.timezone.utc)
        return f'"{t:%Y-%m-%dT%H:%M:%S}.{ms % 1000:03}Z"'

    def member(self, key, value):
        return f'"{self.inside(key)}"{self.space()}:{self.space()}{value}'

    def build(self, tree, path):
        """The object or array that stands where pointers lead further."""
        if self.chance(0.01): return self.anything()
        indexes = [k for k in tree if k.isdigit()]
        if indexes and self.chance(0.8 if len(indexes) == len(tree) else 0.1): return self.array(tree, path)
        members = [(k, self.child(tree, k, path)) for k in tree if self.chance(0.9)]
        members += [(self.r.choice(STRINGS + ["x", "id ", "Id", "nps2", "datax"]), self.anything() if self.chance(0.3) else self.string(used=False))
                    for _ in range(self.r.choice([0, 0, 1, 3]))]
        if members and self.chance(0.02): members.append(self.r.choice(members))
        if self.chance(0.5): self.r.shuffle(members)
        comma = self.space() + "," + self.space()
        body = comma.join(self.member(k, v) for k, v in members)
        return "{" + self.space() + body + (self.r.choice([",", ",,", ":", "x"]) if self.chance(0.003) else "") + self.space() + "}"

    def array(self, tree, path):
        n = self.r.choice([0, 1, 2, 3, 3, 11, 12])
        items = [self.child(tree, str(i), path) if str(i) in tree and self.chance(0.9) else self.anything() if self.chance(0.1)
                 else self.r.choice(NUMBERS) for i in range(n)]
        return "[" + self.space() + (self.space() + "," + self.space()).join(items) + (self.r.choice([",", ":", " 1"]) if self.chance(0.01) else "") + self.space() + "]"

    def child(self, tree, key, path):
        path += "/" + key.replace("~", "~0").replace("/", "~1")
        if tree[key] and not (path in self.paths and self.chance(0.3)): return self.build(tree[key], path)
        return self.fitting(path)

    def record(self):
        self.wide, self.spaced = self.chance(0.2), self.chance(0.4)
        self.escaping = self.r.choice([0, 0, 0, 0.02, 0.3, 1])
        raw = self.build(self.tree, "").encode("utf-8", "surrogatepass")
        if self.chance(0.02): raw = self.r.choice([b"\xef\xbb\xbf", b" \n", b"\x00", b"x", b"[", b"\xc2\xa0"]) + raw
        if self.chance(0.02): raw += self.r.choice([b" \r\n", b"\x00", b"{}", b"x", b",", b"}", b" \xff", b"\"", b" "])
        if self.chance(0.15): raw = self.damage(raw)
        return raw

    def damage(self, raw):
        raw = bytearray(raw)
        for _ in range(self.r.choice([1, 1, 1, 2, 5])):
            at = self.r.randrange(len(raw) + 1)
            how = self.r.randrange(6)
            if how == 0 and raw: raw[min(at, len(raw) - 1)] = self.r.randrange(256)
            elif how == 1: raw[at:at] = bytes([self.r.choice(b'"\\{}[],: \n\x00\x1f\x80\xc3\xed\xff0e-.')])
            elif how == 2: del raw[at:at + self.r.choice([1, 1, 2, 7])]
            elif how == 3: del raw[at:]
            elif how == 4: raw[at:at] = self.r.choice([b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xe2\x82", b"\xf0\x9f\x98\x80", b"\xc3\xa4", b"\\u00e4"])
            else:
                other = self.r.randrange(len(raw) + 1)
                raw[at:at] = raw[min(at, other):max(at, other)][:50]
        return bytes(raw)

    def timestamp(self):
        return self.r.choice([NOW] * 12 + [None] * 3 + [oracle.EARLIEST, oracle.EARLIEST - 1, oracle.LATEST - 1, oracle.LATEST, -1, 0,
                                                       NOW + 400 * 86400000, NOW - 3 * 3600000])


def special(maker):
    """Records that no grammar makes often enough: empty, long, deep, of the exact size limit."""
    yield from (b"", b" ", b"{}", b" { } ", b"null", b"[]", b"{", b"}", b"{}}", b'{"":1}', b'{"a":1,}', b'{"a"}', b'{,}', b'{"a":1 "b":2}')
    for n in (10**5, 10**5 + 1):
        yield b'{"unused":' + b"[" * n + b"]" * n + b"}"
        yield b'{"unused":' + b'{"a":' * n + b"1" + b"}" * n + b"}"
        yield b'{"unused":' + b"[" * n + b"]" * (n - 1) + b"}"
        yield b"[" * n
    for n in (maker.cfg.max_bytes - 1, maker.cfg.max_bytes, maker.cfg.max_bytes + 1):
        head = b'{"unused":"'
        yield head + b"x" * (n - len(head) - 2) + b'"}'
        yield b"{" + b" " * (n - 2) + b"}"
        yield head + b"\\\\" * ((n - len(head) - 2) // 2) + b"x" * ((n - len(head)) % 2) + b'"}'
        yield b"x" * n
    for n in range(1, 140):
        yield b'{"unused":"' + b"x" * n + b'"}'
        yield b'{"unused":"' + b"x" * n + b'\\"}'
        yield b'{"unused":"' + b"x" * n + b'\\u"}' + b" " * (n % 3)
        yield b'{"unused":' + b"x" * n + b"}"
        yield b'{"unused":' + b"x" * n


# ---------------------------------------------------------------- what the oracle expects

def murmur(data):
    """Redis' hash of HyperLogLog elements: A. Appleby's MurmurHash64A."""
    mask, m, h = 2**64 - 1, 0xC6A4A7935BD1E995, 0xADC83B19 ^ (len(data) * 0xC6A4A7935BD1E995 & (2**64 - 1))
    for i in range(0, len(data) - 7, 8):
        k = int.from_bytes(data[i:i + 8], "little") * m & mask
        k = (k ^ k >> 47) * m & mask
        h = (h ^ k) * m & mask
    if len(data) % 8: h = (h ^ int.from_bytes(data[len(data) // 8 * 8:], "little")) * m & mask
    h = (h ^ h >> 47) * m & mask
    return h ^ h >> 47


def histogram_index(x):
    """Exact: bin k = ceil(32 log2 v), counter 0 below 0.0001."""
    v = float(x)
    if v < 1e-4: return 0
    k, power = math.ceil(math.log2(v) * 32), Fraction(v) ** 32
    while power > Fraction(2) ** k: k += 1
    while power <= Fraction(2) ** (k - 1): k -= 1
    return k + 425 + 1


def half_away(x):
    return int(math.copysign(math.floor(abs(x) + Fraction(1, 2)), x)) if x else 0


def answer(m, v):
    if m.kind == "count": return [1, 0]
    if m.kind == "rate": return [v, v]
    if m.kind == "sum": return [int(v * 10**m.decimals), 0]
    if m.kind == "quantiles": return [half_away(v * 1000), histogram_index(v)]
    if m.kind == "unique":
        h = murmur(v.encode())
        return [h - 2**64 if h >= 2**63 else h, 0]
    return [v, v - m.lo]


def four_places(x):
    n = half_away(Fraction(x) * 10000)
    return f"{'-' if n < 0 else ''}{abs(n) // 10000}.{abs(n) % 10000:04}".rstrip("0").rstrip(".")


def expected(cfg, raw, ts):
    try: ev = oracle.decode(cfg, raw, ts)
    except oracle.Reject as r: return {"verdict": "rejected", "reason": str(r)}, None
    if ev is None: return {"verdict": "ignored"}, None
    metrics = {m.name: m for m in cfg.metrics}
    feeds = {}
    for a in cfg.alerts if ev["op"] == "add" else []:
        name, condition = a["when"].split(" ", 1)
        x = ev["answers"].get(name)
        if x is None or not oracle.takes(a.get("where"), ev["raw"]) or not oracle.holds(x, condition): continue
        entry = oracle.feed_entry(a, ev, 0, 0, x)
        fields = [entry[next(iter(c)) if isinstance(c, dict) else c] for c in a["carry"]]
        # The contract cuts every carried field; the oracle only those of pointers.
        fields = [oracle.column(f.encode()[:1024].decode("utf-8", "ignore")) for f in fields]
        feeds[a["name"]] = [four_places(x), *(f.encode().hex() for f in fields)]
    states = {"_none": "none", "_other": "other"}
    dimensions = [[states[v], ""] if v in states and ev["values"][d] == v else ["text", v.encode().hex()] for d, v in ev["raw"].items()]
    views = sum(1 << i for i, v in enumerate(cfg.views.values()) if oracle.takes(v.get("where"), ev["raw"]))
    return {
        "verdict": "event", "time": ev["time"], "stamp": ev["stamp"], "retract": int(ev["op"] == "retract"),
        "clamped": int(ev["clamped"]), "answered": int(ev["answered"]), "views": views,
        "answers": {n: answer(metrics[n], v) for n, v in ev["answers"].items()}, "bad": [list(b) for b in ev["bad"]],
        "dimensions": dimensions, "feeds": feeds,
    }, (ev["id"], ev["op"])


class Ids:
    """Equal ids have equal hashes, different ones different hashes."""

    def __init__(self):
        self.hashes, self.ids = {}, {}

    def agree(self, key, got):
        if key[0] is None: return got is None
        return got is not None and self.hashes.setdefault(key, got) == got and self.ids.setdefault(got, key) == key


def write(config):
    """The file that both read."""
    handle, path = tempfile.mkstemp(suffix=".yaml")
    with os.fdopen(handle, "w") as f:
        yaml.safe_dump({"kafka": {"topics": ["t"], "properties": {"bootstrap.servers": "localhost", "group.id": "g"}},
                        "redis": {"url": "redis://localhost"}, **config}, f, sort_keys=False, allow_unicode=True)
    return path


def run(program, path, records):
    data = b"".join(struct.pack("<qi", NO_TIMESTAMP if ts is None else ts, len(raw)) + raw for raw, ts in records)
    done = subprocess.run([program, path], input=data, stdout=subprocess.PIPE)
    if done.returncode: sys.exit(f"decode_dump failed with {done.returncode}")
    return [json.loads(line) for line in done.stdout.splitlines()]


def compare(name, cfg, records, got, counts):
    ids, differences = Ids(), 0
    if len(records) != len(got): sys.exit(f"{name}: {len(got)} answers to {len(records)} records")
    for (raw, ts), mine in zip(records, got):
        want, key = expected(cfg, raw, ts)
        id_hash = mine.pop("id", None)
        mine.pop("type", None)
        counts[want.get("reason", want["verdict"])] = counts.get(want.get("reason", want["verdict"]), 0) + 1
        if want == mine and (key is None or ids.agree(key, id_hash)): continue
        differences += 1
        if differences > 5: continue
        print(f"{name}: {raw[:600]!r} ({len(raw)} bytes) at {ts}")
        for k in sorted(want.keys() | mine.keys()):
            if want.get(k) != mine.get(k): print(f"    {k}: {mine.get(k)}, expected {want.get(k)}")
        if want == mine: print(f"    id: {id_hash} for {key}")
    return differences


def main():
    args = argparse.ArgumentParser()
    args.add_argument("program")
    args.add_argument("--records", type=int, default=20000)
    args.add_argument("--seed", type=int, default=1)
    args = args.parse_args()
    differences, counts, total = 0, {}, 0
    for name, config in CONFIGS.items():
        path = write(config)
        cfg = oracle.Config(path)
        maker = Maker(random.Random(f"{args.seed} {name}"), cfg)
        records = [(raw, NOW) for raw in special(maker)]
        records += [(maker.record(), maker.timestamp()) for _ in range(args.records // len(CONFIGS))]
        differences += compare(name, cfg, records, run(args.program, path, records), counts)
        total += len(records)
        os.unlink(path)
    print(f"{differences} differences in {total} records; {dict(sorted(counts.items()))}")
    sys.exit(1 if differences else 0)


if __name__ == "__main__":
    main()
