"""An inquiry as it is told: "Maria Lopez called at 9:40 about her parking permit, 608-555-0133"."""

import re

from handlers.understanding.dated import Way, before, has_time, moments, part_of
from handlers.understanding.here import Here
from handlers.understanding.log_cues import (
    ALONE,
    ASKED,
    CAME,
    CUE,
    GOT,
    HAD,
    LABEL,
    LEAD,
    NEEDED,
    NEEDED_WHAT,
    NOTED,
    NOUNS,
    OWNED,
    OWNER,
    PAST_ALONE,
    REACH,
    SHORT,
    SICK,
    SPOKE,
    VERBS,
    WANTS,
    WHEN_SAID,
    WISHED,
)
from handlers.understanding.one_inquiry import is_home
from handlers.understanding.people import customer_name, tidy
from handlers.understanding.said import Intent, Names, Understood
from handlers.understanding.stretches import CALL, MAIL, TIME, Marked

REQUIRED = ("channel", "customer", "subject")


def log_said(marked: Marked, here: Here, names: Names) -> Understood | None:
    """What is to be logged; None where the sentence tells of no customer who got in touch."""
    if wished := WISHED.fullmatch(marked.text):
        kind = NOUNS.get((wished["noun"] or "").lower(), "")
        return Understood(Intent.LOG, {"channel": kind} if kind else {}, REQUIRED[1:] if kind else REQUIRED)
    text = LEAD.sub("", marked.text, count=1)
    if (alone := ALONE.fullmatch(text)) and (channel := NOUNS[alone["noun"].lower()]):
        return Understood(Intent.LOG, {"channel": channel}, ("customer", "subject"))
    found = _channel_and_rest(text)
    if found is None:
        return None
    channel, head, rest = found
    slots: dict[str, str] = {"channel": channel} if channel else {}
    unsure: dict[str, tuple[str, ...]] = {}
    asks: list[str] = []
    rest, head = _contacts(marked, slots, rest), _contacts(marked, slots, head)
    rest = _needed(marked, slots, unsure, rest, here)
    if owner := OWNER.search(rest):
        whole = names.handle(owner["who"])
        if whole:
            slots["owner"], rest = whole, rest[: owner.start()]
    if head:
        name, subject = head, rest
        cue = CUE.search(subject)
        before = subject[: cue.start()] if cue else ""
        spoken = [head, before]
        subject = subject[cue.end() :] if cue else _behind(subject)
    else:
        cue = CUE.search(rest)
        name, subject = (rest[: cue.start()], rest[cue.end() :]) if cue else _cut(rest)
        spoken = [name]
    subject, said = _trailing_time(subject, marked)
    times = [one for part in spoken for one in re.findall(rf"⟦{TIME}\d+⟧", part)] + said
    if not cue and not subject and not head and not (channel and GOT.match(text)):
        return None
    _received(marked, times, slots, unsure, asks, here)
    name = customer_name(marked.whole(re.sub(rf"[\s,]*(?:at |on )?⟦{TIME}\d+⟧", "", name)))
    if name:
        slots["customer"] = name
    subject = _subject(marked.whole(subject))
    if subject:
        slots["subject"] = subject
    missing = [one for one in REQUIRED if one not in slots] + asks
    return Understood(Intent.LOG, slots, tuple(missing), unsure)


def _channel_and_rest(text: str) -> tuple[str, str, str] | None:
    """The channel ("" where it is not told), the name where it stands alone, and what follows."""
    if got := GOT.match(text):
        when = f"{got['when']} " if got["when"] else ""
        return NOUNS[got["noun"].lower()], "", f"{got['rest']}{', ' if when else ''}{when}"
    if label := LABEL.match(text):
        channel = NOUNS[label["noun"].lower()]
        within = None if channel else _channel_and_rest(label["rest"])
        return within or (channel, "", label["rest"])
    if spoke := SPOKE.match(text):
        return ("chat" if spoke["verb"].lower() == "chatted" else "call"), "", spoke["rest"]
    if wants := WANTS.match(text):
        return _channel(wants["verb"]), wants["name"], f"{wants['rest']},{wants['when']}"
    if had := HAD.match(text):
        return "walk-in", had["name"], had["rest"]
    if owned := OWNED.match(text) or NOTED.match(text):
        return NOUNS[owned["noun"].lower()], owned["name"], owned["rest"]
    came = CAME.match(text)
    if came and len(came["name"].split()) <= 7 and not is_home(came["name"]) and not SICK.match(came["rest"]):
        own = f", {re.search(r'⟦[pe][0-9]+⟧', came[0])[0]}" if came["own"] else ""  # type: ignore[index]  # it is there
        return _channel(came["verb"]), f"{came['before']}{came['name']}", came["rest"] + own
    if asked := ASKED.match(text):
        return "", asked["name"], asked["rest"]
    if (short := SHORT.match(text)) and NOUNS[short["noun"].lower()]:
        return NOUNS[short["noun"].lower()], "", short["rest"]
    return None


def _channel(verb: str) -> str:
    return next(kind for pattern, kind in VERBS if re.fullmatch(pattern, verb, re.I))


def _contacts(marked: Marked, slots: dict[str, str], text: str) -> str:
    for kind, name in ((CALL, "phone"), (MAIL, "email")):
        found = re.search(rf"⟦{kind}\d+⟧", text)
        if found and name not in slots:
            slots[name] = marked[found[0]]
    return REACH.sub(" ", text)


def _needed(
    marked: Marked, slots: dict[str, str], unsure: dict[str, tuple[str, ...]], text: str, here: Here
) -> str:
    found = NEEDED.search(text) or NEEDED_WHAT.search(text)
    if found is None:
        return text
    said = moments(marked[f"⟦{found['mark']}⟧"], Way.AHEAD, here)
    if (found["by"] or "").strip().lower() == "before":
        said = [before(one, here) for one in said]
    days, clocks = (tuple(dict.fromkeys(one[place] for one in said)) for place in (0, 1))
    for name, several in (("needed_day", days), ("needed_time", clocks)):
        if len(several) == 1 and several[0]:
            slots[name] = several[0]
        elif len(several) > 1 and all(several):
            unsure[name] = several
    whole = "cut" not in found.groupdict()
    return text[: found.start() if whole else found.start("cut")] + "," + text[found.end() :]


def _cut(text: str) -> tuple[str, str]:
    """Name and subject where no word stands between them: a comma, a dash, a new line does."""
    parts = re.split(r"\s*(?:[,;:\n]|\s[-–—]\s|\.\s)\s*", text.strip(" .,"), maxsplit=1)
    return parts[0], parts[1] if len(parts) > 1 else ""


def _behind(text: str) -> str:
    """What follows a comma, a dash, a colon or a sentence after the verb."""
    found = re.search(r"[,;:\n–—]|\s-\s|\.\s", text)
    if found is None:
        return "" if not text.strip(" .,!") else text
    return text[found.end() :]


def _trailing_time(subject: str, marked: Marked) -> tuple[str, list[str]]:
    """A time at the end that stands apart, or can only be past, is when it came in; others are its own."""
    found = None
    for one in WHEN_SAID.finditer(subject):
        apart = re.match(r"[\s]*[,;.(–—-]", one[0]) or re.match(
            r"\s*(?:received|called|came|come|arrived|left|sent)\b", one[0], re.I
        )
        past = PAST_ALONE.search(marked[f"⟦{one['mark']}⟧"])
        at_end = not subject[one.end() :].strip(" .,;!)") or re.match(r"\s*[,;.]", subject[one.end() :])
        if at_end and (apart or past or not subject[: one.start()].strip(" ,.")):
            found = one
            break
    if found is None:
        return subject, []
    return f"{subject[: found.start()]} {subject[found.end() :]}", [f"⟦{found['mark']}⟧"]


def _received(
    marked: Marked,
    times: list[str],
    slots: dict[str, str],
    unsure: dict[str, tuple[str, ...]],
    asks: list[str],
    here: Here,
) -> None:
    if not times:
        return
    words = " ".join(marked[one] for one in dict.fromkeys(times))
    found = moments(words, Way.PAST, here) or moments(marked[times[0]], Way.PAST, here)
    days, clocks = (
        tuple(dict.fromkeys(one[0] for one in found)),
        tuple(dict.fromkeys(one[1] for one in found)),
    )
    for name, several in (("received_day", days), ("received_time", clocks)):
        if len(several) == 1 and several[0]:
            slots[name] = several[0]
        elif len(several) > 1:
            unsure[name] = several
    if part_of(words) not in ("", "morning") and not has_time(words, here):
        asks.append("received_time")


def _subject(text: str) -> str:
    text = re.sub(r"\s*\n\s*", ", ", text)
    text = re.sub(r"\s+", " ", re.sub(r"(?:\s*,){2,}", ",", text))
    return tidy(text)
