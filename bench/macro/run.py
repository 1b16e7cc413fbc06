"""Benchmarks of the whole program, from a Kafka topic into Redis:

    python3 bench/macro/run.py --build DIR --json FILE [--short] [--only NAME]

Every benchmark gives records of its own; one that fails gives a record that says why, and the others go on."""
import argparse
import json
import signal
import sys
import time
import traceback

import contact_center
import delay
import growth
import memory
import outage
import throughput
from rig import Rig
from servers import java_missing

BENCHMARKS = [b for m in (throughput, memory, delay, outage, growth, contact_center) for b in m.BENCHMARKS]


def run(benchmark, rig):
    name, begin, records = benchmark.__name__, time.monotonic(), []
    print(f"macro: {name}", flush=True)
    try:
        for record in benchmark(rig):
            print("    " + json.dumps({k: v for k, v in record.items() if not isinstance(v, list)}), flush=True)
            records.append(record)
    except Exception as e:
        traceback.print_exc()
        records.append({"bench": name, "error": f"{type(e).__name__}: {str(e)[:300]}"})
    print(f"    {time.monotonic() - begin:.0f} s", flush=True)
    return records


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", required=True, metavar="DIR", help="a build with -DKAIKU_BENCH=ON")
    parser.add_argument("--json", required=True, metavar="FILE", help="where the records go")
    parser.add_argument("--short", action="store_true", help="few events")
    parser.add_argument("--only", default="", metavar="NAME", help="benchmarks whose name holds it")
    options = parser.parse_args()
    why = java_missing()
    if why: sys.exit(f"macro: skipped: {why}")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that what was started is ended
    records = []
    with Rig(options.build, options.short) as rig:
        for benchmark in BENCHMARKS:
            if options.only not in benchmark.__name__: continue
            records += run(benchmark, rig)
            with open(options.json, "w") as f: json.dump({"part": "macro", "short": options.short, "records": records}, f, indent=1)
    sys.exit(any("error" in r for r in records))


if __name__ == "__main__":
    main()
