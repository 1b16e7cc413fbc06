"""The columns that each panel shows at first, in the order of panels; () where they are values of a dimension."""

SCORE = ["NPS", "from", "to"]
TARGET = ["Target", "Above target", "Still needed", "Status"]
MEMBER = SCORE + ["Answers", "Satisfied", "Resolved", "Response", "In time", "Wait, 90 %"]
FIGURES = SCORE + ["answers", "resolved"]
CASE = ["Time", "Score", "Channel", "Touchpoint", "Agent"]
FATES = ["counted", "retracted", "duplicate", "rejected", "ignored"]
INCIDENTS = ["rewinds", "outages", "crashes", "stops", "refusals"]


def band(name):
    return ["Time", name, "lowest", "highest"]


SERVICE = [
    SCORE + ["answers"],
    ["resolved", "from", "to"],
    ["response rate", "from", "to"],
    ["half", "nine of ten", "in time"],
    ["Channel"] + MEMBER,
    CASE,
    ["Time", "NPS"],
    band("NPS"),
    ["Touchpoint"] + MEMBER,
    (),
    ["Time", "50 %", "90 %", "95 %"],
    band("response rate"),
]

TEAM = [
    FIGURES,
    FIGURES,
    ["Agent", "NPS today", "Answers today"] + SCORE + ["Answers", "Resolved"],
    ["Agent"] + SCORE + ["Answers"] + TARGET,
    FIGURES,
    FIGURES,
    SCORE + TARGET,
    band("NPS"),
    ["Time", "NPS"],
    band("NPS"),
]

TRUST = [
    ["records", "unaccounted for"],
    ["lag"],
    ["newest event", "shown after"],
    ["replay_margin_s"],
    ["alerts"],
    FATES,
    ["late", "expired", "clock ahead", "value not admitted", "answers dropped", "made it crash", "lost before reading"],
    INCIDENTS,
    ["Time", "dealt with", "waiting"],
    ["Time", "late", "duplicate", "rejected", "answers dropped"] + INCIDENTS,
    (),
    ["Time", "Reason", "Metric", "Topic", "Partition", "Offset", "Bytes"],
]

FEEDS = [
    CASE + ["Comment", "Id"],
    CASE + ["Id"],
    ["channel", "value (count)"],
    ["touchpoint", "value (count)"],
    ["kaiku:{0}:feed:detractor"],
    ["kaiku:{0}:feed:promoter"],
]

API = [
    SCORE + ["answers"],
    ["Channel"] + SCORE + ["Answers", "Response", "Wait, 90 %"],
    band("NPS"),
    CASE + ["Comment"],
    FATES,
    ["Metric", "Kind", "Scale", "Unit", "Rule"],
]

COLUMNS = {"service": SERVICE, "team": TEAM, "trust": TRUST, "feeds": FEEDS, "api": API}

TEXTS = {
    "Channel", "Touchpoint", "touchpoint\\channel", "Agent", "Status", "Comment", "Id", "Reason", "Metric", "Topic",
    "channel", "touchpoint", "Kind", "Scale", "Unit", "Rule"
}

# Of files nobody knows how far Redis may fall back.
UNKNOWN = {"replay_margin_s"}
