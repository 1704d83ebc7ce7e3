"""What of the speaker's own is due, for whoever asks: all of it, what is overdue, or what is due on a day."""

import re
from datetime import date, datetime, timedelta

from handlers.asking import Choice, Facts, Hearing, Reply
from handlers.inquiry import mine
from handlers.talking_inquiries import owners
from handlers.understanding.dated import Way, moments
from handlers.understanding.here import Here
from handlers.understanding.spelling import clean, spelled
from handlers.understanding.stretches import TIME, mark
from models.lines import facts_of, unclosed_lines

MOST = 20  # lines
DAY = timedelta(days=1)
_OVERDUE = re.compile(r"\b(?:overdue|past due|late|behind|missed)\b", re.IGNORECASE)
_DUE = re.compile(r"\b(?:due|deadlines?)\b", re.IGNORECASE)
_WEEK = re.compile(r"\b(?P<which>this|next) week\b", re.IGNORECASE)


def due(hearing: Hearing, words: str) -> Reply:
    """Those that the words ask for; all, where they name neither a day nor what is overdue."""
    text = spelled(clean(words))
    if _OVERDUE.search(text):
        return _overdue(hearing)
    days = days_said(hearing, text) if _DUE.search(text) else ()
    return _due_on(hearing, days) if days else mine(hearing, "")


def days_said(hearing: Hearing, text: str) -> tuple[date, ...]:
    """The first and the last day that a question is about: a week, or one day; none where it names none.

    This week begins today.
    """
    if week := _WEEK.search(text):
        monday = hearing.today - hearing.today.weekday() * DAY
        if week["which"].lower() == "next":
            return monday + 7 * DAY, monday + 13 * DAY
        return hearing.today, monday + 6 * DAY
    here = Here(hearing.now, hearing.calendar)
    said = mark(text, here).first(TIME)
    days = {day for day, _ in moments(said, Way.AHEAD, here)} if said else set()
    return (date.fromisoformat(days.pop()),) * 2 if len(days) == 1 else ()


def _lines(hearing: Hearing) -> list[Facts]:
    lines = facts_of(hearing.db, unclosed_lines(hearing.db, owners(hearing)), hearing.now)
    for line in lines:
        owner = line["owner"]
        line["covering_for"] = owner["name"] if owner["handle"] != hearing.speaker.handle else None
    return lines


def _overdue(hearing: Hearing) -> Reply:
    lines = _lines(hearing)
    late = [one for one in lines if _is_late(one)]
    return _reply(hearing, (), late, lines if not late else [], 0)


def _due_on(hearing: Hearing, days: tuple[date, ...]) -> Reply:
    lines = _lines(hearing)
    first, last = days
    then = [one for one in lines if (on := _due_day(hearing, one)) is not None and first <= on <= last]
    late = [one for one in lines if _is_late(one) and one not in then]
    return _reply(hearing, days, then, [], len(late))


def _reply(
    hearing: Hearing, days: tuple[date, ...], lines: list[Facts], others: list[Facts], late: int
) -> Reply:
    """{"first", "last": days or None for what is overdue, "is_today", "lines", "others", "more", "late"}

    others: what is open, where nothing is overdue. late: how many are overdue besides.
    """
    facts: Facts = {
        "first": days[0].isoformat() if days else None,
        "last": days[1].isoformat() if days else None,
        "is_today": days == (hearing.today, hearing.today),
        "lines": lines[:MOST],
        "others": others[:MOST],
        "more": max(0, len(lines) - MOST) + max(0, len(others) - MOST),
        "late": late,
    }
    return Reply("inquiries_due", facts, (Choice("All of mine", "inquiry mine"),))


def _is_late(line: Facts) -> bool:
    return bool(line["next"] and line["next"]["standing"] == "overdue" and not line["paused"])


def _due_day(hearing: Hearing, line: Facts) -> date | None:
    if not line["next"] or line["paused"]:
        return None
    return hearing.calendar.local(datetime.fromisoformat(line["next"]["due"])).date()
