"""Service now: for whoever runs the service today. How are channels and touchpoints doing, and whom to call back?"""
from columns import (BY_THRESHOLDS, INTERVAL_WHY, PERIODS, SCORE, SCORE_LOOKS, STEPS, TARGET, TARGET_LOOKS, TIME_LOOKS,
                     WAITED, ZONE, name_looks, trend)
from panels import (CELL, PER_CENT, POINTS, SECONDS, chart, choice, dashboard, fields, look, matrix, newest,
                    only, series, split_by, stat, table, table_of, values, where)

MEMBER = "${channel}|${touchpoint}"
NOW = f"kaiku:now:contact:${{period}}:{MEMBER}"
COURSE = f"kaiku:ts:contact:${{res}}:{MEMBER}"
HERE = "/d/kaiku-service/service-now?${__url_time_range}&var-period=${period}&var-res=${res}"
ENOUGH = 30     # answers; with fewer a score is indicative at best

TABLE = SCORE | {
    "n": "Answers", "csat": "Satisfied", "resolved": "Resolved", "response_rate": "Response", "in_time": "In time",
    "wait_s_p90": "Wait, 90 %"
}
TABLE_LOOKS = [*SCORE_LOOKS, look("Answers", **POINTS), look("Satisfied", **PER_CENT), look("Resolved", **PER_CENT),
               look("Response", **PER_CENT), look("In time", **PER_CENT),
               look("Wait, 90 %", **SECONDS, **WAITED, **BY_THRESHOLDS, **CELL)]


def score(title, why, columns, width, looks):
    return stat(title, why, [fields(NOW, columns)], width, transformations=only(columns), looks=looks)


def rate(title, why, name, heading, width):
    columns = {name: heading, f"{name}_lo": "from", f"{name}_hi": "to"}
    return score(title, why, columns, width, [look(h, **PER_CENT) for h in columns.values()])


def members(title, why, dimension, heading, width, target=(), target_looks=()):
    """All values of a dimension, side by side."""
    other = "touchpoint" if dimension == "channel" else "channel"
    link = f"{HERE}&var-{dimension}=${{__value.raw:percentencode}}&var-{other}=${{{other}:percentencode}}"
    return table(title, why, [table_of(f"kaiku:rows:contact:${{period}}:{dimension}")], width,
                 transformations=only({dimension: heading} | TABLE | dict(target)),
                 looks=[*name_looks(heading, link), *TABLE_LOOKS, *target_looks])


FIGURES = [
    score("How is ${channel:text} · ${touchpoint:text} doing?",
          "Promoters minus detractors, in points, with its 95 % interval. " + INTERVAL_WHY,
          SCORE | {"n": "answers"}, 8, [*SCORE_LOOKS, look("answers", **POINTS)]),
    rate("Do we solve it at the first contact?", "Share of answers that say so, with its 95 % interval.", "resolved",
         "resolved", 5),
    rate("Do customers answer us?",
         "Answers per invitation, with its 95 % interval. A score of few who answer says little.", "response_rate",
         "response rate", 5),
    score(
        "How long do customers wait?",
        "Half of them wait no longer than the first figure, nine of ten no longer than the second. "
        "In time: within 20 seconds.",
        {"wait_s_p50": "half", "wait_s_p90": "nine of ten", "in_time": "in time"}, 6, [
            look("half", **SECONDS, **WAITED, **BY_THRESHOLDS),
            look("nine of ten", **SECONDS, **WAITED, **BY_THRESHOLDS),
            look("in time", **PER_CENT)
        ]),
]

CHANNELS = members(
    "Which channels need a look?", "One row a channel, most answers first; a click chooses it. With 'this month' the "
    "targets stand beside the scores. " + INTERVAL_WHY, "channel", "Channel", 15, TARGET, TARGET_LOOKS)

TOUCHPOINTS = members("Which touchpoints need a look?",
                      "One row a touchpoint, most answers first; a click chooses it. " + INTERVAL_WHY, "touchpoint",
                      "Touchpoint", 13)

DETRACTORS = table("Whom should we call back?",
                   "The newest answers of 0 to 6. Read from the feed, so only with its data source.",
                   [newest("kaiku:{0}:feed:detractor", 20)],
                   9,
                   looks=[*TIME_LOOKS, look("Score", **POINTS, custom_width=60)],
                   transformations=only({
                       "at": "Time", "value": "Score", "channel": "Channel", "touchpoint": "Touchpoint",
                       "agent": "Agent"
                   }))

LINES = chart("Is a channel getting better or worse?",
              "NPS of each channel, one point a window. A gap: nobody answered.",
              [series("kaiku:lines:contact:${res}:channel")],
              12,
              transformations=only({"$time": "Time", "channel": "channel", "nps": "NPS"}) + [split_by("channel")],
              defaults={**POINTS, "displayName": "${__field.labels.channel}"})

HEATS = table("Where exactly does it hurt?",
              f"NPS of each channel at each touchpoint; only where there are at least {ENOUGH} answers.",
              [table_of("kaiku:rows:contact:${period}:channel+touchpoint")],
              11,
              transformations=[where("n", "greaterOrEqual", ENOUGH),
                               matrix("channel", "touchpoint", "nps")],
              defaults={
                  **POINTS, "min": -100, "max": 100, "color": {"mode": "continuous-RdYlGr"},
                  "custom": {"cellOptions": {"type": "color-background", "mode": "basic"}, "align": "center"}
              },
              looks=[
                  look("touchpoint\\channel",
                       displayName="Touchpoint",
                       custom_cellOptions={"type": "auto"},
                       custom_align="left")
              ])

WAITS = chart("Are waits getting longer?",
              "Waiting time of ${channel:text} · ${touchpoint:text}: half of the customers, nine and ninety-five of "
              "a hundred wait no longer.", [series(f"kaiku:ts:contact:${{res}}:{MEMBER}")],
              12,
              defaults=SECONDS,
              transformations=only({"$time": "Time", "wait_s_p50": "50 %", "wait_s_p90": "90 %", "wait_s_p95": "95 %"}))

DASHBOARD = dashboard(
    "kaiku-service",
    "Service now",
    "How channels and touchpoints are doing now, and who has to be called back.",
    [(5, FIGURES), (10, [CHANNELS, DETRACTORS]),
     (9, [
         LINES,
         trend("Is ${channel:text} · ${touchpoint:text} getting better or worse?",
               "NPS with its 95 % interval as a band. " + INTERVAL_WHY, COURSE, "nps", "NPS", 12, POINTS)
     ]), (12, [TOUCHPOINTS, HEATS]),
     (8, [
         WAITS,
         trend("Do more customers answer?", "Answers per invitation, with its 95 % interval as a band.",
               COURSE, "response_rate", "response rate", 12, PER_CENT)
     ])], [
         values("channel", "Channel", "SMEMBERS kaiku:values:channel"),
         values("touchpoint", "Touchpoint", "SMEMBERS kaiku:values:touchpoint"),
         choice("period", "Figures of", PERIODS, "day"),
         choice("res", "Trends by", STEPS, "1h")
     ],
    zone=ZONE)
