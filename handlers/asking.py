"""What passes between a door and the house: an Ask comes in, a Reply goes out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import Session

from handlers.form import Filling, Form
from models import outbox
from models.agency import Agency
from models.calendar import Calendar, UnknownDay
from models.calendars import calendar_of
from models.inquiry import Inquiry
from models.instant import aware
from models.reaching import when_reached
from models.staff import Address, Department, Staff
from models.store import Store

Facts = dict[str, Any]
"""JSON values only. Instants are ISO 8601 strings with an offset, days are ISO dates."""


@dataclass(frozen=True)
class Choice:
    """A button: pressing it says `words`."""

    label: str
    words: str

    def fact(self) -> dict[str, str]:
        return {"label": self.label, "words": self.words}


@dataclass(frozen=True)
class Ask:
    """Somebody said something.

    speaker: who, as the platform signed it. words: the command as typed. now: when it was heard, aware.
    key: the platform's own id of this delivery, for the inbox. email: the speaker's e-mail address, when
    the platform vouches for it. by_message: the answer goes out as a message of its own, so it is owed.
    reference: what the platform needs to write to the speaker first (Teams' conversation reference).
    filling: a form that is opened or filled in; then `words` only say which, for the books.
    barred: the platform says that the speaker is a guest now, or gone; a stranger, whoever they were.
    """

    speaker: Address
    words: str
    now: datetime
    key: str | None = None
    email: str | None = None
    by_message: bool = False
    reference: dict[str, Any] | None = None
    filling: Filling | None = None
    barred: bool = False

    def __post_init__(self) -> None:
        aware(self.now)
        if self.by_message and self.key is None:
            raise ValueError("An answer that is owed needs the key of the ask that it answers.")


@dataclass(frozen=True)
class Reply:
    """What to say: a template's name, its facts, and buttons; `language`: what the speaker prefers.

    zone: the speaker's own time zone, where it is not the office's. again: words that say this anew, for a
    door that can renew what it shows. form: what to fill in; the template is then what stands in the form.
    errors: what is wrong with what was filled in, by the name of its field ("" for all of it).
    A form is never kept: it is drawn anew each time.
    """

    template: str
    facts: Facts = field(default_factory=dict)
    choices: tuple[Choice, ...] = ()
    language: str = "en"
    zone: str | None = None
    again: str = ""
    form: Form | None = None
    errors: Mapping[str, "Reply"] = field(default_factory=dict)

    def kept(self) -> dict[str, Any]:
        """The reply as the inbox keeps it."""
        return {
            "template": self.template,
            "facts": self.facts,
            "choices": [choice.fact() for choice in self.choices],
            "language": self.language,
            "zone": self.zone,
            "again": self.again,
        }

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> "Reply":
        choices = tuple(Choice(**one) for one in kept["choices"])
        language, zone = kept.get("language", "en"), kept.get("zone")
        return cls(kept["template"], kept["facts"], choices, language, zone, kept.get("again", ""))


class Refusal(Exception):  # a refusal is an answer, not an error
    """Nothing is stored; the reply says why, and what to write instead."""

    def __init__(self, template: str, choices: tuple[Choice, ...] = (), **facts: Any) -> None:
        super().__init__(template)
        self.reply = Reply(template, facts, choices)


@dataclass(frozen=True)
class House:
    """What handlers may use of the world.

    secret: makes survey links. emails_customers: whether e-mail to customers can be sent.
    """

    store: Store
    secret: str | None = None
    emails_customers: bool = False


@dataclass(frozen=True)
class Hearing:
    """One ask being heard: inside its transaction, its speaker known and allowed."""

    db: Session
    house: House
    speaker: Staff
    address: Address
    department: Department
    calendar: Calendar
    now: datetime
    agency: Agency

    @property
    def today(self) -> date:
        """The day at the office."""
        return self.calendar.today(self.now)

    @property
    def day_ends(self) -> datetime:
        """When the day at the office is over."""
        return self.calendar.midnight(self.today + timedelta(days=1))

    @property
    def zone(self) -> str:
        """What the office's zone is called now: "CST"."""
        return self.calendar.local(self.now).tzname() or ""

    def owe(
        self, key: str, recipient: str, template: str, facts: Facts, choices: Sequence[Mapping[str, str]] = ()
    ) -> None:
        """Owes a colleague a message, in working time, once a key."""
        outbox.put(
            self.db,
            key,
            recipient,
            template,
            facts,
            choices=choices,
            now=self.now,
            not_before=self._when_open(recipient),
        )

    def _when_open(self, recipient: str) -> datetime:
        """When the recipient, or who covers for them, is at work next; now, where the calendar ends first."""
        member = outbox.member_id(recipient)
        try:
            if member is None:
                return calendar_of(self.db).next_open(self.now)
            return when_reached(self.db, member, self.now)
        except UnknownDay:
            return self.now

    def calendar_for(self, inquiry: Inquiry) -> Calendar:
        """The calendar that the inquiry is reckoned by: its department's."""
        return calendar_of(self.db, inquiry.department_id)

    @property
    def survey_key(self) -> bytes:
        """What survey links are made with."""
        return self.agency.survey_key(self.house.secret)
