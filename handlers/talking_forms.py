"""A draft as its form has it: the fields, what they hold, and what it is about."""

from dataclasses import replace

from handlers import forms
from handlers.asking import Facts, Hearing, Reply
from handlers.form import Field, Filling
from models import telling
from models.draft import Draft
from models.inquiry import Inquiry
from models.staff import ident

OWN = {"remind": ("A reminder", "Remind me"), "back": ("Back again", "End my absence")}
OWN_FIELDS = {
    "remind": (Field("when", "When"), Field("note", "Note", optional=True)),
    "back": (),
}
"""What is no form of its own: a title and a button, and the fields."""


def fresh(hearing: Hearing, form: str, about: str = "") -> Draft:
    """A draft that nobody keeps yet. What is logged came in now, unless other words are said."""
    local = hearing.calendar.local(hearing.now)
    now = {"received_day": f"{local:%Y-%m-%d}", "received_time": f"{local:%H:%M}"}
    return Draft(
        staff_id=ident(hearing.speaker),
        form=form,
        about=about,
        filled=now if form == "log" else {},
        unsure={},
        until=hearing.now,
    )


def filling_of(draft: Draft) -> Filling:
    """The draft as its form has it."""
    return Filling(draft.form, draft.about, dict(draft.filled))


def field_of(hearing: Hearing, draft: Draft, name: str) -> Field | None:
    return next((one for one in fields_of(hearing, draft) if one.name == name), None)


def named_field(hearing: Hearing, draft: Draft, words: str) -> Field | None:
    """The field of that label or name."""
    said = words.casefold().strip(" .:!?")
    for before in ("the ", "change ", "the "):
        said = said.removeprefix(before)
    said = {
        "name": "customer",
        "number": "phone",
        "time": "received_time",
        "day": "received_day",
        "goes to": "to",
    }.get(said, said)
    for one in fields_of(hearing, draft):
        if said in (one.label.casefold(), one.name.casefold(), one.name.replace("_", " ")):
            return one
    return None


def fields_of(hearing: Hearing, draft: Draft) -> tuple[Field, ...]:
    if draft.form in OWN_FIELDS:
        return tuple(replace(one, value=draft.filled.get(one.name, "")) for one in OWN_FIELDS[draft.form])
    if forms.FORMS[draft.form].numbered and not draft.about:
        return ()
    drawn = drawn_of(hearing, draft)
    return drawn.form.fields if drawn.form else ()


def drawn_of(hearing: Hearing, draft: Draft) -> Reply:
    return forms.FORMS[draft.form].draw(hearing, filling_of(draft))


def about_of(hearing: Hearing, draft: Draft) -> Facts | None:
    """{"number", "customer", "subject"} of the inquiry; None for a form that is about none."""
    number = draft.about.removeprefix("INQ-")
    inquiry = hearing.db.get(Inquiry, int(number)) if number.isdigit() else None
    if inquiry is None:
        return None
    facts = telling.of_inquiry(hearing.db, inquiry)
    return {name: facts[name] for name in ("number", "customer", "subject")}
