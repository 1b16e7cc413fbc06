"""The columns that several dashboards show, and how they look: field in Redis -> heading."""
from panels import CELL, DATE, POINTS, chart, interval, look, only, series, steps, texts

WAIT_GOAL_S = 20     # the rule of `in_time` in deploy/kaiku.yaml
ZONE = "Europe/Helsinki"    # time_zone of deploy/kaiku.yaml: where its days begin

SCORE = {"nps": "NPS", "nps_lo": "from", "nps_hi": "to"}
TARGET = {"nps_target": "Target", "nps_gap": "Above target", "nps_needed": "Still needed", "nps_status": "Status"}

MET = {"thresholds": steps("red", (0, "green"))}      # of what is measured from the target
WAITED = {"thresholds": steps("green", (WAIT_GOAL_S, "orange"), (5 * WAIT_GOAL_S, "red"))}
BY_THRESHOLDS = {"color": {"mode": "thresholds"}}
STATUS = texts(met=("met", "green"), below=("below", "red"), above=("above", "red"), no_data=("no answers", "text"),
               none=("–", "text"))
UNNAMED = texts(_none=("(none)", "text"), _other=("(other)", "text"), _all=("all", "text"))

SCORE_LOOKS = [look("NPS", **POINTS), look("from", **POINTS), look("to", **POINTS)]
TARGET_LOOKS = [look("Target", **POINTS), look("Above target", **POINTS, **MET, **BY_THRESHOLDS, **CELL),
                look("Still needed", **POINTS), look("Status", mappings=[STATUS], **CELL)]
# 0: a record from a file whose time could not be read.
TIME_LOOKS = [look("Time", **DATE, custom_width=170, mappings=[texts(**{"0": ("–", "text")})])]

PERIODS = {"this hour": "1h", "today": "day", "this month": "month"}
STEPS = {"minutes": "1m", "hours": "1h", "days": "day"}

INTERVAL_WHY = ("The interval beside a score holds the true one in 95 of 100 cases: where two intervals overlap, the "
                "difference may be chance.")


def name_looks(heading, link=None):
    """A column of names; with a link, each leads there."""
    links = {"links": [{"title": "${__value.text}", "url": link}]} if link else {}
    return [look(heading, mappings=[UNNAMED], **links)]


def band(name, heading):
    """A metric's line with its interval as a band: columns and looks."""
    columns = {"$time": "Time", name: heading, f"{name}_lo": "lowest", f"{name}_hi": "highest"}
    return columns, interval("lowest", "highest") + [look(heading, color={"mode": "fixed", "fixedColor": "blue"})]


def trend(title, why, key, name, heading, width, defaults):
    """A chart of that line, from a series."""
    columns, looks = band(name, heading)
    return chart(title, why, [series(key)], width, transformations=only(columns), looks=looks, defaults=defaults)
