"""The targets of both headlines: what is wanted, what was measured, whether that is enough, and at how many cells."""
import collections

from report_results import first, floor_us, ratio

# Names of the benchmarks, and of the cases of micro.
Headline = collections.namedtuple("Headline", "floor throughput delay live_cells redis_load decode shuffled path quiet")
CUBE = Headline("floor", "throughput", "delay", "live_cells", "redis_load", "fixed", "shuffled", "", "cube")
CONTACT_CENTER = Headline("contact_floor", "contact_center", "contact_delay", "contact_live_cells",
                          "contact_redis_load", "contact center", "contact center, shuffled", "contact center, ",
                          "contact center")


def target(what, wanted, figure, holds, unit="", digits=2, cells=None, of="touched"):
    beside = "-" if figure is None or cells is None else f"{round(cells):,} {of}"
    if figure is None: return what, wanted, "-", "not measured", beside
    return what, wanted, f"{figure:,.{digits}f}{unit}", "met" if holds(figure) else "**missed**", beside


def at_most(limit):
    return lambda x: x <= limit


def below(limit):
    return lambda x: x < limit


def speed_targets(results, headline):
    one = results.macro(headline.throughput, workers=1)
    paths = [f"{headline.path}{workers}" for workers in ("1 worker", "2 workers")]
    rates = [first(results.micro("path", f"{path}/rate"), "best") for path in paths]
    cells = [first(results.micro("path", f"{path}/cells"), "best") for path in paths]
    fixed, shuffled = (first(results.micro("decode", case), "ratio") for case in (headline.decode, headline.shuffled))
    floor, quiet = floor_us(results, headline.floor, headline.decode), results.quiet(headline.quiet)
    yield target("CPU per event / (librdkafka drain + simdjson)", "<= 0.9", ratio(first(one, "cpu_us"), floor),
                 at_most(.9), cells=first(one, "cells"))
    yield target("decode, members in a fixed order / simdjson", "<= 0.45", fixed, at_most(.45))
    yield target("decode, members shuffled / simdjson", "<= 1.1", shuffled, at_most(1.1))
    yield target("record to cell, one worker / simdjson", "<= 0.7", first(results.micro("path", paths[0]), "ratio"),
                 at_most(.7), cells=cells[0], of="base, handed over")
    yield target("events/s of 2 workers / of 1, records in memory", ">= 1.8", ratio(rates[1], rates[0]),
                 lambda x: x >= 1.8, cells=cells[1], of="base, handed over")
    yield target("allocations, locks and system calls per event, after start", "0", first(quiet, "calls"), at_most(0),
                 cells=first(quiet, "cells"), of="base")


def delay_targets(results, headline):
    at = results.macro(headline.delay, share=.2)
    interval, cells = first(at, "publish_ms") or 1000, first(at, "cells")
    for key, limit in (("p50", interval), ("p99", 2 * interval)):
        yield target(f"delay {key} at 20 % of the top rate", f"< {limit} ms", first(at, f"{key}_ms"), below(limit), " ms",
                     0, cells)


def memory_targets(results, headline):
    live, load = results.macro(headline.live_cells, cells=100000), results.macro(headline.redis_load)
    one = results.macro(headline.throughput, workers=1)
    yield target("process with 100,000 base cells", "< 200 MiB", first(live, "peak_mib"), below(200), " MiB", 0,
                 first(live, "redis_cells"))
    yield target("Redis per (member, window) cell", "< 200 bytes", first(one, "cell_bytes"), below(200), " bytes", 1,
                 first(one, "cells"))
    yield target("Redis CPU, 20,000 cells touched a commit", "< 0.5 of a core", first(load, "redis_cpu_share"), below(.5),
                 cells=first(load, "touched"), of="a commit")
    yield target("longest script, 20,000 cells touched a commit", "< 5 ms", first(load, "longest_script_ms"), below(5),
                 " ms", cells=first(load, "touched"), of="a commit")


def peer_targets(results):
    ours = (results.peer("kaiku") or {}).get("cpu_s_per_million")
    for name, title, parts in (("go", "Go", 2), ("python", "Python", 8), ("streams", "Kafka Streams", 13)):
        theirs = (results.peer(name) or {}).get("cpu_s_per_million")
        yield target(f"CPU per event / {title}", f"<= 1/{parts}", ratio(ours, theirs), at_most(1 / parts), digits=3)


def targets(results, headline):
    """Of the first headline also those beside other programs, which do its work only."""
    found = [t for group in (speed_targets, delay_targets, memory_targets) for t in group(results, headline)]
    return [*found, *peer_targets(results)] if headline is CUBE else found
