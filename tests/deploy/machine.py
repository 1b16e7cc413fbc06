"""A Debian 12 of its own with systemd, for the package: a tree that is made once and cached, an overlay over it that is
thrown away, a network of its own. Needs root, and namespaces."""
import hashlib
import os
import shutil
import subprocess
import tempfile

import servers
from harness import Skip
from servers import until


def output(*command, **more):
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, **more)
    if done.returncode: raise AssertionError(f"{' '.join(command)}: exit {done.returncode}\n{done.stdout[-3000:]}")
    return done.stdout


def require(*programs):
    """What can be installed is no reason to skip in CI."""
    for program in programs:
        if shutil.which(program): continue
        if os.environ.get("CI") == "true": raise RuntimeError(f"no {program}")
        raise Skip(f"no {program}")


def has_overlay(directory):
    """Can one be mounted here? In a namespace, with which it goes."""
    with tempfile.TemporaryDirectory(dir=directory) as d:
        for name in ("lower", "upper", "work", "root"): os.mkdir(f"{d}/{name}")
        layers = f"lowerdir={d}/lower,upperdir={d}/upper,workdir={d}/work"
        tried = subprocess.run(["unshare", "--mount", "mount", "-t", "overlay", "overlay", "-o", layers, f"{d}/root"],
                               stderr=subprocess.DEVNULL)
    return tried.returncode == 0


def why_not(directory):
    """What a machine needs of the one that it is on, and what cannot be installed there."""
    if os.geteuid() != 0: return "not root"
    unshared = subprocess.run(["unshare", "--mount", "--net", "true"], stderr=subprocess.DEVNULL)
    if unshared.returncode: return "no namespaces"
    return None if has_overlay(directory) else "no overlay"


def tree(packages):
    """Debian with these packages, from the cache."""
    name = hashlib.sha256(" ".join(sorted(packages)).encode()).hexdigest()[:16]
    path = f"{servers.CACHE}/debian-{name}"
    if not os.path.isdir(path):
        os.makedirs(servers.CACHE, exist_ok=True)
        partly = f"{path}.{os.getpid()}"
        try:
            output("mmdebstrap", "--quiet", "--variant=minbase", f"--include={','.join(packages)}", "bookworm", partly,
                   timeout=300)
            os.rename(partly, path)
        finally: output("rm", "-rf", "--one-file-system", partly)
    return path


class Machine:
    def __init__(self, t, packages):
        require("systemd-nspawn", "mmdebstrap")
        why = why_not(t.directory)
        if why: raise Skip(why)
        lower, self.directory = tree(packages), tempfile.mkdtemp(prefix="machine-", dir=t.directory)
        self.root = f"{self.directory}/root"
        for name in ("root", "upper", "work"): os.mkdir(f"{self.directory}/{name}")
        layers = f"lowerdir={lower},upperdir={self.directory}/upper,workdir={self.directory}/work"
        output("mount", "-t", "overlay", "overlay", "-o", layers, self.root)
        t.stack.callback(output, "umount", "--lazy", self.root)
        self.write("/etc/hosts", "127.0.0.1 localhost\n")
        boot = ["systemd-nspawn", "--quiet", "--register=no", "--keep-unit", "--private-network", "--console=pipe",
                "--directory", self.root, "--machine", f"kaiku-{os.getpid()}", "--boot"]
        with open(f"{self.directory}/log", "wb") as log:
            self.process = subprocess.Popen(boot, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                            preexec_fn=servers.die_with_parent)
        t.stack.callback(self.stop)
        self.leader = None
        until(self.is_up, 60, "systemd")
        self.status("systemctl", "is-system-running", "--wait")

    def is_up(self):
        """The first child makes the machine's first process and goes: so it is looked for until systemd answers."""
        if self.process.poll() is not None:
            with open(f"{self.directory}/log", errors="replace") as f: raise AssertionError(f.read()[-2000:])
        with open(f"/proc/{self.process.pid}/task/{self.process.pid}/children") as f: children = f.read().split()
        self.leader = children[0] if children else None
        return self.leader and self.status("test", "-S", "/run/systemd/private") == 0

    def command(self, *words):
        return ["nsenter", "--target", self.leader, "--mount", "--uts", "--ipc", "--net", "--pid", "--cgroup", "--root",
                "--wdns=/", "--", "/usr/bin/env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8",
                *map(str, words)]

    def run(self, *words, seconds=60):
        return output(*self.command(*words), timeout=seconds)

    def status(self, *words):
        return subprocess.run(self.command(*words), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL, timeout=60).returncode

    def start(self, t, *words):
        """A program of its own in the machine, and what it prints."""
        process = subprocess.Popen(self.command(*words), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                   preexec_fn=servers.die_with_parent)
        t.stack.callback(servers.end, process, 5)
        return process

    def show(self, unit, name):
        """A property of a unit."""
        return self.run("systemctl", "show", "--property", name, "--value", unit).strip()

    def read(self, path):
        with open(self.root + path) as f: return f.read()

    def write(self, path, text):
        os.makedirs(os.path.dirname(self.root + path), exist_ok=True)
        with open(self.root + path, "w") as f: f.write(text)

    def copy(self, path):
        shutil.copy(path, f"{self.root}/root/")
        return f"/root/{os.path.basename(path)}"

    def stop(self):
        servers.end(self.process, 20)
