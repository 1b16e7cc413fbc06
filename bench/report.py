#!/usr/bin/python3
"""From the JSON files in build/bench-results: RESULTS.md with tables and targets, and plots beside it.

    python3 bench/report.py            into build/bench-results
    python3 bench/report.py --publish  into bench/RESULTS.md and bench/plots"""
import argparse
import os

from report_plots import draw
from report_results import Results
from report_targets import CONTACT_CENTER, CUBE, targets

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
RESULTS = f"{ROOT}/build/bench-results"
IDLE = .5  # a load average above takes the figures their meaning


# ---------------------------------------------------------------- tables


def table(header, rows):
    """Text to the left, numbers to the right."""
    rows = [["-" if c is None else f"{c:,}" if isinstance(c, (int, float)) else str(c) for c in row] for row in rows]
    number = [all(row[i][:1].isdigit() or row[i] == "-" for row in rows) for i in range(len(header))]
    lines = [header, ["--:" if n else "---" for n in number], *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def pick(records, *keys):
    return [[r.get(k) for k in keys] for r in records]


def machine_text(results):
    m = results.parts.get("machine")
    if not m: return "The machine is not known.\n"
    versions = "; ".join(f"{name}: {version}" for name, version in m["versions"].items())
    return (f"{m['cpu']}, {m['cores']} cores{' of a virtual machine' if m['virtual'] else ''}, {m['memory_gib']} GiB of memory, "
            f"{m['system']}, Linux {m['kernel']}. Broker, Redis, load and kaiku share it.\n\n{versions}.\n")


def throughput_table(results):
    titles = {"drain": "librdkafka reads, nothing else", "copy": "memcpy"}
    rows = []
    for floor, bench, title in ((CUBE.floor, CUBE.throughput, "cube"), (CONTACT_CENTER.floor, CONTACT_CENTER.throughput, "deploy/kaiku.yaml")):
        rows += [[f"{title}: {titles[r['what']]}", r["events"], r["events_per_s"], r["cpu_us"], None, None, None, None]
                 for r in results.macro(floor)]
        rows += [[f"{title}: kaiku, {r['workers']} worker{'s' * (r['workers'] > 1)}", r["events"], r["events_per_s"], r["cpu_us"],
                  r["redis_cpu_us"], r["peak_mib"], r["cells"], r["seconds"]] for r in results.macro(bench)]
    return table(["", "events", "events/s", "CPU µs/event", "Redis CPU µs/event", "peak MiB", "cells touched", "s"], rows)


def cells_text(results):
    """How many cells stand behind the figures: work grows with them, not only with events."""
    lines = []
    for r in results.macro(CUBE.throughput, workers=1):
        lines.append(f"Cube of 8 channels and 400 touchpoints: {r['cells']:,} cells of {r['cell_bytes']} bytes in Redis.")
    for r in results.macro(CONTACT_CENTER.throughput, workers=1):
        lines.append(f"deploy/kaiku.yaml: {r['cells']:,} cells of {r['cell_bytes']} bytes in Redis at the end, "
                     f"at most {r['cells_in_a_commit'] or 0:,} in a commit of those that the log tells of.")
    return " ".join(lines) + "\n"


def delay_table(results):
    rows = [[title, f"{r['share'] * 100:.0f} %", *pick([r], "rate", "p50_ms", "p90_ms", "p99_ms", "max_ms", "load_behind_ms", "cells")[0]]
            for bench, title in ((CUBE.delay, "cube"), (CONTACT_CENTER.delay, "deploy/kaiku.yaml")) for r in results.macro(bench)]
    return table(["", "share of top rate", "events/s", "p50 ms", "p90 ms", "p99 ms", "max ms", "load behind, ms", "cells touched"], rows)


def growth_table(results):
    return table(["what grows", "to", "events/s", "CPU µs/event", "Redis CPU µs/event", "peak MiB"],
                 pick(results.macro("growth"), "by", "value", "events_per_s", "cpu_us", "redis_cpu_us", "peak_mib"))


def outage_table(results):
    rows = pick(results.macro("outage"), "rate", "away_s", "before_mib", "during_mib", "after_mib", "catch_up_s")
    return table(["events/s", "Redis away, s", "MiB before", "during", "after", "caught up after, s", "totals exact"],
                 [[*row, "yes"] for row in rows])


def memory_table(results):
    rows = [[title, *row] for bench, title in ((CUBE.live_cells, "one view, one window"), (CONTACT_CENTER.live_cells, "deploy/kaiku.yaml"))
            for row in pick(results.macro(bench), "cells", "peak_mib", "process_cell_bytes", "redis_cells", "redis_cell_bytes")]
    return table(["", "base cells", "peak MiB", "bytes of the process a cell", "cells in Redis", "bytes of Redis a cell"], rows)


def redis_table(results):
    rows = [[title, *row] for bench, title in ((CUBE.redis_load, "one view, one window"), (CONTACT_CENTER.redis_load, "deploy/kaiku.yaml"))
            for row in pick(results.macro(bench), "touched", "rate", "redis_cpu_share", "scripts", "script_p99_ms", "scripts_over_1ms",
                            "longest_script_ms")]
    return table(["", "cells touched a commit", "events/s", "Redis CPU, share of a core", "scripts", "p99 ms", "over 1 ms", "longest ms"], rows)


def micro_table(results):
    return table(["part", "case", "unit", "best", "median", "baseline", "ratio"],
                 pick(results.micro(), "bench", "case", "unit", "best", "median", "baseline", "ratio"))


def peers_table(results):
    programs = results.parts.get("peers", {}).get("programs", {})
    rows = [[name, p["version"], round(p["events_per_s"]), round(p["cpu_s_per_million"], 2),
             round(p["redis_cpu_s_per_million"], 2) if "redis_cpu_s_per_million" in p else None, round(p["peak_mb"]),
             "yes" if p["right"] else "**no**"]
            for name, p in programs.items()]
    return table(["program", "version", "events/s", "CPU µs/event", "Redis CPU µs/event", "peak MB", "totals right"], rows)


# ---------------------------------------------------------------- the page

SECTIONS = [  # title, needs a record of one of these, tables, plots
    ("Throughput", (CUBE.throughput, CONTACT_CENTER.throughput), [throughput_table, cells_text], ["cpu"]),
    ("Delay", (CUBE.delay, CONTACT_CENTER.delay), [delay_table], ["delay"]),
    ("Growth", ("growth",), [growth_table], ["growth"]),
    ("Redis away", ("outage",), [outage_table], ["outage"]),
    ("Memory", (CUBE.live_cells, CONTACT_CENTER.live_cells), [memory_table], []),
    ("Load on Redis", (CUBE.redis_load, CONTACT_CENTER.redis_load), [redis_table], []),
]


def page(results, plots, where):
    parts = ["# What kaiku costs\n", machine_text(results),
             "Made by `python3 bench/run.py` and `python3 bench/report.py --publish`; [README.md](README.md) says how each "
             "figure is measured, and [PROFILE.md](PROFILE.md) where the time goes and why targets are missed. CPU is user and "
             "system time of kaiku alone.\n"]
    load = results.parts.get("machine", {}).get("load_before", 0)
    if load > IDLE: parts.append(f"**The machine was busy with other work: load average {load} before the start.**\n")
    if results.short: parts.append(f"**Of a short run ({', '.join(results.short)}): start and end weigh too much in all its figures.**\n")
    header = ["", "target", "figure", "", "cells"]
    parts += ["## Targets\n", table(header, targets(results, CUBE))]
    parts += ["## Targets, second headline\n", "deploy/kaiku.yaml as it is, events as `kaiku gen` makes them, topics with LogAppendTime.\n",
              table(header, targets(results, CONTACT_CENTER))]
    for failure in results.failures(): parts.append(f"**Failed: {failure['bench']}: {failure['error']}**\n")

    def section(title, tables, names):
        parts.append(f"## {title}\n")
        parts.extend(make(results) for make in tables)
        parts.extend(f"![{title}]({where}{name}.svg)\n" for name in names if name in plots)

    for title, benches, tables, names in SECTIONS:
        if any(results.macro(bench) for bench in benches): section(title, tables, names)
    if "peers" in results.parts: section("Beside other programs", [peers_table], ["peers"])
    if results.micro(): section("The parts", [micro_table], ["decode"])
    return "\n".join(parts)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--publish", action="store_true", help="into the source tree")
    options = parser.parse_args()
    results = Results(RESULTS)
    directory, where = (f"{ROOT}/bench", "plots/") if options.publish else (RESULTS, "")
    plots = draw(results, f"{directory}/{where}".rstrip("/"))
    with open(f"{directory}/RESULTS.md", "w") as f: f.write(page(results, plots, where))
    for headline in (CUBE, CONTACT_CENTER):
        for what, wanted, figure, verdict, _ in targets(results, headline):
            print(f"{verdict.strip('*'):13} {what}: {figure} (target {wanted})")


if __name__ == "__main__":
    main()
