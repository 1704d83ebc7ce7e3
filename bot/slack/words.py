"""A person's words as Slack writes them down, and as they were meant."""

import re

_CONTROL = re.compile(r"<([^<>]*)>")
# What a template, a database or a reader could trip over: controls but line breaks, half a character.
_UNSEEN = re.compile("[\x00-\x08\x0b-\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")
_SPACES = re.compile("[\u00a0\u2000-\u200a\u202f\u205f\u3000]")


def words(text: str) -> str:
    """The words without Slack's escapes: links, mentions and addresses as they were meant."""
    bare = _CONTROL.sub(_meant, visible(text))
    for entity, sign in (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        bare = bare.replace(entity, sign)
    return _SPACES.sub(" ", bare).strip()


def visible(text: str) -> str:
    """The text without what nobody can see; line breaks stay."""
    return _UNSEEN.sub("", text)


def _meant(control: re.Match[str]) -> str:
    target, _, label = control[1].partition("|")
    if target.startswith("@"):
        return target
    if target.startswith("#"):
        return f"#{label or target[1:]}"
    if target.startswith("!"):
        return label or f"@{target[1:].partition('^')[2] or target[1:]}"
    if target.startswith("mailto:"):
        return target.removeprefix("mailto:")
    return label or target.removeprefix("tel:")
