"""The table of commands: which words call what, who may, and how it is written."""

import re
from collections.abc import Callable

from sqlmodel import Session

from handlers.asking import Choice, Hearing, Refusal, Reply
from handlers.command import Audience, Command
from handlers.desk_commands import DESK
from handlers.door_commands import DOORS
from handlers.form import NAMES as FORM_NAMES
from handlers.guessing import guess
from handlers.inquiry_commands import AWAY, INQUIRY
from handlers.paging import NUMBER
from models.absence import supervisors_of
from models.staff import Staff


def help_(hearing: Hearing, rest: str) -> Reply:
    """What the speaker can say; with a command's words, its noun or its verb, that alone."""
    wanted = " ".join(rest.removeprefix("/").casefold().split())
    every = [one for one in COMMANDS if not one.group]
    mine = [one for one in every if one.audience.admits(hearing.speaker)]
    picked = _named(wanted, mine)
    if wanted and not picked:
        if hidden := _named(wanted, every):
            raise not_for_you(hearing.db, hearing.speaker, hidden[0], f"/{hidden[0].noun}")
        raise misunderstood(rest)
    if len(picked) == 1:
        return Reply("help_command", picked[0].fact())
    shown = picked or mine
    nouns = dict.fromkeys(one.noun for one in shown if one.noun != "help")
    facts = {
        "commands": [one.fact() for one in shown],
        "groups": [
            {"heading": f"/{noun}", "commands": [one.fact() for one in shown if one.noun == noun]}
            for noun in nouns
        ],
        "name": hearing.speaker.name,
    }
    return Reply("help", facts, _MENUS.get(wanted, _MENUS[""]))


# What a press does without another word, beneath the list of what can be said.
_MENUS: dict[str, tuple[Choice, ...]] = {
    "": (
        Choice("Home", "home"),
        Choice("Log an inquiry", "inquiry log"),
        Choice("My inquiries", "inquiry mine"),
        Choice("Plan an absence", "away from"),
        Choice("Preferences", "form prefer"),
    ),
    "away": (Choice("My absences", "away"), Choice("Plan an absence", "away from")),
    "desk": (
        Choice("Team", "desk team"),
        Choice("Overdue", "desk overdue"),
        Choice("Not delivered", "desk undelivered"),
        Choice("Closures", "desk closures"),
        Choice("Standard", "desk standard"),
        Choice("Hours", "desk hours"),
    ),
}


def _named(wanted: str, commands: list[Command]) -> list[Command]:
    """The commands of that noun; else the one of those words; else those whose verb begins so."""
    found = (
        [one for one in commands if one.noun == wanted],
        [one for one in commands if one.words == wanted],
        [one for one in commands if f"{one.verb} ".startswith(f"{wanted} ")],
    )
    return next((one for one in found if one), []) if wanted else []


def not_for_you(db: Session, speaker: Staff, command: Command, usage: str | None = None) -> Refusal:
    """The kind answer to who may not, naming those who may."""
    above = supervisors_of(db, speaker)
    return Refusal(
        "not_for_you",
        usage=usage or f"/{command.words}",
        audience=command.audience.value,
        who=[one.name for one in above],
    )


def _group(noun: str) -> Callable[[Hearing, str], Reply]:
    """`/inquiry` alone lists its verbs; `/inquiry nonsense` gets the nearest of them."""

    def group(hearing: Hearing, rest: str) -> Reply:
        if rest:
            raise misunderstood(f"{noun} {rest}")
        return help_(hearing, noun)

    return group


EVERYONE, SUPERVISORS = Audience.EVERYONE, Audience.SUPERVISORS

COMMANDS: tuple[Command, ...] = (
    *INQUIRY,
    *DOORS,
    Command(
        "inquiry",
        _group("inquiry"),
        EVERYONE,
        "/inquiry",
        "/inquiry",
        "What /inquiry can do.",
        group=True,
    ),
    *AWAY,
    *DESK,
    Command(
        "desk",
        _group("desk"),
        SUPERVISORS,
        "/desk",
        "/desk",
        "What /desk can do.",
        group=True,
    ),
    Command(
        "help",
        help_,
        EVERYONE,
        "help [COMMAND]",
        "help inquiry log",
        "What you can say here.",
    ),
)
_HELP = COMMANDS[-1]

_LONGEST_FIRST = sorted(((one.pattern, one) for one in COMMANDS), key=lambda pair: -len(pair[1].words))


_VERBS = {
    one.verb: one for one in (*INQUIRY, *DOORS) if not any(one.verb == other.verb for other in (*AWAY, *DESK))
}
_NUMBER = re.compile(r"(?:inq[ -]?|#)\d+", re.IGNORECASE | re.ASCII)
_BEGINS_WITH_NUMBER = re.compile(r"(?:(?:inq[ -]?|#)?\d|$)", re.IGNORECASE | re.ASCII)


def find(words: str) -> tuple[Command, str] | None:
    """The command that the words begin with, and the rest. Slash and capitals are free.

    A verb of /inquiry may do without its noun, and a number alone shows that inquiry. "help" after a command
    asks how it is written.
    """
    text = words.strip().removeprefix("/").lstrip()
    command, rest = _with_noun(text) or _without_noun(text) or (None, "")
    if command is None:
        return None
    asked = rest.casefold().split()
    if asked[:1] == ["help"] and (command.group or len(asked) == 1):
        return _HELP, " ".join((command.words, *asked[1:]))
    if command.group and command.noun == "inquiry" and _NUMBER.fullmatch(rest):
        return _VERBS["show"], rest
    return command, rest


def _with_noun(text: str) -> tuple[Command, str] | None:
    for pattern, command in _LONGEST_FIRST:
        match = pattern.match(text)
        if match:
            return command, text[match.end() :].strip()
    return None


def _without_noun(text: str) -> tuple[Command, str] | None:
    """Words that begin with a verb of /inquiry and go on as it does: "close the office" is none."""
    if _NUMBER.fullmatch(text):
        return _VERBS["show"], text
    verb, *others = text.split(maxsplit=1) or [""]
    rest = others[0].strip() if others else ""
    command = _VERBS.get(verb.casefold())
    if command is None:
        return None
    said = rest.casefold()
    pages = NUMBER.fullmatch(said) is not None
    fits = {
        "log": True,
        "mine": pages or said in ("", "help"),
        "home": pages or said in ("", "help"),
        "form": said.partition(" ")[0] in FORM_NAMES or said == "help",
        "remind": said.startswith("me "),
        "quiet": said in ("", "today", "tomorrow", "off", "help"),
        "prefer": not said or said.startswith(("remind", "digest", "language")),
    }
    asks = said == "help"
    return (command, rest) if fits.get(command.verb, asks or _BEGINS_WITH_NUMBER.match(rest)) else None


def nearest(words: str) -> list[Command]:
    """The commands that the words may have meant, best first; `help` when none is near."""
    return guess(words, COMMANDS) or [_HELP]


def misunderstood(words: str) -> Refusal:
    """The kind answer to words that are no command, with the nearest that are."""
    close = nearest(words)
    return Refusal(
        "not_understood",
        tuple(one.how_to for one in close),
        said=words[:200],
        nearest=[one.fact() for one in close],
    )
