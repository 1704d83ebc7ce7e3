"""Who is owed the digest of their morning: one a member and working day, if there is something to tell.

Looked for when a digest begins to be due and not before: between two such instants a round costs one
statement. What it says is written when it is delivered, and it is taken back when nothing is left to say.
"""

from datetime import date, datetime, timedelta

from sqlmodel import Session, col, select, update

from models import outbox, rounds
from models.absence import not_in
from models.calendar import UnknownDay
from models.calendars import calendar_for, office_day
from models.digest import TEMPLATE, choices_of, digest_of, says_anything
from models.outbox import Owed, Sending
from models.preference import is_quiet, preference_of
from models.rounds import SKEW, Round
from models.staff import Staff
from models.store import Store
from models.turns import LOOKED, NEXT, Turn, turns
from scheduler.digest_readers import words_of

# Whatever changes the instants lets the sweep look at once; this is for calendars that have ended.
AT_LEAST = timedelta(days=1)
PAGE = 500  # words in one transaction


def sweep(store: Store, now: datetime) -> int:
    """Puts the digests whose instant has come since the last look; the number of new rows.

    After a time of standing still, those of today are put all the same, up to the end of the day.
    """
    with store.transaction() as db:
        if not _due_to_look(db, now):
            return 0
        since = _since(db, now)
    with store.reading() as db:
        every = turns(db)
        mornings = [(turn, day) for turn in every for day in _begun(turn, since, now)]
        words = words_of(db, mornings, now) if mornings else []
    count = 0
    for start in range(0, len(words), PAGE):
        with store.transaction() as db:
            count += outbox.put_all(db, words[start : start + PAGE])
    ahead = [one for one in (turn.next(now) for turn in every) if one is not None]
    with store.transaction() as db:
        _looked(db, now, min([*ahead, now + AT_LEAST]))
    return count


def moments(db: Session, after: datetime) -> list[datetime]:
    """The next instants after `after` at which somebody's digest begins to be due."""
    return [one for one in (turn.next(after) for turn in turns(db)) if one is not None]


def put_right(db: Session, row: Owed, now: datetime) -> str | None:
    """Writes what the digest says at that moment into the word; the reason if it is not to be said."""
    if row.kind != TEMPLATE:
        # The answer to whoever asked for theirs.
        return None
    _, number, day = row.key.split(":")
    member, wish = db.get_one(Staff, int(number)), preference_of(db, int(number))
    if not member.active:
        return "recipient-left"
    if wish is not None and not wish.digest_on:
        return "not-wanted"
    try:
        calendar = calendar_for(db, int(number))
        over = calendar.business_day(now).isoformat() != day
    except UnknownDay:
        return "beyond-calendar"
    if over:
        return "day-over"
    if is_quiet(db, int(number), calendar.today(now)):
        return "quiet"
    if int(number) in not_in(db, office_day(db, now)):
        return "not-in"
    facts = digest_of(db, member, now)
    if not says_anything(facts):
        return "nothing-to-say"
    row.facts = {**facts, "first": not _told_before(db, row)}
    row.choices = choices_of(facts)
    db.add(row)
    return None


def _told_before(db: Session, row: Owed) -> bool:
    """Whether they have had a digest already."""
    mine = (col(Owed.recipient) == row.recipient, col(Owed.kind) == TEMPLATE, Owed.state == Sending.SENT)
    return db.exec(select(Owed.id).where(*mine).limit(1)).first() is not None


def _due_to_look(db: Session, now: datetime) -> bool:
    """Whether an instant has come since the last look, or the clock has been set back; marks the look."""
    coming = db.get(Round, NEXT)
    looked = db.get(Round, LOOKED)
    back = looked is not None and looked.at > now + SKEW
    if coming is not None and coming.at > now and not back:
        return False
    # Whoever changes a wish from here on changes this too, and is not overlooked.
    rounds.write(db, NEXT, now)
    return True


def _since(db: Session, now: datetime) -> datetime | None:
    """The instants after this one are still to be looked at; None for all of the day's.

    What the clock has shown already and shows again is looked at again: the key says it once.
    """
    looked = db.get(Round, LOOKED)
    return None if looked is None else min(looked.at, now)


def _looked(db: Session, now: datetime, coming: datetime) -> None:
    rounds.write(db, LOOKED, now)
    mine = (col(Round.name) == NEXT, col(Round.at) == now)
    db.execute(update(Round).where(*mine).values(at=coming).execution_options(synchronize_session=False))


def _begun(turn: Turn, since: datetime | None, now: datetime) -> list[date]:
    """The working day that is under way, if its digest began to be due after the last look."""
    found = turn.now(now)
    if found is None:
        return []
    day, instant = found
    return [day] if instant <= now and (since is None or instant > since) else []
