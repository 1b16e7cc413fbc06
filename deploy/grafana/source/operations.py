"""Operations: for whoever runs kaiku. Is it alive, does it keep up, what does it cost?"""
from columns import BY_THRESHOLDS
from panels import NO_VALUE, POINTS, chart, dashboard, metric, stat, steps, texts

RATE = "[$__rate_interval]"
PER_SECOND = {"unit": "cps", "decimals": 0}
FAILED = '{result="rejected"}'
YES_NO = texts(**{"0": ("no", "red"), "1": ("yes", "green")})


def rate(name, by="", where=""):
    return f"sum{by}(rate({name}{where}{RATE}))"


def quantiles(title, why, name):
    """Half, and 99 of 100, over all instances."""
    targets = [metric(f"histogram_quantile({q}, {rate(f'{name}_bucket', ' by (le) ')})", f"{q:.0%}", ref)
               for q, ref in ((.5, "A"), (.99, "B"))]
    return chart(title, why, targets, 8, defaults={"unit": "s"})


SERVERS = stat("Do Redis and Kafka answer?", "The instance that fares worst.",
               [metric("min(kaiku_redis_up)", "Redis"), metric("min(kaiku_kafka_up)", "Kafka", "B")], 5,
               defaults={**BY_THRESHOLDS, "thresholds": steps("red", (1, "green")), "mappings": [NO_VALUE, YES_NO]})

LAG = stat("Are we behind?", "Records between the stored positions and the log's end, over all instances.",
           [metric("max(kaiku_lag)", "records")], 5,
           defaults={**POINTS, **BY_THRESHOLDS, "thresholds": steps("green", (10000, "orange"), (1000000, "red"))})

SPEED = stat("How many records a second?", "All instances together.",
             [metric(rate("kaiku_events_total"), "records")], 5, defaults=PER_SECOND)

REJECTED = stat("How much is set aside?", "Rejected records, per cent of all.",
                [metric(f"100 * {rate('kaiku_events_total', where=FAILED)} / {rate('kaiku_events_total')}",
                        "rejected")], 4,
                defaults={"unit": "percent", "decimals": 2, **BY_THRESHOLDS,
                          "thresholds": steps("green", (1, "orange"), (5, "red"))})

CELLS = stat("How many cells are in memory?", "Base cells of the instance that has most, since its last hand-over.",
             [metric("max(sum by (instance) (kaiku_cells))", "cells")], 5, defaults=POINTS)

RESULTS = chart("What becomes of the records?", "Records a second by result, all instances.",
                [metric(rate("kaiku_events_total", " by (result) "), "{{result}}")], 12, defaults=PER_SECOND)

REASONS = chart("Why are records set aside?", "Rejected records and dropped answers a second, by reason.",
                [metric(rate("kaiku_rejected_total", " by (reason) "), "{{reason}}")], 12, defaults={"unit": "cps"})

DELAY = quantiles("How soon does Redis show a record?", "From the broker's timestamp until the figures can be read: "
                  "half of the records, and 99 of 100.", "kaiku_publish_delay_seconds")

COMMITS = quantiles("How long does a commit take?", "Half of the commits, and 99 of 100.", "kaiku_commit_seconds")

BEHIND = chart("Does each instance keep up?", "Records behind the log's end, in the partitions that an instance holds.",
               [metric("kaiku_assigned_lag", "{{instance}}")], 8, defaults=POINTS)

DASHBOARD = dashboard(
    "kaiku-operations", "Operations", "Whether kaiku is alive, keeps up, and what it costs. From /metrics.",
    [(5, [SERVERS, LAG, SPEED, REJECTED, CELLS]),
     (9, [RESULTS, REASONS]),
     (9, [DELAY, COMMITS, BEHIND])], since="now-3h")
