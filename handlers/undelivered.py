"""Words that reached nobody: what supervisors see of them, and trying them again."""

import re
from collections.abc import Sequence

from sqlmodel import col, select

from handlers.asking import Choice, Facts, Hearing, Refusal, Reply
from handlers.paging import asked_page, page_of
from handlers.reading import one_line
from models.agency_file import Role
from models.instant import iso
from models.outbox import Owed, Sending
from models.owed_titles import number_of, title_of
from models.undelivered import (
    NO_ADDRESS,
    addressee,
    concerns,
    in_charge_of,
    reaches_nobody,
    tried,
    try_again,
    undelivered,
    why,
)

LISTED = 10
MOST_AT_ONCE = 500  # words in one transaction, so that others need not wait long for theirs
RETRY = "/desk retry 12"
_FAULTS = {Sending.SENT: "sent", Sending.WITHDRAWN: "withdrawn", Sending.DEAD: "old"}


def show(hearing: Hearing, rest: str) -> Reply:
    """The words of the last 30 days that reached nobody, the newest first, with a button each."""
    numbers = undelivered(hearing.db, _scope(hearing), hearing.now)
    page = page_of(numbers, asked_page(rest, "desk undelivered"), "desk undelivered", LISTED)
    lines = [_line(hearing, row) for row in _rows(hearing, page.shown)]
    choices = [Choice(_label(one, len(numbers)), f"desk retry {one['id']}") for one in lines]
    if len(numbers) > 1:
        choices.append(Choice("Try all again", "desk retry all"))
    everybody = hearing.speaker.role is Role.ADMIN
    facts: Facts = {
        "department": hearing.agency.name if everybody else hearing.department.name,
        "lines": lines,
        **page.facts(),
    }
    return Reply("undelivered_list", facts, (*choices, *page.choices()))


def retry(hearing: Hearing, rest: str) -> Reply:
    """Owes one such word afresh, or all of them; each is looked at once more before it is said."""
    said = one_line(rest).casefold().strip(" .#")
    if said in ("all", "everything"):
        return _retry_all(hearing)
    if not said:
        missing = ["the number of the message, as its button has it"]
        raise Refusal("missing_piece", missing=missing, usage=RETRY)
    number = int(said) if re.fullmatch(r"\d{1,9}", said, re.ASCII) else 0
    row = hearing.db.get(Owed, number, with_for_update=True)
    scope = _scope(hearing)
    if row is None or not (scope is None or concerns(hearing.db, row) in scope):
        raise Refusal("unknown_word", given=one_line(rest)[:40])
    line = _line(hearing, row)
    if not reaches_nobody(row, hearing.now):
        raise Refusal("word_not_retried", fault=_FAULTS.get(row.state, "owed"), **line)
    try_again(hearing.db, row, hearing.now)
    return Reply("words_retried", {"lines": [line], "count": 1, "left": 0, "number": line["number"]})


def _retry_all(hearing: Hearing) -> Reply:
    numbers = undelivered(hearing.db, _scope(hearing), hearing.now)
    lines: list[Facts] = []
    retried = 0
    for row in _rows(hearing, numbers[:MOST_AT_ONCE], lock=True):
        if reaches_nobody(row, hearing.now):
            retried += 1
            if len(lines) < LISTED:
                lines.append(_line(hearing, row))
            try_again(hearing.db, row, hearing.now)
    left = len(numbers[MOST_AT_ONCE:])
    choices = (Choice("Try the others again", "desk retry all"),) if left else ()
    return Reply("words_retried", {"lines": lines, "count": retried, "left": left, "number": None}, choices)


def _scope(hearing: Hearing) -> set[int] | None:
    return in_charge_of(hearing.db, hearing.speaker, hearing.today)


def _rows(hearing: Hearing, numbers: Sequence[int], *, lock: bool = False) -> list[Owed]:
    """The rows of these ids, in their order."""
    query = select(Owed).where(col(Owed.id).in_(numbers))
    # In one order for everybody, so that two who press at once wait for each other.
    locked = query.order_by(col(Owed.id)).with_for_update() if lock else query
    found = {row.id: row for row in hearing.db.exec(locked.execution_options(populate_existing=True))}
    return [found[one] for one in numbers if one in found]


def _line(hearing: Hearing, row: Owed) -> Facts:
    """{"id", "number", "to", "about", "why", "tried", "since", "waits"}"""
    return {
        "id": row.id,
        "number": number_of(row.facts) if row.kind != "answer" else None,
        "to": addressee(hearing.db, row),
        "about": title_of(row.kind, row.template, row.facts),
        "why": why(row.reason),
        "tried": tried(row),
        "since": iso(row.finished_at or row.put_at),
        "waits": row.reason == NO_ADDRESS and row.state is Sending.OWED,
    }


def _label(line: Facts, count: int) -> str:
    """Which line a button belongs to, where there are several."""
    number = f", {line['number']}" if line["number"] else ""
    return "Try again" if count == 1 else f"Try again: {line['to']}{number}"
