"""A Redis with the users of deploy/users.acl, filled by kaiku with deploy/kaiku.yaml: some days until now."""
import tempfile
import time

import configs
import servers
import users
import yaml

DAYS, HISTORY, NOW = 3, 30000, 10000    # events spread over the days, and events of this moment


class Filled:
    def __init__(self, t, stack):
        directory = stack.enter_context(tempfile.TemporaryDirectory(prefix="kaiku-grafana-"))
        self.server = servers.Redis(f"{directory}/redis", "--aclfile", users.users_filled(directory), username="admin",
                                    password=users.PASSWORDS["admin"])
        stack.callback(self.server.stop)
        with open(f"{users.ROOT}/deploy/kaiku.yaml") as f: settings = yaml.safe_load(f)
        self.config = configs.write(f"{directory}/kaiku.yaml", settings, self.server.url,
                                    **users.as_writer(self.server))
        start = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - DAYS * 86400 - 600))
        history = t.run("gen", "--count", HISTORY, "--days", DAYS, "--start", start)
        now = t.run("gen", "--count", NOW, "--now", "--seed", 2)
        t.run("replay", self.config, history.out_path, now.out_path)
        self.records = HISTORY + NOW
        self.put_minutes()
        self.end = int(time.time() * 1000)

    def put_minutes(self):
        """The entries of kaiku:ts:trust, from kaiku:trust: a replay is over before the first full minute."""
        client, minute = self.server.client, int(time.time() // 60 * 60)
        figures = {k: v for k, v in client.hgetall("kaiku:trust").items() if k not in ("_v", "updated")}
        for i in (2, 1, 0): client.xadd("kaiku:ts:trust", figures, f"{(minute - 60 * i) * 1000}-0")


def filled(t):
    """Once for all tests."""
    if "filled" not in t.shared: t.shared["filled"] = Filled(t, t.shared["stack"])
    return t.shared["filled"]
