"""The plots, as SVG."""
import os

from report_results import first, floor_us


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
