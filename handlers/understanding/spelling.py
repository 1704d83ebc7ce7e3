"""Words as they are meant: abbreviations written out, slips of the pen put right. Names are left alone."""

import re
from functools import cache

LONGEST = 1500  # characters that are looked at

_QUOTES = str.maketrans(
    {"’": "'", "‘": "'", "`": "'", "\u00b4": "'", "“": '"', "”": '"', "„": '"', "\u00a0": " "}
)

# Whole words, in small letters, with what they stand for.
_SHORT = {
    "tmrw": "tomorrow", "tmr": "tomorrow", "tmw": "tomorrow", "tmro": "tomorrow",
    "2moro": "tomorrow", "2morrow": "tomorrow", "tomo": "tomorrow", "tdy": "today", "2day": "today",
    "yday": "yesterday", "ystrdy": "yesterday", "yest": "yesterday",
    "nxt": "next", "wk": "week", "wks": "weeks", "mins": "minutes",
    "vm": "voicemail", "vmail": "voicemail", "v-mail": "voicemail", "vms": "voicemails", "e-mail": "email",
    "e-mailed": "emailed", "eml": "email", "walkin": "walk-in", "w/in": "walk-in",
    "w/": "with", "abt": "about", "re:": "about", "rgd": "about", "rgding": "about",
    "frm": "from",
    "thx": "thanks", "thnx": "thanks", "thks": "thanks", "tks": "thanks",
    "thanx": "thanks", "tysm": "thanks", "pls": "please", "plz": "please",
    "u": "you", "ur": "your", "r": "are", "im": "I'm", "ive": "I've", "wont": "won't", "cant": "can't",
    "didnt": "didn't", "whos": "who's", "whats": "what's", "wat": "what", "wats": "what's", "wat's": "what's",
    "wut": "what", "wheres": "where's", "hows": "how's", "w/o": "without", "vaca": "vacation",
    "vac": "vacation", "ooo": "out of office", "oof": "out of office", "msg": "message", "msgs": "messages",
    "thur": "thursday", "thurs": "thursday", "thrs": "thursday", "tues": "tuesday", "weds": "wednesday",
    "wednes": "wednesday", "sept": "september", "til": "until", "till": "until",
    "'til": "until", "thru": "through", "b/c": "because", "bc": "because", "rec'd": "received",
    "rcvd": "received", "recd": "received", "recieved": "received", "ltr": "letter",
    "cust": "customer", "ack'd": "acked",
    "tommorow": "tomorrow", "tommorrow": "tomorrow", "tomorow": "tomorrow", "tomorrrow": "tomorrow",
    "wensday": "wednesday", "wendsday": "wednesday", "wedensday": "wednesday", "febuary": "february",
}  # fmt: skip

# What may have lost a letter, doubled one, or changed two.
_MEANT = """
    about again anything appointment assign away back because call called calling close closed cover covered
    covering covers customer digest dropped email emailed emailing everything extension finished friday hello
    handed inquiry leave letter message monday morning needs office overdue please received regarding remind
    reminder reminders replied resolved saturday sick spanish status stopped sunday thanks thursday today
    tomorrow tuesday vacation voicemail waiting walked wednesday week weeks wrote yesterday january february
    september october november december answered acknowledged promised transfer afternoon until through next
"""
_CUES = tuple(_MEANT.split())
# True words, and names, that a slip would look like.
_TRUE = frozenset(
    """
    abut cloe coverd frida hell need pleas reminders stats thank though trough weeks leave leaves call calls
    """.split()  # noqa: SIM905  # words are read more easily than a list of them
)


def clean(text: str) -> str:
    """The text with plain quotes, without the marks that we set ourselves, no longer than is looked at."""
    plain = text[:LONGEST].translate(_QUOTES).replace("⟦", " ").replace("⟧", " ")
    lines = [" ".join(line.split()) for line in plain.splitlines()]
    return "\n".join(line for line in lines if line)


def spelled(text: str) -> str:
    """The text with each word as it was meant."""
    return re.sub(r"[^\s,;!?()\n\"⟦⟧]+", lambda match: _word(match[0]), text)


def _word(word: str) -> str:
    small = word.lower()
    if len(small.rstrip(".")) == 1 and word != small.rstrip("."):
        return word  # an initial
    if small in _SHORT:
        return _like(word, _SHORT[small])
    stem = small.rstrip(".:")
    if stem != small and stem in _SHORT:
        return _like(word, _SHORT[stem]) + (":" if small.endswith(":") else "")
    meant = _slips().get(stem)
    return _like(word, meant) + small[len(stem) :] if meant else word


def _like(word: str, meant: str) -> str:
    return meant.capitalize() if word[:1].isupper() and meant.islower() else meant


@cache
def _slips() -> dict[str, str]:
    """Every slip of one letter that we put right, with the word that was meant."""
    found: dict[str, str] = {}
    for cue in _CUES:
        if len(cue) < 5:
            continue
        for place in range(len(cue)):
            lost = cue[:place] + cue[place + 1 :] if place else cue
            doubled = cue[: place + 1] + cue[place:]
            changed = cue[:place] + cue[place : place + 2][::-1] + cue[place + 2 :]
            for slip in (lost, doubled, changed):
                if len(slip) >= 4:
                    found.setdefault(slip, cue)
    return {slip: cue for slip, cue in found.items() if slip not in _CUES and slip not in _TRUE}
