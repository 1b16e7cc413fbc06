"""Rows 9 to 11 and 32 to 36: what Kafka, and the way to it, can do."""
import time

import configs
import servers
from harness import consumed, test
from proxy import Proxy
from rig import MARCH, QUICK, Mock, finish_simple, simple, stopped, stored, until_consumed
from servers import until

NOT_LEADER, COORDINATOR_LOADING, NOT_COORDINATOR, CUT = 6, 14, 16, -195
FETCH, OFFSETS, METADATA, OFFSET_COMMIT, FIND_COORDINATOR, JOIN_GROUP, HEARTBEAT, SYNC_GROUP = 1, 2, 3, 8, 10, 11, 12, 14


def own_broker(t):
    """A broker that clients reach through a proxy only: (broker, proxy)."""
    proxies = []

    def front(port):
        proxies.append(Proxy(port))
        return proxies[0].port

    broker = servers.Kafka(f"{t.directory}/broker", t.options.topic, front=front)
    t.stack.callback(broker.stop)
    broker.create("rows", 2)
    return broker, proxies[0]


@test("kafka", seconds=110)
def row_09_broker_killed(t):
    """kill -9 of the only broker, its connections cut and half-open before and after; the same process goes on."""
    broker, proxy = own_broker(t)
    redis, records = t.redis(), simple(600, 2)
    config = configs.write(f"{t.directory}/kaiku.yaml", configs.SMALL, redis.url, broker.brokers, ["rows"],
                           {"group.id": "rows", "session.timeout.ms": 2500, "heartbeat.interval.ms": 400, "socket.timeout.ms": 3000,
                            "reconnect.backoff.max.ms": 1000}, **QUICK)
    program = t.start("run", config)
    broker.write("rows", records[:200])
    until_consumed(redis, 200)
    broker.kill()
    until(lambda: "kafka:" in program.err, 30, "a word about it")
    broker.start()
    broker.write("rows", records[200:400])
    until_consumed(redis, 400)
    proxy.cut("down", 300)
    broker.write("rows", records[400:500])
    until_consumed(redis, 500)
    proxy.swallow()
    time.sleep(4)       # longer than the session and a request's time-out
    proxy.swallow(False)
    proxy.reset()
    broker.write("rows", records[500:])
    until_consumed(redis, 600)
    program.terminate()
    finish_simple(t, redis, config, records)


@test(seconds=80)
def row_10_leader_moves(t):
    """The partitions' leaders and the group's coordinator move, one broker after the other goes and comes."""
    mock, redis, records = Mock(t, "rows", 2), t.redis(), simple(900, 2)
    config = mock.config(t, redis)
    program = t.start("run", config)
    mock.write(records[:300])
    until_consumed(redis, 300)
    for i in (1, 2):
        for partition in (0, 1): mock.tell("lead", partition, i + 1)
        mock.tell("coordinate", "rows", i + 1)
        mock.tell("down", i)
        mock.write(records[i * 300:i * 300 + 300])
        until_consumed(redis, 300 + i * 300)
        mock.tell("up", i)
    program.terminate()
    finish_simple(t, redis, config, records)


@test(seconds=120)
def row_11_requests_fail(t):
    """Each kind of request fails some times, by an error or a cut; then all are slow."""
    mock, redis, records = Mock(t, "rows", 2), t.redis(), simple(1200, 2)
    config = mock.config(t, redis)
    mock.tell("fail", FIND_COORDINATOR, 1, CUT)
    mock.tell("fail", FIND_COORDINATOR, 2, COORDINATOR_LOADING)
    mock.tell("fail", JOIN_GROUP, 1, NOT_COORDINATOR)
    mock.tell("fail", SYNC_GROUP, 1, NOT_COORDINATOR)
    mock.tell("fail", OFFSETS, 2, NOT_LEADER)
    program, n = t.start("run", config), 0
    for api, error in ((FETCH, NOT_LEADER), (FETCH, CUT), (HEARTBEAT, NOT_COORDINATOR), (METADATA, CUT), (OFFSET_COMMIT, CUT)):
        mock.write(records[n:n + 200])
        until_consumed(redis, n := n + 200)
        mock.tell("fail", api, 5, error)
    mock.tell("delay", 400)
    mock.write(records[n:])
    until_consumed(redis, 1200)
    program.terminate()
    mock.tell("delay", 0)
    finish_simple(t, redis, config, records)


@test("kafka", seconds=110)
def row_33_topic_deleted_and_recreated(t):
    """Gone, shorter than before, longer and another: refused, and nothing in Redis moves."""
    topic, redis, records = t.topic(1), t.redis(), simple(300)
    config = t.config(configs.SMALL, redis, topic, **QUICK)
    t.kafka.write(topic, records)
    running = t.start("run", config)
    until_consumed(redis, 300)
    before = stored(redis)
    t.kafka.run("delete", topic)
    stopped(running, topic)
    said = t.run("run", config, code=None).err
    assert topic in said and "does not exist" in said, said
    t.kafka.create(topic, 1, attempts=20)
    t.kafka.write(topic, simple(100))
    stopped(t.start("run", config), topic, "deleted and created again")
    t.kafka.write(topic, [(0, i, MARCH + i, b'{"id":"x%d","time":%d}' % (i, MARCH + i)) for i in range(100, 400)])
    stopped(t.start("run", config), topic, "deleted and created again")
    assert stored(redis) == before


@test("kafka", seconds=80)
def row_34_retention_passes_a_running_one(t):
    """Kafka deletes what a slow reader has not yet read: a gap, counted to the record."""
    topic, redis, records = t.topic(1), t.redis(), simple(2000)
    small = {"queued.min.messages": 1, "queued.max.messages.kbytes": 1, "max.partition.fetch.bytes": 2000}
    config = t.config(configs.SMALL, redis, topic, properties=small, **QUICK)
    for i in range(0, 2000, 100): t.kafka.write(topic, records[i:i + 100])     # as many batches, of which few are fetched ahead
    program = t.start("run", config, KAIKU_FAILPOINTS="poll=sleep:4000@1")
    until(lambda: "failpoint" in program.err, 30, "a slow reader")
    t.kafka.run("trim", topic, 0, 1900)
    until_consumed(redis, 2000)     # its position
    program.terminate()
    t.run("run", config, "--until-end")
    gap = int(redis.client.hget("kaiku:trust", "gap"))
    assert 1000 < gap <= 1800 and f"offsets {1900 - gap} to 1899" in program.err, (gap, program.err[-2000:])
    finish_simple(t, redis, config, records[:1900 - gap] + records[1900:], gap=gap)


@test("kafka", seconds=60)
def row_36_open_transaction(t):
    """What stands behind a transaction that nobody ends is not read, and shown as lag."""
    topic, redis, records = t.topic(1), t.redis(), simple(70)
    config = t.config(configs.SMALL, redis, topic, **QUICK)
    t.kafka.write(topic, records[:30])
    t.kafka.write(topic, records[30:40], ending="open")
    t.kafka.write(topic, records[40:])
    program = t.start("run", config)
    until_consumed(redis, 30)
    until(lambda: redis.client.hget("kaiku:trust", "lag") == "40", 20, "the lag of what stands behind it")
    program.terminate()
    t.run("run", config, "--until-end", seconds=30)     # as far as can be read by now
    program = t.start("run", config)
    t.kafka.write(topic, [], ending="abort")    # the next transaction of the same producer ends the last one
    until(lambda: consumed(redis) >= 70, 60, "what stood behind it")
    until(lambda: redis.client.hget("kaiku:trust", "lag") == "0", 20, "no lag")
    program.terminate()
    finish_simple(t, redis, config, records[:30] + records[40:])
