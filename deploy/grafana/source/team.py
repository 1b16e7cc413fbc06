"""Team: for a team's leader and its agents. Where do we stand today and this month, and what is still missing?"""
from columns import INTERVAL_WHY, SCORE, SCORE_LOOKS, TARGET, TARGET_LOOKS, ZONE, name_looks, trend
from panels import (PER_CENT, POINTS, chart, choice, dashboard, fields, joined, look, only, series, sorted_by, split_by,
                    stat, table, table_of, values, where, where_is)

TEAM, AGENT, ON_CHANNEL = "${team}|_all|_all", "${team}|${agent}|_all", "_all|${agent}|${goal_channel}"
HERE = "/d/kaiku-team/team?${__url_time_range}&var-team=${team:percentencode}&var-goal_channel=${goal_channel}"
FIGURES = SCORE | {"n": "answers", "resolved": "resolved"}
FIGURE_LOOKS = [*SCORE_LOOKS, look("answers", **POINTS), look("resolved", **PER_CENT)]


def score(title, why, window, member, width):
    return stat(title,
                why, [fields(f"kaiku:now:people:{window}:{member}", FIGURES)],
                width,
                transformations=only(FIGURES),
                looks=FIGURE_LOOKS)


# Both tables have columns of the same names, so each is cut down before they are joined.
SCORECARD = table(
    "How is everybody doing?",
    "Agents of ${team} by name, today and this month; a click chooses one. No ranks: " + INTERVAL_WHY,
    [table_of("kaiku:rows:people:day:team+agent", "A"),
     table_of("kaiku:rows:people:month:team+agent", "B")],
    13,
    transformations=[
        where_is("team", "team"), *only({"agent": "Agent", "nps": "NPS today", "n": "Answers today"}, "A"),
        *only({"agent": "Agent"} | SCORE | {"n": "Answers", "resolved": "Resolved"}, "B"),
        joined("Agent"),
        sorted_by("Agent")
    ],
    looks=[
        *name_looks("Agent", HERE + "&var-agent=${__value.raw:percentencode}"),
        look("NPS today", **POINTS),
        look("Answers today", **POINTS), *SCORE_LOOKS,
        look("Answers", **POINTS),
        look("Resolved", **PER_CENT)
    ])

# The table by channel does not say to which team an agent belongs; the other one does. Answers without an agent are
# of all teams there: kaiku's own names begin with "_", and no others do.
TARGETS = table(
    "Who reaches this month's target on ${goal_channel}?",
    "Still needed: how many best answers in a row until the target is met. "
    "Agents of ${team} with answers on ${goal_channel}, by name.",
    [table_of("kaiku:rows:people:month:agent+channel", "A"),
     table_of("kaiku:rows:people:month:team+agent", "B")],
    11,
    transformations=[
        where_is("channel", "goal_channel", "A"),
        where("agent", "regex", "^[^_]", "A"),
        *only({"agent": "Agent"} | SCORE | {"nps_n": "Answers"} | TARGET, "A"),
        where_is("team", "team", "B"), *only({"agent": "Agent"}, "B"),
        joined("Agent"),
        sorted_by("Agent")
    ],
    looks=[*name_looks("Agent"), *SCORE_LOOKS,
           look("Answers", **POINTS), *TARGET_LOOKS])

OWN_TARGET = stat("What does ${agent} still need on ${goal_channel}?",
                  "This month on ${goal_channel}. Still needed: how many best answers in a row until the "
                  "target is met.", [fields(f"kaiku:now:people:month:{ON_CHANNEL}", SCORE | TARGET)],
                  10,
                  which="/.*/",
                  transformations=only(SCORE | TARGET),
                  looks=[*SCORE_LOOKS, *TARGET_LOOKS])

TEAMS = chart("How do the teams compare?",
              "NPS of each team by day. For differences that are no chance see the intervals.",
              [series("kaiku:lines:people:day:team")],
              12,
              transformations=only({"$time": "Time", "team": "team", "nps": "NPS"}) + [split_by("team")],
              defaults={**POINTS, "displayName": "${__field.labels.team}"})

DASHBOARD = dashboard(
    "kaiku-team",
    "Team",
    "Where a team and each of its agents stand today and this month, and what is still missing to the target.",
    [(5, [
        score("How is ${team} doing today?", "NPS with its 95 % interval. " + INTERVAL_WHY, "day", TEAM, 12),
        score("How is ${team} doing this month?", "NPS with its 95 % interval. " + INTERVAL_WHY, "month", TEAM, 12)
    ]), (12, [SCORECARD, TARGETS]),
     (5, [
         score("How is ${agent} doing today?", "Expect wide intervals: 25 answers leave a margin of about 31 points.",
               "day", AGENT, 7),
         score("How is ${agent} doing this month?", "NPS with its 95 % interval.", "month", AGENT, 7), OWN_TARGET
     ]),
     (9,
      [trend("Is ${team} getting better or worse?", "NPS by day with its 95 % interval as a band.",
             f"kaiku:ts:people:day:{TEAM}", "nps", "NPS", 12, POINTS), TEAMS]),
     (8, [trend("Is ${agent} getting better or worse?", "NPS by day with its 95 % interval as a band.",
              f"kaiku:ts:people:day:{AGENT}", "nps", "NPS", 24, POINTS)])],
    [
        values("team", "Team", "SMEMBERS kaiku:values:team", "north"),
        values("agent", "Agent", "SMEMBERS kaiku:values:people:agent:${team:doublequote}", "a-1001"),
        choice("goal_channel", "Targets on", {"phone": "phone", "chat": "chat"}, "phone")
    ],
    since="now-30d",
    refresh="30s",
    zone=ZONE)
