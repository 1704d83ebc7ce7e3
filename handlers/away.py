"""Planning an absence: out-of-office texts, an alternate, and what falls due meanwhile (R18–R25)."""

import re
from datetime import date, timedelta

from handlers.absence_facts import line, planned_facts
from handlers.asking import Choice, Facts, Hearing, Refusal, Reply
from handlers.reading import clauses, colleague, day, nothing_more
from models import outbox, telling
from models.absence import VOICEMAIL_DAYS, Absence, alternate_for, cannot_stand_in, coming, overlapping
from models.excuse import excuse_owner
from models.inquiry import open_deadlines
from models.staff import Staff, ident

USAGE = "/away from 2026-03-09 to 2026-03-13"
LONGEST_ABSENCE = timedelta(days=365)
MOST_WAITING = 10  # lines for who is back
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
_SPAN = re.compile(r"(?:for\s+)?\w+\s+(?:(?:business|working)\s+)?(?:days?|weeks?|months?)", re.IGNORECASE)


def away(hearing: Hearing, rest: str) -> Reply:
    """The speaker's absences; with a day, as in `/away tomorrow`, plans one."""
    if rest:
        return plan(hearing, rest)
    lines = [line(hearing, one) for one in coming(hearing.db, ident(hearing.speaker), hearing.today)]
    ends = tuple(Choice(f"End {one['first']}", f"away back {one['first']}") for one in lines[:5])
    choices = (*ends, Choice("Plan an absence", "away from"))
    return Reply("absences", {"lines": lines}, choices)


def away_from(hearing: Hearing, rest: str) -> Reply:
    """`/away from DAY to DAY`: with `from`, the last day is asked for."""
    return plan(hearing, f"from {rest}")


def instead(hearing: Hearing, rest: str) -> Reply:
    """Plans an absence in the place of those that are in its way."""
    return plan(hearing, rest, replacing=True)


def plan(hearing: Hearing, rest: str, replacing: bool = False) -> Reply:
    """Stores the absence, names the alternate (supervisor first, R20) and drafts the texts.

    replacing: absences in its way are ended, instead of being a reason to refuse.
    """
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
    first = day(hearing, begin)
    last = day(hearing, end, since=first)
    named = colleague(hearing, parts["alternate"]) if parts.get("alternate") else None
    return plan_days(hearing, first, last, named, replacing)


def plan_days(hearing: Hearing, first: date, last: date, named: Staff | None, replacing: bool) -> Reply:
    """Plans it. named: who is to stand in, if the speaker says so."""
    # One plan at a time: two at once would not see each other's absence.
    # Not against those who only name the speaker, as every event does: they may hold what is locked below.
    hearing.db.refresh(hearing.speaker, with_for_update={"key_share": True})
    _check_days(first, last, hearing.today)
    replaced = overlapping(hearing.db, ident(hearing.speaker), first, last)
    if replaced and not replacing:
        raise _overlaps(hearing, replaced, first, last, named)
    for one in replaced:
        _end(hearing, one)
    _check_alternate(hearing, first, last, named)
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
    facts = {
        **planned_facts(hearing, absence, alternate),
        "replaced": [line(hearing, one) for one in replaced],
    }
    return Reply("away_planned", facts, (Choice("Take it back", f"away back {first}"),))


def _fault(first: date, last: date, today: date) -> str | None:
    """What is wrong with a period: "backwards", "passed" or "long"."""
    if last < first:
        return "backwards"
    if last < today:
        return "passed"
    return "long" if last - first > LONGEST_ABSENCE else None


def _check_days(first: date, last: date, today: date) -> None:
    fault = _fault(first, last, today)
    if fault:
        raise Refusal(
            "absence_days",
            fault=fault,
            first=first.isoformat(),
            last=last.isoformat(),
            usage=USAGE,
        )


def _overlaps(
    hearing: Hearing, there: list[Absence], first: date, last: date, named: Staff | None
) -> Refusal:
    """The kind answer to who is away then already; one press plans the new one in the place of the old."""
    whom = f" alternate {named.handle}" if named else ""
    return Refusal(
        "absence_overlaps",
        (
            Choice("Change it", f"away instead from {first} to {last}{whom}"),
            Choice("End that absence", f"away back {there[0].first}"),
        ),
        first=there[0].first.isoformat(),
        last=there[0].last.isoformat(),
    )


def _check_alternate(hearing: Hearing, first: date, last: date, named: Staff | None) -> None:
    if named is not None and named.id == hearing.speaker.id:
        raise Refusal("alternate_is_you", usage=f"{USAGE} alternate lee")
    if named is not None and named.id in cannot_stand_in(hearing.db, first, last):
        raise Refusal("alternate_is_away", name=named.name, first=first.isoformat(), last=last.isoformat())


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
    told = _end(hearing, ended)
    on = ended.first <= hearing.today
    voicemail = ended.days >= VOICEMAIL_DAYS
    facts: Facts = {**line(hearing, ended), "was_on": on, "told": told, "voicemail": voicemail}
    waiting = _waiting(hearing) if on else []
    facts |= {"waiting": waiting[:MOST_WAITING], "more": len(waiting[MOST_WAITING:])}
    return Reply("away_ended", facts, (Choice("My inquiries", "inquiry mine"),) if waiting else ())


def _waiting(hearing: Hearing) -> list[Facts]:
    """What of the speaker's is past due, or due today: a line each."""
    ends = hearing.day_ends
    found = open_deadlines(hearing.db, owner_ids=[ident(hearing.speaker)], due_by=ends)
    return [
        {
            **telling.of_inquiry(hearing.db, inquiry),
            "next": telling.of_deadline(clock, hearing.now),
            "covering_for": None,
        }
        for clock, inquiry in found
        if clock.stopped_at is None and clock.due < ends
    ]


def _end(hearing: Hearing, ended: Absence) -> bool:
    """Ends the absence; whether its alternate, who had heard of it, will hear so."""
    ended.ended_at = hearing.now
    hearing.db.add(ended)
    hearing.db.flush()
    excuse_owner(hearing.db, ended.staff_id, hearing.now)
    alternate = hearing.db.get(Staff, ended.alternate_id) if ended.alternate_id else None
    untold = outbox.take_back(hearing.db, f"you_cover:{ended.id}:", hearing.now, "absence ended")
    told = alternate is not None and not untold
    if told and alternate:
        _tell(hearing, ended, alternate, "you_cover_no_longer")
    return told
