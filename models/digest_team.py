"""What the digest tells a supervisor or an admin of the people they look after.

Whoever answers to them is named; for the others, whoever supervises those is, with counts.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from models.agency_file import Role
from models.calendar import Calendar
from models.covering import with_those_above
from models.digest_items import LONGEST, cut
from models.instant import iso
from models.missed import done_late, told_until
from models.staff import Staff, ident
from models.team import Standing, answers_to, away_of, by_owner, oldest_of, people_of

OLDEST = 2  # inquiries that are named of one owner
AWAY = 6  # lines


@dataclass(frozen=True)
class Team:
    """Those a member looks after, without the member. `through`: who supervises each, where others do."""

    member: Staff
    people: dict[int, Staff]
    through: dict[int, Staff]

    @classmethod
    def of(cls, db: Session, member: Staff) -> "Team | None":
        """None for whoever looks after nobody."""
        if member.role is Role.STAFF:
            return None
        people = {ident(one): one for one in people_of(db, member) if one.id != member.id}
        if not people:
            return None
        known = with_those_above(db, people)
        line = {number: (one.supervisor_id, one.role) for number, one in known.items() if one.active}
        above = {number: answers_to(number, line) for number in people}
        through = {number: known[one] for number, one in above.items() if one not in (None, member.id)}
        return cls(member, people, through)

    @property
    def own(self) -> set[int]:
        """Those who answer to the member."""
        return set(self.people) - set(self.through)

    def missed(self, db: Session, calendar: Calendar, day: date, now: datetime) -> list[int]:
        """The clocks of what those who answer to the member have done late since the digest before."""
        number = ident(self.member)
        since = told_until(db, {number: (calendar, day)}).get(number)
        return done_late(db, self.own, since, now) if since else []

    def facts(
        self, db: Session, now: datetime, until: datetime, day: date, out: set[int], covered: Collection[int]
    ) -> dict[str, Any]:
        """{"overdue", "today", "owners", "groups", "away"}: counts, and {"lines", "more"} of the others.

        covered: those whose inquiries the digest lists already; they are left out, save who is away.
        """
        wanted = set(self.people) - set(covered)
        standings = by_owner(db, wanted, now, until, everybody=self.member.role is Role.ADMIN)
        own = self._named([one for one in standings if one.owner not in self.through])
        groups = self._grouped([one for one in standings if one.owner in self.through])
        oldest = oldest_of(db, [one.owner for one in own[:LONGEST] if one.overdue], now, OLDEST)
        owners = [
            {**_line(self.people[one.owner], one), "oldest": oldest.get(one.owner, [])}
            for one in own[:LONGEST]
        ]
        away, more = away_of(db, list(self.people.values()), day, out, AWAY)
        return {
            "overdue": sum(one.overdue for one in standings),
            "today": sum(one.today for one in standings),
            "owners": {"lines": owners, "more": len(own) - len(owners)},
            "groups": cut(groups, LONGEST),
            "away": {"lines": away, "more": more},
        }

    def _named(self, standings: Sequence[Standing]) -> list[Standing]:
        return sorted(standings, key=lambda one: (*_most(one), self.people[one.owner].name))

    def _grouped(self, standings: Sequence[Standing]) -> list[dict[str, Any]]:
        """One line for each of those who supervise them."""
        each: dict[int, list[Standing]] = {}
        for one in standings:
            each.setdefault(ident(self.through[one.owner]), []).append(one)
        sums = [(self.through[ones[0].owner], _sum(number, ones)) for number, ones in each.items()]
        return [_line(boss, one) for boss, one in sorted(sums, key=lambda two: (*_most(two[1]), two[0].name))]


def _most(one: Standing) -> tuple[int, int]:
    return -one.overdue, -one.today


def _sum(number: int, ones: Sequence[Standing]) -> Standing:
    since = [one.since for one in ones if one.since]
    total = sum(one.overdue for one in ones)
    return Standing(number, total, min(since, default=None), sum(one.today for one in ones))


def _line(member: Staff, one: Standing) -> dict[str, Any]:
    since = iso(one.since) if one.since else None
    return {"name": member.name, "overdue": one.overdue, "overdue_since": since, "today": one.today}
