"""callgrind.py [--update] [--build DIR]: counts the instructions of the hot path, compares them with instructions.json.

DIR is a Release build with -DKAIKU_BENCH=ON, by default build/release, made with the preset of that name; its program
hotpath is built first. Everything is counted twice, and the counts must be equal: a figure that varies by itself cannot
be compared. Exit code: 0, not more than 3 % worse; 1, worse, with the functions that grew, or not deterministic; 77,
nothing to compare with: another compiler, C library or machine, or no valgrind. --update stores the counts."""
import argparse
import collections
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
STORED = f"{HERE}/instructions.json"
WORSE = 0.03
SKIPPED = 77
LEAST = 0.5  # instructions an item: functions below it are not kept
PHASES = {"hot_apply": "events", "hot_publish": "cells"}
CONDITIONS = ("compiler", "libc", "machine", "events")  # of a comparison
# Instruction sets, as hotpath takes them, and what keeps the C library to them. Under valgrind each processor with AVX2
# looks the same; without it they differ.
SETS = {
    "avx2": {},
    "sse2": {"GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-AVX,-ERMS,-BMI2,-MOVBE,-SSE4_2,-SSE4_1,-SSSE3"},
}


def skip(why):
    print(f"skipped: {why}")
    sys.exit(SKIPPED)


def build(directory):
    """The path of hotpath, up to date."""
    commands = [["cmake", "--build", directory or "build/release", "--target", "hotpath"]]
    if not directory: commands.insert(0, ["cmake", "--preset", "release", "-DKAIKU_BENCH=ON"])
    for command in commands:
        done = subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if done.returncode: sys.exit(f"{done.stdout}\ncallgrind: cannot build hotpath")
    return f"{os.path.abspath(directory or f'{ROOT}/build/release')}/bench/micro/hotpath"


# ---------------------------------------------------------------- counting


def run(hotpath, instructions, *before, **environment):
    """What hotpath printed; None where the processor does not have these instructions. The environment and the program's
    name lie on its stack and so move what stands there: they are the same everywhere."""
    done = subprocess.run([*before, "./hotpath", instructions], cwd=os.path.dirname(hotpath), env=environment,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
    if done.returncode == SKIPPED: return None
    if done.returncode: sys.exit(f"callgrind: '{hotpath}' failed with exit code {done.returncode}")
    return json.loads(done.stdout)


def plain(name):
    """Without what the compiler and the linker add: .part.0, .constprop.0 and the like come and go."""
    return re.split("[.@]", name.strip())[0]


def own(lines):
    """Instructions of each function, without those of others that it calls. In callgrind's format cost lines are
    `LINE COST`; the one behind `calls=` is the callee's."""
    costs, function, is_call = collections.Counter(), None, False
    for line in lines:
        if line.startswith("fn="): function = plain(line[3:])
        elif line.startswith("calls="): is_call = True
        elif function and line[:1] in "0123456789+-*":
            if not is_call: costs[function] += int(line.split()[1])
            is_call = False
    return costs


def count_once(hotpath, instructions, phase):
    with tempfile.TemporaryDirectory() as folder:
        out = f"{folder}/callgrind.out"
        run(hotpath, instructions, shutil.which("valgrind"), "--quiet", "--tool=callgrind", f"--callgrind-out-file={out}",
            f"--toggle-collect={phase}", "--compress-strings=no", "--compress-pos=no", **SETS[instructions])
        with open(out) as lines: return own(lines)


def count(hotpath, instructions, facts):
    phases = {}
    for phase, item in PHASES.items():
        costs, again = (count_once(hotpath, instructions, phase) for _ in range(2))
        if costs != again:
            differing = [name for name in costs | again if costs[name] != again[name]]
            sys.exit(f"callgrind: '{phase}' differs from run to run, in {', '.join(differing)}")
        n = facts[item]
        phases[phase] = {"unit": f"instructions/{item[:-1]}", "total": round(costs.total() / n, 2),
                         "functions": {name: round(cost / n, 2) for name, cost in costs.most_common() if cost / n >= LEAST}}
    return phases


# ---------------------------------------------------------------- comparing


def grown(was, now):
    names = set(was) | set(now)
    changes = sorted(((now.get(name, 0) - was.get(name, 0), name) for name in names), reverse=True)
    return [f"  {name}: {was.get(name, 0):.1f} -> {now.get(name, 0):.1f}" for change, name in changes
            if change > max(LEAST, WORSE * was.get(name, 0))]


def compare(instructions, stored, phases):
    """Prints a line a phase; True where none is worse."""
    good = True
    for phase, now in phases.items():
        was = stored[phase]
        change = now["total"] / was["total"] - 1
        verdict = "worse" if change > WORSE else "better: store it with --update" if change < -WORSE else "the same"
        print(f"{phase}, {instructions}: {was['total']:.1f} -> {now['total']:.1f} {now['unit']}, {change:+.1%}: {verdict}")
        if change > WORSE:
            good = False
            print("\n".join(grown(was["functions"], now["functions"])))
    return good


def store(facts, counts):
    for instructions in SETS:
        if instructions not in counts: sys.exit(f"callgrind: cannot store: this processor has no {instructions}")
    with open(STORED, "w") as out:
        json.dump({"facts": facts, "counts": counts}, out, indent=1)
        out.write("\n")
    for instructions, phases in counts.items():
        for phase, now in phases.items(): print(f"{phase}, {instructions}: {now['total']:.1f} {now['unit']}, stored")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", metavar="DIR")
    parser.add_argument("--update", action="store_true")
    options = parser.parse_args()
    if not shutil.which("valgrind"): skip("no valgrind")
    hotpath = build(options.build)
    runs = {instructions: run(hotpath, instructions) for instructions in SETS}
    facts = next((facts for facts in runs.values() if facts), None)
    if not facts: skip(f"on this machine there is none of {', '.join(SETS)}")
    if not facts.pop("optimised"): sys.exit("callgrind: not a Release build")
    with open(STORED) as file: stored = json.load(file)
    for fact in () if options.update else CONDITIONS:
        if facts[fact] != stored["facts"][fact]: skip(f"'{fact}' is {facts[fact]}, and {stored['facts'][fact]} where the counts were stored")
    counts = {instructions: count(hotpath, instructions, facts) for instructions, can in runs.items() if can}
    if options.update: store(facts, counts)
    elif not all([compare(instructions, stored["counts"][instructions], phases) for instructions, phases in counts.items()]):
        sys.exit("callgrind: more instructions than stored; if that is meant: python3 bench/micro/callgrind.py --update")


if __name__ == "__main__":
    main()
