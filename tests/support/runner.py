"""Runs the tests of one folder against a built kaiku; the run.py of tests/integration, fault and campaign call it.

    run.py [--quick] [--sanitized] [--without NEED] [--only PATTERN] [--jobs N] [--list] [--rounds N] [--seed N]

Environment: KAIKU, the program (default build/PRESET/kaiku of this repository); KAIKU_TOPIC, the helper that fills
topics (default: tests/support/topic beside it). Ends with `N passed, N failed, N skipped` on a line of its own."""
import argparse
import contextlib
import fnmatch
import glob
import importlib
import os
import random
import signal
import sys
import time
import traceback

import harness
import servers

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
LARGE, SMALL = 50000, 6000  # records in a log
RECORDS_A_ROUND = 200       # at least, of a campaign


def arguments(preset, jobs):
    kaiku = os.path.abspath(os.environ.get("KAIKU") or f"{ROOT}/build/{preset}/kaiku")
    parser = argparse.ArgumentParser()
    parser.add_argument("--kaiku", default=kaiku, help=argparse.SUPPRESS)
    parser.add_argument("--topic", default=os.environ.get("KAIKU_TOPIC") or f"{os.path.dirname(kaiku)}/tests/support/topic",
                        help=argparse.SUPPRESS)
    parser.add_argument("--quick", action="store_true", help="small logs, and only the tests that are quick")
    parser.add_argument("--sanitized", action="store_true", help="small logs, and the tests meant for sanitizers")
    parser.add_argument("--without", default="", help="leave out the tests that need this: kafka")
    parser.add_argument("--only", default="*", help="names of tests: a pattern, or a part of the name")
    parser.add_argument("--jobs", type=int, default=jobs, help="tests at a time")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--rounds", type=int, default=0, help="of a campaign (default: a few)")
    parser.add_argument("--seed", type=int, default=1, help="of a campaign: which moments and loads")
    return parser.parse_args()


def chosen(options):
    pattern = options.only if "*" in options.only else f"*{options.only}*"
    return [t for t in harness.TESTS if fnmatch.fnmatch(t["name"], pattern)
            and options.without not in t["needs"] and (t["quick"] or not options.quick) and (t["sanitized"] or not options.sanitized)]


def expire(signum, frame):
    raise TimeoutError("over its time limit")


def run(test, options, shared):
    """passed, failed or skipped."""
    begin, result, why = time.monotonic(), "passed", ""
    context = harness.Context(options, shared)
    signal.alarm(test["seconds"])
    try:
        if "kafka" in test["needs"]: context.kafka
        test["run"](context)
        signal.alarm(0)
        context.check_sanitizer()
    except harness.Skip as e: result, why = "skipped", str(e)
    except Exception as e:
        result = "failed"
        why = traceback.format_exc() if not isinstance(e, AssertionError) else traceback.format_exc(limit=-2)
    finally:
        signal.alarm(0)
        context.close()
    took = time.monotonic() - begin
    line = f"{result:7}  {test['name']:44} {took:6.1f} s" + (f"  {why}" if result == "skipped" else "")
    if result == "failed": line += "\n    " + why.strip().replace("\n", "\n    ")
    print(line, flush=True)
    return result


# ---------------------------------------------------------------- several at a time

def fork(tests, options, shared):
    """Runs tests one after the other in a process of its own, which has the broker and the expectations of this one.
    Its results come through the file that is returned."""
    results, told = os.pipe()
    pid = os.fork()
    if pid:
        os.close(told)
        return pid, results
    try:
        servers.die_with_parent()
        random.seed()  # all would draw the same ports
        with contextlib.ExitStack() as stack:
            shared = shared | {"stack": stack}
            for test in tests: os.write(told, run(test, options, shared).encode() + b"\n")
    except BaseException: traceback.print_exc()
    finally: os._exit(0)


def collect(results, tests):
    """A process that ended before its last test failed."""
    with os.fdopen(results) as f: got = f.read().split()
    return got + ["failed"] * (len(tests) - len(got))


def run_beside(tests, options, shared):
    shared["expectations"].finish()
    with contextlib.closing(harness.Context(options, shared)) as context:
        if any("kafka" in t["needs"] for t in tests) and not servers.java_missing(): context.kafka
    groups = {}
    for t in tests: groups.setdefault(t["group"], []).append(t)
    # The longest first: they would be waited for at the end.
    left, running, got = sorted(groups.values(), key=lambda g: sum(t["seconds"] for t in g)), {}, []
    while left or running:
        while left and len(running) < options.jobs:
            pid, results = fork(left[-1], options, shared)
            running[pid] = results, left.pop()
        pid, _ = os.wait()
        if pid in running: got += collect(*running.pop(pid))
    return got


# ----------------------------------------------------------------

def main(folder, label="", preset="release", jobs=1, records=LARGE, logs=harness.LOGS):
    """label: what the names of the tests begin with; preset: the build they need; records: in a log, where not all is to be
    small; logs: those that most tests need."""
    options = arguments(preset, jobs)
    sys.path.insert(0, folder)
    for path in sorted(glob.glob(f"{folder}/*.py")):
        module = os.path.splitext(os.path.basename(path))[0]
        if module != "run": importlib.import_module(module)
    for t in harness.TESTS: t["name"] = label + t["name"]
    tests = chosen(options)
    if options.list: return print("\n".join(t["name"] for t in tests))
    if tests and not os.path.exists(options.kaiku): sys.exit(f"no program '{options.kaiku}': build it first")
    signal.signal(signal.SIGALRM, expire)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))     # what was started is ended on the way out
    with contextlib.ExitStack() as stack:
        if options.quick or options.sanitized: records = min(records, SMALL)
        records = max(records, RECORDS_A_ROUND * options.rounds)
        shared = {"stack": stack, "expectations": harness.Expectations(records)}
        stack.callback(shared["expectations"].close)
        options.jobs = min(options.jobs, len(tests))
        if options.jobs > 1 or (options.only == "*" and records == LARGE): shared["expectations"].prepare(logs)
        if options.jobs > 1: results = run_beside(tests, options, shared)
        else: results = [run(t, options, shared) for t in tests]
    counts = {k: results.count(k) for k in ("passed", "failed", "skipped")}
    print(", ".join(f"{n} {k}" for k, n in counts.items()))
    sys.exit(1 if counts["failed"] else 0)
