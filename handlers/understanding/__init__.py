"""Understanding what people say when they say no command: by rules, and by nothing else.

No model, no network, nothing stored: the same words at the same time are always understood the same.
"""

import re
from datetime import datetime

from handlers.understanding.about_one import about_one
from handlers.understanding.absent import absent, is_back
from handlers.understanding.here import Here
from handlers.understanding.log_said import log_said
from handlers.understanding.preferring_said import preferred
from handlers.understanding.questions import question
from handlers.understanding.remind_said import with_hour
from handlers.understanding.said import STORES, Intent, Names, Understood
from handlers.understanding.small_talk import small_talk
from handlers.understanding.spelling import clean, spelled
from handlers.understanding.stretches import mark
from models.calendar import Calendar

__all__ = ["STORES", "Intent", "Names", "Understood", "understand"]

_GREETED = re.compile(
    r"^(?:(?:hi|hello|hey|good (?:morning|afternoon)|morning|hola|replyby|ok|okay)(?: (?:replyby|bot|there|"
    r"again|team))?[,.!: -]+)+(?=\S)",
    re.I,
)
_LAST_RESORTS = ("inquiry log", "inquiry mine")


def understand(text: str, now: datetime, calendar: Calendar, names: Names) -> Understood:
    """What the words want, and the pieces that they name.

    now: aware; days are the office's, by its calendar. Deadlines and absences lie ahead, what was received
    lies in the past; what may mean two days is `unsure`, never guessed.
    """
    here = Here(now, calendar)
    cleaned = spelled(clean(text))
    if (found := small_talk(cleaned)) is not None:
        return found
    said = _GREETED.sub("", cleaned, count=1)
    marked = mark(with_hour(said), here)
    found = (
        preferred(marked)
        or question(marked, here, names)
        or is_back(marked, here)
        or absent(said, here, names)
        or about_one(marked, here, names)
        or log_said(marked, here, names)
    )
    return found or Understood(Intent.UNKNOWN, near=near(text))


def near(text: str) -> tuple[str, ...]:
    """The words of the two commands that the text is nearest to."""
    # The table of commands speaks of us.
    from handlers.commands import COMMANDS
    from handlers.guessing import guess

    guessed = [one.words for one in guess(text[:400], [one for one in COMMANDS if not one.group])]
    return tuple(dict.fromkeys((*guessed, *_LAST_RESORTS)))[:2]
