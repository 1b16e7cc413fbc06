#!/usr/bin/python3
"""Draws what the campaign `day` measured: tests/support/plot_day.py build/campaign/day.json tests/fault/day.svg (needs matplotlib)."""
import json
import sys

import matplotlib
matplotlib.use("Agg")
from matplotlib import pyplot  # noqa: E402


def main(measured, out):
    with open(measured) as f: day = json.load(f)
    matplotlib.rcParams["svg.hashsalt"] = "kaiku"  # the same figures give the same file
    minutes = [s["s"] / 60 for s in day["samples"]]
    figure, (memory, lag) = pyplot.subplots(2, sharex=True, figsize=(8, 5), height_ratios=(3, 1))
    memory.plot(minutes, [s["kaiku_mib"] for s in day["samples"]], label="kaiku, resident")
    memory.plot(minutes, [s["redis_mib"] for s in day["samples"]], label="Redis, used_memory")
    memory.set_ylabel("MiB")
    memory.set_ylim(bottom=0)
    memory.legend()
    lag.plot(minutes, [s["lag"] for s in day["samples"]], color="grey")
    lag.set_ylabel("lag, records")
    lag.set_xlabel(f"minutes; a day of {day['events']:,} events in {day['minutes']}")
    figure.tight_layout()
    figure.savefig(out, metadata={"Date": None})


if __name__ == "__main__":
    main(*sys.argv[1:])
