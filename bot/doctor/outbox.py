"""Words owed: does somebody say them, and did some reach nobody?"""

from collections import Counter
from datetime import datetime, timedelta

from sqlmodel import col, func, select

from bot.doctor.finding import Finding, fault, look, ok
from models.outbox import Owed, Sending
from models.store import Store
from models.tally import tally
from models.undelivered import undelivered

ABOUT = "messages"
LATEST = timedelta(minutes=5)
# What a platform says to every message alike, and what to do.
_HALTS = {
    "messages_tab_disabled": "On the Slack app's page, “App Home”, switch the Messages Tab on.",
    "missing_scope": "Give the Slack app its scopes, and install it again.",
}


def check(store: Store, now: datetime, *, sayable: bool) -> list[Finding]:
    """sayable: whether there is a door out at all."""
    longest = tally(store).longest_owed
    with store.reading() as db:
        lost = undelivered(db, None, now)
        lines = db.exec(
            select(Owed.reason, func.count())
            .where(Owed.state == Sending.OWED, col(Owed.reason).is_not(None))
            .group_by(Owed.reason)
        )
        waits = Counter({str(reason): count for reason, count in lines})
    found = []
    for word, do in _HALTS.items():
        if any(word in reason for reason in waits):
            found.append(fault(ABOUT, f"Slack takes no message: {word}.", do))
    late = now - longest if longest is not None else timedelta()
    if late > LATEST and not sayable:
        says = "Some are owed, and neither Slack nor Teams nor e-mail is set up to say them."
        found.append(look(ABOUT, says, "They are said when one is."))
    elif late > LATEST:
        says = f"The longest owed should have been said {_long(late)} ago."
        do = "Is replyby serve running? Its log says why it waits."
        if waits:
            says += f" Most of those that were tried wait because: {waits.most_common(1)[0][0]}."
        found.append(fault(ABOUT, says, do))
    if lost:
        says = f"{len(lost)} of the last 30 days reached nobody."
        found.append(look(ABOUT, says, "Supervisors see them with /desk undelivered."))
    return found or [ok(ABOUT, "All that was owed by now is said.")]


def _long(late: timedelta) -> str:
    minutes = int(late.total_seconds() // 60)
    if minutes < 120:
        return f"{minutes} minutes"
    return f"{minutes // 60} hours" if minutes < 48 * 60 else f"{minutes // 1440} days"
