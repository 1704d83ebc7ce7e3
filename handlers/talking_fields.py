"""What a draft asks for, and reading the answers: into the values that the fields of its form hold."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from handlers.asking import Choice, Hearing
from handlers.form import Field, Kind
from handlers.inquiry import CALLED
from handlers.reading import EMAIL, PHONE, called, colleague, customer, one_line
from handlers.understanding.dated import Way, before, moments
from handlers.understanding.here import Here
from handlers.understanding.spelling import clean, spelled
from models.because import short
from models.draft import Draft

# What each form has to know, in the order in which it is asked for; "about" is which inquiry.
REQUIRED: Mapping[str, tuple[str, ...]] = {
    "log": ("channel", "customer", "subject"),
    "ack": ("about", "by_day"),
    "answer": ("about",),
    "close": ("about", "resolution"),
    "extend": ("about", "reason"),
    "assign": ("about", "to"),
    "remind": ("about", "when"),
    "away": ("first",),
    "prefer": (),
    "back": (),
}
PEOPLE = ("to", "someone", "owner", "alternate")
SAME_DAY = ("same day", "same", "the same day", "just that day", "only that day", "one day", "that day")
MAY_BE_EMPTY = ("phone", "email", "alternate", "owner")
"""Fields that are asked for although they may stay empty."""
_SKIPS = re.compile(
    r"(?:no|none|nope|skip(?: it| this)?|n/?a|nobody|no one|nothing|unknown|empty|"
    r"leave (?:it|that)(?: empty)?|"
    r"(?:no|without)(?: an?)? (?:phone|number|phone number|e-?mail|address)|not given|(?:he|she|they) "
    r"(?:left|gave) none|(?:my |the |our )?(?:supervisor|boss|manager)|me|myself|-)[ .!]*",
    re.IGNORECASE,
)
_BEFORE_SUBJECT = re.compile(
    r"(?:it(?:['’]s| is| was) )?(?:about|re|regarding|concerning|subject)\b:?\s+(?=\S)", re.IGNORECASE
)
_BEFORE_NAME = re.compile(r"(?:it(?:['’]s| is| was) )?from:?\s+(?=\S)", re.IGNORECASE)
MOST = 10  # buttons of a question


@dataclass(frozen=True)
class Read:
    """What an answer says: values of fields by name; or several that one field may hold; or nothing."""

    filled: Mapping[str, str] = field(default_factory=dict)
    unsure: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def lacking(draft: Draft) -> str | None:
    """The field to ask for next; None when it is whole."""
    for name in REQUIRED[draft.form]:
        there = draft.about if name == "about" else draft.filled.get(name)
        if not there and name not in draft.unsure:
            return name
    return next(iter(draft.unsure), None)


def is_skip(words: str) -> bool:
    """Whether the words leave a field empty."""
    return _SKIPS.fullmatch(words.strip()) is not None


def read(hearing: Hearing, name: str, kind: Field | None, words: str) -> Read:
    """An answer to the question for a field. Raises Refusal for a colleague whom nobody knows."""
    said = one_line(words).strip()
    if kind is not None and kind.kind is Kind.CHOICE and name not in PEOPLE and name != "by":
        return _chosen(name, kind, said)
    if name in PEOPLE:
        return Read({name: called(colleague(hearing, said))})
    if name in ("phone", "email"):
        contact = (PHONE if name == "phone" else EMAIL).search(said)
        return Read({name: contact[0]} if contact else {})
    if name == "subject":
        if PHONE.fullmatch(said.strip(" .")):
            return Read({"phone": said.strip(" .")})  # and the subject is asked for once more
        words = _BEFORE_SUBJECT.sub("", words.strip(), count=1)
    if name == "customer":
        who = customer(hearing, _BEFORE_NAME.sub("", said, count=1))
        found = {"customer": who.name, "phone": who.phone, "email": who.email}
        return Read({one: value for one, value in found.items() if value})
    if name == "when" or name.endswith(("_day", "_time")) or name in ("first", "last", "by"):
        return _dated(hearing, name, said)
    return Read({name: words.strip()} if said else {})


def _chosen(name: str, kind: Field, said: str) -> Read:
    wanted = said.casefold().strip(" .!")
    for article in ("a ", "an ", "the ", "by "):
        wanted = wanted.removeprefix(article)
    wanted = CALLED.get(wanted, wanted) if name == "channel" else wanted
    for one in kind.options:
        if wanted in (one.value.casefold(), one.label.casefold()):
            return Read({name: one.value})
    return Read()


def _dated(hearing: Hearing, name: str, said: str) -> Read:
    """A day, a time, or both, by the name of the field."""
    way = Way.PAST if name.startswith("received") else Way.AHEAD
    words = spelled(clean(said))
    if name.endswith("_time") and words.isdigit():
        words = f"at {words}"
    for lead in ("by ", "on ", "until ", "from ", "to ", "through "):
        words = words.removeprefix(lead)
    here = Here(hearing.now, hearing.calendar)
    early = words.startswith("before ")
    found = moments(words.removeprefix("before "), way, here)
    found = [before(one, here) for one in found] if early else found
    if name == "when":
        return _one({"when": tuple(dict.fromkeys(f"{day} {clock}".strip() for day, clock in found))})
    days, clocks = (tuple(dict.fromkeys(one[place] for one in found)) for place in (0, 1))
    stem = name.removesuffix("_day").removesuffix("_time")
    if name.endswith("_time"):
        return _one({name: tuple(filter(None, clocks))})
    if name in ("first", "last"):
        return _one({name: days})
    return _one({f"{stem}_day": days, f"{stem}_time": tuple(filter(None, clocks))})


def _one(found: Mapping[str, tuple[str, ...]]) -> Read:
    return Read(
        {name: several[0] for name, several in found.items() if len(several) == 1},
        {name: several for name, several in found.items() if len(several) > 1},
    )


def offers(name: str, kind: Field | None, draft: Draft) -> tuple[Choice, ...]:
    """The buttons beneath the question for a field: what it may hold, where that is known."""
    if several := draft.unsure.get(name):
        return tuple(Choice(_shown(one), one) for one in several)
    if name == "last":
        return (Choice("Same day", SAME_DAY[0]),)
    if name in ("phone", "email"):
        return (Choice("None", "none"),)
    if kind is None or kind.kind is not Kind.CHOICE:
        return ()
    if name == "alternate":
        others = tuple(Choice(one.label, one.value) for one in kind.options)
        return (Choice("My supervisor", "my supervisor"), *others)[:MOST]
    return tuple(Choice(one.label, one.value) for one in kind.options if one.value != "other")[:MOST]


def _shown(value: str) -> str:
    day, _, clock = value.partition(" ")
    try:
        return f"{short(date.fromisoformat(day))} {clock}".strip()
    except ValueError:
        return value
