"""The home of a member of staff: what is due, what waits, who is away; for supervisors their team too."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

from handlers.absence_facts import line as of_absence
from handlers.asking import Choice, Facts, Hearing, Reply
from handlers.paging import Page, asked_page, page_of
from models import telling
from models.absence import coming, covered_by, not_in
from models.agency_file import Role
from models.digest_team import Team
from models.inquiry import State, has_had_any
from models.instant import iso
from models.lines import Line, facts_of, unclosed_lines
from models.staff import Staff, ident

LINES = 10  # inquiries on a page: Slack's home takes a hundred blocks
ORDER = ("overdue", "today", "ahead", "paused", "answered")


def home(hearing: Hearing, rest: str) -> Reply:
    """The speaker's own inquiries and those that they cover, by what they ask for; `home 2`: further on."""
    me = ident(hearing.speaker)
    covering = covered_by(hearing.db, hearing.speaker, hearing.today)
    ends = hearing.day_ends
    groups: dict[str, list[Line]] = {what: [] for what in ORDER}
    for one in unclosed_lines(hearing.db, [me, *covering]):
        groups[_standing(one, hearing.now, ends)].append(one)
    every = [(what, one) for what, ones in groups.items() for one in ones]
    page = page_of(every, asked_page(rest, "inquiry home"), "home", LINES, "inquiry ")
    shown = facts_of(hearing.db, [one for _, one in page.shown], hearing.now)
    for line, (what, _) in zip(shown, page.shown, strict=True):
        mine = line["owner"]["handle"] == hearing.speaker.handle
        line["covering_for"] = None if mine else line["owner"]["name"]
        line["standing"] = what
    facts: Facts = {
        "name": hearing.speaker.name,
        "now": iso(hearing.now),
        "day": hearing.today.isoformat(),
        "closed": _why_closed(hearing),
        "counts": {what: len(ones) for what, ones in groups.items()},
        "groups": [
            {"what": what, "lines": list(lines)}
            for what, lines in groupby(shown, key=lambda one: str(one["standing"]))
        ],
        **page.facts(),
        "new": not every and not has_had_any(hearing.db, me),
        "absences": [of_absence(hearing, one) for one in coming(hearing.db, me, hearing.today)][:3],
        "covering": [hearing.db.get_one(Staff, one).name for one in covering],
        "team": _team(hearing),
    }
    return Reply("home", facts, _choices(hearing, page, shown), again=page.here)


def _team(hearing: Hearing) -> Facts | None:
    """What the digest says of those whom the speaker looks after; None where there are none."""
    team = Team.of(hearing.db, hearing.speaker)
    if team is None:
        return None
    out, ends = not_in(hearing.db, hearing.today), hearing.day_ends
    return team.facts(hearing.db, hearing.now, ends, hearing.today, out, [])


def _standing(one: Line, now: datetime, day_ends: datetime) -> str:
    """Its group, of ORDER; what is answered waits to be closed."""
    if one.state is State.ANSWERED:
        return "answered"
    if one.clock and telling.standing(one.clock, now) == "overdue":
        return "overdue"
    if one.paused or one.clock is None:
        return "paused"
    return "today" if one.clock.due < day_ends else "ahead"


def _why_closed(hearing: Hearing) -> str | None:
    """Why the office is closed today; None on an open day."""
    try:
        calendar = hearing.calendar
        return None if calendar.is_open_day(hearing.today) else calendar.why_closed(hearing.today)
    except ValueError:
        return None


def _choices(hearing: Hearing, page: Page[tuple[str, Line]], shown: Sequence[Facts]) -> tuple[Choice, ...]:
    team = (Choice("My team", "desk team"),) if hearing.speaker.role is not Role.STAFF else ()
    return (
        Choice("Log an inquiry", "inquiry log"),
        Choice("Plan an absence", "away from"),
        Choice("Preferences", "form prefer"),
        *team,
        *(Choice(f"Show {one['number']}", f"inquiry show {one['number']}") for one in shown),
        *page.choices(),
        Choice("Refresh", page.here),
    )
