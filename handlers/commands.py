"""The table of commands: which words call what, who may, and how it is written."""

from collections.abc import Callable
from difflib import get_close_matches

from handlers import away, desk, inquiry, resolving
from handlers.asking import Hearing, Refusal, Reply
from handlers.command import Audience, Command


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
    Command(
        "inquiry log",
        inquiry.log,
        EVERYONE,
        "/inquiry log CHANNEL from NAME [PHONE or E-MAIL] about SUBJECT [received WHEN] [owner WHO]",
        "/inquiry log call from Jane Doe 608-555-0133 about a parking permit received 8:40",
        "Log an inquiry; see when it is due, and why.",
    ),
    Command(
        "inquiry show",
        inquiry.show,
        EVERYONE,
        "/inquiry show INQ-…",
        "/inquiry show INQ-1",
        "One inquiry with its deadlines and its history.",
    ),
    Command(
        "inquiry why",
        inquiry.why,
        EVERYONE,
        "/inquiry why INQ-…",
        "/inquiry why INQ-1",
        "How its deadlines were reckoned, day by day.",
    ),
    Command(
        "inquiry mine",
        inquiry.mine,
        EVERYONE,
        "/inquiry mine",
        "/inquiry mine",
        "Your inquiries that are not closed, the nearest deadline first.",
    ),
    Command(
        "inquiry ack",
        resolving.ack,
        EVERYONE,
        '/inquiry ack INQ-… by WHEN ["what you told the customer"]',
        '/inquiry ack INQ-1 by Thu "We are looking into it"',
        "Record an acknowledgement and the time that you promised.",
    ),
    Command(
        "inquiry answer",
        resolving.answered,
        EVERYONE,
        "/inquiry answer INQ-…",
        "/inquiry answer INQ-1",
        "Record that the customer has the answer.",
    ),
    Command(
        "inquiry close",
        resolving.close,
        EVERYONE,
        '/inquiry close INQ-… "RESOLUTION"',
        '/inquiry close INQ-1 "Permit sent by mail"',
        "Close an inquiry with its resolution; the survey link goes out.",
    ),
    Command(
        "inquiry assign",
        resolving.assign,
        EVERYONE,
        "/inquiry assign INQ-… to WHO",
        "/inquiry assign INQ-1 to dana",
        "Hand an inquiry to a colleague, who is told.",
    ),
    Command(
        "inquiry",
        _group("inquiry"),
        EVERYONE,
        "/inquiry",
        "/inquiry",
        "What /inquiry can do.",
        group=True,
    ),
    Command(
        "away from",
        away.away_from,
        EVERYONE,
        "/away from DAY to DAY [alternate WHO]",
        "/away from 2026-03-09 to 2026-03-13",
        "Plan an absence: out-of-office texts, who covers, what falls due meanwhile.",
    ),
    Command(
        "away back",
        away.back,
        EVERYONE,
        "/away back [FIRST-DAY]",
        "/away back",
        "End your absence: you are back, or you are not going.",
    ),
    Command(
        "away",
        away.away,
        EVERYONE,
        "/away [DAY]",
        "/away",
        "Your absences and who covers; with a day, plan one.",
    ),
    Command(
        "desk team",
        desk.team,
        SUPERVISORS,
        "/desk team",
        "/desk team",
        "Your department: who is in, who covers, what each one has open.",
    ),
    Command(
        "desk overdue",
        desk.overdue,
        SUPERVISORS,
        "/desk overdue",
        "/desk overdue",
        "What is past due in your department.",
    ),
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
