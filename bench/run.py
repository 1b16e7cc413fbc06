#!/usr/bin/python3
"""Measures all of kaiku on this machine: python3 bench/run.py [--short] [--only micro|macro|peers]

Installs what is missing, builds a release in build/bench, runs every part, and writes build/bench-results: a JSON file
for each part, RESULTS.md with its tables, and plots. A part that cannot run here is skipped, and says why."""
import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BUILD, RESULTS = f"{ROOT}/build/bench", f"{ROOT}/build/bench-results"
PACKAGES = """cmake ninja-build gcc g++ libc6-dev pkg-config librdkafka-dev libhiredis-dev libfyaml-dev libmicrohttpd-dev libyajl-dev libxxhash-dev
    zlib1g-dev libzstd-dev libjemalloc-dev libsimdjson-dev libjs-chart.js redis-server tzdata python3-yaml python3-redis
    python3-venv""".split()


class Skipped(Exception):
    """Why a part cannot run here."""


def say(text):
    print(f"== {text}", flush=True)


def install():
    """Java and Maven may be there without being Debian's."""
    java = [] if shutil.which("javac") else ["openjdk-17-jdk-headless"]
    maven = [] if shutil.which("mvn") else ["maven"]
    subprocess.run(["sh", f"{ROOT}/deploy/require.sh", *PACKAGES, *java, *maven], check=True)
    if subprocess.run(["sh", f"{ROOT}/deploy/require.sh", "python3-matplotlib"]).returncode: say("no plots: python3-matplotlib is missing")


def build():
    log = f"{RESULTS}/build.log"
    with open(log, "w") as f:
        for command in (["cmake", "-S", ROOT, "-B", BUILD, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release",
                         "-DCMAKE_C_FLAGS_RELEASE=-O3 -g -DNDEBUG", "-DCMAKE_CXX_FLAGS_RELEASE=-O3 -g -DNDEBUG",
                         "-DKAIKU_TESTS=OFF", "-DKAIKU_BENCH=ON"], ["cmake", "--build", BUILD]):
            if subprocess.run(command, stdout=f, stderr=f, stdin=subprocess.DEVNULL).returncode: sys.exit(f"cannot build: see {log}")


# ---------------------------------------------------------------- the machine


def first_line(*command):
    try: out = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=True, cwd=ROOT).stdout
    except (OSError, subprocess.CalledProcessError): return "unknown"
    return out.strip().split("\n")[0]


def value_of(path, name):
    with open(path) as f:
        for line in f:
            if line.startswith(name): return line.split(":", 1)[1].strip()
    return "unknown"


def machine(load_before):
    with open("/etc/os-release") as f: system = dict(line.strip().split("=", 1) for line in f if "=" in line)
    return {
        "cpu": value_of("/proc/cpuinfo", "model name"),
        "cores": os.cpu_count(),
        "memory_gib": round(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30, 1),
        "load_before": round(load_before, 2),
        "virtual": "hypervisor" in value_of("/proc/cpuinfo", "flags"),
        "kernel": platform.release(),
        "system": system.get("PRETTY_NAME", "unknown").strip('"'),
        "versions": {
            "kaiku": first_line(f"{BUILD}/kaiku", "--version"),
            "commit": first_line("git", "describe", "--always", "--dirty"),
            "compiler": first_line("gcc", "--version"),
            "librdkafka": first_line("pkg-config", "--modversion", "rdkafka"),
            "simdjson": first_line("dpkg-query", "-W", "-f", "${Version}", "libsimdjson-dev"),
            "redis": first_line("redis-server", "--version"),
            "java": first_line("java", "--version"),
            "kafka": "3.9.1, one broker in KRaft mode",
        },
    }


# ---------------------------------------------------------------- parts


def micro(short):
    program = f"{BUILD}/bench/micro/micro"
    if not os.path.exists(program): raise Skipped("there is no bench/micro in this build")
    begin = time.monotonic()
    out = subprocess.run([program, *(["--quick"] if short else [])], stdout=subprocess.PIPE, text=True, check=True, timeout=1800,
                         stdin=subprocess.DEVNULL).stdout
    quiet = subprocess.run([f"{BUILD}/bench/micro/quiet"], stdout=subprocess.PIPE, text=True, timeout=60).stdout
    records, quiet = ([json.loads(line) for line in text.splitlines() if line.startswith("{")] for text in (out, quiet))
    with open(f"{RESULTS}/micro.json", "w") as f:
        json.dump({"part": "micro", "short": short, "seconds": time.monotonic() - begin, "records": records, "quiet": quiet}, f, indent=1)


def macro(short):
    for needed in ("java", "mvn"):
        if not shutil.which(needed): raise Skipped(f"no {needed}")
    return subprocess.run(["/usr/bin/python3", f"{ROOT}/bench/macro/run.py", "--build", BUILD, "--json", f"{RESULTS}/macro.json",
                           *(["--short"] if short else [])], stdin=subprocess.DEVNULL).returncode


def peers(short):
    """Those whose tools are here."""
    program = f"{ROOT}/bench/peers/run.py"
    if not os.path.exists(program): raise Skipped("there is no bench/peers")
    needs = {"drain": [], "kaiku": [], "go": ["go"], "streams": ["javac", "mvn"], "python": []}
    missing = {name: tool for name, tools in needs.items() for tool in tools if not shutil.which(tool)}
    for name, tool in missing.items(): say(f"peers: {name} skipped: no {tool}")
    only = [word for name in needs if name not in missing for word in ("--only", name)]
    few = ["--events", "300000"] if short else []
    return subprocess.run(["/usr/bin/python3", program, "--build", BUILD, "--json", f"{RESULTS}/peers.json", *only, *few],
                          stdin=subprocess.DEVNULL, timeout=3600).returncode


PARTS = {"micro": micro, "macro": macro, "peers": peers}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--short", action="store_true", help="few events: shows that it works, says little about speed")
    parser.add_argument("--only", choices=PARTS, help="this part; results of the others stay as they are")
    options = parser.parse_args()
    os.environ.setdefault("KAIKU_TEST_PORTS", "25000-25999")
    os.makedirs(RESULTS, exist_ok=True)
    begin, failed, load_before = time.monotonic(), [], os.getloadavg()[0]
    install()
    say("build: build/bench")
    build()
    with open(f"{RESULTS}/machine.json", "w") as f: json.dump(machine(load_before), f, indent=1)
    for name, part in PARTS.items():
        if options.only not in (None, name): continue
        say(name)
        try: failed += [name] if part(options.short) else []
        except Skipped as e: say(f"{name}: skipped: {e}")
        except subprocess.SubprocessError as e: failed += [name]; say(f"{name}: {e}")
    subprocess.run(["/usr/bin/python3", f"{ROOT}/bench/report.py"], check=True)
    say(f"all of it took {(time.monotonic() - begin) / 60:.1f} minutes; tables and plots: build/bench-results/RESULTS.md")
    sys.exit(f"failed: {', '.join(failed)}" if failed else 0)


if __name__ == "__main__":
    main()
