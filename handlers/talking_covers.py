"""Who is out, and who covers for whom, for whoever asks."""

from datetime import date, timedelta

from handlers.asking import Choice, Facts, Hearing, Refusal, Reply
from handlers.reading import colleague
from models.absence import alternate_for, away_on, coming, not_in, who_covers
from models.staff import Staff, ident, members

LONGEST_LIST = 20
LONGEST_DAY = 10  # people that are named for one day of a week


def covers(hearing: Hearing, who: str = "", day: str = "") -> Reply:
    """Of one colleague, or of all in the speaker's department. day: an ISO date, today if empty."""
    on = date.fromisoformat(day) if day else hearing.today
    if not hearing.calendar.first <= on <= hearing.calendar.last:
        reason = f"The calendar knows no day beyond {hearing.calendar.last.isoformat()}."
        raise Refusal("beyond_calendar", given=on.isoformat(), reason=reason)
    if who:
        member = colleague(hearing, who)
        return Reply("who_covers", _of(hearing, member, on), _choices(hearing, member))
    out = not_in(hearing.db, on)
    gone = [one for one in members(hearing.db, ident(hearing.department)) if ident(one) in out]
    lines = [_of(hearing, one, on) for one in gone]
    facts: Facts = {
        "day": on.isoformat(),
        "is_today": on == hearing.today,
        "department": hearing.department.name,
        "lines": lines[:LONGEST_LIST],
        "more": max(0, len(lines) - LONGEST_LIST),
    }
    return Reply("who_is_out", facts)


def covers_on_days(hearing: Hearing, who: str, first: date, last: date) -> Reply:
    """Who is out on each open day of a week: of all in the speaker's department, or one colleague.

    Days on which nobody is out are left out, and so is what the calendar does not know.
    """
    member = colleague(hearing, who) if who else None
    people = [member] if member else members(hearing.db, ident(hearing.department))
    days: list[Facts] = []
    for number in range((last - first).days + 1):
        on = first + timedelta(days=number)
        known = hearing.calendar.first <= on <= hearing.calendar.last
        if not known or not hearing.calendar.is_open_day(on):
            continue
        out = not_in(hearing.db, on)
        lines = [_of(hearing, one, on) for one in people if ident(one) in out]
        if lines:
            more = max(0, len(lines) - LONGEST_DAY)
            days.append({"day": on.isoformat(), "lines": lines[:LONGEST_DAY], "more": more})
    if member and not days:
        return covers(hearing, who, first.isoformat())
    facts: Facts = {
        "name": member.name if member else None,
        "department": hearing.department.name,
        "first": first.isoformat(),
        "last": last.isoformat(),
        "days": days,
    }
    return Reply("who_is_out_week", facts, _choices(hearing, member) if member else ())


def _of(hearing: Hearing, member: Staff, on: date) -> Facts:
    """{"name", "you", "day", "is_today", "is_in", "last", "covered_by", "would", "coming"}

    covered_by: a name, "you", or None for nobody; would: who would, of somebody who is in. coming: the next
    absence that is planned after that day,
    {"first", "last", "alternate"}, or None.
    """
    absence = away_on(hearing.db, ident(member), on)
    is_in = ident(member) not in not_in(hearing.db, on)
    cover = None if is_in else who_covers(hearing.db, member, on)
    would = None if cover or not is_in else alternate_for(hearing.db, member, on, on)
    later = next((one for one in coming(hearing.db, ident(member), on) if one.first > on), None)
    alternate = hearing.db.get(Staff, later.alternate_id) if later and later.alternate_id else None
    planned = later and {
        "first": later.first.isoformat(),
        "last": later.last.isoformat(),
        "alternate": _called(hearing, alternate),
    }
    return {
        "name": member.name,
        "you": member.id == hearing.speaker.id,
        "day": on.isoformat(),
        "is_today": on == hearing.today,
        "is_in": is_in,
        "last": absence.last.isoformat() if absence else None,
        "covered_by": _called(hearing, cover),
        "would": _called(hearing, would),
        "coming": planned,
    }


def _called(hearing: Hearing, member: Staff | None) -> str | None:
    if member is None:
        return None
    return "you" if member.id == hearing.speaker.id else member.name


def _choices(hearing: Hearing, member: Staff) -> tuple[Choice, ...]:
    if member.id == hearing.speaker.id:
        return (Choice("My absences", "away"),)
    return ()
