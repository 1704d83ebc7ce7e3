"""What in a message would act in front of its reader: mentions, broadcasts, links, tags, reckonings."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

from markdown_it import MarkdownIt

OURS = "https://replies.example.gov/survey/"
"""Where the only links of ours lead."""

_SLACK = re.compile(r"<([^<>]*)>")
_DATE = re.compile(r"!date\^\d+\^[^|]*\|[^|]*")
# Controls but the line end, marks that turn the direction, invisible fillers, halves of characters.
_UNSEEN = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2028\u2029\u2061-\u206f\ufeff\ud800-\udfff]"
)
_RECKONED = re.compile(r"\{\{\s*(?:DATE|TIME)\s*\(")
_AT = re.compile(r"(?<!\\)<\s*/?\s*at\b", re.IGNORECASE)
_MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def within(message: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """Every name and text of a JSON value."""
    if isinstance(message, dict):
        if message.get("type") == "mrkdwn":
            yield "mrkdwn", message
        for key, value in message.items():
            yield from within(value, key)
    elif isinstance(message, list):
        for value in message:
            yield from within(value, name)
    elif isinstance(message, str):
        yield name, message


def slack_faults(blocks: Any, fallback: str) -> list[str]:
    """What Slack would make more of than text."""
    found = [*slack_text_faults(fallback, dates=False)]
    for name, value in within(blocks):
        if name == "mrkdwn":
            found += slack_text_faults(value["text"], dates=True)
            found += [] if value.get("verbatim") is True else ["not verbatim"]
        elif name == "url":
            found.append(f"a button that leads to {value}")
        elif name not in ("value", "text"):
            found += _unseen(value)
    return found


def slack_text_faults(text: str, *, dates: bool) -> list[str]:
    found = _unseen(text)
    for control in _SLACK.findall(text):
        if not (dates and _DATE.fullmatch(control)) and not control.startswith(OURS):
            found.append(f"<{control}>")
    bare = _SLACK.sub("", text)
    return found + (["a bare < or >"] if re.search(r"<|(?m:(?<!^))>", bare) else [])


def teams_faults(card: Any, fallback: str) -> list[str]:
    """What an Adaptive Card would make more of than text."""
    found = _unseen(fallback)
    for name, value in within(card):
        if name in ("text", "value", "title"):
            found += _unseen(value)
        if name == "url":
            found.append(f"a button that leads to {value}")
        if name in ("text", "value"):
            found += markdown_faults(value)
    return found


def markdown_faults(text: str) -> list[str]:
    found = ["a reckoning"] if _RECKONED.search(text) else []
    found += ["a mention"] if _AT.search(text) else []
    for token in _MARKDOWN.parse(text):
        for one in (token, *(token.children or ())):
            link = str(one.attrs.get("href") or one.attrs.get("src") or "")
            if one.type in ("link_open", "image") and not link.startswith(OURS):
                found.append(f"{one.type} {link}")
            if one.type in (
                "html_inline",
                "html_block",
                "fence",
                "code_block",
                "heading_open",
                "hr",
                "table_open",
            ):
                found.append(one.type)
    return found


def html_faults(text: str) -> list[str]:
    reader = _Tags()
    reader.feed(text)
    reader.close()
    begun = ["a tag without an end"] if re.search(r"<(?!/?(?:strong|a)\b)", text) else []
    return [*reader.found, *begun, *_unseen(text)]


def plain_faults(text: str) -> list[str]:
    return _unseen(text)


def _unseen(text: str) -> list[str]:
    return [f"unseen {one!r}" for one in _UNSEEN.findall(text)]


class _Tags(HTMLParser):
    """Notes every tag that the voice does not write itself."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        ours = tag == "strong" and not attrs
        link = tag == "a" and [name for name, _ in attrs] == ["href"] and str(attrs[0][1]).startswith(OURS)
        if not ours and not link:
            self.found.append(f"<{tag} {attrs}>")

    def handle_endtag(self, tag: str) -> None:
        if tag not in ("strong", "a"):
            self.found.append(f"</{tag}>")

    def handle_comment(self, data: str) -> None:
        self.found.append(f"<!--{data}")

    def handle_decl(self, decl: str) -> None:
        self.found.append(f"<!{decl}")

    def handle_pi(self, data: str) -> None:
        self.found.append(f"<?{data}")
