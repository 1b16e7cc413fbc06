"""Feeds: for whoever acts on single answers. What came in, and where from?"""
from columns import TIME_LOOKS, ZONE
from panels import (FEEDS, POINTS, columns_chart, command, counted_by, dashboard, look, newest, only, sorted_by, stat,
                    table)

SHOWN, LOOKED_AT = 100, 1000
CARRIED = {"at": "Time", "value": "Score", "channel": "Channel", "touchpoint": "Touchpoint", "agent": "Agent"}
LOOKS = [*TIME_LOOKS, look("Score", **POINTS, custom_width=70)]


def feed(alert):
    return f"kaiku:{{0}}:feed:{alert}"


def kept(title, why, alert):
    return stat(title, why, [command("xlen", feed(alert), source=FEEDS)], 4,
                defaults={**POINTS, "displayName": f"{alert}s"})


def newest_of(title, why, alert, columns):
    return table(title, why, [newest(feed(alert), SHOWN)], 24, transformations=only(columns), looks=LOOKS)


def origins(title, dimension, width):
    return columns_chart(title,
                         f"Of the newest {LOOKED_AT} detractors.", [newest(feed("detractor"), LOOKED_AT)],
                         width,
                         dimension,
                         transformations=[counted_by(dimension, "value"),
                                          sorted_by("value (count)", descending=True)],
                         defaults=POINTS,
                         looks=[
                             look("value (count)",
                                  displayName="detractors",
                                  color={"mode": "fixed", "fixedColor": "semi-dark-orange"})
                         ])


DASHBOARD = dashboard(
    "kaiku-feeds",
    "Feeds",
    "Detractors and promoters as they come, with what they carry.",
    [(11, [
        newest_of("Whom should we call back?",
                  "Answers of 0 to 6, the newest first. The comment is a reference into the system "
                  "that keeps it.", "detractor", CARRIED | {"comment_ref": "Comment", "id": "Id"})
    ]),
     (9, [
         newest_of("Whom should we thank?", "Answers of 9 and 10, the newest first.", "promoter",
                   CARRIED | {"id": "Id"})
     ]),
     (9, [
         origins("Which channels do detractors come from?", "channel", 8),
         origins("Which touchpoints do they come from?", "touchpoint", 8),
         kept("Detractors in the list", "The list keeps the newest 10,000.", "detractor"),
         kept("Promoters in the list", "The list keeps the newest 10,000.", "promoter")
     ])],
    refresh="5s",
    zone=ZONE)
