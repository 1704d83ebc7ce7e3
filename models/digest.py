"""The morning's digest: what a member of staff has before them today, and what their team has.

Of what is owed, acknowledgements stand apart from answers, and each inquiry stands once. What is due later
than the next open day is left out, and lists are short.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlmodel import Session, col, select

from models import telling
from models.absence import not_in
from models.calendar import Calendar, UnknownDay
from models.calendars import calendar_for, office_day
from models.covering import covers_of
from models.digest_items import buttons_of, counts, items_of, listed, paused_of, shares
from models.digest_team import Team
from models.inquiry import Deadline, Inquiry
from models.instant import iso
from models.staff import Staff, ident
from models.wallclock import reached

TEMPLATE = "digest"
_MIDNIGHT = timedelta(days=1)


@dataclass(frozen=True)
class Span:
    """A day of work and the next one. `today_ends`, `ends`: their midnights, or closings after midnight.

    `next` is None where the calendar ends before it; then both end as one.
    """

    day: date
    next: date | None
    today_ends: datetime
    ends: datetime

    @classmethod
    def of(cls, calendar: Calendar, day: date) -> "Span":
        try:
            following = calendar.next_open_day(day)
        except UnknownDay:
            return cls(day, None, _end(calendar, day), _end(calendar, day))
        return cls(day, following, _end(calendar, day), _end(calendar, following))


def _end(calendar: Calendar, day: date) -> datetime:
    midnight = reached(datetime.combine(day, time()) + _MIDNIGHT, calendar.tz)
    try:
        return max(midnight, calendar.closing(day)) if calendar.is_open_day(day) else midnight
    except UnknownDay:
        return midnight


def digest_of(db: Session, member: Staff, now: datetime) -> dict[str, Any]:
    """The facts of the digest, as they are at that moment.

    {"day", "is_today", "next_day", "overdue", "today", "next", "excused", "owed", "waiting", "covering",
    "covered", "missed", "team", "buttons", "first", "anything"}: the counts are of the member's own
    inquiries, those in "covered" of the others that they cover. "owed" has a list of what is to be
    acknowledged or answered ("respond") and one of what is to be answered ("answer"). "missed": what those
    who answer to them have done late since their digest of the day before. "team" is None for whoever looks
    after nobody. "first": whether it explains itself.
    """
    calendar = calendar_for(db, ident(member))
    try:
        span = Span.of(calendar, calendar.business_day(now))
        there = office_day(db, max(now, calendar.opening(span.day)))
    except UnknownDay:
        span, there = Span(calendar.today(now), None, now, now), office_day(db, now)
    out = not_in(db, there)
    own = items_of(db, [ident(member)], now, span.today_ends, span.ends)
    covered = _covered(db, member, span, there, out)
    others = items_of(db, covered, now, span.today_ends, span.ends)
    paused = paused_of(db, member)
    team = Team.of(db, member)
    missed = team.missed(db, calendar, span.day, now) if team else []
    first, answer = ([one for one in own if (one.clock.kind == "respond") is so] for so in (True, False))
    room = shares([len(one) for one in (first, answer, others, missed, paused)])
    facts: dict[str, Any] = {
        "day": span.day.isoformat(),
        "is_today": span.day == calendar.today(now),
        "next_day": span.next.isoformat() if span.next else None,
        **counts(own),
        "owed": [
            {"what": "respond", **listed(db, first, room[0], now)},
            {"what": "answer", **listed(db, answer, room[1], now)},
        ],
        "covering": listed(db, others, room[2], now, covering=True),
        "covered": counts(others),
        "missed": {
            "lines": [_missed(db, one) for one in missed[: room[3]]],
            "more": len(missed) - room[3],
            "count": len(missed),
        },
        "waiting": {
            "lines": [telling.of_inquiry(db, one) for one in paused[: room[4]]],
            "more": len(paused) - room[4],
        },
        "team": team.facts(db, now, span.today_ends, there, out, covered) if team else None,
        "buttons": buttons_of([*own, *others]),
        "first": False,
    }
    return {**facts, "anything": bool(own or paused or says_anything(facts))}


def says_anything(facts: dict[str, Any]) -> bool:
    """Whether there is something to tell of: what waits alone is none, it is asked about by itself."""
    team = facts["team"] or {"overdue": 0, "today": 0}
    lists = [*facts["owed"], facts["covering"], facts["missed"]]
    return any(one["lines"] for one in lists) or bool(team["overdue"] or team["today"])


def choices_of(facts: dict[str, Any]) -> list[dict[str, str]]:
    """The buttons under the digest."""
    choices = [{"label": "My inquiries", "words": "inquiry mine"}]
    if facts["team"]:
        choices.append({"label": "Team", "words": "desk team"})
        if facts["team"]["overdue"]:
            choices.append({"label": "Overdue", "words": "desk overdue"})
    return [*choices, *facts["buttons"]]


def _missed(db: Session, number: int) -> dict[str, Any]:
    """{"number", "subject", "owner", "due", "ended"} of a clock."""
    clock = db.get_one(Deadline, number)
    inquiry = db.get_one(Inquiry, clock.inquiry_id)
    assert clock.ended_at is not None
    owner = db.get_one(Staff, inquiry.owner_id).name
    about = {"number": inquiry.number, "subject": inquiry.subject, "owner": owner}
    return {**about, "due": iso(clock.due), "ended": iso(clock.ended_at)}


def _covered(db: Session, member: Staff, span: Span, day: date, out: Collection[int]) -> list[int]:
    """For whom the member covers, of those who have something due."""
    gone = set(out) - {ident(member)}
    if not gone or ident(member) in out:
        return []
    due = (
        select(Inquiry.id)
        .join(Deadline, col(Deadline.inquiry_id) == col(Inquiry.id))
        .where(col(Inquiry.owner_id) == col(Staff.id), col(Deadline.ended_at).is_(None))
        .where(col(Deadline.stopped_at).is_(None), col(Deadline.due) <= span.ends)
        .exists()
    )
    busy = list(db.exec(select(Staff.id).where(col(Staff.id).in_(gone), due)))
    covers = covers_of(db, [one for one in busy if one is not None], day, out)
    return [number for number, cover in covers.items() if cover.id == member.id]
