"""What a sentence begins: an answer to what is only asked, a draft of what would be stored."""

import re
from dataclasses import replace

from handlers import talking_drafts as drafts
from handlers.asking import Choice, Facts, Hearing, Refusal, Reply
from handlers.commands import COMMANDS, help_
from handlers.guessing import guess
from handlers.inquiry import show
from handlers.inquiry_commands import AWAY, INQUIRY
from handlers.reading import called, colleague, received
from handlers.talking_covers import covers, covers_on_days
from handlers.talking_due import days_said, due
from handlers.talking_fields import PEOPLE, REQUIRED
from handlers.talking_forms import fresh
from handlers.talking_inquiries import meant, offered, owners
from handlers.talking_shown import CANCEL, titled
from handlers.understanding import STORES, Intent, Names, Understood, understand
from models.draft import Draft
from models.staff import everybody

MOST_NAMES = 4  # words of a name that stands alone
_GREETING = (
    Choice("What is due", "inquiry mine"),
    Choice("Log an inquiry", "inquiry log"),
    Choice("Help", "help"),
)
_ALL_GOOD = re.compile(
    r"(?:i )?(?:just )?(?:spoke|talked|chatted|got off the phone) (?:with|to) (?P<who>[^,;:\n]{1,60}?)"
    r"(?: ?[,.;:–—-]+ ?(?:and )?| and )(?:(?:it|he|she|they|we|everything)(?:['’]s|['’]re| is| are) )?"
    r"(?:all |now )*(?:good|set|fine|happy|ok|okay|done|settled|resolved|sorted|taken care of)"
    r"(?: now)?[ .!]*",
    re.IGNORECASE,
)
_PREFERS = {"on": "opening", "off": "off"}


def understood_as(hearing: Hearing, words: str) -> Understood:
    names = Names({one.handle: one.name for one in everybody(hearing.db)})
    return understand(words, hearing.now, hearing.calendar, names)


def begun(hearing: Hearing, understood: Understood, words: str) -> Reply | None:
    """Answers what is only asked; begins a draft for what would be stored."""
    understood = _rather_answered(hearing, understood, words)
    if understood.intent in STORES:
        return _drafted(hearing, understood)
    slots = understood.slots
    match understood.intent:
        case Intent.DUE:
            return due(hearing, words)
        case Intent.COVERS:
            who, week = slots.get("who", ""), days_said(hearing, words)
            if "day" not in slots and len(set(week)) > 1:
                return covers_on_days(hearing, who, *week)
            return covers(hearing, who, slots.get("day", ""))
        case Intent.SHOW:
            return _shown(hearing, slots["about"])
        case Intent.HELP:
            return help_(hearing, _topic(slots.get("topic", "")))
        case Intent.THANKS:
            return Reply("welcome")
        case Intent.GREETING:
            return Reply("hello", {"name": hearing.speaker.name.split()[0]}, _GREETING)
        case Intent.YES | Intent.NO | Intent.CANCEL:
            return Reply("nothing_waits")
    return _named_alone(hearing, words) or _not_understood(words, understood.near)


def _rather_answered(hearing: Hearing, understood: Understood, words: str) -> Understood:
    """ "Spoke to Garcia, all good" is the answer to an inquiry of Garcia's that the speaker has open."""
    said = _ALL_GOOD.fullmatch(words.strip()) if understood.intent in (Intent.LOG, Intent.UNKNOWN) else None
    if said is None:
        return understood
    mine = owners(hearing)
    known = [one for one in meant(hearing, said["who"], wholly=True) if one.owner_id in mine]
    return Understood(Intent.ANSWER, {"about": said["who"]}) if known else understood


def found_of(hearing: Hearing, draft: Draft, words: str) -> Reply:
    """The inquiry that is meant; of several, which."""
    inquiries = meant(hearing, words)
    if len(inquiries) == 1:
        draft.about = inquiries[0].number
        draft.unsure = {one: several for one, several in draft.unsure.items() if one != "about"}
        return drafts.kept(hearing, draft)
    if inquiries:
        drafts.asked(hearing, draft, "about")
        facts: Facts = {"said": words[:80], "count": len(inquiries)}
        return Reply("which_inquiry", facts, (*offered(inquiries), CANCEL))
    return drafts.asked(hearing, draft, "about", unread=words)


def _drafted(hearing: Hearing, understood: Understood) -> Reply:
    """A draft of what was understood, in the place of the one before, which is told."""
    before = drafts.unfinished(hearing)
    dropped = titled(before) if before else None
    reply = _drafted_anew(hearing, understood)
    return with_dropped(reply, dropped)


def with_dropped(reply: Reply, dropped: str | None) -> Reply:
    """The card, or the question, with the title of the draft whose place it took."""
    return replace(reply, facts={**reply.facts, "dropped": dropped}) if "dropped" in reply.facts else reply


def _drafted_anew(hearing: Hearing, understood: Understood) -> Reply:
    form = understood.intent.value
    draft = fresh(hearing, form)
    slots = dict(understood.slots)
    whose = slots.pop("about", "")
    draft.unsure = {name: list(several) for name, several in understood.unsure.items()}
    asked = [one for one in understood.missing if one != "about" and one not in draft.unsure]
    open_yet = {*draft.unsure, *asked}
    draft.filled = {one: value for one, value in draft.filled.items() if one not in open_yet}
    draft.filled |= _as_filled(form, slots)
    if "received_day" in slots and "received_time" not in {*slots, *open_yet}:
        draft.filled |= _opened(hearing, slots["received_day"])
    draft.unsure |= {name: [] for name in asked if name not in REQUIRED[form]}
    fault = _unknown_person(hearing, draft)
    reply = found_of(hearing, draft, whose) if whose else drafts.kept(hearing, draft)
    return replace(reply, template=fault.template, facts=fault.facts) if fault and draft.about else reply


def _unknown_person(hearing: Hearing, draft: Draft) -> Reply | None:
    """The answer to a name that nobody has, or several: the draft goes without it."""
    for name in PEOPLE:
        if name in draft.filled:
            try:
                draft.filled[name] = called(colleague(hearing, draft.filled[name]))
            except Refusal as refusal:
                del draft.filled[name]
                return refusal.reply
    return None


def _as_filled(form: str, slots: dict[str, str]) -> dict[str, str]:
    """The pieces as the fields of the form hold them."""
    if form == "prefer" and (digest := slots.get("digest")):
        wanted = {"digest": _PREFERS.get(digest, "at"), "digest_time": "" if digest in _PREFERS else digest}
        return {**slots, **{name: value for name, value in wanted.items() if value}}
    return slots


def _opened(hearing: Hearing, day: str) -> dict[str, str]:
    """When something came in of which only the day was said."""
    try:
        local = hearing.calendar.local(received(hearing, day).instant)
    except Refusal:
        return {"received_time": ""}
    return {"received_day": f"{local:%Y-%m-%d}", "received_time": f"{local:%H:%M}"}


def _shown(hearing: Hearing, words: str) -> Reply:
    """Where an inquiry stands; of several, which."""
    inquiries = meant(hearing, words, closed=True)
    if len(inquiries) == 1:
        return show(hearing, inquiries[0].number)
    if inquiries:
        facts: Facts = {"said": words[:80], "count": len(inquiries)}
        return Reply("which_inquiry", facts, offered(inquiries, "inquiry show "))
    return Reply("inquiry_unfound", {"said": words[:80]}, (Choice("My inquiries", "inquiry mine"),))


def _named_alone(hearing: Hearing, words: str) -> Reply | None:
    """Where an inquiry stands whose customer's name is all that was said."""
    if len(words.split()) > MOST_NAMES:
        return None
    known = {one.casefold() for inquiry in meant(hearing, words) for one in inquiry.customer.split()}
    said = words.casefold().strip(" ?!.").split()
    return _shown(hearing, words) if said and known.issuperset(said) else None


def _topic(words: str) -> str:
    """The command that somebody wants to know of."""
    found = guess(words, (*INQUIRY, *AWAY)) if words else []
    return found[0].words if found else ""


def _not_understood(words: str, near: tuple[str, ...]) -> Reply:
    """The two nearest commands as buttons, each of which explains its own."""
    close = [one for name in near for one in COMMANDS if one.words == name]
    facts: Facts = {"said": words[:200], "nearest": [one.fact() for one in close]}
    return Reply("not_understood", facts, tuple(one.how_to for one in close))
