"""Rows 19 and 40: the clock, and what the system refuses."""
from harness import test
from rig import file, lines, replay

IN_A_START = ("memory", "worker.thread", "publisher.thread")
WHILE_IT_RUNS = {"array": (1, 2, 5), "buffer": (1, 2, 5, 20, 50, 100, 200, 400), "memory": (1, 5, 20, 40)}


@test(seconds=80)
def row_19_clock_jumps_a_year(t):
    """Ahead and back, in the middle of the work: what depends on event time is the same."""
    redis = t.redis()
    path, config = file(t, redis)
    parts = t.log("file").slices(4)
    for i, jump in enumerate(("clock.ahead=fail@10+", "clock.behind=fail@10+", "clock.ahead=fail")):
        t.write("log.ndjson", lines(sum(parts[:i + 1], [])))
        program = t.run("replay", config, path, KAIKU_FAILPOINTS=jump)
        assert "failpoint 'clock" in program.err, program.err
    replay(t, redis, path, config)


@test(seconds=100)
def row_40_memory_and_threads_refused(t):
    """An end with a word about it, or none at all; never by a signal, and the next run makes it whole."""
    redis = t.redis()
    path, config = file(t, redis)
    log, met = t.log("file"), set()
    faults = [f"{name}=fail@1" for name in IN_A_START] + [f"{name}=fail@{n}" for name, ns in WHILE_IT_RUNS.items() for n in ns]
    parts = log.slices(len(faults) + 1)
    for i, fault in enumerate(faults):
        t.write("log.ndjson", lines(sum(parts[:i + 1], [])))
        program = t.run("replay", config, path, code=None, KAIKU_FAILPOINTS=fault)
        code = program.process.returncode
        assert code in (0, 1, 2), f"{fault}: exit {code}\n{program.err[-3000:]}"     # 2: the configuration cannot be read
        if "failpoint" in program.err: met.add(fault.split("=")[0])
        if code: assert "memory" in program.err, f"{fault}: {program.err}"
        if fault.endswith("thread=fail@1"): assert code == 1 and "thread" in program.err, program.err
    assert met == {"memory", "worker.thread", "publisher.thread", "array", "buffer"}, met
    replay(t, redis, path, config)
