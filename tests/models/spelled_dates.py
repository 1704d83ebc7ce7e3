"""Dates in tables spell their weekday, and a wrong weekday fails the test that uses it."""

from datetime import date, datetime
from zoneinfo import ZoneInfo


def day(spelled: str) -> date:
    """ "Friday 2026-03-06" """
    weekday, text = spelled.split(" ", 1)
    found = date.fromisoformat(text)
    assert f"{found:%A}" == weekday, f"{text} is a {found:%A}, not a {weekday}"
    return found


def at(spelled: str, zone: str = "America/Chicago") -> datetime:
    """ "Friday 2026-03-06 16:30"; "again" at the end means the second time that the clock shows it."""
    words = spelled.removesuffix(" again")
    weekday, text, clock = words.split(" ")
    hour = datetime.fromisoformat(f"{day(f'{weekday} {text}')} {clock}")
    return hour.replace(tzinfo=ZoneInfo(zone), fold=int(words != spelled))
