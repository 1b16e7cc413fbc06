"""TLS and credentials, with a broker of its own that listens once for each certificate and mechanism."""
import subprocess
import tempfile

import certificates
import servers
from harness import consumed, test
from servers import until

# Listeners: protocol, name of the certificate.
LISTENERS = {"GOOD": ("SSL", "good"), "EXPIRED": ("SSL", "expired"), "ELSEWHERE": ("SSL", "elsewhere"), "FOREIGN": ("SSL", "foreign"),
             "PLAIN": ("SASL_SSL", "good"), "SCRAM": ("SASL_SSL", "good")}


def settings(directory, ports):
    """Lines of the broker's properties: a listener each, beside those that it has."""
    listeners = ",".join(f"{name}://127.0.0.1:{port}" for name, port in ports.items())
    protocols = ",".join(f"{name}:{LISTENERS[name][0]}" for name in ports)
    module = "org.apache.kafka.common.security"
    yield "listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}," + listeners
    yield "advertised.listeners=PLAINTEXT://127.0.0.1:{port}," + listeners
    yield "listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT," + protocols
    for name in ports:
        yield f"listener.name.{name.lower()}.ssl.keystore.type=PEM"
        yield f"listener.name.{name.lower()}.ssl.keystore.location={directory}/{LISTENERS[name][1]}.both"
    yield "listener.name.plain.sasl.enabled.mechanisms=PLAIN"
    yield f'listener.name.plain.plain.sasl.jaas.config={module}.plain.PlainLoginModule required user_kaiku="right";'
    yield "listener.name.scram.sasl.enabled.mechanisms=SCRAM-SHA-256"
    yield f"listener.name.scram.scram-sha-256.sasl.jaas.config={module}.scram.ScramLoginModule required;"
    yield "listener.name.scram.scram-sha-256.connections.max.reauth.ms=1500"


class Secured:
    """The broker, and the ports of its listeners."""

    def __init__(self, directory, topic):
        self.directory = directory
        self.trusted = certificates.authority(directory, "authority")
        certificates.authority(directory, "stranger")
        certificates.server(directory, "good", "authority")
        certificates.server(directory, "expired", "authority", days=-1)
        certificates.server(directory, "elsewhere", "authority", host="DNS:kafka.example")
        certificates.server(directory, "foreign", "stranger")
        self.ports = {name: servers.free_port() for name in LISTENERS}
        self.broker = servers.Kafka(f"{directory}/broker", topic, *settings(directory, self.ports))

    def properties(self, listener, **credentials):
        common = {"bootstrap.servers": f"127.0.0.1:{self.ports[listener]}", "ssl.ca.location": self.trusted,
                  "security.protocol": LISTENERS[listener][0].lower(), "reconnect.backoff.max.ms": 500}
        if credentials: common |= {f"sasl.{name}": value for name, value in credentials.items()}
        return common

    def users(self, *change):
        """Of SCRAM; the broker's own tool."""
        subprocess.run([*self.broker.java, "kafka.admin.ConfigCommand", "--bootstrap-server", self.broker.brokers, "--alter",
                        "--entity-type", "users", "--entity-name", "kaiku", *change], check=True, capture_output=True, timeout=60)


def secured(t):
    """That broker, started by the first test that needs it."""
    t.kafka     # skips where there is no Java
    if "secured" not in t.shared:
        stack = t.shared["stack"]
        t.shared["secured"] = Secured(stack.enter_context(tempfile.TemporaryDirectory(prefix="kaiku-tls-")), t.options.topic)
        stack.callback(t.shared["secured"].broker.stop)
    return t.shared["secured"]


def prepare(t, listener, **credentials):
    """A filled topic and what reads it through the listener."""
    server, log, redis = secured(t), t.log("everything"), t.redis()
    topic = t.topic(log.partitions, server.broker)
    config = t.config(log.config, redis, topic, workers=2, properties=server.properties(listener, **credentials))
    return server, topic, redis, config


@test("kafka", group="encryption", seconds=300, quick=True)
def good_certificate(t):
    server, topic, redis, config = prepare(t, "GOOD")
    server.broker.write(topic, t.log("everything").records)
    t.run("run", config, "--until-end")
    t.compare("everything", redis, config)


def refused(t, listener, *words, **credentials):
    """A run ends with 3 and few lines, one of which names the cause; what it was to read through."""
    server, topic, redis, config = prepare(t, listener, **credentials)
    refuses(t, config, *words)
    return server, topic, redis, config


def refuses(t, config, *words):
    program = t.run("run", config, code=3, seconds=30)
    assert all(word in program.err for word in words), program.err
    assert len(program.err.splitlines()) <= 3, program.err
    assert "wr0ng" not in program.said, program.said


@test("kafka", group="encryption", seconds=120, quick=True)
def expired_certificate(t):
    """Before there are positions, and with them: where the log begins is known then, and the start does not ask for it."""
    words = "127.0.0.1", "certificate has expired"
    server, topic, redis, config = refused(t, "EXPIRED", *words)
    server.broker.write(topic, t.log("everything").slices(50)[0])
    plain = t.config(t.log("everything").config, redis, topic, name="plain.yaml", properties={"bootstrap.servers": server.broker.brokers})
    t.run("run", plain, "--until-end")
    refuses(t, config, *words)
    assert all(word in t.run("verify", config, code=3, seconds=30).err for word in words)


@test("kafka", group="encryption", seconds=120)
def certificate_of_another_host(t): refused(t, "ELSEWHERE", "certificate is for another address")


@test("kafka", group="encryption", seconds=120)
def certificate_of_another_authority(t): refused(t, "FOREIGN", "authority that is not trusted", "ssl.ca.location")


@test("kafka", group="encryption", seconds=120, quick=True)
def wrong_password_plain(t):
    refused(t, "PLAIN", "Authentication failed", "sasl.", mechanism="PLAIN", username="kaiku", password="wr0ng")


@test("kafka", group="encryption", seconds=120)
def wrong_password_scram(t):
    refused(t, "SCRAM", "invalid credentials", "sasl.", mechanism="SCRAM-SHA-256", username="kaiku", password="wr0ng")


@test("kafka", group="encryption", seconds=240)
def revoked_while_running(t):
    """It says so, waits, and counts on where the password is good again: one process, nothing lost."""
    secured(t).users("--add-config", "SCRAM-SHA-256=[password=first]")
    server, topic, redis, config = prepare(t, "SCRAM", mechanism="SCRAM-SHA-256", username="kaiku", password="first")
    first, second = t.log("everything").slices(2)
    program = t.start("run", config)
    server.broker.write(topic, first)
    until(lambda: consumed(redis) == len(first), 60, "the first half")
    server.users("--delete-config", "SCRAM-SHA-256")
    server.broker.write(topic, second)
    # librdkafka repeats itself after 30 s only: what is not said now would be said then.
    until(lambda: "invalid credentials" in program.err or not program.running, 20, "a word about it")
    assert program.running, program.err
    server.users("--add-config", "SCRAM-SHA-256=[password=first]")
    until(lambda: consumed(redis) == len(first + second), 90, "everything")
    program.terminate()
    assert "first" not in program.said, program.said
    # Lines on how it goes come with time, and this may take long; those on Kafka must not.
    assert sum("kafka" in line for line in program.err.splitlines()) < 40, program.err
    t.run("run", config, "--until-end")
    t.compare("everything", redis, config)
