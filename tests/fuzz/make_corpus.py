#!/usr/bin/env python3
"""Writes the seeds under tests/fuzz/corpus and the configurations under tests/fuzz/models: make_corpus.py [KAIKU]

Records come from the grammar of tests/support/decode_diff.py and, with the program KAIKU, from `kaiku gen`; the
configurations from the tests'. The same each time, so that a change of a shape shows as a change of its seeds."""
import os
import random
import struct
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, f"{HERE}/../support")
import configs  # noqa: E402
import decode_diff  # noqa: E402
import oracle  # noqa: E402
import yaml  # noqa: E402

COMMON = {"kafka": {"topics": ["t"], "properties": {"bootstrap.servers": "localhost", "group.id": "g"}},
          "redis": {"url": "redis://localhost", "shards": 2}}
MOST = 900  # bytes of a record


def put(target, name, content):
    os.makedirs(f"{HERE}/corpus/{target}", exist_ok=True)
    with open(f"{HERE}/corpus/{target}/{name}", "wb") as f: f.write(content)


def text_of(config):
    return yaml.safe_dump({**COMMON, **config}, sort_keys=False, width=110)


def models():
    for name, config in decode_diff.CONFIGS.items():
        path = f"{HERE}/models/{name}.yaml"
        if name == "nested": config["event"]["max_bytes"] = "8KiB"  # else making room takes most of the time
        with open(path, "w") as f: f.write(text_of(config))
        yield name, oracle.Config(path)


def records():
    """Two inputs for each configuration: records that are mostly good, and one for each of the record's timestamps."""
    for i, (name, cfg) in enumerate(models()):
        maker = decode_diff.Maker(random.Random(name), cfg)
        made = [r for r in (maker.record() for _ in range(60)) if len(r) <= MOST and b"\x1e" not in r]
        put("decode", f"{name}-1", bytes([i, 0]) + b"\x1e".join(made[:6]))
        put("decode", f"{name}-2", bytes([i, 1 + i]) + b"\x1e".join(made[6:10]))


def generated(kaiku):
    lines = subprocess.run([kaiku, "gen", "--count", "6", "--seed", "1"], stdout=subprocess.PIPE, check=True).stdout
    put("decode", "gen", bytes([0, 2]) + lines.rstrip(b"\n").replace(b"\n", b"\x1e"))
    put("lines", "gen", bytes([200, 1, 7, 80, 255, 0, 33, 2, 100]) + lines[:1500])


def lines():
    put("lines", "short", bytes([3, 0, 1, 2, 3, 0, 0, 1, 9]) + b"\n\na\nabc\nabcd\nabcdefgh\r\n\0\n{}\n\nlast")
    put("lines", "long", bytes([16, 40, 1, 90, 2, 255, 3, 4, 5]) + b"x" * 300 + b"\n" + b"y" * 17 + b"\n" + b"z" * 16 + b"\n")


def block(ident, first, counters, code):
    width = struct.calcsize(code)
    return struct.pack("<HBB", ident, (width.bit_length() - 1) * 32 + first, len(counters)) + struct.pack(f"<{len(counters)}{code}", *counters)


def cells():
    small = block(0, 0, [9, 1, 0, 2], "b") + block(1, 5, [-300, 7], "h") + block(0x8000, 0, [12345, -1], "i")
    wide = block(0, 31, [2**40], "q") + block(4, 3, [1, 2, 3], "b") + block(0x8001, 0, [-(2**31), 2**31 - 1, 0, -1], "i")
    loose = block(0, 0, [0, 5, 0], "q") + block(2, 1, [0], "b")
    for i, parts in enumerate(([small, wide, loose], [small, small, b""], [wide, wide, small])):
        put("cell", f"cells-{i}", bytes([i]) + b"".join(bytes([len(p)]) + p for p in parts))


def configurations():
    put("config", "small", text_of(configs.SMALL).encode())
    for name in ("uneven", "cloud"): put("config", name, text_of(configs.ALL[name]["config"]).encode())
    with open(f"{HERE}/../../deploy/kaiku.yaml", "rb") as f: put("config", "deploy", f.read())
    put("config", "mistakes", b"kafka: {topics: [a, a], properties: {x: ~}}\nredis: {url: http://x, shards: 0}\n"
                              b"metrics:\n- {name: _x, kind: nps, feld: /nps}\n- *none\nviews: [{name: a, by: [b, b], windows: [7m, 1h]}]\n")


def number(n): return bytes([0, n & 255])
def known(i): return bytes([2, i])          # texts[i] of replies.c
def own(text): return bytes([3, len(text)]) + text
def head(generation): return bytes([10, generation])
def array(*items): return bytes([7, len(items)]) + b"".join(items)
def repeated(n, item): return bytes([8, n // 4]) + item


NIL, NONE, NOSCRIPT = bytes([4]), bytes([5]), bytes([6, 1])
POSITION, CELL, PAIRS = known(22), own(b"\0\0\0\1\5"), array(known(17), known(22))


def replies():
    """Of a Redis as it is, for each call; the order is that of `calls` in replies.c."""
    cfg = next(cfg for name, cfg in models() if name == "flat")
    shards, windows = COMMON["redis"]["shards"], sum(len(v["windows"]) for v in cfg.views.values())
    keys = 2 + len(cfg.metrics) + len(cfg.dims) + len(cfg.alerts) + 6 * shards + 3 + 3 * windows * shards
    scripts = len(os.listdir(f"{HERE}/../../src/store/lua"))
    heads, shapes = head(1) * 2 * shards, head(1) * windows * shards
    written = number(1) * (1 + len(cfg.metrics) + len(cfg.dims))
    found = array(number(100), CELL, number(3), CELL, number(3), known(0), number(0))
    calls = {
        "open_all": known(28) + NONE * keys + NIL + known(0) * scripts + heads + shapes + written,
        "take_heads": heads + shapes,
        "check_types": NIL + NONE * keys,
        "load_scripts": known(0) * scripts,
        "read_starts": number(1) + array(known(23), NIL),
        "read_positions": array(known(23), NIL) + array(POSITION, known(0)) * 2,
        "begin": number(1) + array(known(23), known(23)) * 3,
        "commit": NOSCRIPT + number(1) + known(0) * scripts + number(1),
        "admit": known(27) + array(known(15), known(16)),
        "read_cells": found,
        "read_window": array(number(100), array(known(15), CELL)),
        "read_dirty": array(known(18), known(4)) + array(known(19), known(3), known(20), known(4)) + number(1),
        "read_live": array(number(0)) + array(known(15), known(4)) + known(4) + NIL,
        "bury": array(known(15), known(4), known(16), known(6)) + array(number(1), number(0)),
        "read_totals": array(array(known(17), known(4)), PAIRS) * 2,
        "inspect_first": PAIRS + array(PAIRS, PAIRS, PAIRS) + array(PAIRS, array(array(known(26), array(known(17), known(4))))),
        "inspect_windows": array(PAIRS, known(4), array(known(4))) + array(PAIRS, known(4), array(known(15), CELL, known(0))),
        "remove_windows": array(known(4), known(3)) + known(3) + number(1) + repeated(100, known(3)) + number(1),
        "put_series": number(1) + number(3) + array(number(0), number(1)) + array(number(100)) + array(number(5))
                      + array(array(known(26), array(known(17), known(4)))) + array(number(0)) * 2 + number(1),
        "put_views": number(1) + number(2) + number(1),
    }
    for i, (name, made) in enumerate(calls.items()): put("replies", name, bytes([0, i]) + made)


def main():
    records()
    replies()
    lines()
    cells()
    configurations()
    if len(sys.argv) > 1: generated(sys.argv[1])


if __name__ == "__main__":
    main()
