"""How people say that they are away, until when, and who covers: the patterns of `absent`."""

import re

from handlers.times import COUNTS
from handlers.understanding.stretches import TIME

I_AM = (
    r"(?:will be|'ll be|going to be|gonna be|i(?:'m| am|'ll be| will be| shall be|'ll| will|'ve got| have|"
    r"'d like| would like| need| want| plan|"
    r" plan on|'m going| won't| can't| cannot| won't be| may be| might be)?)"
)
OUT = (
    r"(?:out(?:ta here)?|away|off|gone|absent|unavailable|on leave|on vacation|on holidays?|on pto|"
    r"on (?:medical|family|maternity|paternity|parental|sick|annual|bereavement) leave|on a trip|"
    r"sick|ill|home sick|feeling sick|under the weather|out of (?:the )?office|out of town|traveling|"
    r"travelling|not (?:be |going to be )?(?:in|here|working|at work|available|coming in)|"
    r"in training|at (?:a|the) (?:conference|training|seminar|workshop|doctor)|on jury duty|"
    r"working from nowhere)"
)
CUES = tuple(
    re.compile(one, re.I)
    for one in (
        rf"^(?:{I_AM} (?:(?:also|just|actually|probably|going to be|gonna be|still|planning to be|"
        rf"supposed to be|be|taking the day|calling|staying|"
        rf"staying home) )*)?{OUT}\b(?! (?:of (?!(?:the )?office|town)))",
        r"[,;.] (?:(?:i'm|i'll be|i will be|so|and|will be) )*(?:out|off|away) (?:all day|the whole day|"
        r"sick)\b",
        rf"^{I_AM} (?:(?:be|also|going to be|not|to|have to be|be going|going) )*{OUT}\b",
        r"^(?:i(?:'m| am|'ll be| will be)? )?(?:not|won't be|won't|will not be|can't make it|"
        r"cannot make it|can't come|can't be) ?(?:going to be )?(?:in|here|at work|working|coming in|"
        r"coming|into the office|in the office|available|around|able to come in)?\b",
        r"^(?:i(?:'m| am|'ll| will|'d like to| would like to| want to| need to|"
        r" plan to)? )?(?:be )?(?:taking|take|took|booked|have booked|requesting|need|want|get|having|have|"
        r"got|on|planning|plan|scheduling|put me down for|put me in for|book|book me) (?:me |some |a |an |"
        r"my |the |a few |out )*(?:(?:vacation|sick|personal|mental health|pto|leave|comp) ?(?:days?|time|"
        r"leave)?|time off|days? off|leave|pto|vacation|holidays?|jury duty|⟦t\d+⟧(?: (?:and|to|through|-|–|"
        r"until) ⟦t\d+⟧)* off|(?:this|next|the|all|the whole) week off|the rest of (?:the|this) (?:day|"
        r"week) off|the day off|\w+ (?:days|weeks) off)\b",
        r"^(?:my )?(?:vacation|pto|leave|sick leave|sick day|sick|holidays?|time off|day off|days off|"
        r"out of office|jury duty|conference|annual leave|medical leave|parental leave|maternity leave|"
        r"surgery|absence|away|off|out)\b[: ]",
        r"^(?:calling|called|call|called out|i'm calling|i am calling) (?:in |out )?sick\b",
        r"^(?:i(?:'m| am|'ll be| will be)? )?(?:(?:be|coming|come|only) )?(?:back|returning|return|"
        r"returns)(?: to work| in(?: the)? office| at work| in)? (?:on |again )?(?=⟦|next week)",
        r"^⟦t\d+⟧(?: ?(?:-|–|to|through|until|and) ?⟦t\d+⟧)?[:,]? (?:i(?:'m| am|'ll be| will be) )?(?:out|"
        r"away|off|on leave|on vacation|sick|pto|vacation|on pto|not in|i won't be in|i'm not in|"
        r"out of (?:the )?office)\b",
        r"^(?:i(?:'m| am) )?(?:staying |working from )?home (?:sick|with (?:a |my )?(?:sick|ill))\b",
        r"^(?:set|mark|put) me (?:as |down as )?(?:out|away|off|out of office|absent)\b",
        r"^next week (?:i(?:'m| am|'ll be| will be) )(?:out|away|off|on leave|on vacation|gone)\b",
        r"^(?:estoy|estaré|estare) (?:fuera|de vacaciones|enferm[oa])|^ich bin (?:nicht da|weg|krank|"
        r"im urlaub)|^je (?:suis|serai) (?:absent|absente|en congé|malade)|^(?:estou|vou estar) (?:fora|"
        r"de férias|doente)",
    )
)  # fmt: skip
LEAD = re.compile(
    r"^(?:(?:hi|hello|hey|fyi|ok|okay|so|please|pls|just|heads up|reminder|note|good morning|morning|sorry|"
    r"also)[,:.!–— -]+(?:that )?){0,3}",
    re.I,
)
SICK = re.compile(r"\b(?:sick|ill|not feeling well|under the weather|enferm[oa]|krank|malade|doente)\b", re.I)
SAID_BACK = re.compile(
    rf"\b(?:back|returning|return|returns)(?: to (?:work|the office)| in(?: the)? office| at work|"
    rf" at my desk| in)?(?: on| again)?[ ,]+⟦(?P<mark>{TIME}\d+)⟧",
    re.I,
)
WHO = (
    r"(?<![\w'@])(?P<who>@?(?!(?:and|but|with|so|while|then|i|my|is|the|on|off|out)\b)"
    r"[A-Za-z][\w'.-]{1,30}(?: [A-Z][\w'-]{1,30})?)"
)
ALTERNATES = tuple(
    re.compile(one)
    for one in (
        rf"(?i:\b(?:alternate|backup|back-up|cover|coverage|covered by|cover by|with|ask|contact|see|call|"
        rf"go to|talk to|reach out to|delegate|substitute|stand-in)(?: is| will be|"
        rf":)? ){WHO}(?i:(?: (?:as |for |is |will be )?(?:my )?(?:alternate|backup|cover|covering|coverage|"
        rf"filling in|anything|questions|urgent|while|meanwhile)(?: .*)?)|[ .!,]*$)",
        rf"{WHO}(?i: (?:will |can |is going to |is |'s |has agreed to |agreed to |to |would |"
        rf"should )?(?:be )?(?:covers?|covering|fill(?:s|ing)? in|stand(?:s|ing)? in|backs? me up|"
        rf"backing me up|sub(?:s|bing)?|is my (?:backup|alternate|cover)|my backup|has my (?:inquiries|desk|"
        rf"calls|back)|my alternate|takes? (?:my|over)))\b",
        rf"{WHO}(?i:'s (?:covering|filling in|standing in|my backup|my alternate|got my back))",
        rf"{WHO}(?i: will cover\b| as (?:alternate|backup|cover)\b)",
    )
)
FOR = re.compile(
    rf"\bfor (?:the next |about |around |another )?(?P<count>\d{{1,2}}|{'|'.join(COUNTS)}|"
    rf"a couple(?: of)?) ?(?:(?P<open>business |working )?(?P<unit>day|week))s?\b",
    re.I,
)
COUNTED = re.compile(
    rf"\b(?P<count>\d{{1,2}}|{'|'.join(COUNTS)}) ?(?P<open>business |working )?(?P<unit>day|week)s?(?: off|"
    rf" out)?,? (?:from|starting|beginning|as of|starting on) ⟦(?P<mark>{TIME}\d+)⟧",
    re.I,
)
TO = r"(?:-|–|—|to|until|through|thru|bis|hasta|al|au|a|até|up to|and including|through to|'til)"
RANGE = re.compile(
    rf"⟦(?P<first>{TIME}\d+)⟧,? ?{TO}(?: and including| the| el| le| den| zum)? ?⟦(?P<last>{TIME}\d+)⟧", re.I
)
AND = re.compile(rf"⟦(?P<first>{TIME}\d+)⟧,? ?(?:and|&|\+|y|und|et|e|,) ?⟦(?P<last>{TIME}\d+)⟧", re.I)
UNTIL = re.compile(
    rf"\b(?P<word>until|til|through|thru|hasta|bis|jusqu'au|até|up to)(?: and including| the end of|"
    rf" zum)? ⟦(?P<mark>{TIME}\d+)⟧",
    re.I,
)


BACK_NOW = re.compile(
    r"(?:(?:hi|hello|hey|ok|so)[,! ]+)?(?:i(?:'m| am) )?(?:back|i'm back in|returned|"
    r"estoy de vuelta)(?: (?:now|again|in|at work|early|already|today|in the office|from (?:vacation|leave|"
    r"pto|holiday|lunch|sick leave|my trip)|at my desk))*(?:[ ,]*⟦t\d+⟧)?[ .!]*",
    re.I,
)
NOT_GOING = re.compile(
    r"(?:i(?:'m| am) )?(?:not going|staying|here after all|not away|not on leave|in after all|"
    r"back early)(?: away| on vacation| after all| on leave)*[ .!]*|(?:cancel|end) my (?:absence|vacation|"
    r"leave|pto|time off)[ .!]*",
    re.I,
)
