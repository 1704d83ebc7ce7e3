"""What a command came back with, as buttons: the command with the doubt settled, or its form."""

from dataclasses import replace
from datetime import date, datetime

from handlers.asking import Choice, Reply
from handlers.forms import form_for
from models.because import short, short_moment
from models.calendar import Calendar

MOST = 10


def clarified(reply: Reply, words: str, calendar: Calendar) -> Reply:
    """The reply with a button for each person or time that was meant, where the words hold the doubt once."""
    if reply.template == "missing_piece" and not reply.choices and (form := form_for(words)):
        # Instead of writing it again, one may fill it in.
        return replace(reply, choices=(Choice("Open the form", form.words),))
    given = reply.facts.get("given")
    if reply.choices or not isinstance(given, str) or words.count(given) != 1:
        return reply
    meant = _meant(reply, calendar)[:MOST]
    return replace(reply, choices=tuple(Choice(label, words.replace(given, text)) for label, text in meant))


def _meant(reply: Reply, calendar: Calendar) -> list[tuple[str, str]]:
    """What may be meant: as it is shown, and as it is typed."""
    if reply.template == "which_person":
        return list(zip(reply.facts["people"], reply.facts["handles"], strict=True))
    if reply.template == "two_readings":
        return [_time(one, calendar) for one in reply.facts["readings"]]
    return []


def _time(reading: str, calendar: Calendar) -> tuple[str, str]:
    if "T" in reading:
        at = datetime.fromisoformat(reading)
        local = calendar.local(at)
        # As it is typed; in the hour that comes twice, with its offset.
        plain = not local.fold and at == local.replace(second=0, microsecond=0)
        return short_moment(at, calendar), f"{local:%Y-%m-%d %H:%M}" if plain else reading
    return short(date.fromisoformat(reading)), reading
