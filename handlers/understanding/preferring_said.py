"""What people prefer for themselves, as they say it: "remind me 2 hours earlier", "in Spanish please"."""

import re
from datetime import time

from handlers.times import COUNTS, PATTERNS, Unreadable, times_of_day
from handlers.understanding.said import Intent, Understood
from handlers.understanding.stretches import Marked
from models.languages import read_language

_LEAD = r"(?:can you |could you |please |pls |i want to |i'd like to |i'd like |i want |from now on |let's )*"
_COUNT = rf"(?P<count>\d{{1,2}}|{'|'.join(COUNTS)})"
_EARLIER = re.compile(
    rf"{_LEAD}(?:remind|reminders?|be reminded|my reminders?|send (?:me )?(?:my )?reminders?|notify|tell|"
    rf"warn|alert|get reminders?|get reminded|set (?:my )?reminders? (?:to|for))?(?: me)?(?: (?:about|"
    rf"of) (?:deadlines|things|everything|due dates))?(?: (?:at least|always|should come|to come))*"
    rf" ?{_COUNT} (?:business |working |office )?(?:hours?|hrs?|h)(?: (?:earlier|before|ahead|in advance|"
    rf"prior|early|beforehand))(?: of)?(?: (?:the |a |each |every |my )?(?:deadlines?|due dates?|due|"
    rf"it's due|it is due|they are due|things are due|something is due))?",
    re.I,
)
_USUAL = re.compile(
    rf"{_LEAD}(?:reminders?|remind me|my reminders?|put reminders back to|set reminders)(?: back)?(?: to|"
    rf" as)? (?:usual|normal|default|the usual(?: time)?|the default)",
    re.I,
)
_NO_DIGEST = re.compile(
    rf"{_LEAD}(?:no (?:more )?(?:(?:daily|morning) )?(?:digests?|summary)|(?:stop|turn off|switch off|"
    rf"disable|cancel|end|don't send|do not send|unsubscribe (?:me )?from)(?: me| sending)?(?: me)? ?(?:the|"
    rf"my|a)? ?(?:(?:daily|morning) )?(?:digests?|summary)|(?:the |my )?(?:(?:daily|morning) )?digest off|"
    rf"(?:i )?don't (?:want|need) (?:the|a|my) (?:(?:daily|morning) )?(?:digest|summary))(?: please|"
    rf" anymore| any more)*",
    re.I,
)
_DIGEST = re.compile(
    rf"{_LEAD}(?:(?:turn on|switch on|enable|send|give|start|restart|get|move|change|set|have|i want|put|"
    rf"make)(?: me)? ?(?:the|my|a)? ?)?(?:(?:daily|morning) )?(?:digest|summary)(?: (?:come|comes|please|"
    rf"should come|back|again|on|to))*(?: (?:at|to|for|around|by))? ?(?P<at>⟦t\d+⟧|"
    rf"\d{{1,2}})?(?: (?:instead|please|every (?:day|morning)|daily|from now on))*",
    re.I,
)
_LANGUAGE = re.compile(
    rf"{_LEAD}(?:(?:can we |can you |could you )?(?:speak|talk|write|answer|reply|respond|switch|change|use|"
    rf"do|set (?:my )?language|my language is|language|change (?:my |the )?language|i prefer|"
    rf"i'd rather have|habla|hable|háblame)(?: (?:to|with|it|me|this|me in))*)? ?(?:(?:in|to|en|"
    rf"auf) )?(?P<language>[a-zñáéíóúüç]{{4,12}})(?: (?:with me|to me|from now on|instead|language|"
    rf"por favor|gracias))*",
    re.I,
)
_SPANISH = {
    "castellano": "es",
    "inglés": "en",
    "ingles": "en",
    "englisch": "en",
    "spanisch": "es",
    "anglais": "en",
}


def preferred(marked: Marked) -> Understood | None:
    """What they would like otherwise; None for a sentence of anything else."""
    text = re.sub(r"\s+", " ", marked.text).strip(" .!?")
    text = re.sub(r"(?:,? (?:please|pls|thanks))+$", "", text, flags=re.I)
    if found := _EARLIER.fullmatch(marked.whole(text)):
        count = COUNTS.get(found["count"].lower()) or int(found["count"])
        return Understood(Intent.PREFER, {"reminders": str(count)})
    if _USUAL.fullmatch(text):
        return Understood(Intent.PREFER, {"reminders": "usual"})
    if _NO_DIGEST.fullmatch(text):
        return Understood(Intent.PREFER, {"digest": "off"})
    if "digest" in text.lower() or "summary" in text.lower():
        return _digest(text, marked)
    if found := _LANGUAGE.fullmatch(text):
        said = found["language"]
        tag = _SPANISH.get(said.lower()) or read_language(said)
        if tag:
            return Understood(Intent.PREFER, {"language": tag})
    return None


def _digest(text: str, marked: Marked) -> Understood | None:
    found = _DIGEST.fullmatch(text)
    if found is None or not (
        found["at"] or re.search(r"\b(?:on|again|back|enable|start|restart|want)\b", text, re.I)
    ):
        return None
    if not found["at"]:
        return Understood(Intent.PREFER, {"digest": "on"})
    clock = _clock_of(marked.whole(found["at"]))
    return Understood(Intent.PREFER, {"digest": f"{clock:%H:%M}"}) if clock else None


def _clock_of(words: str) -> time | None:
    """A time of day alone, such as that of a digest: `8:30`, `at 7`; the morning's of two."""
    text = " ".join(words.lower().split()).rstrip(" .")
    text = f"at {text}" if text.isdigit() else text
    for pattern in PATTERNS:
        if found := pattern.fullmatch(text) or pattern.fullmatch(text.removeprefix("at ")):
            try:
                read = times_of_day(found, to_24=False)
            except Unreadable:
                return None
            return read[0] if read else None
    return None
