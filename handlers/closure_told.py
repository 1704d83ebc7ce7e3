"""Telling colleagues of a closure: each member of the departments that it closes, once."""

import re

from sqlmodel import col, select

from handlers.asking import Facts, Refusal, Reply
from handlers.calendar_changes import Scope
from handlers.closing_words import Words, days_named, hours_on, named_again
from models import outbox
from models.calendars import closures_of
from models.staff import Staff

TELL = re.compile(r"tell(?!\S)\s*", re.IGNORECASE)
USAGE = '/desk closed tell 2026-02-17 "snow"'


def tell(scope: Scope, words: Words) -> Reply:
    """`DAY "NAME"`: owes each member whom it concerns the word of a closure that is in force."""
    hearing = scope.hearing
    if not words.rest or not words.name:
        raise Refusal(
            "missing_piece", missing=["the day, and the name of the closure in quotes"], usage=USAGE
        )
    days, every = days_named(hearing, words.rest, USAGE)
    there = set(days)
    rows = [
        row
        for row in closures_of(hearing.db, scope.id)
        if row.department_id == scope.id and row.day in there and row.name.casefold() == words.name.casefold()
    ]
    if not rows or rows[-1].day < hearing.today:
        raise Refusal("closure_not_told", day=str(days[0]) if days else None, name=words.name, usage=USAGE)
    facts: Facts = {
        "what": "closed",
        "where": scope.name,
        "name": rows[0].name,
        "every": str(every) if every else None,
        "first": str(rows[0].day),
        "last": str(rows[-1].day),
        "hours": hours_on(rows, rows[0].day),
    }
    everybody = select(Staff).where(col(Staff.active), col(Staff.department_id).in_(scope.departments))
    others = [
        one
        for one in hearing.db.exec(everybody.order_by(col(Staff.id))).all()
        if one.id != hearing.speaker.id
    ]
    # The closure is its rows: one that is put anew is another, and is told anew.
    begins = f"closure:{rows[0].id}:{named_again(sorted({row.day for row in rows}), every)}:"
    written = select(outbox.Owed.key).where(col(outbox.Owed.key).startswith(begins, autoescape=True))
    heard = set(hearing.db.exec(written))
    new = [one for one in others if f"{begins}{one.id}" not in heard]
    for one in new:
        word = {"by": hearing.speaker.name, "change": facts, "closures": [row.id for row in rows]}
        hearing.owe(f"{begins}{one.id}", outbox.to_staff(one), "closure_told", word)
    return Reply("closure_tells", {"change": facts, "told": len(new), "knew": len(others) - len(new)})
