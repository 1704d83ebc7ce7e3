"""How people are called in a sentence: a customer, and the inquiry that goes by their name."""

import re

_BEFORE_NAME = re.compile(
    r"^(?:(?:a|an|the|our|my|this|that|some|new)\s+)?(?:(?:customer|client|resident|citizen|applicant|"
    r"caller|lady|guy|man|woman|person|someone)"
    r"(?:\s+(?:named|called|by the name of))?[,:]?\s+)?(?=\S)",
    re.I,
)
_LITTLE = {
    "van",
    "von",
    "de",
    "la",
    "le",
    "du",
    "da",
    "del",
    "della",
    "of",
    "the",
    "and",
    "bin",
    "al",
    "y",
    "from",
    "at",
}
_NOBODY = {
    "customer",
    "client",
    "resident",
    "someone",
    "somebody",
    "lady",
    "guy",
    "man",
    "woman",
    "person",
    "caller",
    "unknown",
    "unknown number",
    "unknown caller",
    "anonymous",
    "blocked number",
    "applicant",
}
_TITLE = re.compile(r"^(?:mr|mrs|ms|mx|dr|miss)\b\.?", re.I)


def tidy(text: str) -> str:
    """Without the marks and spaces that stood around it."""
    text = text.strip(" \t\n,;:.–—-!")
    if text.startswith("(") and text.endswith(")"):
        text = text[1:-1]
    if len(text) > 1 and text[0] == text[-1] == '"':
        text = text[1:-1]
    return re.sub(r"\s+", " ", text).strip(" ,;:–—-(") if text.count("(") > text.count(")") else text.strip()


def customer_name(text: str) -> str:
    """The name as it is written; in capitals where it was typed in small letters. "" for "a lady"."""
    text = tidy(re.sub(r"\s+", " ", text))
    text = re.sub(r"^(?:that|from|just|and|also|then)\s+", "", text, flags=re.I)
    bare = _BEFORE_NAME.sub("", text, count=1)
    text = bare if bare and not bare.islower() else bare if re.match(r"(?:a|an|the)\s", text, re.I) else text
    if text.casefold() in _NOBODY or not text:
        return ""
    if text == text.lower():
        words = text.split(" ")
        text = " ".join(
            one if one in _LITTLE and number else _capital(one) for number, one in enumerate(words)
        )
    return text[:200]


def _capital(word: str) -> str:
    if "@" in word or any(one.isdigit() for one in word):
        return word
    return "-".join(part[:1].upper() + part[1:] for part in word.split("-"))


def about(text: str) -> str:
    """The words by which an inquiry is looked for, a number, a name, a subject; and no others."""
    text = tidy(re.sub(r"\s+", " ", text))
    text = re.sub(r"^(?:the|that|my|this)\s+", "", text, flags=re.I)
    text = re.sub(
        r"(?:'s|s')?\s+(?:case|inquiry|request|file|ticket|issue|one|question|matter|thing|stuff|call|email|"
        r"permit thing)$",
        "",
        text,
        flags=re.I,
    )
    text = re.sub(
        r"^(?:case|inquiry|request|file|ticket|issue|one|question|matter) (?:of|from|by|about|for|with)\s+",
        "",
        text,
        flags=re.I,
    )
    return tidy(re.sub(r"'s$", "", text))[:120]
