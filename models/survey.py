"""The closing survey: a one-time link, eight subjects, answers stored once (R40, R41; MAD metrics)."""

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import JSON, Column, update
from sqlmodel import Field, Session, SQLModel, col, select

from models.columns import Instant
from models.inquiry import Inquiry
from models.inquiry import ident as inquiry_id

# A link answers into the yearly report (R42), so it stays open as long.
OPEN_FOR = timedelta(days=365)
LONGEST = 2000
_LINK = re.compile(r"/survey/[\w-]+")
RATINGS = ("1", "2", "3", "4", "5")


@dataclass(frozen=True)
class Question:
    """A subject of the survey. `rated`: one of RATINGS; otherwise free text of up to LONGEST characters."""

    name: str
    rated: bool = False


QUESTIONS = (
    Question("department"),
    Question("service"),
    Question("contact"),
    Question("satisfaction", rated=True),
    Question("kindness", rated=True),
    Question("timeliness", rated=True),
    Question("knowledge", rated=True),
    Question("comments"),
)


class Survey(SQLModel, table=True):
    """The token itself is kept nowhere: it is made of `made_of` and the agency's key when it is spoken."""

    id: int | None = Field(default=None, primary_key=True)
    inquiry_id: int = Field(foreign_key="inquiry.id", unique=True)
    salt: str
    digest: str = Field(unique=True)
    made_at: datetime = Field(sa_type=Instant)
    expires_at: datetime = Field(sa_type=Instant)
    answered_at: datetime | None = Field(default=None, sa_type=Instant)
    answers: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON))

    @property
    def made_of(self) -> str:
        """What a message keeps in place of the link."""
        return f"{self.inquiry_id}.{self.salt}"


def of(db: Session, inquiry: Inquiry) -> Survey | None:
    """The survey that the inquiry has; none before it was closed for the first time."""
    return db.exec(select(Survey).where(Survey.inquiry_id == inquiry_id(inquiry))).first()


def make(db: Session, inquiry: Inquiry, key: bytes, now: datetime) -> Survey:
    """The inquiry's survey: the one it has, or a new one."""
    there = of(db, inquiry)
    if there is not None:
        return there
    survey = Survey(
        inquiry_id=inquiry_id(inquiry),
        salt=secrets.token_hex(16),
        digest="",
        made_at=now,
        expires_at=now + OPEN_FOR,
    )
    survey.digest = _digest(key, token(survey.made_of, key))
    db.add(survey)
    db.flush()
    return survey


def token(made_of: str, key: bytes) -> str:
    """The 256-bit token of a survey's link, of 43 characters."""
    raw = hmac.new(key, b"survey token " + made_of.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def find(db: Session, given: str, key: bytes, now: datetime) -> Survey | None:
    """The open survey of a token; None for an unknown, used or expired one, all alike."""
    survey = db.exec(select(Survey).where(Survey.digest == _digest(key, given))).first()
    if survey is None or survey.answered_at is not None or survey.expires_at <= now:
        return None
    return survey


def answer(db: Session, survey: Survey, answers: Mapping[str, str], now: datetime) -> bool:
    """Stores the answers, once: False when somebody was quicker."""
    done = db.execute(
        update(Survey)
        .where(col(Survey.id) == survey.id, col(Survey.answered_at).is_(None))
        .values(answered_at=now, answers=dict(answers))
    )
    return bool(done.rowcount)  # type: ignore[attr-defined]  # Result of an UPDATE is a CursorResult


def masked(said: str) -> str:
    """The words with the key of every survey link left out: what may be recorded."""
    return _LINK.sub("/survey/…", said)


def readable(given: Mapping[str, str]) -> dict[str, str]:
    """The answers among what was sent: known subjects, ratings from 1 to 5, text cut at LONGEST."""
    answers = {}
    for question in QUESTIONS:
        words = given.get(question.name, "").strip()
        if question.rated and words not in RATINGS:
            continue
        if words:
            answers[question.name] = words[:LONGEST]
    return answers


def _digest(key: bytes, given: str) -> str:
    return hmac.new(key, b"survey digest " + given.encode(), hashlib.sha256).hexdigest()
