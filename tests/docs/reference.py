"""docs/configuration-reference.md is what the program says, and what it says is so: each default, each bound, every key."""
import copy
import glob
import os
import re

import yaml
from harness import test

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BASE = {
    "kafka": {"topics": ["feedback"]},
    "redis": {"user": "kaiku"}, "publish": {"views_every": "1s"}, "dedup": {"span": 100000}, "limits": {"cells": 1000000},
    "log": {"format": "text"},
    "event": {"dimensions": {"channel": {"field": "/channel"}}},
    "metrics": [{"name": "nps", "kind": "nps", "field": "/nps"}, {"name": "cost", "kind": "sum", "field": "/cost"}],
    "views": [{"name": "contact", "by": ["channel"], "windows": ["1h", "day"]}],
    "targets": [{"view": "contact", "window": "day", "metric": "nps", "member": "*", "goal": {"at_most": 5}}],
    "alerts": [{"name": "low", "when": "nps <= 6"}],
}
# Where keys of a section are put.
PLACES = {
    "The file": lambda c: c, "event.dimensions": lambda c: c["event"]["dimensions"]["channel"],
    "metrics": lambda c: c["metrics"][1], "views": lambda c: c["views"][0], "targets": lambda c: c["targets"][0],
    "targets.goal": lambda c: c["targets"][0]["goal"], "alerts": lambda c: c["alerts"][0],
}


def rows(text):
    """(section, key, default, least, most), None where there is none."""
    section = None
    for line in text.splitlines():
        if line.startswith("## "): section = line[3:]
        found = re.fullmatch(r"\| `(\w+)` \| (.*) \| (.*) \| (.*) \| (.*) \|", line)
        if not found: continue
        bounds = re.fullmatch(r"`(.+)` to `(.+)`", found[4])
        standard = None if found[3] == "-" else found[3].strip("`")
        yield section, found[1], standard, *(bounds.groups() if bounds else (None, None))


def described(t, section, key, value, code=0):
    """What `check` says of the base with that key; value None: without it."""
    config = copy.deepcopy(BASE)
    place = PLACES[section](config) if section in PLACES else config[section]
    place.pop(key, None)
    if value is not None: place[key] = yaml.safe_load(value)
    with open(f"{t.directory}/kaiku.yaml", "w") as f: yaml.safe_dump(config, f, sort_keys=False)
    program = t.run("check", f"{t.directory}/kaiku.yaml", code=code)
    return program.out


def beyond(value, step):
    number, unit = re.fullmatch(r"(-?\d+)(\w*)", value).groups()
    return f"{int(number) + step}{unit}"


@test(quick=True)
def is_what_the_program_says(t):
    with open(f"{ROOT}/docs/configuration-reference.md") as f: stored = f.read()
    assert t.run("check", "--reference").out == stored, "write it anew: kaiku check --reference > docs/configuration-reference.md"


@test(quick=True)
def defaults_and_bounds(t):
    """A default changes nothing where it is written out; a bound is taken, and one step beyond is not; what is required is."""
    wrong, n = [], 0
    for section, key, standard, least, most in rows(t.run("check", "--reference").out):
        tries = [(least, 0), (most, 0)] if least else []
        if least: tries += [(beyond(most, 1), 2), (beyond(least, -1), 2)]
        if standard == "required" and (section, key) != ("metrics", "field"): tries.append((None, 2))
        for value, code in tries:
            n += 1
            try: described(t, section, key, value, code)
            except AssertionError as e: wrong.append(f"{section}.{key}: {value}: {str(e)[:200]}")
        if standard in (None, "required", "online cores"): continue
        n += 1
        if described(t, section, key, standard) != described(t, section, key, None): wrong.append(f"{section}.{key}: {standard} is no default")
    assert not wrong, "\n".join(wrong)
    assert n > 80, n


@test(quick=True)
def has_every_key(t):
    """The lists of keys in the code that reads the file are the sections, no more and no less."""
    sections = {}
    for section, key, *_ in rows(t.run("check", "--reference").out): sections.setdefault(section, set()).add(key)
    lists = []
    for path in glob.glob(f"{ROOT}/src/config/*.c"):
        with open(path) as f: text = f.read()
        lists += [set(re.findall(r'"(\w+)"', found)) for found in re.findall(r"\bchar \*const (?:\w+_)?keys\[\] = \{(.*?)\};", text, re.S)]
    assert len(lists) >= 16, len(lists)
    missing = [sorted(keys) for keys in lists if keys not in sections.values()]
    assert not missing, f"no section of src/config/reference.c has exactly these keys: {missing}"
    surplus = [name for name, keys in sections.items() if keys not in lists]
    assert not surplus, f"nothing reads the keys of these sections: {surplus}"
