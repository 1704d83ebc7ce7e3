"""What supervisors see of their department."""

from handlers.asking import Choice, Facts, Hearing, Reply
from handlers.paging import asked_page, page_of
from models.absence import away_on, not_in, who_covers
from models.agency_file import Role
from models.instant import iso
from models.lines import Line, facts_of, late_clocks, unclosed_lines
from models.staff import ident
from models.team import people_of
from models.telling import standing


def team(hearing: Hearing, rest: str) -> Reply:
    """Who is in, who covers, what each one has open."""
    page = page_of(people_of(hearing.db, hearing.speaker), asked_page(rest, "desk team"), "desk team")
    lines: list[Facts] = []
    out = not_in(hearing.db, hearing.today)
    theirs: dict[int, list[Line]] = {ident(member): [] for member in page.shown}
    for one in unclosed_lines(hearing.db, list(theirs)):
        theirs[one.owner].append(one)
    for member in page.shown:
        absence = away_on(hearing.db, ident(member), hearing.today)
        off = ident(member) in out
        cover = who_covers(hearing.db, member, hearing.today, out=out) if off else None
        clocks = [
            (one.clock.due, standing(one.clock, hearing.now)) for one in theirs[ident(member)] if one.clock
        ]
        late = [iso(due) for due, stands in clocks if stands == "overdue"]
        ahead = [iso(due) for due, stands in clocks if stands in ("running", "paused")]
        lines.append(
            {
                "name": member.name,
                "away_until": absence.last.isoformat() if absence else None,
                "off_today": off and absence is None,
                "covered_by": cover.name if cover else None,
                "open": len(theirs[ident(member)]),
                "overdue": len(late),
                "overdue_since": min(late, default=None),
                "next_due": min(ahead, default=None),
            }
        )
    facts: Facts = {"department": _scope(hearing), "lines": lines, **page.facts()}
    return Reply("team", facts, (Choice("Overdue", "desk overdue"), *page.choices()))


def overdue(hearing: Hearing, rest: str) -> Reply:
    """What is past due, the longest overdue first."""
    number = asked_page(rest, "desk overdue")
    owners = [ident(one) for one in people_of(hearing.db, hearing.speaker)]
    page = page_of(late_clocks(hearing.db, owners, hearing.now), number, "desk overdue")
    lines = facts_of(hearing.db, page.shown, hearing.now)
    facts: Facts = {"department": _scope(hearing), "lines": lines, **page.facts()}
    return Reply("overdue_list", facts, page.choices())


def _scope(hearing: Hearing) -> str:
    return hearing.agency.name if hearing.speaker.role is Role.ADMIN else hearing.department.name
