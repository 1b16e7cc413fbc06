#!/usr/bin/python3
"""From the JSON files in build/bench-results: RESULTS.md with tables and targets, and plots beside it.

    python3 bench/report.py            into build/bench-results
    python3 bench/report.py --publish  into bench/RESULTS.md and bench/plots"""
import argparse
import json
import os

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
RESULTS = f"{ROOT}/build/bench-results"
IDLE, FULL_EVENTS = .5, 4000000  # a load average above, or fewer events of the peers, takes the figures their meaning


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

    @property
    def calls(self):
        """Allocations, locks and system calls for each event of a worker that has begun."""
        quiet = self.parts.get("micro", {}).get("quiet")
        return quiet and (quiet["allocations"] + quiet["locks"] + quiet["system_calls"]) / quiet["events"]

    def peer(self, name):
        return self.parts.get("peers", {}).get("programs", {}).get(name)

    @property
    def short(self):
        found = [name for name in ("micro", "macro") if self.parts.get(name, {}).get("short")]
        return found + ["peers"] * (self.parts.get("peers", {}).get("events", FULL_EVENTS) < FULL_EVENTS)


def first(records, key):
    return records[0][key] if records else None


# ---------------------------------------------------------------- targets


def target(what, wanted, figure, holds, unit="", digits=2):
    if figure is None: return what, wanted, "-", "not measured"
    return what, wanted, f"{figure:,.{digits}f}{unit}", "met" if holds(figure) else "**missed**"


def ratio(a, b):
    return a / b if a is not None and b else None


def at_most(limit):
    return lambda x: x <= limit


def below(limit):
    return lambda x: x < limit


def floor_us(results):
    """What reading the records and parsing them cost, with the best tools there are."""
    drain = first(results.macro("floor", what="drain"), "cpu_us")
    parse = first(results.micro("decode", "fixed/simdjson"), "median")
    return None if drain is None or parse is None else drain + parse / 1000


def speed_targets(results):
    one = first(results.macro("throughput", workers=1), "cpu_us")
    rates = [first(results.micro("path", f"{workers}/rate"), "best") for workers in ("1 worker", "2 workers")]
    yield target("CPU per event / (librdkafka drain + simdjson)", "<= 0.9", ratio(one, floor_us(results)), at_most(.9))
    yield target("decode, members in a fixed order / simdjson", "<= 0.45", first(results.micro("decode", "fixed"), "ratio"), at_most(.45))
    yield target("decode, members shuffled / simdjson", "<= 1.1", first(results.micro("decode", "shuffled"), "ratio"), at_most(1.1))
    yield target("record to cell, one worker / simdjson", "<= 0.7", first(results.micro("path", "1 worker"), "ratio"), at_most(.7))
    yield target("events/s of 2 workers / of 1, records in memory", ">= 1.8", ratio(rates[1], rates[0]), lambda x: x >= 1.8)
    yield target("allocations, locks and system calls per event, after start", "0", results.calls, at_most(0))


def delay_targets(results):
    at = results.macro("delay", share=.2)
    interval = first(at, "publish_ms") or 1000
    yield target("delay p50 at 20 % of the top rate", f"< {interval} ms", first(at, "p50_ms"), below(interval), " ms", 0)
    yield target("delay p99 at 20 % of the top rate", f"< {2 * interval} ms", first(at, "p99_ms"), below(2 * interval), " ms", 0)


def memory_targets(results):
    cells = results.macro("live_cells", cells=100000)
    yield target("process with 100,000 base cells", "< 200 MiB", first(cells, "peak_mib"), below(200), " MiB", 0)
    for bench, what in (("throughput", "3 metrics"), ("contact_center", "deploy/kaiku.yaml")):
        yield target(f"Redis per (member, window) cell, {what}", "< 200 bytes", first(results.macro(bench), "cell_bytes"), below(200),
                     " bytes", 1)
    yield target("longest script, 20,000 cells touched a commit", "< 5 ms", first(results.macro("redis_load"), "longest_script_ms"),
                 below(5), " ms")


def peer_targets(results):
    ours = (results.peer("kaiku") or {}).get("cpu_s_per_million")
    for name, title, parts in (("go", "Go", 2), ("python", "Python", 8), ("streams", "Kafka Streams", 13)):
        theirs = (results.peer(name) or {}).get("cpu_s_per_million")
        yield target(f"CPU per event / {title}", f"<= 1/{parts}", ratio(ours, theirs), at_most(1 / parts), digits=3)


def targets(results):
    return [t for group in (speed_targets, delay_targets, memory_targets, peer_targets) for t in group(results)]


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
    floors = [[titles[r["what"]], r["events"], r["events_per_s"], r["cpu_us"], None, None] for r in results.macro("floor")]
    runs = [[f"kaiku, {r['workers']} worker{'s' * (r['workers'] > 1)}", r["events"], r["events_per_s"], r["cpu_us"], r["redis_cpu_us"],
             r["peak_mib"]] for r in results.macro("throughput")]
    demo = [["kaiku, deploy/kaiku.yaml", r["events"], r["events_per_s"], r["cpu_us"], r["redis_cpu_us"], r["peak_mib"]]
            for r in results.macro("contact_center")]
    return table(["", "events", "events/s", "CPU µs/event", "Redis CPU µs/event", "peak MiB"], floors + runs + demo)


def cells_text(results):
    """How many cells stand behind the figures: work grows with them, not only with events."""
    lines = []
    for r in results.macro("throughput", workers=1):
        lines.append(f"Cube of 8 channels and 400 touchpoints: {r['cells']:,} cells of {r['cell_bytes']} bytes in Redis.")
    for r in results.macro("contact_center"):
        lines.append(f"deploy/kaiku.yaml: {r['cells']:,} cells of {r['cell_bytes']} bytes in Redis at the end, "
                     f"at most {r['cells_in_a_commit'] or '-'} in a commit.")
    return " ".join(lines) + "\n"


def delay_table(results):
    rows = pick(results.macro("delay"), "share", "rate", "p50_ms", "p90_ms", "p99_ms", "max_ms", "load_behind_ms")
    return table(["share of top rate", "events/s", "p50 ms", "p90 ms", "p99 ms", "max ms", "load behind, ms"],
                 [[f"{share * 100:.0f} %", *row] for share, *row in rows])


def growth_table(results):
    return table(["what grows", "to", "events/s", "CPU µs/event", "Redis CPU µs/event", "peak MiB"],
                 pick(results.macro("growth"), "by", "value", "events_per_s", "cpu_us", "redis_cpu_us", "peak_mib"))


def outage_table(results):
    rows = pick(results.macro("outage"), "rate", "away_s", "before_mib", "during_mib", "after_mib", "catch_up_s")
    return table(["events/s", "Redis away, s", "MiB before", "during", "after", "caught up after, s", "totals exact"],
                 [[*row, "yes"] for row in rows])


def memory_table(results):
    return table(["base cells", "peak MiB", "bytes of the process a cell", "bytes of Redis a cell"],
                 pick(results.macro("live_cells"), "cells", "peak_mib", "process_cell_bytes", "redis_cell_bytes"))


def redis_table(results):
    return table(["cells touched a commit", "events/s", "Redis CPU, share of a core", "scripts", "p99 ms", "over 1 ms", "longest ms"],
                 pick(results.macro("redis_load"), "touched", "rate", "redis_cpu_share", "scripts", "script_p99_ms", "scripts_over_1ms",
                      "longest_script_ms"))


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


# ---------------------------------------------------------------- plots


def bars(axes, names, values, unit):
    axes.barh(names[::-1], values[::-1], color="#4477aa")
    axes.set_xlabel(unit)
    for i, value in enumerate(values[::-1]): axes.text(value, i, f" {value:.2f}", va="center")
    axes.margins(x=.12)


def plot_cpu(results, figure):
    names, values = [], []
    for name, value in (("memcpy", first(results.macro("floor", what="copy"), "cpu_us")),
                        ("librdkafka drain", first(results.macro("floor", what="drain"), "cpu_us")),
                        ("drain + simdjson", floor_us(results)),
                        ("kaiku, 1 worker", first(results.macro("throughput", workers=1), "cpu_us")),
                        ("kaiku, 2 workers", first(results.macro("throughput", workers=2), "cpu_us"))):
        if value is not None:
            names.append(name)
            values.append(value)
    if values: bars(figure.subplots(), names, values, "CPU µs per event")
    return values


def plot_peers(results, figure):
    programs = results.parts.get("peers", {}).get("programs", {})
    if programs:
        axes = figure.subplots()
        bars(axes, list(programs), [p["cpu_s_per_million"] for p in programs.values()], "CPU µs per event (logarithmic)")
        axes.set_xscale("log")
    return programs


def plot_decode(results, figure):
    cases = [r for r in results.micro("decode") if r["ratio"] is not None]
    if cases: bars(figure.subplots(), [r["case"] for r in cases], [r["ratio"] for r in cases], "time of the decoder / simdjson")
    return cases


def plot_delay(results, figure):
    records = results.macro("delay")
    if records:
        axes = figure.subplots()
        for key, title in (("p50_ms", "p50"), ("p90_ms", "p90"), ("p99_ms", "p99"), ("max_ms", "max")):
            axes.plot([r["rate"] for r in records], [r[key] for r in records], marker="o", label=title)
        axes.axhline(records[0]["publish_ms"], color="grey", linestyle=":", label="publish interval")
        axes.set_xlabel("events/s")
        axes.set_ylabel("ms until readable in Redis")
        axes.set_ylim(bottom=0)
        axes.legend()
    return records


def plot_growth(results, figure):
    records = results.macro("growth")
    kinds = list(dict.fromkeys(r["by"] for r in records))
    if kinds:
        for axes, kind in zip(figure.subplots(1, len(kinds), sharey=True, squeeze=False)[0], kinds):
            mine = [r for r in records if r["by"] == kind]
            axes.plot([r["value"] for r in mine], [r["cpu_us"] for r in mine], marker="o")
            axes.set_xscale("log")
            axes.set_xlabel(kind)
            axes.set_ylim(bottom=0)
        figure.axes[0].set_ylabel("CPU µs per event")
    return records


def plot_outage(results, figure):
    records = results.macro("outage")
    for r in records:
        axes = figure.subplots()
        axes.plot(*zip(*r["memory"]))
        axes.axvspan(r["left_s"], r["back_s"], alpha=.2, color="red", label="no Redis")
        axes.axvline(r["caught_up_s"], color="green", linestyle="--", label="caught up")
        axes.set_xlabel("s")
        axes.set_ylabel("MiB of the process")
        axes.set_ylim(bottom=0)
        axes.legend()
    return records


PLOTS = {"cpu": plot_cpu, "peers": plot_peers, "decode": plot_decode, "delay": plot_delay, "growth": plot_growth, "outage": plot_outage}


def draw(results, directory):
    """The plots that there are figures for; none without matplotlib."""
    try: import matplotlib
    except ImportError: return []
    matplotlib.use("Agg")
    from matplotlib import pyplot
    matplotlib.rcParams["svg.hashsalt"] = "kaiku"  # the same figures give the same file
    os.makedirs(directory, exist_ok=True)
    drawn = []
    for name, plot in PLOTS.items():
        figure = pyplot.figure(figsize=(8, 3.6), layout="constrained")
        if plot(results, figure):
            figure.savefig(f"{directory}/{name}.svg", metadata={"Date": None})
            drawn.append(name)
        pyplot.close(figure)
    return drawn


# ---------------------------------------------------------------- the page

SECTIONS = [  # title, needs a record of, tables, plots
    ("Throughput", "throughput", [throughput_table, cells_text], ["cpu"]),
    ("Delay", "delay", [delay_table], ["delay"]),
    ("Growth", "growth", [growth_table], ["growth"]),
    ("Redis away", "outage", [outage_table], ["outage"]),
    ("Memory", "live_cells", [memory_table], []),
    ("Load on Redis", "redis_load", [redis_table], []),
]


def page(results, plots, where):
    parts = ["# What kaiku costs\n", machine_text(results),
             "Made by `python3 bench/run.py` and `python3 bench/report.py --publish`; [README.md](README.md) says how each "
             "figure is measured, and [PROFILE.md](PROFILE.md) where the time goes and why targets are missed. CPU is user and "
             "system time of kaiku alone.\n"]
    load = results.parts.get("machine", {}).get("load_before", 0)
    if load > IDLE: parts.append(f"**The machine was busy with other work: load average {load} before the start.**\n")
    if results.short: parts.append(f"**Of a short run ({', '.join(results.short)}): start and end weigh too much in all its figures.**\n")
    parts += ["## Targets\n", table(["", "target", "figure", ""], targets(results))]
    for failure in results.failures(): parts.append(f"**Failed: {failure['bench']}: {failure['error']}**\n")

    def section(title, tables, names):
        parts.append(f"## {title}\n")
        parts.extend(make(results) for make in tables)
        parts.extend(f"![{title}]({where}{name}.svg)\n" for name in names if name in plots)

    for title, bench, tables, names in SECTIONS:
        if results.macro(bench): section(title, tables, names)
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
    for what, wanted, figure, verdict in targets(results): print(f"{verdict.strip('*'):13} {what}: {figure} (target {wanted})")


if __name__ == "__main__":
    main()
