"""The languages that reminders are said in: bot/locale/TAG.po translates the English of the templates.

What a catalogue does not have is said in English.
"""

import logging
import re
from collections.abc import Iterable
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from models.languages import LANGUAGES

log = logging.getLogger(__name__)

LOCALE = Path(__file__).parent / "locale"
ENGLISH = NullTranslations()

# What comes by itself, and often. Every other template is said in English from end to end.
SPOKEN = frozenset(
    {
        "asked_reminder", "digest", "due_now", "due_soon", "edited", "excuse_over", "late", "overdue",
        "reminders",
    }
)  # fmt: skip
# Buttons under them are stored in English, for the words that they say.
LABELS = (
    "Acknowledge", "Answered", "Close…", "Hand over", "My inquiries", "Overdue", "Pause", "Resume", "Show",
    "Snooze 1 hour", "Snooze 15 minutes", "Team",
)  # fmt: skip
SHOW_ONE = "Show %(number)s"
WEEKDAY = "weekday"  # the context of Mon, Tue …
_PLACEHOLDER = re.compile(r"%\((\w+)\)s")
_ABOUT_ONE = re.compile(r"(INQ-\d+): (.+)")
_SHOWS_ONE = re.compile(r"Show (INQ-\d+)")


def language_of(template: str, wanted: str) -> str:
    """The language that the template is said in for whoever wants this one."""
    return wanted if template in SPOKEN and wanted in LANGUAGES else "en"


def label(text: str, language: str) -> str:
    """What a button shows: "Answered", or of several inquiries "INQ-7: Answered" and "Show INQ-7"."""
    words = catalogue(language)
    if about := _ABOUT_ONE.fullmatch(text):
        return f"{about[1]}: {words.gettext(about[2])}"
    if shown := _SHOWS_ONE.fullmatch(text):
        return words.gettext(SHOW_ONE) % {"number": shown[1]}
    return words.gettext(text)


@cache
def catalogue(language: str) -> NullTranslations:
    """The sentences of a language; English, where it has none. Raises babel's PoFileError."""
    place = LOCALE / f"{language}.po"
    return _read(place) if language in LANGUAGES and place.is_file() else ENGLISH


def _read(place: Path) -> GNUTranslations:
    # Imported here: whoever reckons a deadline on the command line speaks to nobody.
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with place.open("rb") as file:
        found = read_po(file, locale=place.stem, abort_invalid=True)
    for message in list(found):
        # A translation that cannot be filled would stop a reminder; its English cannot.
        if message.id and not fits(_several(message.id), _several(message.string)):
            log.error("a translation does not fit its sentence", extra={"action": "catalogue"})
            found.delete(message.id, message.context)
    compiled = BytesIO()
    write_mo(compiled, found)
    compiled.seek(0)
    return GNUTranslations(compiled)


def fits(sentences: Iterable[str], translations: Iterable[str]) -> bool:
    """Whether the words that the sentences are filled with fill each of the translations."""
    words = {name: "" for one in sentences for name in _PLACEHOLDER.findall(one)}
    try:
        return all(isinstance(one % words, str) for one in translations)
    except (KeyError, TypeError, ValueError):
        return False


def _several(words: str | list[str] | tuple[str, ...] | None) -> Iterable[str]:
    return (words,) if isinstance(words, str) else words or ()
