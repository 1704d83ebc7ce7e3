"""What was done for a customer: told when they hear more, given the answer, or all, so that it is closed."""

import re

from handlers.understanding.here import Here
from handlers.understanding.one_inquiry import AND_DONE, I_DID, dated_by, named, whole
from handlers.understanding.people import tidy
from handlers.understanding.said import Intent, Names, Understood
from handlers.understanding.stretches import QUOTE, Marked

_ACK = whole(
    rf"{I_DID}(?:ack(?:ed|'d|d)?|acknowledged?|"
    rf"acknowledge) (?P<about>.{{1,60}}?)(?: to say)?(?:[,:]? (?:(?:and )?(?:promised|said|told (?:him|her|"
    rf"them))(?: an answer| a reply)?(?: (?P<words>.{{2,200}}?))? )?(?:(?:by|until|before|for|"
    rf"on) )?⟦(?P<mark>t\d+)⟧)?[ .!]*",
    rf"{I_DID}(?:told|let|informed|assured|advised|promised|warned|said to|wrote|emailed|called|texted|"
    rf"messaged|phoned|answered) (?P<about>.{{1,60}}?)(?: know| back)?[,:]?(?: that|"
    rf" to say(?: that)?)? (?P<words>(?:and said )?(?:i|we|it|id|he|she|they|you|someone|somebody|the|an?|"
    rf"our|my|her|his|their|to expect|i'm|i'll|we'll|looking|will|answer|reply|response|more|news|"
    rf"something|update)\b.{{0,200}}?|)(?:[ ,]+(?:by|before|on|until|no later than|at|in|for|within) |"
    rf"[ ,]+)⟦(?P<mark>t\d+)⟧(?P<after>.{{0,80}})",
    rf"{I_DID}(?:promised|owe|owed) (?P<about>.{{1,60}}?) (?P<words>(?:an?|the|to|that|we|i|i'd|we'd|it|more|"
    rf"news|something|some)\b.{{0,120}}?)(?:[ ,]+(?:by|before|on|until|"
    rf"for)? ?⟦(?P<mark>t\d+)⟧)?(?P<after>.{{0,60}})",
    rf"{I_DID}(?:told|let|informed|assured|"
    rf"advised) (?P<about>.{{1,60}}?)(?: know)?[,:]?(?: that)? (?P<words>(?:i|we|i'm|we're|i'll|we'll|i'd|"
    rf"we'd|it|it's|the|someone|somebody|you|he|she|they)\b.{{0,40}}?(?:\b(?:will|would|getting|working|"
    rf"looking|check|checking|soon|going to|get back|call back|more time|need|more days)\b|'ll\b|"
    rf"'d\b).{{0,200}})",
    r"(?P<about>[^,.;:!?\n]{1,60}?) (?:was|has been|is|got)? ?(?:acked|acknowledged)(?:,? (?:by|until|"
    r"promised by|promised|for|due) ⟦(?P<mark>t\d+)⟧)?[ .!]*(?P<words>)",
    r"(?P<about>[^,.;:!?\n]{1,60}?) (?:was|has been|is|got) (?:told|promised)(?P<words>.{0,80}?)"
    r"(?: (?:by|before|on|until))? ⟦(?P<mark>t\d+)⟧(?P<after>.{0,40})",
    rf"{I_DID}(?:let|told) (?P<about>.{{1,60}}?) (?P<words>(?:know )?(?:we|i) got (?:it|the|her|his|"
    rf"their).{{0,120}})",
)
_PROMISED = whole(
    rf"(?:{I_DID}(?:promised to|promised i'd|promised i would|said i'd|said i would)|i'll|i will|i'd) "
    rf"(?:call|email|get back to|write|write to|answer|reply to|write back to|phone|contact|update|"
    rf"respond to) (?P<about>.{{1,60}}?)(?: back)?(?: with an answer)?,? (?:by |on |before |"
    rf"no later than )?⟦(?P<mark>t\d+)⟧"
)
_ANSWER = whole(
    rf"{I_DID}(?:emailed|mailed|sent|gave|handed|faxed) (?P<about>.{{1,60}}?) (?:the|a|an|her|his|their|"
    rf"some) "
    r"[^,;:]{1,80}[,.; –-]+(?:all )?(?:done|finished|all set|that's it)(?P<words>)",
    rf"{I_DID}(?:got off the phone|was on the phone|spoke|talked|been on the phone|"
    rf"off the phone) (?:with|to) (?P<about>.{{1,60}}?)[,.;:–—-]+ ?(?:all |it's |it is |"
    rf"question )?(?:answered|"
    rf"(?:he|she|they) (?:has|have|got) (?:his|her|their|the|an) answer|done|all set|sorted|settled|"
    rf"got (?:her|his|their) answer)(?P<words>)",
    rf"{I_DID}(?:answered|replied to|responded to|got back to|gotten back to|wrote back to|have answered|"
    rf"answer|reply sent to|sent (?:an |the |my |our )?(?:answer|reply|response) to|gave (?:an |"
    rf"the )?answer to) (?P<about>.{{1,60}}?)(?:'s (?:question|email|call|inquiry|letter|voicemail|request|"
    rf"message))?(?: back)?(?: by (?:phone|email|mail|letter))?{AND_DONE}(?:(?:(?: ?[:;,.–—] ?| - )(?:said |"
    rf"told (?:him|her|them) )?(?:that )?|,? (?:and said|and told (?:him|her|them)|saying|that|"
    rf"with) (?:that )?)(?P<words>.{{2,600}}))?",
    rf"{I_DID}(?:called|phoned|emailed|rang|texted|messaged|wrote|"
    rf"mailed) (?P<about>.{{1,60}}?) back(?: by (?:phone|email))?{AND_DONE}(?:(?:(?: ?[:;,.–—] ?| - )|"
    rf",? (?:and said|and told (?:him|her|them)|saying|that|with|about) (?:that )?)(?P<words>.{{2,600}}))?",
    rf"(?P<about>[^,.;:!?\n]{{1,60}}?) (?:is|was|has been|'s been|got|just got|been)? ?(?:answered|"
    rf"replied to|responded to|called back)(?: by (?:phone|email|"
    rf"mail))?{AND_DONE}(?:[:;,–—-] ?(?P<words>.{{2,600}}))?",
    rf"(?P<about>[^,.;:!?\n]{{1,60}}?) (?:has|got|now has|already has|received) (?:his|her|their|the|"
    rf"an) (?:answer|reply|response|info|information){AND_DONE}(?:[:;,–—-] ?(?P<words>.{{2,600}}))?",
    rf"{I_DID}(?:gave|sent|emailed|mailed|told) (?P<about>.{{1,60}}?) (?:the|her|his|their|an|my) (?:answer|"
    rf"reply|response)(?: over the phone|"
    rf" by phone| by email| by mail| in person)?{AND_DONE}(?:[:;,–—-] ?(?P<words>.{{2,600}}))?",
    rf"{I_DID}(?:told|informed|let) (?P<about>.{{1,60}}?)(?: know)?[,:]?(?: that)? "
    r"(?P<words>(?:the|it|he|she|"
    rf"they|you|that|her|his|their|to|it's|yes|no)\b.{{2,400}})",
)
_CLOSE = whole(
    rf"{I_DID}(?:all )?(?:close|closed|closing|close out|closed out|close off|wrap up|wrapped up|"
    rf"finished with|"
    rf"done with|finish off|finish|finished|resolve|resolved|complete|completed|we can close|you can close|"
    rf"can close|can you close|please close|pls close|could you close|archive) (?:out |up |"
    rf"off )?(?P<about>.{{1,60}}?)(?: out| up| off)?(?: please| pls| now)?(?:(?:(?: ?[,:;.–—] ?|"
    rf" - )(?:because |since |with |resolution:? |reason:? )?| (?:because|since|with|as resolved|"
    rf"resolution:?) )(?P<words>.{{2,600}}))?",
    r"(?P<about>[^,.;:!?\n]{1,60}?): (?:all )?(?:done|closed|resolved|"
    r"finished)(?:[,.;:] ?(?P<words>.{2,600}))?",
    r"(?:please |pls |can you )?mark (?P<about>.{1,60}?) (?:as )?(?:done|closed|resolved|complete|"
    r"completed|finished)(?:(?: ?[,:;.–—] ?| - | because )(?P<words>.{2,600}))?",
    r"(?P<about>[^,.;:!?\n]{1,60}?)(?:'s (?:case|inquiry|request|issue))? (?:is |was |has been |'s |"
    r"are )?(?:now |all )?(?:done|closed|resolved|all set|taken care of|finished|sorted|sorted out|fixed|"
    r"complete|completed|settled|wrapped up|good to close|can be closed|solved)(?:(?: ?[,:;.–—] ?| - |"
    r" because | by | with )(?P<words>.{2,600}))?",
)


def acknowledged(text: str, marked: Marked, here: Here, _names: Names) -> Understood | None:
    for pattern in (*_ACK, *_PROMISED):
        found = pattern.fullmatch(text)
        if found is None:
            continue
        parts = found.groupdict()
        name = named(marked, parts["about"])
        if not name or re.match(r"(?:you|me|that|it|i|we)\b", name, re.I):
            continue
        slots: dict[str, str] = {"about": name}
        unsure: dict[str, tuple[str, ...]] = {}
        if parts.get("mark"):
            dated_by(marked, parts["mark"], "by", here, slots, unsure)
        quoted = marked.first(QUOTE)
        if quoted:
            slots["said"] = quoted.strip('"')
        missing = () if "by_day" in slots or "by_day" in unsure else ("by_day",)
        return Understood(Intent.ACK, slots, missing, unsure)
    return None


def answered(text: str, marked: Marked, _here: Here, _names: Names) -> Understood | None:
    return _with_words(Intent.ANSWER, _ANSWER, "said", text, marked, needed=False)


def closed(text: str, marked: Marked, _here: Here, _names: Names) -> Understood | None:
    return _with_words(Intent.CLOSE, _CLOSE, "resolution", text, marked, needed=True)


def _with_words(
    intent: Intent, patterns: tuple[re.Pattern[str], ...], field: str, text: str, marked: Marked, needed: bool
) -> Understood | None:
    for pattern in patterns:
        found = pattern.fullmatch(text)
        if found is None:
            continue
        name = named(marked, found["about"])
        if not name or len(name.split()) > 6:
            continue
        slots = {"about": name}
        words = tidy(marked.whole(found["words"] or ""))
        if words and re.search(r"\w", words):
            slots[field] = words
        return Understood(intent, slots, (field,) if needed and field not in slots else ())
    return None
