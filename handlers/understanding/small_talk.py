"""The little words: yes, no, never mind, thanks, hello, help."""

import re

from handlers.understanding.said import Intent, Understood

_YES = (
    "yes|y|yep|yeah|yup|ya|yess|sure|ok|okay|k|yes please|please do|do it|go ahead|correct|right|"
    "that's right|thats right|"
    "looks good|lgtm|perfect|confirm|confirmed|log it|save it|save|send it|sí|si|claro|oui|ja|sim|"
    "sounds good|submit|exactly|"
    "yes log it|yes do it|yes that's right|good|go for it|that is correct|that's correct|all good|fine|"
    "yes correct|"
    "yes thanks|yes thank you|works|works for me|absolutely|yes it is|yes that's it|that's it|hand it over|"
    "plan it|close it"
)
_NO = (
    "no|n|nope|nah|not now|wrong|that's wrong|thats wrong|no thanks|no thank you|not that|incorrect|nein|"
    "non|não|nao|"
    "that's not right|not right|not quite|no wait|don't"
)
_CANCEL = (
    "cancel|never mind|nevermind|nvm|nm|forget it|forget that|forget about it|stop|scratch that|skip it|"
    "drop it|abort|cancel that|"
    "cancel it|cancel this|cancelar|cancela|ignore that|disregard|discard|no cancel|no never mind|dont|oops|"
    "don't log it|"
    "don't save it|don't do it|delete it|abbrechen|annuler|let it go|actually never mind|actually no|"
    "never mind that|wait no"
)
_THANKS = (
    "bye|good bye|goodbye|good night|see you|see you tomorrow|have a good day|have a nice day|"
    "have a good one|"
    "thanks|ty|tx|thank you|thank you so much|thanks so much|thanks a lot|many thanks|cheers|thanks again|"
    "much appreciated|"
    "appreciate it|appreciated|gracias|muchas gracias|merci|danke|obrigado|obrigada|cảm ơn|谢谢|great thanks|"
    "ok thanks|perfect thanks|"
    "awesome thanks|got it|got it thanks|thank you very much|thanks a bunch|thanks a million|awesome|nice|"
    "cool|great|you're the best|"
    "good bot|you rock|great thank you|ok thank you|okay thanks|perfect thank you|thanks for the help|"
    "thank you for your help|"
    "thanks for your help|cool thanks|great job|nice work|excellent|wonderful|that helps|that helped|"
    "very helpful"
)
_GREETING = (
    "hi|hello|hey|hiya|good morning|morning|good afternoon|good evening|afternoon|howdy|yo|greetings|hola|"
    "bonjour|"
    "guten morgen|guten tag|hallo|hi there|hello there|hey there|gm|buenos días|buenos dias|buenas tardes|"
    "good day|how are you|"
    "hi how are you|hello how are you|bom dia|你好|xin chào|what's up|sup|happy monday|happy friday|"
    "good morning everyone|morning all"
)
_HELP = (
    "help|help me|please help|help please|what can you do|what can i do|what can i say|what can i ask you|"
    "what can i ask|what do you do|"
    "how does this work|how do you work|commands|menu|instructions|options|ayuda|hilfe|aide|ajuda|"
    "what can i do here|"
    "what can i say here|what are my options|i need help|i'm lost|i am lost|how do i use this|"
    "how do i use you|what else can you do|"
    "what now|list commands|show commands|what are the commands|who are you|what are you|what is this|"
    "help me out|"
    "what do you understand|can you help|can you help me|how to use this|what do i do"
)
_SETS = tuple(
    (intent, frozenset(words.split("|")))
    for intent, words in (
        (Intent.YES, _YES), (Intent.NO, _NO), (Intent.CANCEL, _CANCEL), (Intent.THANKS, _THANKS),
        (Intent.GREETING, _GREETING), (Intent.HELP, _HELP),
    )
)  # fmt: skip
_SIGNS = {
    "👍": Intent.YES,
    "✅": Intent.YES,
    "👌": Intent.YES,
    "👎": Intent.NO,
    "❌": Intent.NO,
    "🙏": Intent.THANKS,
}
_HOW = re.compile(
    r"(?:how (?:do|can|would|should) (?:i|we|you)|how to|help(?: me)?(?: with)?|what(?:'s|"
    r" is) the command (?:for|to)|explain how to) (.{2,80})",
    re.I,
)
_NAMED = re.compile(r"(?: (?:replyby|bot|everyone|all|team|there|folks|friend|buddy|again))+$")


def small_talk(text: str) -> Understood | None:
    """What the little words want; None for a sentence that says more."""
    said = " ".join(re.sub(r"[^\w'\s]", " ", text.lower()).split())
    if not said and (found := _SIGNS.get(text.strip(" \ufe0f!.")[:1])):
        return Understood(found)
    if not said:
        return Understood(Intent.HELP) if text.strip() in ("?", "??", "???") else None
    for words in (said, _NAMED.sub("", said), said.removesuffix(" please").removeprefix("oh ")):
        for intent, known in _SETS:
            if words in known:
                return Understood(intent)
    if asked := _HOW.fullmatch(text.strip(" ?!.")):
        return Understood(Intent.HELP, {"topic": asked[1].strip()})
    return None
