"""The Debian package: what it holds, and its life on a machine of its own with systemd."""
import glob
import os
import re

import machine
from harness import test
from machine import output
from servers import until


def built(t):
    """The package, of the build that is tested."""
    output("cpack", "-B", t.directory, cwd=os.path.dirname(t.kaiku), timeout=100)
    return glob.glob(f"{t.directory}/*.deb")[0]


def next_release(t, package):
    """The same with a higher version."""
    folder, made = f"{t.directory}/next", f"{t.directory}/next.deb"
    output("dpkg-deb", "-R", package, folder)
    with open(f"{folder}/DEBIAN/control") as f: control = f.read()
    control = re.sub(r"^(Version: .*)", r"\1+next", control, flags=re.M)
    with open(f"{folder}/DEBIAN/control", "w") as f: f.write(control)
    output("dpkg-deb", "--root-owner-group", "-Znone", "-b", folder, made)
    return made


def needed(package):
    """The first of each alternative, without versions."""
    return [re.match(r"[\w.+-]+", one.strip())[0] for one in output("dpkg-deb", "-f", package, "Depends").split(",")]


@test(seconds=60)
def clean(t):
    """Lintian has nothing to say but that no bug asked for this package."""
    machine.require("lintian")
    said = output("lintian", "--allow-root", "--suppress-tags", "initial-upload-closes-no-bugs", built(t))
    assert not re.search(r"^[EW]:", said, flags=re.M), said


def install(m, package):
    m.run("dpkg", "-i", m.copy(package), seconds=60)
    assert m.run("kaiku", "--version").startswith("kaiku ")
    assert m.run("getent", "passwd", "kaiku").split(":")[5] == "/var/lib/kaiku"
    assert m.status("systemctl", "is-enabled", "--quiet", "kaiku") != 0, "its configuration has to be written first"
    assert m.run("systemd-analyze", "verify", "--man=no", "/usr/lib/systemd/system/kaiku.service") == ""
    m.run("kaiku", "check", "/etc/kaiku/kaiku.yaml")
    shown = m.run("setpriv", "--reuid=kaiku", "--regid=kaiku", "--clear-groups", "kaiku", "demo", "--seconds", 3)
    assert "phone" in shown, shown


def configure(t, m):
    """Brokers inside the machine, and a Redis that asks for a password, which kaiku has from systemd."""
    kafka = m.start(t, m.copy(f"{os.path.dirname(t.kaiku)}/tests/fault/mock"), "feedback", 4)
    brokers = kafka.stdout.readline().strip()
    m.run("redis-cli", "config", "set", "requirepass", "open sesame")
    m.write("/etc/kaiku/redis.password", "open sesame\n")
    os.chmod(f"{m.root}/etc/kaiku/redis.password", 0o600)
    secret = "password: ${file:/run/credentials/kaiku.service/redis}"
    text = m.read("/etc/kaiku/kaiku.yaml").replace("localhost:9092", brokers)
    m.write("/etc/kaiku/kaiku.yaml", re.sub(r"# password: .*", secret, text, count=1))
    m.write("/etc/systemd/system/kaiku.service.d/local.conf",
            "[Service]\nLoadCredential=redis:/etc/kaiku/redis.password\nWatchdogSec=2\n")
    m.run("systemctl", "daemon-reload")
    return brokers


def counted(m):
    said = m.run("redis-cli", "-a", "open sesame", "--no-auth-warning", "hget", "kaiku:trust", "consumed")
    return int(said.strip() or 0)


def serve(m, brokers):
    """Ready when `start` returns; counts; is started again when it hangs; is not when its configuration is wrong."""
    m.run("systemctl", "enable", "--now", "kaiku")
    assert m.show("kaiku", "ActiveState") == "active"
    m.run("kaiku", "gen", "--count", 500, "--to", "feedback", "--brokers", brokers)
    until(lambda: counted(m) == 500, 60, "500 records")
    first = m.show("kaiku", "MainPID")
    m.run("systemctl", "kill", "--kill-whom=main", "--signal=STOP", "kaiku")
    until(lambda: m.show("kaiku", "NRestarts") == "1", 60, "the watchdog")
    until(lambda: m.show("kaiku", "ActiveState") == "active", 60, "the start")
    assert m.show("kaiku", "MainPID") != first and counted(m) == 500


def reload(m):
    """Takes up what may change, in the same process; stays as it was where there are mistakes."""
    good, first = m.read("/etc/kaiku/kaiku.yaml"), m.show("kaiku", "MainPID")
    for more, said in ("log: {level: debug}", "was read again and is in force"), ("nonsense: 1", "stays as it was: there are mistakes"):
        m.write("/etc/kaiku/kaiku.yaml", f"{good}{more}\n")
        m.run("systemctl", "reload", "kaiku")
        until(lambda: said in m.run("journalctl", "-u", "kaiku", "-n", 30), 30, said)
    m.write("/etc/kaiku/kaiku.yaml", good)
    m.run("systemctl", "reload", "kaiku")
    until(lambda: m.run("journalctl", "-u", "kaiku", "-n", 90).count("is in force") == 2, 30, "the former one")
    assert m.show("kaiku", "MainPID") == first and m.show("kaiku", "ActiveState") == "active"


def stays_down(m, why):
    """It fails, says why, and is not tried again."""
    assert m.status("systemctl", "restart", "kaiku") != 0
    assert m.show("kaiku", "ActiveState") == "failed", "it is tried again"
    assert why in m.run("journalctl", "-u", "kaiku", "-n", 30)


def refuse(m):
    good = m.read("/etc/kaiku/kaiku.yaml")
    m.write("/etc/kaiku/kaiku.yaml", good + "nonsense: 1\n")
    stays_down(m, "unknown key 'nonsense'")
    m.write("/etc/kaiku/kaiku.yaml", good)
    m.write("/etc/kaiku/redis.password", "guessed\n")
    stays_down(m, "WRONGPASS")
    m.write("/etc/kaiku/redis.password", "open sesame\n")
    m.run("systemctl", "start", "kaiku")


def upgrade(t, m, package):
    mine, first = m.read("/etc/kaiku/kaiku.yaml"), m.show("kaiku", "MainPID")
    m.run("dpkg", "-i", m.copy(next_release(t, package)))
    assert m.run("dpkg-query", "-W", "-f", "${Version}", "kaiku").endswith("+next")
    assert m.read("/etc/kaiku/kaiku.yaml") == mine
    assert m.show("kaiku", "ActiveState") == "active" and m.show("kaiku", "MainPID") not in (first, "0")


def remove(m):
    m.run("dpkg", "--remove", "kaiku")
    assert m.status("which", "kaiku") != 0 and m.status("pidof", "kaiku") != 0
    assert "password" in m.read("/etc/kaiku/kaiku.yaml")
    m.run("dpkg", "--purge", "kaiku")
    left = m.run("find", "/etc", "/usr", "/var", "-name", "*kaiku*", "-not", "-path", "/var/lib/dpkg/*").split()
    # What the administrator made is his.
    assert set(left) == {"/etc/kaiku", "/etc/systemd/system/kaiku.service.d"}, left
    m.run("dpkg", "-i", "/root/next.deb")  # and once more, from what was left
    m.run("dpkg", "--purge", "kaiku")


@test(seconds=600)
def life(t):
    """Installed, run, upgraded, removed, purged."""
    package = built(t)
    m = machine.Machine(t, [*needed(package), "redis-server"])
    install(m, package)
    serve(m, configure(t, m))
    reload(m)
    refuse(m)
    upgrade(t, m, package)
    remove(m)
