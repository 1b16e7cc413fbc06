"""Man pages and completion: complete, and understood by their readers."""
import glob
import os
import pty
import re
import subprocess

from harness import test
from runner import ROOT
from servers import until


def said(*command, **more):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          **more).stdout


def made(t, name=""):
    return f"{os.path.dirname(t.kaiku)}/deploy/manual/{name}"


def read(t, name):
    with open(made(t, name)) as f: return f.read()


def commands(t):
    """Name: what `--help` says, and the options in it."""
    names = re.findall(r"^  (\w+) ", t.run("--help").out, flags=re.M)
    helps = {name: t.run(name, "--help").out for name in names}
    return {name: (text, set(re.findall(r"--[a-z][a-z-]+", text.split("\nexample: ")[0])))
            for name, text in helps.items()}


@test(quick=True)
def every_command_and_option(t):
    page = read(t, "kaiku.1").replace("\\-", "-")
    shells = {name: read(t, name) for name in ("kaiku.bash", "_kaiku", "kaiku.fish")}
    found = commands(t)
    assert len(found) >= 8 and "--until-end" in found["run"][1], found
    for name, (text, options) in found.items():
        section = re.search(rf"^\.SS kaiku {name}$(.*?)(?=^\.S)", page, flags=re.M | re.S)[1]
        for word in re.sub(r"^(usage|example): ", "", text, flags=re.M).split():
            assert word in section.replace("\\(aq", "'"), f"{name}: '{word}' is lost"
        in_bash = re.search(rf"^        {name}\) (.*)$", shells["kaiku.bash"], flags=re.M)[1]
        in_zsh = re.search(rf"^    {name}\)\n(.*)$", shells["_kaiku"], flags=re.M)[1]
        for option in options:
            assert option in section and option in in_bash and option in in_zsh, f"{name} {option}"
            assert f"from {name}' -l {option[2:]} " in shells["kaiku.fish"], f"fish: {name} {option}"


@test(quick=True)
def every_key(t):
    """What docs/configuration.md has in its tables, kaiku.yaml(5) has at the beginning of an entry."""
    page = read(t, "kaiku.yaml.5").replace("\\-", "-")
    with open(f"{ROOT}/docs/configuration.md") as f: keys = re.findall(r"^\| `([a-z_.]+)`", f.read(), flags=re.M)
    assert len(keys) > 40, keys
    for key in keys: assert re.search(rf"^\.TP\n\\fB{key}\\fR", page, flags=re.M), key


@test(quick=True)
def no_warnings(t):
    pages = sorted(glob.glob(made(t, "*.[15]")))
    assert len(pages) == 2, pages
    for page in pages:
        assert said("mandoc", "-Tlint", "-Wwarning", page) == "", page
        done = subprocess.run(["groff", "-ww", "-man", "-Tutf8", "-Kutf8", "-rLL=90n", page], stdout=subprocess.DEVNULL,
                              stderr=subprocess.PIPE)
        assert done.returncode == 0 and not done.stderr, done.stderr


@test(quick=True)
def bash(t):
    def complete(*words):
        script = """source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _kaiku
                    printf '%s\\n' "${COMPREPLY[@]}" """
        return said("bash", "-c", script, "bash", made(t, "kaiku.bash"), *words, cwd=t.directory).split()

    t.write("feedback.yaml", "")
    assert complete("kaiku", "re") == ["replay", "reset"]
    assert complete("kaiku", "gen", "--tou") == ["--touchpoints"]
    assert complete("kaiku", "gen", "--to", "fe") == [], "a topic is no file"
    assert complete("kaiku", "check", "fe") == ["feedback.yaml"]
    assert complete("kaiku", "demo", "fe") == []


@test(quick=True)
def fish(t):
    def complete(line):
        script = f"source {made(t, 'kaiku.fish')}; complete -C '{line}'"
        words = said("fish", "--no-config", "-c", script, cwd=t.directory)
        return [word.split("\t")[0] for word in words.splitlines()]

    t.write("feedback.yaml", "")
    assert complete("kaiku re") == ["replay", "reset"]
    assert complete("kaiku gen --tou") == ["--touchpoints"]
    assert complete("kaiku gen --to fe") == [], "a topic is no file"
    assert complete("kaiku check fe") == ["feedback.yaml"]
    assert complete("kaiku demo fe") == []


@test(quick=True)
def zsh(t):
    """In a terminal: zsh completes nowhere else."""
    t.write("feedback.yaml", "")
    process, terminal = pty.fork()
    if process == 0:
        os.chdir(t.directory)
        os.execvp("zsh", ["zsh", "-f", "-i"])
    os.set_blocking(terminal, False)
    shown = ""

    def shows(text):
        nonlocal shown
        try: shown += os.read(terminal, 4096).decode(errors="replace")
        except BlockingIOError: pass
        return text in shown

    def complete(typed, line):
        """Ctrl-T shows the line as it stands by then, Ctrl-U takes it away."""
        os.write(terminal, f"{typed}\t\x14\x15".encode())
        until(lambda: shows(f"[{line}]"), 20, f"'{line}' from '{typed}'")

    try:
        os.write(terminal, b"show() { print -r -- \"[$BUFFER]\" }; zle -N show; bindkey '^T' show\n")
        os.write(terminal, f"fpath=({made(t)} $fpath); autoload -U compinit; compinit -u -D\n".encode())
        os.write(terminal, b"PS1='[pro''mpt]'\n")
        until(lambda: shows("[prompt]"), 20, "the prompt: only by then keys mean what they shall")
        complete("kaiku ver", "kaiku verify ")
        complete("kaiku check fee", "kaiku check feedback.yaml ")
        complete("kaiku gen --touch", "kaiku gen --touchpoints ")
    finally:
        os.kill(process, 9)
        os.waitpid(process, 0)
        os.close(terminal)


def written(t):
    return {f.name: f.stat().st_mtime_ns for f in os.scandir(made(t))}


@test(quick=True)
def installed(t):
    """Beside each other under any prefix, and the unit names what is there. A second time leaves the configuration."""
    build, prefix, before = os.path.dirname(t.kaiku), f"{t.directory}/usr/local", written(t)
    said("cmake", "--install", build, "--prefix", prefix)
    assert written(t) == before, "the folder of the build is not to be written to"
    t.write("usr/local/etc/kaiku/kaiku.yaml", "mine: 1\n")
    os.remove(f"{prefix}/lib/systemd/system/kaiku.service")
    said("cmake", "--install", build, "--prefix", prefix)
    with open(f"{prefix}/etc/kaiku/kaiku.yaml") as f: assert f.read() == "mine: 1\n"
    with open(f"{prefix}/lib/systemd/system/kaiku.service") as f: unit = f.read()
    assert f"ExecStart={prefix}/bin/kaiku run {prefix}/etc/kaiku/kaiku.yaml\n" in unit, unit
    assert not re.search(r"[ =](/usr/bin|/etc)/", unit), unit
    here = {os.path.relpath(os.path.join(d, f), prefix) for d, _, files in os.walk(prefix) for f in files}
    wanted = {"bin/kaiku", "etc/kaiku/kaiku.yaml", "lib/sysusers.d/kaiku.conf", "share/man/man1/kaiku.1.gz",
              "share/man/man5/kaiku.yaml.5.gz", "share/bash-completion/completions/kaiku",
              "share/zsh/site-functions/_kaiku", "share/fish/vendor_completions.d/kaiku.fish",
              "share/doc/kaiku/configuration.md"}
    assert not wanted - here, wanted - here
