"""The clauses of `/inquiry log`, as they are typed in a hurry; and what of them could not be read."""

import re

from handlers.asking import Hearing
from handlers.needing import readable
from handlers.reading import bare_of_quotes, clauses, one_line, unquoted
from models.staff import by_name

_NEEDED = r"(?:need(?:ed|s)?|neded|neeed|needd|nedeed)(?:\s+it)?"
# How people spell the keywords.
SPELT = {
    "received": r"re(?:ceived|cieved|cived|ceved|cevied|ceieved|cd|c['’]d)|rcvd|rcv['’]d",
    "needed by": rf"{_NEEDED}\s+(?:by|on)",
}
# "The owner of a dog" is nobody's clause.
_LIKE_A_CLAUSE = re.compile(
    rf"(?<!\S)(?:{_NEEDED}\s+(?:by|on|before|until)|owner:?(?!\s+(?:of|and|or)\b)):?\s+\S", re.IGNORECASE
)


def log_clauses(hearing: Hearing, rest: str) -> dict[str, str]:
    """The clauses. "about the owner of a dog" is a subject, and so is "about a form needed by the court"."""
    last = ["received", "owner", "needed by"]
    parts = _split(rest, last)
    if "owner" in parts and len(parts["owner"].split()) != 1 and not by_name(hearing.db, parts["owner"]):
        last.remove("owner")
        parts = _split(rest, last)
    if parts.get("needed by") and not readable(hearing, parts["needed by"]):
        last.remove("needed by")
        parts = _split(rest, last)
    return parts


def _split(rest: str, last: list[str]) -> dict[str, str]:
    return clauses(rest, first=("from", "about"), last=tuple(last), spelt=SPELT)


def unread(about: str) -> str | None:
    """What in the words of a subject looks like a clause and is none; None for nothing, or within quotes."""
    if unquoted(about) != about.strip():
        return None
    match = _LIKE_A_CLAUSE.search(bare_of_quotes(about))
    return one_line(about[match.start() :])[:80] if match else None
