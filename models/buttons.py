"""The buttons of a message that tells of several inquiries: each says which one it is about."""

from collections.abc import Iterable

SHOW = "Show"


def numbered(number: str, choices: Iterable[dict[str, str]], acting: int | None) -> list[dict[str, str]]:
    """ "INQ-7: Answered" and "Show INQ-7": what does something (so many, if not all), then what shows it."""
    every = list(choices)
    doing = [one for one in every if one["label"] != SHOW][:acting]
    return [
        *({"label": f"{number}: {one['label']}", "words": one["words"]} for one in doing),
        *({"label": f"{SHOW} {number}", "words": one["words"]} for one in every if one["label"] == SHOW),
    ]
