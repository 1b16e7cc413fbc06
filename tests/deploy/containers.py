"""Dockerfile, compose file and manifests: there is no container here, so their checkers read them, and what they run is
run as it stands."""
import hashlib
import http.server
import os
import re
import shlex
import subprocess
import threading

import redis
import yaml

import package
import servers
from harness import test
from machine import output
from runner import ROOT
from servers import until

HERE = os.path.dirname(os.path.abspath(__file__))


def tools():
    """The folder of the checkers' programs, fetched once into the cache."""
    with open(f"{HERE}/requirements.txt", "rb") as f: digest = hashlib.sha256(f.read()).hexdigest()[:16]
    folder = f"{servers.CACHE}/deploy-{digest}"
    if not os.path.exists(f"{folder}/installed"):
        output("/usr/bin/python3", "-m", "venv", "--clear", folder, timeout=60)
        output(f"{folder}/bin/pip", "install", "-q", "-r", f"{HERE}/requirements.txt", timeout=200)
        open(f"{folder}/installed", "w").close()
    return f"{folder}/bin"


def read(name):
    with open(f"{ROOT}/deploy/{name}") as f: return f.read()


def compose():
    return yaml.safe_load(read("compose/compose.yaml"))


def as_compose(text):
    """What the specification says of it."""
    program = "import compose_spec, sys; compose_spec.PyCompose.from_yaml(sys.stdin.read())"
    return subprocess.run([f"{tools()}/python", "-c", program], input=text, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True)


# ---------------------------------------------------------------- Dockerfile

@test(seconds=600, group="containers")
def dockerfile(t):
    assert output(f"{tools()}/hadolint", f"{ROOT}/deploy/Dockerfile") == ""


@test(group="containers")
def image_packages(t):
    """It builds with what quickstart.sh builds with, and holds what the package says that it needs."""
    def packages(text): return set(re.findall(r"[a-z][a-z0-9.+-]{2,}", text.replace("\\\n", " ")))
    wanted = packages(re.search(r"^sh deploy/require.sh((.*\\\n)*.*)", read("quickstart.sh"), flags=re.M)[1])
    building, running = re.findall(r"apt-get install -y --no-install-recommends((?:.*\\\n)*.*)", read("Dockerfile"))
    assert not wanted - {"redis-server", "tzdata"} - packages(building), "the first stage"
    assert not set(package.needed(package.built(t))) - {"libc6", "systemd"} - packages(running), "the second stage"


@test()
def health(t):
    """The image's health check, with a server that is well, then ill, then gone."""
    answers = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(answers[-1] if self.path == "/healthz" else 404)
            self.end_headers()

        def log_message(self, *_): pass

    server = http.server.HTTPServer(("127.0.0.1", servers.free_port()), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()

    def code():
        port = {"KAIKU_HTTP_PORT": str(server.server_port)}
        return subprocess.run([f"{ROOT}/deploy/healthy.sh"], env=port, stderr=subprocess.DEVNULL, timeout=20).returncode

    for answer, expected in ((200, 0), (503, 1)):
        answers.append(answer)
        assert code() == expected, answer
    server.shutdown()
    server.server_close()
    assert code() == 1, "nobody listens"


# ---------------------------------------------------------------- compose

@test(seconds=600, group="containers")
def compose_file(t):
    """As the specification has it; merge keys, which are YAML's, are resolved before."""
    text = yaml.safe_dump(compose(), sort_keys=False)
    done = as_compose(text)
    assert done.returncode == 0, done.stdout
    assert "reed_only" in as_compose(text.replace("read_only", "reed_only", 1)).stdout, "the checker sees nothing"
    for name, service in compose()["services"].items():
        for source in [v.split(":")[0] for v in service.get("volumes", []) if v.startswith("../")]:
            folder = f"{ROOT}/deploy/{source.split('/')[1]}"  # of another part, which may not be there
            assert not os.path.isdir(folder) or os.path.exists(f"{ROOT}/deploy/compose/{source}"), (name, source)


def environment(directory):
    with open(f"{directory}/.env") as f: return dict(line.strip().split("=", 1) for line in f)


@test()
def compose_redis(t):
    """Its command line, with the users that prepare.sh made: kaiku works with it, others do not get in."""
    output("sh", f"{ROOT}/deploy/compose/prepare.sh", t.directory)
    values, before = environment(t.directory), open(f"{t.directory}/.env").read()
    output("sh", f"{ROOT}/deploy/compose/prepare.sh", t.directory)
    assert open(f"{t.directory}/.env").read() == before, "passwords that were made stay"
    service, port = compose()["services"]["redis"], servers.free_port()
    command = service["command"].replace("/etc/redis/", f"{t.directory}/local/").replace("/data", t.directory)
    process = subprocess.Popen([*shlex.split(command), "--port", str(port), "--bind", "127.0.0.1"],
                               stdout=subprocess.DEVNULL, preexec_fn=servers.die_with_parent)
    t.stack.callback(servers.end, process)
    test_command = service["healthcheck"]["test"][1].replace("redis-cli", f"redis-cli -p {port}")

    def healthy(password):
        return subprocess.run(["sh", "-c", test_command], env=os.environ | {"REDISCLI_AUTH": password},
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0

    until(lambda: healthy(values["KAIKU_GRAFANA_PASSWORD"]), 20, "health")
    assert not healthy("wrong")
    try: redis.Redis(port=port).ping()
    except redis.exceptions.AuthenticationError: pass
    else: raise AssertionError("the default user got in")
    with open(f"{t.directory}/local/kaiku.yaml") as f: text = f.read()
    config = t.write("kaiku.yaml", text.replace("redis:6379", f"127.0.0.1:{port}"))
    secrets = {name: values[name] for name in ("KAIKU_REDIS_PASSWORD", "KAIKU_HTTP_TOKEN")}
    said = t.run("check", config, **secrets).out
    assert "kafka:9092" in said and "user               kaiku, with a password" in said, said
    log = t.write("log.ndjson", t.run("gen", "--count", 300).out)
    t.run("replay", config, log, **secrets)
    reader = redis.Redis(port=port, username="grafana", password=values["KAIKU_GRAFANA_PASSWORD"])
    assert reader.hget("kaiku:trust", "consumed") == b"300"


# ---------------------------------------------------------------- Kubernetes

@test(seconds=600, group="containers")
def manifests(t):
    folder = f"{ROOT}/deploy/kubernetes"
    listed = yaml.safe_load(read("kubernetes/kustomization.yaml"))["resources"]
    assert sorted([*listed, "kustomization.yaml"]) == sorted(os.listdir(folder))
    output(f"{tools()}/kubernetes-validate", "--strict", *[f"{folder}/{name}" for name in listed], timeout=60)
    kinds = {m["kind"]: m for name in listed for m in [yaml.safe_load(read(f"kubernetes/{name}"))]}
    pod = kinds["Deployment"]["spec"]["template"]
    selectors = [kinds[kind]["spec"]["selector"] for kind in ("Deployment", "Service", "PodDisruptionBudget")]
    for selector in selectors: assert selector.get("matchLabels", selector).items() <= pod["metadata"]["labels"].items()
    volumes = {v["name"]: v for v in pod["spec"]["volumes"]}
    for container in pod["spec"]["initContainers"] + pod["spec"]["containers"]:
        assert {m["name"] for m in container["volumeMounts"]} <= set(volumes), container["name"]
        assert container["securityContext"]["readOnlyRootFilesystem"] and container["resources"]["limits"]["memory"]
    assert volumes["configuration"]["configMap"]["name"] == kinds["ConfigMap"]["metadata"]["name"]


@test(quick=True)
def manifest_configuration(t):
    """kaiku reads it, with secrets where they would be mounted."""
    text = yaml.safe_load(read("kubernetes/configuration.yaml"))["data"]["kaiku.yaml"]
    for name in ("redis", "http"): t.write(name, "a-secret\n")
    said = t.run("check", t.write("kaiku.yaml", text.replace("/run/secrets/kaiku", t.directory))).out
    assert "a-secret" not in said and "kafka:9092" in said, said
