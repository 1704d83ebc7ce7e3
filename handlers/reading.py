"""Taking a typed command apart: clauses, quotes, numbers, people, contacts."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from handlers import when
from handlers.asking import Choice, Facts, Hearing, Refusal
from models import seeing
from models.calendar import UnknownDay
from models.inquiry import Happening, Inquiry, State, history
from models.instant import iso
from models.staff import Address, Staff, by_address, by_name

T = TypeVar("T")

MYSELF = ("me", "myself")
QUOTES = {'"': '"', "“": "”", "„": "“"}
_QUOTED = re.compile("|".join(f"{opens}[^{closes}]*{closes}" for opens, closes in QUOTES.items()))
# Single quotes are quotes round the whole alone: within it they are apostrophes.
_SINGLE_QUOTED = re.compile(r"'(?:[^']|(?<=\w)'(?=\w))+'|‘[^‘]+’")
# The look behind lets a search begin at the start of a word only, so that long words cost no time.
EMAIL = re.compile(
    r"(?<![\w.!#$%&'*+/=?^`{}~-])[\w.!#$%&'*+/=?^`{}~-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}"
)
_CHAT = re.compile(r"(?<![\w.@+-])@[\w.-]{0,80}\w")
PHONE = re.compile(
    r"""(?<![\w+]) (?<!\d[/.-])
    (?: (?:\+1[ .-]?|1(?:[ .-]|(?=\(|\d{10})))?
        (?:\([2-9]\d\d\)|[2-9]\d\d) [ ]?[./–-]?[ ]? \d{3} [ ]?[.–-]?[ ]? \d{4}
      | [2-9]\d\d [.–-] \d{4}                           # a local number needs its dash: 1234 is a house
      | (?:\+|011[ ]?) [1-9] (?:[ ().-]{0,2}\d){6,14}    # abroad
    ) (?![.–-]\d) (?:[ ,]{0,2}(?:x|ext(?:ension)?)[.:]?[ ]?\d{1,6})? (?!\w)""",
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)
# What people write before a contact, and brackets that were round one.
_BEFORE = r"(?:at|phone|telephone|tel|ph|cell|mobile|chat|e-?mail|mailto|and|or)[.:]*"
_LABEL = re.compile(rf"(?:^|(?<=[\s,;(<])){_BEFORE}(?: {_BEFORE}){{0,2}} ?$", re.IGNORECASE)
_EMPTY = re.compile(r"\([ ,;]*\)|<[ ,;]*>")


@dataclass(frozen=True)
class Customer:
    """Who asked, and how to reach them. `chat` is "@handle" of a colleague or an `Address` as text."""

    name: str
    phone: str | None
    email: str | None
    chat: str | None


def unquoted(text: str) -> str:
    """The text without a pair of quotes around the whole of it."""
    text = text.strip()
    return text[1:-1].strip() if _QUOTED.fullmatch(text) or _SINGLE_QUOTED.fullmatch(text) else text


def one_line(text: str) -> str:
    return " ".join(text.split())


def shortened(text: str, longest: int) -> str:
    """The text; cut at a word where it is longer, so that with its … it has at most so many characters."""
    if len(text) <= longest:
        return text
    room = text[: longest - 1]
    # A word without an end is cut all the same.
    whole = room if text[longest - 1].isspace() else room.rpartition(" ")[0]
    return f"{(whole or room).rstrip(' ,;:–—-')}…"


def bare_of_quotes(text: str) -> str:
    """The text with every quotation blacked out, at the same length."""
    return _QUOTED.sub(lambda match: "\0" * len(match[0]), text)


def clauses(
    text: str, first: tuple[str, ...], last: tuple[str, ...], spelt: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Splits at keywords outside quotes: the first standing of those in `first`, the last of those in `last`.

    The text before any keyword is under "". A keyword may be two words. Keywords that are not there are not
    in the result. spelt: a pattern for a keyword that may be written in more than one way.
    """
    bare = bare_of_quotes(text)
    cuts: list[tuple[int, int, str]] = []
    for words, pick in ((first, 0), (last, -1)):
        for word in words:
            spaced = (spelt or {}).get(word) or word.replace(" ", r"\s+")
            found = list(re.finditer(rf"(?<!\S)(?:{spaced}):?(?!\S)", bare, re.IGNORECASE))
            if found:
                cuts.append((*found[pick].span(), word))
    cuts.sort()
    parts = {"": text[: cuts[0][0]] if cuts else text}
    for here, following in zip(cuts, [*cuts, (len(text), 0, "")][1:], strict=True):
        parts[here[2]] = text[here[1] : following[0]]
    return {word: part.strip() for word, part in parts.items()}


def number_and_rest(hearing: Hearing, text: str, usage: str) -> tuple[Inquiry, str]:
    """The inquiry that the words begin with. "Not yours" is refused with the words of "not found"."""
    word = text.split(maxsplit=1)[:1]
    if not re.match(r"\s*(?:inq\s)?\S*\d", text, re.IGNORECASE):
        raise Refusal("missing_piece", missing=["the number of the inquiry, such as INQ-1"], usage=usage)
    text = text.strip()
    match = re.match(r"(?:inq[ -]?|#)?(\d{1,9})[.,:]?(?!\S)", text, re.IGNORECASE | re.ASCII)
    inquiry = hearing.db.get(Inquiry, int(match[1]), with_for_update=True) if match else None
    if match is None or inquiry is None or not may_see(hearing, inquiry):
        raise Refusal("unknown_inquiry", given=(match[0] if match else word[0])[:40])
    return inquiry, text[match.end() :].strip()


def number_alone(hearing: Hearing, text: str, usage: str) -> Inquiry:
    """The inquiry that the words name, when they name nothing else."""
    inquiry, rest = number_and_rest(hearing, text, usage)
    nothing_more(rest, usage)
    return inquiry


def still_open(hearing: Hearing, inquiry: Inquiry) -> None:
    """Refuses an inquiry that is answered or closed, and says by whom it was."""
    not_closed(hearing, inquiry)
    if inquiry.state is State.ANSWERED:
        by = happened(hearing, inquiry, Happening.ANSWERED)
        raise Refusal("already_answered", _then(inquiry, "Close…", "close"), number=inquiry.number, **by)


def not_closed(hearing: Hearing, inquiry: Inquiry) -> None:
    """Refuses an inquiry that is closed, and says by whom it was."""
    if inquiry.state is State.CLOSED:
        by = happened(hearing, inquiry, Happening.CLOSED)
        choices = _then(inquiry, "Reopen…", "reopen")
        raise Refusal("already_closed", choices, number=inquiry.number, resolution=inquiry.resolution, **by)


def _then(inquiry: Inquiry, label: str, verb: str) -> tuple[Choice, ...]:
    """What may be done next with what is done already."""
    return (
        Choice(label, f"inquiry {verb} {inquiry.number}"),
        Choice("Show", f"inquiry show {inquiry.number}"),
    )


def happened(hearing: Hearing, inquiry: Inquiry, *what: Happening) -> Facts:
    """Who did this last, and when: {"by", "at"}. `by` is None for the speaker; both, when nobody did."""
    found = [one for one in history(hearing.db, inquiry) if one.what in what]
    if not found:
        return {"by": None, "at": None}
    mine = found[-1].by_id == hearing.speaker.id
    name = None if mine else hearing.db.get_one(Staff, found[-1].by_id).name
    return {"by": name, "at": iso(found[-1].at)}


def nothing_more(rest: str, usage: str) -> None:
    """Refuses words that would go unread."""
    if rest.strip():
        raise Refusal("too_many_words", extra=one_line(rest)[:60], usage=usage)


def may_see(hearing: Hearing, inquiry: Inquiry) -> bool:
    """Whether the speaker may see it today."""
    return seeing.may_see(hearing.db, hearing.speaker, inquiry, hearing.today)


def colleague(hearing: Hearing, text: str) -> Staff:
    """The member of staff that the words mean; "me" is the speaker. Refuses none and several."""
    given = one_line(text).strip(" .,")
    if given.casefold() in MYSELF:
        return hearing.speaker
    found = by_name(hearing.db, given)
    if not found and given.startswith("@"):
        spoken = by_address(hearing.db, Address(hearing.address.platform, hearing.address.place, given[1:]))
        found = [spoken] if spoken else []
    if not found:
        raise Refusal("unknown_person", given=given[:60])
    return _only(found, given)


def called(member: Staff) -> str:
    """What is typed for nobody else: a handle may be a word that means the speaker."""
    return member.email if member.handle in MYSELF else member.handle


def _only(found: list[Staff], given: str) -> Staff:
    if len(found) > 1:
        people = [f"{one.name} ({called(one)})" for one in found]
        handles = [called(one) for one in found]
        raise Refusal("which_person", given=given[:60], people=people, handles=handles)
    return found[0]


def customer(hearing: Hearing, text: str) -> Customer:
    """Name, phone, e-mail and chat address from one clause; without a name, the contact is the name.

    A name in quotes is kept whole: `"Suite 608-555-0133 LLC" jo@example.org`.
    """
    rest, found = one_line(unquoted(text)), {}
    for kind, pattern in (("email", EMAIL), ("chat", _CHAT), ("phone", PHONE)):
        match = pattern.search(bare_of_quotes(rest))
        if match:
            found[kind] = match[0]
            rest = _LABEL.sub("", rest[: match.start()]) + " " + rest[match.end() :].lstrip(".,;:")
    chat = _chat(hearing, found["chat"]) if "chat" in found else None
    name = unquoted(one_line(_EMPTY.sub(" ", rest)).strip(" ,;:–—-"))
    if not name:
        name = chat[1] if chat else found.get("email") or found.get("phone") or ""
    return Customer(name[:200], found.get("phone"), found.get("email"), chat[0] if chat else None)


def _chat(hearing: Hearing, given: str) -> tuple[str, str]:
    """The chat address as it is kept, and a name for it: a colleague's handle, or the platform's own id."""
    here = Address(hearing.address.platform, hearing.address.place, given[1:])
    found = by_name(hearing.db, given) or [one for one in [by_address(hearing.db, here)] if one]
    if found:
        member = _only(found, given)
        return f"@{member.handle}", member.name
    if here.platform == "slack" and re.fullmatch(r"[UW][A-Z0-9]{5,}", here.user):
        return str(here), given
    raise Refusal("unknown_person", given=given[:60])


def received(hearing: Hearing, text: str) -> when.Reading:
    """The time something was received, or a refusal that names what could not be read."""
    try:
        return _understood(
            text, lambda words: when.read_received(words, hearing.now, hearing.calendar), "received"
        )
    except when.NotYet as error:
        raise Refusal("not_yet", given=text[:60], read_as=iso(error.args[0])) from error
    except when.LongAgo as error:
        written = f"{hearing.calendar.local(error.args[0]):%Y-%m-%d %H:%M}"
        raise Refusal(
            "received_long_ago", given=text[:60], read_as=iso(error.args[0]), written=written
        ) from error


def promised(hearing: Hearing, text: str) -> when.Reading:
    """The time until which something is promised, or a refusal that names what could not be read."""
    try:
        return _understood(
            text, lambda words: when.read_promise(words, hearing.now, hearing.calendar), "promise"
        )
    except when.Gone as error:
        raise Refusal("gone_by", given=text[:60], read_as=iso(error.args[0])) from error


def day(hearing: Hearing, text: str, since: date | None = None) -> date:
    """A day ahead, or a refusal that names what could not be read. `since`: as `when.read_day` has it."""
    return _understood(
        text,
        lambda words: when.read_day(words, hearing.now, hearing.calendar, since),
        "day",
        lambda midnight: hearing.calendar.local(midnight).date().isoformat(),
    )


def _understood(
    text: str, read: Callable[[str], T], wanted: str, shown: Callable[[datetime], str] = iso
) -> T:
    """What `read` makes of the words; `wanted`: "received", "promise" or "day", for the hint.

    A calendar that ends too early says so in its own sentence.
    """
    try:
        return read(unquoted(text))
    except when.Unreadable as error:
        raise Refusal("unreadable_time", given=text[:60], wanted=wanted) from error
    except when.TwoReadings as error:
        readings = [shown(one) for one in error.readings]
        raise Refusal("two_readings", given=text[:60], readings=readings) from error
    except UnknownDay as error:
        raise Refusal("beyond_calendar", given=text[:60], reason=str(error)) from error
