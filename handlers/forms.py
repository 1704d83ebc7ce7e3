"""The table of forms: what opens each, who may, how it is drawn and what it does."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from handlers import form_away, form_log, form_preferring, form_resolving
from handlers.asking import Hearing, Refusal, Reply
from handlers.command import Command
from handlers.commands import find
from handlers.filled import Unfit
from handlers.form import Filling, Step

_ABOUT = re.compile(r"(?:inq[ -]?|#)?(\d{1,9})", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True)
class FormKind:
    """One form. `command`: the words of the command that it does, and whose audience it has.

    `draw` shows it as it is filled in so far; `submit` does it, or raises Unfit or Refusal.
    `numbered`: it is about one inquiry.
    """

    name: str
    command: str
    draw: Callable[[Hearing, Filling], Reply]
    submit: Callable[[Hearing, Filling], Reply]
    numbered: bool = True


FORMS: Mapping[str, FormKind] = MappingProxyType(
    {
        one.name: one
        for one in (
            FormKind("log", "inquiry log", form_log.draw, form_log.submit, numbered=False),
            FormKind("ack", "inquiry ack", form_resolving.draw_ack, form_resolving.submit_ack),
            FormKind("answer", "inquiry answer", form_resolving.draw_answer, form_resolving.submit_answer),
            FormKind("close", "inquiry close", form_resolving.draw_close, form_resolving.submit_close),
            FormKind("extend", "inquiry extend", form_resolving.draw_extend, form_resolving.submit_extend),
            FormKind("assign", "inquiry assign", form_resolving.draw_assign, form_resolving.submit_assign),
            FormKind("away", "away from", form_away.draw, form_away.submit, numbered=False),
            FormKind(
                "prefer", "inquiry prefer", form_preferring.draw, form_preferring.submit, numbered=False
            ),
        )
    }
)
_BY_COMMAND = {one.command: one for one in FORMS.values()}
# Commands that do something as they are, without what their form asks for.
_COMPLETE = ("inquiry answer", "inquiry prefer")


def opens(words: str) -> Filling | None:
    """The form that these words open when they are pressed, or come with the means to open one.

    `form NAME [INQ-…]`, and commands that lack what their form asks for: "inquiry ack INQ-7". Pure.
    """
    found = find(words)
    if found is None:
        return None
    command, rest = found
    if command.words == "inquiry form":
        return named(rest)
    kind = _BY_COMMAND.get(command.words)
    if kind is None or kind.command in _COMPLETE:
        return None
    if not kind.numbered:
        return None if rest else Filling(kind.name)
    number = _ABOUT.fullmatch(re.sub(r"\s+(?:to|by|until)$", "", rest, flags=re.IGNORECASE).strip())
    return Filling(kind.name, f"INQ-{number[1]}") if number else None


def form_for(words: str) -> Filling | None:
    """The form of the command that the words begin with, whatever else they hold; about its inquiry."""
    command, rest = find(words) or (None, "")
    kind = _BY_COMMAND.get(command.words) if command else None
    if kind is None:
        return None
    number = _ABOUT.match(rest) if kind.numbered else None
    if kind.numbered and number is None:
        return None
    return Filling(kind.name, f"INQ-{number[1]}" if number else "")


def named(words: str) -> Filling | None:
    """`ack INQ-7` → the form of that name, about that inquiry; DRAFT may stand in its place."""
    name, _, rest = words.strip().partition(" ")
    kind, number = FORMS.get(name.casefold()), _ABOUT.fullmatch(rest.strip())
    if kind is None or (rest.strip() and not number and rest.strip() != DRAFT):
        return None
    if rest.strip() == DRAFT:
        return Filling(kind.name, DRAFT)
    if kind.numbered != bool(number):
        return None
    return Filling(kind.name, f"INQ-{number[1]}" if number else "")


DRAFT = "draft"
"""What stands for the inquiry when a form is to show what a conversation has gathered."""


def doing(filling: Filling) -> tuple[Command, str] | None:
    """The command that the form does, and in its place what was filled in; None for a form that is none."""
    kind = FORMS.get(filling.form)
    found = find(kind.command) if kind else None
    if found is None:
        return None
    said = "; ".join(f"{name}: {value}" for name, value in filling.values.items() if value)
    return found[0], f"{found[0].words} {filling.about} {said}"


def fill(hearing: Hearing, filling: Filling) -> Reply:
    """Draws the form, or does it; faults come back with the form as it was filled in. Raises Refusal."""
    if filling.about == DRAFT:
        from handlers import talking  # it submits forms itself

        return talking.filled_draft(hearing, filling)
    kind = FORMS[filling.form]
    if filling.step is not Step.SUBMIT:
        return kind.draw(hearing, filling)
    try:
        with hearing.db.begin_nested():
            return kind.submit(hearing, filling)
    except Unfit as faults:
        return replace(kind.draw(hearing, filling), errors=faults.errors)
    except Refusal as refusal:
        if (drawn := _drawn_again(hearing, kind, filling)) is None:
            raise
        return replace(drawn, errors={"": refusal.reply})


def _drawn_again(hearing: Hearing, kind: FormKind, filling: Filling) -> Reply | None:
    """The form once more; None where there is none any more, such as for an inquiry that is closed by now."""
    try:
        drawn = kind.draw(hearing, filling)
    except Refusal:
        return None
    return drawn if drawn.form else None
