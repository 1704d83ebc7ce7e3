"""The languages that staff may be spoken to in."""

from collections.abc import Mapping
from unicodedata import combining, normalize

ENGLISH = "en"
# By tag, as its speakers call it.
LANGUAGES: Mapping[str, str] = {"en": "English", "es": "español"}
_IN_ENGLISH = {"es": "Spanish"}


def read_language(text: str, languages: Mapping[str, str] = LANGUAGES) -> str | None:
    """The tag of the language of that tag, own name or English name; None when there is none."""
    wanted = _bare(text)
    for tag, name in languages.items():
        if wanted in (_bare(tag), _bare(name), _bare(_IN_ENGLISH.get(tag, name))):
            return tag
    return None


def _bare(text: str) -> str:
    """In small letters and without accents, as people type it."""
    return "".join(one for one in normalize("NFKD", text.strip().casefold()) if not combining(one))
