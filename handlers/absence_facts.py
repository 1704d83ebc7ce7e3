"""What can be said of an absence: the facts of its answer and of its out-of-office texts."""

from datetime import date, timedelta

from handlers.asking import Facts, Hearing, Refusal
from models import telling
from models.absence import VOICEMAIL_DAYS, Absence, overlapping
from models.inquiry import open_deadlines
from models.schedule import works_on
from models.staff import Staff, chain, ident

MOST_NAMES = 5
LONGEST_REST = timedelta(days=14)  # a schedule without any open day in two weeks says nothing about a return


def line(hearing: Hearing, absence: Absence) -> Facts:
    """{"first", "last", "alternate"}: two days and a name, or None."""
    alternate = hearing.db.get(Staff, absence.alternate_id) if absence.alternate_id else None
    return {
        "first": absence.first.isoformat(),
        "last": absence.last.isoformat(),
        "alternate": alternate.name if alternate else None,
    }


def planned_facts(hearing: Hearing, absence: Absence, alternate: Staff | None) -> Facts:
    """The facts of the answer and of its drafts."""
    speaker, calendar = hearing.speaker, hearing.calendar
    begins = calendar.midnight(absence.first)
    ends = calendar.midnight(absence.last + timedelta(days=1))
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
        **_would_cover(hearing, alternate),
    }


def _would_cover(hearing: Hearing, alternate: Staff | None) -> Facts:
    """{"would_cover", "more_would_cover"}: who stands in as a rule, when none of them can."""
    line = [] if alternate else [one.name for one in chain(hearing.db, hearing.speaker)]
    return {"would_cover": line[:MOST_NAMES], "more_would_cover": len(line[MOST_NAMES:])}


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
