"""A policy as data: what is promised, by which clock, and where the policy says so."""

import hashlib
import os
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationInfo, field_validator

from models.count import Count
from models.plan import USUAL, Point, read_plan
from models.standard_file import Fault, parse, told

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
    "answer" by an answer alone. `extension` is the longer count that the policy allows, in the case that
    `extension_for` names (R5). `excused_by`: what excuses the owner who is past due (R1).
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
    extension: Count | None = None
    extension_for: Words | None = None
    excused_by: tuple[Literal["absence"], ...] = ()

    @field_validator("extension")
    @classmethod
    def _extension_is_longer(cls, extension: Count | None, info: ValidationInfo) -> Count | None:
        count = info.data.get("count")
        if extension and count and extension.unit == count.unit and extension.due <= count.due:
            raise ValueError(f"extension gives more time than the count, which is {count}")
        return extension

    @field_validator("extension_for")
    @classmethod
    def _extension_for_what(cls, extension_for: str | None, info: ValidationInfo) -> str | None:
        if extension_for and info.data.get("extension", ...) is None:
            raise ValueError("extension_for says when the extension may be taken, and there is no extension")
        return extension_for

    @field_validator("met_by")
    @classmethod
    def _met_by_an_answer(cls, met_by: tuple[Met, ...], info: ValidationInfo) -> tuple[Met, ...]:
        if "answer" not in met_by:
            raise ValueError("met_by must name the answer: an answer meets every rule")
        if info.data.get("kind") == "answer" and "acknowledgement" in met_by:
            raise ValueError('a rule of kind "answer" is met by an answer alone; "respond" allows both')
        return met_by


class Standard(BaseModel):
    """A policy's rules. `source` is the short name of its document; `version` counts its revisions.

    `extends` names a shipped standard, or a file beside this one, whose rules hold on every channel for which
    this standard has none of its own (R7, R9). What is inherited keeps its id and its citation.
    `reminders` is the plan of reminders (models/plan.py); without it, that of what is extended, or the usual.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Words
    title: Words
    source: Words
    version: Annotated[int, Field(strict=True, ge=1)]
    extends: Words | None = None
    reminders: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = Field(default=(), alias="rule")

    @field_validator("reminders")
    @classmethod
    def _reminders_are_a_plan(cls, reminders: tuple[str, ...]) -> tuple[str, ...]:
        try:
            return tuple(str(one) for one in read_plan(reminders)) if reminders else ()
        except ValueError as error:
            raise Fault(f"reminders: {error}", ("reminders",)) from error

    @property
    def plan(self) -> tuple[Point, ...]:
        """When to speak of a deadline that it sets."""
        return read_plan(self.reminders) if self.reminders else USUAL

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
        """Twelve hex digits that change with the content, with what is inherited too."""
        # Without a plan of its own, what it came to before there were plans.
        left_out = {"extends"} if self.reminders else {"extends", "reminders"}
        return hashlib.sha256(self.model_dump_json(exclude=left_out).encode()).hexdigest()[:12]

    def over(self, base: "Standard") -> "Standard":
        """Its own rules, and the base's on the channels that they leave; a channel is never of both.

        Raises Fault for an id that would then belong to two rules.
        """
        own = {channel for one in self.rules for channel in one.channels}
        left = {
            one.id: tuple(channel for channel in one.channels if channel not in own) for one in base.rules
        }
        for number, one in enumerate(self.rules):
            if left.get(one.id):
                reason = (
                    f"{base.name} has a rule {one.id} too, which stays for {', '.join(left[one.id])}: "
                    "name these channels as well, or choose another id"
                )
                raise Fault(reason, ("rule", number, "id"))
        kept = (one.model_copy(update={"channels": left[one.id]}) for one in base.rules if left[one.id])
        inherited = {"rules": (*self.rules, *kept), "reminders": self.reminders or base.reminders}
        return self.model_copy(update=inherited)

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

    A file that `extends` another standard comes with the rules that it inherits. Raises ValueError: for an
    unknown name it lists the shipped ones; for a faulty file, or one that it extends, it gives file, line and
    reason, one to a line.
    """
    name = os.fspath(name_or_path)
    if name in shipped():
        return _shipped(name)
    path = Path(name)
    if not path.is_file():
        raise ValueError(f"There is no standard called {name!r}. {_known()}")
    return _read(path, ())


def _known() -> str:
    return f"Shipped are {', '.join(shipped())}; a file's path will do too."


def _read(path: Path, above: tuple[Path, ...]) -> Standard:
    """The standard in a file with all that it inherits; `above` are the files that extend it."""
    try:
        text = path.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise ValueError(f"{path}: this is not a text in UTF-8.") from error
    own = _parsed(text, str(path))
    if own.extends is None:
        return own
    try:
        return _joined(own, _base(own.extends, (*above, path)))
    except Fault as fault:
        raise told(text, str(path), fault) from fault


def _base(name: str, above: tuple[Path, ...]) -> Standard:
    """What the last of the files extends. Raises Fault when there is no such standard, or no end to it."""
    if name in shipped():
        return _shipped(name)
    path = above[-1].parent / name
    if not path.is_file():
        raise Fault(f"extends: there is no standard called {name!r}. {_known()[:-1]}", ("extends",))
    if path.resolve() in [one.resolve() for one in above]:
        circle = " extends ".join([*(one.name for one in above), path.name])
        raise Fault(f"extends: this goes round in a circle: {circle}", ("extends",))
    return _read(path, above)


@cache
def _shipped(name: str) -> Standard:
    return _parsed((_FOLDER / f"{name}.toml").read_text("utf-8"), f"{name}.toml")


@lru_cache(maxsize=64)
def _parsed(text: str, file: str) -> Standard:
    return parse(Standard, text, file)


@lru_cache(maxsize=64)
def _joined(own: Standard, base: Standard) -> Standard:
    return own.over(base)
