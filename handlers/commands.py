"""The table of commands: which words call what, who may, and how it is written."""

from collections.abc import Callable
from difflib import get_close_matches

from handlers.asking import Hearing, Refusal, Reply
from handlers.command import Audience, Command
from handlers.desk_commands import DESK
from handlers.inquiry_commands import AWAY, INQUIRY


def help_(hearing: Hearing, rest: str) -> Reply:
    """What the speaker can say; with a command's words, that command or that group alone."""
    wanted = " ".join(rest.removeprefix("/").casefold().split())
    mine = [one for one in COMMANDS if one.audience.admits(hearing.speaker) and not one.group]
    picked = [one for one in mine if one.words.split()[0] == wanted] or [
        one for one in mine if one.words == wanted
    ]
    if wanted and not picked:
        hidden = [one for one in COMMANDS if wanted in (one.words, one.words.split()[0])]
        if hidden:
            raise Refusal("not_for_you", usage=f"/{wanted}", audience=hidden[0].audience.value)
        raise misunderstood(rest)
    if len(picked) == 1:
        return Reply("help_command", picked[0].fact())
    facts = {"commands": [one.fact() for one in picked or mine], "name": hearing.speaker.name}
    return Reply("help", facts)


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

_LONGEST_FIRST = sorted(((one.pattern, one) for one in COMMANDS), key=lambda pair: -len(pair[1].words))


def find(words: str) -> tuple[Command, str] | None:
    """The command that the words begin with, and the rest. Slash and capitals are free."""
    text = words.strip().removeprefix("/").lstrip()
    for pattern, command in _LONGEST_FIRST:
        match = pattern.match(text)
        if match:
            return command, text[match.end() :].strip()
    return None


def nearest(words: str) -> list[Command]:
    """The commands that the words may have meant, best first; `help` when none is near."""
    said = words.strip().removeprefix("/").casefold().split()[:3]
    by_words = {one.words: one for one in COMMANDS}
    by_verb = {one.words.split()[-1]: one for one in reversed(COMMANDS)}
    exact = [by_verb[word] for word in said if word in by_verb]
    if exact and not any(one.words.split()[0] in said[:1] for one in exact):
        return exact[:1]
    found: list[Command] = []
    tries = [(" ".join(said[:2]), by_words), *((word, by_verb) for word in said)]
    for text, names in tries:
        for name in get_close_matches(text, names, n=2, cutoff=0.6):
            if names[name] not in found:
                found.append(names[name])
    return found[:2] or [by_words["help"]]


def misunderstood(words: str) -> Refusal:
    """The kind answer to words that are no command, with the nearest that are."""
    close = nearest(words)
    return Refusal(
        "not_understood",
        tuple(one.how_to for one in close),
        said=words[:200],
        nearest=[one.fact() for one in close],
    )
