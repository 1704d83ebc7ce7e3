"""The stretches of a sentence that name a day or a time, a phone number, an e-mail address, a quotation.

Each is marked ⟦0⟧ in the sentence, so that the rules can speak of it; `Marked.whole` puts the words back.
"""

import re
from dataclasses import dataclass, field

from handlers.days import MONTHS, WEEKDAYS
from handlers.reading import EMAIL, PHONE
from handlers.understanding.dated import Way, moments
from handlers.understanding.foreign import begins
from handlers.understanding.here import Here

LONGEST = 8  # words of a day with its time
MOST = 20  # stretches that are looked for in a sentence
MARK = re.compile(r"⟦([a-z])(\d+)⟧")
TIME, CALL, MAIL, QUOTE = "t", "p", "e", "q"

_BEGINS = re.compile(
    rf"(?:\d|@\d|~\d|(?:{'|'.join(one[:3] for one in (*MONTHS, *WEEKDAYS))})|today|tomorrow|yesterday|"
    rf"tonight|"
    r"(?:this|last|next|coming|in|a|an|one|two|three|four|five|the|end|eod|eow|eom|cob|close|closing|noon|"
    r"midday|at|"
    r"now|just|right|half|quarter|first|early|late|earlier|day|few|within|around|moments|couple)$)",
    re.IGNORECASE,
)
_FIRSTS = ("sun", "sat", "wed", "mar")
_BEFORE_DAYS = """
    on by from to pto vacation sick leave until through this next last and or - out off due back for since
    before after per
"""
_LINKS = frozenset(_BEFORE_DAYS.split())
_QUOTED = re.compile(r'"([^"\n]{1,600})"')


@dataclass
class Marked:
    """`text`: the sentence with its marks. `pieces`: what stood there, by mark."""

    text: str
    pieces: dict[str, str] = field(default_factory=dict)

    def whole(self, text: str) -> str:
        """The words with what stood in the place of each mark."""
        return MARK.sub(lambda mark: self.pieces[mark[0]], text)

    def mark(self, kind: str, words: str) -> str:
        name = f"⟦{kind}{len(self.pieces)}⟧"
        self.pieces[name] = words
        return name

    def __getitem__(self, mark: str) -> str:
        return self.pieces[mark]

    def first(self, kind: str, text: str | None = None) -> str | None:
        """What the first mark of that kind stands for."""
        found = re.search(rf"⟦{kind}\d+⟧", self.text if text is None else text)
        return self.pieces[found[0]] if found else None


def mark(text: str, here: Here) -> Marked:
    """Marks quotations, contacts, days and times."""
    found = Marked(text)
    for kind, pattern in ((QUOTE, _QUOTED), (MAIL, EMAIL), (CALL, PHONE)):
        found.text = pattern.sub(lambda one, kind=kind: found.mark(kind, one[0]), found.text)  # type: ignore[misc]
    found.text = _times_marked(found, here)
    return found


def _times_marked(marked: Marked, here: Here) -> str:
    text = marked.text
    tokens = list(re.finditer(r"[^\s⟦⟧]+", text))
    pieces, at, number, count = [], 0, 0, 0
    while number < len(tokens):
        token = tokens[number]
        length = _length(text, tokens, number, here) if count < MOST else 0
        if not length:
            number += 1
            continue
        begin, end = token.start(), tokens[number + length - 1].end()
        words = text[begin:end]
        bare = (
            words.rstrip(",;:!?)") if not re.search(r"\d\.$", words) or end < len(text) else words.rstrip(".")
        )
        bare = bare.rstrip(".") if not re.search(r"(?:\d\.\d{1,2}|[ap]\.m)\.$", bare) else bare
        opening = len(bare) - len(bare.lstrip("("))
        pieces += [text[at : begin + opening], marked.mark(TIME, bare[opening:])]
        at, number, count = begin + len(bare), number + length, count + 1
    return "".join((*pieces, text[at:]))


def _length(text: str, tokens: list[re.Match[str]], number: int, here: Here) -> int:
    """How many words from here on name a day or a time; 0 for none."""
    word = tokens[number][0].lstrip("(")
    if not (_BEGINS.match(word) or begins(word)):
        return 0
    for length in range(min(LONGEST, len(tokens) - number), 0, -1):
        last = tokens[number + length - 1]
        words = text[tokens[number].start() : last.end()]
        # A day does not go on behind the end of a sentence or a line.
        if "\n" in words or "⟦" in words or re.search(r"[;!?()](?=.)", words[1:]):
            continue
        if moments(words.strip("(),;:!?"), Way.AHEAD, here) and not _misleads(tokens, number, length):
            return length
    return 0


def _misleads(tokens: list[re.Match[str]], number: int, length: int) -> bool:
    """Whether one short word only looks like a day: "she sat down", "24/7"."""
    word = tokens[number][0].lower().strip(".,;:!?()")
    if length > 1:
        return False
    if word == "24/7" or (
        word in ("3/4", "1/2", "1/4") and _next(tokens, number) in ("of", "hour", "hours", "day")
    ):
        return True
    if word not in _FIRSTS:
        return False
    before = tokens[number - 1][0].lower() if number else ""
    return before.strip("(,;:") not in _LINKS and not before.endswith((",", ";", ":", "-"))


def _next(tokens: list[re.Match[str]], number: int) -> str:
    return tokens[number + 1][0].lower() if number + 1 < len(tokens) else ""
