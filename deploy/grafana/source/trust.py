"""Trust: for whoever answers for the numbers. Are they complete, how fresh are they, and what was set aside?"""
from columns import BY_THRESHOLDS, TIME_LOOKS, ZONE
from panels import (FEEDS, POINTS, bars, chart, command, dashboard, difference, fields, look, newest, only, series,
                    stat, steps, table, total)

TRUST = "kaiku:trust"
FATES = {
    "counted": "counted", "retracted": "retracted", "duplicate": "duplicate", "rejected": "rejected",
    "ignored": "ignored"
}
REMARKS = {"late": "late", "expired": "expired", "clamped": "clock ahead", "other": "value not admitted",
           "bad_answers": "answers dropped", "crashed": "made it crash", "gap": "lost before reading"}
INCIDENTS = {"rewinds": "rewinds", "outages": "outages", "crashes": "crashes", "stops": "stops", "refusals": "refusals"}

SINCE_BEGIN = "Exact since the prefix began: committed together with the positions."
DAY_S = 86400


def figures(columns):
    return [fields(TRUST, columns)]


def counts(draw, title, why, columns, width, defaults):
    return draw(title, why, figures(columns), width, transformations=only(columns), defaults={**POINTS, **defaults})


ADDS_UP = stat("Does every record add up?",
               "Records dealt with minus those counted, retracted, duplicate, rejected or ignored. Anything but 0: "
               "something outside kaiku has changed Redis.",
               figures(["consumed", *FATES]),
               5,
               transformations=[
                   total(list(FATES), "sum"),
                   difference("consumed", "sum", "unaccounted"),
                   *only({"consumed": "records", "unaccounted": "unaccounted for"})
               ],
               looks=[
                   look("records", **POINTS),
                   look("unaccounted for", **POINTS, **BY_THRESHOLDS, thresholds=steps("red", (0, "green"), (1, "red")))
               ])

LAG = stat("Are we behind?",
           "Records between the stored positions and the log's end, over all instances.",
           figures(["lag"]),
           3,
           defaults={**POINTS, **BY_THRESHOLDS, "thresholds": steps("green", (10000, "orange"), (1000000, "red"))})

DELAY = stat("How fresh are the figures?",
             "Newest event: when it happened. Shown after: how much later it was shown.",
             figures(["high_time", "updated"]),
             8,
             transformations=[
                 difference("updated", "high_time", "delay"),
                 *only({"high_time": "newest event", "delay": "shown after"})
             ],
             looks=[
                 look("newest event", unit="dateTimeFromNow"),
                 look("shown after",
                      unit="ms",
                      decimals=1,
                      **BY_THRESHOLDS,
                      thresholds=steps("green", (60000, "orange"), (600000, "red")))
             ])

MARGIN = stat(
    "How far may Redis fall back?",
    "So much older than the stored position are the oldest records in Kafka: a Redis that lost "
    "less is brought up again. No value: not known yet, or counted from files.",
    figures(["replay_margin_s"]),
    4,
    defaults={"unit": "s", **BY_THRESHOLDS, "thresholds": steps("red", (DAY_S, "orange"), (3 * DAY_S, "green"))})

ALERTS = stat("How many cases were raised?", "Entries written to feeds.", figures(["alerts"]), 4, defaults=POINTS)

PROGRESS = chart("Have there been stretches without reading?",
                 "Records dealt with, and those still waiting, minute by minute.", [series("kaiku:ts:trust")],
                 12,
                 transformations=only({"$time": "Time", "consumed": "dealt with", "lag": "waiting"}),
                 defaults=POINTS)

OUTBREAKS = chart("When did something go wrong?",
                  "Counts so far: a flat line is quiet, a step is an outbreak.", [series("kaiku:ts:trust")],
                  12,
                  transformations=only({
                      "$time": "Time", "late": "late", "duplicate": "duplicate", "rejected": "rejected",
                      "bad_answers": "answers dropped", **INCIDENTS
                  }),
                  defaults=POINTS)

REASONS = bars("Why was it set aside?", "Rejected records and dropped answers by reason. " + SINCE_BEGIN,
               [command("hgetall", "kaiku:{0}:reasons", source=FEEDS)], 10, defaults=POINTS)

REJECTED = table("Which records were set aside?",
                 "The newest. An answer that was dropped has its metric; the rest of such a record counts.",
                 [newest("kaiku:{0}:rejected", 50)],
                 14,
                 looks=[*TIME_LOOKS, look("Offset", **POINTS),
                        look("Bytes", **POINTS)],
                 transformations=only({
                     "at": "Time", "reason": "Reason", "metric": "Metric", "topic": "Topic", "partition": "Partition",
                     "offset": "Offset", "bytes": "Bytes"
                 }))

DASHBOARD = dashboard("kaiku-trust",
                      "Trust",
                      "Whether to believe the numbers: complete, fresh, and what was set aside.",
                      [(5, [ADDS_UP, LAG, DELAY, MARGIN, ALERTS]),
                       (9, [
                           counts(bars, "What became of the records?", SINCE_BEGIN, FATES, 8, {}),
                           counts(bars, "What is to be said of those?",
                                  "Late ones count in their right window all the same. " + SINCE_BEGIN, REMARKS, 8, {}),
                           counts(stat, "What happened to the processes?",
                                  "Each came with a line in the log. Numbers stay exact whatever these say.", INCIDENTS,
                                  8, {**BY_THRESHOLDS, "thresholds": steps("green", (1, "orange"))})
                       ]), (9, [PROGRESS, OUTBREAKS]), (10, [REASONS, REJECTED])],
                      refresh="10s",
                      zone=ZONE)
