"""Facts for every sentence of every message that is said in the reader's language."""

from collections.abc import Iterator
from itertools import product
from typing import Any

Facts = dict[str, Any]

DUE, UNTIL = "2026-03-03T23:00:00+00:00", "2026-03-10T22:00:00+00:00"
# No letter stands in a fact but in those that are told as they are: whatever else is read is ours.
OWNER = {"name": "(1)", "handle": "1", "email": "1", "phone": "1"}
BASE = {
    "number": "INQ-7", "customer": "2", "contact": None, "subject": "3", "owner": OWNER, "channel": "call",
    "state": "open", "covering_for": None, "mailbox": False, "owner_away": False, "covered_by": None,
    "covers_then": None, "early": False, "point": "due", "paused": None,
}  # fmt: skip
PAUSED = {"since": DUE, "reason": "4"}


def clock(kind: str = "respond", standing: str = "running", until: str | None = None) -> Facts:
    return {
        "kind": kind, "aim": DUE, "due": DUE, "rule": "5", "citation": "6", "in_short": "7",
        "standing": standing, "excused_until": until,
    }  # fmt: skip


CLOCKS = [
    *(clock(kind) for kind in ("respond", "answer", "promise", "needed")),
    clock("answer", "paused"),
    clock("answer", "excused", UNTIL),
    clock("answer", "overdue", UNTIL),
]
CHANNELS = ("email", "call", "voicemail", "walk-in", "letter", "form", "chat")


def told() -> Iterator[tuple[str, Facts]]:
    """Template and facts."""
    for channel in CHANNELS:
        yield "overdue", {**BASE, "channel": channel, "next": clock()}
    for one, (cover, mailbox), point, out, name in product(
        CLOCKS,
        ((None, False), ("(8)", False), ("(8)", True)),
        ("half", "morning", "leaving", "due", "above"),
        (False, True),
        (None, "(9)"),
    ):
        facts = {
            **BASE, "contact": "0", "next": one, "covering_for": cover, "mailbox": mailbox, "point": point,
            "early": out, "owner_away": out, "covered_by": name, "covers_then": name,
        }  # fmt: skip
        for template in ("due_soon", "due_now", "late", "overdue"):
            yield template, facts
        if one["excused_until"]:
            yield "excuse_over", facts
        each = [{**facts, "template": one} for one in ("due_soon", "due_now", "late", "overdue")]
        yield "reminders", {"items": each}
        yield "reminders", {"items": each[2:3] * 4, "more": 1}
        yield "reminders", {"items": each[1:2] * 4, "more": 2}
        yield "reminders", {"items": [{**item, "number": f"INQ-{place}"} for place, item in enumerate(each)]}
    for note, paused, one, snoozed in product(
        (None, "1"), (None, PAUSED), (None, clock(), clock("answer", "overdue")), (False, True)
    ):
        more = {"about": note, "paused": paused, "next": one, "snoozed": snoozed, "asked_at": DUE}
        yield "asked_reminder", {**BASE, **more}
        yield "reminders", {"items": [{**BASE, **more, "template": "asked_reminder"}]}
    yield from _digests()
    whats = (
        "answered",
        "closed",
        "acknowledged",
        "assigned",
        "paused",
        "extended",
        "resumed",
        "moved",
        "needed",
    )
    for what, by, several in product(whats, (None, "(1)"), (False, True)):
        one = {"number": "INQ-7", "what": what, "by": by, "at": DUE, "to": "2", "reason": "3", "due": UNTIL}
        promised = {"until": UNTIL} if what == "acknowledged" else {}
        yield "edited", {"several": several, "since": [{**one, **promised}]}


def _digests() -> Iterator[tuple[str, Facts]]:
    none = {"lines": [], "more": 0}
    lines = [{**BASE, "next": one, "then": then} for one in CLOCKS for then in (None, UNTIL)]
    many = {"lines": [*lines, {**lines[0], "covering_for": "(8)"}, {**lines[0], "paused": PAUSED}], "more": 1}
    waiting = {"lines": [{**BASE, "paused": PAUSED}], "more": 2}
    old = {"number": "INQ-8", "subject": "1", "since": DUE}
    owners = [
        {"name": "1", "overdue": 1, "overdue_since": DUE, "today": 1, "oldest": [old]},
        {"name": "2", "overdue": 3, "overdue_since": DUE, "today": 2, "oldest": [old, old]},
    ]
    groups = [{"name": "6", "overdue": one, "overdue_since": DUE, "today": 3 - one} for one in (1, 2)]
    late = {"number": "INQ-9", "subject": "1", "owner": "2", "due": DUE, "ended": UNTIL}
    away = [
        {"name": "3", "away_until": "2026-03-09", "covered_by": None},
        {"name": "4", "away_until": None, "covered_by": "(5)"},
    ]
    team = {
        "owners": {"lines": owners, "more": 1}, "groups": {"lines": groups, "more": 0},
        "away": {"lines": away, "more": 0},
    }  # fmt: skip
    for count, today, day, full in product((0, 1, 2), (False, True), (None, "2026-03-09"), (False, True)):
        part = many if full else none
        yield (
            "digest",
            {
                "day": "2026-03-06", "is_today": today, "next_day": day, "overdue": count, "today": count,
                "next": count if day else 0, "excused": count, "first": today,
                "owed": [{"what": "respond", **part}, {"what": "answer", **part}],
                "waiting": waiting if full else none, "covering": part, "anything": full,
                "covered": {"overdue": count, "today": 1, "next": count if day else 0, "excused": count},
                "missed": {"lines": [late] if full and count else [], "more": count, "count": count},
                "team": {**team, "overdue": count, "today": count} if full else None,
            },
        )  # fmt: skip
