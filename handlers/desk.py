"""What supervisors see of their department."""

from handlers.asking import Facts, Hearing, Reply
from handlers.inquiry import LONGEST_LIST
from handlers.reading import nothing_more
from models import telling
from models.absence import away_on, not_in, who_covers
from models.agency_file import Role
from models.inquiry import open_deadlines, unclosed
from models.staff import ident
from models.team import people_of


def team(hearing: Hearing, rest: str) -> Reply:
    """Who is in, who covers, what each one has open."""
    nothing_more(rest, "/desk team")
    lines: list[Facts] = []
    out = not_in(hearing.db, hearing.today)
    for member in people_of(hearing.db, hearing.speaker):
        open_lines = telling.of_lines(hearing.db, unclosed(hearing.db, [ident(member)]), hearing.now)
        absence = away_on(hearing.db, ident(member), hearing.today)
        off = ident(member) in out
        cover = who_covers(hearing.db, member, hearing.today, out=out) if off else None
        nexts = [line["next"] for line in open_lines if line["next"]]
        late = [one["due"] for one in nexts if one["standing"] == "overdue"]
        ahead = [one["due"] for one in nexts if one["standing"] in ("running", "paused")]
        lines.append(
            {
                "name": member.name,
                "away_until": absence.last.isoformat() if absence else None,
                "off_today": off and absence is None,
                "covered_by": cover.name if cover else None,
                "open": len(open_lines),
                "overdue": len(late),
                "overdue_since": min(late, default=None),
                "next_due": min(ahead, default=None),
            }
        )
    return Reply("team", {"department": _scope(hearing), "lines": lines})


def overdue(hearing: Hearing, rest: str) -> Reply:
    """What is past due, the longest overdue first."""
    nothing_more(rest, "/desk overdue")
    owners = [ident(one) for one in people_of(hearing.db, hearing.speaker)]
    late = open_deadlines(hearing.db, owner_ids=owners, due_by=hearing.now)
    lines = [
        {**telling.of_inquiry(hearing.db, inquiry), "next": telling.of_deadline(clock, hearing.now)}
        for clock, inquiry in late
        if clock.due < (clock.stopped_at or hearing.now)
    ]
    facts: Facts = {
        "department": _scope(hearing),
        "lines": lines[:LONGEST_LIST],
        "more": max(0, len(lines) - LONGEST_LIST),
    }
    return Reply("overdue_list", facts)


def _scope(hearing: Hearing) -> str:
    return hearing.agency.name if hearing.speaker.role is Role.ADMIN else hearing.department.name
