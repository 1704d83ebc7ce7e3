"""The forms about one inquiry: acknowledge, answer, close, extend, hand over (R2, R5, R7, R33, R34)."""

from handlers import extending, resolving
from handlers.asking import Facts, Hearing, Reply
from handlers.clocks import at_its_desk
from handlers.filled import Filled, beside, inquiry_of
from handlers.form import Field, Filling, Form, Kind, Option
from handlers.offers import limit_of_promise, promise_times, taking
from handlers.pausing import end_pause
from handlers.reading import colleague, not_closed, promised, still_open
from handlers.when import Reading
from models import telling
from models.inquiry import Inquiry, running
from models.staff import Staff

OTHER = "other"
CLOSING = "Closing time, if left empty"


def draw_ack(hearing: Hearing, filling: Filling) -> Reply:
    """When the customer hears more: times within the policy, or a day and a time of one's own (R2)."""
    inquiry = _open(hearing, filling)
    there, filled = at_its_desk(hearing, inquiry), Filled(filling)
    limit = limit_of_promise(there, inquiry)
    offered = tuple(Option(value, label) for label, value in promise_times(there, inquiry, limit))
    own = (Option(OTHER, "Another day or time, below"),)
    by = filled.line("by") or (OTHER if filled.line("by_day") else offered[0].value if offered else OTHER)
    fields = (
        Field("by", "The customer hears more by", Kind.CHOICE, by, options=(*offered, *own)),
        Field("by_day", "Another day", Kind.DAY, filled.line("by_day"), optional=True),
        Field("by_time", "Another time", Kind.TIME, filled.line("by_time"), optional=True),
        _told(filled),
    )
    within = telling.of_deadline(limit, hearing.now) if limit else None
    facts: Facts = {**telling.of_inquiry(hearing.db, inquiry), "within": within, "zone": there.zone}
    return Reply("form_ack", facts, form=_form("ack", inquiry, "Acknowledge", "Acknowledge", fields))


def submit_ack(hearing: Hearing, filling: Filling) -> Reply:
    """Records the acknowledgement. Raises Unfit."""
    inquiry, filled = _open(hearing, filling), Filled(filling)
    by = filled.line("by")
    own = by in ("", OTHER)
    text, field = (filled.when("by"), "by_day") if own else (by, "by")
    until = Reading(hearing.now)
    if not filled.line("by_day") and (own or filled.line("by_time")):
        filled.lacks("by_day", "a day, or one of the times above")
    elif not own and filled.line("by_day") and filled.when("by") != by:
        filled.clash("by", "Two times are given. Choose “Another day or time”, or leave the other day empty.")
    else:
        with filled.reading(field):
            until = promised(at_its_desk(hearing, inquiry), text)
    filled.check()
    resumed = end_pause(hearing, inquiry, "acknowledged")
    return resolving.acknowledge(hearing, inquiry, resumed, until, filled.line("said", 1000))


def draw_answer(hearing: Hearing, filling: Filling) -> Reply:
    """What the customer was told, if that is worth keeping."""
    inquiry, filled = _open(hearing, filling), Filled(filling)
    facts = _facts(hearing, inquiry)
    return Reply(
        "form_answer", facts, form=_form("answer", inquiry, "Answered", "Answered", (_told(filled),))
    )


def submit_answer(hearing: Hearing, filling: Filling) -> Reply:
    """Records the answer."""
    return resolving.answer(hearing, _open(hearing, filling), Filled(filling).line("said", 1000))


def draw_close(hearing: Hearing, filling: Filling) -> Reply:
    """The resolution, for the next one who is asked the same (R34)."""
    inquiry, filled = _not_closed(hearing, filling), Filled(filling)
    resolution = Field(
        "resolution", "What was done", Kind.TEXT, filled.text("resolution"), "So that the next one finds it",
        longest=1000,
    )  # fmt: skip
    facts = _facts(hearing, inquiry)
    return Reply("form_close", facts, form=_form("close", inquiry, "Close", "Close", (resolution,)))


def submit_close(hearing: Hearing, filling: Filling) -> Reply:
    """Closes with the resolution. Raises Unfit."""
    inquiry, filled = _not_closed(hearing, filling), Filled(filling)
    resolution = filled.line("resolution", 1000)
    if not resolution:
        filled.lacks("resolution", "a few words on what was done")
    filled.check()
    return resolving.close_with(hearing, inquiry, resolution)


def draw_extend(hearing: Hearing, filling: Filling) -> Reply:
    """The reason, and the new time: without one, the longer count that the policy allows (R5, R7)."""
    inquiry, filled = _open(hearing, filling), Filled(filling)
    facts: Facts = {**_facts(hearing, inquiry), **extending.outlook(hearing, inquiry)}
    fields = (
        Field("reason", "Why more time is needed", value=filled.line("reason", 1000), longest=1000),
        Field("until_day", "New day", Kind.DAY, filled.line("until_day"), optional=bool(facts["allows"])),
        Field("until_time", "New time", Kind.TIME, filled.line("until_time"), CLOSING, optional=True),
    )
    return Reply("form_extend", facts, form=_form("extend", inquiry, "More time", "Extend", fields))


def submit_extend(hearing: Hearing, filling: Filling) -> Reply:
    """Takes the longer count, or asks a supervisor. Raises Unfit."""
    inquiry, filled = _open(hearing, filling), Filled(filling)
    reason, until = filled.line("reason", 1000), None
    if not reason:
        filled.lacks("reason", "the reason, in a few words")
    if filled.line("until_time") and not filled.line("until_day"):
        filled.lacks("until_day", "the day of that time")
    if filled.line("until_day"):
        with filled.reading("until_day"):
            until = promised(at_its_desk(hearing, inquiry), filled.when("until")).instant
    filled.check()
    with beside("until_day"):
        return extending.extend_until(hearing, inquiry, reason, until)


def draw_assign(hearing: Hearing, filling: Filling) -> Reply:
    """Who takes it: colleagues who are in, or anybody by name (R33)."""
    inquiry, filled = _not_closed(hearing, filling), Filled(filling)
    options = tuple(Option(called, label) for label, called in taking(at_its_desk(hearing, inquiry), inquiry))
    to = filled.line("to")
    known = to in [one.value for one in options]
    menu = (Field("to", "Who is in", Kind.CHOICE, to if known else "", optional=True, options=options),)
    other = Field("someone", "Somebody else", value=filled.line("someone") or ("" if known else to),
                  hint="A name or an e-mail address", optional=True)  # fmt: skip
    fields = (*(menu if options else ()), other)
    return Reply(
        "form_assign",
        _facts(hearing, inquiry),
        form=_form("assign", inquiry, "Hand over", "Hand over", fields),
    )


def submit_assign(hearing: Hearing, filling: Filling) -> Reply:
    """Hands it over. Raises Unfit."""
    inquiry, filled = _not_closed(hearing, filling), Filled(filling)
    someone = filled.line("someone")
    owner: Staff | None = None
    if not someone and not filled.line("to"):
        filled.lacks("someone", "who takes it")
    elif someone and filled.line("to"):
        filled.clash("someone", "Two people are named. Leave one of the two empty.")
    else:
        with filled.reading("someone" if someone else "to"):
            owner = colleague(hearing, someone or filled.line("to"))
    filled.check()
    assert owner is not None
    with beside("someone" if someone else "to"):
        return resolving.hand_over(hearing, inquiry, owner)


def _form(name: str, inquiry: Inquiry, title: str, submit: str, fields: tuple[Field, ...]) -> Form:
    title = f"{title} {inquiry.number}"
    return Form(name, inquiry.number, title if len(title) <= 24 else inquiry.number, submit, fields)


def _told(filled: Filled) -> Field:
    """What the customer was told; it may be left out."""
    said = filled.text("said")
    return Field("said", "What you told the customer", Kind.TEXT, said, optional=True, longest=1000)


def _open(hearing: Hearing, filling: Filling) -> Inquiry:
    inquiry = inquiry_of(hearing, filling)
    still_open(hearing, inquiry)
    return inquiry


def _not_closed(hearing: Hearing, filling: Filling) -> Inquiry:
    inquiry = inquiry_of(hearing, filling)
    not_closed(hearing, inquiry)
    return inquiry


def _facts(hearing: Hearing, inquiry: Inquiry) -> Facts:
    """The inquiry's facts, and "next": the nearest of its clocks that run, or None."""
    clocks = running(hearing.db, inquiry)
    following = telling.of_deadline(clocks[0], hearing.now) if clocks else None
    return {**telling.of_inquiry(hearing.db, inquiry), "next": following}
