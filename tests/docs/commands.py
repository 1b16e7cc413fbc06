"""The commands of README.md and of the tutorial do what these say."""
import os
import re
import shlex
import subprocess

import foreign
import servers
from harness import test

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def page(name):
    with open(f"{ROOT}/{name}") as f: return f.read()


def fenced(text, language):
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.S | re.M)


def indented(text):
    """Commands in blocks that are set off by four blanks."""
    text = re.sub(r"^```.*?^```", "", text, flags=re.S | re.M)
    return [line[4:] for line in text.splitlines() if re.match(r"    (sh|build/release/kaiku|python3) ", line)]


def local(t, command, topic, redis):
    """The same with the test's servers."""
    for old, new in (("localhost:9092", t.kafka.brokers), ("localhost:6379", f"127.0.0.1:{redis.port}"),
                     ("redis-cli ", f"redis-cli -p {redis.port} "), ("--to feedback", f"--to {topic}"),
                     ("--from-topic feedback", f"--from-topic {topic}"), ("build/release/kaiku", "kaiku"),
                     ('export PATH="$PWD/build/release:$PATH"', ":")):
        command = command.replace(old, new)
    return command


def shell(t, script, seconds):
    """Runs it as one shell would; all it started ends with it."""
    path = os.path.dirname(t.kaiku) + os.pathsep + os.environ["PATH"]
    process = subprocess.Popen(["bash", "-eu", "-c", script], cwd=t.directory, env=os.environ | t.environment | {"PATH": path},
                               stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True,
                               preexec_fn=servers.die_with_parent)
    try: out, _ = process.communicate(timeout=seconds)
    finally:
        try: os.killpg(process.pid, 9)
        except ProcessLookupError: pass
    assert process.returncode == 0, f"exit {process.returncode}\n{script}\n{out}"
    return out


@test("kafka", seconds=200)
def tutorial(t):
    """Block after block in one shell. After `init` the configuration is pointed at the test's Redis, as a user would; before
    results are read, it waits for them."""
    topic, redis = t.topic(4), t.redis()
    blocks = [local(t, block, topic, redis) for block in fenced(page("docs/tutorial.md"), "sh")]
    assert len(blocks) >= 8, blocks
    script = []
    for block in blocks:
        if "HGETALL" in block:
            script.append(f"until [ \"$(redis-cli -p {redis.port} HGET kaiku:trust counted)\" -gt 1000 ] 2>/dev/null; do sleep .1; done")
            script.append(f"until [ -n \"$(redis-cli -p {redis.port} HGET 'kaiku:now:feedback:day:_all|_all' nps)\" ]; do sleep .1; done")
        script.append(block)
        if "kaiku init" in block: script.append(f"sed -i 's/localhost:6379/127.0.0.1:{redis.port}/' kaiku.yaml")
    script.append("kill $(jobs -p); wait || true")
    out = shell(t, "\n".join(script), 150)
    with open(f"{t.directory}/kaiku.yaml") as f: text = f.read()
    assert "nps_lo" in out, out + text
    assert re.search(r"^phone$", out, re.M), out
    assert "offset" in out and "0 differences" in out, out
    proposed = {"kind: nps, field: /nps", "scale: 1..5, top: 4..5", "scale: 1..7", "kind: quantiles, field: /wait_s, unit: s", "channel: /channel"}
    assert all(p in text for p in proposed), text


@test("kafka", seconds=300)
def newcomer(t):
    """Nothing but what README says, with a topic of a foreign shape: the first number in Redis is the right one."""
    topic, redis = t.topic(3), t.redis()
    events = foreign.records(1500, 3)
    t.kafka.write(topic, events)
    commands = [local(t, c.split("#")[0].strip(), topic, redis) for c in indented(page("README.md")) if c.startswith("build/release/kaiku")]
    assert [c.split()[1] for c in commands] == ["init", "check", "run", "top", "verify"], commands
    script = []
    for command in commands:
        script.append(command + (" &" if shlex.split(command)[1] == "run" else ""))
        if " init " in command: script.append(f"sed -i 's/localhost:6379/127.0.0.1:{redis.port}/' kaiku.yaml")
        if " run " in command: script.append(f"until [ \"$(redis-cli -p {redis.port} HGET kaiku:trust counted)\" = {len(events)} ]; do sleep .1; done")
    out = shell(t, "\n".join([*script, "kill $(jobs -p); wait || true"]), 250)
    assert "0 differences" in out, out
    key = [k for k in redis.client.scan_iter("kaiku:now:*:month:*") if set(k.rsplit(":", 1)[1].split("|")) == {"_all"}][0]
    shown = redis.client.hgetall(key)
    assert abs(float(shown[foreign.SCORE]) - foreign.nps(events)) < .001, shown


@test(quick=True)
def commands_that_exist(t):
    """Each `kaiku NAME` of the pages is a command, and each script is there."""
    known = set(re.findall(r"^  (\w+) ", t.run("--help").out, re.M))
    for name in ("README.md", "docs/tutorial.md", "docs/commands.md", "docs/operations.md", "docs/configuration.md"):
        text = page(name)
        for command in re.findall(r"(?:^    |`)(?:build/release/)?kaiku ([a-z]+)\b", text, re.M): assert command in known, (name, command)
        for script in re.findall(r"(?:^    |^|`)sh ((?:deploy|tests)/[\w.]+)", text, re.M): assert os.path.exists(f"{ROOT}/{script}"), (name, script)


@test(quick=True)
def smallest_configuration(t):
    """README's and configuration.md's are configurations."""
    for name in ("README.md", "docs/configuration.md"):
        blocks = [b for b in fenced(page(name), "yaml") if b.startswith("kafka:")]
        assert blocks, name
        t.run("check", t.write("kaiku.yaml", blocks[0]))
