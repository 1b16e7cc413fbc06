"""The dashboard that reads kaiku's HTTP API, and kaiku that answers it."""
import urllib.error
import urllib.parse
import urllib.request

import configs
import node
import users
import yaml
from filled import filled
from harness import test
from panels import check, values_of
from servers import free_port, until
from sources import Infinity

TOKEN = "dashboards-t0ken"


class Server:
    """kaiku, waiting for a Kafka that is not there: it answers from what stands in Redis."""

    def __init__(self, t, full):
        self.address = f"127.0.0.1:{free_port()}"
        with open(full.config) as f: settings = yaml.safe_load(f)
        config = configs.write(f"{t.directory}/serving.yaml", settings, full.server.url, **users.as_writer(full.server),
                               http={"listen": self.address, "token": TOKEN})
        self.program = t.start("run", config)
        until(self.listens, 20, "the HTTP server")

    def listens(self):
        assert self.program.running, self.program.err
        try: return self("/api/v1/views", {})
        except urllib.error.HTTPError: raise
        except urllib.error.URLError: return None

    def __call__(self, path, parameters):
        asked = urllib.request.Request(f"http://{self.address}{path}?{urllib.parse.urlencode(parameters)}",
                                       headers={"Authorization": f"Bearer {TOKEN}"})
        with urllib.request.urlopen(asked, timeout=20) as answer: return answer.read()


@test(seconds=600, quick=True, group="filled")
def dashboard(t):
    node.needed()
    full = filled(t)
    server = Server(t, full)
    first = check("api", {"yesoreyeram-infinity-datasource": Infinity(server)}, full.end)
    server.program.kill()   # it would wait for Kafka a while
    assert len(values_of(first[2], "Channel")) == 8 and len(values_of(first[4], "Score")) == 20
    stored = full.server.client.hgetall("kaiku:now:contact:day:_all|_all")
    assert values_of(first[1], "NPS") == [float(stored["nps"])]
    with open(full.config) as f: configured = [m["name"] for m in yaml.safe_load(f)["metrics"]]
    assert values_of(first[6], "Metric") == configured
