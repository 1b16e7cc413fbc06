"""The users of deploy/users.acl, with passwords."""
import os
import re
import subprocess

import redis

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PASSWORDS = {name: f"{name}-s3cret" for name in ("admin", "kaiku", "grafana", "feeds")}


def users_filled(directory):
    """deploy/users.acl with passwords, put in by the commands that stand in docs/security.md; a path."""
    path = f"{directory}/users.acl"
    with open(f"{ROOT}/docs/security.md") as f:
        commands = re.search(r"(?ms)^    sum\(\).*?/etc/redis/users\.acl$", f.read())[0]
    subprocess.run(["sh", "-euc", commands.replace("/etc/redis/users.acl", path)], cwd=ROOT, check=True, timeout=30,
                   env=os.environ | {name.upper(): password for name, password in PASSWORDS.items()})
    return path


def as_writer(server, **more):
    return {"redis": {"url": server.url, "user": "kaiku", "password": PASSWORDS["kaiku"]} | more}


def connect(server, name):
    return redis.Redis(port=server.port, username=name, password=PASSWORDS[name], decode_responses=True)
