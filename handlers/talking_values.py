"""Values that are said on a card without the name of their field: "8:30", "no, kim", "until fri"."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from handlers.asking import Hearing, Refusal
from handlers.form import Field
from handlers.reading import EMAIL, PHONE, called, colleague, received
from handlers.talking_fields import PEOPLE, Read, read
from handlers.talking_forms import fields_of
from handlers.understanding.dated import Way, moments
from handlers.understanding.here import Here
from handlers.understanding.spelling import clean, spelled
from models.draft import Draft

# What stands before a value, and says which field it is for.
_SAID_BEFORE: Mapping[str, tuple[tuple[str, str], ...]] = {
    "log": (
        ("received_day", r"(?:was )?(?:received|came in|arrived|called)(?: (?:on|at))?"),
        ("needed_day", r"(?:it(?:'s| is) )?(?:needed|needs? it|needs|due)(?: (?:by|on|at)|(?= before))?"),
        ("phone", r"(?:(?:her|his|their|the) )?(?:phone|tel|cell|mobile|number)(?: number)?"),
        ("email", r"(?:(?:her|his|their|the) )?(?:e-?mail)(?: address)?"),
        ("owner", r"(?:owner|owned by|for|goes to)"),
    ),
    "away": (
        ("last", r"(?:until|to|through|last day|and including|up to)"),
        ("first", r"(?:from|starting|beginning|first day|as of)"),
        ("alternate", r"(?:with|alternate|cover(?:ed)?(?: by)?|ask)"),
    ),
    "ack": (("by_day", r"(?:by|until|to|for)"),),
    "extend": (("until_day", r"(?:by|until|to)"),),
    "assign": (("to", r"(?:(?:give|hand) (?:it )?to|to|goes to)"),),
    "remind": (("when", r"(?:on|at|for)"),),
}  # fmt: skip
_NOT_SO = re.compile(
    r"(?:(?:no|nope|wait|actually|sorry|oops|i mean|i meant|make it|make that|it was|should be)\b[,.: ]*)+",
    re.I,
)
_COVERS = re.compile(r" (?:covers?|will cover|is covering|stands? in|takes? it|fills? in)$", re.I)
_CLOCK = re.compile(r"(?:at )?(?:\d{1,2}(?:[:.]\d\d)? ?(?:[ap]\.?m\.?)?|noon)", re.I)


@dataclass(frozen=True)
class Fit:
    """The field that a value is for, and what it says; labels: the fields that it fits, of several."""

    name: str = ""
    said: Read = field(default_factory=Read)
    labels: tuple[str, ...] = ()


def fitting(hearing: Hearing, draft: Draft, words: str) -> Fit | None:
    """The one field of the draft that the words are a value of; None for other words."""
    text = spelled(clean(words)).strip(" .!")
    text = _NOT_SO.sub("", text, count=1).strip(" .!") if _NOT_SO.match(text) else text
    if not text or "\n" in text:
        return None
    there = {one.name: one for one in fields_of(hearing, draft)}
    for name, before in _SAID_BEFORE.get(draft.form, ()):
        said = re.fullmatch(rf"{before}[: ] *(?P<value>.+)", text, re.I)
        if said and name in there and (found := _value(hearing, draft, there[name], said["value"])):
            return Fit(name, found)
    fits = _fits(hearing, draft, there, text)
    if len(fits) > 1:
        return Fit(labels=tuple(there[name].label for name in fits))
    return next((Fit(name, found) for name, found in fits.items()), None)


def _fits(hearing: Hearing, draft: Draft, there: Mapping[str, Field], text: str) -> dict[str, Read]:
    """Each field that the words may be a value of, with what it would say."""
    person = _COVERS.sub("", text)
    names = {
        "log": ("received_day", "needed_day", "phone", "email", "owner"),
        "away": ("first", "last", "alternate"),
        "ack": ("by_day",),
        "extend": ("until_day",),
        "assign": ("to", "someone"),
        "remind": ("when",),
    }.get(draft.form, ())
    found = {}
    for name in names:
        value = person if name in PEOPLE else text
        if name in there and (said := _value(hearing, draft, there[name], value)):
            found[name] = said
    if draft.form == "log":
        _one_way(hearing, draft, text, found)
    if draft.form == "away" and {"first", "last"} <= set(found) and _is_one_day(draft):
        # An absence of one day is moved to another.
        first = found.pop("first")
        del found["last"]
        found["first"] = Read({**first.filled, "last": ""}, first.unsure)
    if "to" in found:
        found.pop("someone", None)
    return found


def _is_one_day(draft: Draft) -> bool:
    first, last = draft.filled.get("first"), draft.filled.get("last")
    return not last or last == first


def _one_way(hearing: Hearing, draft: Draft, text: str, found: dict[str, Read]) -> None:
    """What was received lies in the past, and what is needed ahead: of both, the one that can be."""
    if not {"received_day", "needed_day"} <= set(found):
        return
    if _CLOCK.fullmatch(text):
        if not draft.filled.get("needed_day"):
            del found["needed_day"]
        return
    here = Here(hearing.now, hearing.calendar)
    today = here.today.isoformat()
    if all(day < today for day, _ in moments(text, Way.AHEAD, here)):
        del found["needed_day"]
    elif all(day > today for day, _ in moments(text, Way.PAST, here)):
        del found["received_day"]


def _value(hearing: Hearing, draft: Draft, one: Field, text: str) -> Read | None:
    """What the words say for the field; None where they are nothing of its kind."""
    if one.name == "phone":
        return Read({"phone": text}) if PHONE.fullmatch(text) else None
    if one.name == "email":
        return Read({"email": text}) if EMAIL.fullmatch(text) else None
    if one.name in PEOPLE:
        return _person(hearing, one.name, text)
    if one.name == "when" and draft.filled.get("when") and _CLOCK.fullmatch(text):
        day = date.fromisoformat(draft.filled["when"][:10])
        text = f"{day:%B} {day.day} {day.year} at {text.removeprefix('at ')}"
    stem, _, kind = one.name.rpartition("_")
    # An hour alone changes the hour of the day that is there.
    clock = kind == "day" and draft.filled.get(one.name) and _CLOCK.fullmatch(text)
    said = read(hearing, f"{stem}_time" if clock else one.name, one, text)
    if not said.filled and not said.unsure:
        return None
    if one.name == "received_day" and "received_time" not in {*said.filled, *said.unsure}:
        return _came_in(hearing, said)
    return said


def _person(hearing: Hearing, name: str, text: str) -> Read | None:
    if len(text.split()) > 3:
        return None
    try:
        return Read({name: called(colleague(hearing, text))})
    except Refusal:
        return None


def _came_in(hearing: Hearing, said: Read) -> Read:
    """Of a day alone its opening, as it is stored."""
    try:
        local = hearing.calendar.local(received(hearing, said.filled["received_day"]).instant)
    except (KeyError, Refusal):
        return said
    return Read({"received_day": f"{local:%Y-%m-%d}", "received_time": f"{local:%H:%M}"})
