"""A policy as data: what is promised, by which clock, and where the policy says so."""

import hashlib
import os
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationInfo, field_validator

from models.count import Count
from models.standard_file import Fault, parse

Channel = Literal["email", "call", "voicemail", "walk-in", "letter", "form", "chat"]
CHANNELS: tuple[str, ...] = get_args(Channel)
Kind = Literal["respond", "answer", "promise"]
Met = Literal["answer", "acknowledgement"]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]

_FOLDER = files("models") / "standards"

DEFAULT = "default"  # the id of the rule that steps in where a policy names no time


class Rule(BaseModel):
    """One rule of a policy. `id` is its name in docs/policies.md (R5); `says` puts it in one short sentence.

    `kind` "respond" is met by an answer, or by an acknowledgement that gives an expected time (R2, R8);
    "answer" by an answer alone.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Words
    citation: Words
    says: Words
    channels: tuple[Channel, ...] = Field(min_length=1)
    audience: Words = "everyone"
    kind: Kind
    count: Count
    met_by: tuple[Met, ...]

    @field_validator("met_by")
    @classmethod
    def _met_by_an_answer(cls, met_by: tuple[Met, ...], info: ValidationInfo) -> tuple[Met, ...]:
        if "answer" not in met_by:
            raise ValueError("met_by must name the answer: an answer meets every rule")
        if info.data.get("kind") == "answer" and "acknowledgement" in met_by:
            raise ValueError('a rule of kind "answer" is met by an answer alone; "respond" allows both')
        return met_by


class Standard(BaseModel):
    """A policy's rules. `source` is the short name of its document; `version` counts its revisions."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Words
    title: Words
    source: Words
    version: Annotated[int, Field(strict=True, ge=1)]
    rules: tuple[Rule, ...] = Field(default=(), alias="rule")

    @field_validator("rules")
    @classmethod
    def _ids_differ(cls, rules: tuple[Rule, ...]) -> tuple[Rule, ...]:
        seen: set[str] = set()
        for number, one in enumerate(rules):
            if one.id in seen:
                raise Fault(f"two rules have the id {one.id}", ("rule", number, "id"))
            seen.add(one.id)
        return rules

    @property
    def digest(self) -> str:
        """Twelve hex digits that change with the content."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:12]

    def rules_for(self, channel: str) -> tuple[Rule, ...]:
        """The rules for a channel; where the policy names no time, the default of two business days.

        Raises ValueError for a word that is no channel.
        """
        if channel not in CHANNELS:
            raise ValueError(f"{channel!r} is no channel; there are {', '.join(CHANNELS)}.")
        return tuple(one for one in self.rules if channel in one.channels) or (self._default(channel),)

    def _default(self, channel: str) -> Rule:
        return Rule.model_validate(
            {
                "id": DEFAULT,
                "citation": f"{self.source} names no time for this channel ({channel}): Replyby's default",
                "says": f"{self.title} names no time for this channel ({channel}); "
                "Replyby's own default of 2 business days applies.",
                "channels": (channel,),
                "kind": "respond",
                "count": {"business_days": 2},
                "met_by": ("answer", "acknowledgement"),
            }
        )


@cache
def shipped() -> tuple[str, ...]:
    """The names of the standards that come with Replyby."""
    names = (one.name for one in _FOLDER.iterdir())
    return tuple(sorted(one.removesuffix(".toml") for one in names if one.endswith(".toml")))


def load_standard(name_or_path: str | os.PathLike[str]) -> Standard:
    """A shipped standard by name, or one from a TOML file, which is read again when it has changed.

    Raises ValueError: for an unknown name it lists the shipped ones; for a faulty file it gives file, line
    and reason, one to a line.
    """
    name = os.fspath(name_or_path)
    if name in shipped():
        return _shipped(name)
    path = Path(name)
    if not path.is_file():
        known = ", ".join(shipped())
        raise ValueError(
            f"There is no standard called {name!r}. Shipped are {known}; a file's path will do too."
        )
    try:
        text = path.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise ValueError(f"{name}: this is not a text in UTF-8.") from error
    return _parsed(text, name)


@cache
def _shipped(name: str) -> Standard:
    return _parsed((_FOLDER / f"{name}.toml").read_text("utf-8"), f"{name}.toml")


@lru_cache(maxsize=64)
def _parsed(text: str, file: str) -> Standard:
    return parse(Standard, text, file)
