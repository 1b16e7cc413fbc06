"""What the parts measured, as report.py and its parts read it."""
import json
import os

FULL_EVENTS = 4000000  # fewer events of the peers take the figures their meaning


class Results:
    """What the parts measured; what is missing reads as nothing."""

    def __init__(self, directory):
        self.parts = {}
        for name in ("machine", "micro", "macro", "peers"):
            path = f"{directory}/{name}.json"
            if os.path.exists(path):
                with open(path) as f: self.parts[name] = json.load(f)

    def macro(self, bench, **values):
        return [r for r in self.parts.get("macro", {}).get("records", [])
                if r["bench"] == bench and "error" not in r and all(r.get(k) == v for k, v in values.items())]

    def failures(self):
        return [r for r in self.parts.get("macro", {}).get("records", []) if "error" in r]

    def micro(self, bench=None, case=None):
        return [r for r in self.parts.get("micro", {}).get("records", [])
                if bench in (None, r["bench"]) and case in (None, r["case"])]

    def quiet(self, case):
        """calls: allocations, locks and system calls for each event of a worker that has begun."""
        return [q | {"calls": (q["allocations"] + q["locks"] + q["system_calls"]) / q["events"]}
                for q in self.parts.get("micro", {}).get("quiet", []) if q["case"] == case]

    def peer(self, name):
        return self.parts.get("peers", {}).get("programs", {}).get(name)

    @property
    def short(self):
        found = [name for name in ("micro", "macro") if self.parts.get(name, {}).get("short")]
        return found + ["peers"] * (self.parts.get("peers", {}).get("events", FULL_EVENTS) < FULL_EVENTS)


def first(records, key):
    return records[0].get(key) if records else None


def ratio(a, b):
    return a / b if a is not None and b else None


def floor_us(results, bench="floor", case="fixed"):
    """What reading the records and parsing them cost, with the best tools there are."""
    drain = first(results.macro(bench, what="drain"), "cpu_us")
    parse = first(results.micro("decode", f"{case}/simdjson"), "median")
    return None if drain is None or parse is None else drain + parse / 1000
