#!/usr/bin/python3
"""Runs the integration tests against a built kaiku.

    run.py [--quick] [--sanitized] [--without NEED] [--only PATTERN] [--list]

Environment: KAIKU, the program (default build/release/kaiku of this repository); KAIKU_TOPIC, the helper that fills
topics (default: tests/support/topic beside it). Ends with `N passed, N failed, N skipped` on a line of its own."""
import argparse
import contextlib
import fnmatch
import glob
import importlib
import os
import signal
import sys
import time
import traceback

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path[:0] = [HERE, os.path.join(os.path.dirname(HERE), "support")]
import harness  # noqa: E402


def arguments():
    kaiku = os.path.abspath(os.environ.get("KAIKU") or f"{ROOT}/build/release/kaiku")
    parser = argparse.ArgumentParser()
    parser.add_argument("--kaiku", default=kaiku, help=argparse.SUPPRESS)
    parser.add_argument("--topic", default=os.environ.get("KAIKU_TOPIC") or f"{os.path.dirname(kaiku)}/tests/support/topic",
                        help=argparse.SUPPRESS)
    parser.add_argument("--quick", action="store_true", help="small logs, and only the tests that are quick")
    parser.add_argument("--sanitized", action="store_true", help="small logs, and the tests meant for sanitizers")
    parser.add_argument("--without", default="", help="leave out the tests that need this: kafka")
    parser.add_argument("--only", default="*", help="names of tests: a pattern, or a part of the name")
    parser.add_argument("--list", action="store_true")
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
    print(f"{result:7}  {test['name']:44} {took:6.1f} s" + (f"  {why}" if result == "skipped" else ""), flush=True)
    if result == "failed": print("    " + why.strip().replace("\n", "\n    "), flush=True)
    return result


def main():
    options = arguments()
    for path in sorted(glob.glob(f"{HERE}/*.py")):
        module = os.path.splitext(os.path.basename(path))[0]
        if module != "run": importlib.import_module(module)
    tests = chosen(options)
    if options.list: return print("\n".join(t["name"] for t in tests))
    if tests and not os.path.exists(options.kaiku): sys.exit(f"no program '{options.kaiku}': build it first")
    signal.signal(signal.SIGALRM, expire)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))     # what was started is ended on the way out
    results = []
    with contextlib.ExitStack() as stack:
        records = 6000 if options.quick or options.sanitized else 50000
        shared = {"stack": stack, "expectations": harness.Expectations(records)}
        stack.callback(shared["expectations"].close)
        if options.only == "*" and records == 50000: shared["expectations"].prepare(harness.LOGS)
        results = [run(t, options, shared) for t in tests]
    counts = {k: results.count(k) for k in ("passed", "failed", "skipped")}
    print(", ".join(f"{n} {k}" for k, n in counts.items()))
    sys.exit(1 if counts["failed"] else 0)


if __name__ == "__main__":
    main()
