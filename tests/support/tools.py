"""Programs of tests that come from PyPI, each in an environment of its own that is made once, in the cache."""
import os
import subprocess

from harness import Skip
from servers import CACHE

SCHEMATHESIS = "4.32.5"


def environment(name, version):
    """Its python. Without PyPI the test is skipped, but not in CI."""
    directory = os.path.join(CACHE, f"{name}-{version}")
    if not os.path.isdir(directory):
        os.makedirs(CACHE, exist_ok=True)
        subprocess.run(["/usr/bin/python3", "-m", "venv", f"{directory}.partly"], check=True, timeout=120, stdin=subprocess.DEVNULL)
        # Scripts of an environment hold its path, so they are called through its python.
        done = subprocess.run([f"{directory}.partly/bin/python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
                               f"{name}=={version}"], timeout=300, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        if done.returncode and os.environ.get("CI") == "true": raise RuntimeError(done.stderr[-2000:])
        if done.returncode: raise Skip(f"no {name}: {done.stderr.strip().splitlines()[-1:]}")
        os.rename(f"{directory}.partly", directory)
    return f"{directory}/bin/python"


def schemathesis():
    """The beginning of its command line."""
    return [environment("schemathesis", SCHEMATHESIS), "-m", "schemathesis.cli"]
