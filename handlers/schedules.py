"""A member's own hours and time zone, for those who do not work all of the office's hours, or work elsewhere.

Their supervisor sets them.
"""

import re
from datetime import date

from handlers import own_zone
from handlers.asking import Choice, Facts, Hearing, Refusal, Reply
from handlers.hours_typed import are_hours, spoken_week, week_typed
from handlers.reading import clauses, colleague, day
from models import calendars, outbox
from models.agency_file import Role
from models.calendar import Week
from models.calendars import WeeklyHours
from models.instant import iso
from models.schedule import schedules_of, set_week, week_of
from models.staff import Staff, by_name, ident

USAGE = "/desk hours of dana Mon-Wed 8:00-17:00, Thu 8:00-12:00 from 2026-03-09"
LONGEST_NAME = 5  # words
_HOURS_BEGIN = re.compile(
    r"(?:\d|(?:mon|tue|wed|thu|fri|sat|sun|weekday|workday|weekend|daily|every|usual)\w*\b)", re.IGNORECASE
)
_USUAL = re.compile(r"(?:the )?usual(?: hours)?(?: again)?", re.IGNORECASE)


def member_hours(hearing: Hearing, rest: str) -> Reply:
    """`[of] WHO` shows the member's own hours; with HOURS or `usual`, and `from DAY`, sets them.

    `zone NAME`, or `zone usual`, sets the time zone that they work in, from now on.
    """
    rest = re.sub(r"^of(?:\s+|$)", "", rest.strip(), flags=re.IGNORECASE)
    parts = clauses(rest, first=(), last=("from", "zone"), spelt={"zone": r"(?:in\s+)?(?:time\s*)?zone"})
    if parts.get("from") and are_hours(parts["from"]):
        # "Mon-Fri from 8 to 5" names no first day.
        parts = {"": f"{parts['']} {parts['from']}"}
    who, typed = _who_and_hours(parts[""], hearing)
    if not who:
        raise Refusal("missing_piece", missing=["whose hours: of WHO"], usage=USAGE)
    member = colleague(hearing, who)
    if not _may_set(hearing, member):
        raise Refusal("schedule_not_yours", name=member.name)
    if not typed and "from" in parts:
        raise Refusal("missing_piece", missing=["the hours, or “usual”"], usage=USAGE)
    if "from" in parts and not parts["from"]:
        raise Refusal("missing_piece", missing=["the first day: from DAY"], usage=USAGE)
    zoned = "zone" in parts and own_zone.put(hearing, member, parts["zone"])
    if not typed:
        return _zone_set(hearing, member) if zoned else _shown(hearing, member, None)
    week = None if _USUAL.fullmatch(typed.strip(" .")) else week_typed(typed, USAGE)
    first = day(hearing, parts["from"]) if "from" in parts else hearing.today
    if first < hearing.today:
        raise Refusal("hours_passed", first=first.isoformat(), usage=USAGE)
    had = week_of(hearing.db, ident(member), first)
    if week is None and had is None and not any(row.first == first for row in _rows(hearing, member)):
        # All of the office's hours are theirs already.
        return _zone_set(hearing, member) if zoned else _shown(hearing, member, None)
    return _set(hearing, member, week, first, zoned)


def _set(hearing: Hearing, member: Staff, week: Week | None, first: date, zoned: bool) -> Reply:
    for row in _rows(hearing, member):
        if row.first == first:
            outbox.take_back(hearing.db, f"schedule:{row.id}:", hearing.now, "set anew")
    new = set_week(hearing.db, member, first, week, hearing.now, hearing.speaker)
    facts = _line(hearing, new)
    if zoned:
        facts |= {"zone": own_zone.fact(hearing, member)}
    _tell(hearing, member, f"schedule:{new.id}:{member.id}", facts)
    return _shown(hearing, member, new, zoned)


def _zone_set(hearing: Hearing, member: Staff) -> Reply:
    """Tells the member of the zone alone."""
    facts: Facts = {"first": None, "zone": own_zone.fact(hearing, member)}
    _tell(hearing, member, f"{own_zone.key_of(member)}{iso(hearing.now)}", facts)
    return _shown(hearing, member, None, zoned=True)


def _tell(hearing: Hearing, member: Staff, key: str, facts: Facts) -> None:
    if member.id != hearing.speaker.id:
        told = {"by": hearing.speaker.name, **facts}
        hearing.owe(key, outbox.to_staff(member), "schedule_set", told)


def _shown(hearing: Hearing, member: Staff, new: WeeklyHours | None, zoned: bool = False) -> Reply:
    """The member's zone, and their hours that hold today or later; `new`, or the zone, has just been set."""
    rows = _rows(hearing, member)
    begun = [row for row in rows if row.first <= hearing.today]
    held = begun[-1:] + [row for row in rows if row.first > hearing.today]
    if held and held[0].week is None:
        held = held[1:] if held[0] is not new else held
    facts: Facts = {
        "name": member.name,
        "you": member.id == hearing.speaker.id,
        "new": _line(hearing, new) if new else None,
        "lines": [_line(hearing, row) for row in held],
        "zone": own_zone.fact(hearing, member),
        "zone_is_new": zoned,
    }
    own = any(row.week is not None for row in held)
    choices = [Choice("Usual hours again", f"desk hours of {member.handle} usual")] if own else []
    if member.zone:
        choices.append(Choice("Usual zone again", f"desk hours of {member.handle} zone usual"))
    return Reply("member_hours", facts, tuple(choices))


def _line(hearing: Hearing, row: WeeklyHours) -> Facts:
    """{"first", "week": the hours as they can be typed or None for the office's, "begun"}"""
    week = spoken_week(calendars.read_week(row.week)) if row.week is not None else None
    return {"first": row.first.isoformat(), "week": week, "begun": row.first <= hearing.today}


def _rows(hearing: Hearing, member: Staff) -> list[WeeklyHours]:
    return schedules_of(hearing.db, ident(member))


def _may_set(hearing: Hearing, member: Staff) -> bool:
    """A supervisor for their department and whoever reports to them, an admin for anybody."""
    speaker = hearing.speaker
    if speaker.role is Role.ADMIN:
        return True
    return member.department_id == speaker.department_id or member.supervisor_id == speaker.id


def _who_and_hours(text: str, hearing: Hearing) -> tuple[str, str]:
    """The name that the words begin with, as long as it is somebody's, and the hours after it."""
    words = text.split()
    for count in range(min(len(words), LONGEST_NAME), 0, -1):
        name = " ".join(words[:count])
        if by_name(hearing.db, bare := name.strip(" ,:")):
            return bare, " ".join(words[count:])
    # Nobody's name, or one that only the platform knows: up to where hours begin.
    count = next((at for at, word in enumerate(words) if at and _HOURS_BEGIN.match(word)), len(words))
    return " ".join(words[:count]), " ".join(words[count:])
