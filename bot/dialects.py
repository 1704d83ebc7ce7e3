"""How each place writes: what is escaped, how a name stands out, how a link and an instant are written."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from gettext import NullTranslations
from types import MappingProxyType
from urllib.parse import quote, urlsplit

from jinja2 import Undefined, UndefinedError
from markupsafe import escape as html_escape

from bot.languages import ENGLISH, WEEKDAY

# Stands before every fact until the layout has been read: no fact can begin a list item or a quoted line.
GUARD = "\x02"

# Controls (but line breaks, which become spaces), directional marks, invisible fillers, surrogates, tags.
# The two joiners U+200C and U+200D stay: Persian and Indic names are misspelled without them.
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f"
    "\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e007f]"
)
# Where Markdown would read a sign as markup, and nowhere else: mobile Teams may show a needless backslash.
_MARKDOWN = re.compile(
    r"""
      [`\[\]<]                                # code, links, HTML, mentions
    | (?<=\])\(                               # the address of a link, for readers that ignore \]
    | (?<!\s)\* | \*(?!\s)                    # emphasis, but not the star of "3 * 4"
    | (?<![^\W_])_ | _(?![^\W_])              # emphasis, but not jane_doe
    | ~(?=~) | (?<=~)~                        # struck through
    | &(?=\#?\w+;)                            # an entity
    | (?<=\{)\{                               # {{DATE(…)}}, which Adaptive Cards reckon out
    | \\(?=[!-/:-@\[-`{-~]|$)                 # a backslash that would escape
    | ^\#(?=\#{0,5}(?:\s|$)) | ^>             # heading, quotation
    | ^[-+](?=\s|$) | ^=(?==*$)               # list item, underline of a heading
    | ^[-:|](?=[-:|\s]*$)                     # rule, table
    """,
    re.VERBOSE,
)
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
AT_THE_OFFICE = "(%(when)s at the office)"
SLACK_DATE = "{date_long} at {time}"
_NUMBERED = re.compile(r"^(\d{1,9})([.)])(?=\s|$)")


class Spoken(str):
    """Words that are fit for a dialect. A change made to them gives a plain str, to be escaped again."""

    __slots__ = ()


def present(value: object) -> object:
    """The value, when there is one. Raises jinja2.UndefinedError."""
    if value is None:
        raise UndefinedError("a fact that is None has no words")
    # StrictUndefined raises and names the missing word; the plain one is an inline "if" without an "else".
    return str(value) if isinstance(value, Undefined) else value


def clean(text: str) -> str:
    """One line of what can be seen: each run of white space becomes a space, the unseen is dropped."""
    # Nearly every fact is printable and single-spaced already.
    if text.isprintable() and "  " not in text:
        return text.strip()
    return " ".join(_UNSEEN.sub("", text).split())


def sound(url: str) -> str:
    """The address, percent-encoded where it could end too early. Raises ValueError unless http or https."""
    if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname or clean(url) != url:
        raise ValueError("A link leads to an http or https address of our own making.")
    return quote(url, safe="!#$%&'*+,/:;=?@[]~-._")


def short_day(day: date, words: NullTranslations = ENGLISH) -> str:
    """Mon 2026-03-09"""
    return f"{words.pgettext(WEEKDAY, _DAYS[day.weekday()][:3])} {day.isoformat()}"


def long_day(day: date) -> str:
    """Monday, March 9, 2026"""
    return f"{_DAYS[day.weekday()]}, {_MONTHS[day.month - 1]} {day.day}, {day.year}"


def short_moment(local: datetime, words: NullTranslations = ENGLISH) -> str:
    """Mon 2026-03-09 17:00 CDT"""
    return f"{short_day(local.date(), words)} {local:%H:%M} {local.tzname()}"


def beside(office: datetime, day: date, words: NullTranslations = ENGLISH) -> str:
    """What stands beside a reader's own time, on this day of theirs: (17:00 CST at the office)"""
    told = f"{office:%H:%M} {office.tzname()}"
    if office.date() != day:
        told = f"{short_day(office.date(), words)} {told}"
    return words.gettext(AT_THE_OFFICE) % {"when": told}


def long_moment(local: datetime) -> str:
    """Monday, March 9, 2026 at 5:00 PM"""
    half = "AM" if local.hour < 12 else "PM"
    return f"{long_day(local.date())} at {local.hour % 12 or 12}:{local.minute:02} {half}"


@dataclass(frozen=True, slots=True)
class Dialect:
    """One way of writing. `heading` names the dialect of titles, where that differs.

    escape takes cleaned text; bold takes words already escaped; link takes words already escaped and a sound
    address, which stands alone when the words are empty; when takes an instant of the office's zone, and the
    reader's language.
    """

    name: str
    heading: str
    escape: Callable[[str], str]
    bold: Callable[[str], str]
    link: Callable[[str, str], str]
    when: Callable[[datetime, NullTranslations], str]

    def spoken(self, value: object) -> Spoken:
        """A fact in this dialect. Raises jinja2.UndefinedError for none, TypeError for no word or number."""
        if isinstance(value, Spoken):
            return value
        value = present(value)
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise TypeError(f"A template prints words and numbers, not {type(value).__name__}.")
        text = str(value)
        # A space at either end stays, for {{ ", " if not loop.last }}.
        before = " " if text[:1].isspace() else ""
        after = " " if text[-1:].isspace() else ""
        return Spoken(f"{GUARD}{before}{self.escape(clean(text))}{after}")

    def bolded(self, value: object) -> Spoken:
        """A fact that stands out; nothing when it is empty."""
        words = self.spoken(value).replace(GUARD, "").strip()
        return Spoken(GUARD + (self.bold(words) if words else ""))

    def linked(self, url: str, words: str = "") -> Spoken:
        """A live link. Raises ValueError for an address that is not http or https."""
        return Spoken(GUARD + self.link(sound(url), self.spoken(words).replace(GUARD, "").strip()))


def sentences(dialect: Dialect, words_of: Callable[[], NullTranslations]) -> dict[str, Callable[..., Spoken]]:
    """gettext and its kin. Jinja's own would leave the facts raw and have the sentence escaped as one.

    words_of: the language that is being spoken.
    """

    def filled(sentence: str, words: Mapping[str, object]) -> Spoken:
        return Spoken(sentence % {key: dialect.spoken(value) for key, value in words.items()})

    def gettext(one: str, /, **words: object) -> Spoken:
        return filled(words_of().gettext(one), words)

    def ngettext(one: str, many: str, number: int, /, **words: object) -> Spoken:
        return filled(words_of().ngettext(one, many, number), {"num": number, **words})

    def pgettext(where: str, one: str, /, **words: object) -> Spoken:
        return filled(words_of().pgettext(where, one), words)

    def npgettext(where: str, one: str, many: str, number: int, /, **words: object) -> Spoken:
        return filled(words_of().npgettext(where, one, many, number), {"num": number, **words})

    return {"gettext": gettext, "ngettext": ngettext, "pgettext": pgettext, "npgettext": npgettext}


def _slack(text: str) -> str:
    entities = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    # Slack reads &gt; at the start of a line as a quotation; an unseen word joiner in front prevents it.
    return "\u2060" + entities if entities.startswith("&gt;") else entities


def _slack_bold(words: str) -> str:
    # Slack has no way to write a star inside bold, so words with one stay plain.
    return words if "*" in words else f"*{words}*"


def _slack_link(url: str, words: str) -> str:
    address = url.replace("&", "&amp;")
    return f"<{address}|{words}>" if words else f"<{address}>"


def _slack_when(local: datetime, words: NullTranslations) -> str:
    # {date_long} is the token that names the weekday; Slack shows it in the reader's own zone and language.
    shown = words.gettext(SLACK_DATE)
    return f"<!date^{int(local.timestamp())}^{shown}|{short_moment(local, words)}>"


def _teams(text: str) -> str:
    return _NUMBERED.sub(r"\1\\\2", _MARKDOWN.sub(r"\\\g<0>", text))


def _teams_link(url: str, words: str) -> str:
    return f"[{words or _teams(url)}]({url})"


def _plain_link(url: str, words: str) -> str:
    return f"{words} ({url})" if words else url


def _html_link(url: str, words: str) -> str:
    return f'<a href="{html_escape(url)}">{words or html_escape(url)}</a>'


def _same(text: str) -> str:
    return text


DIALECTS: Mapping[str, Dialect] = MappingProxyType(
    {
        "slack": Dialect("slack", "plain", _slack, _slack_bold, _slack_link, _slack_when),
        "teams": Dialect("teams", "teams", _teams, lambda words: f"**{words}**", _teams_link, short_moment),
        "plain": Dialect("plain", "plain", _same, _same, _plain_link, short_moment),
        "html": Dialect(
            "html",
            "html",
            lambda text: str(html_escape(text)),
            lambda words: f"<strong>{words}</strong>",
            _html_link,
            short_moment,
        ),
    }
)
