"""How people tell of a customer who got in touch: the patterns of handlers/understanding/log_said.py."""

import re

from handlers.understanding.stretches import CALL, MAIL, TIME

NOUNS = {
    "voicemail message": "voicemail", "voicemail": "voicemail", "voice mail": "voicemail",
    "phone message": "call", "caller": "call",
    "phone call": "call", "telephone call": "call", "missed call": "call", "call": "call", "phone": "call",
    "email message": "email", "email": "email",
    "walk-in": "walk-in", "walk in": "walk-in", "visit": "walk-in", "visitor": "walk-in",
    "drop-in": "walk-in", "counter": "walk-in", "front desk": "walk-in",
    "letter": "letter", "mail": "letter", "fax": "letter", "postcard": "letter",
    "online form": "form", "web form": "form", "webform": "form", "contact form": "form", "form": "form",
    "chat message": "chat", "chat": "chat", "dm": "chat", "teams message": "chat", "slack message": "chat",
    "message": "", "note": "", "request": "", "question": "", "inquiry": "", "complaint": "",
}  # fmt: skip
NOUN = "|".join(sorted(map(re.escape, NOUNS), key=len, reverse=True))
_DESK = r"(?:counter|front desk|window)"
_FORM = r"(?:online |web |contact )?form"
VERBS = (
    (r"left (?:me |us )?(?:a |an )?(?:new )?(?:voicemail|voice mail)(?: message)?|voicemailed", "voicemail"),
    (r"sent (?:me |us |in )?(?:a |an )?(?:new )?email|emailed(?: in| me| us)?", "email"),
    (r"sent (?:me |us |in )?(?:a |an )?letter|mailed (?:in|me|us|a letter)", "letter"),
    (
        rf"(?:sent|filled) (?:me |us |in |out )?(?:a |an |the )?{_FORM}|submitted (?:a|an|the) {_FORM}",
        "form",
    ),
    (
        r"(?:came|walked|dropped|stopped|popped)(?: back)? "
        rf"(?:in|by|into the office|to the (?:office|{_DESK}))(?: in person)?(?: again)?|"
        rf"in person|at the {_DESK}|was (?:just )?(?:here|at the {_DESK})|is (?:here|at the {_DESK})|"
        rf"showed up",
        "walk-in",
    ),
    (
        r"(?:messaged|dmed|chatted)(?: me| us)?|"
        r"sent (?:me |us )?(?:a )?(?:chat|dm|teams message|slack message)",
        "chat",
    ),
    (
        r"(?:called|phoned|rang|telephoned|is calling|was calling|is on the phone|is on the line|"
        r"just called|calling|on the phone|on the line)(?: in| me| us| back| again)*|gave (?:me|us) a call",
        "call",
    ),
    (
        r"(?:wrote|texted|contacted|reached out|asked|left a message|sent (?:me |us )?a message|wrote in)"
        r"(?: to)?(?: me| us| in)*",
        "",
    ),
)
VERB = "|".join(pattern for pattern, _ in VERBS)

LEAD = re.compile(
    r"^(?:(?:hi|hello|hey|ok|okay|so|fyi|new one|pls|please|note|for the record|and)[,:.! ]+){0,3}"
    r"(?:received[:,] )?(?:(?:can|could) you )?(?:please )?(?:(?:log|record|add|note|enter|create|"
    r"file)\b(?: that)?[:,]? )?(?:this[:,]? )?",
    re.I,
)
ALONE = re.compile(rf"(?:a |an |another |new )?(?:new )?(?P<noun>{NOUN})[.!]*", re.I)
WISHED = re.compile(
    r"(?:(?:i|we) (?:want|need|have|would like|'d like)(?: to)? |i'd like to |let's |let me |can i |please )?"
    rf"(?:log|record|add|enter|new|create|start|make)(?: (?:a|an|another|new|something|one|it|the))*"
    rf"(?: (?P<noun>{NOUN})s?)?(?: please)?[.!?]*",
    re.I,
)
GOT = re.compile(
    r"^(?:i |we )?(?:have |'ve |I've )?(?:just |also )?"
    r"(?:(?:got|gotten|received|had|took|have|there was|there's|there is|here's|missed|new|another|incoming|"
    r"answered)[ :]{1,2})?"
    rf"(?:a|an|another|one|two|2|three|3|several|the)? ?(?:new |quick |missed |long |"
    rf"angry )?(?P<noun>{NOUN})s? (?:in |came in )?"
    rf"(?:(?P<when>⟦{TIME}\d+⟧),? )?(?:from|by|fr)\b:? (?P<rest>.{{1,900}})$",
    re.I | re.S,
)
LABEL = re.compile(
    rf"^(?:a |an |new )?(?P<noun>{NOUN})\s?(?:[:–—,\n]|- )\s?(?:from )?(?P<rest>.{{1,900}})$", re.I | re.S
)
SHORT = re.compile(
    rf"^(?P<noun>{NOUN}) (?P<rest>(?!about\b|re\b|from\b|me\b|you\b|log\b).{{1,60}}? (?:about|re|"
    rf"regarding)\b.{{1,800}})$",
    re.I | re.S,
)
SPOKE = re.compile(
    r"^(?:i )?(?:just )?(?P<verb>spoke|talked|chatted|was on the phone|(?:just )?got off the phone|"
    r"off the phone|on the phone)"
    r" (?:with|to) (?P<rest>.{1,900})$",
    re.I | re.S,
)
CAME = re.compile(
    rf"^(?P<before>(?:⟦{TIME}\d+⟧[,:]? )?(?:at )?)(?P<name>(?!i\b|i'm\b|he\b|she\b|they\b|who\b|what\b|it\b|"
    rf"we\b|you\b).{{1,60}}?)"
    rf",? (?:⟦(?P<own>[pe])\d+⟧,? )?(?:has |had |who )?(?:just |"
    rf"also )?(?P<verb>{VERB})(?![\w'])(?P<rest>.{{0,900}})$",
    re.I | re.S,
)

OWNED = re.compile(
    rf"^(?P<name>[^,;\n]{{2,60}}?)'s (?:new )?(?P<noun>{NOUN}) (?P<rest>(?:about|re|"
    rf"regarding)\b.{{1,900}})$",
    re.I | re.S,
)
# "Jane Doe voicemail needs a birth certificate": notes in a hurry.
NOTED = re.compile(
    r"^(?P<name>(?!(?:i|we|the|a|an|this|that|my|our|got|new|your|her|his|their)\b)[a-z'.-]+"
    r"(?: [a-z'.-]+){0,2}?),? (?P<noun>voicemail|email|phone call|call|walk-in|letter)[,:]? "
    r"(?P<rest>(?:needs|wants)\b.{1,900})$",
    re.I | re.S,
)
HAD = re.compile(
    rf"^(?:i |we )?(?:just )?(?:had|have|got) (?P<name>[^,;\n]{{2,60}}?) (?:in the (?:lobby|office)|"
    rf"at the {_DESK}|here)"
    r"(?: just now| in person)? (?P<rest>.{1,900})$",
    re.I | re.S,
)
# Whoever wants to know something got in touch, whichever way.
ASKED = re.compile(
    r"^(?P<name>(?!i\b|he\b|she\b|they\b|we\b|you\b|who\b|what\b)[^,;\n]{2,60}?) "
    r"(?P<rest>(?:wants to know|would like to know|is asking|is wondering|has a question)\b.{1,800})$",
    re.I | re.S,
)
WANTS = re.compile(
    rf"^(?P<name>(?!i\b|he\b|she\b|they\b|we\b|you\b)[^,;\n]{{2,60}}?) (?P<rest>(?:wants|needs|would like|"
    rf"is asking|asks|has a question)\b.{{1,600}}?)"
    rf"[,.;–—-]+ (?:and )?(?:(?:she|he|"
    rf"they) )?(?:just )?(?P<verb>{VERB})(?![\w'])(?P<when>(?: ⟦{TIME}\d+⟧)?)[ .!]*$",
    re.I | re.S,
)

SICK = re.compile(r"\s*(?:in |out )?sick\b", re.I)

# What announces a subject; the words of those with a name stay with it.
WH = r"if|whether|when|where|why|how|what|which|who|for|that"
CUE = re.compile(
    r"[\s,;:.–—(-]*(?<![\w-])(?:(?:and )?(?:(?:he|she|they|who) )?"
    r"(?:(?:wants|needs|wanted|requests|requested|would like|asked for) (?:a |an )?(?:call ?back|reply|"
    r"answer|response) )?"
    r"(?:(?:has|had|with|have) (?:a |an |some )?(?:question|issue|problem|concern|inquiry)s? )?"
    r"(?:about|re|regarding|concerning|in regards? to|with regards? to|wrt|inquiring about|asking about|"
    r"asked about|asks about|wondering about|"
    r"question about|question on|questions about|questions on|subject:?|topic:?|reason:?|"
    r"issue:?)(?![\w'])[:\s]*"
    rf"|(?:and )?(?:(?:he|she|they|who) )?(?:is |was )?(?:just )?"
    rf"(?:asking|asked|asks|wondering|wants to know|wanted to know|would like to know|wants to find out|"
    rf"needs to know|wonders)(?: us| me)? (?=(?:{WH})\b)(?:for )?"
    r"|(?:and )?(?:(?:he|she|they|who) )?(?:wants|wanted|needs|needed|would like|requesting|requests|"
    r"requested|looking for|is looking for|want|need)"
    r" (?!(?:it|this|that|an answer|a reply|a response|an? call ?back|to hear|us to call|"
    r"to be called)\b)(?:to (?:get |have )?)?"
    r"|for (?=(?:a|an|the|his|her|their|some|help|information|info)\b)(?!the \w+ time\b)"
    r"|(?=(?:to (?:ask|complain|request|report|find|schedule|reschedule|cancel|renew|check|pay|dispute|"
    r"appeal|apply|get|see|update|change|register|"
    r"confirm|follow up)|complaining|complained|complains|because|says|said|reporting|reports|reported|"
    r"can't|cannot|never got|"
    r"didn't|hasn't|has not|did not)\b))",
    re.I,
)  # fmt: skip
NEEDED = re.compile(
    rf"[\s,;.–—(-]*\b(?:(?:and )?(?:he |she |they |customer )?(?:needs?|wants?|needed|would like|must have|"
    rf"has to have|expects)"
    rf"(?: (?:it|this|that|an answer|a reply|a response|to hear(?: back)?|to know|(?:a )?call ?back|"
    rf"an? answer back|it done|help))?|"
    rf"deadline(?: is)?:?|answer needed|urgent,? needed|due)"
    rf" (?P<by>by |on |before |no later than |until |for )?⟦(?P<mark>{TIME}\d+)⟧\)?",
    re.I,
)
# "needs a birth certificate by Friday": what is needed stays in the subject.
NEEDED_WHAT = re.compile(
    rf"\b(?:needs?|wants?|needed|wanted|would like|must have|has to have|requests?|requested)(?! it\b)"
    rf" [^,;.\n⟦]{{2,80}}?(?P<cut>,? (?P<by>by |before |no later than )⟦(?P<mark>{TIME}\d+)⟧)",
    re.I,
)
REACH = re.compile(
    r"[\s,;.(–—-]*(?:(?<![\w'])(?:and )?(?:you can |please |pls )?(?:(?:can be )?(?:reach|reached|call|"
    r"contact|ring|phone|email)(?: (?:her|him|them|back))*|call ?back|cb|"
    r"(?:(?:her|his|their|the|my) )?(?:phone|ph|tel|telephone|cell|mobile|number|no|nbr|num|contact|email|"
    r"e-?mail|call ?back)"
    r"(?: (?:number|no|#|address|addr|is))*)"
    rf"(?: (?:at|on|is|to))?[.:# ]*|[#@]|at )?(?:⟦[{CALL}{MAIL}]\d+⟧)\)?",
    re.I,
)
OWNER = re.compile(
    r"[\s,;.(–—-]+(?:(?:this|it)(?:'s| is) )?(?:for|owner:?|assign(?:ed)?(?: it)? to|goes to|"
    r"give (?:it )?to|belongs to) "
    r"(?P<who>@?[\w'.-]{2,30}(?: [A-Z][\w'-]{1,30})?)(?: please| to handle| to take)?[.)!]*$",
    re.I,
)
WHEN_SAID = re.compile(
    rf"[\s,;.(–—-]*(?:(?:received|called|(?:came|come) in|arrived|came|left|sent|in|on|from|"
    rf"at) )?⟦(?P<mark>{TIME}\d+)⟧\)?",
    re.I,
)
PAST_ALONE = re.compile(
    r"\b(?:yesterday|ago|last|just now|now|earlier|this morning|ayer|hier|gestern|ontem)\b", re.I
)
