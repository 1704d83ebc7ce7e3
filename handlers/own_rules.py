"""Rules that a department sets by itself, over the standard that it keeps (R7, R9)."""

import re

from handlers.adopting import adopted, already, base_of, begun, held_on, own_of
from handlers.asking import Hearing, Refusal, Reply
from handlers.counting import UnknownChannel, counted, read_channels, wished
from handlers.standard_facts import of_rule, starting
from handlers.standards import standard
from models.adopting import over_own, own_rules
from models.plan import read_plan
from models.standard import CHANNELS

SET = "/desk standard set CHANNEL COUNT [answer] [from DAY]"
DROP = "/desk standard drop CHANNEL [from DAY]"
REMIND = "/desk standard reminders 4 business hours before, due, late after 1 business hour, supervisor"
_USUAL = re.compile(r"(?:the |as )?usual|as the standard has it", re.IGNORECASE)


def set_(hearing: Hearing, rest: str) -> Reply:
    """Sets the department's own rule on channels; on the others all stays as it is."""
    hearing, said, first = begun(hearing, rest, SET)
    wish = wished(said, SET)
    missing = [
        what
        for what, there in (
            ("the channel: " + ", ".join(CHANNELS), wish.channels),
            ("how long it may take: 4 business hours, 1 to 2 business days, 1 week", wish.count),
        )
        if not there
    ]
    if missing:
        raise Refusal("missing_piece", missing=missing, usage="/desk standard set email 4 business hours")
    answer = " answer" if wish.kind == "answer" else ""
    begins, ends = f"desk standard set {', '.join(wish.channels)}", f"{answer}{starting(hearing, first)}"
    count = counted(wish.count, SET, lambda words: f"{begins} {words}{ends}")
    new = own_rules(
        hearing.department.name, wish.channels, count, wish.kind, hearing.speaker.name, hearing.today
    )
    holding, before = held_on(hearing, first)
    there = {(one.channels, one.count, one.kind) for one in own_of(holding)}
    if before and all((one.channels, one.count, one.kind) in there for one in new):
        raise already(hearing, before, first)
    return adopted(hearing, base_of(hearing, holding), over_own(own_of(holding), new), first)


def drop(hearing: Hearing, rest: str) -> Reply:
    """Takes the department's own rule on channels away: what the standard beneath says holds again."""
    hearing, said, first = begun(hearing, rest, DROP)
    try:
        channels = read_channels(said)
    except UnknownChannel as error:
        raise Refusal("standard_unread", reason=str(error), usage=DROP) from error
    holding, _ = held_on(hearing, first)
    own = own_of(holding)
    kept = tuple(one for one in own if not set(channels) & set(one.channels))
    if len(kept) == len(own):
        raise Refusal(
            "standard_no_own_rule",
            channels=list(channels),
            own=[of_rule(one) for one in own],
            first=first.isoformat(),
            usage=DROP,
        )
    return adopted(hearing, base_of(hearing, holding), kept, first)


def reminders(hearing: Hearing, rest: str) -> Reply:
    """Sets the department's own plan of reminders (R7, R9); `usual` takes it away, nothing shows it."""
    hearing, said, first = begun(hearing, rest, REMIND)
    holding, before = held_on(hearing, first)
    if not said:
        return standard(hearing, "")
    try:
        plan = (
            ()
            if _USUAL.fullmatch(said)
            else tuple(str(one) for one in read_plan([one for one in re.split("[,;]", said) if one.strip()]))
        )
    except ValueError as error:
        raise Refusal("reminders_unread", reason=f"{error}.", usage=REMIND) from error
    had = tuple(holding.reminders) if holding else ()
    if before and plan in (had, tuple(str(one) for one in before.plan)):
        raise already(hearing, before, first)
    return adopted(hearing, base_of(hearing, holding), own_of(holding), first, plan)
