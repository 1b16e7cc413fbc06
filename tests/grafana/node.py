"""Runs transformations by Grafana's own library, in Node. It is installed once, into the cache."""
import hashlib
import json
import os
import shutil
import subprocess

from harness import Skip
from servers import CACHE

HERE = os.path.dirname(os.path.abspath(__file__))
INSTALL_S, RUN_S = 400, 60


def missing():
    """Why there is no Node, or None."""
    for program in ("node", "npm"):
        if not shutil.which(program): return f"no {program}"
    return None


def needed():
    why = missing()
    if why and os.environ.get("CI") == "true": raise RuntimeError(why)
    if why: raise Skip(why)


def library():
    """The folder of the modules that package-lock.json pins."""
    with open(f"{HERE}/package-lock.json", "rb") as f: digest = hashlib.sha256(f.read()).hexdigest()[:16]
    folder = f"{CACHE}/grafana-{digest}"
    if not os.path.isdir(folder):
        partly = f"{folder}.{os.getpid()}"
        os.makedirs(partly)
        try:
            for name in ("package.json", "package-lock.json"): shutil.copy(f"{HERE}/{name}", partly)
            subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
                           cwd=partly,
                           check=True,
                           timeout=INSTALL_S,
                           stdin=subprocess.DEVNULL,
                           stdout=subprocess.PIPE,
                           stderr=subprocess.STDOUT)
            os.rename(partly, folder)
        finally: shutil.rmtree(partly, ignore_errors=True)
    return folder


def plain(value):
    """JSON has no word for it."""
    return "NaN" if isinstance(value, float) and value != value else value


def transformed(jobs):
    """jobs: (frames, transformations) each; their frames afterwards. Fields are named as they are shown."""
    asked = [{
        "transformations": steps, "frames": [
            f | {"fields": [c | {"values": list(map(plain, c["values"]))} for c in f["fields"]]} for f in frames
        ]
    } for frames, steps in jobs]
    done = subprocess.run(["node", f"{HERE}/transform.cjs", library()],
                          input=json.dumps(asked),
                          capture_output=True,
                          text=True,
                          timeout=RUN_S)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)
