#!/usr/bin/env python3
"""Prints calendar_vectors.inc: windows as Python's zoneinfo sees them.

Instants lie before 2025 wherever a zone has daylight saving time, so that a newer time zone
database gives the same file.
"""
from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

DAYS = {  # days whose bounds are worth a look
    "UTC": ["1971-01-01", "2000-02-29", "2100-02-28", "2199-12-31"],
    "Asia/Kolkata": ["1971-01-01", "2024-12-31", "2100-03-01", "2199-12-31"],
    "Europe/Helsinki": ["1971-01-02", "1981-03-29", "2024-03-31", "2024-10-27", "2024-12-30"],
    "America/New_York": ["1974-01-06", "2021-03-14", "2021-11-07", "2024-02-29"],
    "America/Sao_Paulo": ["2017-10-15", "2018-02-17", "2018-02-18", "2018-11-04", "2019-02-17"],
    "Australia/Lord_Howe": ["1981-03-01", "2023-04-02", "2023-10-01", "2024-01-01"],
    "Pacific/Apia": ["2011-09-24", "2011-12-29", "2011-12-31", "2012-01-01", "2012-04-01"],
    "America/St_Johns": ["2006-10-28", "2006-10-30"],
    "America/Recife": ["2000-10-08", "2000-10-11", "2000-10-14", "2000-10-15"],
}


def first_instant(day, zone):
    """The first second at which the local date is not before day."""
    t = int(datetime(day.year, day.month, day.day, tzinfo=timezone.utc).timestamp()) - 86400
    step = 900  # all offsets since 1972 are whole quarters of an hour
    while datetime.fromtimestamp(t, zone).date() < day: t += step
    t -= step
    while datetime.fromtimestamp(t, zone).date() < day: t += 1
    return t


def bounds(unit, d):
    if unit == "day": return d, d + timedelta(1)
    if unit == "week": return d - timedelta(d.weekday()), d + timedelta(7 - d.weekday())
    months = {"month": 1, "quarter": 3, "year": 12}[unit]
    first = date(d.year, (d.month - 1) // months * months + 1, 1)
    after = first.month + months
    return first, date(first.year + (after > 12), (after - 1) % 12 + 1, 1)


def main():
    print("/* Printed by calendar_vectors.py: zone, instant, day, week, month, quarter, year. */")
    for name, days in DAYS.items():
        zone = ZoneInfo(name)
        for text in days:
            day = date.fromisoformat(text)
            a, b = first_instant(day, zone), first_instant(day + timedelta(1), zone)
            for t in (a - 1, a, (a + b) // 2, b - 1):
                if not 31536000 <= t < 7258118400: continue
                local = datetime.fromtimestamp(t, zone).date()
                spans = [tuple(first_instant(x, zone) for x in bounds(u, local))
                         for u in ("day", "week", "month", "quarter", "year")]
                row = ["{%d, %d}" % s for s in spans]
                print(f'{{"{name}", {t},')
                print(f' {{{", ".join(row[:3])},\n  {", ".join(row[3:])}}}}},')


main()
