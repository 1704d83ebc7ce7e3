"""What is said together: the text of a letter of several words, and what leaves it before it is said."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select, update

from models import reminding
from models.buttons import numbered
from models.leasing import SOON, finish_all, part
from models.outbox import Owed, Sending

TEMPLATE = "reminders"
# What is past due stands first, then what is due now; what people asked for themselves stands last.
_ORDER = {"overdue": 0, "late": 0, "excuse_over": 0, "due_now": 1, reminding.TEMPLATE: 3}
WHOLE, FEW = 3, 6  # inquiries up to which each has all of its buttons, or a few
BUTTONS = 2  # of the few, beside the one that shows it


def letter_of(
    rows: Sequence[Owed], left: Collection[str] = ()
) -> tuple[str, dict[str, Any], tuple[dict[str, str], ...]]:
    """Template, facts and choices of the message that says these rows; one row is said as it is.

    left: the numbers of the inquiries that the recipient hears of in a later letter. The facts: "items", each
    with its "template", and "more": how many inquiries there are beside these.
    """
    if len(rows) == 1:
        return rows[0].template, rows[0].facts, tuple(rows[0].choices)
    ordered = sorted(rows, key=_place)
    items = [{"template": row.template, **row.facts} for row in ordered]
    more = len(set(left) - {row.facts["number"] for row in rows})
    return TEMPLATE, {"items": items, "more": more}, _choices(ordered)


def _place(row: Owed) -> tuple[int, str, int]:
    due = (row.facts.get("next") or {}).get("due", "")
    return _ORDER.get(row.template, 2), due, row.id or 0


def _choices(rows: Sequence[Owed]) -> tuple[dict[str, str], ...]:
    """The buttons of each inquiry, with its number: all of them, the first ones of several, or what shows it.

    However many there are, they stay within the 25 that Slack takes.
    """
    found: dict[str, dict[str, str]] = {}
    for row in rows:
        of_one = found.setdefault(row.facts["number"], {})
        for one in row.choices:
            of_one.setdefault(one["words"], one["label"])
    acting = BUTTONS if len(found) > WHOLE else None
    if len(found) > FEW:
        acting = 0
    choices: list[dict[str, str]] = []
    for number, of_one in found.items():
        every = [{"label": label, "words": words} for words, label in of_one.items()]
        choices += numbered(number, every, acting)
    return tuple(choices)


def settle(db: Session, rows: Sequence[Owed], true: Sequence[Owed], now: datetime) -> list[Owed]:
    """What of a claimed letter is to be said now, after each row was looked at; `true`: what is still true.

    A row that was put right and still waits leaves a letter that was said nowhere. One that may have been
    said stays whole: it waits as a whole when a row waits for a moment; a row that waits for longer is parted
    from it, so that it is looked for by itself.
    """
    if len(rows) == 1 or len(true) == len(rows):
        return list(true)
    others = {row.id for row in rows} - {row.id for row in true}
    waiting = _waiting(db, others)
    doubtful = {number for number, _, in_doubt in waiting if in_doubt}
    certain = {number for number, _, in_doubt in waiting if not in_doubt}
    if certain:
        _change(db, certain, bundle=None)
    if not doubtful:
        return list(true)
    latest = max(at for number, at, _ in waiting if number in doubtful)
    if not true:
        _change(db, doubtful, not_before=latest)
    elif latest <= now + SOON:
        back = {"state": Sending.OWED, "not_before": latest}
        finish_all(db, [(row, {**back, "attempts": row.attempts - 1}) for row in true])
        return []
    else:
        part(db, col(Owed.id).in_(doubtful))
    return list(true)


def _waiting(db: Session, numbers: set[int | None]) -> list[tuple[int | None, datetime, bool]]:
    """Those of these rows that are owed still: id, from when, and whether they may have been said."""
    there = select(Owed.id, Owed.not_before, Owed.doubtful)
    return list(db.exec(there.where(col(Owed.id).in_(numbers), Owed.state == Sending.OWED)))


def _change(db: Session, numbers: set[int | None], **change: Any) -> None:
    changed = update(Owed).where(col(Owed.id).in_(numbers)).values(**change)
    db.execute(changed.execution_options(synchronize_session=False))
