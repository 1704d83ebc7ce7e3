"""The form that logs an inquiry, with its deadlines shown before anything is stored (R34)."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.exc import IntegrityError

from handlers.asking import Choice, Facts, Hearing, Refusal, Reply
from handlers.clocks import reckoned
from handlers.filled import Filled
from handlers.form import Field, Filling, Form, Kind, Option
from handlers.inquiry import LONGEST_SUBJECT, store
from handlers.needing import read_need
from handlers.people import choice_of
from handlers.reading import Customer, colleague, customer, may_see, received, shortened
from handlers.shared import SHARED
from handlers.when import Reading
from models.inquiry import from_source
from models.instant import aware, iso
from models.staff import Staff
from models.standard import CHANNELS


def draw(hearing: Hearing, filling: Filling) -> Reply:
    """The form as it is filled in so far, and when the inquiry would be due."""
    if (there := _logged(hearing, filling)) is not None:
        return there
    filled, values = Filled(filling), dict(filling.values)
    _when_received(hearing, values)
    fields = (
        Field(
            "channel",
            "How it came in",
            Kind.CHOICE,
            values.get("channel", ""),
            options=tuple(Option(one, one.capitalize()) for one in CHANNELS),
            redraws=True,
        ),
        Field("customer", "From", value=filled.line("customer", 200), hint="The customer’s name"),
        Field("phone", "Phone", value=filled.line("phone"), optional=True, longest=60),
        Field("email", "E-mail", value=filled.line("email"), optional=True, longest=250),
        Field(
            "subject",
            "About",
            Kind.TEXT,
            shortened(filled.text("subject"), LONGEST_SUBJECT),
            longest=LONGEST_SUBJECT,
        ),
        Field("received_day", "Received on", Kind.DAY, values["received_day"], redraws=True),
        Field("received_time", "Received at", Kind.TIME, values["received_time"], redraws=True),
        Field(
            "needed_day",
            "Needed by",
            Kind.DAY,
            filled.line("needed_day"),
            hint="Only if the customer has a deadline of their own",
            optional=True,
        ),
        Field(
            "needed_time",
            "Needed at",
            Kind.TIME,
            filled.line("needed_time"),
            hint="Closing time, if left empty",
            optional=True,
        ),
        replace(
            choice_of(hearing, "owner", "Owner", filled.line("owner"), "You, if left empty"), redraws=True
        ),
    )
    form = Form("log", filling.about, "Log an inquiry", "Log it", fields)
    return Reply("form_log", _preview(hearing, values), form=form)


def submit(hearing: Hearing, filling: Filling) -> Reply:
    """Stores the inquiry. Raises Unfit."""
    if (there := _logged(hearing, filling)) is not None:
        return there
    filled = Filled(filling)
    channel = filled.line("channel")
    if channel not in CHANNELS:
        filled.lacks("channel", "how it came in")
    who = _customer(hearing, filled)
    subject = filled.line("subject", LONGEST_SUBJECT)
    if not subject:
        filled.lacks("subject", "what it is about")
    moment, by, owner = Reading(hearing.now), None, hearing.speaker
    if when := filled.when("received"):
        with filled.reading("received_time" if filled.line("received_time") else "received_day"):
            moment = received(hearing, when)
    if filled.line("needed_day"):
        with filled.reading("needed_day"):
            by = read_need(hearing, filled.when("needed"))
    elif filled.line("needed_time"):
        filled.lacks("needed_day", "the day by which the customer needs it")
    if filled.line("owner"):
        with filled.reading("owner"):
            owner = colleague(hearing, filled.line("owner"))
    filled.check()
    source = filling.about if filling.about.startswith(SHARED) else None
    try:
        with hearing.db.begin_nested():
            return store(hearing, channel, who, subject, moment, owner, by, None, source)
    except IntegrityError:
        # Two people may log the same message at once.
        if (there := _logged(hearing, filling)) is None:
            raise
        return there


def _customer(hearing: Hearing, filled: Filled) -> Customer:
    """Who asked; a phone number or an address may stand beside the name too."""
    who = Customer("", None, None, None)
    with filled.reading("customer"):
        who = customer(hearing, filled.line("customer", 300))
    phone, email = who.phone, who.email
    if filled.line("phone"):
        given = customer(hearing, filled.line("phone"))
        phone = given.phone
        if phone is None or given.name != phone:
            # What else stands there would be lost.
            filled.lacks("phone", "one phone number and nothing else, such as 608-555-0133")
    if filled.line("email"):
        email = customer(hearing, filled.line("email")).email
        if email is None:
            filled.lacks("email", "an e-mail address such as jane@example.org")
    name = who.name or email or phone or ""
    if not name:
        filled.lacks("customer", "the customer’s name")
    return Customer(name, phone, email, who.chat)


def _when_received(hearing: Hearing, values: dict[str, str]) -> None:
    """A day and a time of the office's zone: what is there, what a message was sent at, or now."""
    try:
        moment = aware(datetime.fromisoformat(values.pop("received", "")))
    except ValueError:
        moment = hearing.now
    local = hearing.calendar.local(min(moment, hearing.now))
    values.setdefault("received_day", f"{local:%Y-%m-%d}")
    values.setdefault("received_time", f"{local:%H:%M}")


def _preview(hearing: Hearing, values: dict[str, str]) -> Facts:
    """{"clocks": a line for each deadline, or None while something is missing, "refused": why not, "zone"}"""
    facts: Facts = {"clocks": None, "refused": None, "zone": hearing.zone, "standard": None}
    channel = values.get("channel", "")
    if channel not in CHANNELS:
        return facts
    try:
        owner = colleague(hearing, values["owner"]) if values.get("owner") else hearing.speaker
        moment = received(hearing, f"{values['received_day']} {values['received_time']}".strip())
        standard, found = reckoned(hearing, owner, channel, moment.instant)
    except Refusal as refusal:
        return {**facts, "refused": refusal.reply.template}
    clocks = [
        {
            "kind": one.kind,
            "aim": iso(one.aim) if one.aim != one.due else None,
            "due": iso(one.due),
            "rule": one.rule,
            "in_short": one.in_short,
        }
        for one in sorted(found, key=lambda one: one.due)
    ]
    return {**facts, "clocks": clocks, "standard": standard.title}


def _logged(hearing: Hearing, filling: Filling) -> Reply | None:
    """What says that this message is logged already; its number alone to who may not see it."""
    found = from_source(hearing.db, filling.about) if filling.about.startswith(SHARED) else None
    if found is None:
        return None
    if not may_see(hearing, found):
        return Reply("logged_already", {"number": found.number, "by": None, "owner": None, "at": None})
    facts: Facts = {
        "number": found.number,
        "by": hearing.db.get_one(Staff, found.logged_by_id).name,
        "owner": hearing.db.get_one(Staff, found.owner_id).name,
        "at": iso(found.logged_at),
    }
    return Reply("logged_already", facts, (Choice("Show", f"inquiry show {found.number}"),))
