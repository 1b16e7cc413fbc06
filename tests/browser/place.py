"""Where the page is tested: a Redis filled by kaiku, a server of the page before it, and a browser. Shared by the tests."""
import copy
import os
import tempfile

import chromium
import configs
import servers
import yaml
from harness import Skip
from server import Server

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
EVENTS = 8000


def example():
    """deploy/kaiku.yaml, but for where Kafka and Redis are."""
    with open(f"{ROOT}/deploy/kaiku.yaml") as f: config = yaml.safe_load(f)
    return {name: part for name, part in config.items() if name not in ("kafka", "redis")}


class Place:
    """config: without what belongs to one run; log: bytes of an NDJSON file, or nothing to count yet."""

    def __init__(self, t, config, log=b"", token=None):
        self.t, self.browser = t, browser(t)
        self.redis = t.redis()
        self.config = copy.deepcopy(config)
        port = servers.free_port()
        http = {"listen": f"127.0.0.1:{port}"} | ({"token": token} if token else {})
        self.path = t.config(self.config, self.redis, name=f"page-{self.redis.port}.yaml", http=http)
        self.replay(log, "first")
        self.server = Server(t.kaiku, self.path, port)
        t.stack.callback(self.server.stop)
        self.browser.forget()

    def replay(self, log, name):
        """Counts more events, from a file of this name."""
        self.t.run("replay", self.path, self.t.write(f"{name}-{self.redis.port}.ndjson", log))

    def open(self, address=""):
        self.browser.open(f"{self.server.base}/#{address}")

    def check_console(self, *allowed):
        """Nothing was said there but what holds one of these texts; nobody else was asked for anything. Returns what was asked."""
        console, asked = self.browser.logs()
        assert not [m for m in console if not any(a in m for a in allowed)], console
        strange = [url for url in asked if not url.startswith((self.server.base, "about:", "data:,"))]
        assert not strange, strange
        return asked


def browser(t):
    """The browser of all tests, with the wall's size and a light system."""
    why = chromium.missing()
    if why and os.environ.get("CI") == "true": raise RuntimeError(why)
    if why: raise Skip(why)
    if "browser" not in t.shared:
        stack = t.shared["stack"]
        made = chromium.Browser(stack.enter_context(tempfile.TemporaryDirectory(prefix="kaiku-chromium-", ignore_cleanup_errors=True)))
        stack.callback(made.close)
        t.shared["browser"] = made
    made = t.shared["browser"]
    made.resize(chromium.WALL)
    made.prefer("light")
    return made


def generated(t, count=EVENTS, days=9, seed=3):
    """The same log for all tests that ask for the same."""
    name = f"log-{count}-{days}-{seed}"
    if name not in t.shared: t.shared[name] = t.run("gen", "--count", count, "--days", days, "--seed", seed).out.encode()
    return t.shared[name]


def usual(t):
    """The example with generated events, for tests that change neither: made by the first of them."""
    if "usual" not in t.shared:
        outer, stack = (t.stack, t.directory), t.shared["stack"]
        t.stack, t.directory = stack, stack.enter_context(tempfile.TemporaryDirectory(prefix="kaiku-page-"))
        try: t.shared["usual"] = Place(t, example(), generated(t))
        finally: t.stack, t.directory = outer
    place = t.shared["usual"]
    browser(t).forget()
    return place
