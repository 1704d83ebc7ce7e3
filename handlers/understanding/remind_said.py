"""A reminder that somebody wishes for: "remind me about Lopez on Thursday"."""

import re
from datetime import date

from handlers.times import CLOSING
from handlers.understanding.dated import Way, moments
from handlers.understanding.here import Here
from handlers.understanding.one_inquiry import PRONOUN, whole
from handlers.understanding.people import about, tidy
from handlers.understanding.said import Intent, Names, Understood
from handlers.understanding.stretches import Marked

_REMIND = whole(
    r"(?:can you |could you |please |pls |would you |i need you to |also )*(?:remind|ping|nudge|poke|alert|"
    r"bug|tell|notify)(?: me)?(?: again)? (?P<day>(?:(?:on|at|by|"
    r"in)? ?⟦t\d+⟧,? ?(?:and )?)+)(?P<rest>(?:about|of|re|regarding|on|to|that|for|when|i need)\b.{1,200})",
    r"(?:can you |could you |please |pls |would you |i need you to |also )*(?:reminder|remind|ping|nudge|"
    r"poke|alert|bug|tell|notify|set (?:a |me a )?reminder|set me a reminder|create a reminder|"
    r"add a reminder|i need a reminder)(?: me)?(?: again)?:? ?(?P<rest>(?:(?:about|of|re|regarding|on|to|"
    r"that|for|when)\b)?.{1,200})",
    r"(?:don't|dont|do not) let me forget (?P<rest>(?:about|to)\b.{1,200})",
)
_TASK = re.compile(
    r"^(?:to|that i (?:need to|have to|should|must)|i need to|i have to) (?P<verb>call|email|e-mail|phone|"
    r"ring|write|write to|answer|reply to|respond to|follow up with|follow up on|check in with|check in on|"
    r"check on|check with|get back to|close|finish|contact|text|message|touch base with|talk to|look at|"
    r"look into|ack|acknowledge|update|ask|finish|send|do|see|chase|review)(?: (?:to|"
    r"back to))? (?P<about>.{1,80}?)(?: back)?(?P<more>(?: (?:about|re|regarding|with|that|if|whether|"
    r"for) .{1,120})?)$",
    re.I,
)


# "tomorrow 9": after the day of a reminder a number is its hour.
_HOUR_LAST = re.compile(
    r"^(?P<begins>(?:[^\n]{0,30} )?(?:remind(?:er)?|ping|nudge)\b[^\n]{0,300}? "
    r"(?:today|tomorrow|(?:mon|tues|wednes|thurs|fri|satur|sun)day|mon|tue|wed|thu|fri)),? "
    r"(?P<hour>[01]?\d|2[0-3])(?P<end>[ .!]*)$",
    re.I,
)


def with_hour(text: str) -> str:
    """A reminder with its hour as it would be written out: "tomorrow at 9"."""
    return _HOUR_LAST.sub(r"\g<begins> at \g<hour>\g<end>", text)


def reminded(text: str, marked: Marked, here: Here, _names: Names) -> Understood | None:
    found = next((one for pattern in _REMIND if (one := pattern.fullmatch(text))), None)
    if found is None or re.match(r"tell(?: me)? (?:about|what|who|if|how|when|to)\b", text, re.I):
        return None
    rest, marks = found["rest"], re.findall(r"⟦t\d+⟧", found.groupdict().get("day") or "")
    # The last time that is named is the reminder's, where none stood in front.
    if not marks and (named := re.findall(r"⟦t\d+⟧", rest)):
        marks = (
            named[-2:]
            if re.search(rf"{named[-1]}[ .!]*$", rest)
            and re.search(r"⟦t\d+⟧,? ?(?:at |on )?⟦t\d+⟧[ .!]*$", rest)
            else named[-1:]
        )
        for one in marks:
            rest = re.sub(rf"[ ,]*(?:on |at |by |in |for |first thing |until )*{re.escape(one)}", " ", rest)
    slots: dict[str, str] = {}
    task = _TASK.match(tidy(rest)) if rest else None
    if task:
        words, note = (
            task["about"],
            tidy(marked.whole(re.sub(r"^(?:to|that i \w+(?: to)?|i \w+ to) ", "", tidy(rest), flags=re.I))),
        )
        slots["note"] = note
    else:
        words = re.sub(r"^(?:about|of|re|regarding|on|that|for|to)\b:? ?", "", rest.strip(), flags=re.I)
        # "about Lopez to call the lab": the second half is what it is about.
        split = re.fullmatch(
            r"(?P<about>.{1,60}?)(?:,| -|:)? (?P<note>(?:to|about|re|regarding|that|because|so)\b.{2,160})",
            tidy(words),
            re.I,
        )
        if split:
            words, slots["note"] = (
                split["about"],
                tidy(marked.whole(re.sub(r"^(?:to|about|re|regarding) ", "", split["note"], flags=re.I))),
            )
    # Of a week nobody says which day: it is asked for.
    words = re.sub(r"[ ,]*(?:sometime )?(?:next|this|later this) (?:week|month)$", "", words, flags=re.I)
    name = about(marked.whole(words))
    unsure: dict[str, tuple[str, ...]] = {}
    if name and not PRONOUN.match(name):
        slots["about"] = name
    _when(marked, marks, here, slots, unsure)
    missing = tuple(one for one in ("about", "when") if one not in slots and one not in unsure)
    return Understood(Intent.REMIND, slots, missing, unsure)


def _when(
    marked: Marked, marks: list[str], here: Here, slots: dict[str, str], unsure: dict[str, tuple[str, ...]]
) -> None:
    words = " ".join(marked[one] for one in marks)
    if CLOSING.search(words.lower()) and (days := moments(words, Way.AHEAD, here)):
        slots["when"] = f"{days[0][0]} {_closing(days[0][0], here)}".strip()
        return
    found = moments(words, Way.AHEAD, here) or (moments(marked[marks[0]], Way.AHEAD, here) if marks else [])
    written = tuple(dict.fromkeys(f"{day} {clock}".strip() for day, clock in found))
    if len(written) == 1:
        slots["when"] = written[0]
    elif written:
        unsure["when"] = written


def _closing(day: str, here: Here) -> str:
    on = date.fromisoformat(day)
    if not here.calendar.is_open_day(on):
        return ""
    return f"{here.calendar.local(here.calendar.closing(on)):%H:%M}"
