"""A topic of somebody else's: CloudEvents of a survey tool, nested, keys in any order, with things that nobody should see."""
import json
import random
import time

NOW = 1795253400000
SCORE = "likelihood_to_recommend"


def event(rng, i, at):
    sent = rng.random() < .3
    data = {"case": {"queue": {"name": rng.choice(["billing", "support", "sales"]), "id": i % 3}, "handledBy": f"agent-{i % 9}"},
            "customer": {"id": f"c-{rng.randrange(10 ** 6)}", "email": f"someone{i}@example.com"}}
    if not sent:
        data["answers"] = {SCORE: {"value": rng.choice([10, 9, 9, 8, 7, 6, 3, 0])}, "satisfaction": rng.randrange(1, 6),
                           "comment": f"something private {i}", "solved": rng.choice([True, False]), "waitTimeMs": rng.randrange(1, 90000)}
    made = {"specversion": "1.0", "id": f"{rng.randrange(2 ** 60)}", "source": "/surveys/post-contact", "data": data,
            "type": "com.example.survey." + ("sent" if sent else "completed"), "datacontenttype": "application/json",
            "time": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(at // 1000)) + f".{at % 1000:03}Z"}
    items = list(made.items())
    rng.shuffle(items)
    return dict(items)


def records(n, partitions, seed=1):
    """As logs.py knows them: (partition, offset, timestamp, payload)."""
    rng = random.Random(seed)
    made = [(NOW - (n - i) * 700, event(rng, i, NOW - (n - i) * 700)) for i in range(n)]
    return [(i % partitions, i // partitions, at, json.dumps(e, ensure_ascii=False).encode()) for i, (at, e) in enumerate(made)]


def nps(made):
    scores = [e["data"]["answers"][SCORE]["value"] for e in (json.loads(raw) for *_, raw in made) if "answers" in e["data"]]
    return 100 * (sum(s >= 9 for s in scores) - sum(s <= 6 for s in scores)) / len(scores)
