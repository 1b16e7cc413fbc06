"""The server that the page is tested against."""
import subprocess
import urllib.request

import servers
from servers import until


class Server:
    """A `kaiku run` whose Kafka never answers: it serves all the same. It can be stopped, and started again at its port."""

    def __init__(self, program, config, port):
        self.command, self.base = [program, "run", config], f"http://127.0.0.1:{port}"
        self.start()

    def start(self):
        self.process = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                        preexec_fn=servers.die_with_parent)
        until(self.answers, 30, "the server")

    def answers(self):
        assert self.process.poll() is None, f"{self.command} ended by itself"
        try: return urllib.request.urlopen(self.base + "/healthz", timeout=5).status == 200
        except OSError: return False

    def stop(self):
        """At once: to end by itself, it would first wait for Kafka."""
        self.process.kill()
        self.process.wait()
