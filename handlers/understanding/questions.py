"""What is only asked: what is due, where an inquiry stands, who is out and who covers."""

import re

from handlers.understanding.dated import Way, moments
from handlers.understanding.here import Here
from handlers.understanding.people import about
from handlers.understanding.said import Intent, Names, Understood
from handlers.understanding.stretches import TIME, Marked

_T = (
    rf"(?:[ ,]*(?:on |for |by |until )?⟦{TIME}\d+⟧| this week| next week| now| still| right now|"
    r" at the moment| currently)*"
)
_MINE = (
    r"(?:list|inquiries|inquiry list|open inquiries|open ones|open items|open cases|cases|stuff|items|tasks|"
    r"deadlines|queue|day|todos?|to-?do(?: list)?|"
    r"work|workload|plate|things|open stuff|due dates|overdue(?: inquiries| ones| items)?|pending(?: items|"
    r" inquiries)?|assignments|week)"
)
_DUE = tuple(
    re.compile(rf"(?:{one}){_T}", re.I)
    for one in (
        r"what(?:'s| is| are|'re)?(?: all)? (?:still )?(?:my )?(?:due|overdue|past due|open|outstanding|"
        r"pending|late|next|left|urgent|up next|coming up|on)"
        r"(?: for me| with me| next| up| soon| on my end)?",
        r"what(?:'s| is)? (?:on|in) my (?:plate|list|desk|queue|calendar|todo list|to-do list|to do list|"
        r"agenda)",
        r"what (?:do|have) (?:i|we) (?:still )?(?:have|got|owe)(?: got)?(?: to do| open| due| left| pending|"
        r" on my plate| on my list| going on| coming up| overdue| outstanding)*",
        r"what (?:should|must|do) i (?:do|work on|answer|tackle|need to do|have to do)(?: first| next| now)?",
        r"what needs (?:doing|answering|my attention|attention|to be done|to be answered|"
        r"an answer)(?: first| next)?",
        rf"what are my {_MINE}",
        r"what(?:'s| is| are) (?:my|the) (?:next )?(?:deadlines?|due dates?)",
        r"(?:is|do i have|are there|have i got|got|i have)? ?(?:there )?(?:anything|any|something|stuff|"
        r"things|inquiries|one|some)(?: \w+)? ?(?:(?:that's|that is|i have|which is|i've got|are|is) )?"
        r"(?:due|overdue|past due|urgent|open|late|left|for me|pending|outstanding|coming up|waiting|"
        r"i missed|i should know)(?: for me| on my end| soon| to do)?",
        r"(?:is )?anything (?:for me|to do|new)(?: for me)?",
        r"any deadlines(?: for me)?(?: soon)?",
        r"(?:do i have|have i got|are there|how about)(?: any| some)?(?: open| overdue| due| pending| more)* "
        r"(?:inquiries|cases|items|deadlines|tasks|things|ones)(?: open| due| left| to do)*",
        rf"(?:can you |could you |please |pls )?(?:show|list|see|give|tell|get|view|send|"
        rf"pull up)(?: me)? (?:all )?(?:of )?(?:my|the) (?:open |overdue |current |whole |"
        rf"full )?{_MINE}(?: please)?",
        r"(?:can you |could you |please |pls )?(?:show|tell|give)(?: me)? what(?:'s| is) (?:due|overdue|"
        r"open|on my plate|next)",
        rf"my (?:open |overdue |current )?{_MINE}",
        r"am i (?:late|behind|overdue)(?: on| with)?(?: anything| something)?",
        r"(?:due|overdue|due soon|todo|to do|deadlines|open items|what's due)(?: for me)?",
        r"how many (?:\w+ )?(?:do i have|are|inquiries)?(?: do i have| are)?(?: \w+)?(?: open| due| left|"
        r" overdue)?",
        r"how(?:'s| is) my (?:day|week|list|queue|plate|workload)(?: looking| look)?",
        r"how does my (?:day|week|list|queue) look",
        r"qué (?:tengo|hay)(?: para)?(?: hoy)?|que tengo(?: para)? hoy|was ist heute fällig",
    )
)
_AWAY = (
    r"(?:out|away|off|gone|absent|on leave|on vacation|on pto|sick|out sick|not in|not here|"
    r"out of (?:the )?office|in|here|around|back|working|available|"
    r"in the office|at work|at the office)"
)
_FOR = r"(?:for |up |in for |up for )?"
_COVERS = re.compile(
    rf"(?:(?:do you know|can you tell me|tell me|any idea|know) )?(?:"
    rf"who(?:'s| is| will| would| does|'ll)?(?: be| currently)? (?:cover|covers|covering|filling in|"
    rf"fills in|standing in|stands in|backing|backs|subbing|handling things|taking over)(?: stuff| things|"
    rf" calls)? "
    rf"(?:{_FOR})(?P<who>[^?]{{1,40}}?)(?:'s (?:stuff|desk|calls|inquiries|work|things|cases))?(?: (?:when|"
    rf"while) .{{1,30}})?{_T}"
    rf"|who(?:'s| has|'s got)(?: got)? (?P<back>my) back{_T}"
    rf"|who(?:'s| is)(?: the)? (?P<whose>[^?]{{1,40}}?)(?:'s) (?:backup|back-up|alternate|cover|coverage|"
    rf"stand-in|sub)"
    rf"|who (?:do|can|should) i (?:ask|go to|talk to|call|contact|see) (?:instead of|in place of|for|while|"
    rf"when) (?P<instead>[\w.' -]{{1,30}}?)(?:'s stuff)?(?: is (?:out|away|off|gone|sick|on leave|"
    rf"on vacation))?{_T}"
    rf"|(?:who|anyone|anybody|is anyone|is anybody)(?:'s| is| are|'ll be|"
    rf" will be)?(?: all)? (?:everyone )?{_AWAY}{_T}"
    rf"|(?:is|will|are) (?P<is>(?!there\b|it\b|this\b|anything\b)[^?]{{1,40}}?)(?: be| still|"
    rf" already)? {_AWAY}(?: yet| again)?{_T}"
    rf"|when(?:'s| is| will| does|'ll)(?: does)? (?P<when>[^?]{{1,40}}?)(?: be| come| get)? (?:back|return|"
    rf"in|returning|coming back|in again|back in)(?: again)?{_T}"
    rf"|where(?:'s| is) (?P<where>[^?]{{1,40}}?){_T}"
    rf"|is (?P<cover>[^?]{{1,40}}?) covered{_T})",
    re.I,
)
_SHOW = tuple(
    re.compile(one, re.I)
    for one in (
        r"(?:where (?:are|do|did) (?:we|i|you|things) (?:at|stand|stand at|leave it|leave off|leave things|"
        r"now)?|where(?:'s| is) (?:it|this) at|how (?:are|far are) (?:we|things)(?: doing| going| along)?|"
        r"(?:so )?what(?:'s| is| was)? (?:happening|going on|up|new|the (?:latest|status|story|news|update|"
        r"deal|history|state|situation)|happened)|"
        r"(?:is there |are there |do we have )?any(?: new)? (?:news|updates?|progress|word|movement)|"
        r"status(?: update| check)?|update|latest|history|details|info|the latest|progress|what happened) ?"
        r"(?:with|on|of|for|about|re|regarding|from|to) (?P<about>.{1,80})",
        r"status:? (?P<about>.{1,60})",
        r"(?:can you |could you |please |pls |i need to |let me |let's )?(?:show|look up|pull up|find|see|"
        r"open up|open|bring up|view|get|look at|check on|check)(?: me)? (?:up )?(?P<about>(?!(?:my|all|"
        r"the list|you|your|if|what|how|who|when|out|in|back|some|a|an|me|us|him|someone|to|"
        r"up)\b).{1,60}?)(?: please)?",
        r"how(?:'s| is| are) (?P<about>.{1,60}?) (?:doing|going|coming along|coming|looking)",
        r"(?:did|have|has) (?:we|i|anyone|anybody|somebody|someone)(?: ever)? (?:answer|answered|"
        r"get back to|gotten back to|got back to|close|closed|reply to|replied to|respond to|call|called|"
        r"finish|acked?|acknowledged?) (?P<about>.{1,60}?)(?: back)?(?: yet| already)?",
        r"(?:has|have|was|is|did) (?P<about>.{1,60}?)(?: been| get)? (?:answered|closed|acked|acknowledged|"
        r"done|resolved|overdue|still open|open|due|assigned|an answer|a reply|late|paused)(?: yet|"
        r" already)?",
        r"what did (?P<about>.{1,60}?) (?:want|ask|need|say|call about|write about|ask about|ask for|"
        r"call for|email about)(?: for| about)?",
        r"what(?:'s| is| was) (?P<about>(?!due\b|my\b|the command).{1,60}?)(?:'s)? (?:about|status|"
        r"case about|inquiry about|issue|request|problem|phone number|number|phone|email|deadline|due date)",
        r"(?:tell me|remind me what's up|give me (?:an update|the details|the story)|fill me in) (?:about|"
        r"on|with) (?P<about>.{1,60})",
        r"when(?:'s| is| do i owe| are) (?P<about>.{1,60}?) (?:due|an answer|a reply)",
        r"(?:who has|who owns|who's got|who is handling|who's handling|who's on) (?P<about>(?!my\b).{1,60})",
    )
)  # fmt: skip
_ABOUT_STRAYS = re.compile(
    r"^(?:it|this|that|everything|things|stuff|you|me|i|we|help|today|people|everyone|the office)$", re.I
)


def question(marked: Marked, here: Here, names: Names) -> Understood | None:
    """What is asked; None for what is no question of ours."""
    text = re.sub(r"\s+", " ", marked.text).strip(" .!?,")
    text = re.sub(r"^(?:hi|hello|hey|so|ok|okay|and|um|quick question)[,:! ]+", "", text, flags=re.I)
    text = re.sub(r"[,]? (?:please|pls|thanks|replyby)$", "", text, flags=re.I)
    if any(one.fullmatch(text) for one in _DUE):
        return Understood(Intent.DUE)
    if (found := _COVERS.fullmatch(text)) and (understood := _covers(found, marked, here, names)):
        return understood
    for one in _SHOW:
        found = one.fullmatch(text)
        if found:
            wanted = about(marked.whole(found["about"]))
            if wanted and not _ABOUT_STRAYS.match(wanted):
                return Understood(Intent.SHOW, {"about": wanted})
    return None


def _covers(found: re.Match[str], marked: Marked, here: Here, names: Names) -> Understood | None:
    named = (found["back"] and "me") or found["who"] or found["whose"] or found["instead"] or found["cover"]
    loose = found["is"] or found["when"] or found["where"]
    slots: dict[str, str] = {}
    words = (named or loose or "").strip(" ,")
    words = re.sub(r"(?:'s)$", "", words)
    if words.casefold() in ("me", "myself", "i"):
        slots["who"] = "me"
    elif words.casefold() not in (
        "",
        "anyone",
        "anybody",
        "everyone",
        "everybody",
        "someone",
        "somebody",
        "all of us",
    ):
        handle = names.handle(words)
        if handle is None and (loose or not words.replace(" ", "").isalpha()):
            return None  # "where is my form" and "is the permit in" ask for something else
        slots["who"] = handle or words
    for mark in re.findall(rf"⟦{TIME}\d+⟧", found[0]):
        if read := moments(marked[mark], Way.AHEAD, here):
            slots["day"] = read[0][0]
    return Understood(Intent.COVERS, slots)
