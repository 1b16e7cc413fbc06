"""The dashboard that reads Prometheus: its queries are understood, and ask for what kaiku tells."""
import glob
import re
import subprocess

import yaml
from dashboards import ROOT, targets
from harness import test


def expressions():
    found = [q["expr"].replace("$__rate_interval", "1m") for d, _, q in targets() if d["uid"] == "kaiku-operations"]
    assert found
    return found


@test(quick=True)
def queries_are_understood(t):
    """By promtool, as rules."""
    rules = {
        "groups": [{
            "name": "dashboard", "rules": [{"record": f"r{i}", "expr": e} for i, e in enumerate(expressions())]
        }]
    }
    done = subprocess.run(
        ["promtool", "check", "rules", t.write("rules.yaml", yaml.safe_dump(rules))],
        capture_output=True,
        text=True,
        timeout=30)
    assert done.returncode == 0, done.stdout + done.stderr


@test(quick=True)
def metrics_are_told(t):
    """Every metric and label of the queries stands in the sources as one that kaiku tells."""
    source = ""
    for path in glob.glob(f"{ROOT}/src/*/*.[ch]"):
        with open(path) as f: source += f.read()
    texts = set(re.findall(r'"(\w+)"', source))
    names = {re.sub(r"_bucket$", "", name) for e in expressions() for name in re.findall(r"kaiku_\w+", e)}
    labels = {
        label
        for e in expressions()
        for found in re.findall(r"by \(([^)]*)\)|{(\w+)=", e)
        for label in found if label
    }
    labels |= {label for _, _, q in targets() for label in re.findall(r"{{(\w+)}}", q.get("legendFormat", ""))}
    assert len(names) > 5 and labels >= {"result", "reason"}, (names, labels)
    assert names <= texts, f"kaiku tells nothing of {names - texts}"
    assert labels - {"instance", "le"} <= texts, f"no labels: {labels - texts}"
