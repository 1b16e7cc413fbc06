"""By HTTP: the same content from kaiku itself, for those whose Grafana cannot reach Redis."""
from columns import (BY_THRESHOLDS, INTERVAL_WHY, PERIODS, SCORE, SCORE_LOOKS, STEPS, WAITED, ZONE, band, name_looks)
from panels import API, CELL, PER_CENT, POINTS, SECONDS, bars, chart, choice, dashboard, get, look, stat, table

MEMBER = "${channel}|_all"
FATES = ["counted", "retracted", "duplicate", "rejected", "ignored"]


def numbers(columns):
    return {k: (heading, "number") for k, heading in columns.items()}


def texts(columns):
    return {k: (heading, "string") for k, heading in columns.items()}


def time(name):
    return {name: ("Time", "timestamp_epoch")}


def channels():
    """The variable: the channels of today's table, or the roll-up of all."""
    query = get("rows", texts({"channel": "channel"}), "channels", view="contact", window="day", set="channel")
    return {"name": "channel", "label": "Channel", "type": "query", "datasource": API, "definition": "channels",
            "regex": "", "refresh": 1, "sort": 1, "multi": False, "includeAll": True, "allValue": "_all", "options": [],
            "current": {"text": "All", "value": "$__all"},
            "query": {"queryType": "infinity", "refId": "channels", "query": "", "infinityQuery": query}}


NOW = stat("How is ${channel:text} doing?",
           "Promoters minus detractors, in points, with its 95 % interval. " + INTERVAL_WHY,
           [get("now", numbers(SCORE | {"n": "answers"}), view="contact", window="${period}", member=MEMBER)], 8,
           looks=[*SCORE_LOOKS, look("answers", **POINTS)])

ROWS = table("Which channels need a look?", "One row a channel, most answers first. " + INTERVAL_WHY,
             [get("rows", texts({"channel": "Channel"})
                  | numbers(SCORE | {"n": "Answers", "response_rate": "Response", "wait_s_p90": "Wait, 90 %"}),
                  view="contact", window="${period}", set="channel")], 16,
             looks=[*name_looks("Channel"), *SCORE_LOOKS, look("Answers", **POINTS), look("Response", **PER_CENT),
                    look("Wait, 90 %", **SECONDS, **WAITED, **BY_THRESHOLDS, **CELL)])

BAND, BAND_LOOKS = band("nps", "NPS")
SERIES = chart("Is ${channel:text} getting better or worse?", "NPS with its 95 % interval as a band. " + INTERVAL_WHY,
               [get("series", time("time") | numbers({k: v for k, v in BAND.items() if k != "$time"}), view="contact",
                    window="${res}", member=MEMBER, limit="10000", **{"from": "${__from}", "to": "${__to}"})], 12,
               looks=BAND_LOOKS, defaults=POINTS)

DETRACTORS = table("Whom should we call back?", "The newest answers of 0 to 6.",
                   [get("feed", time("at") | numbers({"value": "Score"})
                        | texts({"channel": "Channel", "touchpoint": "Touchpoint", "agent": "Agent",
                                 "comment_ref": "Comment"}),
                        alert="detractor", limit="20")], 12, looks=[look("Score", **POINTS, custom_width=70)])

TRUST = bars("What became of the records?", "Exact since the prefix began.",
             [get("trust", numbers({name: name for name in FATES}))], 8, defaults=POINTS)

METRICS = table("What stands behind each score?", "The rule of each metric, in words.",
                [get("views", texts({"name": "Metric", "kind": "Kind", "scale": "Scale", "unit": "Unit",
                                     "rule": "Rule"}), root="metrics")], 16)

DASHBOARD = dashboard(
    "kaiku-api", "By HTTP", "What the other dashboards read from Redis, read from kaiku's own API.",
    [(9, [NOW, ROWS]),
     (9, [SERIES, DETRACTORS]),
     (9, [TRUST, METRICS])],
    [channels(), choice("period", "Figures of", PERIODS, "day"), choice("res", "Trends by", STEPS, "1h")], zone=ZONE)
