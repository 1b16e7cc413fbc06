"""Aggregates feedback from Kafka into Redis: confluent-kafka, orjson, redis-py with hiredis; two processes.

    peer.py BROKERS TOPIC PARTITIONS EVENTS REDIS_PORT

Tuning: one process per core because of the interpreter lock; `Consumer.consume` in batches (confluent-kafka API
reference); `orjson.loads` of bytes rather than str (orjson README, "Deserialize"); pipelines with transaction=False
and the hiredis parser (redis-py documentation, "Pipelines" and "Connecting to Redis").
"""
import multiprocessing
import sys
import time

import orjson
import redis
from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaException, TopicPartition

WORKERS = 2
BATCH = 5000
FLUSH_S = .5
FIELDS = ("n", "pro", "pas", "det", "csat_n", "csat_sum", "wait_cs")


def say(what):
    print(what, flush=True)


def flush(client, cells):
    with client.pipeline(transaction=False) as pipe:
        for (minute, channel, touchpoint), sums in cells.items():
            key = f"cell:{minute}:{channel}:{touchpoint}"
            for field, value in zip(FIELDS, sums):
                if value: pipe.hincrby(key, field, value)
        pipe.execute()
    cells.clear()


def aggregate(cells, messages):
    loads = orjson.loads
    for message in messages:
        if message.error(): raise KafkaException(message.error())
        event = loads(message.value())
        key = event["ts"] // 60000, event["channel"], event["touchpoint"]
        sums = cells.get(key)
        if sums is None: sums = cells[key] = [0] * len(FIELDS)
        nps = event["nps"]
        sums[0] += 1
        sums[1 if nps >= 9 else 2 if nps >= 7 else 3] += 1
        sums[4] += 1
        sums[5] += event["csat"]
        sums[6] += round(event["wait_s"] * 100)


def work(brokers, topic, partitions, redis_port):
    consumer = Consumer({"bootstrap.servers": brokers, "group.id": "python", "enable.auto.commit": False})
    client = redis.Redis(port=redis_port)
    assigned = [TopicPartition(topic, p, OFFSET_BEGINNING) for p in partitions]
    events = sum(consumer.get_watermark_offsets(tp)[1] for tp in assigned)
    consumer.assign(assigned)
    cells, seen, flushed = {}, 0, time.monotonic()
    while seen < events:
        messages = consumer.consume(BATCH, .1)
        aggregate(cells, messages)
        if seen == 0 and messages: say("first")
        if seen < events // 2 <= seen + len(messages): say("half")
        seen += len(messages)
        if time.monotonic() - flushed >= FLUSH_S:
            flush(client, cells)
            flushed = time.monotonic()
    flush(client, cells)
    say("done")
    consumer.close()


def main():
    brokers, topic, partitions, _, redis_port = sys.argv[1:]
    workers = [multiprocessing.Process(target=work, args=(brokers, topic, range(w, int(partitions), WORKERS), int(redis_port)))
               for w in range(WORKERS)]
    for worker in workers: worker.start()
    for worker in workers: worker.join()
    sys.exit(any(worker.exitcode for worker in workers))


if __name__ == "__main__":
    main()
