"""Builds kaiku with the presets and runs all tests; called by run.sh, which installs what this needs.

Unit and stress tests run with release, asan and tsan (there the stress programs only: Criterion does not start
under ThreadSanitizer). The integration tests run whole with release; those marked for it run with asan and, where
they need no Kafka (Debian's librdkafka crashes under it), with tsan. With release alone run those of the page, the
documentation and the dashboards, the campaigns in their short form, and the count of the hot path's instructions
(bench/micro/README.md). The fault catalogue runs with asan, the build that has failpoints. The fuzz targets get some
seconds each, see tests/fuzz/README.md. With --campaign, one campaign and nothing else."""
import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SKIPPED = 77  # exit code of a test that cannot be done here
FUZZ_SECONDS = 5  # for each target
JOBS = 3          # integration tests at a time: most wait for servers
# What else runs with a build: (title, folder, arguments).
BEYOND = {
    "release": [("the page in Chromium", "browser", []), ("the documentation", "docs", ["--jobs", str(JOBS)]),
                ("dashboards", "grafana", []), ("package, service, containers", "deploy", ["--jobs", str(JOBS)]),
                ("campaigns, short", "campaign", ["--quick"])],
    "asan": [("the fault catalogue", "fault", [])],
    "tsan": [],
}
STEPS = []        # (title, when it began)
sys.path.insert(0, f"{ROOT}/tests/support")
from servers import die_with_parent  # noqa: E402


class Counts:
    def __init__(self):
        self.passed = self.failed = self.skipped = 0

    def fail(self, what):
        print(f"failed   {what}", flush=True)
        self.failed += 1

    def skip(self, what):
        print(f"skipped  {what}", flush=True)
        self.skipped += 1

    def __str__(self):
        return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"


def step(title):
    STEPS.append((title, time.monotonic()))
    print(f"== {title}", flush=True)


def tell_times():
    """What took how long, and all of it."""
    step("times")
    for (title, begin), (_, end) in zip(STEPS, STEPS[1:]): print(f"{end - begin:6.0f} s  {title}")
    print(f"{STEPS[-1][1] - STEPS[0][1]:6.0f} s  all of it")


def build(preset, counts):
    """True where the preset could be built; a build that fails is a failed test."""
    begin = time.monotonic()
    more = ["-DKAIKU_BENCH=ON", "-DKAIKU_PACKAGE=ON"] if preset == "release" else []
    for command in (["cmake", "--preset", preset, *more], ["cmake", "--build", "--preset", preset]):
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
        if done.returncode:
            sys.stdout.write(done.stdout.decode(errors="replace"))
            counts.fail(f"build.{preset}")
            return False
    print(f"built in {time.monotonic() - begin:.0f} s", flush=True)
    return True


def programs(preset, only, counts):
    """Unit and stress tests, through ctest."""
    with tempfile.NamedTemporaryFile(suffix=".xml") as report:
        command = ["ctest", "--preset", preset, "--output-junit", report.name]
        if only: command += ["-R", re.escape(only), "--no-tests=ignore"]
        done = subprocess.run(command, stdin=subprocess.DEVNULL)
        try: suite = ET.parse(report.name).getroot()
        except ET.ParseError: suite = ET.Element("none")
    cases = [case.get("status") for case in suite.iter("testcase")]
    failed = sum(status == "fail" for status in cases)
    counts.passed += sum(status == "run" for status in cases)
    counts.skipped += sum(status not in ("run", "fail") for status in cases)
    counts.failed += failed
    if done.returncode and not failed: counts.fail(f"ctest.{preset}: exit code {done.returncode}")


def integration(preset, arguments, counts, folder="integration"):
    """The runner's own last line is added to the counts; without one, it failed."""
    environment = os.environ | {"KAIKU": f"{ROOT}/build/{preset}/kaiku", "KAIKU_TOPIC": f"{ROOT}/build/release/tests/support/topic"}
    process = subprocess.Popen([sys.executable, f"{ROOT}/tests/{folder}/run.py", *arguments], stdin=subprocess.DEVNULL,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment, preexec_fn=die_with_parent)
    last = None
    for line in process.stdout:
        found = re.fullmatch(r"(\d+) passed, (\d+) failed, (\d+) skipped\n", line)
        if found: last = [int(x) for x in found.groups()]
        else: print(line, end="", flush=True)
    code = process.wait()
    if last is None or (code != 0) != (last[1] > 0): return counts.fail(f"{folder}.{preset}: exit code {code}")
    counts.passed += last[0]
    counts.failed += last[1]
    counts.skipped += last[2]


def instructions(only, counts):
    """Those of the hot path, beside the stored ones; skipped where these are of another compiler or machine."""
    name = "bench.hotpath"
    if only not in name: return
    step("release: instructions of the hot path")
    done = subprocess.run([sys.executable, f"{ROOT}/bench/micro/callgrind.py"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True)
    print(done.stdout, end="", flush=True)
    if done.returncode == 0: counts.passed += 1
    elif done.returncode == SKIPPED: counts.skip(name)
    else: counts.fail(name)


def fuzz(only, counts):
    """A look at each target: an input that ends it is a failed test."""
    targets = [t for t in sorted(os.listdir("tests/fuzz/corpus")) if only in f"fuzz.{t}"]
    if not targets: return
    step("fuzz: build")
    if not build("fuzz", counts): return
    step(f"fuzz: {FUZZ_SECONDS} s for each target")
    for target in targets:
        done = subprocess.run([sys.executable, "tests/fuzz/run.py", "--seconds", str(FUZZ_SECONDS), "--only", target],
                              stdin=subprocess.DEVNULL)
        if done.returncode: counts.fail(f"fuzz.{target}")
        else: counts.passed += 1


def campaign(options, counts):
    step("release: build")
    if not build("release", counts): return
    step(f"campaign {options.campaign}")
    integration("release", ["--only", f"*.{options.campaign}", "--rounds", str(options.rounds), "--seed", str(options.seed)],
                counts, "campaign")


def all_tests(options, counts):
    only = ["--only", options.only] if options.only else []
    runs = {"release": ["--quick"] if options.quick else []}
    if not options.quick: runs |= {"asan": ["--sanitized"], "tsan": ["--sanitized", "--without", "kafka"]}
    for preset, arguments in runs.items():
        step(f"{preset}: build")
        if not build(preset, counts): continue
        step(f"{preset}: unit and stress tests")
        programs(preset, options.only, counts)
        if preset == "release": instructions(options.only, counts)
        step(f"{preset}: integration tests")
        integration(preset, ["--jobs", str(JOBS), *arguments, *only], counts)
        for title, folder, more in BEYOND[preset]:
            if options.quick and folder == "campaign": continue
            step(f"{preset}: {title}")
            integration(preset, [*more, *(arguments if options.quick else []), *only], counts, folder)
    if not options.quick: fuzz(options.only, counts)
    if not counts.passed + counts.failed + counts.skipped: counts.fail(f"no test is named like '{options.only}'")


def main():
    parser = argparse.ArgumentParser(prog="sh tests/run.sh")
    parser.add_argument("--quick", action="store_true", help="one build, small logs")
    parser.add_argument("--only", default="", metavar="PATTERN", help="tests whose name holds PATTERN")
    parser.add_argument("--campaign", metavar="NAME", help="one of tests/campaign and nothing else: kill9, redis, rebalance, failover, day")
    parser.add_argument("--rounds", type=int, default=0, help="of the campaign (default: a few)")
    parser.add_argument("--seed", type=int, default=1, help="of the campaign: other moments, other loads")
    options = parser.parse_args()
    os.chdir(ROOT)
    counts = Counts()
    if options.campaign: campaign(options, counts)
    else: all_tests(options, counts)
    tell_times()
    print(counts)
    sys.exit(1 if counts.failed else 0)


if __name__ == "__main__":
    main()
