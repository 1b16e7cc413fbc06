"""By HTTP: the same content from kaiku itself, for those whose Grafana cannot reach Redis."""
from columns import (BY_THRESHOLDS, INTERVAL_WHY, PERIODS, SCORE, SCORE_LOOKS, STEPS, WAITED, ZONE, band, name_looks)
from panels import (API, CELL, PER_CENT, POINTS, SECONDS, bars, chart, choice, dashboard, get, look, stat, table)

MEMBER = "${channel}|_all"


def numbers(columns):
    return {k: (v, "number") for k, v in columns.items()}


CHANNELS = {
    "name": "channel", "label": "Channel", "type": "query", "datasource": API, "definition": "channels", "regex": "",
    "refresh": 1, "sort": 1, "multi": False, "includeAll": True, "allValue": "_all",
    "current": {"text": "All", "value": "$__all"}, "options": [], "query": {
        "queryType": "infinity", "refId": "channels", "query": "",
        "infinityQuery": get("rows", {"channel": ("channel", "string")},
                             "channels",
                             view="contact",
                             window="day",
                             set="channel")
    }
}

NOW = SCORE | {"n": "answers"}
ROWS = SCORE | {"n": "Answers", "response_rate": "Response", "wait_s_p90": "Wait, 90 %"}
FATES = ["counted", "retracted", "duplicate", "rejected", "ignored"]
BAND, BAND_LOOKS = band("nps", "NPS")

DASHBOARD = dashboard(
    "kaiku-api",
    "By HTTP",
    "What the other dashboards read from Redis, read from kaiku's own API.", [
        (9, [
            stat("How is ${channel:text} doing?",
                 "Promoters minus detractors, in points, with its 95 % interval. " + INTERVAL_WHY,
                 [get("now", numbers(NOW), view="contact", window="${period}", member=MEMBER)],
                 8,
                 looks=[*SCORE_LOOKS, look("answers", **POINTS)]),
            table("Which channels need a look?",
                  "One row a channel, most answers first. " + INTERVAL_WHY, [
                      get("rows", {"channel": ("Channel", "string")} | numbers(ROWS),
                          view="contact",
                          window="${period}",
                          set="channel")
                  ],
                  16,
                  looks=[
                      *name_looks("Channel"), *SCORE_LOOKS,
                      look("Answers", **POINTS),
                      look("Response", **PER_CENT),
                      look("Wait, 90 %", **SECONDS, **WAITED, **BY_THRESHOLDS, **CELL)
                  ])
        ]),
        (9, [
            chart("Is ${channel:text} getting better or worse?",
                  "NPS with its 95 % interval as a band. " + INTERVAL_WHY, [
                      get("series", {"time": ("Time", "timestamp_epoch")}
                          | numbers({k: v
                                     for k, v in BAND.items() if k != "$time"}),
                          view="contact",
                          window="${res}",
                          member=MEMBER,
                          **{"from": "${__from}", "to": "${__to}"})
                  ],
                  12,
                  looks=BAND_LOOKS,
                  defaults=POINTS),
            table("Whom should we call back?",
                  "The newest answers of 0 to 6.", [
                      get("feed", {
                          "at": ("Time", "timestamp_epoch"), "value": ("Score", "number"),
                          "channel": ("Channel", "string"), "touchpoint": ("Touchpoint", "string"),
                          "agent": ("Agent", "string"), "comment_ref": ("Comment", "string")
                      },
                          alert="detractor",
                          limit="20")
                  ],
                  12,
                  looks=[look("Score", **POINTS, custom_width=70)])
        ]),
        (9, [
            bars("What became of the records?",
                 "Exact since the prefix began.", [get("trust", numbers({k: k
                                                                         for k in FATES}))],
                 8,
                 defaults=POINTS),
            table("What stands behind each score?", "The rule of each metric, in words.", [
                get("views", {
                    "name": ("Metric", "string"), "kind": ("Kind", "string"), "scale": ("Scale", "string"),
                    "unit": ("Unit", "string"), "rule": ("Rule", "string")
                },
                    root="metrics")
            ], 16)
        ])
    ], [CHANNELS, choice("period", "Figures of", PERIODS, "day"),
        choice("res", "Trends by", STEPS, "1h")],
    zone=ZONE)
