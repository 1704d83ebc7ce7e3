"""An inquiry that goes to a colleague, or needs more time: "give Lopez to Lee", "need more time for Chen"."""

import re

from handlers.understanding.here import Here
from handlers.understanding.one_inquiry import I_DID, PRONOUN, dated_by, is_home, named, whole
from handlers.understanding.people import tidy
from handlers.understanding.said import Intent, Names, Understood
from handlers.understanding.stretches import Marked

_ASSIGN = whole(
    r"(?:can you |could you |please |pls |i )*(?:give|gave|hand|handed|pass|passed|transfer|transferred|"
    r"assign|assigned|reassign|reassigned|hand off|switch|delegate|move|moved|forward|forwarded|route|send|"
    r"refer|referred)"
    r"(?: off| over| on| along)? (?P<about>.{1,80}?)(?: off| over| on| along)? (?:to|over to|on to|"
    r"onto) (?P<to>@?[\w.'-]{1,30}(?: [\w.'-]{1,30})?)(?: please| thanks| now| for now| today| instead|"
    r" for me| then)*",
    r"(?:please |pls )?(?:can |could |let |have |would |ask |tell |"
    r"get )(?P<to>@?[\w.'-]{1,30}) (?:please )?(?:to )?(?:take|"
    r"handle|have|get|do|own|take care of|deal with|look after)(?: over| on)? (?P<about>.{1,80}?)(?: please|"
    r" for me| instead| over)*",
    r"(?P<to>@?[\w.'-]{1,30})(?: is|'s| will|'ll| should| can| has agreed to| agreed to| is going to|"
    r" wants to| offered to)? (?:takes?|taking|handles?|handling|take on|taking on|own|owns|take care of|"
    r"have|"
    r"taking care of)(?: over| on)? (?P<about>.{1,80}?)(?: from (?:now|here)(?: on)?| for me| over| instead|"
    r" now)*",
    r"(?:give|hand|pass|assign) (?P<to>@?[\w.'-]{1,30}) (?P<about>(?!over\b|to\b).{1,80}?)",
    r"(?P<about>.{1,60}?) (?:goes|should go|is going|needs to go|belongs|"
    r"can go) to (?P<to>@?[\w.'-]{1,30})(?: please| now| instead)*",
    r"(?P<about>.{1,60}?) (?:is|should be|is now) (?P<to>@?[\w.'-]{1,30})'s(?: now| inquiry| case)*",
)
_LOOSE = re.compile(
    r"\b(?:send|forward|forwarded|move|moved|route|refer|referred|switch|takes?|taking|handles?|handling|"
    r"have|get|do|goes|go|is|be|own|owns|take)\b",
    re.I,
)
_EXTEND = whole(
    rf"{I_DID}(?:need|needs|want) (?:until|to|till) ⟦(?P<mark>t\d+)⟧ (?:for|on|"
    rf"with) (?P<about>[^,;:\n]{{1,60}}?)"
    r"(?:(?:(?: ?[,:;.–—] ?| - )(?:because |since |as )?| (?:because|since|as|due to) )(?P<words>.{2,300}))?",
    rf"{I_DID}(?:need|needs|want|want to ask for|requesting|request|ask for|get|going to need|will need|"
    rf"can i (?:get|have)|could i (?:get|have)|may i have)(?: a little| a bit| some| much| a| an)?"
    rf"(?: (?:\d+|a few|two|three|one|couple of) )?(?: ?(?:more|extra|additional|longer|"
    rf"another))?(?: (?:time|days?|weeks?|extension|while|hours?))+ (?:for|on|with|to answer|to finish|"
    rf"to close) (?P<about>.{{1,60}}?)"
    r"(?:,? (?:until|till|to|through|by) ⟦(?P<mark>t\d+)⟧)?(?:(?:(?: ?[,:;.–—] ?| - )(?:because |since |as |"
    r"reason:? |due to )?| (?:because|since|as|due to) )(?P<words>.{2,300}))?",
    r"(?:can (?:we|i|you) |could (?:we|i|you) |please |pls |i need to |need to |have to |"
    r"we need to )*(?:extend|push|push back|push out|postpone|delay|move)(?: the)?(?: deadline|"
    r" due date)?(?: for| of| on)? (?P<about>.{1,60}?)(?:'s)?(?: deadline| due date)?(?: back| out)?"
    r"(?: (?:until|till|to|by|through) ⟦(?P<mark>t\d+)⟧)?(?:(?:(?: ?[,:;.–—] ?| - )(?:because |since |as |"
    r"reason:? |due to )?| (?:because|since|as|due to) )(?P<words>.{2,300}))?",
    r"(?P<about>[^,.;:!?\n]{1,60}?) (?:needs?|will take|is taking|takes|is going to take)(?: a little|"
    r" a bit| some)? (?:more time|longer|an extension|more days)"
    r"(?:,? (?:until|till|to) ⟦(?P<mark>t\d+)⟧)?(?:(?:(?: ?[,:;.–—] ?| - )(?:because |since |as |reason:? |"
    r"due to )?| (?:because|since|as|due to) )(?P<words>.{2,300}))?",
)
_ASKED_LONG = re.compile(r"^(?:push|postpone|delay|move|extend)", re.I)


def assigned(text: str, marked: Marked, _here: Here, names: Names) -> Understood | None:
    for pattern in _ASSIGN:
        found = pattern.fullmatch(text)
        if found is None:
            continue
        to = tidy(found["to"])
        known = names.handle(to)
        if to.casefold() in ("me", "myself") and not _LOOSE.search(text):
            known = "me"
        strict = pattern is _ASSIGN[0] and not _LOOSE.match(text.split()[0])
        name = named(marked, found["about"])
        if name and (known or (strict and not PRONOUN.match(to) and not is_home(to))):
            return Understood(Intent.ASSIGN, {"about": name, "to": known or to})
        if known and found["about"].strip().casefold() in ("it", "this", "that", "this one", "that one"):
            return Understood(Intent.ASSIGN, {"to": known}, ("about",))
    return None


def extended(text: str, marked: Marked, here: Here, _names: Names) -> Understood | None:
    for pattern in _EXTEND:
        found = pattern.fullmatch(text)
        if found is None:
            continue
        if _ASKED_LONG.match(text) and not (
            found["mark"] or found["words"] or text.lower().startswith("extend")
        ):
            continue
        name = named(marked, found["about"])
        if not name:
            return None
        slots: dict[str, str] = {"about": name}
        unsure: dict[str, tuple[str, ...]] = {}
        if found["mark"]:
            dated_by(marked, found["mark"], "until", here, slots, unsure)
        if reason := re.sub(r"^of (?=\w)", "", tidy(marked.whole(found["words"] or ""))):
            slots["reason"] = reason
        return Understood(Intent.EXTEND, slots, () if "reason" in slots else ("reason",), unsure)
    return None
