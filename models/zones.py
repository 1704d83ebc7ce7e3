"""Time zones by name: the IANA names, and how people in the United States say them."""

from functools import cache
from zoneinfo import available_timezones

# What the time is called, and a city where it is kept. "EST" names a zone without summer time too: nobody
# who types it means that.
_SAID = {
    **dict.fromkeys(("et", "est", "edt"), "America/New_York"),
    **dict.fromkeys(("ct", "cst", "cdt"), "America/Chicago"),
    **dict.fromkeys(("mt", "mst", "mdt"), "America/Denver"),
    **dict.fromkeys(("pt", "pst", "pdt"), "America/Los_Angeles"),
    "eastern": "America/New_York",
    "central": "America/Chicago",
    "mountain": "America/Denver",
    "arizona": "America/Phoenix",
    "pacific": "America/Los_Angeles",
    "alaska": "America/Anchorage",
    "hawaii": "Pacific/Honolulu",
    "atlantic": "America/Puerto_Rico",
    "puerto rico": "America/Puerto_Rico",
    "samoa": "Pacific/Pago_Pago",
    "guam": "Pacific/Guam",
}


def is_zone(name: str) -> bool:
    """Whether this is the IANA name of a time zone, exactly."""
    return name in _names()


def zone_named(text: str) -> str | None:
    """The zone that the words mean: "America/Denver", "denver", "Mountain time"; None when they mean none.

    A city that several zones are called after means none of them.
    """
    words = " ".join(text.split()).casefold()
    said = words.removesuffix(" time").removesuffix(" standard").removesuffix(" daylight")
    if said in _SAID:
        return _SAID[said]
    wanted = words.replace(" ", "_")
    found = [one for one in _names() if one.casefold() == wanted]
    found = found or [one for one in _names() if "/" in one and one.casefold().rsplit("/", 1)[1] == wanted]
    return found[0] if len(found) == 1 else None


@cache
def _names() -> tuple[str, ...]:
    """In order. Without what is no place or offset, but a setting of the machine's."""
    return tuple(sorted(available_timezones() - {"localtime", "Factory", "posixrules"}))
