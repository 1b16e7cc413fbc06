"""The logs themselves: a test that compares nothing of interest cannot fail."""
import logs
import oracle
from harness import LOGS, test


@test(seconds=600)
def every_one_occurs(t):
    lacking, statuses, kinds = [], set(), set()
    for name in LOGS:
        log, expected = t.log(name), t.expectations.expected(name)
        if not log.ndjson: assert len(log.records) >= 50000, f"{name}: {len(log.records)} records"
        config = oracle.Config(t.config(log.config, "redis://unused"))
        lacking += [f"{name}: {x}" for x in logs.missing(config, expected, log.ndjson)]
        statuses |= {v for e in expected["ts"].values() for f in e.values() for k, v in f.items() if k.endswith("_status")}
        kinds |= {m.kind for m in config.metrics}
    if statuses != {"met", "below", "above", "no_data", "none"}: lacking.append(f"target statuses: {statuses}")
    if len(kinds) != 9: lacking.append(f"kinds: {kinds}")
    assert not lacking, "\n".join(lacking)


@test(quick=True)
def same_seed_same_log(t):
    for shape in logs.SHAPES:
        made = [logs.generate(logs.arguments(shape, 3000, 8, seed)) for seed in (5, 5, 6)]
        assert made[0] == made[1] and made[0] != made[2], shape
