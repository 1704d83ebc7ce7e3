"""Planning an absence: out-of-office texts, an alternate, and what falls due meanwhile (R18–R25)."""

import re
from datetime import date, datetime, time, timedelta

from handlers.asking import Choice, Facts, Hearing, Refusal, Reply
from handlers.reading import clauses, colleague, day, nothing_more
from models import outbox, telling
from models.absence import VOICEMAIL_DAYS, Absence, alternate_for, cannot_stand_in, coming, overlapping
from models.excuse import excuse_owner
from models.inquiry import open_deadlines
from models.instant import aware
from models.schedule import works_on
from models.staff import Staff, ident

USAGE = "/away from 2026-03-09 to 2026-03-13"
LONGEST_ABSENCE = timedelta(days=365)
LONGEST_REST = timedelta(days=14)  # a schedule without any open day in two weeks says nothing about a return
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
_SPAN = re.compile(r"(?:for\s+)?\w+\s+(?:(?:business|working)\s+)?(?:days?|weeks?|months?)", re.IGNORECASE)


def away(hearing: Hearing, rest: str) -> Reply:
    """The speaker's absences; with a day, as in `/away tomorrow`, plans one."""
    if rest:
        return plan(hearing, rest)
    lines = [_line(hearing, one) for one in coming(hearing.db, ident(hearing.speaker), hearing.today)]
    choices = tuple(Choice(f"End {one['first']}", f"away back {one['first']}") for one in lines[:5])
    return Reply("absences", {"lines": lines}, choices)


def _line(hearing: Hearing, absence: Absence) -> Facts:
    alternate = hearing.db.get(Staff, absence.alternate_id) if absence.alternate_id else None
    return {
        "first": absence.first.isoformat(),
        "last": absence.last.isoformat(),
        "alternate": alternate.name if alternate else None,
    }


def away_from(hearing: Hearing, rest: str) -> Reply:
    """`/away from DAY to DAY`: with `from`, the last day is asked for."""
    return plan(hearing, f"from {rest}")


def plan(hearing: Hearing, rest: str) -> Reply:
    """Stores the absence, names the alternate (supervisor first, R20) and drafts the texts."""
    parts = clauses(rest, first=("from", "to", "until", "through"), last=("alternate",))
    begin = parts.get("from") or parts[""]
    end = parts.get("to") or parts.get("until") or parts.get("through")
    if not begin and end and "to" not in parts:
        begin = "today"
    wanted = [("the first day: from DAY", begin), ("the last day: to DAY", end)]
    if begin and _SPAN.fullmatch(begin):
        # "3 days" is a length: whether it begins today or tomorrow is for the speaker to say.
        wanted = [("the first and the last day: from DAY to DAY", "")]
    elif "from" not in parts and begin and not end:
        wanted, end = [], begin
    wanted.append(("the alternate’s name: alternate WHO", parts.get("alternate", "-")))
    missing = [what for what, there in wanted if not there]
    if missing or not begin or not end:
        raise Refusal("missing_piece", missing=missing, usage=USAGE)
    # One plan at a time: two at once would not see each other's absence.
    hearing.db.refresh(hearing.speaker, with_for_update=True)
    first = day(hearing, begin)
    last = day(hearing, end, since=first)
    named = colleague(hearing, parts["alternate"]) if parts.get("alternate") else None
    _check(hearing, first, last, named)
    alternate = alternate_for(hearing.db, hearing.speaker, first, last, named)
    absence = Absence(
        staff_id=ident(hearing.speaker),
        first=first,
        last=last,
        alternate_id=alternate.id if alternate else None,
        told_at=hearing.now,
    )
    hearing.db.add(absence)
    hearing.db.flush()
    excuse_owner(hearing.db, absence.staff_id, hearing.now)
    if alternate is not None:
        _tell(hearing, absence, alternate, "you_cover")
    return Reply(
        "away_planned", _planned(hearing, absence, alternate), (Choice("Take it back", f"away back {first}"),)
    )


def _fault(first: date, last: date, today: date) -> str | None:
    """What is wrong with a period: "backwards", "passed" or "long"."""
    if last < first:
        return "backwards"
    if last < today:
        return "passed"
    return "long" if last - first > LONGEST_ABSENCE else None


def _check(hearing: Hearing, first: date, last: date, named: Staff | None) -> None:
    fault = _fault(first, last, hearing.today)
    if fault:
        raise Refusal(
            "absence_days",
            fault=fault,
            first=first.isoformat(),
            last=last.isoformat(),
            usage=USAGE,
        )
    there = overlapping(hearing.db, ident(hearing.speaker), first, last)
    if there:
        raise Refusal(
            "absence_overlaps",
            (Choice("End that absence", f"away back {there[0].first}"),),
            first=there[0].first.isoformat(),
            last=there[0].last.isoformat(),
        )
    if named is not None and named.id == hearing.speaker.id:
        raise Refusal("alternate_is_you", usage=f"{USAGE} alternate lee")
    if named is not None and named.id in cannot_stand_in(hearing.db, first, last):
        raise Refusal("alternate_is_away", name=named.name, first=first.isoformat(), last=last.isoformat())


def _planned(hearing: Hearing, absence: Absence, alternate: Staff | None) -> Facts:
    """The facts of the answer and of its drafts."""
    speaker, calendar = hearing.speaker, hearing.calendar
    begins = aware(datetime.combine(absence.first, time(), calendar.tz))
    ends = aware(datetime.combine(absence.last + timedelta(days=1), time(), calendar.tz))
    meanwhile = [
        {**telling.of_inquiry(hearing.db, inquiry), "next": telling.of_deadline(clock, hearing.now)}
        for clock, inquiry in open_deadlines(hearing.db, owner_ids=[ident(speaker)], due_by=ends)
        if clock.due >= begins
    ]
    return {
        "me": telling.of_staff(speaker),
        "department": hearing.department.name,
        "agency": hearing.agency.name,
        "first": absence.first.isoformat(),
        "last": absence.last.isoformat(),
        "days": absence.days,
        "back_on": _back_on(hearing, absence).isoformat(),
        "voicemail": absence.days >= VOICEMAIL_DAYS,
        "alternate": telling.of_staff(alternate) if alternate else None,
        "alternate_is": _why(speaker, alternate),
        "meanwhile": meanwhile,
    }


def _back_on(hearing: Hearing, absence: Absence) -> date:
    """The first open day after it on which the speaker works and is not away again."""
    day_after, first_open = absence.last + timedelta(days=1), None
    me = ident(hearing.speaker)
    try:
        while True:
            back_on = hearing.calendar.open_day(day_after, 0)
            again = overlapping(hearing.db, me, back_on, back_on)
            if not again and works_on(hearing.db, me, back_on):
                return back_on
            if not again:
                first_open = first_open or back_on
                if back_on - first_open > LONGEST_REST:
                    return first_open
            day_after = (again[0].last if again else back_on) + timedelta(days=1)
    except ValueError as error:
        if first_open is not None:
            return first_open
        raise Refusal("beyond_calendar", given=absence.last.isoformat(), reason=str(error)) from error


def _why(speaker: Staff, alternate: Staff | None) -> str | None:
    if alternate is None:
        return None
    return "your supervisor" if alternate.id == speaker.supervisor_id else "colleague"


def _tell(hearing: Hearing, absence: Absence, alternate: Staff, template: str) -> None:
    """Owes the alternate a word about the absence, in working time."""
    hearing.owe(
        f"{template}:{absence.id}:{alternate.id}",
        outbox.to_staff(alternate),
        template,
        {
            "name": hearing.speaker.name,
            "first": absence.first.isoformat(),
            "last": absence.last.isoformat(),
            "covering_for": None,
        },
    )


def back(hearing: Hearing, rest: str) -> Reply:
    """Ends the absence that is on, else the next one planned; both messages are to be cleared (R24)."""
    planned = coming(hearing.db, ident(hearing.speaker), hearing.today)
    if _ISO.fullmatch(rest):
        # What a button carries: the absence that began, or begins, on that day and no other.
        planned = [one for one in planned if one.first.isoformat() == rest]
    else:
        nothing_more(rest, "/away back, or /away back 2026-03-09 for the absence that begins on that day")
    if not planned:
        raise Refusal("not_away")
    ended = planned[0]
    ended.ended_at = hearing.now
    hearing.db.add(ended)
    hearing.db.flush()
    excuse_owner(hearing.db, ended.staff_id, hearing.now)
    on = ended.first <= hearing.today
    alternate = hearing.db.get(Staff, ended.alternate_id) if ended.alternate_id else None
    untold = outbox.take_back(hearing.db, f"you_cover:{ended.id}:", hearing.now, "absence ended")
    told = alternate is not None and not untold
    if told and alternate:
        _tell(hearing, ended, alternate, "you_cover_no_longer")
    voicemail = ended.days >= VOICEMAIL_DAYS
    return Reply("away_ended", {**_line(hearing, ended), "was_on": on, "told": told, "voicemail": voicemail})
