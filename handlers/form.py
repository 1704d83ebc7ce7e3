"""A form, as every door shows it: a Slack modal, a Teams dialog, questions one by one in a conversation."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

LONGEST = 300  # characters of a line
NAMES = ("log", "ack", "answer", "close", "extend", "assign", "away", "prefer")
"""What the forms are called; handlers/forms.py holds what each does."""
TITLE = 24  # characters of a form's title and of its button: Slack shows no more


class Kind(StrEnum):
    """How a field is filled in. A day is an ISO date, a time HH:MM of 24 hours, both of the office's zone."""

    LINE = "line"
    TEXT = "text"
    CHOICE = "choice"
    DAY = "day"
    TIME = "time"


class Step(StrEnum):
    """What is wanted of a form: to see it, to see it anew as it is filled in so far, or to have it done."""

    OPEN = "open"
    LOOK = "look"
    SUBMIT = "submit"


@dataclass(frozen=True)
class Option:
    """One of what a choice offers."""

    value: str
    label: str


@dataclass(frozen=True)
class Field:
    """One thing that is asked for. `value`: what stands in it. `redraws`: a change is answered at once.

    `hint`: a few words beside it. `longest`: characters that it takes, of a line or a text.
    """

    name: str
    label: str
    kind: Kind = Kind.LINE
    value: str = ""
    hint: str = ""
    optional: bool = False
    options: tuple[Option, ...] = ()
    redraws: bool = False
    longest: int = LONGEST


@dataclass(frozen=True)
class Form:
    """What a door shows; `name` and `about` come back with what was filled in.

    about: what it is about ("INQ-7"), "" for nothing; looked up and authorised again each time. title and
    submit have at most TITLE characters.
    """

    name: str
    about: str
    title: str
    submit: str
    fields: tuple[Field, ...]

    def __post_init__(self) -> None:
        if max(len(self.title), len(self.submit)) > TITLE:
            raise ValueError(f"A form's title and button have at most {TITLE} characters: {self.title!r}.")


@dataclass(frozen=True)
class Filling:
    """A form that is opened or filled in: which one, about what, and what its fields hold so far."""

    form: str
    about: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    step: Step = Step.OPEN

    @property
    def words(self) -> str:
        """The words that open it."""
        return f"form {self.form} {self.about}".strip()
