"""callgrind.py HOTPATH [--update]: counts the instructions of the hot path and compares them with instructions.json.

HOTPATH is the program of that name of a Release build. Each phase is counted twice, and the counts must be equal: a
figure that varies by itself cannot be compared. Exit code: 0, not more than 3 % worse; 1, worse, with the functions
that grew, or not deterministic; 77, the stored counts are of another compiler, library or processor."""
import argparse
import collections
import json
import os
import re
import subprocess
import sys
import tempfile

STORED = os.path.join(os.path.dirname(os.path.abspath(__file__)), "instructions.json")
WORSE = 0.03
SKIPPED = 77
LEAST = 0.5  # instructions an item: functions below it are not kept
OUTSIDE = re.compile(r"main$|\(below main\)|__libc_|0x")  # call the phases
PHASES = {"hot_apply": "events", "hot_publish": "cells"}
SUBPOSITION = ("ob=", "fl=", "fi=", "fe=", "cob=", "cfi=", "cfl=")


def run(hotpath, phase):
    """What hotpath printed, and the inclusive instructions of each function within the phase."""
    with tempfile.TemporaryDirectory() as folder:
        out = os.path.join(folder, "callgrind.out")
        done = subprocess.run(["valgrind", "--quiet", "--tool=callgrind", f"--callgrind-out-file={out}", f"--toggle-collect={phase}",
                               "--compress-strings=no", "--compress-pos=no", hotpath], stdout=subprocess.PIPE, text=True)
        if done.returncode: sys.exit(f"callgrind: '{hotpath}' failed with exit code {done.returncode}")
        with open(out) as lines: return json.loads(done.stdout), inclusive(lines)


def plain(name):
    """Without what the compiler and the linker add: .part.0, .constprop.0 and the like come and go."""
    return re.split("[.@]", name.strip())[0]


def inclusive(lines):
    """Reads callgrind's format: cost lines are `LINE COST`; the one behind `calls=` is the callee's, all of it."""
    costs, function, called = collections.Counter(), None, None
    for line in lines:
        if line.startswith("fn="): function = plain(line[3:])
        elif line.startswith("cfn="): called = plain(line[4:])
        elif line.startswith("calls=") or line.startswith(SUBPOSITION): continue
        elif function and line[:1] in "0123456789+-*":
            if called != function: costs[function] += int(line.split()[1])  # parts of one function count once
            called = None
    return costs


def count(hotpath):
    facts, phases = None, {}
    for phase, item in PHASES.items():
        (facts, first), (again, second) = run(hotpath, phase), run(hotpath, phase)
        if facts != again or first != second:
            differing = [name for name in first | second if first[name] != second[name]]
            sys.exit(f"callgrind: '{phase}' differs from run to run, in {', '.join(differing)}")
        n = facts[item]
        phases[phase] = {"unit": f"instructions/{item[:-1]}", "total": round(first[phase] / n, 2),
                         "functions": {name: round(cost / n, 2) for name, cost in first.most_common()
                                       if cost / n >= LEAST and not OUTSIDE.match(name)}}
    return facts, phases


def grown(was, now):
    names = set(was) | set(now)
    changes = sorted(((now.get(name, 0) - was.get(name, 0), name) for name in names), reverse=True)
    return [f"  {name}: {was.get(name, 0):.1f} -> {now.get(name, 0):.1f}" for change, name in changes
            if change > max(LEAST, WORSE * was.get(name, 0))]


def compare(stored, phases):
    """Prints a line a phase; True where none is worse."""
    good = True
    for phase, now in phases.items():
        was = stored[phase]
        change = now["total"] / was["total"] - 1
        verdict = "worse" if change > WORSE else "better: store it with --update" if change < -WORSE else "the same"
        print(f"{phase}: {was['total']:.1f} -> {now['total']:.1f} {now['unit']}, {change:+.1%}: {verdict}")
        if change > WORSE:
            good = False
            print("\n".join(grown(was["functions"], now["functions"])))
    return good


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("hotpath", metavar="HOTPATH")
    parser.add_argument("--update", action="store_true", help="store these counts")
    options = parser.parse_args()
    facts, phases = count(os.path.abspath(options.hotpath))
    if not facts["optimised"]: sys.exit("callgrind: not a Release build")
    if options.update:
        with open(STORED, "w") as out: json.dump({"facts": facts, "phases": phases}, out, indent=1); out.write("\n")
        for phase, now in phases.items(): print(f"{phase}: {now['total']:.1f} {now['unit']}, stored")
        return
    with open(STORED) as file: stored = json.load(file)
    for fact, value in stored["facts"].items():
        if fact in ("cells", "bytes"): continue
        if facts[fact] != value:
            print(f"skipped: '{fact}' is {facts[fact]}, and {value} where the counts were stored")
            sys.exit(SKIPPED)
    sys.exit(0 if compare(stored["phases"], phases) else 1)


if __name__ == "__main__":
    main()
