"""What somebody wrote in Teams, as plain words: mentions, entities and HTML are taken out of it."""

import html
import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from bot.teams.activity import Json, inner

# Teams itself stops at 28 KB a message; the rest is there to keep the reading of hostile text short.
LONGEST_TEXT, LONGEST_COMMAND, MOST_MENTIONS = 30_000, 2000, 50

PERSON = re.compile(r"[\w-]{1,64}", re.ASCII)
_AT = re.compile(r"<at\b[^<>]{0,100}>([^<>]{0,200})</at>", re.IGNORECASE)
_TAG = re.compile(r"[<>]")
# Controls but the line break, invisible fillers, and halves of surrogate pairs, which no database takes.
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u2060\ufeff\ud800-\udfff]")
_SPACES = re.compile(r"[^\S\n]+")
# Stand for a mention while its text is being read; nobody types them.
_OPENS, _CLOSES = "\ue0fe", "\ue0ff"
_MARKS = re.compile(f"[{_OPENS}{_CLOSES}]")
_MARK = re.compile(f"{_OPENS}([0-9]+){_CLOSES}")
_MARKED = re.compile(f"({_OPENS}[0-9]+{_CLOSES})")
# What comes before a colleague in a command. In free text a name is worth more than an id.
_COLLEAGUE = re.compile(
    r"/?(?:(?:inquiry\s+)?assign\b.*|(?:inquiry\s+)?log\b.*\sowner:?|away\b.*\salternate:?|desk\s+hours(?:\s+of)?)\s*",
    re.IGNORECASE | re.DOTALL,
)
_BLOCK = re.compile(r"</?(?:p|div|br|hr|li|ul|ol|tr|blockquote|h[1-6]|pre|table)\b[^<>]*>", re.IGNORECASE)
_PICTURE = re.compile(r"""<img\b[^<>]*\salt="([^"<>]{0,100})"[^<>]*>""", re.IGNORECASE)
_TAGS = re.compile(r"<!?/?[a-z!][^<>]*>", re.IGNORECASE)


@dataclass(frozen=True)
class Spoken:
    """A text with its mentions of people: what each shows, and the person's id where Teams tells it."""

    text: str
    people: tuple[tuple[str, str | None], ...] = ()

    @property
    def ids(self) -> set[str]:
        """The ids of those who are named where a command takes a colleague."""
        return {who for mark in _MARK.finditer(self.text) if (who := self._colleague(mark))}

    def written(self, known: Collection[str] = ()) -> str:
        """The text with each mention as "@Name"; a colleague as "@" and the id, if it is a known one.

        Two people may have one name; no two have one id.
        """

        def shown(mark: re.Match[str]) -> str:
            who = self._colleague(mark)
            return f"@{who}" if who in known else f"@{self.people[int(mark[1])][0]}"

        return clean(_MARK.sub(shown, self.text))

    def _colleague(self, mark: re.Match[str]) -> str | None:
        who = self.people[int(mark[1])][1]
        near = who is not None and mark.start() < LONGEST_COMMAND
        return who if near and _COLLEAGUE.fullmatch(self.text, 0, mark.start()) else None


def typed(activity: Json) -> Spoken:
    """A message's text: the bot's mention taken out, other people's marked, entities and spaces plain."""
    bot, name = inner(activity, "recipient", "id"), inner(activity, "recipient", "name")
    text = _MARKS.sub("", str(activity.get("text") or "")[:LONGEST_TEXT])
    people: list[tuple[str, str | None]] = []

    def marked(shown: str, who: Any = None) -> str:
        known = who.lower() if isinstance(who, str) and PERSON.fullmatch(who) else None
        people.append((clean(html.unescape(shown)), known))
        return f"{_OPENS}{len(people) - 1}{_CLOSES}"

    for mention in mentions(activity):
        who, shown = inner(mention, "mentioned", "id"), inner(mention, "mentioned", "name")
        tag = mention.get("text")
        if isinstance(tag, str) and _AT.fullmatch(tag) and tag in text:
            shown = _TAG.sub("", str(shown or _AT.sub(r"\1", tag)))[:200]
            # Two people of one name are mentioned in the same words: each entity stands for one of them.
            times = 1 if _again(activity, tag) else -1
            place = " " if who == bot else marked(shown, inner(mention, "mentioned", "aadObjectId"))
            text = text.replace(tag, place, times)
    text = _AT.sub(lambda at: " " if at[1] == name else marked(at[1]), text)
    # What an entity stands for is text: it is never taken for a mention.
    pieces = _MARKED.split(text)
    pieces[::2] = [_MARKS.sub("", html.unescape(one)) for one in pieces[::2]]
    return Spoken(clean("".join(pieces)), tuple(people))


def mentions(activity: Json) -> list[Json]:
    entities = activity.get("entities")
    listed = entities[:MOST_MENTIONS] if isinstance(entities, list) else []
    return [one for one in listed if isinstance(one, dict) and str(one.get("type")).lower() == "mention"]


def clean(text: str) -> str:
    """The text with plain spaces, without what cannot be seen."""
    return _SPACES.sub(" ", _UNSEEN.sub("", text[:LONGEST_TEXT])).strip()


def _again(activity: Json, tag: str) -> bool:
    return [one.get("text") for one in mentions(activity)].count(tag) > 1


def plain(content: str) -> str:
    """The words of a message that is written in HTML; its paragraphs become lines, a picture its name."""
    text = _PICTURE.sub(r" \1 ", content[:LONGEST_TEXT])
    text = _TAGS.sub("", _BLOCK.sub("\n", text))
    lines = (clean(line) for line in html.unescape(text).split("\n"))
    return "\n".join(line for line in lines if line)
