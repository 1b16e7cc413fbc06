#!/usr/bin/env python3
"""Runs the fuzz targets one after the other: run.py [--seconds N] [--only TARGET]

Build them first: cmake --preset fuzz && cmake --build --preset fuzz. Each starts from its seeds in tests/fuzz/corpus and
what earlier runs found in build/fuzz/corpus. A line for each: executions, edges of the code that were reached, inputs in the
corpus, seconds. An input that ends a target stays in build/fuzz/finds; given to the target as its only argument, it ends
it again. Exit 1 if there was one."""
import argparse
import os
import re
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
BUILD = f"{os.path.dirname(os.path.dirname(HERE))}/build/fuzz"
TARGETS = sorted(os.listdir(f"{HERE}/corpus"))


def command(target, seconds):
    grown = f"{BUILD}/corpus/{target}"
    for directory in (grown, f"{BUILD}/finds"): os.makedirs(directory, exist_ok=True)
    words = f"{HERE}/{target}.dict"
    return [f"{BUILD}/tests/fuzz/fuzz_{target}", f"-max_total_time={seconds}", "-print_final_stats=1", "-timeout=20",
            f"-artifact_prefix={BUILD}/finds/{target}-", *([f"-dict={words}"] if os.path.exists(words) else []),
            grown, f"{HERE}/corpus/{target}"]


def run(target, seconds):
    """None where all went well, else what the target said last; and a line of figures."""
    begin = time.monotonic()
    done = subprocess.run(command(target, seconds), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                          env=os.environ | {"ASAN_OPTIONS": "detect_leaks=1", "UBSAN_OPTIONS": "print_stacktrace=1"})
    said = done.stderr.decode(errors="replace")
    executions = re.findall(r"number_of_executed_units: *(\d+)", said) or ["?"]
    reached = re.findall(r"cov: (\d+) .*corp: (\d+)/", said) or [("?", "?")]
    figures = f"{target:8} {executions[-1]:>10} executions {reached[-1][0]:>6} edges {reached[-1][1]:>6} inputs {time.monotonic() - begin:6.0f} s"
    return (said[-6000:] if done.returncode else None), figures


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=int, default=5, help="for each target")
    parser.add_argument("--only", default="", metavar="TARGET")
    options = parser.parse_args()
    failed = 0
    for target in (t for t in TARGETS if options.only in t):
        wrong, figures = run(target, options.seconds)
        print(figures + (f"  ended by an input, see {BUILD}/finds" if wrong else ""), flush=True)
        if wrong: print(wrong, flush=True)
        failed += wrong is not None
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
