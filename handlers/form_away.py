"""The form that plans an absence (R18–R25)."""

from datetime import date

from handlers.asking import Facts, Hearing, Refusal, Reply
from handlers.away import plan_days
from handlers.filled import Filled, Unfit
from handlers.form import Field, Filling, Form, Kind, Option
from handlers.people import choice_of
from handlers.reading import colleague, day
from models.absence import coming
from models.staff import Staff, ident

INSTEAD = "instead"


def draw(hearing: Hearing, filling: Filling) -> Reply:
    """First and last day, and who stands in; what is in the way may be replaced."""
    filled = Filled(filling)
    first = filled.line("first") or _next_open(hearing)
    planned = [
        {"first": one.first.isoformat(), "last": one.last.isoformat()}
        for one in coming(hearing.db, ident(hearing.speaker), hearing.today)
    ]
    options = (Option(INSTEAD, "Put this in its place"),)
    replaces = Field(
        "replaces", "If you are away then already", Kind.CHOICE, filled.line("replaces"), "", True, options
    )
    fields = (
        Field("first", "First day away", Kind.DAY, first),
        Field("last", "Last day away", Kind.DAY, filled.line("last"), "The first day, if left empty", True),
        choice_of(hearing, "alternate", "Who stands in", filled.line("alternate"),
                  "Your supervisor, if left empty", but=hearing.speaker),
        *((replaces,) if planned else ()),
    )  # fmt: skip
    facts: Facts = {"planned": planned}
    return Reply("form_away", facts, form=Form("away", filling.about, "Plan an absence", "Plan it", fields))


def submit(hearing: Hearing, filling: Filling) -> Reply:
    """Stores the absence. Raises Unfit."""
    filled = Filled(filling)
    first: date | None = None
    last: date | None = None
    named: Staff | None = None
    if not filled.line("first"):
        filled.lacks("first", "the first day")
    else:
        with filled.reading("first"):
            first = last = day(hearing, filled.line("first"))
    if first and filled.line("last"):
        with filled.reading("last"):
            last = day(hearing, filled.line("last"), since=first)
    if filled.line("alternate"):
        with filled.reading("alternate"):
            named = colleague(hearing, filled.line("alternate"))
    filled.check()
    assert first is not None
    assert last is not None
    try:
        return plan_days(hearing, first, last, named, replacing=filled.line("replaces") == INSTEAD)
    except Refusal as refusal:
        field = "alternate" if refusal.reply.template.startswith("alternate_") else "first"
        raise Unfit({field: refusal.reply}) from refusal


def _next_open(hearing: Hearing) -> str:
    try:
        return hearing.calendar.next_open_day(hearing.today).isoformat()
    except ValueError:
        return ""
