"""What systemd is told, with a socket in its place."""
import os
import socket
import subprocess

import configs
import servers
from harness import test
from runner import ROOT
from servers import until


class Supervisor:
    def __init__(self, t):
        self.address, self.heard = f"{t.directory}/notify", []
        self.socket = t.stack.enter_context(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM))
        self.socket.bind(self.address)
        self.socket.setblocking(False)

    def lines(self):
        """All that was told until now."""
        try:
            while True: self.heard += self.socket.recv(4096).decode().splitlines()
        except BlockingIOError: return self.heard


def keep_busy(t, **environment):
    """A run whose input never ends."""
    silence, end = os.pipe()
    t.stack.callback(os.close, end)
    t.stack.callback(os.close, silence)
    return t.start("replay", t.config(configs.SMALL, t.redis()), "-", "--name", "silence", stdin=silence, **environment)


@test(quick=True)
def ready_alive_stopping(t):
    systemd = Supervisor(t)
    program = keep_busy(t, NOTIFY_SOCKET=systemd.address, WATCHDOG_USEC="200000")
    until(lambda: systemd.lines().count("WATCHDOG=1") > 2 or not program.running, 30, "three beats")
    assert systemd.heard.index("READY=1") < systemd.heard.index("WATCHDOG=1"), systemd.heard
    assert "STOPPING=1" not in systemd.heard, systemd.heard
    program.terminate()
    assert [line for line in systemd.lines() if "=1" in line][-1] == "STOPPING=1", systemd.heard


@test(quick=True)
def not_ready_before_redis(t):
    """It says what it waits for, and does not claim to be ready."""
    systemd = Supervisor(t)
    config = t.config(configs.SMALL, f"redis://127.0.0.1:{servers.free_port()}")
    program = t.start("run", config, NOTIFY_SOCKET=systemd.address)
    until(lambda: systemd.lines() or not program.running, 30, "a status")
    assert any(line.startswith("STATUS=cannot start yet: ") for line in systemd.heard), systemd.heard
    assert "WATCHDOG=1" in systemd.heard, "it lives while it waits, as a reload may"
    program.terminate()
    assert "READY=1" not in systemd.lines(), systemd.heard


@test(quick=True)
def exposure(t):
    """What the unit leaves open, as systemd counts it: at most 1.5 of 10."""
    unit = f"{ROOT}/deploy/systemd/kaiku.service"
    done = subprocess.run(["systemd-analyze", "security", "--offline=true", "--threshold=15", "--no-pager", unit],
                          stdout=subprocess.PIPE, text=True)
    assert done.returncode == 0, done.stdout
